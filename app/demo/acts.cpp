#include "app/demo/acts.h"

#include <algorithm>
#include <stdexcept>

namespace why401::demo {
namespace {

constexpr auto kPatience = std::chrono::seconds(5);
constexpr auto kLook = std::chrono::milliseconds(10);
constexpr std::size_t kRowsAtATime = 500;

std::string user_in(const Reply& reply) {
    const std::size_t at = reply.body.find("user=");
    if (reply.status >= 400 || at == std::string::npos) return "";
    return reply.body.substr(at + 5, reply.body.find_first_of("\r\n<", at) - at - 5);
}

bool same(const Settings& a, const Settings& b) {
    return a.policy.name == b.policy.name && a.faults.names() == b.faults.names();
}

}  // namespace

void Acts::play() {
    const Settings before = set_ = stage_.settings();
    before_ = stage_.counts().exchanges;
    const bool well = perform({1, "affinity", "alice logs in"}, &Acts::healthy_login) &&
                      perform({2, "pooled/switch", "alice's next request"}, &Acts::pooled_login) &&
                      perform({3, "pooled/lifo", "bob's next request"}, &Acts::identity_bleed);
    alice_.reset();
    if (same(stage_.settings(), set_)) stage_.set(before);
    audience_.ends(well);
}

bool Acts::perform(const Act& act, bool (Acts::*its_story)()) {
    if (waiting_.stopped) return false;
    audience_.begins(act);
    std::string why = "what was to be seen in it was not seen";
    try {
        if ((this->*its_story)()) return true;
    } catch (const std::exception& trouble) {
        why = trouble.what();
    }
    if (!waiting_.stopped) audience_.misses(act, why);
    return false;
}

bool Acts::healthy_login() {
    switch_to("affinity");
    alice_ = somebody("alice", "Wonderland1");
    const Reply first = ask(*alice_, "/");
    const Reply second = ask(*alice_, "/report");
    if (!nothing_wrong() || first.status != 200 || user_in(second) != "CONTOSO\\alice") return false;
    audience_.hears_nothing_wrong();
    return true;
}

bool Acts::pooled_login() {
    switch_to("pooled/switch");
    const Reply reply = ask(*alice_, "/report");
    return expect("NTLM-POOL-001", Severity::Info) && reply.status == 401;
}

bool Acts::identity_bleed() {
    switch_to("affinity");
    const auto bob = somebody("bob", "Builder1");
    ask(*bob, "/");
    alice_ = somebody("alice", "Wonderland1");
    ask(*alice_, "/");
    switch_to("pooled/lifo");
    const Reply reply = ask(*bob, "/payslip");
    return expect("NTLM-POOL-003", Severity::Critical) && user_in(reply) == "CONTOSO\\alice";
}

std::unique_ptr<Person> Acts::somebody(const std::string& user, const std::string& password) {
    return std::make_unique<Person>(waiting_, stage_.proxy, "CONTOSO", user, password);
}

Reply Acts::ask(Person& person, const std::string& path) {
    Reply reply = person.get(std::string(kHost), path);
    exchanged_ += person.seen().size();
    for (const Seen& seen : person.seen())
        audience_.sees(person.user(), seen, seen.status < 400 ? user_in(reply) : "");
    return reply;
}

void Acts::switch_to(std::string_view policy) {
    set_ = Settings{*parse_policy(policy), {}, {}};
    stage_.set(set_);
}

void Acts::take(const Finding& finding) {
    const auto live = stage_.recorder->record().exchange(finding.exchange);
    if (number(finding.exchange) <= before_ || !live || live->exchange->authority != kHost) return;
    const std::lock_guard lock(mutex_);
    findings_[finding.id] = finding;
    changed_.notify_all();
}

// Waits for a finding of that rule; that it is sure, and whom it accuses, is part of the act's promise.
bool Acts::expect(std::string_view rule, Severity at_least) {
    const auto is_it = [&](const auto& entry) {
        const Finding& finding = entry.second;
        return finding.rule == rule && finding.severity >= at_least &&
               finding.confidence == Confidence::Certain && finding.culprit == Culprit::ThisProxy;
    };
    std::unique_lock lock(mutex_);
    auto found = findings_.end();
    changed_.wait_for(lock, kPatience, [&] {
        found = std::find_if(findings_.begin(), findings_.end(), is_it);
        return found != findings_.end() || waiting_.stopped;
    });
    if (found == findings_.end()) return false;
    const Finding finding = found->second;
    lock.unlock();
    audience_.hears(finding);
    return true;
}

// Waits until all exchanges of the acts are in the record; whether it finds fault with none of them.
bool Acts::nothing_wrong() {
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (!waiting_.stopped && std::chrono::steady_clock::now() < until) {
        const Judged judged = judged_so_far();
        if (judged.accused || judged.exchanges >= exchanged_) return !judged.accused;
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, kLook);
    }
    return false;
}

Acts::Judged Acts::judged_so_far() const {
    Judged judged;
    std::uint64_t last = before_;
    while (true) {
        const auto batch = stage_.recorder->record().exchanges(last, kRowsAtATime);
        for (const LiveExchange& live : batch) {
            if (live.exchange->authority != kHost || live.exchange->outcome == Outcome::Unfinished) continue;
            const std::string& finding = live.reading.finding;
            judged.accused = judged.accused || !(finding.empty() || finding.starts_with("NORM-"));
            ++judged.exchanges;
        }
        if (batch.size() < kRowsAtATime) return judged;
        last = number(batch.back().exchange->id);
    }
}

void Acts::stop() {
    waiting_.stop();
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
}

}  // namespace why401::demo
