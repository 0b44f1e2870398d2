"""Logins with nothing wrong in them, however odd they look: none may have a failure finding."""
import ntlm
from people import Person
from products import Apache, Iis, Kestrel, curl, dotnet, java
from writing import Claim, Trace, case

XML = "<order><item>7</item></order>" * 20


def healthy(folder, trace, **other):
    return Claim(trace.har(folder), innocent=True, **other)


@case
def password_typed_after_a_minute(folder):
    trace = Trace()
    alice = Person(trace, Iis(trace))
    alice.refused_first("/", "C1", "U1")
    trace.clock.wait(41)
    alice.login("/", "C1", "U1", asked=False)
    alice.browse("C1", "U1", "/a", "/b")
    return healthy(folder, trace)


@case
def corefx_30327_connection_close_on_the_first_challenge(folder):
    """Cisco's and others' first refusal ends the connection, which is legal: the login begins on the next."""
    trace = Trace()
    server = Iis(trace)
    alice = Person(trace, server, client=dotnet)
    alice.ask("/api/orders", "C1", "U1", {**server.refuse(), "response": server.refuse()["response"] + [("Connection", "close")]})
    alice.login("/api/orders", "C2", "U2", asked=False)
    alice.browse("C2", "U2", "/api/orders/7")
    return healthy(folder, trace)


@case
def empty_post_first_and_the_body_with_the_last_message(folder):
    trace = Trace()
    alice = Person(trace, Iis(trace))
    empty, full = [("Content-Length", "0")], [("Content-Type", "text/xml"), ("Content-Length", str(len(XML)))]
    alice.refused_first("/orders", "C1", "U1", method="POST", more=full, sent=XML)
    challenge = alice.negotiate("/orders", "C1", "U1", method="POST", more=empty)
    alice.authenticate("/orders", "C1", "U1", challenge, method="POST", more=full, sent=XML)
    alice.browse("C1", "U1", "/orders/7")
    return healthy(folder, trace)


@case
def internet_explorer_logs_in_again_for_each_post(folder):
    """On a connection that is logged in it sends an empty POST with a NEGOTIATE, to spare the body (KB 251404)."""
    trace = Trace()
    alice = Person(trace, Iis(trace))
    alice.login("/", "C1", "U1")
    for _ in range(3):
        challenge = alice.negotiate("/save", "C1", "U1", method="POST", more=[("Content-Length", "0")])
        alice.authenticate("/save", "C1", "U1", challenge, method="POST", more=[("Content-Length", str(len(XML)))], sent=XML)
        alice.browse("C1", "U1", "/saved")
    return healthy(folder, trace)


@case
def a_login_begun_on_a_connection_that_is_given_up(folder):
    trace = Trace()
    alice = Person(trace, Iis(trace))
    alice.refused_first("/", "C1", "U1")
    alice.negotiate("/", "C1", "U1")
    alice.login("/", "C2", "U2")
    alice.browse("C2", "U2", "/a", "/b", "/c")
    return healthy(folder, trace, never=("NTLM-POOL-002", "NTLM-FAIL-001"))


@case
def two_machines_behind_a_balancer_that_keeps_connections(folder):
    trace = Trace()
    server = Iis(trace)
    alice = Person(trace, server)
    for number in range(1, 5):
        alice.computer = "WEB01" if number % 2 else "WEB02"
        alice.login(f"/{number}", f"C{number}", f"U{number}")
        alice.browse(f"C{number}", f"U{number}", f"/{number}/a", f"/{number}/b")
    return healthy(folder, trace)


@case
def the_same_user_on_a_shared_connection(folder):
    """A pool, but both clients are alice: nobody is served as somebody else."""
    trace = Trace()
    alice = Person(trace, Iis(trace))
    alice.login("/", "C1", "U1")
    alice.login("/b", "C2", "U2")
    alice.browse("C2", "U1", "/c")
    return Claim(trace.har(folder), never=("NTLM-POOL-001", "NTLM-FAIL-001"), innocent=True)


@case
def chromium_on_linux_with_ntlm_behind_negotiate(folder):
    trace = Trace()
    alice = Person(trace, Iis(trace), style="bare", kind="chromium", workstation="PC17")
    alice.login("/", "C1", "U1")
    alice.browse("C1", "U1", "/a", "/b")
    return healthy(folder, trace)


