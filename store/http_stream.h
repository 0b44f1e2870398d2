#pragma once
// The HTTP/1 messages of one TCP connection, read strictly as the relay reads them: requests are paired with
// responses in order. What is not HTTP, or no longer can be read, is said and left alone.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "store/tcp_streams.h"
#include "store/trace_record.h"
#include "wire/http1_framing.h"

namespace why401 {

/// What the connections of a capture turned out to be.
struct StreamCensus {
    std::uint64_t http = 0, tls = 0, http2 = 0, other = 0;
    std::uint64_t holes = 0;     ///< HTTP connections whose reading ended at missing bytes
    std::uint64_t refused = 0;   ///< ... at bytes that are no HTTP/1
    std::uint64_t headless = 0;  ///< ... that showed answers whose requests are missing
    std::string tls_name, first_hole, first_refusal;
};

class HttpStream final : public StreamReader {
public:
    /// `name` is unique in the record; client and server as "10.0.0.1:50000".
    HttpStream(std::string name, std::string client, std::string server, TraceRecord& record,
               StreamCensus& census);
    ~HttpStream() override;

    void bytes(bool from_client, std::string_view bytes, std::int64_t time_us) override;
    void hole(bool from_client, std::uint64_t size) override;
    void ends(bool from_client, bool reset, std::int64_t time_us) override;
    bool indifferent() const override { return kind_ == Kind::Closed; }

private:
    enum class Kind : std::uint8_t { Unknown, Http, Closed };  ///< Closed: nothing more is read
    struct Side {
        std::string buffer;
        http1::HeadParser parser;
        std::optional<http1::BodyReader> body;  ///< under way
        explicit Side(http1::HeadParser::Kind kind) : parser(kind) {}
    };

    void decide(std::string_view first);
    void read_requests(std::int64_t time_us);
    void read_responses(std::int64_t time_us);
    bool take_request(std::int64_t time_us);
    bool take_response(std::int64_t time_us);
    /// Whether the body has ended; takes what is in the buffer.
    bool read_body(Side& side, Body& into, bool keep);
    void respond(std::int64_t time_us);
    void complete(Outcome outcome, std::int64_t time_us);
    void stop();
    void refuse(const http1::Defect& defect);
    void count_unasked();  ///< answers are left over
    Connection& end(Leg leg);

    std::string name_, client_, server_;
    TraceRecord& record_;
    StreamCensus& census_;
    Kind kind_ = Kind::Unknown;
    Side from_client_{http1::HeadParser::Kind::Request}, from_server_{http1::HeadParser::Kind::Response};
    std::deque<Exchange> waiting_;  ///< requests without a whole response, oldest first
    bool headless_ = false;         ///< it showed an answer whose request passed before the capture
    bool closed_ = false;           ///< somebody has closed, and that is told
};

}  // namespace why401
