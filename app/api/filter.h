#pragma once
// The filter that CLI, API and page share: `status:401.2 scheme:ntlm conn:U3 user:alice host:web01
// finding:NTLM-POOL-* text`. Every word must hold. Pure; never fails: what is no known key is text to look
// for.

#include <string>
#include <string_view>
#include <vector>

#include "analysis/finding.h"
#include "record/exchange.h"

namespace why401::api {

class Filter {
public:
    /// Words are separated by spaces; "double quotes" keep spaces in a word; `*` stands for any text.
    /// At most 32 words of 256 bytes are looked at.
    explicit Filter(std::string_view text);

    bool empty() const { return words_.empty(); }
    bool matches(const Exchange& exchange, const ExchangeReading& reading) const;

private:
    enum class Key : unsigned char { Text, Status, Scheme, Connection, User, Host, Finding };
    struct Word {
        Key key = Key::Text;
        std::string value;  ///< in lower case
    };
    static bool holds(const Word& word, const Exchange& exchange, const ExchangeReading& reading);

    std::vector<Word> words_;
};

/// Whether `text` has the form of `pattern`, in which `*` stands for any text. Letters match in either case.
bool glob(std::string_view pattern, std::string_view text);

}  // namespace why401::api
