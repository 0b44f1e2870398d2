#pragma once
// A Kerberos login from the tickets of whoever runs this (the cache that `klist` shows), through the system's
// GSS-API library. It asks for no password, and never falls back to NTLM. It may ask the KDC, and waits for
// it.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace why401::probe {

class Ticket {
public:
    /// For the service HTTP at `host`. `end_point`: the raw tls-server-end-point of its certificate (RFC
    /// 5929), to which the login is bound; empty: unbound.
    Ticket(const std::string& host, const std::string& end_point);
    ~Ticket();
    Ticket(const Ticket&) = delete;

    /// The SPNEGO token that begins the login; empty when there is none, see trouble().
    const std::string& token() const { return token_; }
    const std::string& principal() const { return principal_; }  ///< "alice@CONTOSO.COM"
    const std::string& trouble() const { return trouble_; }      ///< a clause, in the library's words

    /// What the server answered to it. Whether it has proven to hold the service's key: nothing where the
    /// token says neither.
    std::optional<bool> server_is_proven(std::string_view token);

private:
    struct Context;
    bool step(std::string_view input);

    std::unique_ptr<Context> context_;
    std::string token_, principal_, trouble_;
};

}  // namespace why401::probe
