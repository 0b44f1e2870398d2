"""What IIS's logs, HTTP.sys's logs and traces say of refusals."""
from log_writing import ALICE, CRAWLER, FIREFOX, IE6, IIS6, IIS10, IIS75, W3cLog, freb, httperr
from expecting import Found, innocent, must
from scheme_tokens import ntlm_type3
from writing import case

BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"


# Refused, by the code in the row

def refused(code, user="-", first="401 2 5", second="401 1 2148074254", **other):
    log = W3cLog(IIS10, **other)
    log.row("08:00:01", "/", first)
    if second:
        log.row("08:00:01", "/", second)
    return log.row("08:00:01", "/", f"401 1 {code}", user)


@case
def wrong_password_then_the_right_one(folder):
    log = refused(2148074252)
    log.row("08:00:20", "/", "401 1 2148074254").row("08:00:20", "/", "200 0 0", ALICE)
    return must(folder, {3: Found("NTLM-FAIL-001", {"client", "unknown"}, "likely")}, u_ex260302=log)


@case
def wrong_password_of_basic_in_the_signed_form(folder):
    log = refused(-1073741715, "alice", second=None)
    return must(folder, {2: Found({"BASIC-BAD-001", "NTLM-FAIL-001"}, {"client", "unknown"}, "likely")}, u_ex260302=log)


@case
def wrong_password_of_basic(folder):
    log = refused(1326, "alice", second=None, port=443)
    return must(folder, {2: Found("BASIC-BAD-001", {"client", "unknown"}, "likely")}, u_ex260302=log)


@case
def locked_account(folder):
    log = refused(1909, "alice", second=None)
    return must(folder, {2: Found("ACCT-LOCK-001", {"client", "server", "unknown"}, "certain")}, u_ex260302=log)


@case
def disabled_account(folder):
    log = refused(1331, "alice", second=None)
    return must(folder, {2: Found("ACCT-STATE-001", {"client", "server", "unknown"}, "certain")}, u_ex260302=log)


@case
def expired_password(folder):
    log = refused(1330, "alice", second=None)
    return must(folder, {2: Found("ACCT-STATE-001", {"client", "server", "unknown"}, "certain")}, u_ex260302=log)


@case
def right_to_log_on_not_granted(folder):
    log = refused(1385)
    return must(folder, {3: Found("ACCT-STATE-001", {"client", "server", "unknown"}, "certain")}, u_ex260302=log)


@case
def no_domain_controller(folder):
    log = W3cLog(IIS10)
    for client in "10.0.0.9", "10.0.0.10", "10.0.0.11":
        log.row("08:00:01", "/", "401 2 5", client=client).row("08:00:01", "/", "401 1 2148074254", client=client)
        log.row("08:00:16", "/", "401 1 1311", client=client, took=15012)
    return must(folder, {n: Found("DC-REACH-001", {"server", "network"}, "certain", "likely") for n in (3, 6, 9)}, u_ex260302=log)


@case
def no_domain_controller_in_the_code_of_ntlm(folder):
    log = refused(2148074257)
    return must(folder, {3: Found("DC-REACH-001", {"server", "network"}, "certain", "likely")}, u_ex260302=log)


@case
def kernel_mode_switched_without_a_restart(folder):
    log = W3cLog(IIS75).row("10:00:00", "/whoami.aspx", "401 2 5", took=105).row("10:00:00", "/whoami.aspx", "401 1 2148074245", took=18)
    return must(folder, {2: Found("IIS-PKG-001", {"server"}, "certain", "likely")}, u_ex260302=log)


@case
def bad_channel_binding(folder):
    log = refused(2148074310, port=443)
    return must(folder, {3: Found("CBT-LOG-005", {"unknown", "intermediary"}, "certain", "possible")}, u_ex260302=log)


@case
def clocks_apart(folder):
    log = refused(2148074276, second=None)
    return must(folder, {2: Found("KRB-SKEW-005", {"client", "server", "unknown"}, "certain")}, u_ex260302=log)


