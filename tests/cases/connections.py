"""NTLM and Negotiate over connections that we see on both sides: pools, splits, bleeds, and the many healthy ways."""
import ntlm
from people import Person
from products import Apache, Iis, Kestrel, curl, dotnet, edge, java
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


@case
def yarp_1097_every_message_takes_another_pooled_connection(folder):
    trace = Trace()
    alice = Person(trace, Iis(trace))
    told = Claim()
    for turn in range(3):
        alice.refused_first("/", "C1", f"U{1 + turn % 2}")
        challenge = alice.negotiate("/", "C1", f"U{1 + turn % 2}")
        told.at(alice.authenticate("/", "C1", f"U{3 + turn % 2}", challenge, Iis(trace).refuse()), "NTLM-POOL-002", OURS, "certain")
    told.files, told.never = (trace.har(folder),), ("NTLM-FAIL-001", "NTLM-LOOP-003", "ACCT-LOCK-001")
    return told


@case
def kestrel_answers_400_to_a_split_login(folder):
    trace = Trace()
    service = Person(trace, Kestrel(trace), client=dotnet, style="Negotiate")
    service.refused_first("/orders", "C1", "U1")
    challenge = service.negotiate("/orders", "C1", "U1")
    split = service.authenticate("/orders", "C1", "U2", challenge, Kestrel(trace).fail(400))
    return Claim(trace.har(folder)).at(split, "NTLM-POOL-002", OURS, "likely")


@case
def aspnetcore_20100_an_anonymous_request_between_the_messages(folder):
    trace = Trace()
    alice, bob = (Person(trace, Kestrel(trace), client=edge, style="Negotiate", user=user) for user in ("alice", "bob"))
    alice.refused_first("/", "C1", "U1")
    challenge = alice.negotiate("/", "C1", "U1")
    between = bob.ask("/health", "C2", "U1", Kestrel(trace).fail())
    alice.authenticate("/", "C1", "U1", challenge, Kestrel(trace).fail(400))
    return Claim(trace.har(folder), never=("NTLM-FAIL-001",)).at(between, {"NTLM-PIPE-001", "NTLM-POOL-004"}, OURS, "likely")


@case
def node_http_proxy_1500_two_logins_on_one_pooled_connection(folder):
    trace = Trace()
    alice, bob = Person(trace, Iis(trace)), Person(trace, Iis(trace), user="bob", workstation="PC18")
    alice.refused_first("/", "C1", "U1")
    bob.refused_first("/", "C2", "U2")
    hers = alice.negotiate("/", "C1", "U1")
    his = bob.negotiate("/", "C2", "U1")
    lost = alice.authenticate("/", "C1", "U1", hers, Iis(trace).refuse())
    bob.authenticate("/", "C2", "U1", his, Iis(trace).refuse())
    return Claim(trace.har(folder), never=("NTLM-FAIL-001",)).at(lost, "NTLM-POOL-004", OURS, "likely")


@case
def jetty_1907_the_client_answers_on_another_connection_of_its_own(folder):
    trace = Trace()
    alice = Person(trace, Iis(trace), client=java, kind="java")
    alice.refused_first("/", "C1", "U1")
    challenge = alice.negotiate("/", "C1", "U1")
    split = alice.authenticate("/", "C2", "U2", challenge, Iis(trace).refuse())
    return Claim(trace.har(folder), never=("NTLM-FAIL-001",)).at(split, "NTLM-POOL-002", "client", "certain")


@case
def curl_682_the_client_answers_on_a_connection_that_is_logged_in(folder):
    trace = Trace()
    alice = Person(trace, Iis(trace), client=curl, kind="curl")
    alice.login("/", "C1", "U1", asked=False)
    challenge = alice.negotiate("/b", "C2", "U2")
    split = alice.authenticate("/b", "C1", "U1", challenge, Iis(trace).refuse())
    return Claim(trace.har(folder), never=("NTLM-FAIL-001",)).at(split, "NTLM-POOL-002", "client", "certain")


@case
def uptime_kuma_7351_the_client_closes_after_each_message(folder):
    trace = Trace()
    monitor = Person(trace, Iis(trace), client=lambda t, *more: [("Host", "web01.contoso.test"), *more, ("Connection", "close")])
    monitor.refused_first("/", "C1", "U1")
    challenge = monitor.negotiate("/", "C2", "U2")
    lost = monitor.authenticate("/", "C3", "U3", challenge, Iis(trace).refuse())
    return Claim(trace.har(folder), never=("NTLM-FAIL-001",)).at(lost, {"NTLM-KA-004", "NTLM-POOL-002"}, "client", "certain")


