"""Kerberos, Basic, Digest and Bearer: what is refused and why, and logins that only look so."""
from expecting import Found, innocent, must
from writing import case
from har_writing import AXIOS, CURL, DOTNET, Har
from scheme_tokens import basic, digest, jwt, kerberos, kerberos_done, krb_error, ntlm_type1, ntlm_type2, ntlm_type3, raw_kerberos, reject

BOTH = ("Negotiate", "NTLM")
NOW = 1772438400  # 2026-03-02 08:00:00, when these cases take place
CLOSE = [("Connection", "close")]


# Kerberos

@case
def kerberos_page_with_its_pictures(folder):
    """The browser logs in once on each of its connections; the page's parts follow without credentials."""
    har = Har().ask("/", 401, *BOTH).ask("/", 200, kerberos_done(), auth=kerberos(), answer=[("Persistent-Auth", "true")])
    for c in 2, 3:
        har.ask(f"/p{c}.png", 401, *BOTH, c=c).ask(f"/p{c}.png", 200, kerberos_done(), auth=kerberos(login=c), c=c)
    har.ask("/app.js", 200).ask("/favicon.ico", 404, c=2)
    return innocent(folder, har=har)


@case
def kerberos_with_every_request(folder):
    """authPersistNonNTLM="false": browsers then send a new token with each request, before they are asked."""
    har = Har().ask("/", 401, *BOTH).ask("/", 200, kerberos_done(), auth=kerberos())
    for number in range(1, 6):
        har.ask(f"/part/{number}", 200, kerberos_done(), auth=kerberos(login=number))
    return innocent(folder, har=har)


@case
def kerberos_before_it_is_asked_for(folder):
    har = Har(client=DOTNET, server="apache", base="http://intra.contoso.test")
    for number in range(3):
        har.ask(f"/api/{number}", 200, kerberos_done(), auth=raw_kerberos(host="intra.contoso.test", login=number), c=number + 1)
    return innocent(folder, har=har)


def kerberos_error(code, rule, culprits, most="certain", least="likely", base="http://web01.contoso.test", server="iis", **ticket):
    def told(folder):
        har = Har(base=base, server=server).ask("/", 401, *BOTH).ask("/", 401, krb_error(code), "NTLM", auth=kerberos(**ticket))
        return must(folder, {2: Found(rule, culprits, most, least)}, also={"CLIENT-NOAUTH-001"}, har=har)
    told.__name__ = f"kerberos_error_{code}"
    return case(told)


kerberos_error_31 = kerberos_error(31, "KRB-SPN-002", {"server"})
kerberos_error_32 = kerberos_error(32, "KRB-TKT-006", {"client", "unknown"})
kerberos_error_33 = kerberos_error(33, {"KRB-TKT-006", "KRB-SKEW-005"}, {"client", "server", "unknown"})
kerberos_error_34 = kerberos_error(34, {"KRB-TKT-006", "KRB-REPLAY-007"}, {"client", "intermediary", "unknown", "server"})
kerberos_error_35 = kerberos_error(35, "KRB-SPN-002", {"server"})
kerberos_error_37 = kerberos_error(37, "KRB-SKEW-005", {"client", "server", "unknown"})
kerberos_error_41 = kerberos_error(41, "KRB-SPN-002", {"server"})
kerberos_error_44 = kerberos_error(44, {"KRB-KVNO-003", "KRB-SPN-002"}, {"server", "client", "unknown"})


@case
def ticket_refused_without_a_word(folder):
    """IIS answers a ticket it cannot open with its bare challenges, each time."""
    har = Har().ask("/", 401, *BOTH)
    for number in range(3):
        har.ask("/", 401, *BOTH, auth=kerberos(login=number), c=number + 1)
    found = Found({"KRB-SPN-002", "KRB-REFUSED-008", "IIS-DELEG-LOOP"}, {"server", "unknown"}, "likely")
    return must(folder, {2: found}, also=found.rules | {"NTLM-LOOP-003"}, never={"NTLM-FAIL-001", "BASIC-BAD-001"}, har=har)


@case
def ticket_for_the_canonical_name(folder):
    """intranet.contoso.test is an alias of web07; the browser asks for a ticket of web07 and the account of the site does not own that name."""
    har = Har(base="http://intranet.contoso.test").ask("/", 401, *BOTH).ask("/", 401, krb_error(41, sname=("HTTP", "web07.contoso.test")), "NTLM",
                                                                           auth=kerberos(host="web07.contoso.test"))
    return must(folder, {2: Found({"KRB-SPN-002", "KRB-CNAME-001"}, {"server", "client", "unknown"}, "certain", "likely")},
                also={"CLIENT-NOAUTH-001"}, har=har)


