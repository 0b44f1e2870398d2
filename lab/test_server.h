#pragma once
// For tests: the lab's server on a thread, a client that blocks, and a whole login.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "lab/server.h"
#include "lab/test_client.h"

namespace why401::lab {

/// A client that blocks, so that tests read from top to bottom.
class Client {
public:
    explicit Client(const net::Endpoint& server) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(server.port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const timeval patience{20, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    }
    virtual ~Client() { ::close(socket_); }
    Client(const Client&) = delete;

    virtual void send(std::string_view text) { send_raw(text); }
    void send_raw(std::string_view text) {
        while (!text.empty()) {
            const ssize_t sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
            if (sent <= 0) return;
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
    }
    void finish() { ::shutdown(socket_, SHUT_WR); }

    /// One response with Content-Length; `head_only` for the answer to HEAD and for 100.
    std::string response(bool head_only = false) {
        std::size_t end = 0;
        while ((end = in_.find("\r\n\r\n")) == std::string::npos)
            if (!more()) return take(in_.size());
        end += 4;
        const std::size_t field = in_.find("Content-Length: ");
        const std::size_t length = head_only || field > end ? 0 : std::stoul(in_.substr(field + 16));
        while (in_.size() < end + length)
            if (!more()) break;
        return take(std::min(in_.size(), end + length));
    }
    /// Everything until the server closes.
    std::string rest() {
        while (more()) {
        }
        return take(in_.size());
    }
    std::uint16_t port() const {
        sockaddr_in address{};
        socklen_t size = sizeof address;
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
        return ntohs(address.sin_port);
    }

protected:
    /// Empty when the server has closed.
    std::string receive_raw() {
        char buffer[65536];
        const ssize_t got = ::recv(socket_, buffer, sizeof buffer, 0);
        EXPECT_FALSE(got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            << "the server neither answered nor closed";
        return got > 0 ? std::string(buffer, static_cast<std::size_t>(got)) : std::string();
    }
    virtual std::string receive() { return receive_raw(); }

private:
    bool more() {
        const std::string got = receive();
        in_ += got;
        return !got.empty();
    }
    std::string take(std::size_t count) {
        std::string taken = in_.substr(0, count);
        in_.erase(0, count);
        return taken;
    }
    int socket_;
    std::string in_;
};

class LabServer : public testing::Test {
protected:
    void start() {
        options_.on_request = [this](const LedgerEntry& entry) {
            const std::lock_guard lock(mutex_);
            ledger_.push_back(entry);
        };
        server_ = std::make_unique<Server>(loop_, *net::parse_endpoint("127.0.0.1:0"), options_);
        thread_ = std::thread([this] { loop_.run(); });
    }
    void stop() {
        loop_.stop();
        if (thread_.joinable()) thread_.join();
        server_.reset();
    }
    ~LabServer() override { stop(); }

    const net::Endpoint& address() const { return server_->local(); }
    std::vector<LedgerEntry> ledger() {
        const std::lock_guard lock(mutex_);
        return ledger_;
    }
    std::string ledger_line(std::size_t index) {
        const LedgerEntry e = ledger().at(index);
        return e.machine + ' ' + e.step + ' ' + (e.user.empty() ? "-" : e.user) + ' ' +
               std::to_string(e.status) + '.' + std::to_string(e.substatus);
    }

    net::Loop loop_;
    ServerOptions options_;
    std::unique_ptr<Server> server_;
    std::thread thread_;
    std::mutex mutex_;
    std::vector<LedgerEntry> ledger_;
};

inline std::string get(std::string_view target, std::string_view fields = {},
                       std::string_view host = "web01.lab.why401.test") {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: " + std::string(host) + "\r\n" +
           std::string(fields) + "\r\n";
}

inline std::string token_of(const std::string& response) {
    const std::size_t begin = response.find("WWW-Authenticate: NTLM ") + 23;
    return base64::decode_strict(response.substr(begin, response.find("\r\n", begin) - begin)).value_or("");
}

/// Both legs; returns the last answer. `reply` makes an AUTHENTICATE of a CHALLENGE.
inline std::string log_in_by(Client& client, std::string_view target, std::string_view host,
                             const std::function<std::string(const std::string&)>& reply) {
    const auto with = [](const std::string& token) {
        return "Authorization: " + test::credentials("NTLM", token) + "\r\n";
    };
    client.send(get(target, with(test::negotiate()), host));
    const std::string challenge = token_of(client.response());
    client.send(get(target, with(reply(challenge)), host));
    return client.response();
}
inline std::string log_in(Client& client, std::string_view user, std::string_view password,
                          std::string_view target = "/", std::string_view host = "web01.lab.why401.test") {
    return log_in_by(client, target, host, [&](const std::string& challenge) {
        return test::authenticate(challenge, user, password);
    });
}

}  // namespace why401::lab
