#include "app/packed_exchange.h"

#include <cassert>
#include <cstring>
#include <type_traits>
#include <utility>

namespace why401 {
namespace {

template <class Value>
concept Plain = std::is_trivially_copyable_v<Value>;

/// Writes one value after the other.
class Packing {
public:
    explicit Packing(std::string& out) : out_(out) {}

    template <Plain Value>
    void operator()(const Value& value) {
        char bytes[sizeof value];
        std::memcpy(bytes, &value, sizeof value);
        out_.append(bytes, sizeof value);
    }
    void operator()(const std::string& text) {
        (*this)(text.size());
        out_.append(text);
    }
    template <class Value>
    void operator()(const std::vector<Value>& values);
    template <class Value>
    requires(!Plain<Value>) void operator()(const std::optional<Value>& value);
    template <class Value>
    requires(!Plain<Value>) void operator()(const Value& value);
    void message(const Message& message, http1::HeadParser::Kind) {
        (*this)(message.head);
        (*this)(message.body.kept);
        (*this)(message.body.length);
    }

private:
    std::string& out_;
};

/// Reads them in the same order.
class Unpacking {
public:
    explicit Unpacking(std::string_view bytes) : bytes_(bytes) {}

    template <Plain Value>
    void operator()(Value& value) {
        std::memcpy(&value, take(sizeof value).data(), sizeof value);
    }
    void operator()(std::string& text) { text = take(size()); }
    template <class Value>
    void operator()(std::vector<Value>& values);
    template <class Value>
    requires(!Plain<Value>) void operator()(std::optional<Value>& value);
    template <class Value>
    requires(!Plain<Value>) void operator()(Value& value);
    void message(Message& message, http1::HeadParser::Kind kind) {
        std::string head;
        (*this)(head);
        message = message_from_head(std::move(head), kind);
        (*this)(message.body.kept);
        (*this)(message.body.length);
    }

private:
    std::string_view take(std::size_t count) {
        assert(count <= bytes_.size());
        const std::string_view taken = bytes_.substr(0, count);
        bytes_.remove_prefix(count);
        return taken;
    }
    std::size_t size() {
        std::size_t size = 0;
        (*this)(size);
        return size;
    }
    std::string_view bytes_;
};

/// `Value` is const or not: each field is named once for both directions.
template <class Value, class Of>
concept Is = std::is_same_v<std::remove_const_t<Value>, Of>;

void each(auto& with, Is<Edit> auto& edit) {
    with(edit.offset), with(edit.length), with(edit.text), with(edit.because);
}
void each(auto& with, Is<Fault> auto& fault) {
    with(fault.whose), with(fault.stage), with(fault.what), with(fault.clause), with(fault.offset);
    with(fault.bytes);
}
void each(auto& with, Is<PoolDecision> auto& decision) {
    with(decision.policy), with(decision.chosen), with(decision.opened_new), with(decision.candidates);
    with(decision.because);
}
void each(auto& with, Is<Exchange> auto& exchange) {
    with(exchange.id), with(exchange.client_connection), with(exchange.upstream_connection);
    with(exchange.scheme), with(exchange.authority), with(exchange.in_tunnel);
    with.message(exchange.request, http1::HeadParser::Kind::Request), with(exchange.request_edits);
    with.message(exchange.response, http1::HeadParser::Kind::Response), with(exchange.response_edits);
    with(exchange.interim), with(exchange.status), with(exchange.answered_by_us), with(exchange.timing);
    with(exchange.outcome), with(exchange.fault), with(exchange.decision), with(exchange.injected);
}

template <class Value>
void Packing::operator()(const std::vector<Value>& values) {
    (*this)(values.size());
    for (const Value& value : values) (*this)(value);
}
template <class Value>
requires(!Plain<Value>) void Packing::operator()(const std::optional<Value>& value) {
    (*this)(value.has_value());
    if (value) (*this)(*value);
}
template <class Value>
requires(!Plain<Value>) void Packing::operator()(const Value& value) { each(*this, value); }

template <class Value>
void Unpacking::operator()(std::vector<Value>& values) {
    values.resize(size());
    for (Value& value : values) (*this)(value);
}
template <class Value>
requires(!Plain<Value>) void Unpacking::operator()(std::optional<Value>& value) {
    bool there = false;
    (*this)(there);
    if (there) (*this)(value.emplace());
}
template <class Value>
requires(!Plain<Value>) void Unpacking::operator()(Value& value) { each(*this, value); }

}  // namespace

void pack(const Exchange& exchange, std::string& out) {
    Packing packing(out);
    packing(exchange);
}

Exchange unpack(std::string_view packed) {
    Exchange exchange;
    Unpacking unpacking(packed);
    unpacking(exchange);
    return exchange;
}

}  // namespace why401
