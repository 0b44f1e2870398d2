// Any bytes, whole and cut short: a prefix of a ClientHello is never anything else than "more, please".

#include <cstdint>
#include <cstdlib>

#include "wire/tls_hello.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace why401::tls;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    ClientHello hello;
    const HelloProgress whole = read_client_hello(bytes, hello);
    for (std::size_t length = 0; length < size; length += 1 + size / 16) {
        ClientHello part;
        const HelloProgress progress = read_client_hello(bytes.substr(0, length), part);
        if (whole == HelloProgress::NeedMore && progress != HelloProgress::NeedMore) std::abort();
        if (progress == HelloProgress::Complete && whole == HelloProgress::Complete &&
            (part.server_name != hello.server_name || part.alpn_offered != hello.alpn_offered))
            std::abort();
    }
    return 0;
}
