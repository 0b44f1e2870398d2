// The table of rules, in the order in which they are asked: the first that finds something is the primary
// finding of its exchange. A new rule is one file in rules/ and one line here.

#include <array>

#include "analysis/verdict.h"
#include "wire/ascii.h"

#define WHY401_RULES(RULE)                                                                 \
    /* what this proxy did itself comes first */                                           \
    RULE(authz_strip_001)                                                                  \
    RULE(ntlm_strip_001)                                                                   \
    /* TLS that could not be had */                                                        \
    RULE(cert_mitm_004)                                                                    \
    RULE(tls_upstream_001)                                                                 \
    RULE(tls_client_002)                                                                   \
    RULE(tls_client_004)                                                                   \
    /* what is refused before anybody may log in */                                        \
    RULE(s403_ssl_002)                                                                     \
    RULE(cert_4037_001)                                                                    \
    RULE(cert_40316_002)                                                                   \
    RULE(cert_map_003)                                                                     \
    RULE(cookie_big_001)                                                                   \
    RULE(form_loop_002)                                                                    \
    /* answers that should not have been given */                                          \
    RULE(ntlm_pool_003)                                                                    \
    RULE(ntlm_post_001)                                                                    \
    /* the server's own code for a refused login */                                        \
    RULE(iis_4011_logfull)                                                                 \
    RULE(acct_lock_001)                                                                    \
    RULE(acct_state_001)                                                                   \
    RULE(dc_reach_001)                                                                     \
    RULE(ntlm_block_001)                                                                   \
    RULE(ntlm_mic_001)                                                                     \
    /* a head that no server looked at */                                                  \
    RULE(krb_big_001)                                                                      \
    /* an answer that is not the server's word on this login, and requests that lose it */ \
    RULE(cache_401_001)                                                                    \
    RULE(cors_preflight_001)                                                               \
    RULE(redir_drop_001)                                                                   \
    RULE(redir_https_002)                                                                  \
    /* legs of a healthy login */                                                          \
    RULE(norm_ntlm_003)                                                                    \
    RULE(norm_304_007)                                                                     \
    RULE(norm_krb_004)                                                                     \
    RULE(norm_digest_005)                                                                  \
    /* a handshake that was taken apart */                                                 \
    RULE(ntlm_replay_001)                                                                  \
    RULE(ntlm_pipe_001)                                                                    \
    RULE(ntlm_ka_004)                                                                      \
    RULE(ntlm_pool_002)                                                                    \
    RULE(ntlm_pool_004)                                                                    \
    RULE(ntlm_pool_005)                                                                    \
    RULE(preauth_cold_001)                                                                 \
    RULE(norm_ntlm_002)                                                                    \
    /* a login that was there and is gone */                                               \
    RULE(ntlm_idle_001)                                                                    \
    RULE(ntlm_pool_006)                                                                    \
    RULE(ntlm_pool_001)                                                                    \
    /* messages that break the rules of HTTP */                                            \
    RULE(rfc_multiauth_004)                                                                \
    RULE(rfc_www_on_req_003)                                                               \
    RULE(proxy_wronghdr_004)                                                               \
    /* tokens, by their own claims and its words */                                        \
    RULE(bearer_syntax_005)                                                                \
    RULE(bearer_scope_006)                                                                 \
    RULE(bearer_nbf_002)                                                                   \
    RULE(bearer_exp_001)                                                                   \
    RULE(bearer_aud_003)                                                                   \
    RULE(bearer_sig_004)                                                                   \
    RULE(bearer_noerr_007)                                                                 \
    RULE(bearer_invalid_008)                                                               \
    /* what shows without knowing the password */                                          \
    RULE(basic_syntax_003)                                                                 \
    RULE(digest_uri_002)                                                                   \
    RULE(digest_alg_004)                                                                   \
    RULE(digest_realm_005)                                                                 \
    RULE(digest_nc_003)                                                                    \
    /* what the server says in so many words */                                            \
    RULE(iis_401501_dynip)                                                                 \
    RULE(iis_4017_urlauth6)                                                                \
    RULE(iis_pkg_001)                                                                      \
    RULE(iis_wmsvc_001)                                                                    \
    RULE(iis_4012_urlauthz)                                                                \
    RULE(iis_4012_noscheme)                                                                \
    RULE(iis_4014_filter)                                                                  \
    RULE(iis_4015_app)                                                                     \
    RULE(iis_4013_acl)                                                                     \
    RULE(iis_4011_anon)                                                                    \
    RULE(time_httperr_001)                                                                 \
    RULE(rate_401_001)                                                                     \
    RULE(authz_401_001)                                                                    \
    RULE(ntlm_persist_001)                                                                 \
    RULE(rfc_nochal_001)                                                                   \
    /* Kerberos and Negotiate */                                                           \
    RULE(nego_envelope_001)                                                                \
    RULE(nego_empty_001)                                                                   \
    RULE(nego_negoex_001)                                                                  \
    RULE(krb_skew_005)                                                                     \
    RULE(krb_replay_007)                                                                   \
    RULE(krb_tkt_006)                                                                      \
    RULE(krb_etype_004)                                                                    \
    RULE(krb_kvno_003)                                                                     \
    RULE(nego_provider_001)                                                                \
    RULE(krb_cname_001)                                                                    \
    RULE(krb_tokensize_002)                                                                \
    RULE(krb_hosthdr_001)                                                                  \
    RULE(krb_spn_002)                                                                      \
    RULE(nego_reject_001)                                                                  \
    RULE(krb_refused_008)                                                                  \
    /* credentials that were looked at and refused */                                      \
    RULE(ntlm_h2_001)                                                                      \
    RULE(ntlm_anon_001)                                                                    \
    RULE(proxy_407_001)                                                                    \
    RULE(krb_doublehop_001)                                                                \
    RULE(cbt_mitm_001)                                                                     \
    RULE(cbt_offload_003)                                                                  \
    RULE(cbt_none_002)                                                                     \
    RULE(cbt_spn_004)                                                                      \
    RULE(loopback_001)                                                                     \
    RULE(ntlm_unbound_001)                                                                 \
    RULE(digest_iis_006)                                                                   \
    RULE(ambient_cache_001)                                                                \
    RULE(basic_utf8_002)                                                                   \
    RULE(basic_colon_005)                                                                  \
    RULE(iis_deleg_loop)                                                                   \
    /* a check with the secret says so */                                                  \
    RULE(proof_pass_001)                                                                   \
    RULE(proof_ticket_002)                                                                 \
    RULE(cbt_log_005)                                                                      \
    RULE(ntlm_ts_001)                                                                      \
    RULE(ntlm_fail_002)                                                                    \
    RULE(ntlm_loop_003)                                                                    \
    RULE(ntlm_fail_001)                                                                    \
    RULE(basic_bad_001)                                                                    \
    RULE(digest_bad_001)                                                                   \
    RULE(client_unsolicited_003)                                                           \
    RULE(ntlm_refuse_001)                                                                  \
    /* a challenge, and what became of it */                                               \
    RULE(norm_anon_001)                                                                    \
    RULE(norm_proxy_006)                                                                   \
    RULE(ntlm_join_001)                                                                    \
    RULE(ntlm_proxysup_001)                                                                \
    RULE(rfc_chal_syntax_002)                                                              \
    RULE(ntlm_flags_001)                                                                   \
    RULE(ntlm_ping_001)                                                                    \
    RULE(cors_cred_002)                                                                    \
    RULE(krb_zone_001)                                                                     \
    RULE(proxy_407connect_003)                                                             \
    RULE(proxy_noauth_005)                                                                 \
    RULE(client_noauth_001)                                                                \
    RULE(unknown_401)                                                                      \
    /* postures: asked apart */                                                            \
    RULE(basic_clear_004)                                                                  \
    RULE(ntlm_v1_001)                                                                      \
    RULE(ntlm_head_001)                                                                    \
    RULE(ntlm_cost_001)                                                                    \
    RULE(client_scheme_002)                                                                \
    RULE(tls_unchecked_003)                                                                \
    RULE(krb_fallback_001)                                                                 \
    RULE(krb_ip_001)                                                                       \
    RULE(krb_spn_001)                                                                      \
    RULE(krb_local_001)                                                                    \
    RULE(krb_mutual_001)                                                                   \
    RULE(nego_rawkrb_001)                                                                  \
    RULE(tunnel_opaque_001)                                                                \
    RULE(form_302_001)                                                                     \
    RULE(s403_authz_001)                                                                   \
    RULE(proxy_double_002)                                                                 \
    RULE(iis_authtwice_001)

namespace why401 {

#define WHY401_DECLARE(name) extern const Rule name;
WHY401_RULES(WHY401_DECLARE)
#undef WHY401_DECLARE

namespace {

#define WHY401_LIST(name) &name,
constexpr const Rule* kRules[] = {WHY401_RULES(WHY401_LIST)};
#undef WHY401_LIST

#define WHY401_LIST(name) &name.text,
constexpr const RuleText* kTexts[] = {WHY401_RULES(WHY401_LIST)};
#undef WHY401_LIST

}  // namespace

std::span<const Rule* const> rules_in_order() { return kRules; }
std::span<const RuleText* const> all_rules() { return kTexts; }

const RuleText* find_rule(std::string_view id) {
    for (const RuleText* text : kTexts)
        if (same_name(text->id, id)) return text;
    return nullptr;
}

}  // namespace why401
