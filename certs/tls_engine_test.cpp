// The engine against hostile bytes: cut short, changed, invented. It fails or waits, and never lies.

#include "certs/tls_engine.h"

#include <gtest/gtest.h>

#include <random>

#include "certs/test_tls.h"

namespace why401::certs {
namespace {

using Phase = TlsEngine::Phase;

/// What the server answers to this engine's ClientHello, up to where it awaits the engine.
std::string first_flight_of(PlainPeer& server, TlsEngine& engine) {
    server.receive(engine.take_to_send());
    server.run();
    return server.take_to_send();
}
std::string first_flight_of(PlainPeer& client) {
    client.run();
    return client.take_to_send();
}

/// The version in the header of a record means nothing (RFC 8446 5.1), and no Finished proves it.
bool is_version_of_a_record(std::string_view flight, std::size_t at) {
    for (std::size_t start = 0; start + 5 <= flight.size() && start <= at;) {
        if (at == start + 1 || at == start + 2) return true;
        start += 5 + static_cast<unsigned char>(flight[start + 3]) * 256U +
                 static_cast<unsigned char>(flight[start + 4]);
    }
    return false;
}

class HostileBytes : public testing::TestWithParam<int> {
protected:
    /// Whatever it was given, the engine stays sane: it is not open to a peer that did not finish, a failure
    /// has its reason, and nothing comes out of it.
    static void expect_sane(TlsEngine& engine, const std::string& what) {
        ASSERT_NE(engine.phase(), Phase::Open) << what;
        if (engine.phase() == Phase::Failed) {
            ASSERT_FALSE(engine.failure().check.empty()) << what;
            ASSERT_FALSE(engine.failure().what.empty()) << what;
        }
        ASSERT_EQ(read_all(engine), "") << what;
    }
    static void end(TlsEngine& engine, const std::string& what) {
        engine.peer_ended();
        ASSERT_EQ(engine.phase(), Phase::Failed) << what;
        engine.receive("more");
        engine.finish();
        ASSERT_EQ(read_all(engine), "") << what;
    }