@case
def curl_ntlm_asks_and_answers_without_trying_anonymously(folder):
    trace = Trace()
    alice = Person(trace, Iis(trace), client=curl, kind="curl", workstation="build7")
    alice.login("/report.csv", "C1", "U1", asked=False)
    alice.browse("C1", "U1", "/other.csv")
    return healthy(folder, trace)


@case
def java_logs_in_with_head_and_gets_304(folder):
    trace = Trace()
    alice = Person(trace, Iis(trace), client=java, kind="java", workstation="")
    alice.refused_first("/big.iso", "C1", "U1", method="HEAD")
    challenge = alice.negotiate("/big.iso", "C1", "U1", method="HEAD")
    alice.authenticate("/big.iso", "C1", "U1", challenge, method="HEAD")
    alice.ask("/site.css", "C1", "U1", Iis(trace).serve(status=304, page=""))
    return healthy(folder, trace)


@case
def a_name_with_the_domain_in_it_and_no_domain(folder):
    trace = Trace()
    alice = Person(trace, Iis(trace), user="alice@contoso.test", domain="")
    alice.login("/", "C1", "U1")
    alice.browse("C1", "U1", "/a")
    return healthy(folder, trace)


@case
def an_old_client_with_ntlm_version_1_is_let_in(folder):
    trace = Trace()
    alice = Person(trace, Iis(trace), kind="v1")
    alice.login("/", "C1", "U1")
    return healthy(folder, trace, also=("NTLM-V1-001",))


@case
def at_the_server_itself_and_let_in(folder):
    trace = Trace("http://portal.contoso.test")
    admin = Person(trace, Iis(trace), user="admin", workstation="WEB01")
    admin.refused_first("/", "C1", "U1", server="127.0.0.1")
    admin.authenticate("/", "C1", "U1", admin.negotiate("/", "C1", "U1", server="127.0.0.1"), server="127.0.0.1")
    return healthy(folder, trace, never=("LOOPBACK-001",))


@case
def channel_binding_over_https_and_let_in(folder):
    trace = Trace("https://mail.contoso.test")
    alice = Person(trace, Iis(trace), style="Negotiate", bindings=bytes(range(16)))
    alice.login("/EWS/Exchange.asmx", "C1", "U1")
    alice.browse("C1", "U1", "/EWS/Exchange.asmx")
    return healthy(folder, trace)


@case
def http2_first_and_http1_for_the_login(folder):
    """Edge learns over HTTP/2 that the server wants NTLM and comes back over HTTP/1.1."""
    trace = Trace("https://web01.contoso.test")
    alice = Person(trace, Iis(trace))
    alice.refused_first("/", "C1", "U1", version="HTTP/2")
    alice.login("/", "C2", "U2", asked=False)
    alice.browse("C2", "U2", "/a", "/b")
    return healthy(folder, trace)


@case
def kestrel_keeps_the_login_on_its_connection(folder):
    trace = Trace("http://api.contoso.test:5000")
    service = Person(trace, Kestrel(trace), client=dotnet, style="Negotiate")
    service.login("/orders", "C1", "U1")
    service.browse("C1", "U1", "/orders/1", "/orders/2")
    return healthy(folder, trace)


@case
def apache_gssapi_bound_to_the_connection(folder):
    trace = Trace("http://intranet.contoso.test")
    alice = Person(trace, Apache(trace), client=curl, style="bare", kind="java", computer="INTRANET")
    alice.login("/", "C1", "U1")
    alice.browse("C1", "U1", "/a")
    return healthy(folder, trace)


@case
def challenges_joined_in_one_line_and_answered(folder):
    trace = Trace()
    alice = Person(trace, Iis(trace, offers=("Negotiate, NTLM",)))
    alice.login("/", "C1", "U1")
    alice.browse("C1", "U1", "/a")
    return healthy(folder, trace)


@case
def idle_for_minutes_and_a_new_connection(folder):
    trace = Trace()
    alice = Person(trace, Iis(trace))
    alice.login("/", "C1", "U1")
    trace.clock.wait(400)
    alice.login("/later", "C2", "U2")
    return healthy(folder, trace)


