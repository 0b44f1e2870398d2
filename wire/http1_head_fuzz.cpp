// Any bytes as a request and as a response: no crash, every offset inside the bytes, and the same answer
// however they were split. The first byte chooses the kind and where the split falls.

#include <cstdlib>
#include <string>
#include <string_view>

#include "wire/http1_framing.h"
#include "wire/http1_head.h"
#include "wire/http_target.h"

using namespace why401::http1;

namespace {

void require(bool claim) {
    if (!claim) std::abort();
}

bool same(const Head& a, const Head& b) {
    if (a.begin != b.begin || a.end != b.end || a.start_line_end != b.start_line_end ||
        a.status != b.status || a.minor_version != b.minor_version || a.method_length != b.method_length ||
        a.target_begin != b.target_begin || a.target_length != b.target_length ||
        a.fields.size() != b.fields.size())
        return false;
    for (std::size_t i = 0; i < a.fields.size(); ++i)
        if (a.fields[i].begin != b.fields[i].begin || a.fields[i].name_length != b.fields[i].name_length ||
            a.fields[i].value_begin != b.fields[i].value_begin ||
            a.fields[i].value_length != b.fields[i].value_length || a.fields[i].end != b.fields[i].end)
            return false;
    return true;
}

/// The lines of a head tile it: nothing lies between them that no field accounts for.
void check_tiling(const Head& head, std::string_view bytes) {
    require(head.end <= bytes.size() && bytes.substr(head.end - 4, 4) == "\r\n\r\n");
    std::size_t at = head.start_line_end;
    for (const FieldLine& line : head.fields) {
        require(line.begin == at && line.name_length > 0 && bytes[line.begin + line.name_length] == ':');
        require(line.value_begin > line.begin + line.name_length &&
                line.value_begin + line.value_length + 2 <= line.end);
        require(line.value(bytes).find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos);
        at = line.end;
    }
    require(at + 2 == head.end);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    if (size < 2) return 0;
    const auto kind = data[0] & 1 ? HeadParser::Kind::Request : HeadParser::Kind::Response;
    const std::string bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
    const std::size_t split = bytes.empty() ? 0 : (data[0] / 2u * 256u + data[1]) % bytes.size();
    const Limits limits{4096, 20};

    HeadParser whole(kind, limits), parts(kind, limits);
    const Progress progress = whole.parse(bytes);
    Progress split_progress = parts.parse(std::string(bytes, 0, split));
    if (split_progress == Progress::NeedMore) split_progress = parts.parse(bytes);
    require(progress == split_progress);
    if (progress == Progress::Refused) {
        require(whole.defect().offset <= bytes.size() && !whole.defect().clause.empty());
        require(whole.defect().offset == parts.defect().offset && whole.defect().what == parts.defect().what);
    }
    if (progress != Progress::Complete) return 0;

    const Head& head = whole.head();
    require(same(head, parts.head()));
    check_tiling(head, bytes);
    if (kind == HeadParser::Kind::Request) {
        request_framing(head, bytes);
        parse_target(head.method(bytes), head.target(bytes));
    } else {
        response_framing(head, bytes, "GET");
    }
    keeps_connection(head, bytes);
    return 0;
}
