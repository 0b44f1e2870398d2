#pragma once
// Whether the certificates a server shows are good for the host that was asked for. It checks all there is to
// check, also after the first fault, and tells every fault in a sentence. It decides nothing about
// exceptions.

#include <openssl/types.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "certs/host_name.h"
#include "record/tls.h"

namespace why401::certs {

struct ServerVerdict {
    std::vector<TlsRefusal> faults;    ///< in the order of their weight; empty: the certificates are good
    int alert_for = 0;                 ///< the X509_V_ERR_ of the first, for the alert that tells the server
    std::vector<std::string> remarks;  ///< what was accepted, and should be known

    TlsRefusal refusal() const;  ///< all faults as one. Only where there are some.
    std::string codes() const;   ///< "expired, wrong-host"
};

/// Checks the chain that `context` was made for (SSL_CTX_set_cert_verify_callback) for this host. Throws
/// nothing.
ServerVerdict check_server(X509_STORE_CTX* context, const HostName& host,
                           std::chrono::system_clock::time_point now);

}  // namespace why401::certs
