"""Logs of IIS in which nothing is wrong, or only one thing among many that are right."""
from expecting import Found, innocent, must
from log_writing import ALICE, BOB, FIREFOX, IE6, IIS6, IIS10, IIS75, IIS85, W3cLog
from writing import case


# Healthy logins, as each version writes them

@case
def iis6_login_has_its_codes_the_other_way_round(folder):
    log = W3cLog(IIS6, agent=IE6)
    for path in "/", "/style.css":
        log.row("08:00:01", path, "401 2 2148074254").row("08:00:01", path, "401 1 0").row("08:00:01", path, "200 0 0", ALICE)
    return innocent(folder, ex260302=log)


@case
def iis75_page_load_over_several_connections(folder):
    """Six connections of one browser log in at the same time: the legs of their logins lie between each other."""
    log, pages = W3cLog(IIS75), ["/site.css", "/jquery.js", "/logo.png", "/menu.js", "/print.css"]
    log.ntlm_login("08:00:01", "/", ALICE)
    for answer in "401 2 5", "401 1 2148074254":
        for page in pages:
            log.row("08:00:02", page, answer)
    for page in pages:
        log.row("08:00:02", page, "200 0 0", ALICE)
    log.row("08:00:02", "/favicon.ico", "404 0 2", ALICE)
    return innocent(folder, u_ex260302=log)


@case
def iis85_not_modified_after_the_login(folder):
    log = W3cLog(IIS85)
    log.ntlm_login("08:00:01", "/default.aspx", ALICE).ntlm_login("08:00:01", "/logo.png", ALICE, "304 0 0", referer="http://web01/default.aspx")
    log.row("08:00:03", "/other.png", "304 0 0", ALICE, referer="http://web01/default.aspx")
    return innocent(folder, u_ex260302=log)


@case
def iis10_kerberos_takes_one_refusal(folder):
    log = W3cLog(IIS10, port=443)
    log.row("08:00:01", "/", "401 2 5").row("08:00:01", "/", "200 0 0", ALICE, took=15)
    for path in "/app.js", "/app.css", "/api/me":
        log.row("08:00:02", path, "200 0 0", ALICE)
    log.row("08:00:02", "/favicon.ico", "404 0 2", ALICE)
    return innocent(folder, u_ex260302=log)


@case
def iis10_kerberos_again_for_each_new_connection(folder):
    log = W3cLog(IIS10)
    for minute in range(0, 30, 5):
        log.row(f"08:{minute:02}:01", "/poll", "401 2 5").row(f"08:{minute:02}:01", "/poll", "200 0 0", ALICE)
    return innocent(folder, u_ex260302=log)


@case
def iis10_login_again_after_the_connection_was_idle(folder):
    log = W3cLog(IIS10)
    log.ntlm_login("08:00:01", "/list", ALICE)
    log.row("08:00:09", "/list?page=2", "200 0 0", ALICE)
    log.ntlm_login("08:14:40", "/list?page=3", ALICE)
    return innocent(folder, u_ex260302=log)


@case
def outlook_for_mac_logs_in_for_every_request(folder):
    log = W3cLog(IIS10, port=443, agent="MacOutlook/16.78.3.24102719+(Intelx64+Mac+OS+X+Version+14.5+(Build+23F79))")
    for second in range(12):
        log.ntlm_login(f"08:00:{second:02}", "/EWS/Exchange.asmx", ALICE, method="POST")
    return innocent(folder, u_ex260302=log)


@case
def autodiscover_by_basic(folder):
    log = W3cLog(IIS10, port=443, agent="Microsoft+Office/16.0+(Windows+NT+10.0;+Microsoft+Outlook+16.0.17328;+Pro)")
    log.row("08:00:01", "/autodiscover/autodiscover.xml", "401 0 0", method="POST", took=0)
    log.row("08:00:01", "/autodiscover/autodiscover.xml", "200 0 0", "alice@contoso.test", method="POST", took=62)
    return innocent(folder, u_ex260302=log)


@case
def web_folder_asks_options_first(folder):
    log = W3cLog(IIS10, agent="Microsoft-WebDAV-MiniRedir/10.0.19045")
    log.row("08:00:01", "/", "200 0 0", method="OPTIONS")
    log.ntlm_login("08:00:01", "/docs", ALICE, "207 0 0", method="PROPFIND")
    log.row("08:00:01", "/docs/plan.docx", "207 0 0", ALICE, method="PROPFIND")
    return innocent(folder, u_ex260302=log)


@case
def fields_change_when_the_service_restarts(folder):
    log = W3cLog(IIS75).ntlm_login("08:00:01", "/", ALICE)
    log.begin(IIS10).ntlm_login("08:10:01", "/", ALICE)
    return innocent(folder, u_ex260302=log)


# Several people

@case
def two_people_behind_one_address(folder):
    log = W3cLog(IIS10, client="192.0.2.1")
    for answer, users in ("401 2 5", "--"), ("401 1 2148074254", "--"), ("200 0 0", [ALICE, BOB]):
        log.row("08:00:01", "/", answer, users[0], agent=FIREFOX).row("08:00:01", "/", answer, users[1])
    for second in range(2, 8):
        log.row(f"08:00:0{second}", "/news", "200 0 0", BOB).row(f"08:00:0{second}", "/mail", "200 0 0", ALICE, agent=FIREFOX)
    return innocent(folder, u_ex260302=log)


@case
def two_people_with_the_same_browser_behind_one_address(folder):
    log = W3cLog(IIS10, client="192.0.2.1")
    log.ntlm_login("08:00:01", "/", ALICE).ntlm_login("08:00:02", "/", BOB)
    for second in range(3, 9):
        log.row(f"08:00:0{second}", "/a", "200 0 0", ALICE).row(f"08:00:0{second}", "/b", "200 0 0", BOB)
    log.ntlm_login("08:00:10", "/c", ALICE)
    return innocent(folder, u_ex260302=log, never={"NTLM-POOL-003", "NTLM-POOL-001", "AMBIENT-CACHE-001"})


@case
def one_of_two_people_behind_one_address_mistypes(folder):
    log = W3cLog(IIS10, client="192.0.2.1")
    log.ntlm_login("08:00:01", "/", ALICE)
    log.row("08:00:02", "/", "401 2 5", agent=FIREFOX).row("08:00:02", "/", "401 1 2148074254", agent=FIREFOX)
    log.row("08:00:02", "/x.css", "200 0 0", ALICE).row("08:00:03", "/", "401 1 2148074252", agent=FIREFOX)
    log.row("08:00:09", "/y.css", "200 0 0", ALICE)
    return must(folder, {7: Found("NTLM-FAIL-001", {"client", "unknown"}, "likely")}, u_ex260302=log)


@case
def service_account_and_person_from_one_machine(folder):
    """A machine's own account and its user: both log in, nobody is served as somebody else."""
    log = W3cLog(IIS10)
    log.row("08:00:01", "/", "401 2 5", agent="-").row("08:00:01", "/", "200 0 0", "CONTOSO\\PC1$", agent="-")
    log.ntlm_login("08:00:02", "/", ALICE)
    return innocent(folder, u_ex260302=log)
