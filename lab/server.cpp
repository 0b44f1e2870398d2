#include "lab/server.h"

#include <fcntl.h>
#include <unistd.h>

#include <map>

#include "lab/connection.h"
#include "lab/w3c_log.h"
#include "net/listener.h"

namespace why401::lab {
namespace {

std::string system_random(std::size_t count) {
    std::string bytes(count, '\0');
    if (::getentropy(bytes.data(), bytes.size()) != 0)
        throw std::system_error(errno, std::generic_category(), "no randomness");
    return bytes;
}

// FILETIME counts 100 ns since 1601-01-01 (MS-DTYP 2.3.3).
std::uint64_t filetime_of(std::chrono::system_clock::time_point time) {
    constexpr std::int64_t from_1601_to_1970 = 116'444'736'000'000'000;
    const auto since_1970 =
        std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count() / 100;
    return static_cast<std::uint64_t>(since_1970 + from_1601_to_1970);
}

/// An append-only file that only its owner reads: it holds user names.
class LogFile {
public:
    explicit LogFile(const std::string& path) {
        if (path.empty()) return;
        descriptor_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        if (descriptor_ < 0)
            throw std::system_error(errno, std::generic_category(), "cannot open the log file " + path);
    }
    ~LogFile() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    LogFile(const LogFile&) = delete;

    // A full disk must not stop the server; the row is lost and IIS would lose it too.
    void write(std::string_view text) const {
        while (descriptor_ >= 0 && !text.empty()) {
            const ssize_t written = ::write(descriptor_, text.data(), text.size());
            if (written <= 0) return;
            text.remove_prefix(static_cast<std::size_t>(written));
        }
    }

private:
    int descriptor_ = -1;
};

}  // namespace

class Server::Impl : public Host {
public:
    Impl(net::Loop& loop, const net::Endpoint& listen, Options options)
        : loop_(loop),
          options_(std::move(options)),
          log_(options_.log_file),
          listener_(
              loop, listen,
              {[this](std::unique_ptr<net::Link> link) { accepted(std::move(link)); }, [](const auto&) {}}) {
        if (options_.authority != nullptr) {
            certs::TlsOptions tls;
            tls.now = options_.now;
            tls_ = std::make_unique<certs::Tls>(*options_.authority, std::move(tls));
        }
        log_.write(log_header(now()));
    }

    const ServerOptions& options() const override { return options_; }
    certs::Tls* tls() override { return tls_.get(); }
    std::chrono::system_clock::time_point now() const override {
        return options_.now ? options_.now() : std::chrono::system_clock::now();
    }
    Chance chance() const override {
        constexpr std::size_t server_challenge_bytes = 8;
        return {options_.random_bytes ? options_.random_bytes(server_challenge_bytes)
                                      : system_random(server_challenge_bytes),
                filetime_of(now())};
    }
    void write_log(const std::string& row) override { log_.write(row); }
    void forget(Connection& connection) override { connections_.erase(&connection); }

    const net::Endpoint& local() const { return listener_.local(); }

private:
    void accepted(std::unique_ptr<net::Link> link) {
        auto connection = std::make_unique<Connection>(loop_, *this, std::move(link));
        Connection* key = connection.get();
        connections_.emplace(key, std::move(connection));
    }

    net::Loop& loop_;
    Options options_;
    LogFile log_;
    std::unique_ptr<certs::Tls> tls_;
    std::map<Connection*, std::unique_ptr<Connection>> connections_;
    net::Listener listener_;
};

Server::Server(net::Loop& loop, const net::Endpoint& listen, Options options)
    : impl_(std::make_unique<Impl>(loop, listen, std::move(options))) {}
Server::~Server() = default;
const net::Endpoint& Server::local() const { return impl_->local(); }
std::string Server::key_pin() const { return impl_->tls() ? impl_->tls()->key_pin() : std::string(); }

}  // namespace why401::lab
