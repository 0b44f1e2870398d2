#include "app/run_environment.h"

#include <map>

#include "tests/support/temporary_folder.h"

namespace why401 {
namespace {

using Given = std::map<std::string, std::string>;

VariableLookup lookup(const Given& given) {
    return [&given](const char* name) {
        const auto found = given.find(name);
        return found == given.end() ? nullptr : found->second.c_str();
    };
}

const Given kNothing;

Given as_map(const Variables& variables) { return {variables.begin(), variables.end()}; }

TEST(RunEnvironment, SendsHttpAndHttpsToTheProxyAndExceptsNobody) {
    const Given set = as_map(proxy_variables("127.0.0.1:8401", lookup(kNothing)));
    for (const char* name : {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"})
        EXPECT_EQ(set.at(name), "http://127.0.0.1:8401");
    for (const char* name : {"no_proxy", "NO_PROXY"}) EXPECT_EQ(set.at(name), "");
    EXPECT_FALSE(set.contains("ALL_PROXY"));
}

TEST(RunEnvironment, AddsToWhatJavaIsToldAlready) {
    const Given given{{"JAVA_TOOL_OPTIONS", "-Xmx1g"}};
    EXPECT_EQ(as_map(proxy_variables("[::1]:9", lookup(given))).at("JAVA_TOOL_OPTIONS"),
              "-Xmx1g -Dhttp.proxyHost=::1 -Dhttp.proxyPort=9 -Dhttps.proxyHost=::1 -Dhttps.proxyPort=9 "
              "-Dhttp.nonProxyHosts=");
}

TEST(RunEnvironment, NamesTheBundleToThoseThatReplaceTheirRootsAndOursToThoseThatAdd) {
    const Given set = as_map(trust_variables("/t/bundle.pem", "/t/added.pem"));
    for (const char* name : {"SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "PIP_CERT",
                             "GIT_SSL_CAINFO", "CARGO_HTTP_CAINFO", "AWS_CA_BUNDLE"})
        EXPECT_EQ(set.at(name), "/t/bundle.pem") << name;
    EXPECT_EQ(set.at("NODE_EXTRA_CA_CERTS"), "/t/added.pem");
}

TEST(RunEnvironment, WhoTrustsAFileOfTheirOwnGoesOnTrustingIt) {
    const TemporaryFolder folder;
    write_text(folder.path / "mine.pem", "my roots");
    const Given given{{"SSL_CERT_FILE", (folder.path / "mine.pem").string()},
                      {"NODE_EXTRA_CA_CERTS", (folder.path / "mine.pem").string()}};
    EXPECT_EQ(system_roots(lookup(given)).pem, "my roots");
    EXPECT_EQ(system_roots(lookup(given)).file, folder.path / "mine.pem");
    EXPECT_EQ(extra_roots(lookup(given)), "my roots");
    const Given none;
    EXPECT_EQ(extra_roots(lookup(none)), "");
}

}  // namespace
}  // namespace why401
