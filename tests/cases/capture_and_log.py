"""A capture and the server's log of the same minutes: the log says what the wire does not show."""
from expecting import Found, innocent, must
from har_writing import Har
from log_writing import CHROME, W3cLog
from scheme_tokens import basic, kerberos, kerberos_done, ntlm_type1, ntlm_type2, ntlm_type3
from writing import case

BOTH = ("Negotiate", "NTLM")


def refused_ntlm():
    har = Har().ask("/", 401, *BOTH).ask("/", 401, ntlm_type2(), auth=ntlm_type1())
    return har.ask("/", 401, *BOTH, auth=ntlm_type3("alice"))


def log_of_it(code):
    return W3cLog(agent=CHROME).row("08:00:00", "/", "401 2 5").row("08:00:00", "/", "401 1 2148074254").row("08:00:00", "/", f"401 1 {code}")


def ntlm_refused(name, code, rule, culprits, most="certain", least="possible"):
    def told(folder):
        return must(folder, {3: Found(rule, culprits, most, least)}, har=refused_ntlm(), u_ex=log_of_it(code))
    told.__name__ = name
    return case(told)


ntlm_refused("the_password_by_the_log", 2148074252, "NTLM-FAIL-001", {"client", "unknown"}, "likely")
ntlm_refused("locked_by_the_log", 1909, "ACCT-LOCK-001", {"client", "server", "unknown"}, least="likely")
ntlm_refused("disabled_by_the_log", 1331, "ACCT-STATE-001", {"client", "server", "unknown"}, least="likely")
ntlm_refused("no_domain_controller_by_the_log", 1311, "DC-REACH-001", {"server", "network"}, least="likely")
ntlm_refused("bindings_by_the_log", 2148074310, {"CBT-LOG-005", "CBT-NONE-002", "CBT-SPN-004"}, {"unknown", "client", "server", "intermediary"})
ntlm_refused("altered_by_the_log", 2148074255, "NTLM-MIC-001", {"intermediary", "unknown", "client"}, least="likely")


@case
def healthy_login_in_both(folder):
    har = Har().ask("/", 401, *BOTH).ask("/", 401, ntlm_type2(), auth=ntlm_type1()).ask("/", 200, auth=ntlm_type3("alice"))
    return innocent(folder, har=har, u_ex=W3cLog(agent=CHROME).ntlm_login("08:00:00", "/", r"CONTOSO\alice"))


@case
def healthy_kerberos_in_both_and_somebody_else_in_the_log(folder):
    """The log also has the people of whom the capture knows nothing."""
    har = Har().ask("/", 401, *BOTH).ask("/", 200, kerberos_done(), auth=kerberos())
    log = W3cLog(agent=CHROME).row("08:00:00", "/", "401 2 5").row("08:00:00", "/", "200 0 0", r"CONTOSO\alice")
    log.ntlm_login("08:00:00", "/", r"CONTOSO\bob", client="10.0.0.77")
    return innocent(folder, har=har, u_ex=log)


@case
def ticket_for_another_account_by_the_log(folder):
    har = Har().ask("/", 401, *BOTH).ask("/", 401, *BOTH, auth=kerberos())
    log = W3cLog(agent=CHROME).row("08:00:00", "/", "401 2 5").row("08:00:00", "/", "401 1 2148074274")
    return must(folder, {2: Found("KRB-SPN-002", {"server"}, "certain", "likely")}, har=har, u_ex=log)


@case
def access_list_by_the_log(folder):
    """The page a browser gets does not tell 401.3 from 401.1; the log does."""
    har = Har().ask("/", 401, *BOTH).ask("/", 200, kerberos_done(), auth=kerberos()).ask("/hr.xlsx", 401, *BOTH)
    log = W3cLog(agent=CHROME).row("08:00:00", "/", "401 2 5").row("08:00:00", "/", "200 0 0", r"CONTOSO\alice").row("08:00:00", "/hr.xlsx", "401 3 5", r"CONTOSO\alice")
    return must(folder, {3: Found("IIS-4013-ACL", {"server"}, "certain", "certain")}, har=har, u_ex=log)


@case
def credentials_lost_on_the_way_by_the_log(folder):
    """The client sent Basic and the server noted no user: 401.2, as if nothing had come."""
    har = Har("HTTP Toolkit", client=[("User-Agent", "curl/8.5.0")]).ask("/", 401, 'Basic realm="web01"', auth=basic("alice", "s"))
    log = W3cLog(client="10.0.0.250", agent="curl/8.5.0").row("08:00:00", "/", "401 2 5")
    return must(folder, {1: Found({"AUTHZ-STRIP-001", "BASIC-BAD-001"}, {"intermediary", "unknown", "client"}, "likely")}, har=har, u_ex=log)