@case
def ticket_for_another_account(folder):
    log = refused(2148074274, second=None)
    return must(folder, {2: Found("KRB-SPN-002", {"server"}, "certain")}, u_ex260302=log)


@case
def answer_to_a_challenge_of_another_server(folder):
    """Two servers behind a balancer that spreads connections or requests, their logs put together."""
    log = W3cLog(IIS10, client="10.0.0.200")
    log.ntlm_login("07:59:40", "/", ALICE, server="10.0.0.5").ntlm_login("07:59:50", "/", ALICE, server="10.0.0.6")
    for second in 1, 3, 5:
        log.row(f"08:00:0{second}", "/", "401 2 5", server="10.0.0.5").row(f"08:00:0{second}", "/", "401 1 2148074254", server="10.0.0.5")
        log.row(f"08:00:0{second}", "/", "401 1 2148074248", server="10.0.0.6")
    found = Found({"NTLM-POOL-002", "NTLM-POOL-005", "NTLM-POOL-006"}, {"intermediary", "unknown"}, "likely")
    return must(folder, {n: found for n in (9, 12, 15)}, also={"CLIENT-NOAUTH-001"}, never={"NTLM-FAIL-001", "ACCT-LOCK-001"}, u_ex260302=log)


@case
def token_the_server_could_not_use(folder):
    log = refused(2148074248)
    found = Found({"NTLM-POOL-002", "NTLM-POOL-005", "NTLM-POOL-006"}, {"unknown", "intermediary"}, "possible")
    return must(folder, {3: found}, never={"NTLM-FAIL-001"}, u_ex260302=log)


@case
def cold_application_refuses_the_first_token(folder):
    log = W3cLog(IIS75, agent="-")
    log.row("08:00:05", "/service.asmx", "401 1 2148074254", method="POST", took=5005)
    log.row("08:00:40", "/health", "200 0 0", client="10.0.0.250")
    return must(folder, {1: Found("PREAUTH-COLD-001", {"server"}, "likely")}, u_ex260302=log)


@case
def cold_application_and_a_client_that_logs_in_without_being_asked(folder):
    """The same row, but the client goes on: the ordinary second leg of a login, slow because the application was starting."""
    log = W3cLog(IIS75, agent="-")
    log.row("08:00:05", "/service.asmx", "401 1 2148074254", method="POST", took=5005)
    log.row("08:00:05", "/service.asmx", "200 0 0", "CONTOSO\\svc-app", method="POST", took=31)
    return innocent(folder, u_ex260302=log)


@case
def anonymous_account_with_a_wrong_password(folder):
    log = W3cLog(IIS75)
    for number, path in enumerate(["/", "/logo.png", "/about", "/contact"]):
        log.row(f"08:00:0{number}", path, "401 1 1326", client=f"10.0.0.{9 + number}", agent=[FIREFOX, IE6][number % 2])
    return must(folder, {n: Found("IIS-4011-ANON", {"server"}, "likely") for n in (2, 3, 4)}, also={"IIS-4011-ANON", "UNKNOWN-401"},
                never={"BASIC-BAD-001", "NTLM-LOOP-003", "NTLM-FAIL-001"}, u_ex260302=log)


@case
def web_deploy_with_a_wrong_password(folder):
    log = W3cLog(IIS75, port=8172, agent="-")
    log.row("15:50:12", "/msdeploy.axd?site=default%20web%20site", "401 2 5", method="POST", took=1653)
    log.row("15:50:12", "/msdeploy.axd?site=default%20web%20site", "401 1 1326", "user1", method="POST", took=124)
    return must(folder, {2: Found({"IIS-WMSVC-001", "BASIC-BAD-001"}, {"client", "unknown"}, "certain")}, u_ex260302=log)


# Refused, by the substatus

@case
def access_list(folder):
    log = W3cLog(IIS10).ntlm_login("08:00:01", "/", ALICE).row("08:00:04", "/hr/salaries.xlsx", "401 3 5", ALICE)
    return must(folder, {4: Found("IIS-4013-ACL", {"server"}, "certain", "certain")}, u_ex260302=log)


