"""Whole logins that the server refuses, and what may honestly be said about them."""
import ntlm
from people import Person
from products import Iis, curl, dotnet, python_requests
from writing import Claim, Trace, case

CLIENT = {"client", "unknown"}


@case
def wrong_password_once_in_a_script(folder):
    trace = Trace()
    lost = Person(trace, Iis(trace), client=python_requests, kind="java", workstation="").login("/", "C1", "U1", answer=Iis(trace).refuse())
    return Claim(trace.har(folder), never=("NTLM-POOL-002", "NTLM-UNBOUND-001", "NTLM-LOOP-003")).at(lost, "NTLM-FAIL-001", CLIENT, "possible", "likely")


@case
def wrong_password_and_then_the_right_one(folder):
    trace = Trace()
    alice = Person(trace, Iis(trace))
    lost = alice.login("/", "C1", "U1", answer=Iis(trace).refuse())
    trace.clock.wait(9)
    alice.login("/", "C1", "U1", asked=False)
    alice.browse("C1", "U1", "/a", "/b")
    return Claim(trace.har(folder), never=("NTLM-UNBOUND-001", "NTLM-POOL-005", "NTLM-PERSIST-001")).at(lost, "NTLM-FAIL-001", CLIENT, "likely", "likely")


@case
def one_user_is_refused_where_another_is_let_in(folder):
    trace = Trace()
    Person(trace, Iis(trace), user="bob").login("/", "C1", "U1")
    lost = Person(trace, Iis(trace)).login("/", "C2", "U2", answer=Iis(trace).refuse())
    return Claim(trace.har(folder), never=("NTLM-UNBOUND-001", "NTLM-POOL-003", "CBT-NONE-002")).at(lost, "NTLM-FAIL-001", CLIENT, "likely", "likely")


@case
def the_name_of_the_computer_as_domain(folder):
    trace = Trace()
    alice = Person(trace, Iis(trace), domain="PC17", workstation="PC17")
    lost = alice.login("/", "C1", "U1", answer=Iis(trace).refuse())
    return Claim(trace.har(folder)).at(lost, "NTLM-FAIL-002", CLIENT, "possible", "likely")


@case
def a_full_name_with_a_wrong_password_is_no_wrong_domain(folder):
    trace = Trace()
    alice = Person(trace, Iis(trace), user="alice@contoso.test", domain="")
    lost = alice.login("/", "C1", "U1", answer=Iis(trace).refuse())
    return Claim(trace.har(folder), never=("NTLM-FAIL-002",)).at(lost, "NTLM-FAIL-001", CLIENT, "possible", "likely")


@case
def another_trusted_domain_is_let_in(folder):
    trace = Trace()
    Person(trace, Iis(trace), domain="FABRIKAM").login("/", "C1", "U1")
    return Claim(trace.har(folder), innocent=True, never=("NTLM-FAIL-002",))


@case
def titanium_393_a_saved_password_is_tried_without_end(folder):
    trace = Trace()
    service = Person(trace, Iis(trace), user="svc-sync", client=dotnet)
    for _ in range(8):
        last = service.login("/api/sync", "C1", "U1", answer=Iis(trace).refuse(), asked=False)
        trace.clock.wait(1)
    return Claim(trace.har(folder), never=("NTLM-POOL-002", "NTLM-POOL-005")).at(last, {"NTLM-LOOP-003", "NTLM-FAIL-001", "ACCT-LOCK-001"}, CLIENT)


@case
def five_users_are_refused_and_none_again(folder):
    """No loop: each tries once."""
    trace = Trace()
    Person(trace, Iis(trace), user="zoe").login("/", "C9", "U9")
    for number, user in enumerate(("alice", "bob", "carol", "dan", "eve"), 1):
        last = Person(trace, Iis(trace), user=user).login("/", f"C{number}", f"U{number}", answer=Iis(trace).refuse())
    return Claim(trace.har(folder), never=("NTLM-LOOP-003", "ACCT-LOCK-001")).at(last, "NTLM-FAIL-001", CLIENT, most="likely")


@case
def ntlm_version_1_is_refused(folder):
    """cypress-ntlm-auth#49: the domain takes version 2 only."""
    trace = Trace()
    lost = Person(trace, Iis(trace), kind="v1").login("/", "C1", "U1", answer=Iis(trace).refuse())
    return Claim(trace.har(folder), also=("NTLM-V1-001",)).at(lost, {"NTLM-V1-001", "NTLM-FAIL-001"}, CLIENT | {"server"}, most="likely")


