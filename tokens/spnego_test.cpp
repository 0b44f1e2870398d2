// SPNEGO and Kerberos, in and out of each other.
#include "tokens/spnego.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tokens/token.h"
#include "tokens/vectors/ntlm_vectors.h"
#include "tokens/vectors/spnego_vectors.h"
#include "wire/base64.h"
#include "wire/der.h"
#include "wire/hex.h"

namespace why401 {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string bytes(std::string_view digits) { return hex::decode(digits).value(); }

template <class Message>
Message read(std::string_view digits) {
    return std::get<Message>(decode_bytes(bytes(digits)));
}

TEST(NegTokenInit, OffersMechanismsAndCarriesAKerberosTicket) {
    const auto init = read<spnego::NegTokenInit>(vectors::kInitKerberosAndNtlm);
    EXPECT_TRUE(init.gss_framed);
    EXPECT_THAT(init.mech_types, ElementsAre(kerberos::kMech, spnego::kNtlmMech));
    EXPECT_THAT(init.anomalies, IsEmpty());
    const auto* request = std::get_if<kerberos::ApReq>(&init.inner);
    ASSERT_NE(request, nullptr);
    EXPECT_EQ(request->realm, "DOMAIN.LOCAL");
    EXPECT_EQ(request->spn(), "host/dc01");
    EXPECT_EQ(request->sname.type, 3);
    EXPECT_EQ(request->ticket.etype, 18);
    EXPECT_EQ(request->ticket.kvno, 6);
    EXPECT_EQ(request->authenticator.etype, 18);
    EXPECT_TRUE(request->mutual_required());
    EXPECT_THAT(request->anomalies, IsEmpty());
}

TEST(NegTokenInit, OfAServerCarriesHintsInsteadOfAToken) {
    const auto init = read<spnego::NegTokenInit>(vectors::kInit2);
    EXPECT_THAT(init.mech_types, ElementsAre(spnego::kNegoExMech, kerberos::kMechMicrosoft, kerberos::kMech,
                                             kerberos::kMechUserToUser, spnego::kNtlmMech));
    EXPECT_EQ(init.hint_name, "not_defined_in_RFC4178@please_ignore");
    EXPECT_TRUE(std::holds_alternative<std::monostate>(init.inner));
    EXPECT_THAT(init.anomalies, IsEmpty());
}

TEST(NegTokenInit, CarriesNtlm) {
    const auto init = read<spnego::NegTokenInit>(vectors::kInitNtlm);
    const auto* message = std::get_if<ntlm::NegotiateMessage>(&init.inner);
    ASSERT_NE(message, nullptr);
    EXPECT_EQ(message->version->text(), "10.0.17763");
}

TEST(NegTokenResp, CompletesWithTheServersProof) {
    const auto resp = read<spnego::NegTokenResp>(vectors::kRespApRep);
    EXPECT_EQ(resp.neg_state, spnego::NegState::AcceptCompleted);
    EXPECT_EQ(resp.supported_mech, kerberos::kMech);
    const auto* reply = std::get_if<kerberos::ApRep>(&resp.inner);
    ASSERT_NE(reply, nullptr);
    EXPECT_EQ(reply->enc_part.etype, 18);
    EXPECT_THAT(resp.anomalies, IsEmpty());
}

TEST(NegTokenResp, ShowsTheFallBackFromKerberosToNtlm) {
    const auto resp = read<spnego::NegTokenResp>(vectors::kRespRequestMic);
    EXPECT_EQ(resp.neg_state, spnego::NegState::RequestMic);
    EXPECT_STREQ(spnego::name_of(*resp.neg_state), "request-mic");
    EXPECT_EQ(spnego::mech_name(resp.supported_mech), "NTLMSSP");
    EXPECT_EQ(resp.response_token, "");
    EXPECT_NE(find_negotiate(decode_bytes(bytes(vectors::kRespNegotiate))), nullptr);
}

TEST(Kerberos, IsReadWithoutSpnego) {
    const auto request = read<kerberos::ApReq>(vectors::kRawApReq);
    EXPECT_TRUE(request.gss_framed);
    EXPECT_EQ(request.mech, kerberos::kMech);
    EXPECT_EQ(request.ap_options, 0x20000000U);
    EXPECT_EQ(request.spn(), "host/dc01");
    EXPECT_EQ(request.ticket.kvno, 6);
    EXPECT_EQ(kerberos::etype_name(*request.ticket.etype), "AES256-CTS-HMAC-SHA1-96");
    EXPECT_EQ(read<kerberos::ApRep>(vectors::kRawApRep).enc_part.etype, 18);
}

TEST(Kerberos, IsReadWithoutItsGssFrame) {
    const std::string framed = bytes(vectors::kRawApReq);
    const std::string bare = framed.substr(framed.find('\x6e'));
    const auto request = std::get<kerberos::ApReq>(decode_bytes(bare));
    EXPECT_FALSE(request.gss_framed);
    EXPECT_EQ(request.realm, "DOMAIN.LOCAL");
    EXPECT_EQ(bare.substr(request.realm_at.offset, request.realm_at.length), "DOMAIN.LOCAL");
}

TEST(KrbError, IsReadEvenWithoutItsApplicationTag) {
    const auto error = read<kerberos::KrbError>(vectors::kKrbErrorInner);
    EXPECT_EQ(error.error_code, 25);
    EXPECT_EQ(error.error_name(), "KDC_ERR_PREAUTH_REQUIRED");
    EXPECT_EQ(error.stime, "20200613210423Z");
    EXPECT_EQ(error.realm, "DOMAIN.LOCAL");
    EXPECT_EQ(error.sname.text(), "krbtgt/DOMAIN.LOCAL");
    EXPECT_EQ(error.e_data.size(), 92U);
    EXPECT_FALSE(error.nt_status);
    ASSERT_EQ(error.anomalies.size(), 1U);
    EXPECT_EQ(error.anomalies[0].what, "the application tag around the message is missing");
}

TEST(KrbError, RoundTripsThroughItsWriter) {
    const std::string token =
        kerberos::encode_krb_error(41, "20261122221836Z", "CONTOSO.TEST", {"HTTP", "web01"});
    const auto error = std::get<kerberos::KrbError>(decode_bytes(token));
    EXPECT_TRUE(error.gss_framed);
    EXPECT_EQ(error.error_name(), "KRB_AP_ERR_MODIFIED");
    EXPECT_EQ(error.sname.text(), "HTTP/web01");
    EXPECT_EQ(error.realm, "CONTOSO.TEST");
    EXPECT_EQ(error.stime, "20261122221836Z");
    EXPECT_THAT(error.anomalies, IsEmpty());
    EXPECT_EQ(token.substr(error.stime_at.offset, error.stime_at.length), error.stime);
}

TEST(KrbError, ShowsTheNtStatusOfWindows) {
    const auto field = [](int n, const std::string& value) { return der::encode(der::context(n), value); };
    const std::string extended = bytes("6d0000c00000000001000000");
    const std::string data =
        der::encode(der::kSequence,
                    field(1, der::encode_integer(3)) + field(2, der::encode(der::kOctetString, extended)));
    const std::string body = field(1, der::encode_integer(30)) + field(6, der::encode_integer(99)) +
                             field(12, der::encode(der::kOctetString, data));
    const auto error = std::get<kerberos::KrbError>(
        decode_bytes(der::encode(der::application(30), der::encode(der::kSequence, body))));
    EXPECT_EQ(error.nt_status, 0xC000006DU);
    EXPECT_EQ(error.error_name(), "error 99");
}

TEST(Spnego, ATokenThatIsCutOffShowsWhatIsThere) {
    const base64::Decoded decoded = base64::decode(vectors::kCutOffBase64);
    const auto init = std::get<spnego::NegTokenInit>(decode_bytes(decoded.bytes));
    EXPECT_THAT(init.mech_types, ElementsAre(kerberos::kMechMicrosoft, kerberos::kMech, spnego::kNegoExMech,
                                             spnego::kNtlmMech));
    ASSERT_EQ(init.anomalies.size(), 1U) << "one cut is one anomaly";
    EXPECT_EQ(init.anomalies[0].what, "an element claims more bytes than there are");
    EXPECT_EQ(init.anomalies[0].offset, decoded.bytes.size());
    const auto* request = std::get_if<kerberos::ApReq>(&init.inner);
    ASSERT_NE(request, nullptr);
    EXPECT_EQ(request->realm, "ODESSY.LOCAL");
    EXPECT_TRUE(request->mutual_required());
    EXPECT_EQ(request->sname.type, 2);
    EXPECT_EQ(request->sname.parts.at(0), "HTTP");
}

constexpr std::string_view kAll[] = {vectors::kInitKerberosAndNtlm,
                                     vectors::kInit2,
                                     vectors::kRespApRep,
                                     vectors::kRawApReq,
                                     vectors::kRawApRep,
                                     vectors::kKrbErrorInner,
                                     vectors::kRespRequestMic,
                                     vectors::kRespNegotiate,
                                     vectors::kInitNtlm};

TEST(Spnego, TruncationAnywhereIsReportedAndKeepsTheKindOfToken) {
    for (const std::string_view digits : kAll) {
        const std::string whole = bytes(digits);
        for (std::size_t length = 1; length < whole.size(); ++length) {
            const Token token = decode_bytes(std::string_view(whole).substr(0, length));
            EXPECT_FALSE(anomalies(token).empty() && anomalies(inner_token(token)).empty())
                << digits.substr(0, 20) << " cut at " << length;
            for (const Anomaly& anomaly : anomalies(token)) EXPECT_LE(anomaly.offset, length + 2);
        }
    }
}

TEST(Spnego, NoBitFlipBreaksTheDecoder) {
    for (const std::string_view digits : kAll) {
        std::string token = bytes(digits);
        const std::size_t bits = std::min<std::size_t>(token.size(), 300) * 8;
        for (std::size_t bit = 0; bit < bits; ++bit) {
            token[bit / 8] = static_cast<char>(token[bit / 8] ^ (1 << bit % 8));
            EXPECT_LE(anomalies(decode_bytes(token)).size(), 65U);
            token[bit / 8] = static_cast<char>(token[bit / 8] ^ (1 << bit % 8));
        }
    }
}

TEST(Spnego, TrailingBytesAreReported) {
    for (const std::string_view digits : kAll) {
        const std::string whole = bytes(digits);
        const Token token = decode_bytes(whole + "xx");
        const auto at_end = testing::Field(&Anomaly::offset, whole.size());
        EXPECT_THAT(anomalies(token), testing::Contains(at_end)) << digits.substr(0, 20);
    }
}

TEST(Spnego, RefusesIndefiniteLengthsAndDeepNesting) {
    const Token indefinite = decode_bytes(bytes("a1803080a0030a01000000"));
    EXPECT_TRUE(std::holds_alternative<UnknownToken>(indefinite));
    std::string deep;
    for (int i = 0; i < 5000; ++i)
        deep = der::encode(i % 2 == 0 ? std::uint8_t{der::kSequence} : der::context(0), deep);
    EXPECT_FALSE(anomalies(decode_bytes(deep)).empty());
}

TEST(Spnego, SpnegoInsideSpnegoIsNotFollowed) {
    const std::string token = spnego::encode_init({std::string(spnego::kMech)}, bytes(vectors::kInitNtlm));
    const auto init = std::get<spnego::NegTokenInit>(decode_bytes(token));
    EXPECT_TRUE(std::holds_alternative<UnknownToken>(init.inner));
}

TEST(Spnego, WritersEqualPublishedTokens) {
    const auto init = read<spnego::NegTokenInit>(vectors::kInitNtlm);
    EXPECT_EQ(hex::encode(spnego::encode_init(init.mech_types, init.mech_token)), vectors::kInitNtlm);
    const auto kerberos_init = read<spnego::NegTokenInit>(vectors::kInitKerberosAndNtlm);
    EXPECT_EQ(hex::encode(spnego::encode_init(kerberos_init.mech_types, kerberos_init.mech_token)),
              vectors::kInitKerberosAndNtlm);
    EXPECT_EQ(hex::encode(spnego::encode_resp(spnego::NegState::RequestMic, spnego::kNtlmMech, "")),
              vectors::kRespRequestMic);
    const auto resp = read<spnego::NegTokenResp>(vectors::kRespApRep);
    EXPECT_EQ(hex::encode(spnego::encode_resp(resp.neg_state, resp.supported_mech, resp.response_token)),
              vectors::kRespApRep);
    const auto negotiate = read<spnego::NegTokenResp>(vectors::kRespNegotiate);
    EXPECT_EQ(hex::encode(spnego::encode_resp(negotiate.neg_state, "", negotiate.response_token)),
              vectors::kRespNegotiate);
}

TEST(Spnego, AnUnknownStateIsReported) {
    const auto resp = read<spnego::NegTokenResp>("a1073005a0030a0109");
    EXPECT_FALSE(resp.neg_state);
    EXPECT_EQ(resp.anomalies.at(0).what, "a negState that RFC 4178 does not know");
}

}  // namespace
}  // namespace why401
