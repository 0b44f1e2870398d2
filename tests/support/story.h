#pragma once
// Tells a record as a story: who asked what over which connection, and what came back. Every message is made
// of bytes and read by the public readers, NTLM tokens included; nothing here is built by hand that a real
// record would have parsed. Time moves 10 ms with each exchange, further with wait().

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "record/record_item.h"
#include "tests/support/certificates.h"
#include "tests/support/ntlm_story.h"
#include "tests/support/story_edits.h"
#include "tokens/basic.h"
#include "tokens/spnego.h"
#include "wire/base64.h"

namespace why401::test {

class Story {
public:
    // Who and where; these last until changed.
    Story& client(std::uint64_t id) {
        next_.client_connection = ConnectionId{Leg::Client, id};
        return *this;
    }
    Story& upstream(std::uint64_t id) {
        next_.upstream_connection = ConnectionId{Leg::Upstream, id};
        return *this;
    }
    Story& on(std::uint64_t c, std::uint64_t u) { return client(c).upstream(u); }
    Story& unknown_connections() {
        next_.client_connection.reset();
        next_.upstream_connection.reset();
        return *this;
    }
    Story& unknown_upstream() {
        next_.upstream_connection.reset();
        return *this;
    }
    Story& policy(std::string name) {
        policy_ = std::move(name);
        return *this;
    }
    Story& recorded_by_another_proxy() {
        policy_.clear();
        return *this;
    }
    Story& host(std::string name) {
        host_ = std::move(name);
        return *this;
    }
    Story& https() {
        next_.scheme = "https";
        next_.in_tunnel = true;
        return *this;
    }
    Story& server(std::string name) {
        server_ = std::move(name);
        return *this;
    }
    Story& computer(std::string name) {
        habits_.computer = std::move(name);
        return *this;
    }
    Story& agent(std::string name) {
        agent_ = std::move(name);
        return *this;
    }
    Story& without_timestamps() {
        habits_.timestamps = false;
        return *this;
    }
    Story& habits(NtlmHabits habits) {
        habits_ = std::move(habits);
        return *this;
    }
    Story& wait(std::int64_t milliseconds) {
        now_ += milliseconds * 1000;
        return *this;
    }

    // The request.
    Story& get(std::string path) { return method("GET", std::move(path)); }
    Story& method(std::string name, std::string path) {
        method_ = std::move(name);
        path_ = std::move(path);
        return *this;
    }
    Story& asks(std::string field_line) {
        request_fields_ += field_line + "\r\n";
        return *this;
    }
    Story& proxy_auth() {
        proxy_ = true;
        return *this;
    }
    Story& http10() {
        version_ = "HTTP/1.0";
        return *this;
    }
    Story& negotiate() { return credentials("NTLM " + base64::encode(negotiate_message(habits_))); }
    Story& odd(NtlmOddity oddity) {
        odd_ = std::move(oddity);
        return *this;
    }
    /// So many bytes of content, announced and sent.
    Story& content(std::uint64_t bytes) {
        content_ = bytes;
        return asks("Content-Length: " + std::to_string(bytes));
    }
    Story& http2() {
        next_.http_major = 2;
        return *this;
    }
    Story& broke(Fault fault) { return next_.fault = std::move(fault), *this; }
    /// What the server's log says of the exchange: sc-substatus and sc-win32-status.
    Story& logged(std::uint16_t substatus, std::uint32_t win32) {
        LogLine line;
        line.text = "GET / - 401 " + std::to_string(substatus) + " " + std::to_string(win32);
        line.substatus = substatus;
        line.win32 = win32;
        next_.log = std::make_shared<const LogLine>(line);
        return *this;
    }
    /// The next AUTHENTICATE carries this MsvAvChannelBindings: binding_to(), or sixteen zeros.
    Story& bound(std::string binding) {
        own_pairs_.push_back({ntlm::kAvChannelBindings, std::move(binding), 0});
        return *this;
    }
    /// The next AUTHENTICATE names this service (MsvAvTargetName).
    Story& meant_for(std::string_view spn) {
        own_pairs_.push_back(ntlm::av_name_pair(ntlm::kAvTargetName, spn));
        return *this;
    }
    /// The next AUTHENTICATE comes inside SPNEGO.
    Story& wrapped() {
        wrapped_ = true;
        return *this;
    }
    /// Answers the last CHALLENGE that came to this client connection, or that of `exchange`.
    Story& authenticate(std::string_view user, std::uint64_t exchange = 0) {
        if (exchange == 0 && next_.client_connection)
            exchange = last_challenge_[next_.client_connection->number];
        const std::string message =
            authenticate_message(habits_, odd_, user, challenges_[exchange], own_pairs_);
        if (!wrapped_) return credentials("NTLM " + base64::encode(message));
        return credentials("Negotiate " + base64::encode(spnego::encode_resp(std::nullopt, "", message)));
    }
    Story& basic(std::string_view user, std::string_view password) {
        return credentials("Basic " + why401::basic::encode(user, password));
    }
    Story& credentials(std::string value) {
        return asks(std::string(proxy_ ? "Proxy-Authorization: " : "Authorization: ") + value);
    }

