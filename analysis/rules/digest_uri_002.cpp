#include "analysis/scheme_case.h"
#include "wire/ascii.h"
#include "wire/hex.h"

namespace why401 {
namespace {

/// Path and query alone: a client behind a proxy may write the whole address in one of the two places.
std::string_view path_of(std::string_view target) {
    const std::size_t scheme = target.find("://");
    if (scheme == std::string_view::npos || target.starts_with("/")) return target;
    const std::size_t path = target.find('/', scheme + 3);
    return path == std::string_view::npos ? std::string_view("/") : target.substr(path);
}

/// RFC 3986 6.2.2.2: %7E and ~ are the same; servers compare so.
std::string unescaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = text[i] == '%' && i + 2 < text.size() ? hex::decode(text.substr(i + 1, 2))
                                                                : std::optional<std::string>();
        if (byte) i += 2;
        out += byte ? *byte : std::string(1, text[i]);
    }
    return out;
}

bool only_query_missing(std::string_view uri, std::string_view target) {
    return uri.find('?') == std::string_view::npos &&
           unescaped(uri) == unescaped(target.substr(0, target.find('?')));
}

/// 400 is what RFC 7616 3.4.6 asks a server to answer.
const CredentialFacts* refused_digest(const Case& c) {
    const CredentialFacts* own = turned_away(c, "Digest");
    if (own != nullptr || c.now.status != 400) return own;
    own = c.now.own_credentials();
    return own != nullptr && c.now.schemes && !c.now.answered_by_us && own->view.is("Digest") ? own : nullptr;
}

Verdict check(const Case& c) {
    const CredentialFacts* own = refused_digest(c);
    if (own == nullptr || own->view.digest() == nullptr || !own->view.digest()->has("uri"))
        return NotApplicable{};
    if (!c.now.request_seen || c.now.method == "CONNECT") return CannotTell{"the request target"};
    const std::string_view uri = path_of(own->view.digest()->value("uri"));
    const std::string_view target = path_of(c.now.schemes->target);
    if (unescaped(uri) == unescaped(target) || uri == "*") return NotApplicable{};
    const bool query = only_query_missing(uri, target);
    Found found;
    found.confidence = query ? Confidence::Likely : Confidence::Certain;  // some servers let it pass
    found.culprit = query ? Culprit::Client : c.now.via_received ? Culprit::Intermediary : Culprit::Unknown;
    found.because =
        "In " + name(c.now.id) + " " + who(printable(c.now.user(), 80)) + " computed the answer for uri=\"" +
        printable(uri, 120) + "\", and the request asks for " + printable(target, 120) +
        (query ? ": the query is missing from it." : ": they must be the same, or it proves nothing.");
    found.evidence = {proof(c.now.id, place_of(*own, "uri"), "what the answer was computed for"),
                      proof(c.now.id, c.now.request_line, "what was asked for"),
                      proof(c.now.id, c.now.status_line, "the refusal")};
    found.ruled_out = {"this proxy: both stand so in the request as it arrived"};
    found.not_visible = {query
                             ? "whether this server lets the missing query pass: some do"
                             : "who changed the path, if it was not the client: somebody before this proxy"};
    found.consequence = "The answer can never fit, whatever the password.";
    return found;
}

constexpr std::string_view kFix[] = {
    "let no proxy or rewrite rule before the server change the path of requests that carry Digest",
    "correct the client: uri is the request target as sent, query included"};
constexpr Source kSources[] = {{"RFC 7616 3.4.6", "https://www.rfc-editor.org/rfc/rfc7616#section-3.4.6"}};

}  // namespace

extern constinit const Rule digest_uri_002{
    {.id = "DIGEST-URI-002",
     .title = "the Digest answer was computed for another address than the request asks for",
     .severity = Severity::Error,
     .explanation =
         "Digest covers the request target. When the path is rewritten on the way, or the client leaves "
         "the query out, the answer is for another request.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the request line and its credentials",
     .scene = "analysis/digest_test.cpp DigestUri002"},
    check};

}  // namespace why401
