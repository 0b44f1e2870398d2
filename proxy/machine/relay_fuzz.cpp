// Any bytes from a client and from its server, in any slices: the relay never crashes, gives every exchange
// an end, and closes what it opened.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <set>

#include "proxy/machine/relay.h"

namespace {

using namespace why401;

class Nowhere final : public Outside {
public:
    void open(ConnectionId id, const NextHop&) override {
        last_opened = id;
        open_ids.insert(id);
    }
    void secure(ConnectionId id, const TlsToServer&) override { securing.insert(id); }
    void secure(ConnectionId id, const TlsToClient&, std::string_view) override { securing.insert(id); }
    std::size_t send(ConnectionId id, std::string_view) override {
        if (securing.count(id) > 0) std::abort();  // nothing passes before TLS stands
        return 0;
    }
    void pause(ConnectionId) override {}
    void resume(ConnectionId) override {}
    void finish(ConnectionId) override {}
    void close(ConnectionId id, CloseHow) override {
        open_ids.erase(id);
        securing.erase(id);
    }
    void record(JournalEvent event) override {
        if (std::holds_alternative<ExchangeFinished>(event)) ++finished;
    }

    ConnectionId last_opened;
    std::set<ConnectionId> open_ids, securing;
    std::uint64_t finished = 0;
};

Policy policy_of(std::uint8_t choice) {
    const auto names = policy_names();
    return *parse_policy(names[choice % names.size()].name);
}

}  // namespace

/// Its handshake ends, well or not.
void end_handshake(Relay& relay, Nowhere& outside, bool well, Instant now) {
    if (outside.securing.empty()) return;
    const ConnectionId id = *outside.securing.begin();
    outside.securing.erase(id);
    auto facts = std::make_shared<TlsFacts>();
    if (!well) facts->refusal = TlsRefusal{"expired", "it has expired", "", "", true};
    well ? relay.secured(id, facts, now) : relay.not_secured(id, facts, now);
}

// A program of steps: one byte says what happens (low bits) and how many of the following bytes it takes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    Nowhere outside;
    RelayOptions options;
    options.policy = policy_of(data[0]);
    options.opens_tls = (data[0] & 0x80U) != 0;
    options.interception.intercept = {"*"};
    Relay relay(std::move(options), outside);
    Instant now{1, 1};
    ConnectionId client = relay.client_accepted({}, now);
    for (std::size_t at = 1; at < size;) {
        const std::uint8_t step = data[at++];
        const std::size_t length =
            std::min<std::size_t>(static_cast<std::size_t>(step >> 3U) * 8U, size - at);
        if (step == 0xfe || step == 0xff) {
            end_handshake(relay, outside, step == 0xff, now);
            continue;
        }
        const std::string_view bytes(reinterpret_cast<const char*>(data) + at, length);
        now.steady_us += 1000;
        switch (step & 7U) {
            case 0:
            case 1: relay.bytes(client, bytes, now); break;
            case 2: relay.bytes(outside.last_opened, bytes, now); break;
            case 3: relay.connected(outside.last_opened, {}, now); break;
            case 4: relay.ended(step & 8U ? client : outside.last_opened, now); break;
            case 5: relay.broken(step & 8U ? client : outside.last_opened, true, "reset", now); break;
            case 6: client = relay.client_accepted({}, now); continue;
            default:
                relay.set(policy_of(step), {}, now);
                now.steady_us += 2'000'000;
                relay.tick(now);
                continue;
        }
        at += (step & 7U) <= 2 ? length : 0;
    }
    relay.close_all(now);
    if (outside.finished != relay.exchanges() || relay.open_clients() != 0) std::abort();
    for (const ConnectionId id : outside.open_ids)
        if (id.leg == Leg::Upstream) std::abort();
    return 0;
}
