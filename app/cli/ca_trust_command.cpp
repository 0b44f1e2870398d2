#include "app/cli/ca_trust_command.h"

#include <algorithm>
#include <istream>
#include <ostream>

#include "certs/authority.h"
#include "certs/trust_steps.h"
#include "wire/printable.h"

namespace why401::cli {

namespace {

using certs::TrustChange;
using certs::TrustStore;

constexpr int kDone = 0, kNotDone = 1, kUsage = 2, kUnusable = 3;

struct Target {
    const char* name;
    std::optional<TrustStore::Kind> kind;  ///< nothing: all
    const char* none;                      ///< what to say when no such store was found
};

constexpr Target kTargets[] = {
    {"all-found", std::nullopt,
     "Nothing was found on this machine where a CA could be put; --for curl, java, node and others tell the "
     "steps."},
    {"debian", TrustStore::Kind::Debian,
     "This system has no update-ca-certificates; on Debian its package is ca-certificates."},
    {"nss", TrustStore::Kind::Nss,
     "No NSS database was found. Chromium and Chrome make one when they first start; --for chromium tells "
     "how "
     "to make it by hand."},
    {"firefox", TrustStore::Kind::Firefox,
     "No Firefox profile was found. Firefox makes one when it first starts."},
};

const Target* store_target(const std::string& name) {
    for (const Target& target : kTargets)
        if (name == target.name) return &target;
    return nullptr;
}

std::vector<TrustStore> stores_of(const CaPlaces& places, const Target& target) {
    std::vector<TrustStore> stores;
    for (TrustStore& store : certs::find_trust_stores(places.trust))
        if (!target.kind || store.kind == *target.kind) stores.push_back(std::move(store));
    return stores;
}

void write_steps(const std::vector<certs::TrustStep>& steps, std::ostream& out) {
    for (const certs::TrustStep& step : steps) {
        if (!step.text.empty()) out << step.text << '\n';
        for (std::size_t at = 0; !step.command.empty() && at != std::string::npos;) {
            const std::size_t end = step.command.find('\n', at);
            out << "    " << step.command.substr(at, end - at) << '\n';
            at = end == std::string::npos ? end : end + 1;
        }
    }
}

void write_change(const TrustStore& store, const TrustChange& change, std::ostream& out) {
    out << store.name << ": " << change.said << '\n';
    for (const std::string& command : change.commands) out << "    " << command << '\n';
}

/// The plan; false when there is nothing left to do.
bool write_plan(const CaPlaces& places, const std::vector<TrustStore>& stores, const certs::CaCertificate& ca,
                std::ostream& out) {
    bool something = false;
    out << printable(ca.name, 200) << " (" << ca.short_hash() << ")\n";
    for (const TrustStore& store : stores) {
        const bool already = certs::is_trusted(places.trust, store, ca) == true;
        something |= !already;
        out << (already ? "  trusted already  " : "  to be added to   ") << store.name << "  "
            << store.folder.string() << '\n';
    }
    return something;
}

bool agreed(std::istream& answers, std::ostream& out) {
    out << "Whoever has the CA's key can then pose as any site to these programs. why401 ca untrust undoes "
           "it.\nTrust it there? [y/N] "
        << std::flush;
    std::string answer;
    std::getline(answers, answer);
    return answer == "y" || answer == "Y" || answer == "yes";
}

/// Exit code of an attempt at `stores`.
template <class Attempt>
int each(const std::vector<TrustStore>& stores, std::ostream& out, Attempt attempt) {
    bool all = true;
    for (const TrustStore& store : stores) {
        const TrustChange change = attempt(store);
        write_change(store, change, out);
        all &= change.done;
    }
    return all ? kDone : kNotDone;
}

int trust_found(const CaPlaces& places, const CaTrustOptions& options, const Target& target,
                std::istream* answers, std::ostream& out, std::ostream& err) {
    const std::vector<TrustStore> stores = stores_of(places, target);
    if (stores.empty()) {
        err << "why401 ca trust: " << target.none << '\n';
        return kNotDone;
    }
    const certs::CaCertificate ca = present_ca(places, {}, err);
    if (!write_plan(places, stores, ca, out)) return kDone;
    if (!options.yes && answers == nullptr) {
        err << "why401 ca trust: nothing was done; --yes agrees to it\n";
        return kUsage;
    }
    if (!options.yes && !agreed(*answers, out)) {
        out << "Nothing was done.\n";
        return kNotDone;
    }
    return each(stores, out, [&](const TrustStore& store) { return certs::trust(places.trust, store, ca); });
}

/// The last word on a store out of what was said for each certificate.
TrustChange untrust_all(const CaPlaces& places, const TrustStore& store,
                        const std::vector<certs::CaCertificate>& all) {
    TrustChange sum;
    for (const certs::CaCertificate& ca : all) {
        TrustChange change = certs::untrust(places.trust, store, ca);
        if (!change.done) return change;
        if (!sum.changed) sum = std::move(change);
    }
    return sum;
}

}  // namespace

std::vector<std::string> trust_targets() {
    std::vector<std::string> names;
    for (const Target& target : kTargets) names.emplace_back(target.name);
    for (const std::string& system : certs::trust_systems())
        if (store_target(system) == nullptr) names.push_back(system);
    return names;
}

int ca_trust_command(const CaPlaces& places, const CaTrustOptions& options, std::istream* answers,
                     std::ostream& out, std::ostream& err) try {
    if (const Target* target = store_target(options.target))
        return trust_found(places, options, *target, answers, out, err);
    const certs::CaCertificate ca = present_ca(places, {}, err);
    const auto steps = certs::trust_steps(options.target, ca.file.string(), ca.name);
    out << steps->title << '\n';
    write_steps(steps->trust, out);
    if (!steps->remark.empty()) out << steps->remark << '\n';
    out << "To undo it:\n";
    write_steps(steps->undo, out);
    return kDone;
} catch (const certs::CertsError& error) {
    err << "why401 ca trust: " << error.what() << '\n';
    return kUnusable;
}

int ca_untrust_command(const CaPlaces& places, const std::string& target_name, std::ostream& out,
                       std::ostream& err) try {
    std::vector<certs::CaCertificate> all = certs::former_cas(places.folder);
    const auto current = certs::current_ca(places.folder);
    if (current) all.insert(all.begin(), *current);
    if (all.empty()) {
        err << "why401 ca untrust: there is no CA in " << places.folder.string() << '\n';
        return kNotDone;
    }
    const Target* target = store_target(target_name);
    if (target == nullptr) {
        const auto steps = certs::trust_steps(target_name, all.front().file.string(), all.front().name);
        write_steps(steps->undo, out);
        return kDone;
    }
    return each(stores_of(places, *target), out,
                [&](const TrustStore& store) { return untrust_all(places, store, all); });
} catch (const certs::CertsError& error) {
    err << "why401 ca untrust: " << error.what() << '\n';
    return kUnusable;
}

}  // namespace why401::cli
