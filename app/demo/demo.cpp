#include "app/demo/demo.h"

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "app/demo/person.h"
#include "proxy/machine/policy.h"

namespace why401::demo {
namespace {

constexpr auto kPatience = std::chrono::seconds(5);
const std::string kHost = "web01.lab.why401.test";

/// The findings as the recorder reports them, the latest state of each.
class Findings {
public:
    void take(const Finding& finding) {
        const std::lock_guard lock(mutex_);
        latest_[finding.id] = finding;
        changed_.notify_all();
    }

    /// Waits for a finding of that rule; the culprit and the confidence are part of the act's promise.
    std::optional<Finding> expect(std::string_view rule) {
        std::unique_lock lock(mutex_);
        std::optional<Finding> found;
        changed_.wait_for(lock, kPatience, [&] {
            for (const auto& [id, finding] : latest_)
                if (finding.rule == rule && finding.confidence == Confidence::Certain &&
                    finding.culprit == Culprit::ThisProxy)
                    found = finding;
            return found.has_value();
        });
        return found;
    }

    bool any_failure() {
        const std::lock_guard lock(mutex_);
        for (const auto& [id, finding] : latest_)
            if (finding.kind == FindingKind::Failure) return true;
        return false;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::uint64_t, Finding> latest_;
};

class Demo {
public:
    Demo(ServiceOptions service, std::ostream& out)
        : out_(out), service_(loop_, listening_to(std::move(service))), thread_([this] { loop_.run(); }) {}

    ~Demo() {
        loop_.post([this] { service_.drain(std::chrono::milliseconds(200), [this] { loop_.stop(); }); });
        thread_.join();
        service_.finish();
    }

    bool play() {
        bool good = act("1", "affinity", "alice logs in", [this] { return healthy_login(); });
        good = act("2", "pooled/switch", "alice's next request", [this] { return pooled_login(); }) && good;
        good = act("3", "pooled/lifo", "bob's next request", [this] { return identity_bleed(); }) && good;
        return good;
    }

    const Service& service() const { return service_; }

private:
    ServiceOptions listening_to(ServiceOptions service) {
        service.lab = true;
        service.on_finding = [this](const Finding& finding) { findings_.take(finding); };
        return service;
    }

    bool act(const std::string& number, const std::string& policy, const std::string& what,
             const std::function<bool()>& play) {
        out_ << "\nAct " << number << " - " << policy << ": " << what << "\n";
        const bool good = play();
        if (!good) out_ << "  ! this act did not end as it must\n";
        return good;
    }

    std::unique_ptr<Person> somebody(const std::string& user, const std::string& password) {
        const auto proxy = net::parse_endpoint(service_.instance().proxy.front());
        return std::make_unique<Person>(client_loop_, *proxy, "CONTOSO", user, password);
    }

    Reply ask(Person& person, const std::string& name, const std::string& path) {
        Reply reply = person.get(kHost, path);
        for (const Seen& seen : person.seen()) {
            std::string line = "  " + name + "  " + seen.what;
            if (line.size() < 44) line.resize(44, ' ');
            out_ << line << " " << seen.status
                 << (seen.status < 400 && !user_in(reply).empty() ? "  served as " + user_in(reply) : "")
                 << "\n";
        }
        return reply;
    }

    static std::string user_in(const Reply& reply) {
        const std::size_t at = reply.body.find("user=");
        return at == std::string::npos
                   ? ""
                   : reply.body.substr(at + 5, reply.body.find_first_of("\r\n<", at) - at - 5);
    }

    void switch_to(const char* policy) {
        Settings settings = service_.settings();
        settings.policy = *parse_policy(policy);
        service_.set(settings);
    }

    // The recorder has caught up when it knows as many exchanges as were made.
    void settle() {
        const auto until = std::chrono::steady_clock::now() + kPatience;
        while (std::chrono::steady_clock::now() < until && service_.recorder().summary().exchanges < made_)
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }

    bool healthy_login() {
        alice_ = somebody("alice", "Wonderland1");
        const Reply first = ask(*alice_, "alice", "/");
        made_ += alice_->seen().size();
        const Reply second = ask(*alice_, "alice", "/report");
        made_ += alice_->seen().size();
        settle();
        const bool good = first.status == 200 && second.status == 200 &&
                          user_in(second) == "CONTOSO\\alice" && !findings_.any_failure();
        if (good)
            out_ << "  Verdict: nothing is wrong. 401, 401, 200 is how an NTLM login looks; the connection "
                    "then stays logged in,\n"
                    "  so the last request carried no credentials and was served as alice.\n";
        return good;
    }

    bool pooled_login() {
        switch_to("pooled/switch");
        const Reply reply = ask(*alice_, "alice", "/report");
        const auto finding = findings_.expect("NTLM-POOL-001");
        if (finding) print(*finding);
        return reply.status == 401 && finding;
    }

    bool identity_bleed() {
        switch_to("affinity");
        const auto bob = somebody("bob", "Builder1");
        ask(*bob, "bob  ", "/");
        alice_ = somebody("alice", "Wonderland1");
        ask(*alice_, "alice", "/");
        switch_to("pooled/lifo");
        const Reply reply = ask(*bob, "bob  ", "/payslip");
        const auto finding = findings_.expect("NTLM-POOL-003");
        if (finding) print(*finding);
        return reply.status == 200 && user_in(reply) == "CONTOSO\\alice" && finding &&
               finding->severity == Severity::Critical;
    }

    void print(const Finding& finding) {
        out_ << "  Verdict: " << finding.because << "\n  " << finding.rule << ", "
             << to_string(finding.severity) << ", " << to_string(finding.confidence)
             << "; culprit: " << to_string(finding.culprit) << "\n";
        for (const Evidence& evidence : finding.evidence)
            out_ << "    #" << number(evidence.exchange) << "  " << evidence.says << "\n";
    }

    std::ostream& out_;
    Findings findings_;
    net::Loop loop_, client_loop_;
    Service service_;
    std::thread thread_;
    std::unique_ptr<Person> alice_;
    std::uint64_t made_ = 0;
};

void wait_for_signal() {
    net::Loop loop;
    loop.on_signal([&](int) { loop.stop(); });
    loop.run();
}

}  // namespace

int run_demo(bool once, ServiceOptions service, std::ostream& out, std::ostream& err) {
    const auto started = std::chrono::steady_clock::now();
    out << "why401 demo: an IIS-like server and this proxy in one process, and three acts over real "
           "connections.\n";
    bool good = false;
    Demo demo(std::move(service), out);
    try {
        good = demo.play();
    } catch (const std::exception& trouble) {
        err << "why401 demo: " << trouble.what() << "\n";
    }
    const auto took =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started);
    out << "\nAll three acts in " << took.count() << " ms.";
    if (const auto capture = demo.service().recorder().capture(); !capture.empty())
        out << " The same verdicts, whole, from the saved capture:\n  why401 explain " << capture.string();
    out << "\n";
    if (once) return good ? 0 : 1;
    out << "\nStill running: proxy " << demo.service().instance().proxy.front() << ", API "
        << demo.service().ui_address() << "\nTry it:\n  curl -x " << demo.service().instance().proxy.front()
        << " --ntlm -u 'CONTOSO\\alice:Wonderland1' http://" << kHost << "/\nCtrl-C ends it.\n"
        << std::flush;
    wait_for_signal();
    return 0;
}

}  // namespace why401::demo
