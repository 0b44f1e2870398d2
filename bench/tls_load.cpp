// Load for bench/run: TLS connections through a proxy (CONNECT first) or to one that answers TLS itself, with
// requests in each. Blocking clients, one a thread; the proxies' certificates are not checked. Prints one
// line of JSON.

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Plan {
    int proxy = 0;        ///< its port
    std::string origin;   ///< "127.0.0.1:443": of CONNECT; "-": none, the proxy answers TLS itself
    int connections = 8;  ///< at once
    double seconds = 3;
    long hosts = 0;       ///< names in turn; 0: one never seen before each time
    bool resume = false;  ///< offer the session of the connection before to the same name
    bool stay = false;    ///< requests on connections that stay; else one request a connection
    long body = 1024;     ///< "/1k", or "/large" for anything else
};

struct Result {
    long connections = 0, requests = 0, resumed = 0, errors = 0, bytes = 0;
    std::vector<double> took_us;
};

std::atomic<long> next_host{0};
Clock::time_point deadline;

class Client {
public:
    Client(const Plan& plan, SSL_CTX* context) : plan_(plan), context_(context) {}
    ~Client() {
        close();
        for (auto& [name, session] : sessions_) SSL_SESSION_free(session);
    }

    void run(Result& result) {
        while (Clock::now() < deadline) {
            const auto begun = Clock::now();
            const bool fine = (ssl_ != nullptr || connect(result)) && request(result);
            if (!fine) {
                ++result.errors;
                close();
                continue;
            }
            const std::chrono::duration<double, std::micro> took = Clock::now() - begun;
            result.took_us.push_back(took.count());
            ++result.requests;
            if (!plan_.stay) end();
        }
        close();
    }

private:
    bool connect(Result& result) {
        const long number = plan_.hosts > 0 ? next_host++ % plan_.hosts : next_host++;
        name_ = "h" + std::to_string(number) + (plan_.hosts > 0 ? "" : "-" + std::to_string(::getpid())) +
                ".bench.test";
        socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(static_cast<std::uint16_t>(plan_.proxy));
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int at_once = 1;
        ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
        const timeval patience{10, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        if (::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) return false;
        if (plan_.origin != "-" && !tunnel()) return false;
        ssl_ = SSL_new(context_);
        SSL_set_fd(ssl_, socket_);
        SSL_set_tlsext_host_name(ssl_, name_.c_str());
        if (const auto known = sessions_.find(name_); plan_.resume && known != sessions_.end())
            SSL_set_session(ssl_, known->second);
        if (SSL_connect(ssl_) != 1) return false;
        ++result.connections;
        result.resumed += SSL_session_reused(ssl_);
        return true;
    }

    bool tunnel() {
        const std::string ask = "CONNECT " + plan_.origin + " HTTP/1.1\r\nHost: " + plan_.origin + "\r\n\r\n";
        if (::send(socket_, ask.data(), ask.size(), MSG_NOSIGNAL) < 0) return false;
        std::string head;
        char byte = 0;
        while (head.find("\r\n\r\n") == std::string::npos && head.size() < 4096) {
            if (::recv(socket_, &byte, 1, 0) != 1) return false;
            head += byte;
        }
        return head.size() > 12 && head[9] == '2';
    }

    bool request(Result& result) {
        const std::string ask = std::string("GET ") + (plan_.body == 1024 ? "/1k" : "/large") +
                                " HTTP/1.1\r\nHost: " + (plan_.origin == "-" ? name_ : plan_.origin) +
                                "\r\nUser-Agent: bench\r\n\r\n";
        if (SSL_write(ssl_, ask.data(), static_cast<int>(ask.size())) <= 0) return false;
        std::string head;
        long missing = -1;
        while (missing != 0) {
            const int length = SSL_read(ssl_, buffer_.data(), static_cast<int>(buffer_.size()));
            if (length <= 0) return false;
            result.bytes += length;
            if (missing > 0) {
                missing -= length;
                continue;
            }
            head.append(buffer_.data(), static_cast<std::size_t>(length));
            const std::size_t end = head.find("\r\n\r\n");
            if (end == std::string::npos) continue;
            if (head.compare(9, 3, "200") != 0) return false;
            std::string lower = head.substr(0, end);
            std::transform(lower.begin(), lower.end(), lower.begin(),
                           [](char c) { return static_cast<char>(std::tolower(c)); });
            const std::size_t at = lower.find("\ncontent-length:");
            if (at == std::string::npos) return false;
            missing = std::atol(lower.c_str() + at + 16) - static_cast<long>(head.size() - end - 4);
        }
        return true;
    }

    void end() {
        if (plan_.resume) {
            SSL_SESSION* session = SSL_get1_session(ssl_);
            SSL_SESSION*& known = sessions_[name_];
            if (known != nullptr) SSL_SESSION_free(known);
            known = session;
        }
        SSL_shutdown(ssl_);
        close();
    }

    void close() {
        SSL_free(ssl_);
        ssl_ = nullptr;
        if (socket_ >= 0) ::close(socket_);
        socket_ = -1;
    }

    const Plan& plan_;
    SSL_CTX* context_;
    SSL* ssl_ = nullptr;
    int socket_ = -1;
    std::string name_;
    std::map<std::string, SSL_SESSION*> sessions_;
    std::vector<char> buffer_ = std::vector<char>(256 * 1024);
};

double percentile(std::vector<double>& sorted, double part) {
    return sorted.empty() ? 0
                          : sorted[static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1))];
}

}  // namespace

/// tls_load PROXY_PORT ORIGIN|- CONNECTIONS SECONDS HOSTS once|resume|stay [large]
int main(int count, char** arguments) {
    if (count < 7) return 2;
    std::signal(SIGPIPE, SIG_IGN);  // a proxy may close while something is written to it
    Plan plan;
    plan.proxy = std::atoi(arguments[1]);
    plan.origin = arguments[2];
    plan.connections = std::atoi(arguments[3]);
    plan.seconds = std::atof(arguments[4]);
    plan.hosts = std::atol(arguments[5]);
    plan.resume = std::string(arguments[6]) == "resume";
    plan.stay = std::string(arguments[6]) == "stay";
    if (count > 7) plan.body = 0;
    SSL_CTX* context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
    deadline = Clock::now() + std::chrono::microseconds(static_cast<long>(plan.seconds * 1e6));
    const auto begun = Clock::now();
    std::vector<Result> results(static_cast<std::size_t>(plan.connections));
    std::vector<std::thread> threads;
    for (Result& result : results)
        threads.emplace_back([&plan, context, &result] { Client(plan, context).run(result); });
    for (std::thread& thread : threads) thread.join();
    const std::chrono::duration<double> took = Clock::now() - begun;
    Result all;
    for (const Result& one : results) {
        all.connections += one.connections;
        all.requests += one.requests;
        all.resumed += one.resumed;
        all.errors += one.errors;
        all.bytes += one.bytes;
        all.took_us.insert(all.took_us.end(), one.took_us.begin(), one.took_us.end());
    }
    std::sort(all.took_us.begin(), all.took_us.end());
    std::printf(
        "{\"connections\": %ld, \"requests\": %ld, \"resumed\": %ld, \"errors\": %ld, \"bytes\": %ld, "
        "\"seconds\": %.6f, "
        "\"p50_us\": %.0f, \"p99_us\": %.0f}\n",
        all.connections, all.requests, all.resumed, all.errors, all.bytes, took.count(),
        percentile(all.took_us, 0.5), percentile(all.took_us, 0.99));
    SSL_CTX_free(context);
    return 0;
}
