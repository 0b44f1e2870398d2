#include "tokens/ntlm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tokens/ntlm_flags.h"
#include "tokens/ntlm_write.h"
#include "tokens/os_builds.h"
#include "tokens/vectors/ntlm_vectors.h"
#include "wire/hex.h"
#include "wire/reader.h"

namespace why401::ntlm {
namespace {

using testing::IsEmpty;
using vectors::Exchange;

std::string bytes(std::string_view digits) { return hex::decode(digits).value(); }

class PublishedExchange : public testing::TestWithParam<Exchange> {};

TEST_P(PublishedExchange, AuthenticateReadsAsPublished) {
    const Exchange& expected = GetParam();
    const AuthenticateMessage message = decode_authenticate(bytes(expected.authenticate));
    EXPECT_THAT(message.anomalies, IsEmpty());
    EXPECT_EQ(message.flags, expected.flags);
    EXPECT_EQ(message.domain.text, expected.domain);
    EXPECT_EQ(message.user.text, expected.user);
    EXPECT_EQ(message.workstation.text, expected.workstation);
    EXPECT_EQ(message.target_spn(), expected.spn);
    EXPECT_EQ(message.channel_bindings(), expected.channel_bindings);
    EXPECT_EQ(message.mic.has_value(), !expected.mic.empty());
    EXPECT_EQ(hex::encode(message.mic.value_or("")), expected.mic);
    EXPECT_EQ(message.kind, ResponseKind::V2);
    ASSERT_TRUE(message.v2);
    EXPECT_EQ(hex::encode(message.v2->proof), expected.proof);
    EXPECT_EQ(hex::encode(message.v2->client_challenge), expected.client_challenge);
    EXPECT_EQ(message.v2->time, expected.time);
    EXPECT_EQ(message.v2->pairs.size(), expected.pairs);
}

TEST_P(PublishedExchange, EveryFieldStandsWhereItSays) {
    const std::string token = bytes(GetParam().authenticate);
    const AuthenticateMessage message = decode_authenticate(token);
    for (const Field* field : {&message.lm_response, &message.nt_response, &message.domain, &message.user,
                               &message.workstation, &message.session_key})
        if (!field->empty()) {
            EXPECT_EQ(token.substr(field->offset, field->length()), field->bytes);
        }
    for (const AvPair& pair : message.v2->pairs)
        EXPECT_EQ(token.substr(pair.offset, pair.value.size()), pair.value) << av_name(pair.id);
    EXPECT_EQ(token.substr(message.v2->client_challenge_offset, 8), message.v2->client_challenge);
    EXPECT_EQ(wire::Reader(std::string_view(token).substr(message.v2->time_offset)).u64_le(),
              message.v2->time);
    if (message.mic) {
        EXPECT_EQ(token.substr(kMicOffset, 16), *message.mic);
    }
}

TEST_P(PublishedExchange, OtherMessagesReadWithoutAnomalies) {
    EXPECT_THAT(decode_negotiate(bytes(GetParam().negotiate)).anomalies, IsEmpty());
    EXPECT_THAT(decode_challenge(bytes(GetParam().challenge)).anomalies, IsEmpty());
}

TEST_P(PublishedExchange, TruncationAnywhereKeepsWhatIsThereAndIsReported) {
    for (const std::string_view digits :
         {GetParam().negotiate, GetParam().challenge, GetParam().authenticate}) {
        const std::string whole = bytes(digits);
        for (std::size_t length = 0; length < whole.size(); ++length) {
            const std::string part = whole.substr(0, length);
            const auto negotiate = decode_negotiate(part);
            const auto challenge = decode_challenge(part);
            const auto authenticate = decode_authenticate(part);
            for (const auto* list : {&negotiate.anomalies, &challenge.anomalies, &authenticate.anomalies})
                for (const Anomaly& anomaly : *list) EXPECT_LE(anomaly.offset, 600U) << anomaly.what;
            if (digits == GetParam().authenticate) {
                EXPECT_THAT(authenticate.anomalies, testing::Not(IsEmpty()));
            }
        }
    }
}

TEST_P(PublishedExchange, NoBitFlipBreaksTheDecoder) {
    std::string token = bytes(GetParam().authenticate);
    for (std::size_t bit = 0; bit < token.size() * 8; ++bit) {
        const auto flip = [&token, bit] {
            token[bit / 8] = static_cast<char>(token[bit / 8] ^ (1 << bit % 8));
        };
        flip();
        const AuthenticateMessage message = decode_authenticate(token);
        EXPECT_LE(message.nt_response.length(), token.size());
        decode_challenge(token);
        decode_negotiate(token);
        flip();
    }
}

std::string case_name(const testing::TestParamInfo<Exchange>& exchange) {
    std::string name(exchange.param.name);
    for (char& c : name)
        if (c == '-') c = '_';
    return name;
}

INSTANTIATE_TEST_SUITE_P(All, PublishedExchange, testing::ValuesIn(vectors::kExchanges), case_name);

TEST(NtlmNegotiate, ReadsFlagsAndVersion) {
    const NegotiateMessage message = decode_negotiate(bytes(vectors::kExchanges[1].negotiate));
    EXPECT_EQ(message.flags, 0xe20882b7U);
    ASSERT_TRUE(message.version);
    EXPECT_EQ(message.version->text(), "10.0.17763");
    EXPECT_EQ(message.version->revision, 15);
    EXPECT_EQ(os_name(*message.version), "Windows 10 1809 / Server 2019");
}

TEST(NtlmNegotiate, NeedsNoMoreThanSixteenBytes) {
    const NegotiateMessage message = decode_negotiate(bytes("4e544c4d53535000010000000782088a"));
    EXPECT_EQ(message.flags, 0x8a088207U);
    ASSERT_EQ(message.anomalies.size(), 1U) << "only the VERSION that the flags announce is missing";
    EXPECT_EQ(message.anomalies[0].clause, "MS-NLMP 2.2.2.10");
    EXPECT_THAT(decode_negotiate(bytes("4e544c4d535350000100000007820888")).anomalies, IsEmpty());
}

TEST(NtlmChallenge, TellsTheServersNamesAndClock) {
    const ChallengeMessage message = decode_challenge(bytes(vectors::kExchanges[1].challenge));
    EXPECT_EQ(message.target_name.text, "DOMAIN");
    EXPECT_EQ(message.computer(), "DC01.domain.local");
    EXPECT_EQ(message.domain(), "DOMAIN");
    EXPECT_EQ(av_text(message.target_info, kAvDnsTreeName), "domain.local");
    EXPECT_EQ(hex::encode(message.server_challenge), "8e3415a6a6ec237f");
    ASSERT_TRUE(message.timestamp());
    EXPECT_EQ(filetime_text(*message.timestamp()), "2020-05-07T10:34:37.2775166Z");
    EXPECT_EQ(os_name(*message.version), "Windows 10 1607 / Server 2016");
}

TEST(NtlmChallenge, OemNameWithUnicodePairsAndAShortHeaderIsRead) {
    const ChallengeMessage message = decode_challenge(bytes(vectors::kOemChallenge));
    EXPECT_EQ(message.target_name.text, "CC");
    EXPECT_EQ(message.target_info.size(), 4U) << "TargetInfo is there although its flag is not";
    EXPECT_EQ(av_text(message.target_info, kAvNbComputerName), "ELISABETH");
    EXPECT_EQ(av_text(message.target_info, kAvDnsComputerName), "elisabeth.cc.icedev.nu");
    EXPECT_FALSE(message.version);
    EXPECT_THAT(message.anomalies, IsEmpty());
}

TEST(NtlmChallenge, AZeroLengthFieldWithOffsetZeroIsNoPayload) {
    const ChallengeMessage message = decode_challenge(bytes(vectors::kV1Challenge));
    EXPECT_EQ(message.target_name.text, "Server");
    EXPECT_TRUE(message.target_info.empty());
    EXPECT_EQ(message.version->text(), "6.0.6000");
    EXPECT_THAT(message.anomalies, IsEmpty());
}

TEST(NtlmAuthenticate, HasNoMicBecauseOfAVersion) {
    // MS-NLMP 4.2.4: VERSION is set, the first payload stands at 72, MsvAvFlags is absent.
    const AuthenticateMessage message = decode_authenticate(bytes(vectors::kV2Authenticate));
    EXPECT_TRUE(message.version);
    EXPECT_FALSE(message.mic);
    EXPECT_EQ(message.identity(), "Domain\\User");
    EXPECT_EQ(message.channel_bindings(), "absent");
    EXPECT_EQ(message.kind, ResponseKind::V2);
    EXPECT_THAT(message.anomalies, IsEmpty());
}

TEST(NtlmAuthenticate, HasAMicWithoutAVersion) {
    const AuthenticateMessage message = decode_authenticate(bytes(vectors::kExchanges[0].authenticate));
    EXPECT_FALSE(message.version);
    EXPECT_TRUE(message.mic);
}

TEST(NtlmAuthenticate, ShowsAUserPrincipalNameAsSent) {
    EXPECT_EQ(decode_authenticate(bytes(vectors::kExchanges[1].authenticate)).identity(),
              "vagrant-domain@DOMAIN.LOCAL");
}

TEST(NtlmAuthenticate, TellsTheResponsesApart) {
    EXPECT_EQ(decode_authenticate(bytes(vectors::kV1Authenticate)).kind, ResponseKind::V1);
    AuthenticateParts parts;
    parts.flags = kUnicode | kNtlm;
    parts.user = "User";
    parts.nt_response = bytes(vectors::kEssNtResponse);
    parts.lm_response = bytes(vectors::kEssLmResponse);
    EXPECT_EQ(decode_authenticate(encode(parts)).kind, ResponseKind::V1Ess);
    parts.nt_response = std::string(10, 'x');
    const AuthenticateMessage odd = decode_authenticate(encode(parts));
    EXPECT_EQ(odd.kind, ResponseKind::Missing);
    EXPECT_EQ(odd.anomalies.size(), 1U);
    AuthenticateParts anonymous;
    anonymous.flags = kUnicode | kAnonymous;
    anonymous.lm_response = std::string(1, '\0');
    const AuthenticateMessage nobody = decode_authenticate(encode(anonymous));
    EXPECT_EQ(nobody.kind, ResponseKind::Anonymous);
    EXPECT_EQ(nobody.identity(), "");
}

/// The blob of `pairs` as the NT response of an otherwise plain message.
AuthenticateMessage with_pairs(const AvPairs& pairs, std::optional<std::string> mic = std::nullopt) {
    AuthenticateParts parts;
    parts.flags = kUnicode | kNtlm;
    parts.user = "User";
    parts.domain = "Domain";
    parts.nt_response = std::string(16, 'p') + encode_v2_blob(1, "12345678", pairs);
    parts.mic = std::move(mic);
    return decode_authenticate(encode(parts));
}

TEST(NtlmAuthenticate, SaysWhenAMicIsAnnouncedButHasNoRoom) {
    const AuthenticateMessage message = with_pairs({av_flags_pair(kAvFlagMicPresent)});
    EXPECT_FALSE(message.mic);
    ASSERT_EQ(message.anomalies.size(), 1U);
    EXPECT_EQ(message.anomalies[0].offset, kMicOffset);
    EXPECT_TRUE(with_pairs({av_flags_pair(kAvFlagMicPresent)}, std::string(16, 'm')).mic);
}

TEST(NtlmAuthenticate, DistinguishesAbsentZeroAndRealChannelBindings) {
    EXPECT_EQ(with_pairs({}).channel_bindings(), "absent");
    EXPECT_EQ(with_pairs({{kAvChannelBindings, std::string(16, '\0'), 0}}).channel_bindings(), "zero");
    EXPECT_EQ(with_pairs({{kAvChannelBindings, bytes(vectors::kChannelBindings), 0}}).channel_bindings(),
              vectors::kChannelBindings);
}

TEST(NtlmAuthenticate, KeepsBackslashAndHostOnlySpns) {
    EXPECT_EQ(vectors::kExchanges[1].spn, "HOST\\dc01.domain.local");
    EXPECT_EQ(with_pairs({av_name_pair(kAvTargetName, "SERV\\fake")}).target_spn(), "SERV\\fake");
    EXPECT_EQ(with_pairs({av_name_pair(kAvTargetName, "dc01")}).target_spn(), "dc01");
}

TEST(NtlmAuthenticate, ReadsNamesOutsideTheBasicPlane) {
    AuthenticateParts parts;
    parts.flags = kUnicode;
    parts.user = "\xF0\x9F\x98\x80zo\xC3\xAB";
    EXPECT_EQ(decode_authenticate(encode(parts)).user.text, parts.user);
}

TEST(NtlmAuthenticate, ReportsLengthsThatLie) {
    const std::string good = bytes(vectors::kV2Authenticate);
    const auto patched = [&good](std::size_t at, std::string_view with) {
        std::string token = good;
        token.replace(at, with.size(), with);
        return decode_authenticate(token);
    };
    const auto outside = patched(40, std::string_view("\xff\xff\xff\xff", 4));
    EXPECT_TRUE(outside.user.empty());
    EXPECT_EQ(outside.anomalies.at(0),
              (Anomaly{"UserName points outside the message", 36, "MS-NLMP 2.2.1.3"}));
    const auto past = patched(20, std::string_view("\xff\xff", 2));
    EXPECT_EQ(past.anomalies.at(0).what, "NtChallengeResponse runs past the end of the message");
    EXPECT_EQ(past.kind, ResponseKind::V2) << "what is there is still read";
    const auto overlap = patched(40, std::string_view("\x08\0\0\0", 4));
    EXPECT_EQ(overlap.anomalies.at(0).what, "UserName overlaps the fixed part of the message");
}

TEST(NtlmAuthenticate, ReadsPayloadsInAnyOrderAndIgnoresMaxLen) {
    std::string token = bytes(vectors::kV2Authenticate);
    token[38] = 99;  // MaxLen of UserName
    const AuthenticateMessage message = decode_authenticate(token);
    EXPECT_EQ(message.user.text, "User");
    EXPECT_EQ(message.user.max_length, 99);
    EXPECT_THAT(message.anomalies, IsEmpty());
}

TEST(NtlmAuthenticate, ReadsNoMoreThanSixtyFourKilobytes) {
    std::string token = bytes(vectors::kV2Authenticate);
    token.resize(100'000);
    const AuthenticateMessage message = decode_authenticate(token);
    EXPECT_EQ(message.user.text, "User");
    EXPECT_EQ(message.anomalies.at(0).offset, kMaxMessage);
}

TEST(AvPairs, EndAtEolAtAFaultOrAfterSixtyFour) {
    const auto info = [](std::string raw) {
        ChallengeParts parts;
        parts.flags = kUnicode | kTargetInfo;
        parts.server_challenge = "12345678";
        std::string token = encode(parts);
        token.resize(56);
        std::string header;
        wire::put_u16_le(header, static_cast<std::uint16_t>(raw.size()));
        wire::put_u16_le(header, static_cast<std::uint16_t>(raw.size()));
        wire::put_u32_le(header, 56);
        token.replace(40, 8, header);
        return decode_challenge(token + raw);
    };
    const std::string name = bytes("0100040041004200");
    EXPECT_THAT(info(name + bytes("00000000") + name).target_info, testing::SizeIs(1))
        << "nothing after MsvAvEOL";
    const auto unclosed = info(name);
    EXPECT_EQ(unclosed.target_info.size(), 1U);
    EXPECT_EQ(unclosed.anomalies.at(0).what, "the list of AV_PAIRs is not closed by MsvAvEOL");
    const auto cut = info(name + bytes("0200ff0041"));
    EXPECT_EQ(cut.target_info.size(), 1U);
    EXPECT_EQ(cut.anomalies.at(0).offset, 56U + 8U);
    std::string many;
    for (int i = 0; i < 100; ++i) many += name;
    const auto limited = info(many);
    EXPECT_EQ(limited.target_info.size(), kMaxAvPairs);
    EXPECT_EQ(limited.anomalies.size(), 1U);
    EXPECT_EQ(info(bytes("01000300410042") + bytes("00000000")).anomalies.at(0).what,
              "MsvAvNbComputerName is not well-formed UTF-16");
}

TEST(Answers, YesOnlyForTheChallengeWhoseTimestampAndNamesAreEchoed) {
    const auto& all = vectors::kExchanges;
    for (std::size_t i = 1; i < std::size(all); ++i)
        for (std::size_t j = 1; j < std::size(all); ++j)
            EXPECT_EQ(answers(decode_authenticate(bytes(all[i].authenticate)),
                              decode_challenge(bytes(all[j].challenge))),
                      i == j ? Answer::Yes : Answer::No);
}

TEST(Answers, CannotTellWithoutATimestampUnlessNamesDiffer) {
    ChallengeMessage challenge = decode_challenge(bytes(vectors::kV2Challenge));
    const AuthenticateMessage reply = decode_authenticate(bytes(vectors::kV2Authenticate));
    EXPECT_EQ(answers(reply, challenge), Answer::CannotTell);
    challenge.target_info[1] = av_name_pair(kAvNbComputerName, "Other");
    EXPECT_EQ(answers(reply, challenge), Answer::No);
}

TEST(Answers, CannotTellForNtlmV1BecauseItCopiesNothing) {
    EXPECT_EQ(answers(decode_authenticate(bytes(vectors::kV1Authenticate)),
                      decode_challenge(bytes(vectors::kV1Challenge))),
              Answer::CannotTell);
}

TEST(NtlmFlags, AreNamedFromTheLowestBitUp) {
    EXPECT_THAT(flag_names(0x82000003),
                testing::ElementsAre("NTLMSSP_NEGOTIATE_UNICODE", "NTLM_NEGOTIATE_OEM",
                                     "NTLMSSP_NEGOTIATE_VERSION", "NTLMSSP_NEGOTIATE_56"));
    EXPECT_THAT(flag_names(0x01000000), testing::ElementsAre("reserved 0x01000000"));
    EXPECT_EQ(flag_names(~0U).size(), 32U);
    EXPECT_NE(flag_meaning(kLocalCall), "");
}

TEST(OsBuilds, NameWindowsAndWarnOfLibraryConstants) {
    EXPECT_EQ(os_name({10, 0, 20348, 15, 0}), "Windows Server 2022");
    EXPECT_EQ(os_name({10, 0, 19044, 15, 0}), "Windows 10 2004 to 22H2");
    EXPECT_THAT(os_name({6, 1, 7601, 15, 0}), testing::HasSubstr("library"));
    EXPECT_THAT(os_name({6, 2, 0, 15, 0}), testing::HasSubstr("gss-ntlmssp"));
    EXPECT_EQ(os_name({10, 0, 12345, 15, 0}), "");
}

TEST(Filetime, ReadsAsUtcAndConvertsToUnixTime) {
    EXPECT_EQ(filetime_text(0), "never");
    EXPECT_EQ(filetime_text(116444736000000000ULL), "1970-01-01T00:00:00.0000000Z");
    EXPECT_EQ(filetime_text(131940224770176630ULL), "2019-02-07T14:14:37.0176630Z");
    EXPECT_EQ(filetime_text(filetime_from_unix(951782400)), "2000-02-29T00:00:00.0000000Z");
    EXPECT_EQ(filetime_to_unix(filetime_from_unix(1234567890)), 1234567890);
    EXPECT_EQ(filetime_text(~0ULL).substr(0, 5), "60056") << "the last one is far away but no overflow";
}

}  // namespace
}  // namespace why401::ntlm
