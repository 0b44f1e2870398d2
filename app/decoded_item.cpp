#include "app/decoded_item.h"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <type_traits>

#include "tokens/describe.h"
#include "tokens/ntlm_flags.h"
#include "tokens/os_builds.h"
#include "wire/ascii.h"
#include "wire/hex.h"
#include "wire/http_auth.h"
#include "wire/utf8.h"

namespace why401 {

namespace {

namespace json = boost::json;

std::string clean(std::string_view text) { return utf8::repaired(text); }

template <class Number>
void put_if(json::object& object, const char* key, const std::optional<Number>& value) {
    if (value) object[key] = *value;
}
void put_if(json::object& object, const char* key, std::string_view value) {
    if (!value.empty()) object[key] = clean(value);
}

json::array strings(const std::vector<std::string>& values) {
    json::array array;
    for (const std::string& value : values) array.emplace_back(clean(value));
    return array;
}

json::object pairs_json(const ntlm::AvPairs& pairs) {
    json::object object;
    for (const ntlm::AvPair& pair : pairs) {
        const std::string name = ntlm::av_name(pair.id);
        if (object.contains(name)) continue;
        if (pair.id == ntlm::kAvFlags) {
            object[name] = ntlm::av_flags(pairs);
        } else if (pair.id == ntlm::kAvTimestamp && ntlm::av_timestamp(pairs)) {
            object[name] = ntlm::filetime_text(*ntlm::av_timestamp(pairs));
        } else {
            object[name] = clean(pair.text());
        }
    }
    return object;
}

/// The flat keys of each kind of token.
class FlatKeys {
public:
    explicit FlatKeys(json::object& object) : object_(object) {}

    void operator()(const EmptyToken&) const {}
    void operator()(const UnknownToken&) const {}
    void operator()(const ntlm::NegotiateMessage& message) const {
        put_if(object_, "domain", message.domain.text);
        put_if(object_, "workstation", message.workstation.text);
        flags(message.flags);
        version(message.version);
    }
    void operator()(const ntlm::ChallengeMessage& message) const {
        object_["target_name"] = clean(message.target_name.text);
        object_["server_challenge"] = hex::encode(message.server_challenge);
        flags(message.flags);
        version(message.version);
        object_["av_pairs"] = pairs_json(message.target_info);
    }
    void operator()(const ntlm::AuthenticateMessage& message) const {
        object_["user"] = clean(message.user.text);
        object_["domain"] = clean(message.domain.text);
        object_["workstation"] = clean(message.workstation.text);
        object_["ntlm_version"] = ntlm::name_of(message.kind);
        flags(message.flags);
        version(message.version);
        object_["av_pairs"] = pairs_json(message.v2 ? message.v2->pairs : ntlm::AvPairs{});
        put_if(object_, "spn", message.target_spn());
        object_["mic"] = mic(message);
        object_["channel_bindings"] = message.channel_bindings();
    }
    void operator()(const spnego::NegTokenInit& token) const {
        object_["mech_types"] = strings(token.mech_types);
        std::vector<std::string> names;
        for (const std::string& mech : token.mech_types) names.push_back(spnego::mech_name(mech));
        object_["mech_names"] = strings(names);
    }
    void operator()(const spnego::NegTokenResp& token) const {
        if (token.neg_state) object_["neg_state"] = spnego::name_of(*token.neg_state);
        put_if(object_, "supported_mech", token.supported_mech);
    }
    void operator()(const kerberos::ApReq& message) const {
        put_if(object_, "realm", message.realm);
        put_if(object_, "spn", message.spn());
        put_if(object_, "etype", message.ticket.etype);
        put_if(object_, "kvno", message.ticket.kvno);
        object_["ap_options"] = message.ap_options;
        object_["ap_option_names"] = strings(kerberos::ap_option_names(message.ap_options));
    }
    void operator()(const kerberos::ApRep& message) const {
        put_if(object_, "etype", message.enc_part.etype);
        put_if(object_, "kvno", message.enc_part.kvno);
    }
    void operator()(const kerberos::KrbError& message) const {
        put_if(object_, "realm", message.realm);
        put_if(object_, "spn", message.sname.text());
        put_if(object_, "error_code", message.error_code);
        put_if(object_, "error_name", message.error_name());
        put_if(object_, "e_text", message.e_text);
        if (message.nt_status) object_["nt_status"] = hex::number(*message.nt_status);
    }
    void operator()(const kerberos::SideMessage& message) const {
        put_if(object_, "realm", message.realm);
        put_if(object_, "spn", message.sname.text());
        put_if(object_, "carries", message.carried);
        if (message.error) put_if(object_, "error_name", message.error->error_name());
    }
    void operator()(const negoex::Messages& messages) const {
        std::vector<std::string> names, schemes;
        for (const negoex::Message& message : messages.list) {
            names.push_back(message.name());
            schemes.insert(schemes.end(), message.auth_schemes.begin(), message.auth_schemes.end());
        }
        object_["messages"] = strings(names);
        object_["auth_schemes"] = strings(schemes);
    }
    void operator()(const basic::Credentials& credentials) const {
        object_["user"] = clean(credentials.user);
        object_["password"] = clean(credentials.password);
    }
    void operator()(const digest::Params& params) const {
        put_if(object_, "user", params.value("username"));
        put_if(object_, "realm", params.value("realm"));
        json::object all;
        for (const http_auth::Param& param : params.params)
            if (const std::string name = clean(param.name); !all.contains(name))
                all[name] = clean(param.value);
        object_["params"] = std::move(all);
    }
    void operator()(const bearer::Token& token) const {
        if (!token.header.empty()) object_["header"] = parsed(token.header);
        if (token.is_jwt) object_["claims"] = parsed(token.claims);
    }

private:
    void flags(std::uint32_t value) const {
        object_["flags"] = value;
        object_["flag_names"] = strings(ntlm::flag_names(value));
    }
    void version(const std::optional<ntlm::Version>& version) const {
        if (!version) return;
        object_["version"] = version->text();
        put_if(object_, "os", ntlm::os_name(*version));
    }
    static std::string mic(const ntlm::AuthenticateMessage& message) {
        if (!message.mic) return "absent";
        return message.mic->find_first_not_of('\0') == std::string::npos ? "zero" : hex::encode(*message.mic);
    }
    /// The JSON inside a JWT; the text itself where it is not JSON.
    static json::value parsed(const std::string& text) {
        boost::system::error_code error;
        json::parse_options options;
        options.max_depth = 32;
        json::value value = json::parse(text, error, {}, options);
        return error ? json::value(clean(text)) : value;
    }

