#include "wire/http1_head.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace why401::http1 {
namespace {

using namespace std::string_view_literals;
using Kind = HeadParser::Kind;

// All that a parser can say, as text, so that two answers can be compared and a difference be read.
std::string answer(const HeadParser& parser, Progress progress, std::string_view bytes) {
    if (progress == Progress::NeedMore) return "needs more";
    if (progress == Progress::Refused)
        return "refused at " + std::to_string(parser.defect().offset) + ": " +
               std::string(parser.defect().what) + " (" + std::string(parser.defect().clause) + ")";
    const Head& head = parser.head();
    std::string text = "head " + std::to_string(head.begin) + ".." + std::to_string(head.start_line_end) +
                       ".." + std::to_string(head.end) + " version 1." + std::to_string(head.minor_version) +
                       " status " + std::to_string(head.status) + " [" + std::string(head.method(bytes)) +
                       "] [" + std::string(head.target(bytes)) + "]";
    for (const FieldLine& line : head.fields)
        text += " {" + std::string(line.name(bytes)) + "}{" + std::string(line.value(bytes)) + "}" +
                std::to_string(line.begin) + "-" + std::to_string(line.end);
    return text;
}

std::string whole(Kind kind, std::string_view bytes, Limits limits = {}) {
    HeadParser parser(kind, limits);
    return answer(parser, parser.parse(bytes), bytes);
}

std::string byte_by_byte(Kind kind, std::string_view bytes, Limits limits = {}) {
    HeadParser parser(kind, limits);
    for (std::size_t n = 1; n <= bytes.size(); ++n) {
        const std::string growing(
            bytes.substr(0, n));  // a buffer of its own: reading behind it is seen by ASan
        const Progress progress = parser.parse(growing);
        if (progress != Progress::NeedMore) return answer(parser, progress, growing);
    }
    return "needs more";
}

std::string split_at(Kind kind, std::string_view bytes, std::size_t at, Limits limits = {}) {
    HeadParser parser(kind, limits);
    Progress progress = parser.parse(bytes.substr(0, at));
    if (progress == Progress::NeedMore) progress = parser.parse(bytes);
    return answer(parser, progress, bytes);
}

void expect_everywhere(Kind kind, std::string_view bytes, const std::string& expected, Limits limits = {}) {
    EXPECT_EQ(whole(kind, bytes, limits), expected);
    EXPECT_EQ(byte_by_byte(kind, bytes, limits), expected);
    for (std::size_t at = 0; at <= bytes.size(); ++at)
        EXPECT_EQ(split_at(kind, bytes, at, limits), expected) << at;
    for (std::string_view next : {"GET /next HTTP/1.1\r\nHost: b\r\n\r\n"sv, "\r\n"sv, "\n"sv, " "sv, "\0"sv})
        EXPECT_EQ(whole(kind, std::string(bytes) + std::string(next), limits), expected);
}

// Tables mark the first offending byte with a bar before it.
struct Refusal {
    std::string_view marked;
    std::string_view clause;
};

void expect_refused(Kind kind, const Refusal& refusal, Limits limits = {}) {
    std::string bytes(refusal.marked);
    const std::size_t offset = bytes.find('|');
    ASSERT_NE(offset, std::string::npos) << bytes;
    bytes.erase(offset, 1);
    SCOPED_TRACE(bytes);
    HeadParser parser(kind, limits);
    ASSERT_EQ(parser.parse(bytes), Progress::Refused);
    EXPECT_EQ(parser.defect().offset, offset) << parser.defect().what;
    EXPECT_EQ(parser.defect().clause, refusal.clause) << parser.defect().what;
    EXPECT_FALSE(parser.defect().what.empty());
    EXPECT_TRUE(parser.head().fields.empty());
    expect_everywhere(kind, bytes, answer(parser, Progress::Refused, bytes), limits);
}

TEST(RequestHead, IsReadInPlaceHoweverItArrives) {
    expect_everywhere(
        Kind::Request, "GET /a?b=%zz HTTP/1.1\r\nHost: web01:8080\r\nX-Empty:\r\nx-a: \t one  two\t \r\n\r\n",
        "head 0..23..72 version 1.1 status 0 [GET] [/a?b=%zz] {Host}{web01:8080}23-41 {X-Empty}{}41-51 "
        "{x-a}{one  two}51-70");
    expect_everywhere(Kind::Request, "OPTIONS * HTTP/1.0\r\n\r\n",
                      "head 0..20..22 version 1.0 status 0 [OPTIONS] [*]");
    expect_everywhere(Kind::Request, "CONNECT web01:443 HTTP/1.1\r\nHost: web01:443\r\n\r\n",
                      "head 0..28..47 version 1.1 status 0 [CONNECT] [web01:443] {Host}{web01:443}28-45");
}

TEST(RequestHead, KeepsRepeatedLinesApartAndInOrder) {
    expect_everywhere(
        Kind::Request, "G!#$%&'*+-.^_`|~9 / HTTP/1.1\r\nA: 1\r\nHost: h\r\na: 2\r\n\r\n",
        "head 0..30..53 version 1.1 status 0 [G!#$%&'*+-.^_`|~9] [/] {A}{1}30-36 {Host}{h}36-45 {a}{2}45-51");
}

TEST(RequestHead, TakesUpToEightLeadingEmptyLines) {
    const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    expect_everywhere(Kind::Request, "\r\n" + head,
                      "head 2..18..29 version 1.1 status 0 [GET] [/] {Host}{a}18-27");
    std::string eight;
    for (int i = 0; i < 8; ++i) eight += "\r\n";
    expect_everywhere(Kind::Request, eight + head,
                      "head 16..32..43 version 1.1 status 0 [GET] [/] {Host}{a}32-41");
    expect_refused(Kind::Request, {eight + "|\r\n" + head, "RFC 9112 2.2"});
}

TEST(RequestHead, TakesObsTextInTargetAndValueAndTabsInValues) {
    HeadParser parser(Kind::Request);
    const std::string_view bytes = "GET /\xc3\xa9 HTTP/1.1\r\nHost: \xc3\xa9.test\r\nX: a\tb\x80\xff\r\n\r\n";
    ASSERT_EQ(parser.parse(bytes), Progress::Complete);
    EXPECT_EQ(parser.head().target(bytes), "/\xc3\xa9");
    EXPECT_EQ(parser.head().fields[1].value(bytes), "a\tb\x80\xff");
}

TEST(RequestHead, AcceptsEveryPlausibleHost) {
    for (std::string_view host : {""sv, "web01"sv, "web01:80"sv, "web01:"sv, "[::1]"sv,
                                  "[fe80::1%25eth0]:8080"sv, "a_b.test"sv, "10.0.0.1:1"sv, "%41"sv})
        EXPECT_EQ(
            whole(Kind::Request, "GET / HTTP/1.1\r\nHOST: " + std::string(host) + " \r\n\r\n").substr(0, 4),
            "head")
            << host;
}

TEST(RequestHead, RefusesWhatIsNoRequestLine) {
    const Refusal refusals[] = {
        {"| / HTTP/1.1\r\n", "RFC 9112 3.1"},
        {"GE|(T / HTTP/1.1\r\n", "RFC 9112 3.1"},
        {"GET|\t/ HTTP/1.1\r\n", "RFC 9112 3.1"},
        {"GET|\r\n", "RFC 9112 3.1"},
        {"|\x16\x03\x01 HTTP\r\n", "RFC 9110 5.5"},
        {"|\xc3\xa9 / HTTP/1.1\r\n", "RFC 9112 3.1"},
        {"GET | / HTTP/1.1\r\n", "RFC 9112 3"},
        {"GET /a|\tb HTTP/1.1\r\n", "RFC 9112 3"},
        {"GET /|\r\n", "RFC 9112 3"},  // HTTP/0.9
        {"GET / | HTTP/1.1\r\n", "RFC 9112 2.3"},
        {"GET / |http/1.1\r\n", "RFC 9112 2.3"},
        {"GET / HTTP/|2.0\r\n", "RFC 9110 15.6.6"},
        {"GET / HTTP/|0.9\r\n", "RFC 9110 15.6.6"},
        {"GET / HTTP/1.|2\r\n", "RFC 9110 15.6.6"},
        {"GET / HTTP/1.|\r\n", "RFC 9112 2.3"},
        {"GET / HTTP/1|\r\n", "RFC 9112 2.3"},
        {"GET / HTTP/1.1|0\r\n", "RFC 9112 3"},
        {"GET / HTTP/1.1| \r\n", "RFC 9112 3"},
        {"GET /a |b HTTP/1.1\r\n", "RFC 9112 2.3"},
        {"GET /a HTTP/1.1| HTTP/1.1\r\n", "RFC 9112 3"},
        {"PRI * HTTP/|2.0\r\n\r\nSM\r\n\r\n", "RFC 9110 15.6.6"},
    };
    for (const Refusal& refusal : refusals) expect_refused(Kind::Request, refusal);
}

TEST(RequestHead, RefusesBareLineEndsAndControlBytesInTheRequestLine) {
    const Refusal refusals[] = {
        {"|\nGET / HTTP/1.1\r\n", "RFC 9112 2.2"},
        {"|\rGET / HTTP/1.1\r\n", "RFC 9112 2.2"},
        {"|\r\r\nGET / HTTP/1.1\r\n", "RFC 9112 2.2"},
        {"\r\n|\nGET / HTTP/1.1\r\n", "RFC 9112 2.2"},
        {"GET / HTTP/1.1|\n", "RFC 9112 2.2"},
        {"GET|\n", "RFC 9112 2.2"},
        {"GET /|\n", "RFC 9112 2.2"},
        {"GET / HTTP/1.|\n", "RFC 9112 2.2"},
        {"GET / HTTP/1.1|\r\r\n", "RFC 9112 2.2"},
        {"GET /a|\rb HTTP/1.1\r\n", "RFC 9112 2.2"},
        {"GE|\rT / HTTP/1.1\n", "RFC 9112 2.2"},
        {"G|\0ET / HTTP/1.1\r\n"sv, "RFC 9110 5.5"},
        {"GET /|\0 HTTP/1.1\r\n"sv, "RFC 9110 5.5"},
        {"GET /|\x0b HTTP/1.1\r\n", "RFC 9110 5.5"},
        {"GET /|\x7f HTTP/1.1\r\n", "RFC 9110 5.5"},
        {"GET / HTTP/1.1|\0\r\n"sv, "RFC 9110 5.5"},
    };
    for (const Refusal& refusal : refusals) expect_refused(Kind::Request, refusal);
}

TEST(FieldLines, RefuseWhatTwoParsersCouldReadDifferently) {
    const Refusal refusals[] = {
        {"Host: a\r\n|: v\r\n", "RFC 9110 5.1"},
        {"Host: a\r\n|:\r\n", "RFC 9110 5.1"},
        {"Host| : a\r\n", "RFC 9112 5.1"},
        {"Host|\t: a\r\n", "RFC 9112 5.1"},
        {"Content-Length|  \t: 5\r\n", "RFC 9112 5.1"},
        {"X| Y: a\r\n", "RFC 9110 5.1"},
        {"X| \r\n", "RFC 9110 5.1"},
        {"X|\r\n", "RFC 9112 5"},
        {"Transfer-Encoding|\x0b: chunked\r\n", "RFC 9110 5.5"},
        {"Transfer-Encoding|\0: chunked\r\n"sv, "RFC 9110 5.5"},
        {"Transfer|\rEncoding: chunked\r\n", "RFC 9112 2.2"},
        {"Transfer-Encoding|(x): chunked\r\n", "RFC 9110 5.1"},
        {"X|\xc3\xa9: a\r\n", "RFC 9110 5.1"},
        {"|\"X\": a\r\n", "RFC 9110 5.1"},
        {"X|[0]: a\r\n", "RFC 9110 5.1"},
    };
    for (const Refusal& refusal : refusals) {
        expect_refused(Kind::Request, {"GET / HTTP/1.1\r\n" + std::string(refusal.marked), refusal.clause});
        expect_refused(Kind::Response, {"HTTP/1.1 200 OK\r\n" + std::string(refusal.marked), refusal.clause});
    }
}

TEST(FieldLines, RefuseFoldedLines) {
    expect_refused(Kind::Request, {"GET / HTTP/1.1\r\nHost: a\r\n| b\r\n\r\n", "RFC 9112 5.2"});
    expect_refused(Kind::Request, {"GET / HTTP/1.1\r\nHost: a\r\nX:\r\n|\tchunked\r\n\r\n", "RFC 9112 5.2"});
    expect_refused(Kind::Request, {"GET / HTTP/1.1\r\nHost: a\r\n| \r\n\r\n", "RFC 9112 5.2"});
    expect_refused(Kind::Request, {"GET / HTTP/1.1\r\n| Host: a\r\n\r\n", "RFC 9112 2.2"});
    expect_refused(Kind::Response, {"HTTP/1.1 200 OK\r\n|\tX: a\r\n\r\n", "RFC 9112 2.2"});
    expect_refused(Kind::Response,
                   {"HTTP/1.1 401 No\r\nWWW-Authenticate: NTLM\r\n| Basic\r\n\r\n", "RFC 9112 5.2"});
}

TEST(FieldLines, RefuseBareLineEndsAndControlBytesInValues) {
    const Refusal refusals[] = {
        {"X: a|\nY: b\r\n", "RFC 9112 2.2"},
        {"X: a|\n\r\n", "RFC 9112 2.2"},
        {"X:|\n", "RFC 9112 2.2"},
        {"X|\n", "RFC 9112 2.2"},
        {"X: a\r\n|\n", "RFC 9112 2.2"},
        {"X: a|\rY: b\r\n", "RFC 9112 2.2"},
        {"X: a|\r\r\n\r\n", "RFC 9112 2.2"},
        {"X: a\r\n|\r\r\n", "RFC 9112 2.2"},
        {"X: |\r \r\n", "RFC 9112 2.2"},
        {"X: a|\0b\r\n"sv, "RFC 9110 5.5"},
        {"X:|\0\r\n"sv, "RFC 9110 5.5"},
        {"X: a|\x01\r\n", "RFC 9110 5.5"},
        {"X: |\x0b\x63hunked\r\n", "RFC 9110 5.5"},
        {"X: a|\x0c\r\n", "RFC 9110 5.5"},
        {"X: a|\x1b[2J\r\n", "RFC 9110 5.5"},
        {"X: a|\x7f\r\n", "RFC 9110 5.5"},
    };
    for (const Refusal& refusal : refusals) {
        expect_refused(Kind::Request,
                       {"GET / HTTP/1.1\r\nHost: a\r\n" + std::string(refusal.marked), refusal.clause});
        expect_refused(Kind::Response, {"HTTP/1.1 200\r\n" + std::string(refusal.marked), refusal.clause});
    }
}

TEST(FieldLines, RefuseEveryControlByteAndTakeEveryOtherInAValue) {
    for (int c = 0; c < 256; ++c) {
        std::string bytes = "HTTP/1.1 200 OK\r\nX: a";
        bytes += static_cast<char>(c);
        bytes += "b\r\n\r\n";
        HeadParser parser(Kind::Response);
        const bool control = (c < 0x20 && c != '\t') || c == 0x7f;
        EXPECT_EQ(parser.parse(bytes), control ? Progress::Refused : Progress::Complete) << c;
        EXPECT_EQ(parser.defect().offset, control ? 21u : 0u) << c;
    }
}

TEST(Host, IsRefusedWhenMissingRepeatedOrImplausible) {
    const Refusal refusals[] = {
        {"GET / HTTP/1.1\r\n|\r\n", "RFC 9112 3.2"},
        {"GET / HTTP/1.1\r\nX-Host: a\r\n|\r\n", "RFC 9112 3.2"},
        {"GET / HTTP/1.1\r\nHost: a\r\n|Host: b\r\n\r\n", "RFC 9112 3.2"},
        {"GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n|hOST: a\r\n\r\n", "RFC 9112 3.2"},
        {"GET / HTTP/1.0\r\nHost: a\r\n|Host: a\r\n\r\n", "RFC 9112 3.2"},
        {"GET / HTTP/1.1\r\nHost:\r\n|Host: a\r\n\r\n", "RFC 9112 3.2"},
        {"GET / HTTP/1.1\r\nHost: a| b\r\n", "RFC 9112 3.2"},
        {"GET / HTTP/1.1\r\nHost: a|\tb\r\n", "RFC 9112 3.2"},
        {"GET / HTTP/1.1\r\nHost: a|, b\r\n", "RFC 9112 3.2"},
        {"GET / HTTP/1.1\r\nHost: alice|@a\r\n", "RFC 9112 3.2"},
        {"GET / HTTP/1.1\r\nHost: alice:|secret@a\r\n", "RFC 9112 3.2"},
        {"GET / HTTP/1.1\r\nHost: a|/b\r\n", "RFC 9112 3.2"},
        {"GET / HTTP/1.1\r\nHost: a|\\b\r\n", "RFC 9112 3.2"},
        {"GET / HTTP/1.1\r\nHost: a|?b\r\n", "RFC 9112 3.2"},
        {"GET / HTTP/1.1\r\nHost: a|#b\r\n", "RFC 9112 3.2"},
        {"GET / HTTP/1.1\r\nHost: a:80|:81\r\n", "RFC 9112 3.2"},
        {"GET / HTTP/1.1\r\nHost: a:|-1\r\n", "RFC 9112 3.2"},
        {"GET / HTTP/1.1\r\nHost: |[::1\r\n", "RFC 9112 3.2"},
        {"GET / HTTP/1.1\r\nHost: |[]\r\n", "RFC 9112 3.2"},
        {"GET / HTTP/1.1\r\nHost: [::1]|a\r\n", "RFC 9112 3.2"},
        {"GET / HTTP/1.0\r\nHost: a|/b\r\n", "RFC 9112 3.2"},
    };
    for (const Refusal& refusal : refusals) expect_refused(Kind::Request, refusal);
}

TEST(Host, IsNotNeededInHttp10NorLookedAtInResponses) {
    EXPECT_EQ(whole(Kind::Request, "GET / HTTP/1.0\r\n\r\n"),
              "head 0..16..18 version 1.0 status 0 [GET] [/]");
    EXPECT_EQ(whole(Kind::Response, "HTTP/1.1 200\r\nHost: a b\r\nHost: c\r\n\r\n").substr(0, 4), "head");
}

TEST(ResponseHead, IsReadWithAndWithoutAReason) {
    expect_everywhere(Kind::Response,
                      "HTTP/1.1 401 Unauthorized: no\tway \xe9\r\nWWW-Authenticate: NTLM\r\n\r\n",
                      "head 0..37..63 version 1.1 status 401 [] [] {WWW-Authenticate}{NTLM}37-61");
    expect_everywhere(Kind::Response, "HTTP/1.1 200\r\n\r\n", "head 0..14..16 version 1.1 status 200 [] []");
    expect_everywhere(Kind::Response, "HTTP/1.0 999 \r\n\r\n", "head 0..15..17 version 1.0 status 999 [] []");
    expect_everywhere(Kind::Response, "HTTP/1.1 100 Continue\r\n\r\n",
                      "head 0..23..25 version 1.1 status 100 [] []");
}

TEST(ResponseHead, RefusesWhatIsNoStatusLine) {
    const Refusal refusals[] = {
        {"|\r\nHTTP/1.1 200 OK\r\n", "RFC 9112 4"},
        {"|\nHTTP/1.1 200 OK\r\n", "RFC 9112 2.2"},
        {"|ICY 200 OK\r\n", "RFC 9112 2.3"},
        {"|http/1.1 200 OK\r\n", "RFC 9112 2.3"},
        {"HTTP/|2.0 200 OK\r\n", "RFC 9112 2.3"},
        {"HTTP/1.|2 200 OK\r\n", "RFC 9112 2.3"},
        {"HTTP/1.1|\r\n", "RFC 9112 4"},
        {"HTTP/1.1|\t200 OK\r\n", "RFC 9112 4"},
        {"HTTP/1.1 | 200 OK\r\n", "RFC 9112 4"},
        {"HTTP/1.1 20|\r\n", "RFC 9112 4"},
        {"HTTP/1.1 20| OK\r\n", "RFC 9112 4"},
        {"HTTP/1.1 200|0 OK\r\n", "RFC 9112 4"},
        {"HTTP/1.1 200|OK\r\n", "RFC 9112 4"},
        {"HTTP/1.1 |-20 OK\r\n", "RFC 9112 4"},
        {"HTTP/1.1 |099 OK\r\n", "RFC 9110 15"},
        {"HTTP/1.1 |000\r\n", "RFC 9110 15"},
        {"HTTP/1.1 200|\n", "RFC 9112 2.2"},
        {"HTTP/1.1 200 OK|\n", "RFC 9112 2.2"},
        {"HTTP/1.1 200 O|\rK\r\n", "RFC 9112 2.2"},
        {"HTTP/1.1 200 O|\0K\r\n"sv, "RFC 9110 5.5"},
        {"HTTP/1.1 200|\t\r\n", "RFC 9112 4"},
        {"| HTTP/1.1 200 OK\r\n", "RFC 9112 2.3"},
    };
    for (const Refusal& refusal : refusals) expect_refused(Kind::Response, refusal);
}

TEST(Limits, HoldToTheByteHoweverTheHeadArrives) {
    const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    expect_everywhere(Kind::Request, head, whole(Kind::Request, head), {head.size(), 1000});
    expect_refused(Kind::Request, {head.substr(0, 26) + "|" + head.substr(26), "RFC 9110 5.4"}, {26, 1000});
    expect_refused(Kind::Request, {std::string(30, 'A') + "|AAAA", "RFC 9112 3"}, {30, 1000});
}

TEST(Limits, CountFieldLines) {
    const Limits two{1000, 2};
    EXPECT_EQ(whole(Kind::Response, "HTTP/1.1 200\r\nA: 1\r\nB: 2\r\n\r\n", two).substr(0, 4), "head");
    expect_refused(Kind::Response, {"HTTP/1.1 200\r\nA: 1\r\nB: 2\r\n|C: 3\r\n\r\n", "RFC 9110 5.4"}, two);
    std::string many = "HTTP/1.1 200\r\n";
    for (int i = 0; i < 1000; ++i) many += "A: 1\r\n";
    HeadParser enough(Kind::Response), one_more(Kind::Response);
    EXPECT_EQ(enough.parse(many + "\r\n"), Progress::Complete);
    EXPECT_EQ(enough.head().fields.size(), 1000u);
    EXPECT_EQ(one_more.parse(many + "A: 1\r\n\r\n"), Progress::Refused);
    EXPECT_EQ(one_more.defect().offset, many.size());
}

TEST(Limits, AKerberosTicketOf64KiBIsReadByteByByte) {
    // A parser that began again with each byte would look at two thousand million of them here.
    const std::string ticket(64 * 1024, 'Y');
    const std::string bytes = "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Negotiate " + ticket + "\r\n\r\n";
    HeadParser parser(Kind::Request);
    for (std::size_t n = 1; n < bytes.size(); ++n)
        ASSERT_EQ(parser.parse(std::string_view(bytes).substr(0, n)), Progress::NeedMore);
    ASSERT_EQ(parser.parse(bytes), Progress::Complete);
    EXPECT_EQ(parser.head().find(bytes, "authorization")->value_length, 10 + ticket.size());
}

TEST(HeadParser, KeepsItsAnswerUntilItIsReset) {
    HeadParser parser(Kind::Request);
    EXPECT_EQ(parser.parse("GET / HTTP/1.1\n"), Progress::Refused);
    EXPECT_EQ(parser.parse("GET / HTTP/1.1\n\r\nHost: a"), Progress::Refused);
    EXPECT_EQ(parser.defect().offset, 14u);
    parser.reset();
    const std::string_view bytes = "\r\nGET /b HTTP/1.0\r\nHost: a\r\n\r\n";
    ASSERT_EQ(parser.parse(bytes), Progress::Complete);
    ASSERT_EQ(parser.parse(bytes), Progress::Complete);
    EXPECT_EQ(answer(parser, Progress::Complete, bytes), whole(Kind::Request, bytes));
    parser.take_head();
    parser.reset();
    ASSERT_EQ(parser.parse(bytes), Progress::Complete);
    EXPECT_EQ(answer(parser, Progress::Complete, bytes), whole(Kind::Request, bytes));
}

TEST(HeadParser, NeedsMoreForEveryProperPrefixOfAHead) {
    const std::string_view bytes = "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n";
    for (std::size_t n = 0; n < bytes.size(); ++n)
        EXPECT_EQ(whole(Kind::Request, bytes.substr(0, n)), "needs more") << n;
}

TEST(Head, FindsFieldsInAnyCaseAndReadsListsAcrossLines) {
    HeadParser parser(Kind::Response);
    const std::string_view bytes =
        "HTTP/1.1 200\r\nConnection: a , ,Close\r\nX: 1\r\nconnection: keep-alive\r\n\r\n";
    ASSERT_EQ(parser.parse(bytes), Progress::Complete);
    const Head& head = parser.head();
    EXPECT_EQ(head.count(bytes, "CONNECTION"), 2u);
    EXPECT_EQ(head.find(bytes, "CONNECTION"), &head.fields[0]);
    EXPECT_EQ(head.find(bytes, "Connect"), nullptr);
    EXPECT_TRUE(head.list_has(bytes, "Connection", "close"));
    EXPECT_TRUE(head.list_has(bytes, "Connection", "Keep-Alive"));
    EXPECT_FALSE(head.list_has(bytes, "Connection", "keep"));
    EXPECT_FALSE(head.list_has(bytes, "Y", "1"));
}

}  // namespace
}  // namespace why401::http1
