// Whatever the bytes are, the readers of opened tickets stay inside them.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tokens/kerberos_inside.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (const auto parts = why401::kerberos::sealed_parts(bytes))
        if (parts->ticket.size() + parts->authenticator.size() > size) __builtin_trap();
    const auto ticket = why401::kerberos::read_ticket_inside(bytes);
    if (ticket.client.size() + ticket.pac_name.size() > 4 * size + 64) __builtin_trap();
    why401::kerberos::read_authenticator_inside(bytes);
    return 0;
}
