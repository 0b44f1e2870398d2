#pragma once
// A secret in memory: overwritten when it goes. It refuses to be copied.

#include <openssl/crypto.h>

#include <string>
#include <string_view>
#include <utility>

namespace why401::proof {

class Wiped {
public:
    Wiped() = default;
    /// Takes the text over and overwrites what is left of it where it was.
    explicit Wiped(std::string&& text) : text_(text) { wipe(text); }
    Wiped(Wiped&& other) noexcept : text_(std::move(other.text_)) { wipe(other.text_); }
    Wiped& operator=(Wiped&& other) noexcept {
        text_.swap(other.text_);
        return *this;
    }
    Wiped(const Wiped&) = delete;
    Wiped& operator=(const Wiped&) = delete;
    ~Wiped() { wipe(text_); }

    std::string_view view() const { return text_; }
    bool empty() const { return text_.empty(); }

    static void wipe(std::string& text) {
        text.resize(text.capacity());  // the short form keeps its old bytes too
        OPENSSL_cleanse(text.data(), text.size());
        text.clear();
    }

private:
    std::string text_;
};

}  // namespace why401::proof