    /// What a check with a password or a key showed of this request.
    Story& checked(ProofOutcome outcome) {
        next_.proof = std::make_shared<const ProofOutcome>(std::move(outcome));
        return *this;
    }

    // What this proxy did to it.
    Story& injected(std::string fault) {
        next_.injected.push_back(std::move(fault));
        return *this;
    }
    Story& because(std::string reason) {
        because_ = std::move(reason);
        return *this;
    }
    Story& removes_from_request(std::string name) {
        drop_request_.push_back(std::move(name));
        return *this;
    }
    Story& adds_to_request(std::string line) {
        add_request_ = line + "\r\n";
        return *this;
    }
    Story& removes_from_response(std::string name) {
        drop_response_.push_back(std::move(name));
        return *this;
    }
    Story& adds_to_response(std::string line) {
        add_response_ = line + "\r\n";
        return *this;
    }

    // The answer. These end the exchange.
    Story& says(std::string field_line) {
        response_fields_ += field_line + "\r\n";
        return *this;
    }
    Story& page(std::string body) {
        next_.response.body.kept = std::move(body);
        return *this;
    }
    Story& offers(std::string scheme) { return says(challenge_field() + scheme); }
    /// The usual first 401 of IIS.
    Story& refuses() {
        const bool told_otherwise = !add_response_.empty() || !next_.injected.empty();
        if (next_.scheme == "http" && !policy_.empty() && !proxy_ && !told_otherwise)
            adds_to_response("Proxy-Support: Session-Based-Authentication");  // as the relay does
        return offers("Negotiate").offers("NTLM").answers(proxy_ ? 407 : 401);
    }
    /// 401 with a CHALLENGE.
    Story& challenges() {
        const std::uint64_t id = exchanges_ + 1;
        challenges_[id] = challenge_parts(habits_, id);
        if (next_.client_connection) last_challenge_[next_.client_connection->number] = id;
        return says(challenge_field() + "NTLM " + base64::encode(ntlm::encode(challenges_[id])))
            .answers(proxy_ ? 407 : 401);
    }
    Story& answers(int status) {
        const std::string reason = status == 200 ? "OK" : status == 401 ? "Unauthorized" : "Status";
        std::string head = "HTTP/1.1 " + std::to_string(status) + " " + reason + "\r\n";
        if (!server_.empty()) head += "Server: " + server_ + "\r\n";
        head += response_fields_ + "Content-Length: " + std::to_string(next_.response.body.kept.size()) +
                "\r\n\r\n";
        Body body = std::move(next_.response.body);
        next_.response = message_from_head(std::move(head), http1::HeadParser::Kind::Response);
        next_.response.body = std::move(body);
        next_.response.body.length = next_.response.body.kept.size();
        next_.status = status;
        next_.response_edits = edits(next_.response, drop_response_, add_response_);
        return ends(answered_);
    }
    /// This proxy had to answer itself.
    Story& answered_by_us(int status) {
        next_.answered_by_us = true;
        return says("X-Why401: page").answers(status);
    }
    /// TLS to the server could not be had, or its certificate was not accepted.
    Story& refused_for(std::string stage, std::string what) {
        next_.fault = Fault{Fault::Whose::Upstream, std::move(stage), std::move(what), "", {}, ""};
        answered_ = Outcome::Refused;
        unsent_ = !sent_all_the_same_;
        return answered_by_us(502);
    }
    /// Before refused_for(): the request had gone out by then.
    Story& sent_all_the_same() {
        sent_all_the_same_ = true;
        return *this;
    }
    Story& gets_no_answer() { return ends(Outcome::Refused); }

    /// A CONNECT that was answered 200.
    Story& opens_tunnel() {
        method_ = "CONNECT";
        path_ = "";
        next_.response = message_from_head("HTTP/1.1 200 OK\r\n\r\n", http1::HeadParser::Kind::Response);
        next_.status = 200;
        next_.answered_by_us = true;
        return ends(Outcome::Tunnelled);
    }
    /// What passes on this client connection is not read.
    Story& stays_opaque(std::uint64_t id) {
        Connection& connection = connections_[{Leg::Client, id}];
        connection.id = {Leg::Client, id};
        connection.tunnel = true;
        items_.emplace_back(connection);
        return *this;
    }
    /// What is known of TLS on a connection, told as the relay tells it.
    Story& tls(Leg leg, std::uint64_t id, TlsFacts facts) {
        Connection& connection = connections_[{leg, id}];
        connection.id = {leg, id};
        connection.tls = std::make_shared<const TlsFacts>(std::move(facts));
        items_.emplace_back(connection);
        return *this;
    }
    /// This proxy has opened the TLS of both connections: "ours" to the client, "theirs" from the server.
    Story& intercepts(std::uint64_t c, std::uint64_t u) {
        TlsFacts to_client, to_server;
        to_client.certificate = certificate("ours");
        to_server.certificate = certificate("theirs");
        return https().tls(Leg::Client, c, to_client).tls(Leg::Upstream, u, to_server).on(c, u);
    }
    Story& carries(std::uint64_t id, std::uint64_t from_client, std::uint64_t to_client) {
        connections_[{Leg::Client, id}].carried = Carried{from_client, to_client};
        return *this;
    }

