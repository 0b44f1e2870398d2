#pragma once
// For tests: whether two values of a record are equal in every field, and a record that uses every field.

#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

#include "record/record_item.h"

namespace why401::testing_record {

inline void expect_same(const Message& a, const Message& b) {
    EXPECT_EQ(a.head, b.head);
    EXPECT_EQ(a.parsed.fields.size(), b.parsed.fields.size());
    EXPECT_EQ(a.method(), b.method());
    EXPECT_EQ(a.parsed.status, b.parsed.status);
    EXPECT_EQ(a.body.kept, b.body.kept);
    EXPECT_EQ(a.body.length, b.body.length);
}

inline void expect_same(const std::vector<Edit>& a, const std::vector<Edit>& b) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        EXPECT_EQ(a[i].offset, b[i].offset);
        EXPECT_EQ(a[i].length, b[i].length);
        EXPECT_EQ(a[i].text, b[i].text);
        EXPECT_EQ(a[i].because, b[i].because);
    }
}

inline void expect_same(const Fault& a, const Fault& b) {
    EXPECT_EQ(a.whose, b.whose);
    EXPECT_EQ(a.stage, b.stage);
    EXPECT_EQ(a.what, b.what);
    EXPECT_EQ(a.clause, b.clause);
    EXPECT_EQ(a.offset, b.offset);
    EXPECT_EQ(a.bytes, b.bytes);
}

inline void expect_same(const PoolDecision& a, const PoolDecision& b) {
    EXPECT_EQ(a.policy, b.policy);
    EXPECT_EQ(a.chosen, b.chosen);
    EXPECT_EQ(a.opened_new, b.opened_new);
    EXPECT_EQ(a.because, b.because);
    ASSERT_EQ(a.candidates.size(), b.candidates.size());
    for (std::size_t i = 0; i < a.candidates.size(); ++i) {
        EXPECT_EQ(a.candidates[i].connection, b.candidates[i].connection);
        EXPECT_EQ(a.candidates[i].last_client, b.candidates[i].last_client);
        EXPECT_EQ(a.candidates[i].private_to_other, b.candidates[i].private_to_other);
    }
}

template <class Value>
void expect_same(const std::optional<Value>& a, const std::optional<Value>& b) {
    ASSERT_EQ(a.has_value(), b.has_value());
    if (a) expect_same(*a, *b);
}

inline void expect_same(const Exchange& a, const Exchange& b) {
    EXPECT_EQ(a.id, b.id);
    EXPECT_EQ(a.client_connection, b.client_connection);
    EXPECT_EQ(a.upstream_connection, b.upstream_connection);
    EXPECT_EQ(a.scheme, b.scheme);
    EXPECT_EQ(a.authority, b.authority);
    EXPECT_EQ(a.in_tunnel, b.in_tunnel);
    expect_same(a.request, b.request);
    expect_same(a.request_edits, b.request_edits);
    expect_same(a.response, b.response);
    expect_same(a.response_edits, b.response_edits);
    EXPECT_EQ(a.interim, b.interim);
    EXPECT_EQ(a.status, b.status);
    EXPECT_EQ(a.answered_by_us, b.answered_by_us);
    EXPECT_EQ(a.timing.started, b.timing.started);
    EXPECT_EQ(a.timing.request_head, b.timing.request_head);
    EXPECT_EQ(a.timing.forwarded, b.timing.forwarded);
    EXPECT_EQ(a.timing.response_head, b.timing.response_head);
    EXPECT_EQ(a.timing.ended, b.timing.ended);
    EXPECT_EQ(a.outcome, b.outcome);
    expect_same(a.fault, b.fault);
    expect_same(a.decision, b.decision);
    EXPECT_EQ(a.injected, b.injected);
}

inline void expect_same(const CertificateFacts& a, const CertificateFacts& b) {
    EXPECT_EQ(a.subject, b.subject);
    EXPECT_EQ(a.issuer, b.issuer);
    EXPECT_EQ(a.names, b.names);
    EXPECT_EQ(a.names_left_out, b.names_left_out);
    EXPECT_EQ(a.not_before, b.not_before);
    EXPECT_EQ(a.not_after, b.not_after);
    EXPECT_EQ(a.sha256, b.sha256);
    EXPECT_EQ(a.end_point, b.end_point);
    EXPECT_EQ(a.ntlm_binding, b.ntlm_binding);
}

