#pragma once
// The ciphertext between an SSL object and whoever carries it: two strings and a BIO over them. It knows no
// end of the connection: an empty `incoming` always means "not yet".

#include <openssl/types.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace why401::certs {

class MemoryPipe {
public:
    void receive(std::string_view ciphertext);
    std::string take_to_send();
    bool has_to_send() const { return !outgoing_.empty(); }

    /// For SSL_set_bio, which then owns it; this object outlives it. Throws std::bad_alloc.
    BIO* new_bio();

private:
    friend struct PipeMethods;
    std::size_t give(char* into, std::size_t room);

    std::string incoming_, outgoing_;
    std::size_t taken_ = 0;  ///< of incoming_, from its front
};

}  // namespace why401::certs
