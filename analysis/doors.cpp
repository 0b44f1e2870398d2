#include "analysis/doors.h"

#include <charconv>

#include "analysis/scheme_facts.h"
#include "wire/ascii.h"

namespace why401 {
namespace {

constexpr std::size_t kKept = 4'096;

std::string door(const ExchangeFacts& facts) {
    return facts.space == Space::Proxy ? std::string("proxy") : facts.origin;
}

std::string folder(const ExchangeFacts& facts) {
    if (facts.space == Space::Proxy) return "proxy";
    const std::string_view page = std::string_view(facts.url).substr(0, facts.url.find('?'));
    return std::string(page.substr(0, page.rfind('/') + 1));
}

std::string key_of(const ExchangeFacts& facts, std::string_view nonce) {
    return door(facts) + " " + std::string(nonce);
}

void add(std::vector<std::string>& list, std::string_view item) {
    for (const std::string& known : list)
        if (same_name(known, item)) return;
    list.emplace_back(item);
}

}  // namespace

std::optional<std::uint32_t> count_of(std::string_view nc) {
    std::uint32_t count = 0;
    const auto [end, error] = std::from_chars(nc.data(), nc.data() + nc.size(), count, 16);
    if (nc.empty() || error != std::errc{} || end != nc.data() + nc.size()) return std::nullopt;
    return count;
}

template <class Value>
void Doors::Kept<Value>::put(const std::string& key, Value value) {
    if (known.insert_or_assign(key, std::make_shared<const Value>(std::move(value))).second)
        order.push_back(key);
    if (order.size() <= kKept) return;
    known.erase(order.front());
    order.pop_front();
}

std::shared_ptr<const NonceFacts> Doors::nonce(const ExchangeFacts& facts) const {
    const CredentialFacts* own = facts.own_credentials();
    if (own == nullptr || own->view.digest() == nullptr) return nullptr;
    return nonces_.find(key_of(facts, own->view.digest()->value("nonce")));
}

std::shared_ptr<const Offer> Doors::offer(const ExchangeFacts& facts) const {
    return offers_.find(folder(facts));
}

void Doors::after(const ExchangeFacts& facts) {
    if (!facts.schemes) return;
    if (facts.refused() && facts.challenges().any())
        offers_.put(folder(facts), {facts.id, facts.challenges().place, facts.challenges().schemes});
    use(facts);
    issue(facts);
}

/// Several challenges may share a nonce, one for each algorithm.
void Doors::issue(const ExchangeFacts& facts) {
    for (const OfferedChallenge& offered : facts.schemes->offered) {
        const std::string_view nonce = offered.challenge.value("nonce");
        if (!offered.challenge.is("Digest") || nonce.empty()) continue;
        const std::string key = key_of(facts, nonce);
        NonceFacts handed;
        if (const auto known = nonces_.find(key)) handed = *known;
        if (handed.issued != facts.id) {
            handed.issued = facts.id;
            handed.algorithms.clear();
            handed.qops.clear();
        }
        handed.place = offered.place;
        handed.upstream = facts.upstream;
        handed.realm = offered.challenge.value("realm");
        handed.opaque = offered.challenge.value("opaque");
        handed.has_opaque = offered.challenge.param("opaque") != nullptr;
        const std::string_view algorithm = offered.challenge.value("algorithm");
        add(handed.algorithms, algorithm.empty() ? std::string_view("MD5") : algorithm);
        std::string_view qops = offered.challenge.value("qop");
        for (std::string_view qop = next_element(qops); !qop.empty(); qop = next_element(qops))
            add(handed.qops, qop);
        nonces_.put(key, std::move(handed));
    }
}

void Doors::use(const ExchangeFacts& facts) {
    const auto known = nonce(facts);
    if (!known || !facts.let_in()) return;
    const digest::Params& params = *facts.own_credentials()->view.digest();
    NonceFacts used = *known;
    const std::uint32_t count = count_of(params.value("nc")).value_or(0);
    if (number(used.accepted) == 0 || count >= used.highest) {
        used.highest = count;
        used.accepted = facts.id;
    }
    if (!facts.schemes->next_nonce.empty()) {  // RFC 7616 3.5: the rest of the challenge stays as it was
        NonceFacts next = used;
        next.issued = facts.id;
        next.accepted = {};
        next.highest = 0;
        nonces_.put(key_of(facts, facts.schemes->next_nonce), std::move(next));
    }
    nonces_.put(key_of(facts, params.value("nonce")), std::move(used));
}

}  // namespace why401