inline void expect_same(const TlsFacts& a, const TlsFacts& b) {
    EXPECT_EQ(a.server_name, b.server_name);
    EXPECT_EQ(a.alpn_offered, b.alpn_offered);
    EXPECT_EQ(a.version, b.version);
    EXPECT_EQ(a.cipher, b.cipher);
    EXPECT_EQ(a.alpn, b.alpn);
    EXPECT_EQ(a.alpn_declined, b.alpn_declined);
    EXPECT_EQ(a.resumed, b.resumed);
    ASSERT_EQ(a.certificate.has_value(), b.certificate.has_value());
    if (a.certificate) expect_same(*a.certificate, *b.certificate);
    EXPECT_EQ(a.client_certificate_asked, b.client_certificate_asked);
    EXPECT_EQ(a.client_certificate_issuers, b.client_certificate_issuers);
    EXPECT_EQ(a.excepted, b.excepted);
    ASSERT_EQ(a.refusal.has_value(), b.refusal.has_value());
    if (a.refusal) {
        EXPECT_EQ(a.refusal->check, b.refusal->check);
        EXPECT_EQ(a.refusal->what, b.refusal->what);
        EXPECT_EQ(a.refusal->certificate, b.refusal->certificate);
        EXPECT_EQ(a.refusal->hint, b.refusal->hint);
        EXPECT_EQ(a.refusal->may_be_excepted, b.refusal->may_be_excepted);
    }
    EXPECT_EQ(a.remarks, b.remarks);
}

inline void expect_same(const Connection& a, const Connection& b) {
    EXPECT_EQ(a.id, b.id);
    EXPECT_EQ(a.local, b.local);
    EXPECT_EQ(a.peer, b.peer);
    EXPECT_EQ(a.origin, b.origin);
    EXPECT_EQ(a.opened_for, b.opened_for);
    EXPECT_EQ(a.next_hop_is_proxy, b.next_hop_is_proxy);
    EXPECT_EQ(a.tunnel, b.tunnel);
    EXPECT_EQ(a.opened, b.opened);
    ASSERT_EQ(a.carried.has_value(), b.carried.has_value());
    if (a.carried) {
        EXPECT_EQ(a.carried->from_client, b.carried->from_client);
        EXPECT_EQ(a.carried->to_client, b.carried->to_client);
    }
    ASSERT_EQ(a.tls != nullptr, b.tls != nullptr);
    if (a.tls) expect_same(*a.tls, *b.tls);
    ASSERT_EQ(a.closing.has_value(), b.closing.has_value());
    if (!a.closing) return;
    EXPECT_EQ(a.closing->by, b.closing->by);
    EXPECT_EQ(a.closing->kind, b.closing->kind);
    EXPECT_EQ(a.closing->at, b.closing->at);
    EXPECT_EQ(a.closing->because, b.closing->because);
}

inline void expect_same(const PolicyChanged& a, const PolicyChanged& b) {
    EXPECT_EQ(a.policy, b.policy);
    EXPECT_EQ(a.before, b.before);
    EXPECT_EQ(a.at, b.at);
}
inline void expect_same(const FaultsChanged& a, const FaultsChanged& b) {
    EXPECT_EQ(a.enabled, b.enabled);
    EXPECT_EQ(a.at, b.at);
}
inline void expect_same(const InterceptionChanged& a, const InterceptionChanged& b) {
    EXPECT_EQ(a.intercept, b.intercept);
    EXPECT_EQ(a.tunnel, b.tunnel);
    EXPECT_EQ(a.at, b.at);
}
inline void expect_same(const FaultSeen& a, const FaultSeen& b) {
    EXPECT_EQ(a.connection, b.connection);
    expect_same(a.fault, b.fault);
    EXPECT_EQ(a.at, b.at);
}
inline void expect_same(const NotRecorded& a, const NotRecorded& b) {
    EXPECT_EQ(a.exchanges, b.exchanges);
    EXPECT_EQ(a.because, b.because);
    EXPECT_EQ(a.at, b.at);
}

inline void expect_same(const std::vector<RecordItem>& a, const std::vector<RecordItem>& b) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        SCOPED_TRACE("item " + std::to_string(i));
        ASSERT_EQ(a[i].index(), b[i].index());
        std::visit([&](const auto& one) { expect_same(one, std::get<std::decay_t<decltype(one)>>(b[i])); },
                   a[i]);
    }
}

inline Instant at(std::int64_t microseconds) {
    return {1'795'000'000'000'000 + microseconds, 7'000 + microseconds};
}
inline ConnectionId client(std::uint64_t number) { return {Leg::Client, number}; }
inline ConnectionId upstream(std::uint64_t number) { return {Leg::Upstream, number}; }

/// A complete exchange with little in it.
inline Exchange plain_exchange(std::uint64_t id, int status = 200) {
    Exchange exchange;
    exchange.id = static_cast<ExchangeId>(id);
    exchange.client_connection = client(1);
    exchange.upstream_connection = upstream(1);
    exchange.authority = "web01";
    exchange.request = message_from_head("GET /" + std::to_string(id) + " HTTP/1.1\r\nHost: web01\r\n\r\n",
                                         http1::HeadParser::Kind::Request);
    exchange.response = message_from_head("HTTP/1.1 " + std::to_string(status) + " Ok\r\n\r\n",
                                          http1::HeadParser::Kind::Response);
    exchange.status = status;
    exchange.outcome = Outcome::Complete;
    const auto base = static_cast<std::int64_t>(id) * 1000;
    exchange.timing = {at(base), at(base + 1), at(base + 2), at(base + 3), at(base + 4)};
    return exchange;
}