    TestTls tls;
    OwnedContext server = trusted_server(GetParam());
    OwnedContext client = tls.trusting_client(GetParam());
};

INSTANTIATE_TEST_SUITE_P(TlsEngine, HostileBytes, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& version) {
                             return version.param == TLS1_2_VERSION ? "Tls12" : "Tls13";
                         });

TEST_P(HostileBytes, AFlightThatIsCutShortAnywhereIsAwaitedThenAFailure) {
    for (std::size_t length = 0;; ++length) {  // a flight varies by a byte or two: its signature does
        const auto engine = tls.to_origin("good.test");
        PlainPeer peer(server.get(), true);
        const std::string flight = first_flight_of(peer, *engine);
        if (length >= flight.size()) break;
        engine->receive(flight.substr(0, length));
        ASSERT_EQ(engine->phase(), Phase::Handshake) << length;
        end(*engine, std::to_string(length));
    }
    PlainPeer peer(client.get(), false);
    const std::string hello = first_flight_of(peer);
    for (std::size_t length = 0; length < hello.size(); ++length) {
        const auto engine = tls.to_client("shop.test");
        engine->receive(hello.substr(0, length));
        ASSERT_EQ(engine->phase(), Phase::Handshake) << length;
        end(*engine, std::to_string(length));
    }
}

TEST_P(HostileBytes, AChangedByteAnywhereInTheServersFlightNeverOpensTheConnection) {
    std::mt19937 random(7);
    for (std::size_t at = 0;; ++at) {
        const auto engine = tls.to_origin("good.test");
        PlainPeer peer(server.get(), true);
        std::string flight = first_flight_of(peer, *engine);
        if (at >= flight.size()) break;
        if (is_version_of_a_record(flight, at)) continue;
        flight[at] = static_cast<char>(flight[at] ^ (1U << (random() % 8)));
        engine->receive(flight);
        // TLS 1.2: only the Finished messages, which are yet to come, prove the whole of it.
        peer.receive(engine->take_to_send());
        peer.run();
        engine->receive(peer.take_to_send());
        expect_sane(*engine, "byte " + std::to_string(at));
        end(*engine, "byte " + std::to_string(at));
    }
}

TEST_P(HostileBytes, AChangedByteInAClientsHelloNeverOpensTheConnection) {
    std::mt19937 random(8);
    for (std::size_t at = 0;; ++at) {
        const auto engine = tls.to_client("shop.test");
        PlainPeer peer(client.get(), false);
        std::string hello = first_flight_of(peer);
        if (at >= hello.size()) break;
        if (is_version_of_a_record(hello, at)) continue;
        hello[at] = static_cast<char>(hello[at] ^ (1U << (random() % 8)));
        engine->receive(hello);
        peer.receive(engine->take_to_send());
        peer.run();
        engine->receive(peer.take_to_send());
        expect_sane(*engine, "byte " + std::to_string(at));
        end(*engine, "byte " + std::to_string(at));
    }
}

TEST_P(HostileBytes, AChangedByteInARecordFailsAnOpenConnection) {
    std::mt19937 random(9);
    for (int i = 0; i < 60; ++i) {
        const auto engine = tls.to_origin("good.test");
        PlainPeer peer(server.get(), true);
        EngineEnd other{*engine};
        converse(other, peer);
        ASSERT_EQ(engine->phase(), Phase::Open);
        peer.write("secret");
        std::string record = peer.take_to_send();
        const std::size_t at = 5 + random() % (record.size() - 5);
        record[at] = static_cast<char>(record[at] ^ (1U << (random() % 8)));
        engine->receive(record);
        EXPECT_EQ(read_all(*engine), "");
        EXPECT_EQ(engine->phase(), Phase::Failed) << at;
        EXPECT_TRUE(engine->has_to_send());
    }
}

TEST_P(HostileBytes, InventedBytesFailOrAreAwaited) {
    std::mt19937 random(10);
    for (int i = 0; i < 300; ++i) {
        std::string bytes(1 + random() % 400, '\0');
        for (char& c : bytes) c = static_cast<char>(random());
        if (i % 3 != 0) bytes.replace(0, 3, "\x16\x03\x03");
        for (const bool to_origin : {true, false}) {
            const auto engine = to_origin ? tls.to_origin("good.test") : tls.to_client("shop.test");
            engine->receive(bytes);
            expect_sane(*engine, std::to_string(i));
            end(*engine, std::to_string(i));
        }
    }
}

TEST(TlsEngine, ARefusedServerIsSentAnAlertAndNothingElse) {
    TestTls tls;
    const TestCertificate self_signed = make_certificate({});
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const OwnedContext server = plain_server(self_signed);
        SSL_CTX_set_max_proto_version(server.get(), version);
        const auto engine = tls.to_origin("good.test");
        PlainPeer peer(server.get(), true);
        engine->receive(first_flight_of(peer, *engine));
        ASSERT_EQ(engine->phase(), Phase::Failed);
        peer.receive(engine->take_to_send());
        peer.run();
        EXPECT_EQ(peer.alert(), SSL_AD_UNKNOWN_CA);
        EXPECT_EQ(peer.read, "");
        engine->receive("anything");
        engine->finish();
        EXPECT_FALSE(engine->has_to_send());
    }
}

TEST(TlsEngine, AnEndOfTheConnectionAfterTheHandshakeIsAnEndAndNoFailure) {
    TestTls tls;
    const OwnedContext server = trusted_server(TLS1_3_VERSION);
    const auto engine = tls.to_origin("good.test");
    PlainPeer peer(server.get(), true);
    EngineEnd end{*engine};
    converse(end, peer);
    peer.write("the last that came");
    engine->receive(peer.take_to_send());
    engine->peer_ended();
    EXPECT_TRUE(engine->ended());
    EXPECT_EQ(read_all(*engine), "the last that came");
    EXPECT_EQ(engine->phase(), Phase::Open);
}

}  // namespace
}  // namespace why401::certs
