#include "proxy/driver.h"

#include <utility>

#include "proxy/instant.h"
#include "proxy/machine/own_page.h"
#include "wire/ascii.h"

namespace why401 {
namespace {

constexpr auto kTick = std::chrono::milliseconds(100);
constexpr std::string_view kLabDomain = ".lab.why401.test";
constexpr std::string_view kSetupName = "why401.test";

std::int64_t us(std::chrono::milliseconds time) { return std::chrono::microseconds(time).count(); }

RelayOptions relay_options(const ProxyOptions& options) {
    RelayOptions relay;
    relay.limits.head_bytes = options.max_head;
    relay.limits.kept_body = options.max_body;
    relay.limits.head_us = us(options.head_limit);
    relay.limits.client_idle_us = us(options.client_idle);
    relay.policy = options.settings.policy;
    relay.faults = options.settings.faults;
    relay.interception = options.settings.interception;
    relay.opens_tls = options.tls != nullptr;
    relay.own_site = options.own_site;
    return relay;
}

std::string lower_case(std::string_view text) {
    std::string out;
    for (const char c : text) out += lower(c);
    return out;
}

ConnectTrouble trouble_of(const net::ConnectFailure& failure) {
    ConnectTrouble trouble;
    using Stage = net::ConnectFailure::Stage;
    trouble.kind = failure.stage == Stage::Resolve        ? ConnectTrouble::Kind::Resolve
                   : failure.stage == Stage::Timeout      ? ConnectTrouble::Kind::Timeout
                   : failure.stage == Stage::NotPermitted ? ConnectTrouble::Kind::Loop
                                                          : ConnectTrouble::Kind::Connect;
    trouble.what = failure.what;
    std::string tried;
    for (const std::string& one : failure.tried) tried += (tried.empty() ? "" : "; ") + one;
    if (!tried.empty()) trouble.what += " (tried " + tried + ")";
    return trouble;
}

}  // namespace

Driver::Driver(net::Loop& loop, const ProxyOptions& options, Journal& journal)
    : loop_(loop),
      options_(options),
      journal_(journal),
      ticker_(loop),
      drain_limit_(loop),
      relay_(
          [&] {
              RelayOptions relay = relay_options(options);
              relay.route = [this](const std::string& host, std::uint16_t port) { return route(host, port); };
              return relay;
          }(),
          *this) {
    for (const net::Endpoint& address : options.listen) {
        net::Listener::Callbacks callbacks;
        callbacks.accepted = [this](std::unique_ptr<net::Link> link) { accepted(std::move(link)); };
        callbacks.trouble = [this](const std::string& what) { trouble("accept", what); };
        listeners_.push_back(std::make_unique<net::Listener>(loop, address, std::move(callbacks)));
    }
    tick_later();
}

Driver::~Driver() {
    ticker_.cancel();
    relay_.close_all(now());
}

std::vector<net::Endpoint> Driver::listening() const {
    std::vector<net::Endpoint> all;
    for (const auto& listener : listeners_) all.push_back(listener->local());
    return all;
}

void Driver::set(const Settings& settings) {
    relay_.set(settings.policy, settings.faults, now());
    relay_.set(settings.interception, now());
}

void Driver::trouble(const std::string& stage, const std::string& what) {
    record(FaultSeen{{}, Fault{Fault::Whose::Us, stage, what, "", {}, ""}, now()});
}

// Coarse on purpose: one timer for all limits, none re-armed per request.
void Driver::tick_later() {
    ticker_.after(kTick, [this] {
        relay_.tick(now());
        check_drained();
        tick_later();
    });
}

void Driver::drain(std::chrono::milliseconds limit, std::function<void()> done) {
    for (const auto& listener : listeners_) listener->stop();
    drained_ = std::move(done);
    drain_limit_.after(limit, [this] {
        relay_.close_all(now());
        check_drained();
    });
    relay_.drain(now());
    check_drained();
}

void Driver::check_drained() {
    if (!drained_ || relay_.open_clients() > 0) return;
    relay_.close_all(now());
    drain_limit_.cancel();
    std::exchange(drained_, nullptr)();
}

bool Driver::welcome(const net::Endpoint& peer) const {
    if (peer.is_loopback()) return true;
    for (const Cidr& range : options_.allow_remote)
        if (range.contains(peer)) return true;
    return false;
}

void Driver::accepted(std::unique_ptr<net::Link> link) {
    const bool loop = own_sources_.count({link->peer(), link->local()}) > 0;
    if (loop || !welcome(link->peer())) {
        OwnPage page{403, "not-allowed", "This proxy does not serve your address",
                     to_string(link->peer()) + " is not among the addresses it was told to serve.",
                     "Start it with --allow-remote ADDRESS/BITS to let others in."};
        if (loop)
            page = {508, "loop", "This request came back to the proxy that sent it",
                    "The connection comes from this very process.", ""};
        link->send(own_response(page, true, false));
        record(FaultSeen{{}, Fault{Fault::Whose::Client, "accept", page.detail, "", {}, ""}, now()});
        return net::Link::close_gently(std::move(link));
    }
    const ConnectionId id =
        relay_.client_accepted({to_string(link->local()), to_string(link->peer())}, now());
    auto wire = std::make_unique<Wire>(*this, id);
    wire->link = std::move(link);
    Wire& kept = *wire;
    wires_.emplace(id, std::move(wire));
    kept.link->start(kept);
}

Route Driver::route(const std::string& asked_host, std::uint16_t port) const {
    const std::string host = lower_case(asked_host);
    Route route;
    route.hop = {asked_host, port, false, host + ":" + std::to_string(port)};
    if (host == kSetupName) {
        route.own_site = true;
    } else if (host.ends_with(kLabDomain) && !options_.map.count(host)) {
        if (!options_.lab)
            route.refused = "No lab is running in this proxy. Start it with: why401 proxy --lab";
    } else if (options_.upstream_proxy && !is_spelled_as_us(host, port)) {
        const HostPort& parent = *options_.upstream_proxy;
        route.hop = {parent.host, parent.port, true,
                     "proxy " + parent.host + ":" + std::to_string(parent.port)};
    }
    return route;
}

bool Driver::leads_back(const net::Endpoint& target) const {
    for (const auto& listener : listeners_)
        if (reaches(target, listener->local())) return true;
    for (const net::Endpoint& own : options_.never_connect)
        if (reaches(target, own)) return true;
    return false;
}

// What is ourselves by its spelling is not sent to a parent, which may live here too and would send it back.
// Other names are the parent's to resolve; the UI's own guard refuses them by the Host field.
bool Driver::is_spelled_as_us(std::string_view host, std::uint16_t port) const {
    if (const auto numeric = net::numeric_endpoint(host, port)) return leads_back(*numeric);
    if (host.ends_with('.')) host.remove_suffix(1);
    if (host != "localhost" && !host.ends_with(".localhost")) return false;  // RFC 6761 6.3
    return leads_back(*net::literal_endpoint("127.0.0.1", port)) ||
           leads_back(*net::literal_endpoint("::1", port));
}

void Driver::open(ConnectionId id, const NextHop& hop) {
    std::string host = hop.host;
    std::uint16_t port = hop.port;
    const std::string name = lower_case(host);
    if (const auto mapped = options_.map.find(name); mapped != options_.map.end()) {
        host = mapped->second.host;
        if (mapped->second.port != 0) port = mapped->second.port;
    } else if (options_.lab && name.ends_with(kLabDomain)) {
        host = address_text(*options_.lab);
        port = options_.lab->port;
    }
    net::ConnectOptions how;
    how.time_limit = options_.connect_limit;
    how.permitted = [this](const net::Endpoint& endpoint) { return !leads_back(endpoint); };
    auto wire = std::make_unique<Wire>(*this, id);
    wire->connecting = net::connect(loop_, host, port, std::move(how),
                                    [this, id](net::Connected result) { connected(id, std::move(result)); });
    wires_.emplace(id, std::move(wire));
}

void Driver::connected(ConnectionId id, net::Connected result) {
    Wire* waiting = wire(id);
    if (!waiting) return;
    if (const auto* failure = std::get_if<net::ConnectFailure>(&result)) {
        const ConnectTrouble trouble = trouble_of(*failure);
        bury(std::move(wires_.extract(id).mapped()));
        return relay_.connect_failed(id, trouble, now());
    }
    waiting->link = std::move(std::get<std::unique_ptr<net::Link>>(result));
    loop_.post(
        [done = std::shared_ptr<net::Connecting>(std::move(waiting->connecting))] {});  // it is calling us
    own_sources_.insert({waiting->link->local(), waiting->link->peer()});
    const Peers peers{to_string(waiting->link->local()), to_string(waiting->link->peer())};
    waiting->link->start(*waiting);
    relay_.connected(id, peers, now());
}

Driver::Wire* Driver::wire(ConnectionId id) {
    const auto found = wires_.find(id);
    return found == wires_.end() ? nullptr : found->second.get();
}

// A wire may end inside a call from its own link or connector: it goes when the loop turns.
void Driver::bury(std::unique_ptr<Wire> dead) {
    std::shared_ptr<Wire> kept = std::move(dead);
    loop_.post([kept] {});
}

std::size_t Driver::send(ConnectionId id, std::string_view bytes) {
    Wire* to = wire(id);
    if (!to || !to->link) return 0;
    if (to->tls) {
        to->tls->write(bytes);
        to->link->send(to->tls->take_to_send());
        return to->link->queued();
    }
    to->link->send(bytes);
    return to->link->queued();
}

void Driver::pause(ConnectionId id) {
    if (Wire* w = wire(id); w && w->link)
        w->link->pause(id.leg == Leg::Client ? net::Unread::Worthless : net::Unread::Wanted);
}

void Driver::resume(ConnectionId id) {
    if (Wire* w = wire(id); w && w->link) w->link->resume();
}

void Driver::finish(ConnectionId id) {
    Wire* w = wire(id);
    if (!w || !w->link) return;
    if (w->tls) {
        w->tls->finish();
        w->link->send(w->tls->take_to_send());
    }
    w->link->finish();
}

void Driver::close(ConnectionId id, CloseHow how) {
    const auto found = wires_.find(id);
    if (found == wires_.end()) return;
    std::unique_ptr<Wire> ending = std::move(found->second);
    wires_.erase(found);
    if (ending->link) {
        if (id.leg == Leg::Upstream) own_sources_.erase({ending->link->local(), ending->link->peer()});
        if (ending->tls && how == CloseHow::Gently) {
            ending->tls->finish();
            ending->link->send(ending->tls->take_to_send());
        }
        if (how == CloseHow::Reset)
            ending->link->reset();
        else
            net::Link::close_gently(std::move(ending->link));
    }
    bury(std::move(ending));
}

void Driver::record(JournalEvent event) { journal_.push(std::move(event)); }
std::unique_ptr<Exchange> Driver::blank() { return journal_.blank(); }

void Driver::Wire::on_bytes(net::Link&, std::string_view bytes) {
    if (!tls) return driver.relay_.bytes(id, bytes, now());
    tls->receive(bytes);
    driver.move_tls(id);
}

void Driver::Wire::on_end(net::Link&) {
    if (!tls) return driver.relay_.ended(id, now());
    tls->peer_ended();
    driver.move_tls(id);
}

void Driver::Wire::on_broken(net::Link&, const net::Broken& broken) {
    if (tls && !secured && id.leg == Leg::Client) {  // most often it does not trust our CA: the engine knows
        tls->peer_ended();
        return driver.move_tls(id);
    }
    if (tls && !secured)
        return driver.tls_failed(
            id, {"closed", broken.what + " in the middle of the TLS handshake", "", "", false}, tls->facts());
    driver.relay_.broken(id, broken.reset, broken.what, now());
}

void Driver::Wire::on_drained(net::Link&) { driver.relay_.drained(id, now()); }

}  // namespace why401
