"""Cases that look like one thing and are another."""
from expecting import Found, innocent, must
from har_writing import AXIOS, CURL, DOTNET, Har
from log_writing import ALICE, BOB, FIREFOX, IIS10, IIS85, W3cLog
from scheme_tokens import basic, digest, jwt, kerberos, kerberos_done, krb_error, ntlm_type1, ntlm_type2, ntlm_type3
from writing import case

BOTH = ("Negotiate", "NTLM")
NOW = 1772438400
MARKED = [("Via", "1.1 web-gw01"), ("X-Forwarded-For", "10.0.0.9")]


def login(har, user="alice", path="/", c=1, host="web01.contoso.test"):
    return har.ask(path, 401, *BOTH, c=c).ask(path, 401, ntlm_type2(), auth=ntlm_type1(), c=c).ask(path, 200, auth=ntlm_type3(user, host=host), c=c)


# Kerberos and Negotiate

@case
def falls_back_to_ntlm_after_the_ticket_was_refused_and_gets_in(folder):
    """The ticket is refused, the browser then logs in by NTLM: one leg failed, the user sees the page."""
    har = Har().ask("/", 401, *BOTH).ask("/", 401, krb_error(41), "NTLM", auth=kerberos()).ask("/", 401, ntlm_type2(), auth=ntlm_type1(), c=2)
    har.ask("/", 200, auth=ntlm_type3("alice"), c=2)
    return must(folder, {2: Found("KRB-SPN-002", {"server"}, "certain", "likely")}, har=har)


@case
def two_sites_one_with_a_bad_name(folder):
    """app1 takes tickets, app2 refuses them: the account of app2 is at fault, nobody at app1."""
    har = Har().ask("http://app1.contoso.test/", 401, *BOTH).ask("http://app1.contoso.test/", 200, kerberos_done(), auth=kerberos(host="app1.contoso.test"))
    har.ask("http://app2.contoso.test/", 401, *BOTH, c=2)
    har.ask("http://app2.contoso.test/", 401, krb_error(41, sname=("HTTP", "app2.contoso.test")), "NTLM", auth=kerberos(host="app2.contoso.test"), c=2)
    return must(folder, {4: Found("KRB-SPN-002", {"server"}, "certain", "likely")}, har=har)


@case
def mit_server_with_a_wrong_keytab(folder):
    har = Har(server="apache", base="http://intra.contoso.test", client=CURL).ask("/", 401, "Negotiate")
    har.ask("/", 401, krb_error(31, sname=("HTTP", "intra.contoso.test")), auth=kerberos(host="intra.contoso.test"))
    return must(folder, {2: Found("KRB-SPN-002", {"server"}, "certain", "likely")}, har=har)


@case
def clock_of_the_server_is_an_hour_late(folder):
    har = Har().ask("/", 401, *BOTH).ask("/", 401, krb_error(37, stime="20260302070001Z"), "NTLM", auth=kerberos())
    return must(folder, {2: Found("KRB-SKEW-005", {"client", "server", "unknown"}, "certain", "likely")}, never={"KRB-TKT-006"}, har=har)


@case
def ticket_sent_twice_by_a_retrying_proxy(folder):
    """The same bytes on two connections: the second is a replay."""
    same = kerberos()
    har = Har("HTTP Toolkit", client=DOTNET).ask("/", 200, kerberos_done(), auth=same, c=1).ask("/", 401, krb_error(34), "NTLM", auth=same, c=2)
    return must(folder, {2: Found({"KRB-REPLAY-007", "KRB-TKT-006"}, {"client", "intermediary", "unknown"}, "certain", "likely")}, har=har)


@case
def two_people_by_kerberos_at_one_site(folder):
    har = Har().ask("/", 401, *BOTH).ask("/", 200, kerberos_done(), auth=kerberos(user="alice"))
    har.ask("/", 401, *BOTH, c=2).ask("/", 200, kerberos_done(), auth=kerberos(user="bob"), c=2).ask("/x", 200, c=1).ask("/x", 200, c=2)
    return innocent(folder, har=har)


# Basic, Digest, Bearer

@case
def basic_is_wrong_for_one_site_and_right_for_another(folder):
    har = Har(server="nginx", client=CURL).ask("http://a.test/", 200, auth=basic("ci", "one")).ask("http://b.test/", 401, 'Basic realm="b"', auth=basic("ci", "one"), c=2)
    return must(folder, {2: Found("BASIC-BAD-001", {"client", "unknown"}, "likely")}, har=har)


@case
def basic_was_right_until_the_password_changed(folder):
    har = Har(server="nginx", client=CURL)
    for minute in range(4):
        har.ask("/poll", 200, auth=basic("ci", "one"), after=60)
    for minute in range(3):
        har.ask("/poll", 401, 'Basic realm="x"', auth=basic("ci", "one"), after=60)
    rules = {"BASIC-BAD-001", "NTLM-LOOP-003"}
    return must(folder, {5: Found("BASIC-BAD-001", {"client", "server", "unknown"}, "likely"), 7: Found(rules, {"client", "server", "unknown"}, "certain")},
                also=rules | {"ACCT-LOCK-001"}, har=har)


