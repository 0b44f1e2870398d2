#include "app/run_environment.h"

#include <array>

#include "app/paths.h"

namespace why401 {

namespace {

constexpr std::size_t kMostRoots = 8u << 20;

std::string value_of(const VariableLookup& variable, const char* name) {
    const char* value = variable(name);
    return value == nullptr ? std::string() : std::string(value);
}

/// Java knows no http_proxy. An empty list of hosts that are asked directly: by default it holds localhost.
std::string java_options(const std::string& proxy, const std::string& given) {
    const std::size_t colon = proxy.rfind(':');
    std::string host = proxy.substr(0, colon);
    const std::string port = proxy.substr(colon + 1);
    if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
    std::string options = given;
    for (const char* scheme : {"http", "https"})
        options += (options.empty() ? "" : " ") + std::string("-D") + scheme + ".proxyHost=" + host + " -D" +
                   scheme + ".proxyPort=" + port;
    return options + " -Dhttp.nonProxyHosts=";
}

}  // namespace

Variables proxy_variables(const std::string& proxy, const VariableLookup& variable) {
    const std::string url = "http://" + proxy;
    return {
        {"http_proxy", url},  // curl, wget, Python, Go, Ruby, apt ...: curl reads this one in lower case only
        {"HTTP_PROXY", url},
        {"https_proxy", url},
        {"HTTPS_PROXY", url},
        {"no_proxy", ""},
        {"NO_PROXY", ""},
        {"NODE_USE_ENV_PROXY", "1"},  // Node.js from 24 on looks at the above only then
        {"JAVA_TOOL_OPTIONS", java_options(proxy, value_of(variable, "JAVA_TOOL_OPTIONS"))},
    };
}

Variables trust_variables(const std::filesystem::path& bundle, const std::filesystem::path& addition) {
    Variables variables;
    for (const char* name : {"SSL_CERT_FILE",  // OpenSSL: curl, Ruby, PHP, .NET ...; Go; uv
                             "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "PIP_CERT", "GIT_SSL_CAINFO",
                             "CARGO_HTTP_CAINFO", "AWS_CA_BUNDLE", "PERL_LWP_SSL_CA_FILE"})
        variables.emplace_back(name, bundle.string());
    for (const char* name : {"NODE_EXTRA_CA_CERTS", "DENO_CERT"})
        variables.emplace_back(name, addition.string());
    return variables;
}

Roots system_roots(const VariableLookup& variable) {
    static constexpr std::array kBundles{"/etc/ssl/certs/ca-certificates.crt",  // Debian, Arch, Alpine
                                         "/etc/pki/tls/certs/ca-bundle.crt",    // Fedora
                                         "/etc/ssl/ca-bundle.pem",              // SUSE
                                         "/etc/ssl/cert.pem"};
    std::vector<std::string> files{value_of(variable, "SSL_CERT_FILE")};
    files.insert(files.end(), kBundles.begin(), kBundles.end());
    for (const std::string& file : files)
        if (!file.empty())
            if (auto pem = read_file(file, kMostRoots); pem && !pem->empty()) return {std::move(*pem), file};
    return {};
}

std::string extra_roots(const VariableLookup& variable) {
    const std::string file = value_of(variable, "NODE_EXTRA_CA_CERTS");
    return file.empty() ? std::string() : read_file(file, kMostRoots).value_or(std::string());
}

}  // namespace why401
