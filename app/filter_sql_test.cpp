#include "app/filter_sql.h"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <map>
#include <random>

#include "app/exchange_list.h"
#include "app/report_json.h"
#include "store/capture.h"
#include "tests/support/recorded_story.h"

namespace why401 {
namespace {

using namespace std::string_literals;

constexpr std::uint64_t kExchanges = 500;

struct Known {
    Exchange exchange;
    ExchangeReading reading;
};

/// Exchanges of every kind, mixed by chance that is the same every time.
class Varied {
public:
    Known one(std::uint64_t id) {
        Known known;
        Exchange& exchange = known.exchange;
        exchange.id = static_cast<ExchangeId>(id);
        if (below(4)) exchange.client_connection = ConnectionId{Leg::Client, below(40)};
        if (below(4)) exchange.upstream_connection = ConnectionId{Leg::Upstream, below(40)};
        exchange.scheme = pick({"http"s, "https"s});
        exchange.authority = pick({"web01"s, "WEB01.contoso.test:8080"s, "web02.contoso.test"s, "[::1]:8080"s,
                                   "[fe80::1]"s, ""s, "a%b_c?.test:1"s, "b\xff\xfe.test"s, ":"s, "x\0y"s});
        exchange.status = pick({0, 200, 401, 407, 404, 500});
        const std::string host = "Host: " + exchange.authority + "\r\n";
        exchange.request = message_from_head(
            pick({"GET /Logo.png HTTP/1.1\r\n"s, "CONNECT web01:443 HTTP/1.1\r\n"s, "GET * HTTP/1.1\r\n"s,
                  "OPTIONS * HTTP/1.1\r\n"s, "\r\nPOST http://web09/x?q=50%_[a]*? HTTP/1.1\r\n"s,
                  "GET  /two HTTP/1.1\r\n"s, "\x16\x03\x01\xff"s}) +
                host + pick({""s, "X: \"quoted' -- text\r\n"s, "X: \xc3\xa4\xff\r\n"s, "X: a\0b\r\n"s}) +
                "\r\n",
            http1::HeadParser::Kind::Request);
        if (exchange.status != 0)
            exchange.response = message_from_head(
                "HTTP/1.1 " + std::to_string(exchange.status) + pick({" OK"s, " Unauthorized"s}) + "\r\n" +
                    pick({""s, "WWW-Authenticate: NTLM\r\n"s, "Server: Microsoft-IIS/10.0\r\n"s}) + "\r\n",
                http1::HeadParser::Kind::Response);
        if (below(3)) known.reading = reading();
        known.reading.exchange = exchange.id;
        return known;
    }

    /// One to three words, some of which fit something.
    std::string filter(const Known& like) {
        std::string text;
        for (std::size_t words = 1 + below(3); words > 0; --words) text += word(like) + " ";
        return text;
    }

private:
    ExchangeReading reading() {
        ExchangeReading reading;
        if (below(2))
            reading.substatus = Substatus{pick({"401.1"s, "401.2"s, ""s}), SubstatusBasis::Inferred,
                                          pick({Confidence::Possible, Confidence::Certain})};
        reading.scheme = pick({""s, "NTLM"s, "Negotiate"s, "B\xfcgel"s});
        reading.leg = pick({"none"s, "negotiate"s, "authenticate"s});
        if (below(2)) reading.identity = identity();
        if (below(2)) reading.client_identity = identity();
        reading.finding = pick({""s, "NTLM-POOL-001"s, "NORM-NTLM-002"s});
        reading.conversation = below(5);
        return reading;
    }
    std::string identity() {
        return pick({"CONTOSO\\alice"s, "alice@contoso.test"s, "bob"s, ""s, "a\\b\\c"s, "J\xc3\xbcrgen"s,
                     "J\xfcrgen"s, "mal'; DROP TABLE exchange; --"s, "nul\0led"s, "per%cent_"s, "\"q\""s,
                     "star*"s});
    }
    std::string word(const Known& like) {
        const ExchangeReading& reading = like.reading;
        switch (below(13)) {
            case 0: return "status:" + bent(std::to_string(like.exchange.status));
            case 1: return "status:" + bent(reading.substatus ? reading.substatus->value : "401.1"s);
            case 2: return "scheme:" + bent(reading.scheme);
            case 3: return "user:" + bent(reading.identity.value_or("alice"));
            case 4: return "user:" + bent(reading.client_identity.value_or("*"));
            case 5: return "host:" + bent(like.exchange.authority);
            case 6: return "finding:" + bent(reading.finding);
            case 7: return "conn:" + bent(pick({"C"s, "U"s}) + std::to_string(below(40)));
            case 8: return "\"" + bent(std::string(like.exchange.request.head.substr(0, 20))) + "\"";
            case 9: return pick({"status:*"s, "user:*"s, "host:*"s, "scheme:*"s, "finding:*"s, "conn:*"s});
            case 10: return search_text();
            case 11: return bent(std::string(like.exchange.response.head.substr(0, 12)));
            default: return "host:" + pick({"web01"s, "[::1]"s, "[fe80::1]"s, "a%b_c?"s, "WEB*"s});
        }
    }
    std::string search_text() {
        return pick({"web0"s, "50%_[a]*?"s, "http://web"s, "\xff"s, "'"s, "\"\"\"\""s, "\0"s, "iis"s, "/*"s,
                     "colour:red"s, "\"GET /logo\""s, "connect"s, "_"s, "%"s, "?"s});
    }
    /// As it is, or with a star or another character somewhere.
    std::string bent(std::string text) {
        const std::size_t at = below(text.size() + 1);
        switch (below(5)) {
            case 0: return text.substr(0, at) + "*";
            case 1: return "*" + text.substr(at);
            case 2: return text.insert(at, pick({"*"s, "?"s, "_"s, "%"s, "["s, "x"s}));
            default: return text;
        }
    }
    std::size_t below(std::size_t count) { return count == 0 ? 0 : chance_() % count; }
    template <class Value>
    Value pick(std::initializer_list<Value> values) {
        return values.begin()[below(values.size())];
    }

