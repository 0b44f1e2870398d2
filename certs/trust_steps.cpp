#include "certs/trust_steps.h"

#include <algorithm>

#include "certs/shell_word.h"

namespace why401::certs {

namespace {

/// The words of a command: of the file and of the CA, for a POSIX shell.
struct Words {
    std::string file, name;        ///< as they are, for Windows
    std::string sh_file, sh_name;  ///< each one word of a shell
};

const char kOnlyThese[] =
    "It replaces the roots that the program knows otherwise, so the file must hold both.";

/// Programs that read one file of roots get one with both: the system's and ours.
TrustStep bundle(const Words& ca) {
    return {"Put the system's roots and the CA into one file.",
            "cat /etc/ssl/certs/ca-certificates.crt " + ca.sh_file + " > ~/why401-roots.pem"};
}
const TrustStep kNoBundle{"", "rm ~/why401-roots.pem"};

TrustSteps windows(const Words& ca) {
    return {
        "Windows",
        {{"For this user alone; Windows asks once more.",
          "certutil -user -addstore Root \"" + ca.file + "\""}},
        {{"", "certutil -user -delstore Root \"" + ca.name + "\""}},
        "Edge, Chrome, PowerShell, .NET and what uses WinHTTP follow it; services run as other users and "
        "need the machine's store (the same commands without -user, as administrator). Firefox follows it "
        "too unless security.enterprise_roots.enabled was switched off."};
}

TrustSteps macos(const Words& ca) {
    const std::string keychain = "~/Library/Keychains/login.keychain-db";
    return {"macOS",
            {{"For this user alone, and for servers only; macOS asks for the password.",
              "security add-trusted-cert -r trustRoot -p ssl -k " + keychain + " " + ca.sh_file}},
            {{"", "security remove-trusted-cert " + ca.sh_file + "\nsecurity delete-certificate -c " +
                      ca.sh_name + " " + keychain}},
            "Safari, Chrome and what uses Secure Transport follow it."};
}

TrustSteps debian(const Words& ca) {
    return {
        "Debian, Ubuntu",
        {{"", "sudo install -D -m 0644 " + ca.sh_file +
                  " /usr/local/share/ca-certificates/why401.crt\nsudo update-ca-certificates"}},
        {{"", "sudo rm /usr/local/share/ca-certificates/why401.crt\nsudo update-ca-certificates --fresh"}},
        "curl, wget, git, Python's ssl and .NET follow it; browsers, Java, Node.js and Python's requests "
        "have roots of their own."};
}

TrustSteps firefox(const Words& ca) {
    return {"Firefox",
            {{"Settings, Privacy & Security, Certificates, View Certificates, Authorities, Import: choose " +
                  ca.file + " and tick \"Trust this CA to identify websites\".",
              ""}},
            {{"In the same list choose " + ca.name + ", then Delete or Distrust.", ""}},
            ""};
}

TrustSteps chromium(const Words& ca) {
    const std::string database = "certutil -d sql:\"$HOME/.pki/nssdb\" ";
    return {"Chromium and Chrome on Linux",
            {{"Once, where that folder is missing:",
              "mkdir -p ~/.pki/nssdb && certutil -d sql:\"$HOME/.pki/nssdb\" -N --empty-password"},
             {"", database + "-A -t C,, -n " + ca.sh_name + " -i " + ca.sh_file}},
            {{"", database + "-D -n " + ca.sh_name}},
            "certutil is in the package libnss3-tools. Start the browser again."};
}

TrustSteps java(const Words& ca) {
    return {
        "Java",
        {{"In the JDK's own store (Java 9 and later; it may need sudo). The password is Java's usual one.",
          "keytool -importcert -cacerts -storepass changeit -noprompt -alias why401 -file " + ca.sh_file}},
        {{"", "keytool -delete -cacerts -storepass changeit -alias why401"}},
        "Java 8: -keystore \"$JAVA_HOME/jre/lib/security/cacerts\" in place of -cacerts. On Windows a JVM "
        "started with -Djavax.net.ssl.trustStoreType=Windows-ROOT follows the system."};
}

TrustSteps node(const Words& ca) {
    return {"Node.js",
            {{"Besides its own roots, for what is started from this shell:",
              "export NODE_EXTRA_CA_CERTS=" + ca.sh_file}},
            {{"", "unset NODE_EXTRA_CA_CERTS"}},
            ""};
}

TrustSteps python(const Words& ca) {
    return {"Python",
            {bundle(ca),
             {"REQUESTS_CA_BUNDLE is for requests, SSL_CERT_FILE for ssl, urllib and httpx.",
              "export REQUESTS_CA_BUNDLE=~/why401-roots.pem SSL_CERT_FILE=~/why401-roots.pem"}},
            {{"", "unset REQUESTS_CA_BUNDLE SSL_CERT_FILE"}, kNoBundle},
            kOnlyThese};
}

TrustSteps curl(const Words& ca) {
    return {
        "curl",
        {{"For one call to a host that is decrypted:", "curl --cacert " + ca.sh_file + " https://server/"},
         bundle(ca),
         {"For all calls from this shell:", "export CURL_CA_BUNDLE=~/why401-roots.pem"}},
        {{"", "unset CURL_CA_BUNDLE"}, kNoBundle},
        "Windows's own curl follows the system's store; add --ssl-revoke-best-effort there, as the CA "
        "publishes no list of revoked certificates."};
}

TrustSteps git(const Words& ca) {
    return {"git",
            {{"For one command:", "git -c http.sslCAInfo=" + ca.sh_file + " fetch"},
             {"For one server:", "git config --global http.https://server/.sslCAInfo " + ca.sh_file}},
            {{"", "git config --global --unset http.https://server/.sslCAInfo"}},
            "GIT_SSL_CAINFO wins over this where it is set. Git for Windows with http.sslBackend=schannel "
            "follows the "
            "system."};
}

TrustSteps wget(const Words& ca) {
    return {"wget",
            {{"", "wget --ca-certificate=" + ca.sh_file + " https://server/"}},
            {{"Leave the option out: nothing is kept.", ""}},
            ""};
}

TrustSteps dotnet(const Words& ca) {
    return {".NET",
            {bundle(ca),
             {"On Linux, for what is started from this shell:", "export SSL_CERT_FILE=~/why401-roots.pem"}},
            {{"", "unset SSL_CERT_FILE"}, kNoBundle},
            "On Windows and macOS .NET follows the system's store."};
}

TrustSteps go(const Words& ca) {
    return {"Go",
            {bundle(ca),
             {"On Linux, for what is started from this shell:", "export SSL_CERT_FILE=~/why401-roots.pem"}},
            {{"", "unset SSL_CERT_FILE"}, kNoBundle},
            "On Windows and macOS Go follows the system's store."};
}

struct System {
    const char* name;
    TrustSteps (*steps)(const Words&);
};

constexpr System kSystems[] = {
    {"windows", windows}, {"macos", macos},       {"debian", debian},
    {"firefox", firefox}, {"chromium", chromium}, {"java", java},
    {"node", node},       {"python", python},     {"curl", curl},
    {"git", git},         {"wget", wget},         {"dotnet", dotnet},
    {"go", go},
};

/// Inside the double quotes of Windows's command prompt.
std::string windows_word(std::string text) {
    text.erase(std::remove(text.begin(), text.end(), '"'), text.end());
    return text;
}

}  // namespace

const std::vector<std::string>& trust_systems() {
    static const std::vector<std::string> kNames = [] {
        std::vector<std::string> names;
        for (const System& system : kSystems) names.emplace_back(system.name);
        return names;
    }();
    return kNames;
}

std::optional<TrustSteps> trust_steps(std::string_view system, const std::string& ca_file,
                                      const std::string& ca_name) {
    for (const System& known : kSystems)
        if (system == known.name)
            return known.steps(
                {windows_word(ca_file), windows_word(ca_name), shell_word(ca_file), shell_word(ca_name)});
    return std::nullopt;
}

}  // namespace why401::certs
