#include "app/demo/demo.h"

#include <algorithm>

#include "app/demo/acts.h"

namespace why401::demo {
namespace {

constexpr std::size_t kStatusColumn = 44;
constexpr auto kDrain = std::chrono::milliseconds(200);

/// Tells the acts to a terminal.
class Narrator : public Audience {
public:
    Narrator(std::ostream& out, std::function<void(bool)> ended) : out_(out), ended_(std::move(ended)) {}

    void begins(const Act& act) override {
        out_ << "\nAct " << act.number << " - " << act.policy << ": " << act.title << "\n";
    }

    void sees(const std::string& name, const Seen& seen, const std::string& served_as) override {
        std::string line = "  " + name;
        line.resize(std::max<std::size_t>(line.size(), 9), ' ');
        line += seen.what;
        line.resize(std::max(line.size(), kStatusColumn), ' ');
        out_ << line << " " << seen.status << (served_as.empty() ? "" : "  served as " + served_as) << "\n";
    }

    void hears(const Finding& finding) override {
        out_ << "  Verdict: " << finding.because << "\n  " << finding.rule << ", "
             << to_string(finding.severity) << ", " << to_string(finding.confidence)
             << "; culprit: " << to_string(finding.culprit) << "\n";
        for (const Evidence& evidence : finding.evidence)
            out_ << "    #" << number(evidence.exchange) << "  " << evidence.says << "\n";
    }

    void hears_nothing_wrong() override {
        out_ << "  Verdict: nothing is wrong. 401, 401, 200 is how an NTLM login looks; the connection "
                "then stays logged in,\n"
                "  so the last request carried no credentials and was served as alice.\n";
    }

    void misses(const Act&, const std::string& why) override {
        out_ << "  ! this act did not end as it must: " << why << "\n";
    }

    void ends(bool well) override {
        out_ << "\n"
             << (well ? "All three acts" : "What was played of the three acts") << " in "
             << std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                      started_)
                    .count()
             << " ms.";
        ended_(well);
    }

private:
    std::ostream& out_;
    const std::function<void(bool)> ended_;
    const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

void say_what_next(std::ostream& out, const Service& service, bool stays) {
    if (const auto capture = service.recorder().capture(); !capture.empty())
        out << " The same verdicts, whole, from the saved capture:\n  why401 explain " << capture.string();
    out << "\n";
    if (!stays) return;
    const std::string& proxy = service.instance().proxy.front();
    out << "\nStill running: proxy " << proxy << ", API " << service.ui_address() << "\nTry it:\n  curl -x "
        << proxy << " --ntlm -u 'CONTOSO\\alice:Wonderland1' http://web01.lab.why401.test/\nCtrl-C ends it.\n"
        << std::flush;
}

}  // namespace

int run_demo(bool once, ServiceOptions options, std::ostream& out, std::ostream& err) {
    out << "why401 demo: an IIS-like server and this proxy in one process, and three acts over real "
           "connections.\n";
    net::Loop loop;
    bool good = false;
    std::unique_ptr<Service> service;
    const auto leave = [&] { service->drain(kDrain, [&] { loop.stop(); }); };
    Narrator narrator(out, [&](bool well) {
        loop.post([&, well] {
            good = well;
            say_what_next(out, *service, !once);
            if (once) leave();
        });
    });
    options.lab = true;
    options.on_trouble = [&](const std::string& sentence) { err << "why401 demo: " << sentence << "\n"; };
    service = std::make_unique<Service>(loop, std::move(options));
    loop.on_signal([&](int) { leave(); });
    service->play_demo(narrator);
    loop.run();
    service->finish();
    return once && !good ? 1 : 0;
}

}  // namespace why401::demo