@case
def ticket_for_the_canonical_name_that_works(folder):
    har = Har(base="http://intranet.contoso.test").ask("/", 401, *BOTH).ask("/", 200, kerberos_done(), auth=kerberos(host="web07.contoso.test"))
    return innocent(folder, har=har)


@case
def short_name_of_the_server(folder):
    har = Har(base="http://web01").ask("/", 401, *BOTH).ask("/", 200, kerberos_done(), auth=kerberos(host="web01.contoso.test"))
    return innocent(folder, har=har)


@case
def rejected_without_a_reason(folder):
    har = Har(server="apache").ask("/", 401, "Negotiate").ask("/", 401, reject(), auth=kerberos())
    return must(folder, {2: Found({"NEGO-REJECT-001", "KRB-REFUSED-008"}, {"server", "unknown"}, "certain")}, har=har)


@case
def ntlm_by_negotiate_for_an_address(folder):
    """No ticket can be had for an address: the login works all the same, by NTLM."""
    har = Har(base="http://10.0.0.5").ask("/", 401, *BOTH).ask("/", 401, ntlm_type2("Negotiate"), auth=ntlm_type1("Negotiate"))
    har.ask("/", 200, auth=ntlm_type3("alice", "Negotiate", host="10.0.0.5"), answer=[("Persistent-Auth", "true")]).ask("/a.css", 200)
    return innocent(folder, har=har)


@case
def header_too_long_because_of_a_large_ticket(folder):
    page = ('<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN""http://www.w3.org/TR/html4/strict.dtd">\r\n<HTML><HEAD><TITLE>Bad Request</TITLE>\r\n'
            '<META HTTP-EQUIV="Content-Type" Content="text/html; charset=us-ascii"></HEAD>\r\n<BODY><h2>Bad Request - Request Too Long</h2>\r\n'
            '<hr><p>HTTP Error 400. The size of the request headers is too long.</p>\r\n</BODY></HTML>\r\n')
    har = Har().ask("/", 401, *BOTH).ask("/", 400, auth=kerberos(size=13000), body=page, server="none",
                                         answer=[("Server", "Microsoft-HTTPAPI/2.0"), *CLOSE])
    return must(folder, {2: Found("KRB-BIG-001", {"server", "client"}, "certain", "likely")}, also={"CLIENT-NOAUTH-001"}, har=har)


@case
def large_ticket_that_is_accepted(folder):
    har = Har().ask("/", 401, *BOTH).ask("/", 200, kerberos_done(), auth=kerberos(size=13000)).ask("/a", 200, kerberos_done(), auth=kerberos(size=13000, login=2))
    return innocent(folder, har=har)


@case
def empty_negotiate_token(folder):
    har = Har(client=CURL).ask("/", 401, *BOTH).ask("/", 401, *BOTH, auth="Negotiate")
    return must(folder, {2: Found("NEGO-EMPTY-001", {"client"}, "certain")}, har=har)


# Basic

@case
def basic_login_of_a_browser(folder):
    har = Har(server="apache").ask("/", 401, 'Basic realm="Staff"').ask("/", 200, auth=basic("alice", "right"), after=6).ask("/logo.png", 200, auth=basic("alice", "right"), c=2)
    har.ask("/favicon.ico", 404, auth=basic("alice", "right"), c=2)
    return innocent(folder, har=har)


@case
def basic_before_it_is_asked_for(folder):
    har = Har(server="nginx", client=CURL, base="https://registry.contoso.test").ask("/v2/", 200, auth=basic("ci", "token:with:colons"))
    return innocent(folder, har=har)


@case
def basic_mistyped_then_right(folder):
    har = Har(server="nginx").ask("/", 401, 'Basic realm="Restricted"').ask("/", 401, 'Basic realm="Restricted"', auth=basic("alice", "wrnog"), after=6)
    har.ask("/", 200, auth=basic("alice", "wrong"), after=7).ask("/style.css", 200, auth=basic("alice", "wrong"), c=2)
    return must(folder, {2: Found("BASIC-BAD-001", {"client", "unknown"}, "likely")}, har=har)