@case
def digest_and_basic_are_offered_and_digest_works(folder):
    challenge = 'Digest qop="auth",algorithm=MD5-sess,nonce="+Upgraded+v1b5f3a",charset=utf-8,realm="Digest"'
    har = Har().ask("/", 401, challenge, 'Basic realm="web01"').ask("/", 200, auth=digest("alice", "x", "Digest", "+Upgraded+v1b5f3a", "GET", "/"))
    return innocent(folder, har=har)


@case
def digest_stale_for_every_request(folder):
    """Each nonce is good for one request: twice the traffic, no failure."""
    har = Har(server="apache", client=CURL).ask("/0", 401, 'Digest realm="R", nonce="n0", algorithm=MD5, qop="auth"')
    for n in range(3):
        har.ask(f"/{n}", 200, auth=digest("alice", "x", "R", f"n{n}", "GET", f"/{n}"))
        if n < 2:
            har.ask(f"/{n + 1}", 401, f'Digest realm="R", nonce="n{n + 1}", algorithm=MD5, qop="auth", stale=true', auth=digest("alice", "x", "R", f"n{n}", "GET", f"/{n + 1}", 2))
    return innocent(folder, har=har)


@case
def clock_of_the_client_is_wrong_but_the_token_is_good(folder):
    """The record's own clock is a year late: the token looks as if it were of the future, and the server accepts it."""
    har = Har(server="kestrel", client=AXIOS, base="https://api.contoso.test", start="2025-03-02T08:00:00")
    har.ask("/orders", 200, auth="Bearer " + jwt({"aud": "api", "nbf": NOW, "iat": NOW, "exp": NOW + 3600}))
    return innocent(folder, har=har)


@case
def expired_a_minute_ago_is_within_what_servers_forgive(folder):
    """.NET forgives five minutes; the refusal has another reason, which the bare challenge does not tell."""
    har = Har(server="kestrel", client=AXIOS, base="https://api.contoso.test")
    har.ask("/orders", 401, "Bearer", auth="Bearer " + jwt({"aud": "api", "nbf": NOW - 3600, "iat": NOW - 3600, "exp": NOW - 20}), body="")
    return must(folder, {1: Found({"BEARER-NOERR-007", "BEARER-EXP-001"}, {"client", "unknown", "server"}, "likely")}, har=har)


@case
def token_of_another_tenant_and_a_text_nobody_knows(folder):
    har = Har(server="none", client=AXIOS, base="https://graph.test")
    har.ask("/v1.0/me", 401, 'Bearer realm="", authorization_uri="https://login.test/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"',
            auth="Bearer " + jwt({"aud": "https://other.test", "exp": NOW + 600, "nbf": NOW}), content="application/json",
            body='{"error":{"code":"InvalidAuthenticationToken","message":"Access token validation failure. Invalid audience."}}')
    return must(folder, {1: Found({"BEARER-AUD-003", "BEARER-NOERR-007"}, {"client", "unknown", "server"}, "certain")}, har=har)


@case
def git_asks_without_and_then_with_a_token(folder):
    git = [("User-Agent", "git/2.43.0"), ("Accept", "*/*"), ("Accept-Encoding", "deflate, gzip, br, zstd"), ("Git-Protocol", "version=2")]
    har = Har(base="https://git.contoso.test", client=git, server="nginx").ask("/team/app.git/info/refs?service=git-upload-pack", 401, 'Basic realm="Git"')
    har.ask("/team/app.git/info/refs?service=git-upload-pack", 200, auth=basic("ci", "glpat-xyz"), content="application/x-git-upload-pack-advertisement")
    har.ask("/team/app.git/git-upload-pack", 200, method="POST", auth=basic("ci", "glpat-xyz"))
    return innocent(folder, har=har)


@case
def wpad_and_icons_without_a_login(folder):
    """A browser never asks a person to log in for these."""
    har = login(Har()).ask("/favicon.ico", 401, *BOTH, c=2).ask("/next", 200)
    return innocent(folder, har=har)


@case
def crossdomain_picture_with_a_login_of_its_own_is_left_out(folder):
    har = login(Har())
    picture = [("Sec-Fetch-Dest", "image"), ("Sec-Fetch-Mode", "no-cors"), ("Sec-Fetch-Site", "cross-site")]
    har.ask("http://img.other.test/a.png", 401, 'Basic realm="img"', c=2, send=picture, server="nginx").ask("/next", 200, after=40)
    return must(folder, {4: Found({"CLIENT-NOAUTH-001", "CORS-CRED-002"}, {"client", "unknown", "server"}, "likely")}, har=har)