    std::minstd_rand chance_{401};
};

class BothEvaluators : public test::InFolder {
protected:
    void SetUp() override {
        InFolder::SetUp();
        CaptureWriter writer(file("varied.why401"), "test");
        writer.begin();
        for (std::uint64_t id = 1; id <= kExchanges; ++id) {
            known_.push_back(varied_.one(id));
            writer.add(known_.back().exchange);
            if (!known_.back().reading.says_nothing())
                writer.cache(CachedKind::Exchange, id,
                             boost::json::serialize(reading_json(known_.back().reading)));
        }
        writer.commit();
        writer.close(true);
    }
    std::vector<std::uint64_t> by_values(const Filter& filter) const {
        std::vector<std::uint64_t> ids;
        for (const Known& one : known_)
            if (filter.matches(one.exchange, one.reading)) ids.push_back(number(one.exchange.id));
        return ids;
    }
    static std::vector<std::uint64_t> by_file(const CaptureReader& reader, const Filter& filter) {
        std::vector<std::uint64_t> ids;
        const auto seen = reader.listed({}, sql_condition(filter),
                                        [&](const ListedExchange& one, auto) { ids.push_back(one.id); });
        EXPECT_EQ(seen, kExchanges);
        return ids;
    }

    Varied varied_;
    std::vector<Known> known_;
};

TEST_F(BothEvaluators, FindTheSameExchangesWhateverIsAsked) {
    const CaptureReader reader(file("varied.why401"));
    std::map<Filter::Key, int> found, passed_over;  // proof that each key had something to find
    for (std::size_t i = 0; i < kExchanges; ++i) {
        const std::string text = varied_.filter(known_[i]);
        const Filter filter(text);
        const auto ids = by_values(filter);
        ASSERT_EQ(by_file(reader, filter), ids) << text;
        for (const Filter::Word& word : filter.words()) {
            found[word.key] += !ids.empty();
            passed_over[word.key] += ids.size() < known_.size();
        }
    }
    EXPECT_EQ(found.size(), 7u);
    for (const auto& [key, times] : found) EXPECT_GT(times, 10) << static_cast<int>(key);
    for (const auto& [key, times] : passed_over) EXPECT_GT(times, 10) << static_cast<int>(key);
}

TEST_F(BothEvaluators, ReadTheSameColumns) {
    const CaptureReader reader(file("varied.why401"));
    ExchangeList from_file, from_values;
    for (const Known& one : known_) from_values.add(listed(one.exchange), one.reading);
    reader.listed({}, {}, [&](const ListedExchange& one, std::string_view reading) {
        from_file.add(one, reading_from_json(reading));
    });
    EXPECT_EQ(from_file.json(), from_values.json());
}

TEST_F(BothEvaluators, TakeWhatAUserWroteAsAValueAndNeverAsSql) {
    const CaptureReader reader(file("varied.why401"));
    for (const char* text :
         {"') OR 1 --", "user:'||(SELECT sql FROM sqlite_schema)||'", "?5", "host:$", ":a @b"})
        EXPECT_EQ(by_file(reader, Filter(text)), by_values(Filter(text))) << text;
}

TEST_F(BothEvaluators, CompareNamesAsTheyAreShown) {
    const CaptureReader reader(file("varied.why401"));
    for (const auto& [text, is_shown] : {std::pair("user:j\xfcrgen"s, false),
                                         {"user:j\xef\xbf\xbdrgen"s, true},
                                         {"scheme:b\xef\xbf\xbdgel"s, true},
                                         {"user:J\xc3\xbcrgen"s, true},
                                         {"user:nul\0led"s, true},
                                         {"user:nul"s, false}}) {
        const auto ids = by_values(Filter(text));
        EXPECT_EQ(by_file(reader, Filter(text)), ids) << text;
        EXPECT_EQ(!ids.empty(), is_shown) << text;
    }
}

}  // namespace
}  // namespace why401