@case
def squid_asks_first_and_lets_in(folder):
    trace = Trace("http://www.example.com")
    alice = Person(trace, Iis(trace), proxy=True, computer="PROXY1")
    squid = [("Server", "squid/5.7"), ("X-Squid-Error", "ERR_CACHE_ACCESS_DENIED 0"), ("Via", "1.1 proxy1 (squid/5.7)"), ("Connection", "keep-alive")]
    offer = [("Proxy-Authenticate", "Negotiate"), ("Proxy-Authenticate", "NTLM")]
    alice.ask("/", "C1", "U1", {"status": 407, "response": squid + offer})
    challenge = ntlm.Challenge("PROXY1", when=trace.clock.text())
    alice.ask("/", "C1", "U1", {"status": 407, "response": squid + [("Proxy-Authenticate", ntlm.bare(challenge.bytes))]}, ntlm.bare(ntlm.negotiate()))
    alice.authenticate("/", "C1", "U1", challenge, {"status": 200, "response": [("Content-Length", "0"), ("Via", "1.1 proxy1 (squid/5.7)")]})
    alice.ask("/a", "C1", "U1", {"status": 200, "response": [("Content-Length", "0"), ("Via", "1.1 proxy1 (squid/5.7)")]})
    return healthy(folder, trace)


@case
def java_logs_in_anew_for_every_request(folder):
    """A client that keeps no connection: three legs for each request, and every one is let in."""
    trace = Trace()
    alice = Person(trace, Iis(trace), client=java, kind="java")
    for number in range(5):
        alice.login(f"/{number}", f"C{number + 1}", f"U{number + 1}")
    return healthy(folder, trace)


@case
def a_proxy_in_the_path_and_a_login_per_connection(folder):
    trace = Trace()
    alice = Person(trace, Iis(trace, more=[("Via", "1.1 webcache.contoso.test (squid/5.7)")]))
    for number in (1, 2):
        alice.login("/", f"C{number}", f"U{number}")
        alice.browse(f"C{number}", f"U{number}", "/a", "/b")
    return healthy(folder, trace)


@case
def edge_gives_up_one_picture_and_loads_it_again(folder):
    trace = Trace()
    alice = Person(trace, Iis(trace))
    alice.login("/", "C1", "U1")
    alice.ask("/big.png", "C1", "U1", {"status": 0, "response": []}, error="net::ERR_ABORTED")
    alice.login("/big.png", "C2", "U2")
    return healthy(folder, trace)


@case
def exchange_offers_negotiate_beside_its_challenge(folder):
    """Without kernel mode IIS repeats what else it takes when it says the challenge; EWS names its front end."""
    trace = Trace("https://mail.contoso.test")
    server = Iis(trace, offers=("NTLM", "Negotiate"), more=[("X-FEServer", "EX1")])
    alice = Person(trace, server, computer="EX1")
    alice.refused_first("/EWS/Exchange.asmx", "C1", "U1", method="POST")
    challenge = alice.negotiate("/EWS/Exchange.asmx", "C1", "U1", method="POST", challenge_more=[("WWW-Authenticate", "Negotiate")])
    alice.authenticate("/EWS/Exchange.asmx", "C1", "U1", challenge, method="POST")
    alice.browse("C1", "U1", "/EWS/Exchange.asmx")
    return healthy(folder, trace)


@case
def the_back_ends_of_exchange_differ_between_connections(folder):
    trace = Trace("https://mail.contoso.test")
    for number in (1, 2):
        server = Iis(trace, offers=("NTLM",), more=[("X-FEServer", f"EX{number}")])
        Person(trace, server, computer=f"EX{number}").login("/owa/", f"C{number}", f"U{number}")
    return healthy(folder, trace)


@case
def alice_and_bob_take_turns_on_their_own_connections(folder):
    trace = Trace()
    alice, bob = Person(trace, Iis(trace)), Person(trace, Iis(trace), user="bob")
    alice.refused_first("/", "C1", "U1")
    bob.refused_first("/", "C2", "U2")
    hers, his = alice.negotiate("/", "C1", "U1"), bob.negotiate("/", "C2", "U2")
    bob.authenticate("/", "C2", "U2", his)
    alice.authenticate("/", "C1", "U1", hers)
    for path in ("/a", "/b", "/c"):
        alice.browse("C1", "U1", path)
        bob.browse("C2", "U2", path)
    return healthy(folder, trace)
