#pragma once
// The filter that CLI, API and page share: `status:401.2 scheme:ntlm conn:U3 user:alice host:web01
// finding:NTLM-POOL-* text`. Every word must hold. Pure; never fails: what is no known key is text to look
// for. filter_sql.h says the same to a capture file.

#include <string>
#include <string_view>
#include <vector>

#include "analysis/finding.h"
#include "record/exchange.h"

namespace why401 {

class Filter {
public:
    enum class Key : unsigned char { Text, Status, Scheme, Connection, User, Host, Finding };
    struct Word {
        Key key = Key::Text;
        std::string value;  ///< in lower case; of all keys but Text, `*` in it stands for any text
    };

    Filter() = default;  ///< every exchange matches
    /// Words are separated by spaces; "double quotes" keep spaces in a word; `*` stands for any text.
    /// At most 32 words of 256 bytes are looked at.
    explicit Filter(std::string_view text);

    bool empty() const { return words_.empty(); }
    const std::vector<Word>& words() const { return words_; }
    bool matches(const Exchange& exchange, const ExchangeReading& reading) const;

private:
    std::vector<Word> words_;
};

}  // namespace why401
