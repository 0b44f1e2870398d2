#include "app/cli/ca_command.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <ostream>
#include <system_error>

#include "app/paths.h"
#include "certs/authority.h"
#include "wire/printable.h"

namespace why401::cli {

namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

constexpr int kDone = 0, kUsage = 2, kUnusable = 3;

/// "2027-11-28T21:40:00Z": certificates know no fractions.
std::string to_the_second(std::chrono::system_clock::time_point time) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

/// As browsers and openssl show it.
std::string with_colons(const std::string& digits) {
    std::string text;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && i % 2 == 0) text += ':';
        text += static_cast<char>(std::toupper(static_cast<unsigned char>(digits[i])));
    }
    return text;
}

std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + printable(name, 300);
    return text;
}

struct Trusting {
    certs::TrustStore store;
    std::optional<bool> trusted;
};

struct Shown {
    certs::CaCertificate ca;
    bool expired = false;
    std::string problem;  ///< why it cannot be used; empty: it can
    std::vector<Trusting> trusting;
};

Shown looked_at(const CaPlaces& places, const certs::CaCertificate& ca) {
    Shown shown{ca, ca.expires <= std::chrono::system_clock::now(), {}, {}};
    try {
        certs::Authority::open(places.folder);
    } catch (const certs::CertsError& error) {
        shown.problem = error.what();
    }
    for (certs::TrustStore& store : certs::find_trust_stores(places.trust)) {
        const auto trusted = certs::is_trusted(places.trust, store, ca);
        shown.trusting.push_back({std::move(store), trusted});
    }
    return shown;
}

json::object as_json(const Shown& shown) {
    json::array trusting;
    for (const Trusting& one : shown.trusting)
        trusting.push_back({{"store", one.store.name},
                            {"folder", one.store.folder.string()},
                            {"trusted", one.trusted ? json::value(*one.trusted) : json::value(nullptr)}});
    return {{"exists", true},
            {"name", shown.ca.name},
            {"sha256", shown.ca.sha256},
            {"valid_until", to_the_second(shown.ca.expires)},
            {"expired", shown.expired},
            {"file", shown.ca.file.string()},
            {"only_hosts", json::array(shown.ca.only_hosts.begin(), shown.ca.only_hosts.end())},
            {"problem", shown.problem.empty() ? json::value(nullptr) : json::value(shown.problem)},
            {"stores", std::move(trusting)}};
}

void write(const Shown& shown, std::ostream& out) {
    out << printable(shown.ca.name, 200) << "\nSHA-256      " << with_colons(shown.ca.sha256)
        << "\nvalid until  " << to_the_second(shown.ca.expires)
        << (shown.expired ? " (expired; another is made when it is needed)" : "") << "\nfile         "
        << shown.ca.file.string() << "\nvouches for  "
        << (shown.ca.only_hosts.empty() ? std::string("any host")
                                        : "only " + listed(shown.ca.only_hosts) + ", and what is below")
        << '\n';
    if (!shown.problem.empty()) out << "problem      " << shown.problem << '\n';
    if (shown.trusting.empty()) out << "\nNo place was found on this machine where it could be trusted.\n";
    if (!shown.trusting.empty()) out << "\nTrusted on this machine by\n";
    for (const auto& [store, trusted] : shown.trusting)
        out << (!trusted   ? "  ?    "
                : *trusted ? "  yes  "
                           : "  no   ")
            << store.name << "  " << store.folder.string() << '\n';
    const bool unseen = std::any_of(shown.trusting.begin(), shown.trusting.end(),
                                    [](const Trusting& one) { return !one.trusted; });
    if (unseen) out << "  (?: NSS's certutil cannot read it; its package is libnss3-tools)\n";
    out << "\nwhy401 ca trust puts it there, why401 ca untrust takes it away.\n";
}

