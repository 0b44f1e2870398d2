#include "app/doctor/visit.h"

#include <algorithm>
#include <utility>

#include "app/scratch_folder.h"
#include "certs/tls.h"
#include "wire/ascii.h"
#include "wire/http1_head.h"
#include "wire/http_auth.h"
#include "wire/http_target.h"

namespace why401::doctor {

namespace {

constexpr std::size_t kMostHead = 256 * 1024;

class Visitor : public net::LinkOwner {
public:
    Visitor(net::Loop& loop, const Place& place, std::unique_ptr<certs::TlsEngine> engine, Visit& visit)
        : loop_(loop), place_(place), engine_(std::move(engine)), visit_(visit) {}

    void take(std::unique_ptr<net::Link> link) {
        link_ = std::move(link);
        visit_.address = net::to_string(link_->peer());
        link_->start(*this);
        if (engine_) return move_on();
        link_->send(request());
    }

    void on_bytes(net::Link&, std::string_view bytes) override {
        if (!engine_) return take_text(bytes);
        engine_->receive(bytes);
        move_on();
    }
    void on_end(net::Link&) override {
        if (engine_) {
            engine_->peer_ended();
            move_on();
        }
        end("it closed the connection without an answer");
    }
    void on_broken(net::Link&, const net::Broken& broken) override {
        end(broken.reset ? "it reset the connection" : broken.what);
    }
    void on_drained(net::Link&) override {}

    /// Nothing more is waited for. The first reason counts.
    void end(const std::string& why) {
        if (ended_) return;
        ended_ = true;
        if (visit_.status == 0) visit_.silence = why;
        if (engine_) visit_.tls = engine_->facts();
        loop_.stop();
    }

private:
    void move_on() {
        char plain[16384];
        while (const std::size_t length = engine_->read(plain, sizeof plain)) {
            take_text({plain, length});
            if (ended_) return;
        }
        if (engine_->phase() == certs::TlsEngine::Phase::Open && !std::exchange(asked_, true))
            engine_->write(request());
        if (engine_->has_to_send()) link_->send(engine_->take_to_send());
        if (engine_->phase() == certs::TlsEngine::Phase::Failed) fail();
    }

    void fail() {
        end(engine_->failure().what);
        if (!visit_.tls->refusal) visit_.tls->refusal = engine_->failure();
    }

    void take_text(std::string_view text) {
        received_ += text;
        switch (parser_.parse(received_)) {
            case http1::Progress::Complete: return take_head(parser_.head());
            case http1::Progress::Refused:
                return end("its answer is not HTTP/1: " + std::string(parser_.defect().what));
            case http1::Progress::NeedMore: break;
        }
        if (received_.size() > kMostHead) end("the head of its answer does not end");
    }

    void take_head(const http1::Head& head) {
        if (head.status < 200) {  // RFC 9110 15.2: an interim response; the final one follows
            received_.erase(0, head.end);
            parser_.reset();
            return take_text({});
        }
        visit_.answered = std::chrono::system_clock::now();
        visit_.status = head.status;
        for (const http1::FieldLine& field : head.fields) {
            if (same_name(field.name(received_), "Date")) visit_.date = field.value(received_);
            if (!same_name(field.name(received_), "WWW-Authenticate")) continue;
            for (const auto& challenge : http_auth::parse_challenges(field.value(received_)))
                if (std::find(visit_.schemes.begin(), visit_.schemes.end(), challenge.scheme) ==
                    visit_.schemes.end())
                    visit_.schemes.push_back(challenge.scheme);
        }
        end({});
    }

    std::string request() const {
        return "GET " + (place_.target.starts_with('/') ? place_.target : "/" + place_.target) +
               " HTTP/1.1\r\nHost: " + place_.authority +
               "\r\nUser-Agent: why401-doctor/" WHY401_VERSION "\r\nAccept: */*\r\nConnection: close\r\n\r\n";
    }

    net::Loop& loop_;
    const Place& place_;
    std::unique_ptr<certs::TlsEngine> engine_;
    Visit& visit_;
    std::unique_ptr<net::Link> link_;
    http1::HeadParser parser_{http1::HeadParser::Kind::Response};
    std::string received_;
    bool asked_ = false, ended_ = false;
};

}  // namespace

std::optional<Place> place_of(std::string_view url) {
    const auto target = http1::parse_target("GET", url.substr(0, url.find('#')));
    if (!target) return std::nullopt;
    const bool tls = same_name(target->scheme, "https");
    if (!tls && !same_name(target->scheme, "http")) return std::nullopt;
    return Place{tls, std::string(target->parsed.host), target->parsed.port, std::string(target->authority),
                 std::string(target->path)};
}

Visit visit(const Place& place, const std::filesystem::path& upstream_ca, std::chrono::milliseconds limit) {
    Visit result;
    // TLS wants a CA of ours to trust. This one vouches for nobody and goes again: a look leaves nothing.
    const ScratchFolder folder("doctor");
    std::optional<certs::Authority> authority;
    std::optional<certs::Tls> tls;
    std::unique_ptr<certs::TlsEngine> engine;
    if (place.tls) {
        authority.emplace(certs::Authority::open_or_create(folder.path() / "ca"));
        certs::TlsOptions options;
        options.upstream_ca = upstream_ca;
        tls.emplace(*authority, std::move(options));
        engine = tls->to_origin({place.host, place.authority, {"http/1.1"}});
    }
    net::Loop loop;
    Visitor visitor(loop, place, std::move(engine), result);
    net::Timer patience(loop);
    net::ConnectOptions options;
    options.time_limit = limit;
    const auto connecting =
        net::connect(loop, place.host, place.port, options, [&](net::Connected connected) {
            if (auto* failure = std::get_if<net::ConnectFailure>(&connected)) {
                result.unreachable = std::move(*failure);
                return loop.stop();
            }
            patience.after(limit, [&] { visitor.end("it did not answer in time"); });
            visitor.take(std::move(std::get<std::unique_ptr<net::Link>>(connected)));
        });
    loop.run();
    return result;
}

}  // namespace why401::doctor
