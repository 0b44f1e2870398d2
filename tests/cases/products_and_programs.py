"""Products and programs with habits of their own."""
from expecting import Found, innocent, must
from har_writing import AXIOS, CHROME, CURL, DOTNET, Har
from log_writing import IIS10, W3cLog
from scheme_tokens import basic, jwt, kerberos, kerberos_done, ntlm_type1, ntlm_type2, ntlm_type3
from writing import case

BOTH = ("Negotiate", "NTLM")
NOW = 1772438400
ALICE = r"CONTOSO\alice"
JSON = "application/json"


def ntlm(har, path="/", c=1, user="alice", host="web01.contoso.test", status=200, scheme="NTLM", **more):
    har.ask(path, 401, *BOTH, c=c, **more).ask(path, 401, ntlm_type2(scheme), auth=ntlm_type1(scheme), c=c, **more)
    return har.ask(path, status, auth=ntlm_type3(user, scheme, host=host), c=c, **more)


@case
def web_socket_after_a_login(folder):
    upgrade = [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="), ("Sec-WebSocket-Version", "13"), ("Origin", "http://web01.contoso.test")]
    har = ntlm(Har())
    har.ask("/signalr/connect", 401, *BOTH, send=upgrade, c=2).ask("/signalr/connect", 401, ntlm_type2(), auth=ntlm_type1(), send=upgrade, c=2)
    har.ask("/signalr/connect", 101, auth=ntlm_type3("alice"), send=upgrade, c=2)
    return innocent(folder, har=har)


@case
def manifest_is_fetched_without_credentials_on_purpose(folder):
    """Browsers fetch the web app manifest without credentials unless the page says otherwise, on a connection of its own."""
    har = ntlm(Har()).ask("/manifest.json", 401, *BOTH, c=2, send=[("Sec-Fetch-Dest", "manifest"), ("Sec-Fetch-Mode", "cors"), ("Sec-Fetch-Site", "same-origin")])
    har.ask("/next", 200, after=40)
    return must(folder, {}, also={"CLIENT-NOAUTH-001", "CORS-CRED-002", "KRB-ZONE-001"}, never={"NTLM-POOL-001", "NTLM-FAIL-001", "NTLM-PERSIST-001"}, har=har)


@case
def exchange_offers_three_schemes(folder):
    front = [("X-FEServer", "EXSRV01"), ("request-id", "6e0c0c3a-7d1b-4c5b-9a7b-1f0e5f0b9a11")]
    har = Har(base="https://mail.contoso.test", client=[("User-Agent", "Microsoft Office/16.0 (Windows NT 10.0; MAPI 16.0.17328; Pro)")])
    har.ask("/mapi/nspi/", 401, *BOTH, 'Basic realm="mail.contoso.test"', method="POST", answer=front, body="")
    har.ask("/mapi/nspi/", 401, ntlm_type2("Negotiate", "EXSRV01"), method="POST", auth=ntlm_type1("Negotiate"), answer=front, body="")
    har.ask("/mapi/nspi/", 200, method="POST", auth=ntlm_type3("alice", "Negotiate", "EXSRV01", host="mail.contoso.test"), answer=front, content="application/mapi-http")
    har.ask("/mapi/nspi/", 200, method="POST", answer=front, content="application/mapi-http")
    return innocent(folder, har=har)


@case
def winrm_by_its_own_scheme(folder):
    client = [("User-Agent", "Python WinRM client"), ("Content-Type", "application/soap+xml;charset=UTF-8")]
    har = Har(base="http://srv01.contoso.test:5985", client=client, server="none")
    token = "Kerberos " + kerberos(host="srv01.contoso.test").split()[1]
    har.ask("/wsman", 401, "Negotiate", "Kerberos", method="POST", answer=[("Server", "Microsoft-HTTPAPI/2.0")], body="")
    har.ask("/wsman", 200, "Kerberos " + kerberos_done().split()[1], method="POST", auth=token, answer=[("Server", "Microsoft-HTTPAPI/2.0")], body="")
    return innocent(folder, har=har)


@case
def adfs_by_windows_login(folder):
    har = Har(base="https://sts.contoso.test", server="none").ask("/adfs/ls/?wa=wsignin1.0&wtrealm=urn:x", 302, answer=[("Server", "Microsoft-HTTPAPI/2.0"), ("Location", "https://sts.contoso.test/adfs/ls/wia?wa=wsignin1.0")])
    har.ask("/adfs/ls/wia?wa=wsignin1.0", 401, *BOTH, answer=[("Server", "Microsoft-HTTPAPI/2.0")], body="")
    har.ask("/adfs/ls/wia?wa=wsignin1.0", 200, kerberos_done(), auth=kerberos(host="sts.contoso.test"), answer=[("Server", "Microsoft-HTTPAPI/2.0")])
    har.ask("https://app.contoso.test/", 302, method="POST", sent="wresult=x", c=2, server="iis", answer=[("Location", "/home"), ("Set-Cookie", "FedAuth=77u; path=/; secure; HttpOnly")])
    har.ask("https://app.contoso.test/home", 200, c=2, send=[("Cookie", "FedAuth=77u")])
    return innocent(folder, har=har)


@case
def kubernetes_refuses_a_token_without_a_challenge(folder):
    status = '{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Unauthorized","reason":"Unauthorized","code":401}'
    har = Har(base="https://10.96.0.1", client=[("User-Agent", "kubectl/v1.29.0 (linux/amd64) kubernetes/3f7a50f"), ("Accept", "application/json")], server="none")
    har.ask("/api/v1/pods", 401, auth="Bearer " + jwt({"iss": "https://kubernetes.default.svc", "aud": ["https://kubernetes.default.svc"], "exp": NOW - 7200, "nbf": NOW - 9000}), body=status, content=JSON)
    return must(folder, {1: Found("BEARER-EXP-001", {"client"}, "certain", "likely")}, har=har)


@case
def kubernetes_refuses_a_token_that_looks_good(folder):
    status = '{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Unauthorized","reason":"Unauthorized","code":401}'
    har = Har(base="https://10.96.0.1", client=[("User-Agent", "kubectl/v1.29.0 (linux/amd64) kubernetes/3f7a50f"), ("Accept", "application/json")], server="none")
    har.ask("/api/v1/pods", 401, auth="Bearer " + jwt({"iss": "https://kubernetes.default.svc", "aud": ["https://kubernetes.default.svc"], "exp": NOW + 7200, "nbf": NOW - 9000}), body=status, content=JSON)
    return must(folder, {1: Found({"BEARER-NOERR-007", "BEARER-INVALID-008", "RFC-NOCHAL-001", "UNKNOWN-401"}, {"unknown", "client", "server"}, "certain")}, har=har)


@case
def github_knows_a_scheme_of_its_own(folder):
    har = Har(base="https://api.github.test", client=[("User-Agent", "octokit-core.js/5.0.0"), ("Accept", "application/vnd.github.v3+json")], server="none")
    har.ask("/user", 401, auth="token ghp_16C7e42F292c6912E7710c838347Ae178B4a", body='{"message":"Bad credentials","documentation_url":"https://docs.github.com/rest"}', content=JSON, answer=[("Server", "GitHub.com")])
    return must(folder, {1: Found({"RFC-NOCHAL-001", "UNKNOWN-401", "BEARER-INVALID-008", "BEARER-NOERR-007"}, {"unknown", "client", "server"}, "certain")},
                never={"CLIENT-UNSOLICITED-003", "BEARER-SYNTAX-005"}, har=har)


@case
def django_answers_token_with_token(folder):
    har = Har(base="https://api.test", client=AXIOS, server="nginx").ask("/x", 401, "Token", auth="Token 9944b09199c62bcf9418ad846dd0e4bbdfc6ee4b", body='{"detail":"Invalid token."}', content=JSON)
    return must(folder, {1: Found({"UNKNOWN-401", "BEARER-INVALID-008"}, {"unknown", "client"}, "likely")}, har=har)


@case
def signed_requests_of_a_cloud(folder):
    signed = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260302/us-east-1/es/aws4_request, SignedHeaders=host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
    har = Har(base="https://search.test", client=CURL, server="none").ask("/_search", 200, auth=signed, content=JSON).ask("/_search", 200, auth=signed, content=JSON)
    return innocent(folder, har=har)


@case
def jenkins_needs_no_login_for_its_front_page(folder):
    har = Har(base="http://ci.test:8080", server="none").ask("/", 403, body="<html><head><meta http-equiv='refresh' content='1;url=/login?from=%2F'/></head></html>", answer=[("Server", "Jetty(10.0.18)"), ("X-Jenkins", "2.426.1")])
    har.ask("/login?from=%2F", 200, answer=[("Server", "Jetty(10.0.18)")]).ask("/j_spring_security_check", 302, method="POST", sent="j_username=a&j_password=b", answer=[("Location", "http://ci.test:8080/"), ("Set-Cookie", "JSESSIONID.1=n; Path=/; HttpOnly")])
    har.ask("/", 200, send=[("Cookie", "JSESSIONID.1=n")])
    return innocent(folder, har=har)


@case
def oauth2_proxy_sends_a_script_away(folder):
    har = Har(base="https://app.test", client=AXIOS, server="nginx").ask("/api/me", 401, body="<html><title>Sign In</title></html>", answer=[("Set-Cookie", "_oauth2_proxy=; Path=/; Max-Age=0")])
    return must(folder, {1: Found({"RFC-NOCHAL-001", "UNKNOWN-401"}, {"server", "unknown"}, "certain")}, har=har)


@case
def old_squid_closes_each_time(folder):
    har = Har("HTTP Toolkit", base="http://news.test", server="none", client=CURL)
    har.ask("/", 407, 'Basic realm="Squid"', answer=[("Server", "squid/2.7.STABLE9"), ("Proxy-Connection", "close")], version="HTTP/1.0")
    har.ask("/", 200, proxy_auth=basic("alice", "s"), answer=[("Via", "1.0 proxy (squid/2.7.STABLE9)"), ("Proxy-Connection", "close")], c=2, version="HTTP/1.0")
    return innocent(folder, har=har)


@case
def proxy_credentials_before_they_are_asked_for(folder):
    har = Har("HTTP Toolkit", base="http://news.test", server="none", client=[("User-Agent", "Java/17.0.9")])
    for n in range(3):
        har.ask("repo.test:443", 200, method="CONNECT", proxy_auth=basic("ci", "s"), c=n + 1, body="")
    return innocent(folder, har=har)


@case
def login_of_the_site_sent_with_connect(folder):
    """Authorization on a CONNECT reaches the proxy, which does not look at it."""
    har = Har("HTTP Toolkit", base="http://news.test", server="none", client=[("User-Agent", "myapp/1.0")])
    har.ask("api.test:443", 407, 'Basic realm="proxy"', method="CONNECT", auth=basic("ci", "s"))
    return must(folder, {1: Found({"PROXY-WRONGHDR-004", "PROXY-407CONNECT-003", "PROXY-NOAUTH-005"}, {"client", "unknown"}, "certain")}, har=har)


@case
def curl_with_anyauth_and_a_body(folder):
    har = Har(client=CURL).ask("/up", 401, *BOTH, 'Basic realm="web01"', method="PUT", send=[("Content-Length", "0")])
    har.ask("/up", 401, ntlm_type2(), method="PUT", auth=ntlm_type1(), send=[("Content-Length", "0")])
    har.ask("/up", 201, method="PUT", auth=ntlm_type3("alice"), send=[("Content-Length", "5"), ("Expect", "100-continue")], sent="hello")
    return innocent(folder, har=har)


@case
def refused_by_name_and_password_of_another_person_later(folder):
    """Two people at one terminal: bob after alice, over new connections."""
    har = ntlm(ntlm(Har()), c=2, user="bob").ask("/x", 200, c=2)
    return innocent(folder, har=har)


@case
def wrong_password_by_ntlm_then_right(folder):
    har = Har().ask("/", 401, *BOTH).ask("/", 401, ntlm_type2(), auth=ntlm_type1()).ask("/", 401, *BOTH, auth=ntlm_type3("alice"))
    har.ask("/", 401, ntlm_type2(nonce=b"abcdefgh"), auth=ntlm_type1(), after=9).ask("/", 200, auth=ntlm_type3("alice"))
    return must(folder, {3: Found("NTLM-FAIL-001", {"client", "unknown"}, "likely")}, har=har)


@case
def download_manager_asks_in_parts(folder):
    har = Har(server="apache", client=[("User-Agent", "aria2/1.36.0")])
    for c in range(1, 6):
        har.ask("/big.iso", 401, 'Basic realm="dl"', c=c, send=[("Range", f"bytes={c}00-")])
    for c in range(1, 6):
        har.ask("/big.iso", 206, auth=basic("a", "b"), c=c, send=[("Range", f"bytes={c}00-")])
    return innocent(folder, har=har)


@case
def sharepoint_search_and_office_open_a_document(folder):
    office = [("User-Agent", "Microsoft Office Word/16.0.17328 (Windows/10.0; Desktop x64)"), ("X-Office-Major-Version", "16"), ("X-IDCRL_ACCEPTED", "t")]
    har = Har(base="http://sp.contoso.test", client=office)
    sp = [("SPRequestGuid", "1"), ("MicrosoftSharePointTeamServices", "16.0.0.10337"), ("X-MSDAVEXT_Error", "917656; Access+denied.+Before+opening+files+in+this+location")]
    har.ask("/docs/", 401, *BOTH, method="OPTIONS", answer=sp, body="401 UNAUTHORIZED", content="text/plain; charset=utf-8")
    har.ask("/docs/", 401, ntlm_type2(server="SP01"), method="OPTIONS", auth=ntlm_type1(), body="")
    har.ask("/docs/", 200, method="OPTIONS", auth=ntlm_type3("alice", server="SP01", host="sp.contoso.test")).ask("/docs/a.docx", 200, method="HEAD")
    return innocent(folder, har=har)


@case
def dotnet_client_closes_after_the_first_challenge(folder):
    har = Har(client=DOTNET).ask("/", 401, *BOTH, answer=[("Connection", "close")], c=1).ask("/", 401, ntlm_type2("Negotiate"), auth=ntlm_type1("Negotiate"), c=2)
    har.ask("/", 200, auth=ntlm_type3("alice", "Negotiate"), c=2)
    return innocent(folder, har=har)


@case
def icon_and_manifest_in_the_log_between_good_rows(folder):
    log = W3cLog(IIS10).ntlm_login("08:00:01", "/", ALICE).row("08:00:02", "/favicon.ico", "401 2 5").row("08:00:02", "/manifest.json", "401 2 5")
    log.row("08:00:03", "/a", "200 0 0", ALICE)
    return must(folder, {}, also={"CLIENT-NOAUTH-001"}, u_ex260302=log)


@case
def reverse_proxy_with_all_people_behind_it(folder):
    """ARR in front: one address and a few programs for everybody."""
    log = W3cLog(IIS10, client="10.0.0.250")
    for n, user in enumerate(["alice", "bob", "carol", "dave"] * 5):
        log.row(f"08:00:{n:02}", f"/p{n}", "401 2 5").row(f"08:00:{n:02}", f"/p{n}", "200 0 0", rf"CONTOSO\{user}")
    return innocent(folder, u_ex260302=log)


@case
def browser_of_a_foreign_domain_needs_a_typed_password(folder):
    """A computer outside the domain: NEGOTIATE goes at once, the prompt comes after the first refusal of the computer's own user."""
    har = Har(client=CHROME).ask("/", 401, *BOTH).ask("/", 401, ntlm_type2(), auth=ntlm_type1())
    har.ask("/", 401, *BOTH, auth=ntlm_type3("localuser")).ask("/", 401, ntlm_type2(nonce=b"abcdefgh"), auth=ntlm_type1(), after=15)
    har.ask("/", 200, auth=ntlm_type3("alice")).ask("/a", 200)
    return must(folder, {3: Found({"NTLM-FAIL-001", "NTLM-FAIL-002"}, {"client", "unknown"}, "likely")}, har=har)
