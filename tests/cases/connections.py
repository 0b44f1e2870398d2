"""NTLM and Negotiate over connections that we see on both sides: pools, splits, bleeds, and the many healthy ways."""
from people import Person
from products import Iis
from writing import Claim, Trace, case

OURS = {"this-proxy", "intermediary"}  # whoever made the record had both connections
ASKED = ("/styles/site.css", "/scripts/app.js", "/images/logo.png", "/favicon.ico")


@case
def edge_logs_in_on_six_connections_and_loads_a_page(folder):
    trace = Trace()
    alice = Person(trace, Iis(trace))
    for number in range(1, 7):
        alice.login("/" if number == 1 else f"/images/{number}.png", f"C{number}", f"U{number}")
    for number in range(1, 7):
        alice.browse(f"C{number}", f"U{number}", *ASKED[:3])
    alice.ask("/favicon.ico", "C2", "U2", Iis(trace).serve(status=404))
    return Claim(trace.har(folder), innocent=True)


@case
def negotiate_in_spnego_logs_in_and_stays(folder):
    trace = Trace()
    alice = Person(trace, Iis(trace), style="Negotiate")
    alice.login("/", "C1", "U1")
    alice.browse("C1", "U1", *ASKED)
    return Claim(trace.har(folder), innocent=True)


@case
def a_pool_gives_a_logged_in_client_another_connection(folder):
    """The seed of it all: 401.2 in the middle of a page."""
    trace = Trace()
    alice, bob = Person(trace, Iis(trace)), Person(trace, Iis(trace), user="bob")
    alice.login("/", "C1", "U1")
    alice.browse("C1", "U1", *ASKED[:2])
    bob.login("/", "C2", "U2")
    lost = alice.ask("/images/logo.png", "C1", "U3", Iis(trace).refuse())
    return Claim(trace.har(folder)).at(lost, "NTLM-POOL-001", OURS, "certain")


@case
def haproxy_581_one_user_is_served_as_another(folder):
    trace = Trace()
    alice, bob = Person(trace, Iis(trace)), Person(trace, Iis(trace), user="bob", workstation="PC18")
    alice.login("/", "C1", "U1")
    bleed = bob.ask("/orders", "C2", "U1", Iis(trace).serve())
    return Claim(trace.har(folder), also=("NTLM-POOL-003",), never=("NTLM-FAIL-001",)).at(bleed, "NTLM-POOL-003", OURS, "likely")


@case
def traefik_11037_the_first_login_is_split_and_the_second_works(folder):
    trace = Trace()
    alice = Person(trace, Iis(trace))
    alice.refused_first("/", "C1", "U1")
    challenge = alice.negotiate("/", "C1", "U1")
    split = alice.authenticate("/", "C1", "U2", challenge, Iis(trace).refuse())
    alice.login("/", "C1", "U2", asked=False, answer=Iis(trace).welcome())
    return Claim(trace.har(folder), never=("NTLM-FAIL-001",)).at(split, "NTLM-POOL-002", OURS, "certain")
