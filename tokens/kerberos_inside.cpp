#include "tokens/kerberos_inside.h"

#include <algorithm>
#include <chrono>

#include "tokens/der_walk.h"
#include "wire/der.h"
#include "wire/hex.h"
#include "wire/reader.h"
#include "wire/utf16.h"

namespace why401::kerberos {
namespace {

using der::Element;

constexpr std::int64_t kAdIfRelevant = 1, kAdPac = 128;  // RFC 4120 5.2.6.1, MS-KILE 2.2
constexpr std::int64_t kGssChecksum = 0x8003;            // RFC 4121 4.1.1
constexpr std::uint32_t kPacClientInfo = 10;             // MS-PAC 2.4
constexpr std::uint32_t kMostPacBuffers = 64;
constexpr std::uint32_t kDelegates = 1;  // GSS_C_DELEG_FLAG

std::optional<Element> first(std::string_view bytes) { return der::Elements(bytes).next(); }

/// What stands under [number] of a SEQUENCE.
std::optional<Element> field(const Element& sequence, int number) {
    der::Elements elements(sequence);
    while (const auto element = elements.next())
        if (element->tag == der::context(number)) return der::Elements(*element).next();
    return std::nullopt;
}

/// The SEQUENCE inside [APPLICATION number].
std::optional<Element> body(const std::optional<Element>& element, int number) {
    if (!element || element->tag != der::application(number)) return std::nullopt;
    return der::only_child(*element, der::kSequence);
}

std::optional<std::int64_t> integer(const std::optional<Element>& element) {
    if (!element || element->tag != der::kInteger) return std::nullopt;
    return der::integer(element->content);
}

/// EncryptedData: [2] cipher.
std::optional<std::string_view> cipher(const std::optional<Element>& encrypted) {
    const auto octets = encrypted ? field(*encrypted, 2) : std::nullopt;
    if (!octets || octets->tag != der::kOctetString || octets->clipped()) return std::nullopt;
    return octets->content;
}

/// KerberosTime "20261129020000Z", seconds since 1970; 0 when it is none.
std::int64_t time_of(const std::optional<Element>& element) {
    if (!element || element->tag != der::kGeneralizedTime || element->content.size() != 15) return 0;
    int number[6] = {};
    for (std::size_t i = 0, digit = 0; i < 6; ++i)
        for (std::size_t end = digit + (i == 0 ? 4 : 2); digit < end; ++digit) {
            const char c = element->content[digit];
            if (c < '0' || c > '9') return 0;
            number[i] = number[i] * 10 + (c - '0');
        }
    using namespace std::chrono;
    const year_month_day day{year(number[0]), month(static_cast<unsigned>(number[1])),
                             std::chrono::day(static_cast<unsigned>(number[2]))};
    if (!day.ok()) return 0;
    return std::int64_t{sys_days(day).time_since_epoch().count()} * 86'400 + number[3] * 3'600 +
           number[4] * 60 + number[5];
}

/// PrincipalName and realm as "alice@CONTOSO.TEST".
std::string principal(const std::optional<Element>& name, const std::optional<Element>& realm) {
    std::string text;
    if (const auto parts = name ? field(*name, 1) : std::nullopt) {
        der::Elements elements(*parts);
        while (const auto part = elements.next()) text += (text.empty() ? "" : "/") + readable(part->content);
    }
    return realm ? text + "@" + readable(realm->content) : text;
}

/// PAC_CLIENT_INFO (MS-PAC 2.7).
std::string pac_name(std::string_view pac) {
    wire::Reader reader(pac);
    const std::uint32_t buffers = std::min(reader.u32_le(), kMostPacBuffers);
    reader.skip(4);
    for (std::uint32_t i = 0; i < buffers && reader.ok(); ++i) {
        const std::uint32_t type = reader.u32_le(), size = reader.u32_le();
        const std::uint64_t offset = reader.u64_le();
        const auto buffer = wire::slice(pac, offset, size);
        if (type != kPacClientInfo || !buffer) continue;
        wire::Reader info(*buffer);
        info.skip(8);
        return utf16::to_utf8(info.take(info.u16_le()));
    }
    return {};
}

/// AuthorizationData, a PAC wherever it stands in it.
void find_pac(const Element& list, TicketInside& ticket) {
    der::Elements elements(list);
    while (const auto entry = elements.next()) {
        const auto type = integer(field(*entry, 0));
        const auto data = field(*entry, 1);
        if (!data || data->tag != der::kOctetString) continue;
        if (type == kAdPac && !ticket.has_pac) {
            ticket.has_pac = true;
            ticket.pac_name = pac_name(data->content);
        }
        if (type != kAdIfRelevant) continue;
        der::Elements inside(data->content, data->content_offset, data->depth + 1);  // depth stays bounded
        if (const auto inner = inside.next()) find_pac(*inner, ticket);
    }
}

/// Length of the bindings (16), the bindings, flags (RFC 4121 4.1.1).
void read_checksum(std::string_view checksum, AuthenticatorInside& said) {
    wire::Reader reader(checksum);
    if (reader.u32_le() != 16) return;
    const std::string_view bindings = reader.take(16);
    const std::uint32_t flags = reader.u32_le();
    if (!reader.ok()) return;
    const bool zero = bindings.find_first_not_of('\0') == std::string_view::npos;
    said.channel_bindings = zero ? "zero" : hex::encode(bindings);
    said.delegates = (flags & kDelegates) != 0;
}

}  // namespace

std::optional<SealedParts> sealed_parts(std::string_view token) {
    std::string_view message = token;
    if (const auto frame = open_gss_frame(token))
        message = frame->inner.substr(std::min<std::size_t>(2, frame->inner.size()));
    const auto request = body(first(message), 14);
    const auto ticket = request ? body(field(*request, 3), 1) : std::nullopt;
    if (!ticket) return std::nullopt;
    const auto in_ticket = cipher(field(*ticket, 3)), authenticator = cipher(field(*request, 4));
    if (!in_ticket || !authenticator) return std::nullopt;
    return SealedParts{*in_ticket, *authenticator};
}

TicketInside read_ticket_inside(std::string_view plain) {
    TicketInside ticket;
    const auto part = body(first(plain), 3);
    if (!part) return ticket;
    if (const auto flags = field(*part, 0)) ticket.flags = der::bits(flags->content).value_or(0);
    ticket.client = principal(field(*part, 3), field(*part, 2));
    ticket.authenticated = time_of(field(*part, 5));
    ticket.starts = time_of(field(*part, 6));
    ticket.ends = time_of(field(*part, 7));
    ticket.renewable_until = time_of(field(*part, 8));
    if (const auto data = field(*part, 10)) find_pac(*data, ticket);
    const auto key = field(*part, 1);
    if (!key) return ticket;
    ticket.session_etype = integer(field(*key, 0));
    if (const auto value = field(*key, 1)) ticket.session_key = std::string(value->content);
    return ticket;
}

AuthenticatorInside read_authenticator_inside(std::string_view plain) {
    AuthenticatorInside said;
    const auto part = body(first(plain), 2);
    if (!part) return said;
    said.client_time_us = time_of(field(*part, 5)) * 1'000'000 + integer(field(*part, 4)).value_or(0);
    const auto checksum = field(*part, 3);
    if (!checksum || integer(field(*checksum, 0)) != kGssChecksum) return said;
    if (const auto value = field(*checksum, 1)) read_checksum(value->content, said);
    return said;
}

}  // namespace why401::kerberos