    json::object& object_;
};

json::object anomaly_json(const Anomaly& anomaly) {
    return {{"what", clean(anomaly.what)}, {"offset", anomaly.offset}, {"clause", anomaly.clause}};
}

json::array fields_json(const Token& token) {
    json::array fields;
    for (const DescribedField& field : describe(token))
        fields.push_back(json::object{{"name", clean(field.name)},
                                      {"value", clean(field.value)},
                                      {"meaning", clean(field.meaning)},
                                      {"clause", field.clause},
                                      {"bytes", json::array{field.offset, field.length}}});
    return fields;
}

void fill(json::object& object, const Token& token, const std::vector<Anomaly>& grammar) {
    object["message"] = message_name(token);
    std::visit(FlatKeys(object), token);
    json::array faults;
    for (const Anomaly& anomaly : grammar) faults.push_back(anomaly_json(anomaly));
    for (const Anomaly& anomaly : anomalies(token)) faults.push_back(anomaly_json(anomaly));
    object["anomalies"] = std::move(faults);
    object["fields"] = fields_json(token);
    const Token inner = inner_token(token);
    if (std::holds_alternative<EmptyToken>(inner)) return;
    json::object inside;
    fill(inside, inner, {});
    object["inner"] = std::move(inside);
}

}  // namespace

std::vector<DecodedItem> decode_value(std::string_view value) {
    std::vector<DecodedItem> items;
    for (const http_auth::Challenge& challenge : http_auth::parse_challenges(value)) {
        DecodedItem item;
        item.scheme = challenge.scheme;
        item.token =
            decode_token(challenge.scheme, value.substr(challenge.rest_offset, challenge.rest_length));
        // Parameters report the same faults themselves, with places after the scheme.
        if (!std::holds_alternative<digest::Params>(item.token)) item.grammar = challenge.anomalies;
        items.push_back(std::move(item));
    }
    return items;
}

json::object item_json(const DecodedItem& item) {
    json::object object;
    object["scheme"] = clean(item.scheme);
    fill(object, item.token, item.grammar);
    return object;
}

}  // namespace why401
