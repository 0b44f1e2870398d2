#include "app/demo/person.h"

#include <openssl/rand.h>

#include <chrono>
#include <stdexcept>

#include "tokens/credential_view.h"
#include "tokens/ntlm_flags.h"
#include "tokens/ntlm_write.h"
#include "tokens/proof/ntlm_proof.h"
#include "wire/base64.h"
#include "wire/http1_framing.h"
#include "wire/http1_head.h"

namespace why401::demo {
namespace {

constexpr auto kPatience = std::chrono::seconds(10);
constexpr std::uint32_t kFlags =
    ntlm::kUnicode | ntlm::kRequestTarget | ntlm::kNtlm | ntlm::kAlwaysSign | ntlm::kExtendedSessionSecurity;

std::string random_bytes(std::size_t count) {
    std::string bytes(count, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1)
        throw std::runtime_error("the system gave no random bytes");
    return bytes;
}

std::uint64_t filetime_now() {
    using namespace std::chrono;
    return ntlm::filetime_from_unix(duration_cast<seconds>(system_clock::now().time_since_epoch()).count());
}

std::string challenge_in(const http1::Head& head, std::string_view bytes) {
    for (const http1::FieldLine& field : head.fields) {
        const std::string_view value = field.value(bytes);
        if (field.name(bytes) != "WWW-Authenticate" || !value.starts_with("NTLM ")) continue;
        if (auto token = base64::decode(value.substr(5)); !token.bytes.empty()) return token.bytes;
    }
    return {};
}

}  // namespace

/// The connection and the response that is arriving on it.
struct Person::Channel final : net::LinkOwner {
    Channel(Waiting& its_waiting, const net::Endpoint& proxy)
        : waiting(its_waiting), limit(its_waiting.loop) {
        connecting =
            net::connect(waiting.loop, address_text(proxy), proxy.port, {}, [this](net::Connected result) {
                if (auto* failure = std::get_if<net::ConnectFailure>(&result)) return give_up(failure->what);
                link = std::move(std::get<std::unique_ptr<net::Link>>(result));
                waiting.loop.stop();
            });
        wait();
        link->start(*this);
    }

    void wait() {
        limit.after(kPatience, [this] { give_up("no answer for 10 seconds"); });
        if (!waiting.stopped) waiting.loop.run();
        limit.cancel();
        if (waiting.stopped) trouble = "it was told to stop";
        if (trouble.empty()) return;
        if (link) link->reset();  // one that only finished sending would be owed its answer
        throw std::runtime_error("the demo's client: " + trouble);
    }

    Reply ask(const std::string& request) {
        input.clear();
        reply = {};
        parser.reset();
        link->send(request);
        wait();
        return std::move(reply);
    }

    void on_bytes(net::Link&, std::string_view bytes) override {
        input.append(bytes);
        if (reply.head.empty()) {
            if (parser.parse(input) == http1::Progress::NeedMore) return;
            const auto framing = http1::response_framing(parser.head(), input, "GET");
            if (!std::holds_alternative<http1::Framing>(framing)) return give_up("a malformed response");
            reply.status = parser.head().status;
            reply.head = input.substr(0, parser.head().end);
            reply.challenge = challenge_in(parser.head(), reply.head);
            body = http1::BodyReader(std::get<http1::Framing>(framing));
            input.erase(0, reply.head.size());
        }
        while (!body.done() && !input.empty()) {
            const auto step = body.read(input);
            reply.body.append(input, step.payload_begin, step.payload_length);
            input.erase(0, step.consumed);
        }
        if (body.done()) waiting.loop.stop();
    }
    void on_end(net::Link&) override { give_up("the proxy closed the connection"); }
    void on_broken(net::Link&, const net::Broken& broken) override { give_up(broken.what); }
    void on_drained(net::Link&) override {}

    void give_up(std::string why) {
        trouble = std::move(why);
        waiting.loop.stop();
    }

    Waiting& waiting;
    net::Timer limit;
    std::unique_ptr<net::Connecting> connecting;
    std::unique_ptr<net::Link> link;
    http1::HeadParser parser{http1::HeadParser::Kind::Response};
    http1::BodyReader body;
    std::string input, trouble;
    Reply reply;
};

Person::Person(Waiting& waiting, const net::Endpoint& proxy, std::string domain, std::string user,
               std::string password)
    : channel_(std::make_unique<Channel>(waiting, proxy)),
      domain_(std::move(domain)),
      user_(std::move(user)),
      password_(std::move(password)) {}

Person::~Person() = default;

Reply Person::exchange(const std::string& host, const std::string& path, const std::string& authorization,
                       const std::string& label) {
    std::string request =
        "GET http://" + host + path + " HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: why401-demo\r\n";
    if (!authorization.empty()) request += "Authorization: NTLM " + base64::encode(authorization) + "\r\n";
    Reply reply = channel_->ask(request + "\r\n");
    seen_.push_back({"GET " + path + label, reply.status});
    return reply;
}

std::string Person::answer_to(const std::string& negotiate, const std::string& challenge) const {
    proof::Login login;
    login.domain = domain_;
    login.user = user_;
    login.password = password_;
    login.workstation = "DEMO-PC";
    login.client_challenge = random_bytes(8);
    login.filetime = filetime_now();
    return proof::build_authenticate(negotiate, challenge, login);
}

Reply Person::get(const std::string& host, const std::string& path) {
    seen_.clear();
    Reply reply = exchange(host, path, "", "");
    if (reply.status != 401 || believes_logged_in_) return reply;
    ntlm::NegotiateParts parts;
    parts.flags = kFlags;
    const std::string negotiate = ntlm::encode(parts);
    reply = exchange(host, path, negotiate, "  with NEGOTIATE");
    if (reply.challenge.empty()) return reply;
    reply = exchange(host, path, answer_to(negotiate, reply.challenge), "  with AUTHENTICATE");
    believes_logged_in_ = reply.status != 401;
    return reply;
}

}  // namespace why401::demo
