#pragma once
// What a password would have produced: the NTLM computations of MS-NLMP 3.3 and 3.4. OpenSSL does the
// cryptography; MD4, DES and RC4 come from its legacy provider in a library context of our own, so the
// process's own is untouched. It refuses to keep anything: passwords and hashes live as long as the caller's
// arguments.

#include <cstdint>
#include <string>
#include <string_view>

namespace why401::proof {

// Every function throws std::runtime_error with a sentence when OpenSSL cannot do it, such as a missing
// legacy provider. All hashes, keys and responses are raw bytes; names and passwords are UTF-8.

std::string ntowf_v1(std::string_view password);
/// Only for old servers and for published vectors; at most 14 ASCII characters count.
std::string lmowf_v1(std::string_view password);
/// The user is uppercased, the domain is not (MS-NLMP 3.3.2).
std::string ntowf_v2(std::string_view nt_hash, std::string_view user, std::string_view domain);

/// DESL(): the 24-byte NTLMv1 or LM response.
std::string v1_response(std::string_view hash, std::string_view server_challenge);
/// NTLMv1 with extended session security: the NT response over MD5(server + client challenge).
std::string v1_ess_response(std::string_view nt_hash, std::string_view server_challenge,
                            std::string_view client_challenge);
/// NTProofStr over "temp" (see ntlm::encode_v2_blob).
std::string v2_proof(std::string_view ntowf_v2, std::string_view server_challenge, std::string_view blob);
std::string lm_v2_response(std::string_view ntowf_v2, std::string_view server_challenge,
                           std::string_view client_challenge);
std::string v2_session_base_key(std::string_view ntowf_v2, std::string_view nt_proof);
std::string v1_session_base_key(std::string_view nt_hash);
/// RC4 both ways: EncryptedRandomSessionKey <-> ExportedSessionKey (MS-NLMP 3.4.5.1).
std::string rc4(std::string_view key, std::string_view data);
/// Over the three messages, the MIC inside AUTHENTICATE taken as zero (MS-NLMP 3.1.5.1.2).
std::string mic(std::string_view exported_session_key, std::string_view negotiate, std::string_view challenge,
                std::string_view authenticate);

/// MsvAvChannelBindings for tls-server-end-point (RFC 5929): `certificate_hash` is the hash of the DER leaf.
std::string channel_bindings(std::string_view certificate_hash);

std::string md5(std::string_view data);
std::string hmac_md5(std::string_view key, std::string_view data);
/// "MD5", "SHA256", "SHA512", "SHA512-256": for Digest.
std::string hash(const char* name, std::string_view data);

}  // namespace why401::proof
