#include "certs/name_constraints.h"

#include <openssl/x509v3.h>

#include <algorithm>

#include "certs/certificate_writing.h"
#include "certs/host_name.h"

namespace why401::certs {

namespace {

using Subtrees = STACK_OF(GENERAL_SUBTREE);

void add(Subtrees*& subtrees, int type, const std::string& bytes) {
    if (subtrees == nullptr) subtrees = sk_GENERAL_SUBTREE_new_null();
    Owned<GENERAL_SUBTREE, GENERAL_SUBTREE_free> subtree(GENERAL_SUBTREE_new());
    require(subtrees != nullptr && subtree, "write name constraints");
    GENERAL_NAME_free(subtree->base);
    subtree->base = general_name(type, bytes).release();
    require(sk_GENERAL_SUBTREE_push(subtrees, subtree.get()) > 0, "write name constraints");
    static_cast<void>(subtree.release());
}

/// A dNSName constraint is met by a name and all below it, so "*." says nothing more.
HostName constrained(const std::string& host) {
    return host_name(host.starts_with("*.") ? host.substr(2) : host);
}

}  // namespace

void constrain(X509& certificate, const std::vector<std::string>& hosts) {
    const Owned<NAME_CONSTRAINTS, NAME_CONSTRAINTS_free> constraints(NAME_CONSTRAINTS_new());
    require(constraints != nullptr, "write name constraints");
    bool some_name = false, some_address = false;
    for (const std::string& host : hosts) {
        const HostName name = constrained(host);
        (name.is_address ? some_address : some_name) = true;
        if (name.is_address)
            add(constraints->permittedSubtrees, GEN_IPADD,
                name.bytes + std::string(name.bytes.size(), '\xff'));
        else
            add(constraints->permittedSubtrees, GEN_DNS, name.bytes);
    }
    if (!some_name) add(constraints->excludedSubtrees, GEN_DNS, "");
    if (!some_address) {
        add(constraints->excludedSubtrees, GEN_IPADD, std::string(8, '\0'));   // 0.0.0.0/0
        add(constraints->excludedSubtrees, GEN_IPADD, std::string(32, '\0'));  // ::/0
    }
    add_extension(certificate, NID_name_constraints, constraints.get(), true);
}

std::vector<std::string> permitted_hosts(const X509& certificate) {
    std::vector<std::string> hosts;
    const Owned<NAME_CONSTRAINTS, NAME_CONSTRAINTS_free> constraints(static_cast<NAME_CONSTRAINTS*>(
        X509_get_ext_d2i(&certificate, NID_name_constraints, nullptr, nullptr)));
    if (!constraints) return hosts;
    for (int i = 0; i < sk_GENERAL_SUBTREE_num(constraints->permittedSubtrees); ++i) {
        const GENERAL_NAME* base = sk_GENERAL_SUBTREE_value(constraints->permittedSubtrees, i)->base;
        int type = 0;
        const auto* text = static_cast<const ASN1_STRING*>(GENERAL_NAME_get0_value(base, &type));
        if (type != GEN_DNS && type != GEN_IPADD) continue;
        const std::string bytes(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                                static_cast<std::size_t>(ASN1_STRING_length(text)));
        hosts.push_back(type == GEN_DNS ? bytes : address_text(bytes.substr(0, bytes.size() / 2)));
    }
    return hosts;
}

}  // namespace why401::certs
