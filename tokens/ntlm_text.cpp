// What NTLM values are called and how they read.
#include <array>

#include "tokens/ntlm.h"
#include "wire/hex.h"
#include "wire/reader.h"
#include "wire/utf16.h"

namespace why401::ntlm {

namespace {

constexpr std::array<const char*, 11> kAvNames = {
    "MsvAvEOL",           "MsvAvNbComputerName", "MsvAvNbDomainName",   "MsvAvDnsComputerName",
    "MsvAvDnsDomainName", "MsvAvDnsTreeName",    "MsvAvFlags",          "MsvAvTimestamp",
    "MsvAvSingleHost",    "MsvAvTargetName",     "MsvAvChannelBindings"};

constexpr std::uint64_t kTicksPerSecond = 10'000'000;
constexpr std::int64_t kUnixEpoch = 11'644'473'600;  // seconds from 1601 to 1970

bool is_text(std::uint16_t id) {
    return (id >= kAvNbComputerName && id <= kAvDnsTreeName) || id == kAvTargetName;
}

std::string padded(std::uint64_t value, std::size_t width) {
    std::string digits = std::to_string(value);
    return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

}  // namespace

std::string av_name(std::uint16_t id) {
    return id < kAvNames.size() ? kAvNames[id] : "MsvAv" + std::to_string(id);
}

std::string AvPair::text() const { return is_text(id) ? utf16::to_utf8(value) : hex::encode(value); }

const AvPair* find(const AvPairs& pairs, std::uint16_t id) {
    for (const AvPair& pair : pairs)
        if (pair.id == id) return &pair;
    return nullptr;
}

std::string av_text(const AvPairs& pairs, std::uint16_t id) {
    const AvPair* pair = find(pairs, id);
    return pair != nullptr ? pair->text() : std::string{};
}

std::optional<std::uint64_t> av_timestamp(const AvPairs& pairs) {
    const AvPair* pair = find(pairs, kAvTimestamp);
    if (pair == nullptr || pair->value.size() != 8) return std::nullopt;
    return wire::Reader(pair->value).u64_le();
}

std::uint32_t av_flags(const AvPairs& pairs) {
    const AvPair* pair = find(pairs, kAvFlags);
    return pair != nullptr && pair->value.size() == 4 ? wire::Reader(pair->value).u32_le() : 0;
}

std::string Version::text() const {
    return std::to_string(major) + '.' + std::to_string(minor) + '.' + std::to_string(build);
}

std::string ChallengeMessage::computer() const {
    std::string name = av_text(target_info, kAvDnsComputerName);
    return name.empty() ? av_text(target_info, kAvNbComputerName) : name;
}

std::string ChallengeMessage::domain() const {
    std::string name = av_text(target_info, kAvNbDomainName);
    if (name.empty()) name = av_text(target_info, kAvDnsDomainName);
    return name.empty() ? target_name.text : name;
}

const char* name_of(ResponseKind kind) {
    switch (kind) {
        case ResponseKind::Missing: return "none";
        case ResponseKind::Anonymous: return "anonymous";
        case ResponseKind::V1: return "NTLMv1";
        case ResponseKind::V1Ess: return "NTLMv1+ESS";
        case ResponseKind::V2: return "NTLMv2";
    }
    return "none";
}

std::string AuthenticateMessage::identity() const {
    // A user principal name comes with an empty domain; it is shown as sent.
    return domain.text.empty() || user.text.empty() ? user.text : domain.text + '\\' + user.text;
}

std::string AuthenticateMessage::target_spn() const {
    return v2 ? av_text(v2->pairs, kAvTargetName) : std::string{};
}

std::string AuthenticateMessage::channel_bindings() const {
    const AvPair* pair = v2 ? find(v2->pairs, kAvChannelBindings) : nullptr;
    if (pair == nullptr) return "absent";
    // Windows sends zeros when the caller gave no bindings (MS-NLMP 3.1.5.1.2): that is not a match of
    // anything.
    const bool zero = pair->value.find_first_not_of('\0') == std::string::npos;
    return zero ? "zero" : hex::encode(pair->value);
}

std::int64_t filetime_to_unix(std::uint64_t filetime) {
    return static_cast<std::int64_t>(filetime / kTicksPerSecond) - kUnixEpoch;
}

std::uint64_t filetime_from_unix(std::int64_t seconds) {
    return static_cast<std::uint64_t>(seconds + kUnixEpoch) * kTicksPerSecond;
}

std::string filetime_text(std::uint64_t filetime) {
    if (filetime == 0) return "never";
    const std::uint64_t seconds = filetime / kTicksPerSecond;
    // Days to a civil date, counted from 0000-03-01 so that the leap day ends the year; 1601-01-01 is day
    // 584694.
    const std::uint64_t days = seconds / 86400 + 584694;
    const std::uint64_t era = days / 146097;
    const std::uint64_t day_of_era = days % 146097;
    const std::uint64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const std::uint64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::uint64_t shifted_month = (5 * day_of_year + 2) / 153;
    const std::uint64_t day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    const std::uint64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    const std::uint64_t year = era * 400 + year_of_era + (month <= 2 ? 1 : 0);
    const std::uint64_t of_day = seconds % 86400;
    return padded(year, 4) + '-' + padded(month, 2) + '-' + padded(day, 2) + 'T' + padded(of_day / 3600, 2) +
           ':' + padded(of_day / 60 % 60, 2) + ':' + padded(of_day % 60, 2) + '.' +
           padded(filetime % kTicksPerSecond, 7) + 'Z';
}

}  // namespace why401::ntlm
