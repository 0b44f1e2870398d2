"""Extended Protection: real clients that bind their logins to the certificate they see, at the lab, decrypted by why401 and in a tunnel."""
import json
import pathlib
import subprocess
import unittest

from browser import Browser
from ntlm_requests_client import get_with_ntlm
from scene import Scene
from servers import PATIENCE, environment

from running import WHY401, wait_for

REQUIRE, ALLOW, NONE = (f"epa-{policy}.lab.why401.test" for policy in ("require", "allow", "none"))
BAD_BINDINGS, LOGON_DENIED = "2148074310", "2148074252"
WHO = "user=CONTOSO\\alice"


class ExtendedProtection(Scene):
    def ca_file(self):
        return self.home / ".local/share/why401/ca/ca.pem"

    def decrypting(self, *more):
        return self.start("--lab", "--intercept", "all", *more)

    def ask(self, running, *urls, **how):
        """Status, and who was served, of each."""
        answers = get_with_ntlm(urls, ca_file=self.ca_file(), proxy=running.proxy, **how)
        return [(status, WHO in body) for status, body in answers]

    def log_codes(self, running):
        """sc-win32-status of each answer that ended a login."""
        rows = [line.split(" ") for line in pathlib.Path(running.facts["capture"] + ".lab.log").read_text().splitlines() if not line.startswith("#")]
        return [row[13] for row in rows[2::3]]  # each asks without credentials first, then NEGOTIATE, then AUTHENTICATE

    def test_decrypted_a_bound_login_is_refused_and_this_proxy_says_that_it_did_it(self):
        running = self.decrypting()
        self.assertEqual(self.ask(running, f"https://{REQUIRE}/", f"https://{ALLOW}/?detailed=1"), [(401, False)] * 2)
        told = self.told(running)
        self.assertEqual(self.accused(told), [("CBT-MITM-001", "this-proxy")] * 2)
        self.assertEqual(self.log_codes(running), [BAD_BINDINGS] * 2)
        for finding, host in zip(told["findings"], (REQUIRE, ALLOW)):
            self.assertEqual(finding["confidence"], "certain")
            self.assertIn(f"--tunnel {host}", finding["fix"][0])
            binding = finding["evidence"][0]
            self.assertRegex(binding["at"], r"^request\.header\[\d+\]$")
            self.assertEqual(binding["bytes"][1] // 2, 11)  # 16 bytes are 22 or 23 characters of base64

    def test_in_a_tunnel_the_same_login_succeeds_and_is_said_to_be_unseen(self):
        running = self.decrypting("--tunnel", REQUIRE)
        self.assertEqual(self.ask(running, f"https://{REQUIRE}/"), [(200, True)])
        told = self.told(running)
        self.assertEqual([(f["rule"], f["severity"]) for f in told["findings"]], [("TUNNEL-OPAQUE-001", "info")])
        self.assertRegex(told["findings"][0]["because"], rf"TLS for {REQUIRE}.*; \d+ bytes went to the server and \d+ came back")

    def test_where_nobody_looks_at_bindings_decrypting_does_no_harm(self):
        running = self.decrypting()
        self.assertEqual(self.ask(running, f"https://{NONE}/", "https://web01.lab.why401.test/"), [(200, True)] * 2)
        self.assert_healthy(self.told(running))

    def test_a_wrong_password_is_no_longer_held_against_this_proxy_once_the_server_shows_that_it_does_not_look(self):
        running = self.decrypting()
        self.assertEqual(self.ask(running, f"https://{NONE}/", password="Looking-Glass"), [(401, False)])
        self.assertEqual(self.ask(running, f"https://{NONE}/"), [(200, True)])
        self.assertEqual(self.ask(running, f"https://{NONE}/", password="Looking-Glass"), [(401, False)])
        told = self.told(running)
        self.assertEqual(self.accused(told), [("NTLM-FAIL-001", "client")] * 2)
        self.assertEqual(self.log_codes(running), [LOGON_DENIED, "0", LOGON_DENIED])

    def test_a_client_that_sends_no_binding_is_told_apart(self):
        running = self.decrypting()
        self.assertEqual(self.ask(running, f"https://{REQUIRE}/?detailed=1", f"https://{ALLOW}/", bound=False), [(401, False), (200, True)])
        self.assertEqual(self.accused(self.told(running)), [("CBT-NONE-002", "client")])

    def test_a_client_that_does_not_trust_the_authority_sends_nothing(self):
        running = self.decrypting()
        _, status = running.curl("https://web01.lab.why401.test/")
        self.assertEqual(status, 0)
        told = self.told(running)
        self.assertEqual(self.accused(told), [("TLS-CLIENT-002", "this-proxy")])
        self.assertEqual(len(told["exchanges"]), 1)

    def shown(self, running, host):
        """What Chromium shows to whom the address bar logs in."""
        home = self.home / host
        home.mkdir()
        browser = Browser(home, running.proxy, "", environment(), trusted=self.ca_file())
        return browser.show(f"https://CONTOSO%5Calice:Wonderland1@{host}/")

    def test_a_browser_binds_its_login_too(self):
        running = self.decrypting("--tunnel", REQUIRE)
        self.assertIn(WHO, self.shown(running, NONE))
        self.assertNotIn(WHO, self.shown(running, ALLOW))
        self.assertIn(WHO, self.shown(running, REQUIRE))
        self.assertEqual(set(self.accused(self.told(running))), {("CBT-MITM-001", "this-proxy")})

    def test_the_lab_alone_takes_a_login_that_is_bound_to_it(self):
        """What others compute from the certificate is what the lab computes."""
        ready = self.home / "lab.json"
        lab = subprocess.Popen([WHY401, "lab", "--listen", "127.0.0.1:0", "--ready", str(ready)], env=self.environment, stdout=subprocess.DEVNULL)
        self.addCleanup(lambda: (lab.kill(), lab.wait()))
        wait_for(ready.exists, "the lab")
        address = json.loads(ready.read_text())["lab"]
        running = self.start("--map", f"{REQUIRE}={address}")  # a tunnel: this proxy does not decrypt
        self.assertEqual(self.ask(running, f"https://{REQUIRE}/"), [(200, True)])
        self.assertEqual(self.ask(running, f"https://{REQUIRE}/", bound=False), [(401, False)])
        lab.terminate()
        self.assertEqual(lab.wait(PATIENCE), 0)


if __name__ == "__main__":
    unittest.main()
