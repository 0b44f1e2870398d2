// The recorder and the store alone: journal events of made-up exchanges, as fast as they are taken, no
// sockets. It refuses to outrun them: it waits before the journal's queue is full, so a rate is one without
// losses.
//   recorder_bench FILE [EXCHANGES]      writes FILE and removes it; a line of JSON for each kind of traffic

#include <fmt/core.h>
#include <time.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <random>
#include <string>
#include <thread>

#include "app/recorder.h"
#include "tokens/ntlm_flags.h"
#include "tokens/ntlm_write.h"
#include "wire/base64.h"

namespace why401 {
namespace {

// About 4.5 KB of the journal's 64 MB each: this many may be under way without one being left out.
constexpr std::uint64_t kUnderWay = 12'000;
constexpr std::uint64_t kBlock = 200;  // exchanges between two looks at how far the recorder is
constexpr std::uint64_t kExchangesPerConnection = 20;

const std::string kRequestFields =
    "Host: web01.contoso.test\r\n"
    "User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Safari/537.36\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8\r\n"
    "Accept-Encoding: gzip, deflate\r\nAccept-Language: en-GB,en;q=0.9\r\n"
    "Cookie: session=8f14e45fceea167a5a36dedd4bea2543; theme=light; visits=17\r\n";
const std::string kResponseFields =
    "Content-Type: text/html; charset=utf-8\r\nServer: Microsoft-IIS/10.0\r\n"
    "Cache-Control: private, max-age=0\r\nX-AspNet-Version: 4.0.30319\r\nX-Powered-By: ASP.NET\r\n"
    "Date: Mon, 02 Nov 2026 08:30:00 GMT\r\n";
const std::string kOffers = "WWW-Authenticate: Negotiate\r\nWWW-Authenticate: NTLM\r\n";

double cpu_seconds(clockid_t clock) {
    timespec time{};
    ::clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

std::string page(std::size_t length) {
    std::minstd_rand chance(401);
    std::string text(length, ' ');
    for (char& c : text) c = static_cast<char>('a' + chance() % 26);
    return text;
}

std::string ntlm_negotiate() {
    ntlm::NegotiateParts parts;
    parts.flags = ntlm::kUnicode | ntlm::kNtlm | ntlm::kExtendedSessionSecurity;
    return "NTLM " + base64::encode(ntlm::encode(parts));
}

ntlm::ChallengeParts ntlm_challenge_parts() {
    ntlm::ChallengeParts parts;
    parts.flags = ntlm::kUnicode | ntlm::kNtlm | ntlm::kTargetInfo | ntlm::kExtendedSessionSecurity;
    parts.server_challenge = "\x01\x23\x45\x67\x89\xab\xcd\xef";
    parts.target_name = "CONTOSO";
    parts.target_info = {ntlm::av_name_pair(ntlm::kAvNbDomainName, "CONTOSO"),
                         ntlm::av_name_pair(ntlm::kAvNbComputerName, "WEB01"),
                         ntlm::av_timestamp_pair(133'000'000'000'000'000ULL)};
    return parts;
}

std::string ntlm_authenticate() {
    ntlm::AuthenticateParts parts;
    parts.flags = ntlm::kUnicode | ntlm::kNtlm | ntlm::kExtendedSessionSecurity;
    parts.domain = "CONTOSO";
    parts.user = "alice";
    parts.workstation = "DESK";
    parts.lm_response = std::string(24, '\0');
    parts.nt_response = std::string(16, 'p') + ntlm::encode_v2_blob(133'000'000'000'000'000ULL, "clientch",
                                                                    ntlm_challenge_parts().target_info);
    return "NTLM " + base64::encode(ntlm::encode(parts));
}

/// Tells the journal what the relay would of one client after the other, each with twenty exchanges.
class Traffic {
public:
    Traffic(Journal& journal, bool with_logins) : journal_(journal), with_logins_(with_logins) {}

    void exchange() {
        const std::uint64_t place = told_ % kExchangesPerConnection;
        if (place == 0) connect();
        if (with_logins_ && place < 3)
            login_leg(place);
        else
            tell("", 200, "");
        if (++told_ % kExchangesPerConnection == 0) disconnect();
    }

    std::uint64_t told() const { return told_; }
    std::uint64_t bytes() const { return bytes_; }  ///< of heads and bodies

private:
    Instant now() {
        now_ += 10;
        return {1'790'000'000'000'000 + now_, now_};
    }
    ConnectionId client() const { return {Leg::Client, connections_}; }
    ConnectionId upstream() const { return {Leg::Upstream, connections_}; }

    void connect() {
        ++connections_;
        client_.id = client();
        client_.local = "127.0.0.1:8401";
        client_.peer = "127.0.0.1:" + std::to_string(20'000 + connections_ % 40'000);
        client_.opened = now();
        journal_.push(std::make_shared<const Connection>(client_));
        upstream_ = client_;
        upstream_.id = upstream();
        upstream_.peer = "192.0.2.1:80";
        upstream_.origin = "web01.contoso.test:80";
        upstream_.opened_for = client();
        journal_.push(std::make_shared<const Connection>(upstream_));
    }

    void disconnect() {
        for (Connection connection : {client_, upstream_}) {
            connection.closing = Closing{ClosedBy::Peer, CloseKind::Fin, now(), ""};
            journal_.push(std::make_shared<const Connection>(std::move(connection)));
        }
    }

    void login_leg(std::uint64_t leg) {
        if (leg == 0) return tell("", 401, kOffers);
        if (leg == 1)
            return tell("Authorization: " + negotiate_ + "\r\n", 401,
                        "WWW-Authenticate: " + challenge_ + "\r\n");
        tell("Authorization: " + authenticate_ + "\r\n", 200, "");
    }

    void tell(const std::string& request_fields, int status, const std::string& response_fields) {
        const auto id = static_cast<ExchangeId>(told_ + 1);
        const std::string origin = "http://web01.contoso.test";
        std::string request = "GET " + origin + "/reports/" + std::to_string(told_ % 1000) + " HTTP/1.1\r\n" +
                              kRequestFields + request_fields + "\r\n";
        std::string response = "HTTP/1.1 " + std::to_string(status) +
                               (status == 200 ? " OK\r\n" : " Unauthorized\r\n") + kResponseFields +
                               response_fields + "Content-Length: " + std::to_string(body_.size()) +
                               "\r\n\r\n";
        bytes_ += request.size() + response.size() + body_.size();
        const auto origin_length = static_cast<std::uint32_t>(origin.size());

        std::unique_ptr<Exchange> exchange = journal_.blank();
        exchange->id = id;
        exchange->client_connection = client();
        exchange->upstream_connection = upstream();
        exchange->authority = "web01.contoso.test";
        exchange->request = message_from_head(std::move(request), http1::HeadParser::Kind::Request);
        exchange->request_edits = {{4, origin_length, "", "origin-form (RFC 9112 3.2.1)"}};
        exchange->response = message_from_head(std::move(response), http1::HeadParser::Kind::Response);
        exchange->response.body = {body_, body_.size()};
        exchange->status = status;
        exchange->decision = PoolDecision{"affinity", upstream(), false, {}, "this client's own connection"};
        exchange->timing = {now(), now(), now(), now(), now()};
        exchange->outcome = Outcome::Complete;
        journal_.push(ExchangeFinished{std::move(exchange)});
    }

    Journal& journal_;
    const bool with_logins_;
    const std::string body_ = page(1024);
    const std::string negotiate_ = ntlm_negotiate();
    const std::string challenge_ = "NTLM " + base64::encode(ntlm::encode(ntlm_challenge_parts()));
    const std::string authenticate_ = ntlm_authenticate();
    std::uint64_t told_ = 0, connections_ = 0, bytes_ = 0;
    std::int64_t now_ = 0;
    Connection client_, upstream_;
};

void wait_for(const Recorder& recorder, std::uint64_t told) {
    while (recorder.summary().exchanges + recorder.not_recorded() + kUnderWay < told)
        std::this_thread::sleep_for(std::chrono::microseconds(200));
}

/// CPU of all threads but this one.
double recorder_seconds() {
    return cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_seconds(CLOCK_THREAD_CPUTIME_ID);
}

void measure(const char* name, bool with_logins, const std::filesystem::path& file, std::uint64_t count) {
    Journal journal;
    RecorderOptions options;
    options.capture = file;
    options.on_trouble = [](const std::string& message) { fmt::print(stderr, "{}\n", message); };
    Recorder recorder(journal, options);
    Traffic traffic(journal, with_logins);

    const auto begun = std::chrono::steady_clock::now();
    std::array<double, 5> writing{recorder_seconds()};  // at the quarters
    double pushing = 0;
    recorder.start();
    for (std::size_t quarter = 1; quarter <= 4; ++quarter) {
        while (traffic.told() < count * quarter / 4) {
            const double before = cpu_seconds(CLOCK_THREAD_CPUTIME_ID);
            for (std::uint64_t i = 0; i < kBlock; ++i) traffic.exchange();
            pushing += cpu_seconds(CLOCK_THREAD_CPUTIME_ID) - before;
            wait_for(recorder, traffic.told());
        }
        writing[quarter] = recorder_seconds();
    }
    recorder.finish();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;

    const auto told = static_cast<double>(traffic.told());
    fmt::print(
        "{{\"case\": \"{}\", \"exchanges_s\": {:.0f}, \"push_us\": {:.3f}, \"writer_us\": {:.3f}, \"rise\": "
        "{:.3f}, "
        "\"bytes_in\": {:.0f}, \"bytes_exchange\": {:.0f}, \"lost\": {}}}\n",
        name, told / took.count(), pushing / told * 1e6, (recorder_seconds() - writing[0]) / told * 1e6,
        (writing[4] - writing[3]) / (writing[2] - writing[1]), static_cast<double>(traffic.bytes()) / told,
        static_cast<double>(std::filesystem::file_size(file)) / told, recorder.not_recorded());
    std::filesystem::remove(file);
}

}  // namespace
}  // namespace why401

int main(int count, char** arguments) {
    if (count < 2) {
        fmt::print(stderr, "recorder_bench FILE [EXCHANGES]\n");
        return 2;
    }
    const std::uint64_t exchanges = count > 2 ? std::stoull(arguments[2]) : 300'000;
    try {
        why401::measure("plain", false, arguments[1], exchanges);
        why401::measure("logins", true, arguments[1], exchanges);
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 1;
    }
    return 0;
}