@case
def filter_application_and_policy(folder):
    log = W3cLog(IIS6, agent=IE6)
    log.row("08:00:01", "/a.htm", "401 4 0").row("08:00:02", "/cgi/b.dll", "401 5 0", ALICE).row("08:00:03", "/c", "401 7 5", ALICE)
    found = {1: Found("IIS-4014-FILTER", {"server"}, "certain"), 2: Found("IIS-4015-APP", {"server"}, "certain"),
             3: Found("IIS-4017-URLAUTH6", {"server"}, "certain")}
    return must(folder, found, ex260302=log)


@case
def too_many_requests_from_one_address(folder):
    log = W3cLog(IIS10)
    for second in range(6):
        log.row(f"08:00:0{second}", "/", "200 0 0")
    log.row("08:00:06", "/", "401 501 0").row("08:00:06", "/", "401 502 0").row("08:00:07", "/", "401 503 5", client="203.0.113.7")
    return must(folder, {n: Found("IIS-401501-DYNIP", {"server", "client"}, "certain", "certain") for n in (7, 8, 9)}, u_ex260302=log)


@case
def crawler_never_answers(folder):
    log = W3cLog(IIS10, client="66.249.66.1", agent=CRAWLER)
    for number in range(60):
        log.row(f"08:{number:02}:00", f"/page/{number}", "401 2 5")
    return must(folder, {n: Found("CLIENT-NOAUTH-001", {"client", "unknown"}, "likely") for n in (1, 30, 60)}, u_ex260302=log)


@case
def balancer_asks_whether_the_server_lives(folder):
    log = W3cLog(IIS10).ntlm_login("08:00:00", "/", ALICE)
    for number in range(1, 6):
        log.row(f"08:0{number}:00", "/", "401 2 5", method="HEAD", client="10.0.0.250", agent="-", took=0)
    log.row("08:06:00", "/x", "200 0 0", ALICE)
    return must(folder, {n: Found("CLIENT-NOAUTH-001", {"client", "unknown"}, "likely") for n in range(4, 9)}, u_ex260302=log)


@case
def application_without_substatus_refuses(folder):
    """An ASP.NET Core application checks its own tokens: IIS knows neither user nor reason."""
    log = W3cLog(IIS10, agent="axios/1.7.2").row("08:00:01", "/api/orders", "200 0 0").row("08:00:05", "/api/orders", "401 0 0")
    log.row("08:00:06", "/api/orders", "401 0 0")
    unsure = Found({"UNKNOWN-401", "IIS-4015-APP", "CLIENT-NOAUTH-001"}, {"unknown", "server", "client"}, "possible")
    return must(folder, {2: unsure, 3: unsure}, u_ex260302=log)


@case
def stops_after_the_challenge(folder):
    log = W3cLog(IIS10).row("08:00:01", "/", "401 2 5").row("08:00:01", "/", "401 1 2148074254")
    unsure = Found({"UNKNOWN-401", "CLIENT-NOAUTH-001", "NTLM-PING-001", "NTLM-BLOCK-001", "NTLM-FLAGS-001", "PREAUTH-COLD-001"},
                   {"client", "unknown"}, "possible")
    return must(folder, {2: unsure}, never={"NTLM-FAIL-001"}, u_ex260302=log)


@case
def preflight_of_a_page_elsewhere(folder):
    log = W3cLog(IIS10, port=443)
    log.row("08:00:01", "/api/orders", "401 2 5", method="OPTIONS", referer="https://shop.contoso.test/")
    return must(folder, {1: Found({"CORS-PREFLIGHT-001", "CLIENT-NOAUTH-001"}, {"server", "client", "unknown"}, "likely")}, u_ex260302=log)


# HTTP.sys and traces