    // Whole tales.
    Story& ntlm_login(std::string_view user, const std::string& path = "/") {
        get(path).refuses();
        get(path).negotiate().challenges();
        return get(path).authenticate(user).answers(200);
    }

    // Connections.
    Story& connects(Leg leg, std::uint64_t id, std::string peer = "127.0.0.1:50000") {
        Connection& connection = connections_[{leg, id}];
        connection.id = {leg, id};
        connection.peer = std::move(peer);
        connection.origin = leg == Leg::Upstream ? host_ + ":80" : "";
        connection.opened = time();
        items_.emplace_back(connection);
        return *this;
    }
    Story& closes(Leg leg, std::uint64_t id, ClosedBy by = ClosedBy::Peer, std::string why = "",
                  CloseKind kind = CloseKind::Fin) {
        now_ += 1000;
        Connection& connection = connections_[{leg, id}];
        connection.id = {leg, id};
        connection.closing = Closing{by, kind, time(), std::move(why)};
        items_.emplace_back(connection);
        return *this;
    }

    const std::vector<RecordItem>& items() const { return items_; }
    std::uint64_t exchanges() const { return exchanges_; }

private:
    Instant time() const { return {now_, now_}; }
    std::string challenge_field() const { return proxy_ ? "Proxy-Authenticate: " : "WWW-Authenticate: "; }

    Story& ends(Outcome outcome) {
        const std::string target = method_ == "CONNECT" ? host_ + ":443"
                                   : next_.in_tunnel    ? path_
                                                        : next_.scheme + "://" + host_ + path_;
        next_.request = message_from_head(method_ + " " + target + " " + version_ + "\r\nHost: " + host_ +
                                              "\r\nUser-Agent: " + agent_ + "\r\n" + request_fields_ + "\r\n",
                                          http1::HeadParser::Kind::Request);
        next_.request.body.length = content_;
        next_.request_edits = edits(next_.request, drop_request_, add_request_);
        next_.id = ExchangeId(++exchanges_);
        next_.authority = host_;
        next_.outcome = outcome;
        next_.timing.started = next_.timing.request_head = next_.timing.forwarded = time();
        if (unsent_) next_.timing.forwarded = {};
        unsent_ = sent_all_the_same_ = false;
        now_ += 10'000;
        next_.timing.response_head = next_.timing.ended = time();
        if (!policy_.empty()) {
            next_.decision = PoolDecision{};
            next_.decision->policy = policy_;
            next_.decision->chosen = next_.upstream_connection;
            next_.decision->because = because_;
        }
        items_.emplace_back(next_);
        begin_next();
        return *this;
    }

    void begin_next() {
        Exchange fresh;
        fresh.client_connection = next_.client_connection;
        fresh.upstream_connection = next_.upstream_connection;
        fresh.scheme = next_.scheme;
        fresh.in_tunnel = next_.in_tunnel;
        next_ = std::move(fresh);
        request_fields_.clear();
        response_fields_.clear();
        because_.clear();
        add_request_.clear();
        add_response_.clear();
        drop_request_.clear();
        drop_response_.clear();
        version_ = "HTTP/1.1";
        own_pairs_.clear();
        odd_ = {};
        content_ = 0;
        wrapped_ = false;
        answered_ = Outcome::Complete;
    }

    Exchange next_;
    std::string method_ = "GET", path_ = "/", version_ = "HTTP/1.1", host_ = "web01.test",
                server_ = "Microsoft-IIS/10.0";
    NtlmHabits habits_;
    NtlmOddity odd_;
    std::uint64_t content_ = 0;
    std::string agent_ = "test/1.0", policy_ = "affinity", because_;
    std::string request_fields_, response_fields_, add_request_, add_response_;
    std::vector<std::string> drop_request_, drop_response_;
    ntlm::AvPairs own_pairs_;  // of the next AUTHENTICATE
    bool proxy_ = false, wrapped_ = false;
    Outcome answered_ = Outcome::Complete;
    bool unsent_ = false, sent_all_the_same_ = false;
    std::int64_t now_ = 1'000'000'000;
    std::uint64_t exchanges_ = 0;
    std::map<std::uint64_t, ntlm::ChallengeParts> challenges_;
    std::map<std::uint64_t, std::uint64_t> last_challenge_;
    std::map<ConnectionId, Connection> connections_;
    std::vector<RecordItem> items_;
};

inline Story story() { return Story(); }

}  // namespace why401::test
