#include "app/service.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <mutex>

#include "app/api/server.h"
#include "app/demo/player.h"
#include "app/opened_captures.h"
#include "app/own_site.h"
#include "app/paths.h"
#include "certs/host_name.h"
#include "lab/server.h"
#include "wire/hex.h"

namespace why401 {

namespace fs = std::filesystem;

namespace {

/// The CA's key is in memory from now on, and must not be in a file that nobody guards.
void leave_no_core() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_CORE, &limit) != 0) return;
    limit.rlim_cur = 0;
    ::setrlimit(RLIMIT_CORE, &limit);
}

/// The acts on behalf of the API: whoever asked sees them as traffic.
class Witness : public demo::Audience {
public:
    explicit Witness(Proxy& proxy) : proxy_(proxy) {}
    void sees(const std::string&, const demo::Seen&, const std::string&) override {}
    void misses(const demo::Act& act, const std::string& why) override {
        proxy_.trouble("demo", fmt::format("act {} of the demo ({}) did not end as it must: {}", act.number,
                                           act.title, why));
    }
    void ends(bool) override {}

private:
    Proxy& proxy_;
};

}  // namespace

struct Service::Impl {
    Journal journal;
    std::optional<certs::Authority> authority;
    std::optional<certs::CaCertificate> ca;
    std::unique_ptr<certs::Tls> tls;
    std::vector<std::string> unchecked;  ///< host patterns
    std::unique_ptr<OwnSite> own_site;
    std::unique_ptr<OpenedCaptures> captures;
    std::unique_ptr<lab::Server> lab;
    std::unique_ptr<api::Server> api;
    std::unique_ptr<Recorder> recorder;
    std::unique_ptr<Proxy> proxy;
    std::unique_ptr<RuntimeFile> runtime_file;
    Instance instance;
    mutable std::mutex settings_mutex;
    Settings settings;
    std::optional<Witness> witness;
    std::optional<demo::Player> player;  ///< when there is a lab; last: it plays through the rest

    void start_tls(ServiceOptions& options) {
        if (options.ca_folder.empty()) return;
        leave_no_core();
        authority.emplace(certs::Authority::open_or_create(options.ca_folder));
        unchecked = options.insecure_upstream;
        ca = certs::current_ca(options.ca_folder);
        options.tls.insecure_upstream = [patterns = options.insecure_upstream](const std::string& host) {
            return Interception{patterns, {}}.opens(host);
        };
        tls = std::make_unique<certs::Tls>(*authority, std::move(options.tls));
        options.proxy.tls = tls.get();
    }

    void start_lab(net::Loop& loop, const fs::path& capture, ProxyOptions& options) {
        lab::ServerOptions lab_options;
        if (authority) lab_options.authority = &*authority;
        if (!capture.empty()) lab_options.log_file = capture.string() + ".lab.log";
        lab =
            std::make_unique<lab::Server>(loop, *net::parse_endpoint("127.0.0.1:0"), std::move(lab_options));
        options.lab = lab->local();
    }

    void start_recorder(ServiceOptions& options) {
        // A limit on the size of files is a full disk to the recorder, not the end of the proxy.
        std::signal(SIGXFSZ, SIG_IGN);
        RecorderOptions recorder_options;
        recorder_options.capture = options.capture;
        recorder_options.capture_limit = options.capture_limit;
        recorder_options.program = "why401 " WHY401_VERSION;
        recorder_options.on_finding = [this, told = std::move(options.on_finding)](const Finding& finding) {
            if (player) player->take(finding);
            if (told) told(finding);
        };
        recorder_options.on_withdrawn = std::move(options.on_withdrawn);
        recorder_options.on_trouble = std::move(options.on_trouble);
        if (api) recorder_options.on_events = [this] { api->notify(); };
        recorder = std::make_unique<Recorder>(journal, std::move(recorder_options));
    }
};