/// An exchange with every field in use, bytes that are no UTF-8 among them.
inline Exchange rich_exchange(std::uint64_t id) {
    Exchange exchange = plain_exchange(id, 401);
    exchange.scheme = "https";
    exchange.authority = "[::1]:8443";
    exchange.in_tunnel = true;
    exchange.request =
        message_from_head("\r\nPOST /\xff\xfe?q=1 HTTP/1.1\r\nHost: [::1]:8443\r\nX: \x80\"\\\r\n\r\n",
                          http1::HeadParser::Kind::Request);
    exchange.request.body = {std::string("\0\x01\xff", 3), 12};
    exchange.request_edits = {{2, 5, "", "removed"}, {30, 0, "Via: 1.1 \xff\r\n", "added \"so\"\n"}};
    exchange.response.body = {std::string(5000, 'z'), 5000};
    exchange.response_edits = {{0, 0, "x", "y"}};
    exchange.interim = {"HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 \xfe\r\n\r\n"};
    exchange.answered_by_us = true;
    exchange.outcome = Outcome::Broken;
    exchange.fault = Fault{Fault::Whose::Network,   "response body", "cut after 12 of 40", "RFC 9112 6.3", 17,
                           std::string("\0\xff", 2)};
    exchange.decision = PoolDecision{"pooled/lifo",
                                     upstream(3),
                                     true,
                                     {{upstream(1), client(2), true}, {upstream(2), std::nullopt, false}},
                                     "most recently used \t"};
    exchange.injected = {"add-via", "join-challenges"};
    return exchange;
}

/// Every field in use.
inline TlsFacts rich_tls() {
    TlsFacts tls;
    tls.server_name = "web01";
    tls.alpn_offered = {"h2", "http/1.1"};
    tls.version = "TLSv1.3";
    tls.cipher = "TLS_AES_128_GCM_SHA256";
    tls.alpn = "http/1.1";
    tls.alpn_declined = {"h2"};
    tls.resumed = true;
    tls.certificate = CertificateFacts{"CN=a\xff", "CN=\"b\"",    {"a.test", "::1"},    3,
                                       -1,         4'102'444'800, std::string(64, 'f'), "e0e0",
                                       "b1b1"};
    tls.client_certificate_asked = true;
    tls.client_certificate_issuers = {"CN=staff"};
    tls.excepted = "expired";
    tls.refusal = TlsRefusal{"self-signed", "its certificate is self-signed", "CN=a (the server's own)",
                             "mend it", true};
    tls.remarks = {"revocation was not checked"};
    return tls;
}

/// Every kind of item, in an order that no sorting by id or kind would give.
inline std::vector<RecordItem> rich_record() {
    Connection opened;
    opened.id = client(1);
    opened.local = "127.0.0.1:8401";
    opened.peer = "127.0.0.1:50000";
    opened.opened = at(1);
    Connection to_server;
    to_server.id = upstream(1);
    to_server.local = "127.0.0.1:50001";
    to_server.peer = "10.0.0.1:80";
    to_server.origin = "web01:80";
    to_server.opened_for = client(1);
    to_server.next_hop_is_proxy = true;
    to_server.opened = at(2);
    Connection tunnelled = to_server;
    tunnelled.tunnel = true;
    tunnelled.tls = std::make_shared<const TlsFacts>(rich_tls());
    Connection closed = opened;
    closed.tls = std::make_shared<const TlsFacts>();
    closed.carried = Carried{517, 5000000000};
    closed.closing = Closing{ClosedBy::Us, CloseKind::Timeout, at(9000), "idle \xff"};
    Exchange bare;  // as an IIS log knows it
    bare.id = static_cast<ExchangeId>(4);
    return {
        opened,
        to_server,
        PolicyChanged{"pooled/lifo", "affinity", at(3)},
        rich_exchange(2),
        plain_exchange(3),
        tunnelled,
        plain_exchange(1),
        FaultsChanged{{"add-via", "drop-authorization"}, at(5)},
        FaultSeen{
            client(1), {Fault::Whose::Client, "request head", "a bare LF", "RFC 9112 2.2", 3, "\xff"}, at(6)},
        FaultSeen{
            std::nullopt, {Fault::Whose::Us, "accept", "no descriptors left", "", std::nullopt, ""}, at(7)},
        bare,
        closed,
        InterceptionChanged{{"*"}, {"web01.\xff", "*.bank.test"}, at(8)},
        NotRecorded{12, "the queue was full", at(8)}};
}

}  // namespace why401::testing_record
