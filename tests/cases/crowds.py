"""Many clients, retries, mixtures: where a rule that looks at one login alone goes wrong."""
import ntlm
from people import Person
from products import Iis, Kestrel, curl, dotnet, java, python_requests
from writing import Claim, Trace, case

OURS = {"this-proxy", "intermediary"}


@case
def one_wrong_password_in_a_healthy_crowd(folder):
    trace = Trace()
    server = Iis(trace)
    for number in range(1, 9):
        person = Person(trace, server, user=f"user{number}", workstation=f"PC{number}")
        person.login("/", f"C{number}", f"U{number}")
        person.browse(f"C{number}", f"U{number}", "/a", "/b")
    lost = Person(trace, server, user="mallory").login("/", "C9", "U9", answer=server.refuse())
    for number in range(1, 9):
        Person(trace, server).browse(f"C{number}", f"U{number}", "/c")
    return Claim(trace.har(folder), never=("NTLM-POOL-001", "NTLM-POOL-003", "NTLM-UNBOUND-001")).at(lost, "NTLM-FAIL-001", {"client", "unknown"}, "likely", "likely")


@case
def a_wrong_password_beside_a_pool_that_serves_others_well(folder):
    """The pool hands alice's login to nobody; mallory's password is simply wrong, on one connection."""
    trace = Trace()
    server = Iis(trace)
    Person(trace, server).login("/", "C1", "U1")
    bob = Person(trace, server, user="bob")
    bob.login("/", "C2", "U1", asked=False)
    lost = Person(trace, server, user="mallory").login("/", "C3", "U2", answer=server.refuse())
    return Claim(trace.har(folder), never=("NTLM-POOL-002", "NTLM-POOL-003", "NTLM-POOL-004")).at(lost, "NTLM-FAIL-001", {"client", "unknown"}, most="likely")


@case
def five_anonymous_refusals_one_challenge_and_one_page(folder):
    """serverfault 193476: round robin without pinning; each file costs several rounds until the two messages happen to meet."""
    trace = Trace()
    alice = Person(trace, Iis(trace))
    alice.login("/", "C1", "U1")
    told = Claim(never=("NTLM-FAIL-001",))
    for number in range(2, 5):
        told.at(alice.refused_first("/a", "C1", f"U{number}"), "NTLM-POOL-001", OURS, "likely")
    alice.browse("C1", "U1", "/a")
    told.files = (trace.har(folder),)
    return told


@case
def parallel_requests_of_a_browser_before_the_login_is_done(folder):
    """Six pictures at once: each connection is refused first and logs in by itself; two are cancelled."""
    trace = Trace()
    alice = Person(trace, Iis(trace))
    for number in range(1, 7):
        alice.refused_first(f"/{number}.png", f"C{number}", f"U{number}")
    for number in (3, 1, 2, 6):
        alice.login(f"/{number}.png", f"C{number}", f"U{number}", asked=False)
    alice.browse("C1", "U1", "/4.png", "/5.png")
    return Claim(trace.har(folder), innocent=True)


@case
def requests_ntlm_59_a_new_session_for_every_request(folder):
    trace = Trace()
    alice = Person(trace, Iis(trace), client=python_requests, kind="java", workstation="")
    for number in range(1, 5):
        alice.refused_first("/api", f"C{2 * number - 1}", f"U{2 * number - 1}")
        alice.login("/api", f"C{2 * number}", f"U{2 * number}", asked=False)
    return Claim(trace.har(folder), innocent=True)


@case
def cyberduck_15127_two_connections_of_one_client_swap_their_answers(folder):
    trace = Trace()
    alice = Person(trace, Iis(trace), client=java, kind="java")
    first, second = alice.negotiate("/a", "C1", "U1"), alice.negotiate("/b", "C2", "U2")
    lost = alice.authenticate("/a", "C2", "U2", first, Iis(trace).refuse())
    also = alice.authenticate("/b", "C1", "U1", second, Iis(trace).refuse())
    return Claim(trace.har(folder), never=("NTLM-FAIL-001",)).at(lost, "NTLM-POOL-002", "client", "likely").at(also, "NTLM-POOL-002", "client", "likely")


