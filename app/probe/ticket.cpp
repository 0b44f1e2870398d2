#include "app/probe/ticket.h"

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>

namespace why401::probe {

namespace {

// RFC 4178 4: SPNEGO; RFC 4121 1: Kerberos 5.
char kSpnegoBytes[] = "\x2b\x06\x01\x05\x05\x02";
char kKerberosBytes[] = "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02";
gss_OID_desc kSpnego{6, kSpnegoBytes};
gss_OID_desc kKerberos{9, kKerberosBytes};

std::string words(OM_uint32 code, int type, gss_OID mech) {
    std::string all;
    OM_uint32 minor = 0, more = 0;
    do {
        gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
        if (gss_display_status(&minor, code, type, mech, &more, &text) != GSS_S_COMPLETE) break;
        if (!all.empty()) all += "; ";
        // Some mechanisms count the closing zero byte.
        const std::string_view said(static_cast<const char*>(text.value), text.length);
        all += said.substr(0, said.find('\0'));
        gss_release_buffer(&minor, &text);
    } while (more != 0);
    return all;
}

/// The mechanism's own words where it has some: the general ones are "Unspecified GSS failure".
std::string failure(OM_uint32 major, OM_uint32 minor) {
    std::string detail = minor == 0 ? "" : words(minor, GSS_C_MECH_CODE, &kKerberos);
    return detail.empty() ? words(major, GSS_C_GSS_CODE, GSS_C_NO_OID) : detail;
}

/// "alice@CONTOSO.COM"; empty where the library does not say.
std::string owner(gss_cred_id_t credentials) {
    OM_uint32 minor = 0;
    gss_name_t name = GSS_C_NO_NAME;
    gss_buffer_desc shown = GSS_C_EMPTY_BUFFER;
    if (gss_inquire_cred(&minor, credentials, &name, nullptr, nullptr, nullptr) != GSS_S_COMPLETE) return {};
    gss_display_name(&minor, name, &shown, nullptr);
    std::string text(static_cast<const char*>(shown.value), shown.length);
    gss_release_buffer(&minor, &shown);
    gss_release_name(&minor, &name);
    return text;
}

gss_buffer_desc buffer(std::string& text) { return {text.size(), text.data()}; }

}  // namespace

struct Ticket::Context {
    gss_cred_id_t credentials = GSS_C_NO_CREDENTIAL;
    gss_name_t service = GSS_C_NO_NAME;
    gss_ctx_id_t context = GSS_C_NO_CONTEXT;
    std::string binding;
    OM_uint32 flags = 0;
    bool complete = false;

    ~Context() {
        OM_uint32 minor = 0;
        if (context != GSS_C_NO_CONTEXT) gss_delete_sec_context(&minor, &context, GSS_C_NO_BUFFER);
        if (service != GSS_C_NO_NAME) gss_release_name(&minor, &service);
        if (credentials != GSS_C_NO_CREDENTIAL) gss_release_cred(&minor, &credentials);
    }
};

Ticket::Ticket(const std::string& host, const std::string& end_point)
    : context_(std::make_unique<Context>()) {
    OM_uint32 minor = 0;
    gss_OID_set_desc kerberos_only{1, &kKerberos};
    gss_OID_set_desc spnego_only{1, &kSpnego};
    if (!end_point.empty()) context_->binding = "tls-server-end-point:" + end_point;
    OM_uint32 major = gss_acquire_cred(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, &spnego_only, GSS_C_INITIATE,
                                       &context_->credentials, nullptr, nullptr);
    if (major == GSS_S_COMPLETE) major = gss_set_neg_mechs(&minor, context_->credentials, &kerberos_only);
    if (major != GSS_S_COMPLETE) {
        trouble_ = failure(major, minor);
        return;
    }
    std::string name = "HTTP@" + host;
    gss_buffer_desc text = buffer(name);
    major = gss_import_name(&minor, &text, GSS_C_NT_HOSTBASED_SERVICE, &context_->service);
    if (major != GSS_S_COMPLETE) {
        trouble_ = failure(major, minor);
        return;
    }
    if (step({})) principal_ = owner(context_->credentials);
}

Ticket::~Ticket() = default;

bool Ticket::step(std::string_view input) {
    OM_uint32 minor = 0;
    gss_channel_bindings_struct bindings{};
    bindings.application_data = buffer(context_->binding);
    std::string received(input);
    gss_buffer_desc in = buffer(received), out = GSS_C_EMPTY_BUFFER;
    const OM_uint32 major = gss_init_sec_context(
        &minor, context_->credentials, &context_->context, context_->service, &kSpnego, GSS_C_MUTUAL_FLAG, 0,
        context_->binding.empty() ? GSS_C_NO_CHANNEL_BINDINGS : &bindings, &in, nullptr, &out,
        &context_->flags, nullptr);
    const OM_uint32 refused = GSS_ERROR(major);
    if (refused == 0 && out.length > 0 && input.empty())
        token_.assign(static_cast<const char*>(out.value), out.length);
    OM_uint32 ignored = 0;
    gss_release_buffer(&ignored, &out);
    context_->complete = major == GSS_S_COMPLETE;
    if (refused != 0) trouble_ = failure(major, minor);
    return refused == 0;
}

std::optional<bool> Ticket::server_is_proven(std::string_view token) {
    if (token.empty() || token_.empty()) return std::nullopt;
    if (!step(token)) return false;
    if (!context_->complete) return std::nullopt;
    return (context_->flags & GSS_C_MUTUAL_FLAG) != 0;
}

}  // namespace why401::probe
