#include "certs/key_log.h"

#include <fcntl.h>
#include <openssl/ssl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "certs/authority.h"

namespace why401::certs {
namespace {

int place_in_contexts() {
    static const int place = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return place;
}

}  // namespace

KeyLog::KeyLog(const std::filesystem::path& file)
    : file_(::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600)) {
    if (file_ < 0)
        throw CertsError("cannot write TLS secrets to " + file.string() + ": " +
                         std::generic_category().message(errno));
    refuse_what_others_can_read(file);
}

void KeyLog::refuse_what_others_can_read(const std::filesystem::path& file) const {
    struct stat facts {};
    if (::fstat(file_, &facts) == 0 && S_ISREG(facts.st_mode) && (facts.st_mode & 077) != 0) {
        ::close(file_);
        throw CertsError("others can read " + file.string() +
                         ", so TLS secrets are not written to it: chmod 600 " + file.string());
    }
}

KeyLog::~KeyLog() { ::close(file_); }

void KeyLog::attach_to(SSL_CTX* context) {
    SSL_CTX_set_ex_data(context, place_in_contexts(), this);
    SSL_CTX_set_keylog_callback(context, write_line);
}

// One write a line: other programs may append to the same file. A full disk costs the line, not the traffic.
void KeyLog::write_line(const SSL* ssl, const char* line) {
    const auto* log =
        static_cast<const KeyLog*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), place_in_contexts()));
    const std::string text = std::string(line) + '\n';
    [[maybe_unused]] const ssize_t written = ::write(log->file_, text.data(), text.size());
}

}  // namespace why401::certs
