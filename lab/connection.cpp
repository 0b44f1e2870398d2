#include "lab/connection.h"

#include <algorithm>

#include "lab/pages.h"
#include "lab/w3c_log.h"
#include "wire/ascii.h"
#include "wire/http_target.h"

namespace why401::lab {
namespace {

constexpr std::size_t kReadAhead = 256 * 1024;  // of pipelined requests while an answer is on its way
constexpr std::size_t kPatternRun = 64 * 1024;  // a multiple of the pattern's length
constexpr int kRunsInARow = 16;                 // then others get their turn

const std::string& pattern_run() {
    static const std::string run = [] {
        std::string text;
        while (text.size() < kPatternRun) text += "0123456789abcdef";
        return text;
    }();
    return run;
}

std::string hex_size(std::size_t n) {
    std::string out;
    do out.insert(out.begin(), "0123456789abcdef"[n % 16]);
    while ((n /= 16) != 0);
    return out;
}

std::string address_of(const net::Endpoint& endpoint) {
    std::string text = net::to_string(endpoint);
    text.resize(text.rfind(':'));
    if (text.size() > 1 && text.front() == '[') text = text.substr(1, text.size() - 2);
    return text;
}

std::string value_of(const http1::Head& head, std::string_view bytes, std::string_view name) {
    const http1::FieldLine* field = head.find(bytes, name);
    return field ? std::string(field->value(bytes)) : std::string{};
}

}  // namespace

Connection::Connection(net::Loop& loop, Host& host, std::unique_ptr<net::Link> link)
    : host_(host),
      link_(std::make_unique<Channel>(std::move(link), host.tls())),
      timer_(loop),
      parser_(http1::HeadParser::Kind::Request, http1::Limits{host.options().head_bytes, 1000}) {
    arm();
    link_->start(*this);
}

// ---- what the link says
// ------------------------------------------------------------------------------------------

void Connection::on_bytes(net::Link&, std::string_view bytes) {
    drop_used();
    in_ += bytes;
    if (state_ == State::ExpectBody) arm();
    if (state_ == State::Answering && in_.size() > kReadAhead) link_->pause();
    advance();
}

void Connection::on_end(net::Link&) {
    peer_ended_ = true;
    advance();  // what is whole is still answered; half a request will never be
}

void Connection::on_broken(net::Link&, const net::Broken&) { host_.forget(*this); }

void Connection::on_drained(net::Link&) {
    if (state_ == State::Answering && pattern_left_ > 0) {
        arm();
        if (!send_pattern()) return;
    }
    link_->resume();
    advance();
}

// ---- reading
// -----------------------------------------------------------------------------------------------------

/// Once for each run of bytes that arrives, not for each request in it.
void Connection::drop_used() {
    in_.erase(0, used_);
    used_ = 0;
}

void Connection::advance() {
    bool more = true;
    while (more) {
        if (clogged()) return;
        switch (state_) {
            case State::ExpectHead: more = read_head(); break;
            case State::ExpectBody: more = read_body(); break;
            case State::Answering: return;
        }
    }
}

/// A client that sends requests without reading the answers waits until it has read some.
bool Connection::clogged() {
    if (state_ != State::ExpectHead || link_->queued() <= kReadAhead) return false;
    link_->pause();
    return true;
}

bool Connection::read_head() {
    if (pending().empty()) {
        in_ = {};  // an idle connection holds no buffer
        used_ = 0;
        return peer_ended_ && end();
    }
    switch (parser_.parse(pending())) {
        case http1::Progress::NeedMore: return peer_ended_ && end();
        case http1::Progress::Refused: return refuse(parser_.defect());
        case http1::Progress::Complete: return begin_request();
    }
    return false;
}

/// Keeps what the site and the log want to know; the bytes themselves go.
void Connection::read_facts(const http1::Head& head, std::string_view in, const http1::Target& target) {
    const bool absolute = target.form == http1::TargetForm::Absolute;
    request_ = {};
    request_.method = head.method(in);
    request_.target = target.form == http1::TargetForm::Asterisk ? "*" : std::string(target.path);
    if (absolute && (target.path.empty() || target.path.front() != '/')) request_.target.insert(0, "/");
    // RFC 9112 3.2.2: the authority of an absolute target wins over Host.
    request_.host = absolute ? std::string(target.authority) : value_of(head, in, "Host");
    request_.minor_version = head.minor_version;
    if (const http1::FieldLine* field = head.find(in, "Authorization"))
        request_.authorization = field->value(in);
    request_.via = head.find(in, "Via") != nullptr;
    request_.over_tls = link_->over_tls();
    request_.binding = link_->ntlm_binding();
    request_line_ = in.substr(head.begin, head.start_line_end - head.begin - 2);
    user_agent_ = value_of(head, in, "User-Agent");
    referer_ = value_of(head, in, "Referer");
    keep_ = http1::keeps_connection(head, in);
    machine_ = machine_for(request_.host, turn_);
}

bool Connection::begin_request() {
    const http1::Head& head = parser_.head();
    const std::string_view in = pending();
    const auto framing = http1::request_framing(head, in);
    if (const auto* defect = std::get_if<http1::Defect>(&framing)) return refuse(*defect);
    const auto target = http1::parse_target(head.method(in), head.target(in));
    const bool served = target && target->form != http1::TargetForm::Authority;
    if (!served)
        return refuse({"the request target is not for this server", head.target_begin, "RFC 9112 3.2"});

    began_ = host_.now();
    read_facts(head, in, *target);
    body_ = http1::BodyReader(std::get<http1::Framing>(framing));

    // RFC 9110 10.1.1. The body is read before anything is answered, so the client is always told to go on.
    const bool invited = head.minor_version > 0 && same_name(value_of(head, in, "Expect"), "100-continue");
    used_ += head.end;
    parser_.reset();
    if (invited && !body_.done() && pending().empty()) link_->send("HTTP/1.1 100 Continue\r\n\r\n");
    state_ = State::ExpectBody;
    return true;
}

bool Connection::read_body() {
    while (!body_.done() && used_ < in_.size()) {
        const http1::BodyReader::Step step = body_.read(pending());
        used_ += step.consumed;
        if (step.defect) return refuse(*step.defect);
    }
    if (!body_.done()) return peer_ended_ && end();
    request_.body_bytes = body_.payload_bytes();
    return answer();
}

/// http.sys answers what it cannot read by itself and closes; IIS never sees it, and neither does its log.
bool Connection::refuse(const http1::Defect& defect) {
    const bool too_long = pending().size() >= host_.options().head_bytes && state_ == State::ExpectHead;
    const bool host_name =
        defect.clause == "RFC 9112 3.2" && defect.what.find("Host") != std::string_view::npos;
    Response response;
    response.status = 400;
    response.fields = {{"Content-Type", "text/html; charset=us-ascii"}, {"Server", "Microsoft-HTTPAPI/2.0"}};
    response.body =
        too_long    ? http_sys_400_page("Request Too Long", "The size of the request headers is too long.")
        : host_name ? http_sys_400_page("Invalid Hostname", "The request hostname is invalid.")
                    : http_sys_400_page("Invalid Header", "The request has an invalid header name.");
    link_->send(head_of(response, {}, false, host_.now()) + std::get<std::string>(response.body));
    return end();
}

// ---- answering
// ---------------------------------------------------------------------------------------------------

bool Connection::answer() {
    state_ = State::Answering;
    timer_.cancel();
    const Chance chance = request_.authorization ? host_.chance() : Chance{};
    Answer decided =
        lab::answer(logins_[machine_], request_, machine(machine_), chance, host_.options().site);
    logins_[machine_] = std::move(decided.next);
    response_ = std::move(decided.response);
    step_ = std::move(decided.step);
    keep_ = keep_ && !needs_close(response_, request_);
    if (response_.delay.count() == 0) return send_answer();
    timer_.after(response_.delay, [this] {
        if (send_answer()) advance();
    });
    return false;
}

bool Connection::send_answer() {
    arm();
    std::string out = head_of(response_, request_, keep_, host_.now());
    const bool with_body = request_.method != "HEAD";
    if (const auto* text = std::get_if<std::string>(&response_.body); text && with_body) out += *text;
    if (const auto* chunks = std::get_if<Chunks>(&response_.body); chunks && with_body) {
        const bool framed = request_.minor_version > 0;
        for (const std::string& part : chunks->parts)
            out += framed ? hex_size(part.size()) + "\r\n" + part + "\r\n" : part;
        if (framed) out += "0\r\n\r\n";
    }
    const auto* pattern = std::get_if<Pattern>(&response_.body);
    pattern_left_ = pattern && with_body ? pattern->bytes : 0;
    if (pattern_left_ == 0) record();
    link_->send(out);
    return send_pattern();
}

bool Connection::send_pattern() {
    for (int run = 0; pattern_left_ > 0; ++run) {
        if (link_->queued() > 0) return false;  // on_drained goes on
        if (run == kRunsInARow) {
            timer_.after(std::chrono::milliseconds(0), [this] {
                arm();
                if (send_pattern()) advance();
            });
            return false;
        }
        const std::size_t length =
            static_cast<std::size_t>(std::min<std::uint64_t>(pattern_left_, kPatternRun));
        pattern_left_ -= length;
        if (pattern_left_ == 0) record();
        link_->send(std::string_view(pattern_run()).substr(0, length));
    }
    return finish_exchange();
}

bool Connection::finish_exchange() {
    if (!keep_) return end();
    state_ = State::ExpectHead;
    arm();
    link_->resume();
    return true;
}

/// Before the last bytes go out: whoever has the whole answer finds it in the log.
void Connection::record() const {
    LogEntry entry;
    entry.time = host_.now();
    entry.server_address = address_of(link_->local());
    entry.server_port = link_->local().port;
    entry.method = request_.method;
    entry.path = request_.path();
    entry.query = request_.query();
    entry.user = response_.user;
    entry.client_address = address_of(link_->peer());
    entry.user_agent = user_agent_;
    entry.referer = referer_;
    entry.status = response_.status;
    entry.substatus = response_.substatus;
    entry.win32 = response_.win32;
    entry.taken = std::chrono::duration_cast<std::chrono::milliseconds>(entry.time - began_);
    host_.write_log(log_row(entry));
    if (host_.options().on_request)
        host_.options().on_request({link_->peer(), request_line_, request_.host,
                                    std::string(machine(machine_).netbios), step_, response_.user,
                                    response_.status, response_.substatus, response_.win32});
}

// ---- ending
// ------------------------------------------------------------------------------------------------------

bool Connection::end() {
    Channel::close_gently(std::move(link_));
    host_.forget(*this);
    return false;
}

void Connection::arm() {
    const bool pending = std::any_of(logins_.begin(), logins_.end(), [](const Login& l) {
        return std::holds_alternative<ExpectAuthenticate>(l);
    });
    const ServerOptions& options = host_.options();
    timer_.after(pending ? std::min(options.idle_timeout, options.handshake_timeout) : options.idle_timeout,
                 [this] { end(); });
}

}  // namespace why401::lab
