"""Kerberos logins that a real Apache refuses, or that real clients cannot even begin: the right reason comes first,
live and from the capture."""
import pathlib
import unittest

from apache import PASSWORDS, Apache
from apache_scene import ApacheScene
from kerberos_realm import REALM
from scene import HOST, SITE
from servers import installed, program

from running import wait_for

NEGOTIATE = ["--negotiate", "--user", ":"]
SERVICE = f"HTTP/{HOST}"
FAKETIME = next(map(str, pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), "/usr/lib/faketime/libfaketime.so.1")


class KerberosRefused(ApacheScene):
    more = f"""
<Location /bobs>
  AuthType GSSAPI
  AuthName "pages of bob"
  GssapiAllowedMech krb5
  GssapiCredStore keytab:{{folder}}/http.keytab
  Require user bob@{REALM}
</Location>
"""

    def setUp(self):
        super().setUp()
        self.alice = self.realm.ticket("alice", PASSWORDS["alice"])

    def first_finding(self, *arguments, page="kerberos", site=SITE, env=None, status=401, server=None, more=()):
        """(rule, confidence, culprit) of the only failure, the same live and from the capture."""
        running = self.proxy(server or self.apache, "affinity", *more)
        answers = self.curl(running, *(arguments or NEGOTIATE), urls=[f"{site}/{page}/a"], env=env or self.alice)
        self.assertEqual([answer.status for answer in answers], [status])
        live = wait_for(lambda: self.failures(running.get("/api/v1/findings")), "a finding")
        told = self.told(running)
        self.assertEqual(self.failures(told), live)
        self.assertEqual(len(live), 1, told["findings"])
        self.because = [f["because"] for f in told["findings"] if f["kind"] == "failure"][0]
        return live[0]

    def failures(self, told):
        return [(f["rule"], f["confidence"], f["culprit"]) for f in told["findings"] if f["kind"] == "failure"]

    def test_a_keytab_with_the_wrong_key(self):
        keytab = self.folder.path / "http.keytab"
        keytab.unlink()
        self.realm.run(program("ktutil", "krb5-user"),
                       stdin=f"addent -password -p {SERVICE}@{REALM} -k 2 -e aes256-cts-hmac-sha1-96\nwrong\nwkt {keytab}\nquit\n")
        keytab.chmod(0o644)
        self.assertEqual(self.first_finding(), ("KRB-SPN-002", "certain", "server"))
        self.assertIn(SERVICE, self.because)
        self.assertIn("KRB_AP_ERR_BAD_INTEGRITY (31)", self.because)

    def test_a_keytab_without_the_present_key_version(self):
        self.realm.administer(f"change_password -randkey {SERVICE}")
        rule, _, culprit = self.first_finding()
        self.assertEqual((rule, culprit), ("KRB-KVNO-003", "server"))
        self.assertIn("key version 3", self.because)

    def test_a_clock_that_is_twenty_minutes_off(self):
        installed(FAKETIME, "libfaketime")
        self.realm.run(program("kvno", "krb5-user"), SERVICE, KRB5CCNAME=self.alice["KRB5CCNAME"])  # while the clocks agree
        late = {**self.alice, "LD_PRELOAD": FAKETIME, "FAKETIME": "+20m", "DONT_FAKE_MONOTONIC": "1"}
        self.assertEqual(self.first_finding(env=late), ("KRB-SKEW-005", "certain", "client"))
        self.assertIn("KRB_AP_ERR_SKEW (37)", self.because)

    def test_a_service_that_nobody_registered(self):
        other = "other.why401.test"
        found = self.first_finding(site=f"http://{other}", more=("--map", f"{other}={self.apache.address}"))
        self.assertEqual(found[0], "CLIENT-NOAUTH-001")  # curl got no ticket, so it had nothing to answer with

    def test_no_ticket_at_all(self):
        self.assertEqual(self.first_finding(env=self.realm.no_ticket())[0], "CLIENT-NOAUTH-001")

    def test_a_good_ticket_of_a_user_who_may_not_open_the_page(self):
        self.assertEqual(self.first_finding(page="bobs"), ("AUTHZ-401-001", "likely", "server"))

    def test_a_ticket_too_large_for_the_server(self):
        self.apache.stop()  # both would keep their pid in one folder
        small = Apache(self, self.folder, self.realm.env(), more="LimitRequestFieldSize 700")
        self.assertEqual(self.first_finding(status=400, server=small), ("KRB-BIG-001", "certain", "server"))

    def test_an_ntlm_login_where_only_kerberos_is_taken(self):
        rule, _, _ = self.first_finding(env=self.ntlm_user("alice", PASSWORDS["alice"]))
        self.assertEqual(rule, "NEGO-PROVIDER-001")


if __name__ == "__main__":
    unittest.main()
