"""What happens behind the connection we see: balancers, terminators, gateways, servers that keep nothing."""
import ntlm
from login_tokens import der
from people import Person
from products import Apache, Iis, Kestrel, curl, edge, java
from writing import Claim, Trace, case

SOMEBODY = {"intermediary", "unknown", "server"}
NOBODY_CERTAIN = {"client", "unknown", "server", "intermediary"}


@case
def two_machines_take_the_messages_of_one_connection(folder):
    """Per-request balancing of F5 or Citrix behind one connection: the challenges come from WEB01 and WEB02 by turns."""
    trace = Trace()
    server = Iis(trace, more=[("Via", "1.1 lb01")])
    alice = Person(trace, server)
    alice.refused_first("/", "C1", "U1")
    alice.authenticate("/", "C1", "U1", alice.negotiate("/", "C1", "U1", computer="WEB01"), server.refuse())
    challenge = alice.negotiate("/", "C1", "U1", computer="WEB02")
    lost = alice.authenticate("/", "C1", "U1", challenge, server.refuse())
    return Claim(trace.har(folder), never=("NTLM-UNBOUND-001",)).at(lost, "NTLM-POOL-005", "intermediary", "possible", "likely")


@case
def wrong_password_at_two_machines_each_on_its_own_connection(folder):
    trace = Trace()
    server = Iis(trace)
    alice = Person(trace, server)
    alice.login("/", "C1", "U1", answer=server.refuse())
    alice.computer = "WEB02"
    lost = alice.login("/", "C2", "U2", answer=server.refuse())
    return Claim(trace.har(folder), never=("NTLM-POOL-005", "NTLM-POOL-002")).at(
        lost, {"NTLM-FAIL-001", "NTLM-LOOP-003"}, {"client", "unknown"}, most="likely")


@case
def exchange_behind_a_balancer_names_two_front_ends(folder):
    trace = Trace("https://mail.contoso.test")
    servers = [Iis(trace, offers=("NTLM",), more=[("X-FEServer", f"EX{number}")]) for number in (1, 2)]
    alice = Person(trace, servers[0], spn="HTTP/mail.contoso.test")
    alice.refused_first("/EWS/Exchange.asmx", "C1", "U1")
    challenge = alice.negotiate("/EWS/Exchange.asmx", "C1", "U1", computer="EX1", answer=None)
    lost = alice.authenticate("/EWS/Exchange.asmx", "C1", "U1", challenge, servers[1].refuse())
    return Claim(trace.har(folder), never=("NTLM-UNBOUND-001",)).at(lost, "NTLM-POOL-005", "intermediary", "possible", "likely")


@case
def exchange_with_one_front_end_and_a_wrong_password(folder):
    trace = Trace("https://mail.contoso.test")
    server = Iis(trace, offers=("NTLM",), more=[("X-FEServer", "EX1")])
    alice = Person(trace, server, spn="HTTP/mail.contoso.test", computer="EX1", bindings=bytes(range(16)))
    lost = alice.login("/EWS/Exchange.asmx", "C1", "U1", answer=server.refuse())
    return Claim(trace.har(folder), never=("NTLM-POOL-005", "CBT-MITM-001")).at(
        lost, {"NTLM-FAIL-001", "CBT-OFFLOAD-003"}, NOBODY_CERTAIN, most="likely")


@case
def envoy_in_front_and_a_refusal_that_could_be_either(folder):
    trace = Trace()
    server = Iis(trace, more=[("x-envoy-upstream-service-time", "4"), ("Via", "1.1 envoy")])
    lost = Person(trace, server).login("/", "C1", "U1", answer=server.refuse())
    return Claim(trace.har(folder), never=("NTLM-POOL-002",)).at(
        lost, {"NTLM-FAIL-001", "NTLM-POOL-005", "NTLM-UNBOUND-001"}, NOBODY_CERTAIN, most="likely")


@case
def curl_sends_32_bytes_and_gss_ntlmssp_starts_over(folder):
    trace = Trace("http://intranet.contoso.test")
    server = Apache(trace)
    told = Claim(never=("NTLM-FAIL-001", "CLIENT-NOAUTH-001"))
    for number in (1, 2, 3):
        alice = Person(trace, server, client=curl, kind="curl")
        alice.ask("/", f"C{number}", f"U{number}", server.refuse(), ntlm.bare(ntlm.negotiate("curl")))
    told.files = (trace.har(folder),)
    return told.at(3, "NTLM-REFUSE-001", {"server", "unknown", "client"}, most="likely")


@case
def gss_ntlmssp_takes_40_bytes(folder):
    trace = Trace("http://intranet.contoso.test")
    alice = Person(trace, Apache(trace), client=curl, computer="INTRANET")
    alice.login("/", "C1", "U1")
    return Claim(trace.har(folder), innocent=True)


@case
def apache_without_connection_bound_refuses_everybody(folder):
    trace = Trace("http://intranet.contoso.test")
    server = Apache(trace)
    for number, user in enumerate(("alice", "bob", "carol"), 1):
        lost = Person(trace, server, user=user, client=curl, kind="java", computer="INTRANET").login("/", f"C{number}", f"U{number}", answer=server.refuse())
    return Claim(trace.har(folder)).at(lost, {"NTLM-UNBOUND-001", "NTLM-FAIL-001"}, {"server", "unknown", "client"}, most="likely")


