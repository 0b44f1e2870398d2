#pragma once
// "Does this browser trust the CA yet?", without a script: a page that loads itself anew and holds an image
// which only comes over TLS that the browser accepts. When it has come, the page says so and rests. On the
// loop's thread alone.

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace why401 {

class TrustCheck {
public:
    /// HTML of its own, to stand in a frame. `query` is "key=K&look=N" as the page itself asks next, or
    /// empty.
    std::string page(std::string_view query);

    /// The image was asked for over TLS that the client accepted: whoever has that key trusts the CA.
    void accepted(std::string_view query);

private:
    std::uint64_t last_key_ = 0;
    std::set<std::uint64_t> trusting_;  ///< the newest of them; a browser asks within seconds
};

/// Of one pixel that nobody sees.
std::string_view trust_image();

}  // namespace why401
