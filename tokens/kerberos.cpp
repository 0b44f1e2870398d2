#include "tokens/kerberos.h"

#include "tokens/der_walk.h"
#include "tokens/kerberos_side.h"
#include "tokens/krb_errors.h"

namespace why401::kerberos {

namespace {

constexpr const char* kClause = "RFC 4120 5";
constexpr std::size_t kMaxToken = 256 * 1024;  // what the relay takes of a head
constexpr std::size_t kMaxNameParts = 16;
constexpr int kApReqType = 14;
constexpr int kApRepType = 15;
constexpr int kErrorType = 30;

Place place(const der::Element& element) { return {element.content_offset, element.content.size()}; }

/// Reads the pieces; what is wrong goes to the message's anomalies.
class Reading {
public:
    explicit Reading(std::vector<Anomaly>& anomalies) : walk_(anomalies, kClause) {}

    DerWalk& walk() { return walk_; }

    std::optional<std::int64_t> integer(const der::Element& element) {
        if (!walk_.expect(element, der::kInteger)) return std::nullopt;
        const auto value = der::integer(element.content);
        if (!value || element.clipped()) {
            walk_.note("an INTEGER that is empty, cut off or longer than 8 bytes", element.offset);
            return std::nullopt;
        }
        return value;
    }
    std::string text(const der::Element& element, std::uint8_t tag, Place& at) {
        if (!walk_.expect(element, tag)) return {};
        at = place(element);
        return readable(element.content);
    }
    std::string text(const der::Element& element, std::uint8_t tag) {
        Place ignored;
        return text(element, tag, ignored);
    }

    Principal principal(const der::Element& sequence) {
        Principal name;
        name.at = place(sequence);
        if (!walk_.expect(sequence, der::kSequence)) return name;
        walk_.fields(sequence, [&](int number, const der::Element& value) {
            if (number == 0) name.type = integer(value);
            if (number == 1)
                walk_.each(value, [&](const der::Element& part) {
                    if (name.parts.size() < kMaxNameParts)
                        name.parts.push_back(text(part, der::kGeneralString));
                });
        });
        return name;
    }

    EncryptedData encrypted(const der::Element& sequence) {
        EncryptedData data;
        if (!walk_.expect(sequence, der::kSequence)) return data;
        walk_.fields(sequence, [&](int number, const der::Element& value) {
            if (number == 0) {
                data.etype = integer(value);
                data.etype_at = place(value);
            } else if (number == 1) {
                data.kvno = integer(value);
                data.kvno_at = place(value);
            } else if (number == 2) {
                data.cipher_length = value.content.size();
                data.cipher_at = place(value);
            }
        });
        return data;
    }

