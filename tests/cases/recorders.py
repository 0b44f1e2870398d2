"""The same logins as other programs record them: Fiddler, mitmproxy, a browser, tcpdump."""
from packets import pcap
from people import Person
from products import Iis, curl
from writing import Claim, Trace, case

WHOEVER = {"this-proxy", "intermediary", "unknown"}


def login_and_pages(trace, *ports):
    alice = Person(trace, Iis(trace))
    for cc, uc in ports:
        alice.login("/", cc, uc)
        alice.browse(cc, uc, "/a", "/b")
    return alice


def split_login(trace, first, second):
    """The number of the refused exchange."""
    alice = Person(trace, Iis(trace))
    alice.refused_first("/", *first)
    return alice.authenticate("/", *second, alice.negotiate("/", *first), Iis(trace).refuse())


@case
def fiddlers_archive_of_a_healthy_login(folder):
    trace = Trace()
    login_and_pages(trace, (50543, 50547), (50544, 50548))
    return Claim(trace.saz(folder), innocent=True)


@case
def fiddlers_archive_of_a_client_that_changes_its_connection(folder):
    trace = Trace()
    lost = split_login(trace, (50543, 50547), (50544, 50548))
    return Claim(trace.saz(folder), never=("NTLM-FAIL-001",)).at(lost, "NTLM-POOL-002", "client", "likely")


@case
def fiddlers_har_of_a_split_login(folder):
    """Fiddler itself reuses another server connection when it is told to forget the client's."""
    trace = Trace()
    lost = split_login(trace, (50543, 50547), (50543, 50548))
    return Claim(trace.har(folder, creator="Fiddler", connections="fiddler"), never=("NTLM-FAIL-001",)).at(lost, "NTLM-POOL-002", WHOEVER, "likely")


@case
def mitmproxy_names_no_connections_and_all_is_well(folder):
    trace = Trace()
    login_and_pages(trace, ("C1", "U1"), ("C2", "U2"))
    return Claim(trace.har(folder, creator="mitmproxy", connections=None), innocent=True)


@case
def mitmproxy_names_no_connections_and_the_login_is_refused(folder):
    trace = Trace()
    lost = Person(trace, Iis(trace)).login("/", "C1", "U1", answer=Iis(trace).refuse())
    return Claim(trace.har(folder, creator="mitmproxy", connections=None), never=("NTLM-POOL-002", "NTLM-POOL-005")).at(
        lost, {"NTLM-FAIL-001", "UNKNOWN-401"}, {"client", "unknown"}, most="likely")


@case
def mitmproxy_with_two_logins_at_once(folder):
    """Their messages alternate, and no connection is named: they belong together by what they answer."""
    trace = Trace()
    alice, bob = Person(trace, Iis(trace)), Person(trace, Iis(trace), user="bob")
    alice.refused_first("/a", "C1", "U1")
    bob.refused_first("/b", "C2", "U2")
    hers, his = alice.negotiate("/a", "C1", "U1"), bob.negotiate("/b", "C2", "U2")
    bob.authenticate("/b", "C2", "U2", his)
    alice.authenticate("/a", "C1", "U1", hers)
    return Claim(trace.har(folder, creator="mitmproxy", connections=None), innocent=True)


@case
def a_browsers_har_with_connection_numbers(folder):
    trace = Trace()
    login_and_pages(trace, ("1201", "1201"), ("1207", "1207"))
    return Claim(trace.har(folder, creator="SomeBrowser", connections="browser"), innocent=True)


@case
def packets_of_the_client_with_a_healthy_login(folder):
    trace = Trace()
    login_and_pages(trace, ("C1", "U1"), ("C2", "U2"))
    return Claim(pcap(trace, folder), innocent=True)


@case
def packets_of_the_client_with_a_wrong_password(folder):
    trace = Trace()
    lost = Person(trace, Iis(trace), client=curl, kind="curl").login("/", "C1", "U1", answer=Iis(trace).refuse(), asked=False)
    return Claim(pcap(trace, folder), never=("NTLM-POOL-002", "NTLM-UNBOUND-001")).at(lost, "NTLM-FAIL-001", {"client", "unknown"}, most="likely")


@case
def packets_of_a_proxy_that_splits_a_login(folder):
    trace = Trace()
    lost = split_login(trace, ("C1", "U1"), ("C1", "U2"))
    return Claim(pcap(trace, folder, ("client", "server")), never=("NTLM-FAIL-001",)).at(lost, "NTLM-POOL-002", WHOEVER, "likely")


@case
def packets_of_a_proxy_that_serves_one_user_as_another(folder):
    trace = Trace()
    login_and_pages(trace, ("C1", "U1"))
    bob = Person(trace, Iis(trace), user="bob")
    bleed = bob.browse("C2", "U1", "/orders")
    return Claim(pcap(trace, folder, ("client", "server")), also=("NTLM-POOL-003",)).at(bleed, "NTLM-POOL-003", WHOEVER)


@case
def packets_of_a_proxy_where_all_is_well(folder):
    trace = Trace()
    login_and_pages(trace, ("C1", "U1"), ("C2", "U2"))
    return Claim(pcap(trace, folder, ("client", "server")), innocent=True)
