#pragma once
// An error code in the server's own words: on its page, in its log, in its trace. It refuses to infer one.

#include <cstdint>
#include <optional>

#include "analysis/facts.h"

namespace why401 {

struct StatedCode {
    std::uint32_t code = 0;  ///< a Win32 code (5) or an HRESULT (0x8009030C), as written
    SubstatusBasis basis = SubstatusBasis::Page;
    Evidence where;
};

/// The log goes before the page: it is written for the administrator. Empty when neither says one, or says 0.
std::optional<StatedCode> stated_code(const ExchangeFacts& facts);

/// Whether the server states this very code; a Win32 code also inside an HRESULT (0x8007052E is 1326).
bool states_code(const ExchangeFacts& facts, std::uint32_t code);

/// Where log, trace or page say the substatus; empty where it was inferred.
std::optional<Evidence> substatus_proof(const ExchangeFacts& facts,
                                        const std::optional<Substatus>& substatus);

/// A word of the log line, as evidence: `bytes` count within the line. The whole line when the word is not in
/// it.
Evidence log_proof(const ExchangeFacts& facts, std::string_view word, std::string says);

}  // namespace why401
