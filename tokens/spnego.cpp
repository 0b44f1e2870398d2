#include "tokens/spnego.h"

#include <array>

#include "tokens/der_walk.h"

namespace why401::spnego {

namespace {

constexpr const char* kClause = "RFC 4178 4.2";
constexpr std::size_t kMaxToken = 256 * 1024;

Place place(const der::Element& element) { return {element.content_offset, element.content.size()}; }

std::string octets(DerWalk& walk, const der::Element& element, Place& at) {
    if (!walk.expect(element, der::kOctetString)) return {};
    at = place(element);
    return std::string(element.content);
}

std::string oid(DerWalk& walk, const der::Element& element) {
    if (!walk.expect(element, der::kOid)) return {};
    std::string text = der::oid_text(element.content);
    if (text.empty()) walk.note("an object identifier that cannot be read", element.offset);
    return text;
}

void read_mechs(DerWalk& walk, const der::Element& list, NegTokenInit& init) {
    if (!walk.expect(list, der::kSequence)) return;
    init.mech_types_at = place(list);
    walk.each(list, [&](const der::Element& element) {
        if (init.mech_types.size() == kMaxMechs) return walk.note("more than 64 mechanisms", element.offset);
        init.mech_types.push_back(oid(walk, element));
    });
}

/// [3] is mechListMIC in RFC 4178 and negHints in NegTokenInit2 (MS-SPNG 2.2.1); their tags tell them apart.
void read_mic_or_hints(DerWalk& walk, const der::Element& value, NegTokenInit& init) {
    if (value.tag == der::kOctetString) {
        init.mech_list_mic = std::string(value.content);
    } else if (walk.expect(value, der::kSequence)) {
        walk.fields(value, [&](int number, const der::Element& hint) {
            if (number == 0) init.hint_name = readable(hint.content);
        });
    }
}

NegTokenInit read_init(const der::Element& choice) {
    NegTokenInit init;
    DerWalk walk(init.anomalies, kClause);
    const auto sequence = walk.child(choice, der::kSequence);
    if (!sequence) return init;
    walk.fields(*sequence, [&](int number, const der::Element& value) {
        Place ignored;
        switch (number) {
            case 0: read_mechs(walk, value, init); break;
            case 1: init.req_flags = der::bits(value.content); break;
            case 2: init.mech_token = octets(walk, value, init.mech_token_at); break;
            case 3: read_mic_or_hints(walk, value, init); break;
            case 4: init.mech_list_mic = octets(walk, value, ignored); break;
            default: walk.note("an unknown field", value.offset); break;
        }
    });
    if (init.mech_types.empty()) walk.note("no mechanism is offered", choice.offset);
    init.inner = decode_mech_token(init.mech_token);
    return init;
}

void read_state(DerWalk& walk, const der::Element& value, NegTokenResp& resp) {
    if (!walk.expect(value, der::kEnumerated)) return;
    const auto state = der::integer(value.content);
    resp.neg_state_at = place(value);
    if (state && *state >= 0 && *state <= 3) {
        resp.neg_state = static_cast<NegState>(*state);
    } else {
        walk.note("a negState that RFC 4178 does not know", value.offset);
    }
}

NegTokenResp read_resp(const der::Element& choice) {
    NegTokenResp resp;
    DerWalk walk(resp.anomalies, kClause);
    const auto sequence = walk.child(choice, der::kSequence);
    if (!sequence) return resp;
    walk.fields(*sequence, [&](int number, const der::Element& value) {
        Place ignored;
        switch (number) {
            case 0: read_state(walk, value, resp); break;
            case 1:
                resp.supported_mech = oid(walk, value);
                resp.supported_mech_at = place(value);
                break;
            case 2: resp.response_token = octets(walk, value, resp.response_token_at); break;
            case 3: resp.mech_list_mic = octets(walk, value, ignored); break;
            default: walk.note("an unknown field", value.offset); break;
        }
    });
    resp.inner = decode_mech_token(resp.response_token);
    return resp;
}

Message read_choice(std::string_view bytes, std::size_t offset, bool framed) {
    std::vector<Anomaly> anomalies;
    DerWalk walk(anomalies, kClause);
    const auto choice = walk.first(bytes, offset);
    if (!choice) return {};
    const std::size_t end = choice->content_offset + choice->content.size();
    if (end < offset + bytes.size()) walk.note("bytes after the end of the token", end);
    const auto add_to = [&](std::vector<Anomaly>& list) {
        DerWalk merged(list, kClause);
        for (const Anomaly& anomaly : anomalies) merged.note(anomaly.what, anomaly.offset);
    };
    if (choice->tag == der::context(0)) {
        NegTokenInit init = read_init(*choice);
        init.gss_framed = framed;
        if (!framed) walk.note("NegTokenInit without its GSS frame", offset);
        add_to(init.anomalies);
        return init;
    }
    if (choice->tag == der::context(1)) {
        NegTokenResp resp = read_resp(*choice);
        if (framed) walk.note("NegTokenResp inside a GSS frame", offset);
        add_to(resp.anomalies);
        return resp;
    }
    return {};
}

}  // namespace

Message decode(std::string_view token) {
    token = token.substr(0, kMaxToken);
    const auto frame = open_gss_frame(token);
    if (!frame) return read_choice(token, 0, false);
    if (frame->mech != kMech) return {};
    Message message = read_choice(frame->inner, frame->inner_offset, true);
    if (auto* init = std::get_if<NegTokenInit>(&message)) {
        DerWalk walk(init->anomalies, "RFC 2743 3.1");
        if (frame->trailing_at != 0) walk.note("bytes after the GSS frame", frame->trailing_at);
        if (frame->clipped && init->anomalies.empty())
            walk.note("the GSS frame claims more bytes than there are", token.size());
    }
    return message;
}

const char* name_of(NegState state) {
    switch (state) {
        case NegState::AcceptCompleted: return "accept-completed";
        case NegState::AcceptIncomplete: return "accept-incomplete";
        case NegState::Reject: return "reject";
        case NegState::RequestMic: return "request-mic";
    }
    return "";
}

std::string mech_name(std::string_view oid) {
    struct Known {
        std::string_view oid;
        const char* name;
    };
    constexpr std::array<Known, 7> kKnown = {{
        {kMech, "SPNEGO"},
        {kerberos::kMech, "Kerberos"},
        {kerberos::kMechMicrosoft, "Kerberos (Microsoft's historical OID)"},
        {kerberos::kMechUserToUser, "Kerberos user-to-user"},
        {kNtlmMech, "NTLMSSP"},
        {kNegoExMech, "NEGOEX"},
        {kerberos::kMechIakerb, "IAKERB"},
    }};
    for (const Known& known : kKnown)
        if (known.oid == oid) return known.name;
    return {};
}

std::string encode_init(const std::vector<std::string>& mech_types, std::string_view mech_token) {
    std::string oids;
    for (const std::string& mech : mech_types) oids += der::encode_oid(mech);
    std::string body = der::encode(der::context(0), der::encode(der::kSequence, oids));
    if (!mech_token.empty()) body += der::encode(der::context(2), der::encode(der::kOctetString, mech_token));
    return encode_gss_frame(kMech, der::encode(der::context(0), der::encode(der::kSequence, body)));
}

std::string encode_resp(std::optional<NegState> state, std::string_view supported_mech,
                        std::string_view response_token) {
    std::string body;
    if (state)
        body += der::encode(der::context(0), der::encode_integer(static_cast<int>(*state), der::kEnumerated));
    if (!supported_mech.empty()) body += der::encode(der::context(1), der::encode_oid(supported_mech));
    if (!response_token.empty())
        body += der::encode(der::context(2), der::encode(der::kOctetString, response_token));
    return der::encode(der::context(1), der::encode(der::kSequence, body));
}

}  // namespace why401::spnego