@case
def idle_connections_are_closed(folder):
    log = W3cLog(IIS10).ntlm_login("08:00:01", "/", ALICE)
    errors = httperr("2026-03-02 08:02:02 10.0.0.9 50123 10.0.0.5 80 - - - - - - Timer_ConnectionIdle -",
                     "2026-03-02 08:02:03 10.0.0.9 50124 10.0.0.5 80 - - - - - - Timer_ConnectionIdle -")
    return innocent(folder, u_ex260302=log, httperr1=errors)


@case
def head_too_long_for_http_sys(folder):
    errors = httperr("2026-03-02 08:02:02 10.0.0.9 50123 10.0.0.5 80 HTTP/1.1 GET /portal - 400 - FieldLength -")
    return must(folder, {}, also={"TIME-HTTPERR-001", "KRB-BIG-001", "COOKIE-BIG-001"}, httperr1=errors)


@case
def trace_of_url_authorisation(folder):
    trace = freb("http://web01:80/admin/", 401, 2, 2147942405, "UrlAuthorizationModule", ALICE, "NTLM", notification="AUTHORIZE_REQUEST")
    return must(folder, {1: Found("IIS-4012-URLAUTHZ", {"server"}, "certain", "likely")}, fr000001=trace)


@case
def trace_of_a_refused_address(folder):
    trace = freb("http://web01:80/", 401, 503, 2147942405, "IpRestrictionModule", notification="BEGIN_REQUEST")
    return must(folder, {1: Found("IIS-401501-DYNIP", {"server", "client"}, "certain", "certain")}, fr000001=trace)


@case
def trace_of_a_refused_login(folder):
    trace = freb("http://web01:80/", 401, 1, 2148074252, "WindowsAuthenticationModule",
                 headers="Connection: keep-alive\r\nHost: web01\r\nUser-Agent: Mozilla/5.0\r\n")
    return must(folder, {1: Found({"NTLM-FAIL-001", "KRB-REFUSED-008"}, {"client", "unknown"}, "likely")}, fr000001=trace)


@case
def trace_of_the_first_leg_of_a_login(folder):
    """A trace rule for 401 catches the ordinary first request of every login; the log shows how it went on."""
    trace = freb("http://web01:80/", 401, 2, 2147942405, "IIS Web Core", headers=f"Connection: keep-alive\r\nHost: web01\r\nUser-Agent: {BROWSER}\r\n")
    log = W3cLog(IIS10, agent=BROWSER.replace(" ", "+")).ntlm_login("08:00:07", "/", ALICE)
    return innocent(folder, fr000001=trace, u_ex260302=log)


@case
def trace_and_log_of_a_refused_login(folder):
    """One story, told by three rows and a trace of the last leg: alice's account is disabled."""
    headers = f"Connection: keep-alive\r\nAuthorization: {ntlm_type3('alice')}\r\nHost: web01\r\nUser-Agent: {BROWSER}\r\n"
    trace = freb("http://web01:80/", 401, 1, 2147943731, "WindowsAuthenticationModule", headers=headers)
    log = W3cLog(IIS10, agent=BROWSER.replace(" ", "+")).row("08:00:07", "/", "401 2 5").row("08:00:07", "/", "401 1 2148074254")
    log.row("08:00:07", "/", "401 1 1331")
    return must(folder, {3: Found("ACCT-STATE-001", {"client", "server", "unknown"}, "certain", "likely")}, u_ex260302=log, fr000001=trace)


@case
def trace_of_url_authorisation_beside_its_row(folder):
    trace = freb("http://web01:80/admin/", 401, 2, 2147942405, "UrlAuthorizationModule", ALICE, "NTLM", notification="AUTHORIZE_REQUEST",
                 headers=f"Connection: keep-alive\r\nHost: web01\r\nUser-Agent: {BROWSER}\r\n")
    log = W3cLog(IIS10, agent=BROWSER.replace(" ", "+")).ntlm_login("08:00:02", "/", ALICE).row("08:00:07", "/admin/", "401 2 5", ALICE)
    return must(folder, {4: Found("IIS-4012-URLAUTHZ", {"server"}, "certain", "likely")}, u_ex260302=log, fr000001=trace)
