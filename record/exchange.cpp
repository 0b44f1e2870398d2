#include "record/exchange.h"

#include <utility>

#include "wire/http_target.h"

namespace why401 {
namespace {

constexpr std::size_t kWorthKeeping = 4 * 1024;  ///< bytes of a string

std::string emptied(std::string& text) {
    if (text.capacity() > kWorthKeeping)
        std::string().swap(text);  // assigning an empty one would keep its memory
    text.clear();
    return std::move(text);
}

template <class Element>
std::vector<Element> emptied(std::vector<Element>& elements) {
    elements.clear();
    return std::move(elements);
}

Message emptied(Message& message) {
    Message blank;
    blank.head = emptied(message.head);
    blank.parsed.fields = emptied(message.parsed.fields);
    blank.body.kept = emptied(message.body.kept);
    return blank;
}

}  // namespace

void Exchange::release_bodies() {
    for (std::string* kept : {&request.body.kept, &response.body.kept})
        if (kept->capacity() > kWorthKeeping) std::string().swap(*kept);
}

void Exchange::clear() {
    Exchange blank;
    blank.authority = emptied(authority);
    blank.request = emptied(request);
    blank.request_edits = emptied(request_edits);
    blank.response = emptied(response);
    blank.response_edits = emptied(response_edits);
    *this = std::move(blank);
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
