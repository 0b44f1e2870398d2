#pragma once
// The number behind a 403 in the server's own words: on a page of IIS, in its log or trace. It refuses to
// infer one: a 403 without a number may mean anything.

#include <optional>
#include <string>
#include <string_view>

#include "analysis/facts.h"

namespace why401 {

struct StatedForbidden {
    unsigned substatus = 0;  ///< 7 of 403.7
    SubstatusBasis basis = SubstatusBasis::Page;
    Evidence where;

    std::string value() const { return "403." + std::to_string(substatus); }
};

std::optional<StatedForbidden> stated_forbidden(const ExchangeFacts& facts);

/// "the server wants TLS", for a sentence; empty for a number that is not in Microsoft's list.
std::string_view meaning_of_forbidden(unsigned substatus);

/// Whether it is about TLS or a client certificate, which have rules of their own.
bool is_about_tls(unsigned substatus);

}  // namespace why401