@case
def waffle_198_the_challenge_closes_the_connection(folder):
    trace = Trace("http://tomcat.contoso.test:8080")
    server = Apache(trace, offers=("Negotiate", "NTLM"))
    server.server = "Apache-Coyote/1.1"
    alice = Person(trace, server)
    alice.refused_first("/", "C1", "U1")
    challenge = alice.negotiate("/", "C1", "U1", challenge_more=[("Connection", "close")])
    lost = alice.authenticate("/", "C2", "U2", challenge, server.refuse())
    return Claim(trace.har(folder), never=("NTLM-FAIL-001", "NTLM-POOL-002")).at(lost, "NTLM-KA-004", {"server", "unknown", "intermediary"}, "likely")


@case
def curl_13291_the_challenge_closes_the_connection_and_nothing_follows(folder):
    trace = Trace()
    alice = Person(trace, Iis(trace), client=curl, kind="curl")
    alice.negotiate("/", "C1", "U1", challenge_more=[("Connection", "close")])
    return Claim(trace.har(folder), never=("NTLM-FAIL-001", "CLIENT-NOAUTH-001")).at(1, "NTLM-KA-004", {"server", "unknown", "intermediary"})


@case
def haproxy_2985_kerberos_without_a_401_and_then_another_client(folder):
    from login_tokens import kerberos_login
    trace = Trace("http://mail.contoso.test")
    alice, bob = Person(trace, Iis(trace)), Person(trace, Iis(trace), user="bob")
    alice.ask("/EWS/Exchange.asmx", "C1", "U1", Iis(trace).welcome(), kerberos_login("alice"))
    bleed = bob.ask("/EWS/Exchange.asmx", "C2", "U1", Iis(trace).serve())
    return Claim(trace.har(folder)).at(bleed, "NTLM-POOL-003", OURS, "possible")


@case
def nginx_ntlm_module_evicts_the_connection_and_the_browser_logs_in_again(folder):
    trace = Trace()
    alice = Person(trace, Iis(trace))
    alice.login("/", "C1", "U1")
    alice.browse("C1", "U1", "/a", "/b")
    lost = alice.refused_first("/c", "C1", "U2")
    alice.login("/c", "C1", "U2", asked=False)
    return Claim(trace.har(folder), never=("NTLM-FAIL-001",)).at(lost, {"NTLM-POOL-001", "NTLM-IDLE-001"}, OURS | {"unknown", "server"})


@case
def symfony_64349_the_login_counts_for_one_request_only(folder):
    """authPersistSingleRequest on IIS; libcurl believes that the connection is logged in."""
    trace = Trace()
    alice = Person(trace, Iis(trace), client=curl, kind="curl")
    alice.login("/orders", "C1", "U1", asked=False, answer=Iis(trace).serve())
    lost = alice.refused_first("/orders/7", "C1", "U1")
    return Claim(trace.har(folder), never=("NTLM-POOL-001", "NTLM-FAIL-001")).at(lost, "NTLM-PERSIST-001", {"server", "unknown"})


@case
def isa_server_asks_before_every_request(folder):
    trace = Trace()
    server = Iis(trace, more=[("Via", "1.1 ISA01")])
    alice = Person(trace, server)
    for number in range(6):
        answer = server.serve()
        answer["response"].insert(0, ("Persistent-Auth", "false"))
        alice.login(f"/{number}", "C1", "U1", answer=answer)
    return Claim(trace.har(folder), never=("NTLM-POOL-001", "NTLM-FAIL-001", "CLIENT-NOAUTH-001")).at(
        4, "NTLM-PERSIST-001", {"server", "unknown", "intermediary"}, most="likely")


@case
def haproxy_1140_the_login_at_a_proxy_is_split(folder):
    trace = Trace("http://www.example.com")
    alice = Person(trace, Iis(trace), proxy=True, computer="WSA1")
    offer = [("Proxy-Authenticate", "NTLM"), ("Proxy-Connection", "keep-alive"), ("Content-Length", "0")]
    alice.ask("/", "C1", "U1", {"status": 407, "response": offer})
    challenge = ntlm.Challenge("WSA1", when=trace.clock.text())
    alice.ask("/", "C1", "U1", {"status": 407, "response": [("Proxy-Authenticate", ntlm.bare(challenge.bytes)), ("Proxy-Connection", "keep-alive"),
                                                            ("Content-Length", "0")]}, ntlm.bare(ntlm.negotiate()))
    lost = alice.authenticate("/", "C1", "U2", challenge, {"status": 407, "response": offer})
    return Claim(trace.har(folder), never=("NTLM-FAIL-001",)).at(lost, {"NTLM-POOL-002", "PROXY-407-001"}, OURS, "likely")
