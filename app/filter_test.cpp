#include "app/filter.h"

#include <gtest/gtest.h>

namespace why401 {
namespace {

struct Case {
    Exchange exchange;
    ExchangeReading reading;
};

Case bleed() {
    Case c;
    c.exchange.id = ExchangeId{8};
    c.exchange.client_connection = ConnectionId{Leg::Client, 1};
    c.exchange.upstream_connection = ConnectionId{Leg::Upstream, 3};
    c.exchange.authority = "web01.contoso.test:8080";
    c.exchange.request = message_from_head("GET /Logo.png HTTP/1.1\r\nHost: web01.contoso.test:8080\r\n\r\n",
                                           http1::HeadParser::Kind::Request);
    c.exchange.response = message_from_head("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM\r\n\r\n",
                                            http1::HeadParser::Kind::Response);
    c.exchange.status = 401;
    c.reading.substatus = Substatus{"401.2", SubstatusBasis::Inferred, Confidence::Likely};
    c.reading.scheme = "NTLM";
    c.reading.client_identity = "CONTOSO\\alice";
    c.reading.finding = "NTLM-POOL-001";
    return c;
}

bool finds(const char* filter) {
    const Case c = bleed();
    return Filter(filter).matches(c.exchange, c.reading);
}

TEST(Filter, FindsByEachKey) {
    for (const char* filter :
         {"status:401", "status:401.2", "status:4*", "scheme:ntlm", "conn:C1", "conn:u3", "user:alice",
          "user:contoso\\alice", "user:CONTOSO\\*", "host:web01", "host:web01.contoso.test",
          "host:web01.contoso.test:8080", "finding:NTLM-POOL-001", "finding:ntlm-pool-*", "logo.PNG",
          "www-authenticate", "get", ""})
        EXPECT_TRUE(finds(filter)) << filter;
}

TEST(Filter, LeavesOutWhatDoesNotMatch) {
    for (const char* filter :
         {"status:200", "status:401.1", "status:40", "scheme:negotiate", "conn:C2", "conn:U31", "user:bob",
          "user:ali", "host:web02", "finding:NTLM-POOL-002", "finding:NORM-*", "favicon"})
        EXPECT_FALSE(finds(filter)) << filter;
}

TEST(Filter, NeedsEveryWord) {
    EXPECT_TRUE(finds("status:401.2 scheme:ntlm conn:U3 user:alice host:web01 finding:NTLM-POOL-* logo"));
    EXPECT_FALSE(finds("status:401.2 scheme:ntlm conn:U4"));
}

TEST(Filter, TakesAnUnknownKeyAsText) {
    EXPECT_TRUE(finds("http://web01.contoso.test:8080/logo.png"));
    EXPECT_FALSE(finds("colour:red"));
}

TEST(Filter, KeepsSpacesInsideQuotes) {
    EXPECT_TRUE(finds("\"GET /logo\""));
    EXPECT_FALSE(finds("\"GET  /logo\""));
    EXPECT_TRUE(finds("\"401 unauthorized"));  // a quote that is not closed ends with the text
    EXPECT_TRUE(finds("\"\" status:401"));
}

TEST(Filter, OfAnAnonymousExchangeHasNoUserAndNoFinding) {
    Case c = bleed();
    c.reading = {};
    EXPECT_FALSE(Filter("user:*").matches(c.exchange, c.reading));
    EXPECT_FALSE(Filter("finding:*").matches(c.exchange, c.reading));
}

TEST(Filter, StandsHostileInput) {
    std::string many;
    for (int i = 0; i < 10000; ++i) many += "status:401 ";
    EXPECT_TRUE(finds(many.c_str()));
    EXPECT_FALSE(finds(std::string(100000, 'x').c_str()));
}

}  // namespace
}  // namespace why401
