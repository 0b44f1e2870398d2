#include "analysis/forbidden.h"

#include <charconv>

#include "analysis/stated.h"

namespace why401 {

std::optional<StatedForbidden> stated_forbidden(const ExchangeFacts& facts) {
    if (facts.status != 403 || facts.answered_by_us) return std::nullopt;
    if (facts.log && facts.log->substatus.value_or(0) != 0) {
        const bool trace = facts.log->source == LogLine::Source::Freb;
        return StatedForbidden{
            *facts.log->substatus, trace ? SubstatusBasis::Freb : SubstatusBasis::Log,
            log_proof(facts, std::to_string(*facts.log->substatus),
                      trace ? "the server's own trace" : "sc-substatus in the server's log")};
    }
    const std::string_view page = facts.page.substatus;
    const bool iis = facts.server == ServerKind::Iis || facts.server == ServerKind::HttpSys ||
                     facts.page.kind != PageKind::Other;
    if (!iis || !page.starts_with("403.")) return std::nullopt;
    StatedForbidden stated;
    const char* const end = page.data() + page.size();
    if (std::from_chars(page.data() + 4, end, stated.substatus).ptr != end || stated.substatus == 0)
        return std::nullopt;
    stated.where = {facts.id, "response.body", facts.page.bytes, "the page says " + std::string(page)};
    return stated;
}

std::string_view meaning_of_forbidden(unsigned substatus) {
    switch (substatus) {
        case 1:
        case 10: return "programs may not be run there";
        case 2: return "the folder may not be read";
        case 3: return "nothing may be written there";
        case 4: return "the server wants TLS";
        case 5: return "the server wants stronger TLS";
        case 6: return "the client's address is not welcome";
        case 7: return "the server wants a client certificate";
        case 8: return "the site is closed to this client";
        case 9: return "there are too many connections";
        case 11: return "the password has changed";
        case 12: return "the client certificate belongs to no account that may enter";
        case 13: return "the client certificate is revoked, or that could not be ruled out";
        case 14: return "the folder has no start page and may not be listed";
        case 15: return "the server has run out of client licences";
        case 16: return "the client certificate is not trusted or not valid";
        case 17: return "the client certificate has expired or is not valid yet";
        case 18: return "the page belongs to another application pool";
        case 19: return "programs may not be run for this client in this application pool";
        case 20: return "a Passport login failed";
        case 21: return "the source may not be read";
        case 22: return "the depth of the request is not allowed";
        case 501: return "too many requests of this client at once";
        case 502: return "too many requests of this client in a short time";
        case 503: return "the client's address is on a list of those to be refused";
        case 504: return "the client's name is on a list of those to be refused";
        default: return {};
    }
}

bool is_about_tls(unsigned substatus) {
    return substatus == 4 || substatus == 5 || substatus == 7 || substatus == 12 || substatus == 13 ||
           substatus == 16 || substatus == 17;
}

}  // namespace why401
