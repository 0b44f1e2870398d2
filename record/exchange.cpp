#include "record/exchange.h"

#include <utility>

#include "wire/http_target.h"

namespace why401 {
namespace {

constexpr std::size_t kWorthKeeping = 4 * 1024;  ///< bytes of a string or a list

void empty(std::string& text) {
    if (text.capacity() > kWorthKeeping)
        std::string().swap(text);  // assigning an empty one would keep its memory
    text.clear();
}

template <class Element>
void empty(std::vector<Element>& elements) {
    if (elements.capacity() * sizeof(Element) > kWorthKeeping) std::vector<Element>().swap(elements);
    elements.clear();
}

void empty(Message& message) {
    empty(message.head);
    std::vector<http1::FieldLine> lines = std::move(message.parsed.fields);
    empty(lines);
    message.parsed = {};
    message.parsed.fields = std::move(lines);
    empty(message.body.kept);
    message.body.length = 0;
    message.body.decoded = false;
}

}  // namespace

// Field by field, in place: it runs once for every exchange that passes.
void Exchange::clear() {
    id = {};
    client_connection.reset();
    upstream_connection.reset();
    scheme = "http";
    empty(authority);
    in_tunnel = false;
    empty(request);
    empty(request_edits);
    empty(response);
    empty(response_edits);
    interim.clear();
    status = 0;
    answered_by_us = false;
    timing = {};
    outcome = Outcome::Unfinished;
    fault.reset();
    decision.reset();
    injected.clear();
    log.reset();
    http_major = 1;
    proof.reset();
    credentials_withheld = false;
}

namespace {

/// Whether the target lacks what the origin says. Absolute- and authority-form do not, and what fits no form
/// stands as it is.
bool needs_origin(std::string_view method, std::string_view target) {
    if (target.front() != '/' && target != "*") return false;
    const auto parsed = http1::parse_target(method, target);
    return parsed &&
           (parsed->form == http1::TargetForm::Origin || parsed->form == http1::TargetForm::Asterisk);
}

}  // namespace

void append_url(std::string& out, const Exchange& exchange) {
    const std::string_view target = exchange.request.target();
    const bool refused = target.empty();  // the head was
    const bool whole = !refused && !needs_origin(exchange.request.method(), target);
    if (!whole && !exchange.authority.empty())
        out.append(exchange.scheme).append("://").append(exchange.authority);
    if (!whole && target == "*") out += '/';
    out.append(target);
}

std::string url(const Exchange& exchange) {
    std::string text;
    append_url(text, exchange);
    return text;
}

}  // namespace why401