    void ticket(const der::Element& application, ApReq& request) {
        if (!walk_.expect(application, der::application(1))) return;
        const auto sequence = walk_.child(application, der::kSequence);
        if (!sequence) return;
        walk_.fields(*sequence, [&](int number, const der::Element& value) {
            if (number == 1) request.realm = text(value, der::kGeneralString, request.realm_at);
            if (number == 2) request.sname = principal(value);
            if (number == 3) request.ticket = encrypted(value);
        });
    }

private:
    DerWalk walk_;
};

ApReq read_ap_req(const der::Element& sequence) {
    ApReq request;
    Reading reading(request.anomalies);
    reading.walk().fields(sequence, [&](int number, const der::Element& value) {
        if (number == 0) request.pvno = reading.integer(value);
        if (number == 2 && reading.walk().expect(value, der::kBitString)) {
            request.ap_options = der::bits(value.content).value_or(0);
            request.ap_options_at = place(value);
        }
        if (number == 3) reading.ticket(value, request);
        if (number == 4) request.authenticator = reading.encrypted(value);
    });
    return request;
}

ApRep read_ap_rep(const der::Element& sequence) {
    ApRep reply;
    Reading reading(reply.anomalies);
    reading.walk().fields(sequence, [&](int number, const der::Element& value) {
        if (number == 2) reply.enc_part = reading.encrypted(value);
    });
    return reply;
}

void read_error_field(Reading& reading, KrbError& error, int number, const der::Element& value) {
    switch (number) {
        case 2: error.ctime = reading.text(value, der::kGeneralizedTime, error.ctime_at); break;
        case 3: error.cusec = reading.integer(value); break;
        case 4: error.stime = reading.text(value, der::kGeneralizedTime, error.stime_at); break;
        case 5: error.susec = reading.integer(value); break;
        case 6:
            error.error_code = reading.integer(value);
            error.error_code_at = place(value);
            break;
        case 7: error.crealm = reading.text(value, der::kGeneralString); break;
        case 8: error.cname = reading.principal(value); break;
        case 9: error.realm = reading.text(value, der::kGeneralString, error.realm_at); break;
        case 10: error.sname = reading.principal(value); break;
        case 11: error.e_text = reading.text(value, der::kGeneralString, error.e_text_at); break;
        case 12:
            error.e_data = std::string(value.content);
            error.e_data_at = place(value);
            error.data = read_error_data(value.content);
            error.nt_status = error.data.nt_status;
            break;
        default: break;
    }
}

KrbError read_error(const der::Element& sequence) {
    KrbError error;
    Reading reading(error.anomalies);
    reading.walk().fields(sequence, [&](int number, const der::Element& value) {
        read_error_field(reading, error, number, value);
    });
    if (!error.error_code) reading.walk().note("a KRB-ERROR without an error code", sequence.offset);
    return error;
}

/// msg-type of a SEQUENCE that stands without its application tag.
int type_of(const der::Element& sequence) {
    std::vector<Anomaly> ignored;
    Reading reading(ignored);
    std::optional<std::int64_t> type;
    reading.walk().fields(sequence, [&](int number, const der::Element& value) {
        if (number == 1 && !type) type = reading.integer(value);
    });
    return type == kApReqType || type == kApRepType || type == kErrorType ? static_cast<int>(*type) : 0;
}

Message read_typed(int type, const der::Element& sequence) {
    if (type == kApReqType) return read_ap_req(sequence);
    if (type == kApRepType) return read_ap_rep(sequence);
    if (type == kErrorType) return read_error(sequence);
    return {};
}

/// A message whose sequence is cut off or missing altogether.
Message empty_message(int type, std::vector<Anomaly> anomalies) {
    if (type == kApReqType) {
        ApReq request;
        request.anomalies = std::move(anomalies);
        return request;
    }
    if (type == kApRepType) {
        ApRep reply;
        reply.anomalies = std::move(anomalies);
        return reply;
    }
    KrbError error;
    error.anomalies = std::move(anomalies);
    return error;
}

int type_of_tag(std::uint8_t tag) {
    for (int type : {kApReqType, kApRepType, kErrorType})
        if (tag == der::application(type)) return type;
    return 0;
}

/// A message with or without its application tag, at `offset` of the token.
Message read_message(std::string_view bytes, std::size_t offset) {
    std::vector<Anomaly> anomalies;
    DerWalk walk(anomalies, kClause);
    const auto outer = walk.first(bytes, offset);
    const int tagged = bytes.empty() ? 0 : type_of_tag(static_cast<std::uint8_t>(bytes.front()));
    Message message;
    if (tagged != 0) {
        const auto sequence = outer ? walk.child(*outer, der::kSequence) : std::nullopt;
        if (!sequence) return empty_message(tagged, std::move(anomalies));
        message = read_typed(tagged, *sequence);
    } else if (outer && outer->tag == der::kSequence) {
        message = read_typed(type_of(*outer), *outer);
        walk.note("the application tag around the message is missing", offset);
    }
    if (outer && outer->content_offset + outer->content.size() < offset + bytes.size())
        walk.note("bytes after the end of the message", outer->content_offset + outer->content.size());
    std::visit(
        [&](auto& decoded) {
            if constexpr (!std::is_same_v<std::decay_t<decltype(decoded)>, std::monostate>) {
                DerWalk merged(decoded.anomalies, kClause);
                for (const Anomaly& anomaly : anomalies) merged.note(anomaly.what, anomaly.offset);
            }
        },
        message);
    return message;
}

/// RFC 4121 4.1: 01 00, 02 00, 03 00.
int type_of_token_id(std::string_view id) {
    if (id.size() < 2 || id[1] != 0) return 0;
    return id[0] == 1 ? kApReqType : id[0] == 2 ? kApRepType : id[0] == 3 ? kErrorType : 0;
}

int type_of(const Message& message) {
    if (std::holds_alternative<ApReq>(message)) return kApReqType;
    return std::holds_alternative<ApRep>(message) ? kApRepType : kErrorType;
}

Message read_framed(const GssFrame& frame) {
    if (frame.mech != kMech && frame.mech != kMechMicrosoft && frame.mech != kMechUserToUser &&
        frame.mech != kMechIakerb)
        return {};
    Message message = read_message(frame.inner.substr(std::min<std::size_t>(2, frame.inner.size())),
                                   frame.inner_offset + 2);
    const int type = type_of(message);
    std::visit(
        [&](auto& decoded) {
            if constexpr (!std::is_same_v<std::decay_t<decltype(decoded)>, std::monostate>) {
                decoded.gss_framed = true;
                decoded.mech = frame.mech;
                DerWalk walk(decoded.anomalies, "RFC 2743 3.1");
                DerWalk id(decoded.anomalies, "RFC 4121 4.1");
                if (type_of_token_id(frame.inner.substr(0, 2)) != type)
                    id.note("the TOK_ID is not that of the message after it", frame.inner_offset);
                if (frame.trailing_at != 0) walk.note("bytes after the GSS frame", frame.trailing_at);
            }
        },
        message);
    return message;
}

}  // namespace

Message decode(std::string_view token) {
    token = token.substr(0, kMaxToken);
    if (const auto frame = open_gss_frame(token)) return read_framed(*frame);
    return read_message(token, 0);
}

std::string encode_krb_error(std::int32_t code, std::string_view stime, std::string_view realm,
                             const std::vector<std::string>& sname) {
    const auto field = [](int number, const std::string& value) {
        return der::encode(der::context(number), value);
    };
    std::string parts;
    for (const std::string& part : sname) parts += der::encode(der::kGeneralString, part);
    const std::string name = der::encode(
        der::kSequence, field(0, der::encode_integer(2)) + field(1, der::encode(der::kSequence, parts)));
    const std::string body = field(0, der::encode_integer(5)) + field(1, der::encode_integer(kErrorType)) +
                             field(4, der::encode(der::kGeneralizedTime, stime)) +
                             field(5, der::encode_integer(0)) + field(6, der::encode_integer(code)) +
                             field(9, der::encode(der::kGeneralString, realm)) + field(10, name);
    return encode_gss_frame(kMech,
                            std::string("\x03\x00", 2) +
                                der::encode(der::application(kErrorType), der::encode(der::kSequence, body)));
}

}  // namespace why401::kerberos
