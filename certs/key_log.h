#pragma once
// The file that Wireshark reads secrets from (SSLKEYLOGFILE format), appended to by both legs. It holds what
// decrypts every recorded connection, hence mode 0600 where it is made here.

#include <openssl/types.h>

#include <filesystem>

namespace why401::certs {

class KeyLog {
public:
    /// Throws CertsError where the file cannot be opened for appending.
    explicit KeyLog(const std::filesystem::path& file);
    ~KeyLog();
    KeyLog(const KeyLog&) = delete;

    /// Every connection of `context` writes here from now on; this object outlives them.
    void attach_to(SSL_CTX* context);

private:
    void refuse_what_others_can_read(const std::filesystem::path& file) const;
    static void write_line(const SSL* ssl, const char* line);

    int file_;
};

}  // namespace why401::certs
