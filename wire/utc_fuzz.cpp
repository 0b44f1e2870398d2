// Any text as a time: what is read lies within the years that four digits can write.
#include <cstdint>
#include <cstdlib>

#include "wire/utc.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const auto& seconds : {why401::parse_kerberos_time(text), why401::parse_http_date(text)})
        if (seconds && (*seconds < -62'167'219'200 || *seconds > 253'402'300'800)) std::abort();
    return 0;
}