Service::Service(net::Loop& loop, ServiceOptions options) : impl_(std::make_unique<Impl>()) {
    Impl& impl = *impl_;
    impl.settings = options.proxy.settings;
    if (!options.capture.empty()) make_private_folder(fs::absolute(options.capture).parent_path());
    if (options.ui) {
        impl.api = std::make_unique<api::Server>(*options.ui);
        options.proxy.never_connect.push_back(impl.api->local());
    }
    impl.start_tls(options);
    if (options.lab) impl.start_lab(loop, options.capture, options.proxy);
    impl.own_site = std::make_unique<OwnSite>(impl.ca);
    options.proxy.own_site = [&impl](const OwnQuestion& asked) { return impl.own_site->answer(asked); };
    impl.proxy = std::make_unique<Proxy>(loop, std::move(options.proxy), impl.journal);
    impl.start_recorder(options);  // after the sockets: a port that is taken leaves no empty capture behind

    Instance& instance = impl.instance;
    instance.pid = ::getpid();
    for (const net::Endpoint& endpoint : impl.proxy->listening())
        instance.proxy.push_back(net::to_string(endpoint));
    if (impl.api) {
        instance.ui = net::to_string(impl.api->local());
        instance.token = impl.api->token();
    }
    if (!options.capture.empty()) instance.capture = fs::absolute(options.capture).string();
    instance.policy = impl.settings.policy.name;
    if (impl.lab) instance.lab = net::to_string(impl.lab->local());
    if (!options.runtime_folder.empty())
        impl.runtime_file = std::make_unique<RuntimeFile>(options.runtime_folder, instance);

    if (impl.lab) {
        impl.witness.emplace(*impl.proxy);
        impl.player.emplace(demo::Stage{
            impl.proxy->listening().front(), impl.recorder.get(), [this] { return this->settings(); },
            [this](const Settings& s) { set(s); }, [&impl] { return impl.proxy->counts(); }});
    }
    impl.recorder->start();
    if (!impl.api) return;
    impl.captures = std::make_unique<OpenedCaptures>(std::move(options.captures_folder), options.capture);
    impl.api->start(source());
}

Service::~Service() { finish(); }

const Instance& Service::instance() const { return impl_->instance; }
const Recorder& Service::recorder() const { return *impl_->recorder; }

std::string Service::ui_address() const {
    if (impl_->instance.ui.empty()) return {};
    return "http://" + impl_->instance.ui + "/#token=" + impl_->instance.token;
}

Settings Service::settings() const {
    const std::lock_guard lock(impl_->settings_mutex);
    return impl_->settings;
}

void Service::set(const Settings& settings) {
    const std::lock_guard lock(impl_->settings_mutex);
    impl_->settings = settings;
    impl_->proxy->set(settings);
}

bool Service::accept_certificate(const std::string& host, const std::string& sha256) {
    const auto digest = hex::decode(sha256);
    if (!impl_->tls || !digest || digest->size() != 32) return false;
    try {
        impl_->tls->except(certs::host_name(host).text, hex::encode(*digest));
    } catch (const certs::CertsError&) {
        return false;
    }
    return true;
}

const std::vector<std::string>& Service::unchecked_servers() const { return impl_->unchecked; }

const certs::Authority* Service::authority() const { return impl_->authority ? &*impl_->authority : nullptr; }

std::vector<std::string> Service::key_pins() const {
    std::vector<std::string> pins;
    if (impl_->tls) pins.push_back(impl_->tls->key_pin());
    if (impl_->lab && impl_->authority) pins.push_back(impl_->lab->key_pin());
    return pins;
}

bool Service::play_demo(demo::Audience& audience) { return impl_->player && impl_->player->start(audience); }

api::Source Service::source() {
    Impl& impl = *impl_;
    api::Source source{impl.recorder.get(),
                       impl.instance,
                       [this] { return settings(); },
                       [this](const Settings& settings) { set(settings); },
                       [&impl] { return impl.proxy->counts(); },
                       impl.captures.get(),
                       {},
                       {},
                       {},
                       impl.tls != nullptr,
                       [this](const std::string& host, const std::string& sha256) {
                           return accept_certificate(host, sha256);
                       }};
    source.ca = impl.ca;
    if (impl.player) {
        source.lab_demo_plays = [&impl] { return impl.player->playing(); };
        source.play_lab_demo = [&impl] { return impl.player->start(*impl.witness); };
    }
    return source;
}

void Service::drain(std::chrono::milliseconds limit, std::function<void()> done) {
    if (impl_->player) impl_->player->forbid();
    impl_->proxy->drain(limit, std::move(done));
}

void Service::finish() {
    if (impl_->player) impl_->player->stop();
    if (impl_->recorder) impl_->recorder->finish();
    if (impl_->api) impl_->api->stop();
    impl_->runtime_file.reset();
}

fs::path new_capture_path(const fs::path& folder, std::chrono::system_clock::time_point now) {
    const std::string name =
        fmt::format("{:%Y-%m-%dT%H-%M-%S}Z", fmt::gmtime(std::chrono::floor<std::chrono::seconds>(now)));
    fs::path file = folder / (name + ".why401");
    for (int number = 2; fs::exists(file); ++number)
        file = folder / fmt::format("{}-{}.why401", name, number);
    return file;
}

}  // namespace why401