@case
def basic_in_latin1(folder):
    """The server said UTF-8; the client writes the older one."""
    challenge = 'Basic realm="Staff", charset="UTF-8"'
    har = Har(server="apache", client=CURL).ask("/", 401, challenge).ask("/", 401, challenge, auth=basic("jörg", "Paßwort", "latin-1"))
    return must(folder, {2: Found("BASIC-UTF8-002", {"client", "unknown", "server"}, "likely")}, har=har)


@case
def basic_in_utf8_that_works(folder):
    har = Har(server="apache").ask("/", 401, 'Basic realm="Staff"').ask("/", 200, auth=basic("jörg", "Paßwort"))
    return innocent(folder, har=har)


@case
def basic_without_encoding(folder):
    har = Har(server="apache", client=CURL).ask("/", 401, 'Basic realm="Staff"').ask("/", 401, 'Basic realm="Staff"', auth="Basic alice:secret")
    return must(folder, {2: Found("BASIC-SYNTAX-003", {"client"}, "certain", "likely")}, har=har)


@case
def basic_with_the_newline_of_echo(folder):
    har = Har(server="apache", client=CURL).ask("/", 401, 'Basic realm="Staff"', auth=basic("alice", "secret\n"))
    return must(folder, {1: Found("BASIC-SYNTAX-003", {"client"}, "certain", "likely")}, har=har)


# Digest