/// A certificate is for everybody to read. Throws std::system_error.
void write_file(const fs::path& file, const std::string& bytes, bool force) {
    const int how = O_WRONLY | O_CREAT | O_CLOEXEC | (force ? O_TRUNC : O_EXCL);
    const int out = ::open(file.c_str(), how, 0644);
    if (out < 0) throw std::system_error(errno, std::generic_category());
    const ssize_t written = ::write(out, bytes.data(), bytes.size());
    const int error = written == static_cast<ssize_t>(bytes.size()) ? 0 : written < 0 ? errno : ENOSPC;
    ::close(out);
    if (error != 0) throw std::system_error(error, std::generic_category());
}

}  // namespace

CaPlaces ca_places() {
    const Paths all = paths();
    CaPlaces places;
    places.folder = all.ca;
    places.trust.data_home = all.ca.parent_path().parent_path();
    places.trust.config_home = all.config.parent_path().parent_path();
    const char* home = std::getenv("HOME");
    places.trust.home = home != nullptr && *home == '/' ? fs::path(home) : places.trust.data_home;
    return places;
}

certs::CaCertificate present_ca(const CaPlaces& places, const std::vector<std::string>& only_hosts,
                                std::ostream& err) {
    const char* sudo = std::getenv("SUDO_USER");
    if (sudo != nullptr && ::geteuid() == 0 && !certs::Authority::exists(places.folder))
        throw certs::CertsError("There is no CA in " + places.folder.string() +
                                ", and one that root makes there is of no use to " + printable(sudo, 60) +
                                ": run this without sudo.");
    certs::AuthorityOptions options;
    options.only_hosts = only_hosts;
    const certs::Authority ca = certs::Authority::open_or_create(places.folder, options);
    if (ca.was_created()) err << "A CA was made: " << ca.name() << ", in " << places.folder.string() << '\n';
    return *certs::current_ca(places.folder);
}

int ca_show_command(const CaPlaces& places, bool json, std::ostream& out, std::ostream& err) try {
    const auto ca = certs::current_ca(places.folder);
    if (ca) {
        const Shown shown = looked_at(places, *ca);
        if (json)
            out << json::serialize(as_json(shown)) << '\n';
        else
            write(shown, out);
    } else if (json) {
        out << json::serialize(json::object{{"exists", false}}) << '\n';
    } else {
        out << "There is no CA yet. It is made when the proxy first starts; why401 ca export makes it now.\n";
    }
    return kDone;
} catch (const certs::CertsError& error) {
    err << "why401 ca show: " << error.what() << '\n';
    return kUnusable;
}

int ca_export_command(const CaPlaces& places, const CaExportOptions& options, std::ostream& out,
                      std::ostream& err) try {
    if (!options.only_hosts.empty() && certs::Authority::exists(places.folder)) {
        err << "why401 ca export: --only-hosts is for a CA that is made now, and there is one in "
            << places.folder.string() << "; end its trust (why401 ca untrust) and move that folder away\n";
        return kUsage;
    }
    if (!options.file.empty() && !options.force && fs::exists(fs::symlink_status(options.file))) {
        err << "why401 ca export: " << options.file << " exists; --force overwrites it\n";
        return kUsage;
    }
    const certs::CaCertificate ca = present_ca(places, options.only_hosts, err);
    const std::string& bytes = options.format == "der" ? ca.der : ca.pem;
    if (options.file.empty()) {
        out << bytes;
        return kDone;
    }
    write_file(options.file, bytes, options.force);
    err << "Written to " << options.file << ": " << printable(ca.name, 200) << "\nSHA-256 "
        << with_colons(ca.sha256) << '\n';
    return kDone;
} catch (const certs::CertsError& error) {
    err << "why401 ca export: " << error.what() << '\n';
    return kUnusable;
} catch (const std::system_error& error) {
    err << "why401 ca export: cannot write " << options.file << ": " << error.code().message() << '\n';
    return kUnusable;
}

}  // namespace why401::cli
