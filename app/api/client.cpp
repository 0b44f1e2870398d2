#include "app/api/client.h"

#include <memory>

#include "net/connector.h"
#include "net/loop.h"
#include "wire/http1_framing.h"
#include "wire/http1_head.h"

namespace why401::api {

namespace {

constexpr std::chrono::seconds kLimit{10};
constexpr std::size_t kMostBytes = 64 << 20;

/// Collects everything the server sends until it closes.
class Collector : public net::LinkOwner {
public:
    explicit Collector(net::Loop& loop) : loop_(loop) {}
    void on_bytes(net::Link&, std::string_view bytes) override {
        received += bytes;
        if (received.size() > kMostBytes) loop_.stop();
    }
    void on_end(net::Link&) override { loop_.stop(); }
    void on_broken(net::Link&, const net::Broken&) override { loop_.stop(); }
    void on_drained(net::Link&) override {}

    std::string received;

private:
    net::Loop& loop_;
};

ClientReply read_reply(const std::string& bytes, const std::string& method) {
    http1::HeadParser parser(http1::HeadParser::Kind::Response);
    if (parser.parse(bytes) != http1::Progress::Complete)
        throw Unreachable("What answers there is not why401.");
    const http1::Head& head = parser.head();
    const auto framing = http1::response_framing(head, bytes, method);
    const auto* known = std::get_if<http1::Framing>(&framing);
    if (known == nullptr || known->kind == http1::BodyKind::Chunked)
        throw Unreachable("What answers there is not why401.");
    std::string body = bytes.substr(head.end);
    if (known->kind == http1::BodyKind::Length && body.size() != known->length)
        throw Unreachable("Its answer was cut short.");
    return {static_cast<unsigned>(head.status), std::move(body)};
}

}  // namespace

ClientReply ask(const net::Endpoint& server, const std::string& token, const std::string& method,
                const std::string& target, const std::string& body) {
    net::Loop loop;
    Collector collector(loop);
    std::unique_ptr<net::Link> link;
    std::string failure;

    std::string request = method + " " + target + " HTTP/1.1\r\nHost: " + net::to_string(server) +
                          "\r\nAuthorization: Bearer " + token + "\r\nConnection: close\r\n";
    if (!body.empty())
        request +=
            "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
    request += "\r\n" + body;

    const auto connecting =
        net::connect(loop, net::address_text(server), server.port, {}, [&](net::Connected outcome) {
            if (auto* failed = std::get_if<net::ConnectFailure>(&outcome)) {
                failure = failed->what;
                loop.stop();
                return;
            }
            link = std::get<std::unique_ptr<net::Link>>(std::move(outcome));
            link->start(collector);
            link->send(request);
        });
    net::Timer limit(loop);
    limit.after(kLimit, [&] { loop.stop(); });
    loop.run();
    if (!link)
        throw Unreachable("Nothing can be reached at " + net::to_string(server) + ": " +
                          (failure.empty() ? "no answer" : failure) + ".");
    link.reset();
    return read_reply(collector.received, method);
}

}  // namespace why401::api
