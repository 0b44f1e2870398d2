#include "proxy/machine/hop_by_hop.h"

#include <gtest/gtest.h>

namespace why401 {
namespace {

struct Sent {
    std::string head;
    std::vector<Edit> edits;
};

http1::Head parse(http1::HeadParser::Kind kind, const std::string& bytes) {
    http1::HeadParser parser(kind);
    EXPECT_EQ(parser.parse(bytes), http1::Progress::Complete) << bytes << parser.defect().what;
    return parser.take_head();
}

Sent request(const std::string& bytes, const HopContext& context = {}) {
    const http1::Head head = parse(http1::HeadParser::Kind::Request, bytes);
    const auto target = http1::parse_target(head.method(bytes), head.target(bytes));
    EXPECT_TRUE(target.has_value()) << bytes;
    auto edits = request_edits(head, bytes, target.value_or(http1::Target{}), context);
    std::string sent = forwarded_head(bytes, edits);
    return {std::move(sent), std::move(edits)};
}

Sent response(const std::string& bytes, bool announce = false, const HopContext& context = {}) {
    const http1::Head head = parse(http1::HeadParser::Kind::Response, bytes);
    auto edits = response_edits(head, bytes, announce, context);
    std::string sent = forwarded_head(bytes, edits);
    return {std::move(sent), std::move(edits)};
}

HopContext pooled() {
    HopContext context;
    context.affinity = false;
    return context;
}

HopContext to_parent() {
    HopContext context;
    context.to_proxy = true;
    return context;
}

TEST(HopByHop, AbsoluteFormBecomesOriginFormAndNothingElseChanges) {
    const Sent sent =
        request("GET http://web01/a?b=%20c HTTP/1.1\r\nhOsT:   web01  \r\nX-A: 1\r\nx-a:\t2\r\nX-A:\r\n\r\n");
    EXPECT_EQ(sent.head, "GET /a?b=%20c HTTP/1.1\r\nhOsT:   web01  \r\nX-A: 1\r\nx-a:\t2\r\nX-A:\r\n\r\n");
    ASSERT_EQ(sent.edits.size(), 1u);
    EXPECT_NE(sent.edits[0].because, "");
}

struct Case {
    const char *what, *received, *expected;
};

TEST(HopByHop, TargetAndHostFollowRfc9112) {
    const Case cases[] = {
        {"no path", "GET http://web01 HTTP/1.1\r\nHost: web01\r\n\r\n",
         "GET / HTTP/1.1\r\nHost: web01\r\n\r\n"},
        {"query without path", "GET http://web01?q HTTP/1.1\r\nHost: web01\r\n\r\n",
         "GET /?q HTTP/1.1\r\nHost: web01\r\n\r\n"},
        {"OPTIONS without path", "OPTIONS http://web01 HTTP/1.1\r\nHost: web01\r\n\r\n",
         "OPTIONS * HTTP/1.1\r\nHost: web01\r\n\r\n"},
        {"Host differs", "GET http://web01/ HTTP/1.1\r\nHost: evil\r\n\r\n",
         "GET / HTTP/1.1\r\nHost: web01\r\n\r\n"},
        {"Host is empty", "GET http://web01/ HTTP/1.1\r\nHost:\r\n\r\n",
         "GET / HTTP/1.1\r\nHost:web01\r\n\r\n"},
        {"port differs", "GET http://web01:81/ HTTP/1.1\r\nHost: web01\r\n\r\n",
         "GET / HTTP/1.1\r\nHost: web01:81\r\n\r\n"},
        {"same but for case", "GET http://WEB01/ HTTP/1.1\r\nHost: web01\r\n\r\n",
         "GET / HTTP/1.1\r\nHost: web01\r\n\r\n"},
        {"same but for the default port", "GET http://web01:80/ HTTP/1.1\r\nHost: web01\r\n\r\n",
         "GET / HTTP/1.1\r\nHost: web01\r\n\r\n"},
        {"HTTP/1.0 without Host", "GET http://web01/ HTTP/1.0\r\nA: b\r\n\r\n",
         "GET / HTTP/1.0\r\nHost: web01\r\nA: b\r\n\r\n"},
        {"origin-form stays", "GET /x HTTP/1.1\r\nHost: any\r\n\r\n", "GET /x HTTP/1.1\r\nHost: any\r\n\r\n"},
    };
    for (const Case& c : cases) EXPECT_EQ(request(c.received).head, c.expected) << c.what;
}

TEST(HopByHop, FieldsForThisHopLeave) {
    const std::string start = "GET /x HTTP/1.1\r\nHost: a\r\n";
    const Case cases[] = {
        {"named in Connection", "Connection: X-Hop, close\r\nX-Hop: 1\r\nx-hop: 2\r\nX-Stay: 3\r\n",
         "Connection: close\r\nX-Stay: 3\r\n"},
        {"Proxy-Connection", "Proxy-Connection: keep-alive\r\nX: 1\r\n", "X: 1\r\n"},
        {"Proxy-Connection close is meant", "Proxy-Connection: close\r\n", "Connection: close\r\n"},
        {"Proxy-Connection beside Connection", "Connection: keep-alive\r\nProxy-Connection: close\r\n",
         "Connection: keep-alive\r\n"},
        {"Proxy-Authorization", "Proxy-Authorization: Basic YTpi\r\nAuthorization: Basic YTpi\r\n",
         "Authorization: Basic YTpi\r\n"},
        {"keep-alive stays as written", "Connection:  Keep-Alive\r\n", "Connection:  Keep-Alive\r\n"},
        {"close and keep-alive, two lines", "Connection: close\r\nConnection: keep-alive\r\n",
         "Connection: close\r\nConnection: keep-alive\r\n"},
        {"h2c", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAM\r\n", ""},
        {"h2c among others", "Connection: Upgrade\r\nUpgrade: websocket, h2c\r\n",
         "Connection: Upgrade\r\nUpgrade: websocket\r\n"},
        {"websocket stays", "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n",
         "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"},
        {"an empty Connection", "Connection:\r\nX: 1\r\n", "Connection:\r\nX: 1\r\n"},
    };
    for (const Case& c : cases)
        EXPECT_EQ(request(start + c.received + "\r\n").head, start + c.expected + "\r\n") << c.what;
}

TEST(HopByHop, InThePooledPoliciesCloseAndKeepAliveAreOursAlone) {
    const std::string start = "GET /x HTTP/1.1\r\nHost: a\r\n";
    EXPECT_EQ(request(start + "Connection: close\r\n\r\n", pooled()).head, start + "\r\n");
    EXPECT_EQ(request(start + "Connection: keep-alive, X-Hop\r\nX-Hop: 1\r\n\r\n", pooled()).head,
              start + "\r\n");
    EXPECT_EQ(request(start + "Proxy-Connection: close\r\n\r\n", pooled()).head, start + "\r\n");
    EXPECT_EQ(
        response("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", false, pooled()).head,
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
}

TEST(HopByHop, AParentProxyGetsTheAbsoluteFormAndTheCredentialsMeantForIt) {
    const std::string head =
        "GET http://web01/ HTTP/1.1\r\nHost: web01\r\nProxy-Authorization: NTLM abc=\r\nProxy-Connection: "
        "keep-alive\r\n\r\n";
    EXPECT_EQ(request(head, to_parent()).head, head);
}

TEST(HopByHop, ConnectionMayNotNameWhatFramesOrRoutes) {
    for (const std::string name : {"Content-Length", "transfer-encoding", "HOST"}) {
        const std::string bytes = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close, " + name + "\r\n\r\n";
        const http1::Head head = parse(http1::HeadParser::Kind::Request, bytes);
        const auto defect = nominates_framing(head, bytes);
        ASSERT_TRUE(defect.has_value()) << name;
        EXPECT_EQ(defect->clause, "RFC 9110 7.6.1");
    }
    const std::string harmless = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    EXPECT_FALSE(nominates_framing(parse(http1::HeadParser::Kind::Request, harmless), harmless).has_value());
}

TEST(HopByHop, ProxySupportIsAddedOnceAndOnlyWhenAsked) {
    const std::string plain = "HTTP/1.1 401 No\r\nWWW-Authenticate: NTLM\r\nContent-Length: 0\r\n\r\n";
    const std::string added = "Proxy-Support: Session-Based-Authentication\r\nConnection: Proxy-Support\r\n";
    EXPECT_EQ(response(plain).head, plain);
    EXPECT_EQ(response(plain, true).head, plain.substr(0, plain.size() - 2) + added + "\r\n");
    const std::string said =
        "HTTP/1.1 401 No\r\nProxy-Support: Session-Based-Authentication\r\nWWW-Authenticate: NTLM\r\n\r\n";
    EXPECT_EQ(response(said, true).head, said) << "the hop behind us has said it already";
}

TEST(HopByHop, ChallengeLinesStaySeparateAndInOrder) {
    const std::string head =
        "HTTP/1.1 401 No\r\nWWW-Authenticate: Negotiate\r\nwww-authenticate:NTLM\r\nX: "
        "1\r\nWWW-Authenticate: Basic "
        "realm=\"a\"\r\n\r\n";
    EXPECT_EQ(response(head).head, head);
}

TEST(HopByHop, EachInjectedFaultChangesWhatItsTextSaysAndNothingElse) {
    struct FaultCase {
        const char *name, *received, *expected;
        bool of_request;
    };
    const FaultCase cases[] = {
        {"drop-authorization", "GET /x HTTP/1.1\r\nHost: a\r\nAuthorization: NTLM x\r\nB: c\r\n\r\n",
         "GET /x HTTP/1.1\r\nHost: a\r\nB: c\r\n\r\n", true},
        {"http10-upstream", "GET /x HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n",
         "GET /x HTTP/1.0\r\nHost: a\r\n\r\n", true},
        {"add-via", "GET /x HTTP/1.1\r\nHost: a\r\n\r\n",
         "GET /x HTTP/1.1\r\nHost: a\r\nVia: 1.1 why401\r\n\r\n", true},
        {"drop-www-authenticate",
         "HTTP/1.1 401 No\r\nWWW-Authenticate: NTLM\r\nWWW-Authenticate: Basic\r\nA: b\r\n\r\n",
         "HTTP/1.1 401 No\r\nA: b\r\n\r\n", false},
        {"join-challenges",
         "HTTP/1.1 401 No\r\nWWW-Authenticate: Negotiate\r\nA: b\r\nWWW-Authenticate: NTLM\r\n\r\n",
         "HTTP/1.1 401 No\r\nWWW-Authenticate: Negotiate, NTLM\r\nA: b\r\n\r\n", false},
    };
    for (const FaultCase& c : cases) {
        FaultSet set;
        ASSERT_TRUE(set.enable(c.name));
        std::vector<std::string> injected;
        HopContext context;
        context.faults = &set;
        context.injected = &injected;
        const Sent sent = c.of_request ? request(c.received, context) : response(c.received, false, context);
        EXPECT_EQ(sent.head, c.expected) << c.name;
        EXPECT_EQ(injected, std::vector<std::string>{c.name});
        for (const Edit& edit : sent.edits) EXPECT_NE(edit.because.find(c.name), std::string::npos);
    }
}

TEST(HopByHop, AFaultThatFindsNothingToBreakIsNotReported) {
    FaultSet set;
    for (const char* name :
         {"drop-authorization", "drop-www-authenticate", "join-challenges", "drop-proxy-support"})
        ASSERT_TRUE(set.enable(name));
    std::vector<std::string> injected;
    HopContext context;
    context.faults = &set;
    context.injected = &injected;
    EXPECT_TRUE(request("GET /x HTTP/1.1\r\nHost: a\r\n\r\n", context).edits.empty());
    EXPECT_TRUE(response("HTTP/1.1 200 OK\r\n\r\n", false, context).edits.empty());
    EXPECT_TRUE(injected.empty());
}

TEST(HopByHop, DropProxySupportKeepsQuietWhereWeWouldHaveSpoken) {
    FaultSet set;
    ASSERT_TRUE(set.enable("drop-proxy-support"));
    std::vector<std::string> injected;
    HopContext context;
    context.faults = &set;
    context.injected = &injected;
    const std::string head = "HTTP/1.1 401 No\r\nWWW-Authenticate: NTLM\r\n\r\n";
    EXPECT_EQ(response(head, true, context).head, head);
    EXPECT_EQ(injected, std::vector<std::string>{"drop-proxy-support"});
}

}  // namespace
}  // namespace why401
