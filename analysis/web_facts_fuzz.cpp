// Any bytes as two heads: what is read of redirects and cookies lies inside them.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "analysis/web_facts.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using why401::http1::HeadParser;
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    const std::size_t half = bytes.find('\0');
    why401::Exchange exchange;
    exchange.authority = "web01.test";
    exchange.request = why401::message_from_head(bytes.substr(0, half), HeadParser::Kind::Request);
    if (half != std::string::npos)
        exchange.response = why401::message_from_head(bytes.substr(half + 1), HeadParser::Kind::Response);
    exchange.status = 302;
    const why401::WebFacts web = why401::read_web(exchange);
    for (const why401::SetCookie& cookie : web.set)
        if (cookie.place.offset + cookie.place.length > exchange.response.head.size()) std::abort();
    if (web.cookie_bytes > exchange.request.head.size()) std::abort();
    const std::string origin = why401::origin_of(web.location);
    if (why401::host_part(origin).size() > origin.size()) std::abort();
    why401::looks_like_login(bytes);
    return 0;
}
