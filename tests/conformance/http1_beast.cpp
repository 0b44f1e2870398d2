// read_with_beast, declared in tests/conformance/http1_reading.h. The whole input is given in one piece.

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include "tests/conformance/http1_reading.h"

namespace why401::conformance {
namespace {

namespace http = boost::beast::http;
using boost::beast::string_view;
using Error = boost::beast::error_code;

template <bool kRequest>
class Listener final : public http::basic_parser<kRequest> {
public:
    Reading reading;

private:
    void on_request_impl(http::verb, string_view method, string_view target, int version, Error&) override {
        reading.method = std::string(method);
        reading.target = std::string(target);
        reading.minor_version = version - 10;
    }
    void on_response_impl(int status, string_view, int version, Error&) override {
        reading.status = status;
        reading.minor_version = version - 10;
    }
    void on_field_impl(http::field, string_view name, string_view value, Error&) override {
        // Trailer fields come here too.
        if (!reading.head_read) reading.fields.emplace_back(std::string(name), std::string(value));
    }
    void on_header_impl(Error&) override { reading.head_read = true; }
    void on_body_init_impl(const boost::optional<std::uint64_t>&, Error&) override {}
    std::size_t on_body_impl(string_view content, Error&) override {
        reading.content += content;
        return content.size();
    }
    void on_chunk_header_impl(std::uint64_t, string_view, Error&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, string_view content, Error&) override {
        reading.content += content;
        return content.size();
    }
    void on_finish_impl(Error&) override {}
};

template <bool kRequest>
void note_framing(Listener<kRequest>& parser) {
    Reading& reading = parser.reading;
    reading.keeps_connection = parser.keep_alive();
    if (parser.is_done()) return;
    if (parser.chunked()) {
        reading.body = http1::BodyKind::Chunked;
    } else if (const auto length = parser.content_length()) {
        reading.body = http1::BodyKind::Length;
        reading.length = *length;
    } else {
        reading.body = http1::BodyKind::UntilClose;
    }
}

template <bool kRequest>
Reading read(std::string_view bytes, bool skip_body) {
    if (bytes.empty()) return {};
    Listener<kRequest> parser;
    Reading& reading = parser.reading;
    parser.header_limit(1U << 30U);
    parser.body_limit(boost::none);
    parser.skip(skip_body);
    Error error;
    reading.end = parser.put(boost::asio::buffer(bytes), error);  // not eager: the head alone
    if (!error) {
        note_framing(parser);
        parser.eager(true);
        const std::string_view rest = bytes.substr(reading.end);
        if (!parser.is_done() && !rest.empty()) reading.end += parser.put(boost::asio::buffer(rest), error);
        if (!error && !parser.is_done()) parser.put_eof(error);
    }
    reading.whole = !error && parser.is_done();
    reading.refused = error && error != http::error::need_more && error != http::error::partial_message;
    if (reading.refused) reading.refusal = error.message();
    return reading;
}

}  // namespace

Reading read_with_beast(std::string_view bytes, Kind kind) {
    if (kind == Kind::Request) return read<true>(bytes, false);
    return read<false>(bytes, kind == Kind::ResponseToHead);
}

}  // namespace why401::conformance
