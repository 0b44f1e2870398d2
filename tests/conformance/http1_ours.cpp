// read_with_ours, declared in tests/conformance/http1_reading.h.

#include "tests/conformance/http1_reading.h"
#include "wire/http1_head.h"

namespace why401::conformance {
namespace {

using namespace http1;

void read_body(std::string_view bytes, Reading& reading) {
    BodyReader reader(Framing{reading.body, reading.length});
    reading.end = 0;
    while (reading.end < bytes.size() && !reader.done()) {
        const std::string_view rest = bytes.substr(reading.end);
        const BodyReader::Step step = reader.read(rest);
        reading.content += rest.substr(step.payload_begin, step.payload_length);
        reading.end += step.consumed;
        if (step.defect) {
            reading.refused = true;
            reading.refusal = step.defect->what;
            return;
        }
    }
    reading.whole = reader.done() || reading.body == BodyKind::UntilClose;
}

}  // namespace

Reading read_with_ours(std::string_view bytes, Kind kind) {
    Reading reading;
    HeadParser parser(kind == Kind::Request ? HeadParser::Kind::Request : HeadParser::Kind::Response);
    const Progress progress = parser.parse(bytes);
    const auto refuse = [&reading](const Defect& defect) {
        reading.refused = true;
        reading.refusal = defect.what;
        return reading;
    };
    if (progress == Progress::Refused) return refuse(parser.defect());
    if (progress == Progress::NeedMore) return reading;

    const Head& head = parser.head();
    const auto framing = kind == Kind::Request
                             ? request_framing(head, bytes)
                             : response_framing(head, bytes, kind == Kind::ResponseToHead ? "HEAD" : "GET");
    if (const Defect* defect = std::get_if<Defect>(&framing)) return refuse(*defect);
    reading.head_read = true;
    reading.method = head.method(bytes);
    reading.target = head.target(bytes);
    reading.status = head.status;
    reading.minor_version = head.minor_version;
    for (const FieldLine& line : head.fields)
        reading.fields.emplace_back(line.name(bytes), line.value(bytes));
    reading.keeps_connection = keeps_connection(head, bytes);
    reading.body = std::get<Framing>(framing).kind;
    reading.length = std::get<Framing>(framing).length;
    if (reading.body == BodyKind::Length && reading.length == 0) reading.body = BodyKind::None;
    read_body(bytes.substr(head.end), reading);
    reading.end += head.end;
    return reading;
}

}  // namespace why401::conformance
