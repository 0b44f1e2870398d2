#pragma once
// What the analysis says, as plain values: findings, and the reading of each exchange and conversation.
// The words a user reads come from the rules; nothing here formats for a terminal or for JSON.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "record/ids.h"

namespace why401 {

enum class Severity : std::uint8_t { Info, Warning, Error, Critical };
enum class Confidence : std::uint8_t { Possible, Likely, Certain };
enum class Culprit : std::uint8_t { ThisProxy, Intermediary, Client, Server, Network, Unknown };
enum class FindingKind : std::uint8_t { Failure, Posture };

/// The words of the contract: "critical", "certain", "this-proxy", "posture" ...
std::string_view to_string(Severity value);
std::string_view to_string(Confidence value);
std::string_view to_string(Culprit value);
std::string_view to_string(FindingKind value);

/// Where a reader can check a statement: a field or the body of a request or response.
struct Evidence {
    ExchangeId exchange{};
    /// "request.header[3]", "response.body", "response.status", "request.line", "decision"; "client.tls" and
    /// "upstream.tls": what is on record of TLS on that connection; "log.line": the line of the server's log.
    std::string at;
    std::optional<std::pair<std::uint64_t, std::uint64_t>>
        bytes;         ///< offset and length in the raw head, the kept body or the log line
    std::string says;  ///< one clause with the names of this case
};

/// One statement about one exchange. `id` is stable: a later event may revise the rest under the same id.
struct Finding {
    std::uint64_t id = 0;
    std::string_view rule;  ///< static storage: "NTLM-POOL-001"
    FindingKind kind = FindingKind::Failure;
    Severity severity = Severity::Error;
    Confidence confidence = Confidence::Possible;
    Culprit culprit = Culprit::Unknown;
    std::string_view title;  ///< of the rule; completes "You are getting 401 because ..."
    std::string because;     ///< one sentence with the names, users and connections of this case
    ExchangeId exchange{};
    std::uint64_t conversation = 0;  ///< 0: none
    std::vector<Evidence> evidence;
    std::vector<std::string> ruled_out, not_visible;
    std::string consequence;
    std::vector<std::string> fix;
    std::vector<std::string> sources;
};

enum class SubstatusBasis : std::uint8_t { Page, Log, Freb, Inferred };
std::string_view to_string(SubstatusBasis value);

struct Substatus {
    std::string value;  ///< "401.2"
    SubstatusBasis basis = SubstatusBasis::Inferred;
    Confidence confidence = Confidence::Possible;
};

/// What one exchange means to a login.
struct ExchangeReading {
    ExchangeId exchange{};
    std::optional<Substatus> substatus;  ///< of a 401, or of a 403 that states one; empty otherwise
    std::string scheme;  ///< "NTLM", "Negotiate", "Basic" ... of the request, else of the first challenge;
                         ///< may be empty
    std::string leg = "none";                    ///< "anonymous|negotiate|authenticate|single|none"
    std::optional<std::string> client_identity;  ///< whom the client believes it is on that connection
    std::optional<std::string> identity;         ///< whom the server served
    std::string finding;  ///< rule id: the primary finding of a failing exchange, or NORM-* of a normal leg;
                          ///< may be empty
    std::uint64_t conversation = 0;

    /// The exchange has nothing to do with a login.
    bool says_nothing() const {
        return leg == "none" && scheme.empty() && finding.empty() && !substatus && !client_identity &&
               !identity && conversation == 0;
    }
};

struct ConversationReading {
    std::uint64_t id = 0;
    std::string origin;  ///< "http://web01"
    std::string scheme, identity;
    std::vector<ExchangeId> exchanges;
    std::string outcome;  ///< "authenticated|refused|abandoned|broken|unfinished"
    std::string verdict;  ///< rule id, may be empty
};

struct Summary {
    std::uint64_t exchanges = 0, conversations = 0, status_401 = 0, normal_401 = 0, explained_401 = 0,
                  unexplained_401 = 0;
};

}  // namespace why401
