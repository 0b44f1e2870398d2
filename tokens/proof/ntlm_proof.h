#pragma once
// Whole NTLM logins from a password: writes an NTLMv2 AUTHENTICATE and checks one. It refuses clocks and
// randomness: time and challenges are arguments.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tokens/ntlm.h"

namespace why401::proof {

struct Login {
    std::string domain;  ///< UTF-8
    std::string user;
    std::string password;
    std::string workstation;
    std::string spn;                   ///< MsvAvTargetName; empty: none
    std::string channel_bindings;      ///< 16 bytes; empty: the pair is sent as zeros when the MIC is
    bool leaves_out_bindings = false;  ///< no pair at all, as curl does
    std::string client_challenge;      ///< 8 bytes
    std::uint64_t filetime = 0;        ///< used unless the challenge has a timestamp
    std::string random_session_key;    ///< 16 bytes, used when key exchange was negotiated; empty: not done
};

/// The AUTHENTICATE message that answers `challenge`, with a MIC when the challenge carries a timestamp
/// (MS-NLMP 3.1.5.1.2).
std::string build_authenticate(std::string_view negotiate, std::string_view challenge, const Login& login);

/// A password, or the NT hash that stands for it.
struct Secret {
    static Secret password(std::string_view utf8);
    static Secret nt_hash(std::string_view sixteen_bytes);
    std::string hash;
};

struct Verification {
    enum class Mic { Absent, Good, Bad, CannotTell };

    ntlm::ResponseKind kind = ntlm::ResponseKind::Missing;
    bool proof_matches = false;  ///< the response was computed from this secret for this challenge
    Mic mic = Mic::Absent;       ///< CannotTell: no NEGOTIATE message given, or the proof does not match
};

/// `negotiate` may be empty when it was not seen. The user and domain are those inside `authenticate`.
Verification verify_authenticate(const Secret& secret, std::string_view negotiate, std::string_view challenge,
                                 std::string_view authenticate);

}  // namespace why401::proof
