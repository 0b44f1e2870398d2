#include "analysis/binding.h"

#include "analysis/stated.h"
#include "analysis/words.h"
#include "wire/base64.h"

namespace why401 {
namespace {

constexpr std::uint32_t kBadBindings = 0x80090346U;        // SEC_E_BAD_BINDINGS
constexpr std::uint32_t kStatusBadBindings = 0xC000035BU;  // STATUS_BAD_BINDINGS

const CertificateFacts* certificate(const TlsFactsPtr& tls) {
    return tls && tls->certificate ? &*tls->certificate : nullptr;
}

bool binds(const CertificateFacts* certificate, const std::string& sent) {
    return certificate != nullptr && certificate->ntlm_binding == sent;
}

}  // namespace

Binding binding_of(const ExchangeFacts& facts, const Standing& standing) {
    Binding binding;
    if (facts.plain_http || facts.space != Space::Origin || facts.step() != Step::Authenticate)
        return binding;
    const auto* message = facts.own_credentials()->view.authenticate();
    if (message == nullptr) return binding;
    binding.sent = message->channel_bindings();
    binding.ours = certificate(standing.client_tls);
    binding.server = certificate(standing.upstream_tls);
    const bool both = binding.ours != nullptr && binding.server != nullptr &&
                      !binding.ours->ntlm_binding.empty() && !binding.server->ntlm_binding.empty();
    if (binding.sent == "absent" || binding.sent == "zero")
        binding.to = Bound::Nothing;
    else if (binds(binding.server, binding.sent))
        binding.to = Bound::ToServer;
    else if (!both)
        binding.to = Bound::CannotTell;
    else
        binding.to = binds(binding.ours, binding.sent) ? Bound::ToUs : Bound::ToOther;
    return binding;
}

bool is_intercepted(const Standing& standing) {
    const CertificateFacts* ours = certificate(standing.client_tls);
    const CertificateFacts* server = certificate(standing.upstream_tls);
    return ours != nullptr && server != nullptr && ours->sha256 != server->sha256;
}

bool says_bad_bindings(const ExchangeFacts& facts) {
    return states_code(facts, kBadBindings) || states_code(facts, kStatusBadBindings);
}

Evidence av_proof(const ExchangeFacts& facts, ntlm::AvId id, std::string says) {
    const CredentialFacts& own = *facts.own_credentials();
    const auto* message = own.view.authenticate();
    const ntlm::AvPair* pair =
        message != nullptr && message->v2 ? ntlm::find(message->v2->pairs, id) : nullptr;
    const std::string& token = own.view.parsed.token68;
    const auto bytes = pair != nullptr ? base64::decode_strict(token) : std::nullopt;
    const std::size_t begin = bytes ? bytes->find(ntlm::kSignature) : std::string::npos;
    if (begin == std::string::npos) return proof(facts.id, own.place, std::move(says));
    const base64::Span span = base64::characters_of(begin + pair->offset, pair->value.size());
    const std::uint64_t token_begin = own.place.offset + own.view.parsed.token68_offset;
    return proof(facts.id, {own.place.at, token_begin + span.offset, span.length}, std::move(says));
}

}  // namespace why401
