#include "analysis/remedy.h"

#include "analysis/words.h"

namespace why401 {
namespace {

struct Remedy {
    std::string_view rules;  ///< the beginning of their ids
    Product product;
    std::string_view text;  ///< {host} stands for the site's name
};

// Lenders of connections: who may stand between a client and a server that logs connections in.
constexpr Remedy kPooling[] = {
    {"NTLM-", Product::Nginx,
     "nginx: only the commercial one keeps NTLM together (`ntlm;` in the upstream, with `proxy_http_version "
     "1.1;` and "
     "`proxy_set_header Connection \"\";`); else pass TCP through with the stream module"},
    {"NTLM-", Product::Apache,
     "Apache mod_proxy shares its server connections and cannot tie one to a client: balance TCP in its "
     "place, or "
     "let the site use Kerberos for each request"},
    {"NTLM-", Product::Squid,
     "Squid: `connection-auth=on` at http_port and cache_peer (the default), `client_persistent_connections "
     "on` and "
     "`server_persistent_connections on`"},
    {"NTLM-", Product::Traefik,
     "Traefik: use a TCP router for this host, or a version of after September 2026, which ties the "
     "connection to the "
     "client before the first login"},
    {"NTLM-", Product::Envoy, "Envoy: `connection_pool_per_downstream_connection: true` in this cluster"},
    {"NTLM-", Product::F5,
     "F5 BIG-IP: add an NTLM Connection Pool profile beside OneConnect, or take OneConnect off the virtual "
     "server"},
    {"NTLM-", Product::NetScaler,
     "NetScaler: an HTTP profile with `-conMultiplex DISABLED` for this service"},
    {"NTLM-", Product::AwsBalancer,
     "AWS: an Application Load Balancer shares server connections; use a Network Load Balancer (TCP) for "
     "this site"},
    {"NTLM-", Product::Caddy, "Caddy: the ntlm transport (`transport http_ntlm`), which is a plugin"},
};

constexpr Remedy kRemedies[] = {
    {"NTLM-STRIP-", Product::Squid,
     "Squid: `connection-auth=on`; with `off` it deletes NTLM and Negotiate challenges"},
    {"NTLM-STRIP-", Product::Nginx, "nginx: no `proxy_hide_header WWW-Authenticate;` for this location"},
    {"NTLM-PERSIST-", Product::Iis,
     "IIS: `appcmd set config -section:system.webServer/security/authentication/windowsAuthentication "
     "/authPersistSingleRequest:false` (Kerberos: `/authPersistNonNTLM:true`)"},
    {"NTLM-UNBOUND-", Product::Apache,
     "Apache: `GssapiConnectionBound On` where mod_auth_gssapi is configured"},
    {"NTLM-H2-", Product::Nginx, "nginx: `http2 off;` for this server"},
    {"NTLM-H2-", Product::AspNetCore, "Kestrel: `listenOptions.Protocols = HttpProtocols.Http1`"},
    {"AUTHZ-401-", Product::Apache, "Apache: `AuthzSendForbiddenOnFailure On`, and mend the Require line"},
    {"AUTHZ-STRIP-", Product::Apache,
     "Apache: `CGIPassAuth On` (2.4.13 and later) where CGI or FastCGI must see the field"},
    {"IIS-4012-NOSCHEME", Product::Iis,
     "IIS: `appcmd set config \"SITE\" "
     "-section:system.webServer/security/authentication/windowsAuthentication "
     "/enabled:true -commit:apphost`"},
    {"IIS-4013-", Product::Iis,
     "IIS: `icacls PATH` shows who may read the file; `icacls PATH /grant USER:(RX)` lets them"},
    {"CBT-", Product::Exchange,
     "Exchange: `Get-OwaVirtualDirectory | fl ExtendedProtection*` (and the other virtual directories); "
     "`Set-... -ExtendedProtectionTokenChecking Allow` while one looks"},
    {"CBT-", Product::Iis,
     "IIS: `appcmd set config \"SITE\" "
     "-section:system.webServer/security/authentication/windowsAuthentication "
     "/extendedProtection.tokenChecking:Allow -commit:apphost` while one looks"},
    {"KRB-SPN-", Product::Iis,
     "IIS: `setspn -Q HTTP/{host}` must name one account, that of the application pool; `setspn -X` lists "
     "duplicates; "
     "with a domain account as pool identity set useAppPoolCredentials=true"},
    {"KRB-SPN-", Product::HttpSys,
     "`setspn -Q HTTP/{host}` must name one account, that of the service; `setspn -X` lists duplicates"},
    {"KRB-SPN-", Product::Apache,
     "Apache: `klist -kte KEYTAB` must hold HTTP/{host} with the key version that `kvno HTTP/{host}` shows"},
    {"KRB-KVNO-", Product::Apache,
     "Apache: make the keytab anew (`kadmin: ktadd -k KEYTAB HTTP/{host}`), then compare with `kvno "
     "HTTP/{host}`"},
    {"KRB-KVNO-", Product::Iis,
     "Windows: `klist purge` at the client; the password of the service account may have changed: restart "
     "its service"},
    {"KRB-SKEW-", Product::Iis, "Windows: `w32tm /query /status` and `w32tm /resync` at both machines"},
    {"KRB-SKEW-", Product::Apache, "`chronyc tracking` (or `timedatectl`) at both machines"},
    {"KRB-BIG-", Product::HttpSys,
     "HTTP.sys: MaxFieldLength and MaxRequestBytes under "
     "HKLM\\System\\CurrentControlSet\\Services\\HTTP\\Parameters "
     "(65534 and 16777216 are the highest), then restart"},
    {"KRB-BIG-", Product::Apache, "Apache: `LimitRequestFieldSize 65536`"},
    {"KRB-BIG-", Product::Nginx, "nginx: `large_client_header_buffers 4 64k;`"},
    {"KRB-BIG-", Product::Tomcat, "Tomcat: `maxHttpHeaderSize=\"65536\"` at the Connector"},
    {"KRB-BIG-", Product::Jetty, "Jetty: `jetty.httpConfig.requestHeaderSize=65536`"},
    {"KRB-BIG-", Product::AspNetCore, "Kestrel: `Limits.MaxRequestHeadersTotalSize = 65536`"},
    {"KRB-BIG-", Product::Squid, "Squid: `request_header_max_size 128 KB`"},
    {"KRB-BIG-", Product::Envoy, "Envoy: `max_request_headers_kb: 96`"},
    {"KRB-BIG-", Product::NodeJs, "Node.js: `--max-http-header-size=65536`"},
    {"COOKIE-BIG-", Product::Apache,
     "Apache: `LimitRequestFieldSize 32768` lets them pass; better: fewer cookies"},
    {"COOKIE-BIG-", Product::Nginx,
     "nginx: `large_client_header_buffers 4 32k;` lets them pass; better: fewer cookies"},
    {"COOKIE-BIG-", Product::HttpSys,
     "HTTP.sys: MaxFieldLength and MaxRequestBytes let them pass; better: fewer cookies"},
    {"BASIC-BAD-", Product::Apache,
     "Apache: `htpasswd -v FILE USER` checks a password; the error log names the reason"},
    {"BASIC-BAD-", Product::Nginx, "nginx: look at `auth_basic_user_file`; the error log names the reason"},
    {"BASIC-BAD-", Product::Iis,
     "IIS: `defaultLogonDomain` of Basic authentication is used where no domain is typed"},
    {"DIGEST-", Product::Apache, "Apache: `htdigest FILE REALM USER`: the realm is part of the stored hash"},
    {"BEARER-AUD-", Product::AspNetCore,
     "ASP.NET Core: `TokenValidationParameters.ValidAudience` and `ValidIssuer` must name what the token "
     "says"},
    {"BEARER-AUD-", Product::Envoy, "Envoy: `audiences` and `issuer` of the jwt_authn provider"},
    {"BEARER-EXP-", Product::AspNetCore,
     "ASP.NET Core: `TokenValidationParameters.ClockSkew` is 5 minutes by default"},
    {"PROXY-407-", Product::Squid, "Squid: cache.log and the helper of `auth_param` say why it refused"},
    {"CERT-4", Product::Iis,
     "IIS: `netsh http show sslcert` shows how client certificates are checked; the CAPI2 event log says why "
     "one failed"},
    {"CERT-4", Product::Apache,
     "Apache: SSLCACertificateFile must hold the issuer of the client's certificate"},
    {"CERT-4", Product::Nginx,
     "nginx: ssl_client_certificate must hold the issuer of the client's certificate"},
};

bool about_pooling(std::string_view rule) {
    for (const std::string_view begin :
         {"NTLM-POOL-", "NTLM-PIPE-", "NTLM-KA-", "NTLM-IDLE-", "NTLM-PROXYSUP-"})
        if (rule.starts_with(begin)) return true;
    return false;
}

std::string filled(std::string_view text, const ExchangeFacts& facts) {
    constexpr std::string_view kHost = "{host}";
    std::string out(text);
    const std::string host = printable(host_of(facts));
    for (std::size_t at = out.find(kHost); at != std::string::npos; at = out.find(kHost, at + host.size()))
        out.replace(at, kHost.size(), host);
    return out;
}

}  // namespace

std::vector<std::string> remedies(std::string_view rule, Culprit culprit, const ExchangeFacts& facts) {
    std::vector<std::string> out;
    if (culprit == Culprit::ThisProxy) return out;
    const bool pooling = about_pooling(rule);
    for (const ProductMark& mark : facts.products) {
        if (pooling && culprit == Culprit::Intermediary)
            for (const Remedy& remedy : kPooling)
                if (remedy.product == mark.product) out.push_back(filled(remedy.text, facts));
        for (const Remedy& remedy : kRemedies)
            if (remedy.product == mark.product && rule.starts_with(remedy.rules))
                out.push_back(filled(remedy.text, facts));
    }
    return out;
}

}  // namespace why401
