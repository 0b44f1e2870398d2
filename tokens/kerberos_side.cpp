#include "tokens/kerberos_side.h"

#include <array>

#include "tokens/der_walk.h"

namespace why401::kerberos {

namespace {

constexpr const char* kUserToUser = "draft-swift-win2k-krb-user2user-03";
constexpr const char* kIakerb = "draft-ietf-kitten-iakerb-03";
constexpr std::size_t kMaxNameParts = 16;

struct KdcKind {
    int application;
    const char* name;
};

constexpr std::array<KdcKind, 5> kKdcKinds = {{
    {10, "AS-REQ"},
    {11, "AS-REP"},
    {12, "TGS-REQ"},
    {13, "TGS-REP"},
    {30, "KRB-ERROR"},
}};

std::string kdc_kind(std::string_view bytes) {
    for (const KdcKind& kind : kKdcKinds)
        if (!bytes.empty() && static_cast<std::uint8_t>(bytes.front()) == der::application(kind.application))
            return kind.name;
    return {};
}

Place place(const der::Element& element) { return {element.content_offset, element.content.size()}; }

Principal read_principal(DerWalk& walk, const der::Element& sequence) {
    Principal name;
    name.at = place(sequence);
    walk.fields(sequence, [&](int number, const der::Element& value) {
        if (number == 0) name.type = der::integer(value.content);
        if (number == 1)
            walk.each(value, [&](const der::Element& part) {
                if (name.parts.size() < kMaxNameParts) name.parts.push_back(readable(part.content));
            });
    });
    return name;
}

void read_realm(const der::Element& value, SideMessage& message) {
    message.realm = readable(value.content);
    message.realm_at = place(value);
}

/// KERB-TGT-REQUEST: [2] server-name, [3] realm, both optional.
void read_tgt_request(DerWalk& walk, const der::Element& sequence, SideMessage& message) {
    walk.fields(sequence, [&](int number, const der::Element& value) {
        if (number == 2) message.sname = read_principal(walk, value);
        if (number == 3) read_realm(value, message);
    });
}

/// KERB-TGT-REPLY: [2] the server's ticket.
void read_tgt_reply(DerWalk& walk, const der::Element& sequence, SideMessage& message) {
    walk.fields(sequence, [&](int number, const der::Element& value) {
        const auto ticket = number == 2 && value.tag == der::application(1)
                                ? walk.child(value, der::kSequence)
                                : std::nullopt;
        if (!ticket) return;
        walk.fields(*ticket, [&](int field, const der::Element& inside) {
            if (field == 1) read_realm(inside, message);
            if (field == 2) message.sname = read_principal(walk, inside);
        });
    });
}

/// IAKERB-HEADER { [1] target-realm, [2] cookie }, then a message of the talk with the KDC.
void read_iakerb(DerWalk& walk, std::string_view bytes, std::size_t offset, SideMessage& message) {
    const auto header = walk.first(bytes, offset);
    if (!header || !walk.expect(*header, der::kSequence)) return;
    walk.fields(*header, [&](int number, const der::Element& value) {
        if (number == 1) read_realm(value, message);
    });
    const std::size_t end = header->content_offset + header->content.size() - offset;
    const std::string_view rest = bytes.substr(end);
    message.carried = kdc_kind(rest);
    Message inner = decode(rest);
    if (auto* error = std::get_if<KrbError>(&inner)) message.error = std::move(*error);
}

std::string kind_of_token(const GssFrame& frame) {
    const std::string_view id = frame.inner.substr(0, 2);
    if (frame.mech == kMechIakerb) return id == "\x05\x01" ? "IAKERB-PROXY" : "";
    const bool ours = frame.mech == kMech || frame.mech == kMechMicrosoft || frame.mech == kMechUserToUser;
    if (!ours) return {};
    if (id == std::string_view("\x04\x00", 2)) return "TGT-REQ";
    return id == "\x04\x01" ? "TGT-REP" : "";
}

}  // namespace

std::optional<SideMessage> decode_side(std::string_view token) {
    SideMessage message;
    const auto frame = open_gss_frame(token);
    if (!frame) {
        message.kind = kdc_kind(token);
        if (message.kind.empty() || message.kind == "KRB-ERROR") return std::nullopt;
        // A single byte says too little: a word that happens to be base64 may begin with it.
        DerWalk walk(message.anomalies, "RFC 4120 5.4");
        const auto outer = walk.first(token, 0);
        if (!outer || !der::only_child(*outer, der::kSequence)) return std::nullopt;
        return message;
    }
    message.kind = kind_of_token(*frame);
    if (message.kind.empty()) return std::nullopt;
    message.mech = frame->mech;
    const std::size_t offset = frame->inner_offset + 2;
    const std::string_view bytes = frame->inner.substr(2);
    DerWalk walk(message.anomalies, message.kind == "IAKERB-PROXY" ? kIakerb : kUserToUser);
    if (message.kind == "IAKERB-PROXY") {
        read_iakerb(walk, bytes, offset, message);
        return message;
    }
    const auto sequence = walk.first(bytes, offset);
    if (!sequence || !walk.expect(*sequence, der::kSequence)) return message;
    if (message.kind == "TGT-REQ")
        read_tgt_request(walk, *sequence, message);
    else
        read_tgt_reply(walk, *sequence, message);
    return message;
}

}  // namespace why401::kerberos
