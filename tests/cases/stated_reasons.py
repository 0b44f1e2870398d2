"""Refusals whose page names the code, and what is healthy beside them."""
import ntlm
from login_tokens import kerberos_login
from people import Person
from products import Iis, curl, detailed_page
from writing import Claim, Trace, case

NO_SPLIT = ("NTLM-POOL-002", "NTLM-UNBOUND-001")


def refused(folder, code, rule, culprit, least="likely", most="certain", origin="http://web01.contoso.test", never=NO_SPLIT):
    trace = Trace(origin)
    server = Iis(trace)
    Person(trace, server, user="bob").login("/", "C1", "U1")
    lost = Person(trace, server).login("/", "C2", "U2", answer=server.refuse(detailed_page(1, code)))
    return Claim(trace.har(folder), never=never).at(lost, rule, culprit, least, most)


@case
def the_page_says_wrong_password(folder):
    return refused(folder, 0x8009030C, "NTLM-FAIL-001", {"client", "unknown"}, most="likely")


@case
def the_page_says_locked(folder):
    return refused(folder, 0x80070775, "ACCT-LOCK-001", {"client", "unknown", "server"}, "certain", never=("NTLM-FAIL-001",))


@case
def the_page_says_disabled(folder):
    return refused(folder, 0x80070533, "ACCT-STATE-001", {"client", "unknown", "server"}, "certain", never=("NTLM-FAIL-001", "ACCT-LOCK-001"))


@case
def the_page_says_no_logon_servers(folder):
    return refused(folder, 0x8007051F, "DC-REACH-001", {"server", "network", "unknown"}, "certain", never=("NTLM-FAIL-001", "ACCT-LOCK-001"))


@case
def the_page_says_ntlm_is_blocked(folder):
    return refused(folder, 0xC0000418, "NTLM-BLOCK-001", {"server", "unknown"}, "certain", never=("NTLM-FAIL-001",))


@case
def the_page_says_invalid_token_and_nobody_split_it_here(folder):
    """Techcommunity: several servers behind a balancer that leaves no mark."""
    return refused(folder, 0x80090308, {"NTLM-POOL-002", "NTLM-POOL-005"}, {"intermediary", "unknown"}, "possible", "likely",
                   never=("NTLM-FAIL-001",))


@case
def the_page_says_bad_bindings(folder):
    return refused(folder, 0x80090346, {"CBT-NONE-002", "CBT-LOG-005", "CBT-OFFLOAD-003"}, {"client", "unknown", "intermediary", "server"}, "possible",
                   origin="https://web01.contoso.test", never=("NTLM-FAIL-001",))


@case
def kerberos_is_asked_for_again_with_each_request(folder):
    """authPersistNonNTLM=false: a ticket is good for one request, and the browser shows it again."""
    trace = Trace()
    alice = Person(trace, Iis(trace))
    for number in range(3):
        alice.refused_first(f"/{number}", "C1", "U1")
        alice.ask(f"/{number}", "C1", "U1", Iis(trace).serve(), kerberos_login(f"alice {number}"))
    return Claim(trace.har(folder), innocent=True)


@case
def kerberos_over_a_pool_is_no_trouble(folder):
    trace = Trace()
    alice = Person(trace, Iis(trace))
    for number in range(3):
        alice.ask(f"/{number}", "C1", f"U{number + 1}", Iis(trace).serve(), kerberos_login(f"alice {number}"))
    return Claim(trace.har(folder), innocent=True)


@case
def bob_takes_over_a_pooled_connection_and_logs_in_on_it_himself(folder):
    trace = Trace()
    Person(trace, Iis(trace)).login("/", "C1", "U1")
    bob = Person(trace, Iis(trace), user="bob", client=curl, kind="curl")
    bob.login("/orders", "C2", "U1", asked=False)
    bob.browse("C2", "U1", "/orders/7")
    return Claim(trace.har(folder), innocent=True)


@case
def a_local_account_of_the_server_is_let_in(folder):
    trace = Trace()
    Person(trace, Iis(trace), user="deploy", domain="WEB01").login("/", "C1", "U1")
    return Claim(trace.har(folder), innocent=True)


@case
def an_old_server_names_no_time(folder):
    trace = Trace()
    alice = Person(trace, Iis(trace), kind="curl", client=curl)
    alice.refused_first("/", "C1", "U1")
    challenge = alice.negotiate("/", "C1", "U1", challenge=ntlm.Challenge(times=False))
    alice.authenticate("/", "C1", "U1", challenge)
    alice.browse("C1", "U1", "/a")
    return Claim(trace.har(folder), innocent=True)


@case
def open_pages_and_closed_ones_on_one_server(folder):
    trace = Trace()
    alice = Person(trace, Iis(trace))
    alice.browse("C1", "U1", "/", "/styles/site.css")
    alice.login("/intranet/", "C1", "U1")
    alice.browse("C1", "U1", "/intranet/a", "/")
    alice.browse("C2", "U2", "/images/logo.png")
    return Claim(trace.har(folder), innocent=True)


@case
def two_sites_over_one_client_connection_to_a_proxy(folder):
    trace = Trace("http://web01.contoso.test")
    other = Trace("http://web02.contoso.test")
    alice = Person(trace, Iis(trace))
    alice.login("/", "C1", "U1")
    alice.computer = "WEB02"
    trace.origin = other.origin
    alice.login("/", "C1", "U2")
    trace.origin = "http://web01.contoso.test"
    alice.browse("C1", "U1", "/a")
    trace.origin = other.origin
    alice.browse("C1", "U2", "/b")
    return Claim(trace.har(folder), innocent=True)