@case
def kiota_565_ntlm_over_http2_only(folder):
    trace = Trace("https://web01.contoso.test")
    server = Iis(trace)
    alice = Person(trace, server)
    alice.refused_first("/api", "C1", "U1", version="HTTP/2")
    lost = alice.ask("/api", "C1", "U1", server.refuse(), ntlm.bare(ntlm.negotiate()), version="HTTP/2")
    return Claim(trace.har(folder), never=("NTLM-FAIL-001", "NTLM-REFUSE-001")).at(lost, "NTLM-H2-001", {"client", "server", "unknown", "intermediary"})


@case
def http2_and_the_client_never_comes_back(folder):
    trace = Trace("https://web01.contoso.test")
    alice = Person(trace, Iis(trace))
    lost = alice.refused_first("/api", "C1", "U1", version="HTTP/2")
    return Claim(trace.har(folder)).at(lost, {"NTLM-H2-001", "CLIENT-NOAUTH-001", "KRB-ZONE-001"}, {"client", "unknown"}, most="likely")


@case
def px_29_a_spnego_answer_behind_the_word_ntlm(folder):
    trace = Trace("http://www.example.com")
    alice = Person(trace, Iis(trace), proxy=True)
    offer = [("Proxy-Authenticate", "NTLM"), ("Content-Length", "0")]
    odd = "NTLM " + ntlm.text(der(0xA1, der(0x30, der(0xA0, der(10, b"\3")), der(0xA1, ntlm.NTLMSSP))))
    alice.ask("/", "C1", "U1", {"status": 407, "response": offer})
    lost = alice.ask("/", "C1", "U1", {"status": 407, "response": [("Proxy-Authenticate", odd), ("Content-Length", "0")]}, ntlm.bare(ntlm.negotiate()))
    return Claim(trace.har(folder), never=("NTLM-FAIL-001", "CLIENT-NOAUTH-001", "PROXY-NOAUTH-005")).at(
        lost, {"NEGO-PROVIDER-001", "PROXY-407-001", "NTLM-REFUSE-001", "UNKNOWN-401"}, {"server", "intermediary", "unknown"})


@case
def this_page_is_not_for_alice(folder):
    """Windows refuses one page to somebody who is let in everywhere else; the browser asks three times."""
    trace = Trace()
    server = Iis(trace)
    alice = Person(trace, server)
    alice.login("/", "C1", "U1")
    alice.browse("C1", "U1", "/a")
    told = Claim(never=("NTLM-POOL-001", "ACCT-LOCK-001"))
    first = alice.refused_first("/admin/", "C1", "U1")
    last = alice.login("/admin/", "C1", "U1", asked=False, answer=server.refuse())
    alice.browse("C1", "U1", "/b")
    told.files = (trace.har(folder),)
    acl = {"IIS-4013-ACL", "IIS-4012-URLAUTHZ", "IIS-4015-APP", "AUTHZ-401-001"}
    return told.at(first, acl | {"NTLM-PERSIST-001"}, {"server", "unknown"}, most="likely").at(
        last, acl | {"NTLM-FAIL-001"}, {"server", "unknown", "client"}, most="possible")


@case
def the_application_says_401_without_a_challenge(folder):
    trace = Trace()
    server = Kestrel(trace)
    alice = Person(trace, server, style="Negotiate")
    alice.login("/", "C1", "U1")
    lost = alice.ask("/api/admin", "C1", "U1", server._empty(401))
    return Claim(trace.har(folder), never=("NTLM-FAIL-001", "NTLM-POOL-001", "NTLM-PERSIST-001")).at(
        lost, {"AUTHZ-401-001", "RFC-NOCHAL-001"}, {"server", "unknown"})


@case
def traefik_in_front_and_a_healthy_login(folder):
    trace = Trace()
    server = Iis(trace, more=[("X-Forwarded-Server", "traefik-7c9d")])
    alice = Person(trace, server)
    alice.login("/", "C1", "U1")
    alice.browse("C1", "U1", "/a", "/b")
    return Claim(trace.har(folder), innocent=True)


@case
def aws_balancer_cookies_change_and_nothing_is_wrong(folder):
    trace = Trace()
    alice = Person(trace, Iis(trace, more=[("Set-Cookie", "AWSALB=aaa; Expires=Mon, 09 Mar 2026 08:00:00 GMT; Path=/")]))
    alice.login("/", "C1", "U1")
    alice.server.more = [("Set-Cookie", "AWSALB=bbb; Expires=Mon, 09 Mar 2026 08:00:00 GMT; Path=/")]
    alice.browse("C1", "U1", "/a", "/b")
    return Claim(trace.har(folder), innocent=True)


@case
def the_challenge_is_never_answered(folder):
    trace = Trace()
    alice = Person(trace, Iis(trace), client=java, kind="java")
    for number in (1, 2, 3):
        alice.refused_first("/", f"C{number}", f"U{number}")
        alice.negotiate("/", f"C{number}", f"U{number}")
    trace.clock.wait(120)
    Person(trace, Iis(trace), client=edge, user="bob").login("/", "C9", "U9")
    return Claim(trace.har(folder), never=("NTLM-FAIL-001", "NTLM-POOL-002")).at(
        6, {"NTLM-PING-001", "NTLM-FLAGS-001", "NTLM-BLOCK-001"}, {"client", "unknown"}, most="likely")