# Proxies

@case
def proxy_login_by_ntlm_in_a_tunnel_and_basic_inside(folder):
    har = Har("HTTP Toolkit", server="none", client=CURL)
    har.ask("api.test:443", 407, "NTLM", method="CONNECT").ask("api.test:443", 407, ntlm_type2(server="PROXY01"), proxy_auth=ntlm_type1(), method="CONNECT")
    har.ask("api.test:443", 200, proxy_auth=ntlm_type3("alice", server="PROXY01"), method="CONNECT")
    har.ask("https://api.test/", 200, auth=basic("ci", "s"), c=2)
    return innocent(folder, har=har)


@case
def proxy_refuses_the_ntlm_login_of_a_tunnel(folder):
    har = Har("HTTP Toolkit", server="none", client=CURL)
    har.ask("api.test:443", 407, "NTLM", method="CONNECT").ask("api.test:443", 407, ntlm_type2(server="PROXY01"), proxy_auth=ntlm_type1(), method="CONNECT")
    har.ask("api.test:443", 407, "NTLM", proxy_auth=ntlm_type3("alice", server="PROXY01"), method="CONNECT")
    return must(folder, {3: Found({"NTLM-FAIL-001", "PROXY-407-001"}, {"client", "unknown"}, "likely")}, har=har)


@case
def proxy_answers_in_the_name_of_the_site(folder):
    """A portal of the network redirects plain pages to its form: no login of HTTP at all."""
    har = Har("HTTP Toolkit", base="http://news.test", server="none").ask("/", 302, answer=[("Location", "http://portal.contoso.test/login?url=http://news.test/")])
    har.ask("http://portal.contoso.test/login?url=http://news.test/", 200, c=2)
    return innocent(folder, har=har)


# Logs

@case
def two_sites_of_one_server_in_one_log(folder):
    log = W3cLog(IIS85).ntlm_login("08:00:01", "/", ALICE, port=8080).ntlm_login("08:00:02", "/", BOB, client="10.0.0.10", port=80)
    return innocent(folder, u_ex260302=log)


@case
def kerberos_person_and_a_crawler_at_once(folder):
    log = W3cLog(IIS10)
    for n in range(5):
        log.row(f"08:00:0{n}", f"/p{n}", "401 2 5", client="10.0.0.200", agent="SharePoint+Search+Crawler")
        log.row(f"08:00:0{n}", f"/p{n}", "200 0 0", r"CONTOSO\svc-crawl", client="10.0.0.200", agent="SharePoint+Search+Crawler")
        log.row(f"08:00:0{n}", f"/p{n}", "200 0 0", ALICE)
    return innocent(folder, u_ex260302=log)


@case
def person_mistypes_thrice_and_is_locked(folder):
    log = W3cLog(IIS10, agent=FIREFOX, port=443)
    for n in range(3):
        log.row(f"08:00:{n}0", "/", "401 1 1326", "alice")
    log.row("08:00:40", "/", "401 1 1909", "alice")
    return must(folder, {1: Found("BASIC-BAD-001", {"client", "unknown"}, "likely"), 4: Found("ACCT-LOCK-001", {"client", "server", "unknown"}, "certain", "likely")},
                also={"NTLM-LOOP-003", "ACCT-LOCK-001"}, u_ex260302=log)


@case
def head_requests_of_a_monitor_that_logs_in(folder):
    log = W3cLog(IIS10, agent="PRTG+Network+Monitor+(www.paessler.com)")
    for n in range(5):
        log.ntlm_login(f"08:0{n}:00", "/health", r"CONTOSO\svc-mon", method="HEAD")
    return innocent(folder, u_ex260302=log)


@case
def preflight_that_iis_refuses_with_a_page_beside_it(folder):
    log = W3cLog(IIS10, port=443)
    log.row("08:00:01", "/api/x", "401 2 5", method="OPTIONS").row("08:00:02", "/", "401 2 5").row("08:00:02", "/", "200 0 0", ALICE)
    return must(folder, {1: Found({"CORS-PREFLIGHT-001", "CLIENT-NOAUTH-001"}, {"server", "client", "unknown"}, "likely")}, u_ex260302=log)


@case
def wrong_names_in_a_log_of_ipv6(folder):
    log = W3cLog(IIS10, server="fe80::1ff:fe23:4567:890a%4", client="fe80::1ff:fe23:4567:890b%4").ntlm_login("08:00:01", "/", ALICE)
    return innocent(folder, u_ex260302=log)


@case
def ticket_and_log_of_a_denied_user(folder):
    """A ticket was good, the file is not for her: the log has her name and 401.3."""
    log = W3cLog(IIS10).row("08:00:01", "/", "401 2 5").row("08:00:01", "/", "401 3 5", ALICE)
    return must(folder, {2: Found("IIS-4013-ACL", {"server"}, "certain", "certain")}, u_ex260302=log)