def digest_challenge(nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", more=""):
    return f'Digest realm="Restricted", nonce="{nonce}", algorithm=MD5, qop="auth"{more}'


def answer_to(nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", uri="/", nc=1, password="right", **other):
    return digest("alice", password, "Restricted", nonce, "GET", uri, nc, **other)


@case
def digest_login_and_renewed_nonce(folder):
    har = Har(server="apache").ask("/", 401, digest_challenge()).ask("/", 200, auth=answer_to()).ask("/a", 200, auth=answer_to(uri="/a", nc=2))
    har.ask("/b", 401, digest_challenge("f3c9aa40cafe", ", stale=true"), auth=answer_to(uri="/b", nc=3), after=400).ask("/b", 200, auth=answer_to("f3c9aa40cafe", "/b"))
    return innocent(folder, har=har)


@case
def digest_of_parallel_connections_out_of_order(folder):
    """Counters arrive out of order from a browser's connections; the server does not mind."""
    har = Har(server="apache").ask("/", 401, digest_challenge()).ask("/", 200, auth=answer_to())
    for nc in 3, 2, 5, 4:
        har.ask(f"/{nc}.png", 200, auth=answer_to(uri=f"/{nc}.png", nc=nc), c=nc)
    return innocent(folder, har=har)


@case
def digest_with_a_wrong_password(folder):
    har = Har(server="apache").ask("/", 401, digest_challenge()).ask("/", 401, digest_challenge("0badcafe01"), auth=answer_to(password="wrong"))
    return must(folder, {2: Found("DIGEST-BAD-001", {"client", "unknown"}, "likely")}, har=har)


@case
def digest_for_a_rewritten_path(folder):
    har = Har(server="apache", client=CURL).ask("/app/list?x=1", 401, digest_challenge())
    har.ask("/app/list?x=1", 401, digest_challenge("0badcafe01"), auth=answer_to(uri="/app/list?x=1", shown_uri="/list?x=1"))
    return must(folder, {2: Found("DIGEST-URI-002", {"client", "intermediary", "unknown"}, "certain", "likely")}, har=har)


@case
def digest_with_the_same_counter(folder):
    har = Har(server="apache", client=CURL).ask("/", 401, digest_challenge()).ask("/", 200, auth=answer_to())
    har.ask("/", 401, digest_challenge("0badcafe01"), auth=answer_to(nc=1))
    return must(folder, {3: Found("DIGEST-NC-003", {"client", "intermediary", "unknown"}, "certain", "possible")}, har=har)


@case
def digest_by_the_wrong_algorithm(folder):
    challenge = 'Digest realm="Restricted", nonce="5TsQWLVdgBdmrQ0XsxbDODV", algorithm=SHA-256, qop="auth"'
    har = Har(server="nginx", client=CURL).ask("/", 401, challenge).ask("/", 401, challenge, auth=answer_to("5TsQWLVdgBdmrQ0XsxbDODV"))
    return must(folder, {2: Found("DIGEST-ALG-004", {"client"}, "certain", "likely")}, har=har)


@case
def digest_by_the_second_algorithm_that_is_offered(folder):
    challenges = ('Digest realm="Restricted", nonce="5TsQWLVdgBdmrQ0XsxbDODV", algorithm=SHA-256, qop="auth"', digest_challenge("5TsQWLVdgBdmrQ0XsxbDODV"))
    har = Har(server="nginx").ask("/", 401, *challenges).ask("/", 200, auth=answer_to("5TsQWLVdgBdmrQ0XsxbDODV"))
    return innocent(folder, har=har)


# Bearer

def token(**claims):
    given = {"aud": "api://orders", "iss": "https://login.contoso.test/tenant/v2.0", "iat": NOW - 600, "nbf": NOW - 600, "exp": NOW + 3000, "sub": "u1"}
    return "Bearer " + jwt({**given, **claims})


def bearer(rule, culprits, challenge, most="certain", least="possible", name="", server="kestrel", body="", auth=None, **claims):
    def told(folder):
        har = Har(server=server, client=AXIOS, base="https://api.contoso.test").ask("/health", 200)
        har.ask("/orders", 401, *([challenge] if challenge else []), auth=auth or token(**claims), body=body, content="application/json")
        return must(folder, {2: Found(rule, culprits, most, least)}, har=har)
    told.__name__ = name
    return case(told)


INVALID = 'Bearer error="invalid_token", error_description='
bearer_expired = bearer("BEARER-EXP-001", {"client"}, INVALID + "\"The token expired at '03/02/2026 06:00:00'\"", exp=NOW - 7200, iat=NOW - 9000, nbf=NOW - 9000, name="bearer_expired")
bearer_expired_by_the_claims_alone = bearer("BEARER-EXP-001", {"client"}, "Bearer", exp=NOW - 7200, iat=NOW - 9000, nbf=NOW - 9000, name="bearer_expired_by_the_claims_alone")
bearer_not_yet_valid = bearer("BEARER-NBF-002", {"client", "server", "unknown"}, INVALID + "\"The token is not valid before '03/02/2026 09:00:00'\"", nbf=NOW + 3600, iat=NOW, name="bearer_not_yet_valid")
bearer_for_another_audience = bearer("BEARER-AUD-003", {"client", "unknown", "server"}, INVALID + "\"The audience 'api://stock' is invalid\"", aud="api://stock", name="bearer_for_another_audience")
bearer_of_another_issuer = bearer("BEARER-AUD-003", {"client", "unknown", "server"}, INVALID + "\"The issuer 'https://sts.windows.net/x/' is invalid\"", iss="https://sts.windows.net/x/", name="bearer_of_another_issuer")
bearer_with_an_unknown_key = bearer("BEARER-SIG-004", {"client", "server", "unknown"}, INVALID + '"The signature key was not found"', name="bearer_with_an_unknown_key")
bearer_with_a_bad_signature = bearer("BEARER-SIG-004", {"client", "server", "unknown"}, INVALID + '"The signature is invalid"', name="bearer_with_a_bad_signature")
bearer_of_spring_expired = bearer("BEARER-EXP-001", {"client"}, 'Bearer error="invalid_token", error_description="An error occurred while attempting to decode the Jwt: Jwt expired at 2026-03-02T06:00:00Z", error_uri="https://tools.ietf.org/html/rfc6750#section-3.1"', exp=NOW - 7200, server="none", name="bearer_of_spring_expired")
bearer_of_spring_with_a_bad_signature = bearer("BEARER-SIG-004", {"client", "server", "unknown"}, 'Bearer error="invalid_token", error_description="An error occurred while attempting to decode the Jwt: Signed JWT rejected: Another algorithm expected, or no matching key(s) found", error_uri="https://tools.ietf.org/html/rfc6750#section-3.1"', server="none", name="bearer_of_spring_with_a_bad_signature")
bearer_opaque_refused = bearer({"BEARER-INVALID-008", "BEARER-NOERR-007"}, {"client", "unknown"}, 'Bearer realm="github.contoso.test", error="invalid_token"', "likely", auth="Bearer gho_16C7e42F292c6912E7710c838347Ae178B4a", server="nginx", name="bearer_opaque_refused")
bearer_valid_and_a_bare_challenge = bearer("BEARER-NOERR-007", {"unknown", "server"}, "Bearer", "possible", name="bearer_valid_and_a_bare_challenge")
bearer_undefined = bearer("BEARER-SYNTAX-005", {"client"}, INVALID + '""', "certain", "likely", auth="Bearer undefined", name="bearer_undefined")
bearer_twice = bearer("BEARER-SYNTAX-005", {"client"}, "Bearer", "certain", "likely", auth="Bearer Bearer abc.def.ghi", name="bearer_twice")


@case
def bearer_without_a_token_by_outlook(folder):
    """Outlook asks with an empty `Bearer` to learn where tokens come from; Exchange on premises without modern authentication answers with NTLM."""
    outlook = [("User-Agent", "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17328; Pro)"), ("X-ClientApplication", "Outlook/16.0.17328.20550")]
    har = Har(base="https://mail.contoso.test", client=outlook).ask("/mapi/emsmdb/?MailboxId=1", 401, *BOTH, method="POST", auth="Bearer")
    har.ask("/mapi/emsmdb/?MailboxId=1", 401, ntlm_type2(), method="POST", auth=ntlm_type1())
    har.ask("/mapi/emsmdb/?MailboxId=1", 200, method="POST", auth=ntlm_type3("alice", host="mail.contoso.test"), content="application/mapi-http")
    return innocent(folder, har=har)


@case
def bearer_without_a_token_for_ever(folder):
    outlook = [("User-Agent", "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17328; Pro)")]
    har = Har(base="https://mail.contoso.test", client=outlook)
    for c in range(1, 5):
        har.ask("/mapi/emsmdb/?MailboxId=1", 401, *BOTH, method="POST", auth="Bearer", c=c)
    return must(folder, {1: Found("BEARER-SYNTAX-005", {"client"}, "certain"), 4: Found("BEARER-SYNTAX-005", {"client"}, "certain")}, har=har)


@case
def docker_asks_the_registry_for_its_token_server(folder):
    docker = [("User-Agent", "docker/24.0.7 go/go1.20.10 git-commit/311b9ff kernel/6.1.0 os/linux arch/amd64 UpstreamClient(Docker-Client/24.0.7 \\(linux\\))")]
    challenge = 'Bearer realm="https://auth.contoso.test/token",service="registry.contoso.test"'
    har = Har(base="https://registry.contoso.test", client=docker, server="nginx")
    har.ask("/v2/", 401, challenge, body='{"errors":[{"code":"UNAUTHORIZED","message":"authentication required","detail":null}]}', content="application/json")
    har.ask("https://auth.contoso.test/token?service=registry.contoso.test&scope=repository:app:pull", 200, auth=basic("ci", "secret"), c=2, content="application/json", body='{"token":"x"}')
    har.ask("/v2/app/manifests/latest", 200, auth="Bearer " + jwt({"aud": "registry.contoso.test", "exp": NOW + 300, "nbf": NOW, "access": []}))
    return innocent(folder, har=har)


@case
def refreshes_its_token(folder):
    """The first token is over, a new one is fetched and used: the 401 is what told the client."""
    har = Har(server="kestrel", client=AXIOS, base="https://api.contoso.test")
    har.ask("/orders", 401, INVALID + "\"The token expired at '03/02/2026 07:59:00'\"", auth=token(exp=NOW - 60, iat=NOW - 3660, nbf=NOW - 3660), body="")
    har.ask("https://login.contoso.test/oauth2/token", 200, method="POST", c=2, sent="grant_type=refresh_token&refresh_token=x", content="application/json", body='{"access_token":"x"}')
    har.ask("/orders", 200, auth=token(iat=NOW, nbf=NOW))
    return must(folder, {1: Found("BEARER-EXP-001", {"client"}, "certain")}, har=har)


@case
def scope_is_missing(folder):
    har = Har(server="kestrel", client=AXIOS, base="https://api.contoso.test")
    har.ask("/orders", 403, auth=token(), answer=[("WWW-Authenticate", 'Bearer error="insufficient_scope", scope="orders.write"')])
    return must(folder, {1: Found("BEARER-SCOPE-006", {"client", "server", "unknown"}, "certain", "likely")}, har=har)


@case
def tokens_that_are_accepted(folder):
    har = Har(server="kestrel", client=AXIOS, base="https://api.contoso.test")
    har.ask("/orders", 200, auth=token()).ask("/orders/1", 404, auth=token()).ask("/opaque", 200, auth="Bearer gho_16C7e42F292c6912E7710c838347Ae178B4a")
    return innocent(folder, har=har)