@case
def a_pool_swaps_the_server_connections_of_two_users(folder):
    trace = Trace()
    alice, bob = Person(trace, Iis(trace)), Person(trace, Iis(trace), user="bob")
    hers, his = alice.negotiate("/", "C1", "U1"), bob.negotiate("/", "C2", "U2")
    lost = alice.authenticate("/", "C1", "U2", hers, Iis(trace).refuse())
    also = bob.authenticate("/", "C2", "U1", his, Iis(trace).refuse())
    return Claim(trace.har(folder), never=("NTLM-FAIL-001",)).at(lost, "NTLM-POOL-002", OURS, "likely").at(also, "NTLM-POOL-002", OURS, "likely")


@case
def the_page_is_forbidden_to_the_wrong_user(folder):
    """A bleed that shows as 403: bob's request runs as alice, who may not."""
    trace = Trace()
    Person(trace, Iis(trace)).login("/", "C1", "U1")
    bob = Person(trace, Iis(trace), user="bob")
    bob.login("/", "C2", "U2")
    bleed = bob.ask("/admin", "C2", "U1", Iis(trace).serve(status=403))
    return Claim(trace.har(folder)).at(bleed, "NTLM-POOL-003", OURS, "likely")


@case
def forbidden_to_the_right_user(folder):
    trace = Trace()
    alice = Person(trace, Iis(trace))
    alice.login("/", "C1", "U1")
    alice.ask("/admin", "C1", "U1", Iis(trace).serve(status=403))
    return Claim(trace.har(folder), innocent=True, never=("NTLM-POOL-003",))


@case
def the_server_fails_after_a_good_login(folder):
    trace = Trace()
    service = Person(trace, Kestrel(trace), client=dotnet, style="Negotiate")
    service.login("/orders", "C1", "U1")
    service.ask("/orders/7", "C1", "U1", Kestrel(trace).fail(500))
    service.browse("C1", "U1", "/orders/8")
    return Claim(trace.har(folder), innocent=True)


@case
def the_network_breaks_in_the_middle_of_a_login_and_the_client_begins_again(folder):
    trace = Trace()
    alice = Person(trace, Iis(trace))
    alice.refused_first("/", "C1", "U1")
    challenge = alice.negotiate("/", "C1", "U1")
    alice.authenticate("/", "C1", "U1", challenge, {"status": 0, "response": []}, error="net::ERR_CONNECTION_RESET")
    alice.login("/", "C2", "U2")
    return Claim(trace.har(folder), never=("NTLM-POOL-002", "NTLM-FAIL-001", "NTLM-POOL-004"))


@case
def two_programs_of_one_user_and_one_with_an_old_password(folder):
    trace = Trace()
    browser, mail = Person(trace, Iis(trace)), Person(trace, Iis(trace), client=dotnet)
    browser.login("/", "C1", "U1")
    lost = mail.login("/EWS", "C2", "U2", answer=Iis(trace).refuse())
    browser.browse("C1", "U1", "/a")
    return Claim(trace.har(folder), never=("NTLM-POOL-001", "NTLM-POOL-005", "NTLM-UNBOUND-001")).at(lost, "NTLM-FAIL-001", {"client", "unknown"}, most="likely")


@case
def the_challenge_is_answered_twice(folder):
    """A retry repeats the last message: a challenge is good for one answer."""
    trace = Trace()
    alice = Person(trace, Iis(trace), client=curl, kind="curl")
    challenge = alice.negotiate("/", "C1", "U1")
    alice.authenticate("/", "C1", "U1", challenge)
    lost = alice.authenticate("/", "C2", "U2", challenge, Iis(trace).refuse())
    return Claim(trace.har(folder), never=("NTLM-FAIL-001",)).at(lost, {"NTLM-REPLAY-001", "NTLM-POOL-002"}, {"client", "intermediary"})


@case
def a_cached_challenge_is_served_twice(folder):
    trace = Trace()
    alice = Person(trace, Iis(trace, more=[("X-Cache", "HIT from cache01")]))
    stale = ntlm.Challenge(when=trace.clock.text())
    alice.negotiate("/", "C1", "U1", challenge=stale)
    alice.authenticate("/", "C1", "U1", stale, Iis(trace).refuse())
    alice.negotiate("/", "C2", "U2", challenge=stale)
    lost = alice.authenticate("/", "C2", "U2", stale, Iis(trace).refuse())
    return Claim(trace.har(folder)).at(lost, {"NTLM-REPLAY-001", "CACHE-401-001", "NTLM-POOL-002"}, {"intermediary", "server", "unknown"})