@case
def nobody_logs_in(folder):
    trace = Trace()
    service = Person(trace, Iis(trace), client=dotnet)
    service.refused_first("/", "C1", "U1")
    challenge = service.negotiate("/", "C1", "U1")
    lost = service.authenticate("/", "C1", "U1", challenge, Iis(trace).refuse(), message=ntlm.anonymous(challenge))
    return Claim(trace.har(folder), never=("NTLM-FAIL-001", "NTLM-FAIL-002")).at(lost, "NTLM-ANON-001", CLIENT, "likely")


@case
def at_the_server_itself_by_another_name(folder):
    trace = Trace("http://portal.contoso.test")
    admin = Person(trace, Iis(trace), user="admin", workstation="WEB01")
    told = Claim(never=("NTLM-UNBOUND-001",))
    for _ in range(3):
        admin.refused_first("/", "C1", "U1", server="127.0.0.1")
        challenge = admin.negotiate("/", "C1", "U1", server="127.0.0.1")
        lost = admin.authenticate("/", "C1", "U1", challenge, Iis(trace).refuse(), server="127.0.0.1")
    told.files = (trace.har(folder),)
    return told.at(lost, "LOOPBACK-001", {"server", "unknown", "client"}, "possible", "likely")


@case
def at_another_computer_by_another_name(folder):
    trace = Trace("http://portal.contoso.test")
    admin = Person(trace, Iis(trace), user="admin", workstation="PC17")
    for _ in range(2):
        lost = admin.login("/", "C1", "U1", answer=Iis(trace).refuse())
    return Claim(trace.har(folder), never=("LOOPBACK-001",)).at(lost, {"NTLM-FAIL-001", "NTLM-LOOP-003"}, CLIENT, most="likely")


@case
def channel_binding_is_missing_and_the_refusal_could_be_the_password(folder):
    trace = Trace("https://mail.contoso.test")
    alice = Person(trace, Iis(trace), client=curl, kind="curl")
    lost = alice.login("/ews/", "C1", "U1", answer=Iis(trace).refuse())
    return Claim(trace.har(folder), never=("CBT-MITM-001", "CBT-OFFLOAD-003")).at(
        lost, {"NTLM-FAIL-001", "CBT-NONE-002"}, CLIENT | {"server"}, "possible", "likely")


@case
def without_tls_there_is_no_channel_binding_to_miss(folder):
    trace = Trace()
    lost = Person(trace, Iis(trace)).login("/", "C1", "U1", answer=Iis(trace).refuse())
    return Claim(trace.har(folder), never=("CBT-NONE-002", "CBT-MITM-001", "CBT-OFFLOAD-003", "CBT-SPN-004")).at(lost, "NTLM-FAIL-001", CLIENT, most="likely")


@case
def two_users_with_binding_and_without_at_one_server(folder):
    """Everybody with a binding is let in, the one without is refused: the binding, or the password."""
    trace = Trace("https://mail.contoso.test")
    for number, user in enumerate(("bob", "carol"), 1):
        Person(trace, Iis(trace), user=user, bindings=bytes(range(16))).login("/", f"C{number}", f"U{number}")
    lost = Person(trace, Iis(trace), client=curl, kind="curl").login("/", "C3", "U3", answer=Iis(trace).refuse())
    return Claim(trace.har(folder), never=("CBT-MITM-001",)).at(lost, {"NTLM-FAIL-001", "CBT-NONE-002"}, CLIENT | {"server"}, "possible", "likely")


@case
def a_post_loses_its_body_in_the_login(folder):
    """The last message goes out with an empty body (curl#3326): 411 from HTTP.sys."""
    trace = Trace()
    body = "<order/>" * 50
    alice = Person(trace, Iis(trace), client=curl, kind="curl")
    alice.refused_first("/orders", "C1", "U1", method="POST", more=[("Content-Length", str(len(body)))], sent=body)
    challenge = alice.negotiate("/orders", "C1", "U1", method="POST", more=[("Content-Length", "0")])
    lost = alice.authenticate("/orders", "C1", "U1", challenge, {"status": 411, "page": "", "response": [("Content-Length", "0")]}, method="POST",
                              more=[("Content-Length", "0")])
    return Claim(trace.har(folder), never=("NTLM-FAIL-001",)).at(lost, "NTLM-POST-001", CLIENT, "possible")
