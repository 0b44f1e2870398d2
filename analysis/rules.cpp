// The table of rules, in the order in which they are asked: the first that finds something is the primary
// finding of its exchange. A new rule is one file in rules/ and one line here.

#include <array>

#include "analysis/verdict.h"
#include "wire/ascii.h"

#define WHY401_RULES(RULE)                            \
    /* what this proxy did itself comes first */      \
    RULE(authz_strip_001)                             \
    RULE(ntlm_strip_001)                              \
    /* TLS that could not be had */                   \
    RULE(cert_mitm_004)                               \
    RULE(tls_upstream_001)                            \
    RULE(tls_client_002)                              \
    RULE(tls_client_004)                              \
    /* answers that should not have been given */     \
    RULE(ntlm_pool_003)                               \
    /* legs of a healthy login */                     \
    RULE(norm_ntlm_003)                               \
    RULE(norm_304_007)                                \
    RULE(norm_krb_004)                                \
    RULE(norm_digest_005)                             \
    /* a handshake that was taken apart */            \
    RULE(ntlm_pipe_001)                               \
    RULE(ntlm_ka_004)                                 \
    RULE(ntlm_pool_002)                               \
    RULE(ntlm_pool_004)                               \
    RULE(ntlm_pool_005)                               \
    RULE(preauth_cold_001)                            \
    RULE(norm_ntlm_002)                               \
    /* a login that was there and is gone */          \
    RULE(ntlm_idle_001)                               \
    RULE(ntlm_pool_006)                               \
    RULE(ntlm_pool_001)                               \
    /* what the server says in so many words */       \
    RULE(iis_401501_dynip)                            \
    RULE(iis_4017_urlauth6)                           \
    RULE(iis_pkg_001)                                 \
    RULE(iis_wmsvc_001)                               \
    RULE(iis_4012_urlauthz)                           \
    RULE(iis_4012_noscheme)                           \
    RULE(iis_4014_filter)                             \
    RULE(iis_4015_app)                                \
    RULE(iis_4013_acl)                                \
    RULE(iis_4011_logfull)                            \
    RULE(iis_4011_anon)                               \
    RULE(time_httperr_001)                            \
    RULE(rate_401_001)                                \
    RULE(authz_401_001)                               \
    RULE(ntlm_persist_001)                            \
    RULE(rfc_nochal_001)                              \
    /* credentials that were looked at and refused */ \
    RULE(proxy_407_001)                               \
    RULE(cbt_mitm_001)                                \
    RULE(cbt_offload_003)                             \
    RULE(cbt_none_002)                                \
    RULE(cbt_spn_004)                                 \
    RULE(cbt_log_005)                                 \
    RULE(ntlm_loop_003)                               \
    RULE(ntlm_fail_001)                               \
    RULE(basic_bad_001)                               \
    RULE(client_unsolicited_003)                      \
    RULE(ntlm_refuse_001)                             \
    /* a challenge, and what became of it */          \
    RULE(norm_anon_001)                               \
    RULE(norm_proxy_006)                              \
    RULE(ntlm_join_001)                               \
    RULE(ntlm_proxysup_001)                           \
    RULE(proxy_noauth_005)                            \
    RULE(client_noauth_001)                           \
    RULE(unknown_401)                                 \
    /* postures: asked apart */                       \
    RULE(basic_clear_004)                             \
    RULE(tls_unchecked_003)                           \
    RULE(tunnel_opaque_001)

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
