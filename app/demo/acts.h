#pragma once
// The three acts: a login that works, the same login broken by pooling, and somebody served as somebody else.
// What is played, and how each must end, stands here once; who watches decides what becomes of it.

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "analysis/finding.h"
#include "app/demo/person.h"
#include "app/recorder.h"
#include "proxy/proxy.h"

namespace why401::demo {

/// Where the persons of the acts meet: a name of the lab that nobody else uses, so that no pool mixes their
/// connections with those of others.
inline constexpr std::string_view kHost = "demo.lab.why401.test";

/// The running instance that is played through. The functions may be called from any thread.
struct Stage {
    net::Endpoint proxy;
    const Recorder* recorder = nullptr;
    std::function<Settings()> settings;
    std::function<void(const Settings&)> set;
    std::function<Proxy::Counts()> counts;
};

struct Act {
    int number = 0;
    std::string_view policy, title;  ///< "pooled/switch", "alice's next request"
};

/// Who watches. Called on the thread that plays.
class Audience {
public:
    virtual ~Audience() = default;
    virtual void begins(const Act&) {}
    /// One exchange of a person; `served_as` is empty when no page was served.
    virtual void sees(const std::string& name, const Seen& seen, const std::string& served_as) = 0;
    virtual void hears(const Finding&) {}  ///< the verdict of an act that was to go wrong
    virtual void hears_nothing_wrong() {}  ///< the verdict of a login that works
    virtual void misses(const Act& act, const std::string& why) = 0;  ///< it did not end as it must
    virtual void ends(bool well) = 0;                                 ///< `well`: each act did
};

class Acts {
public:
    Acts(Stage stage, Audience& audience) : stage_(std::move(stage)), audience_(audience) {}

    /// Plays them, without injected faults, up to the first that does not end as it must; then puts the
    /// settings back, unless somebody else changed them meanwhile. Never throws: what goes wrong is told.
    void play();
    void take(const Finding& finding);  ///< from the recorder's thread, each that it reports
    void stop();                        ///< from any thread: play() ends at once, and tells of no miss

private:
    bool perform(const Act& act, bool (Acts::*its_story)());
    bool healthy_login();
    bool pooled_login();
    bool identity_bleed();

    std::unique_ptr<Person> somebody(const std::string& user, const std::string& password);
    Reply ask(Person& person, const std::string& path);
    void switch_to(std::string_view policy);
    bool expect(std::string_view rule, Severity at_least);
    /// What the record says of the exchanges of the acts.
    struct Judged {
        std::uint64_t exchanges = 0;
        bool accused = false;
    };
    bool nothing_wrong();
    Judged judged_so_far() const;

    const Stage stage_;
    Audience& audience_;
    Waiting waiting_;
    Settings set_;                 ///< as the acts left it last
    std::uint64_t before_ = 0;     ///< exchanges of the run when the acts began
    std::uint64_t exchanged_ = 0;  ///< exchanges of the acts
    std::unique_ptr<Person> alice_;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::uint64_t, Finding> findings_;  ///< about the acts, each in its latest state
};

}  // namespace why401::demo
