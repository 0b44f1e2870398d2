"""`explain --check-password` and `--keytab` on recorded logins of real clients at a real Apache and at the lab."""
import json
import os
import struct
import unittest

from apache import PASSWORDS
from apache_scene import DOMAIN, ApacheScene
from kerberos_realm import REALM
from ntlm_requests_client import get_with_ntlm
from scene import HOST, SITE

NEGOTIATE = ["--negotiate", "--user", ":"]
AES256 = 18


def keytab(service, version, key):
    """A keytab file (format 2) with one AES256 key of HTTP/<host>."""
    def counted(text):
        return struct.pack(">H", len(text)) + text.encode()
    entry = struct.pack(">H", 2) + counted(REALM) + counted("HTTP") + counted(service)
    entry += struct.pack(">IIB", 1, 0, version) + struct.pack(">HH", AES256, len(key)) + key + struct.pack(">I", version)
    return b"\x05\x02" + struct.pack(">i", len(entry)) + entry


class SecretCheck(ApacheScene):
    def recorded(self, *arguments, page, status, env=None):
        """The capture of one page fetched with curl."""
        running = self.through("affinity")
        self.assertEqual([a.status for a in self.curl(running, *arguments, urls=[f"{SITE}/{page}/a"], env=env)], [status])
        self.settled(running)
        return running.facts["capture"]

    def explained(self, capture, *arguments):
        done = self.why401("explain", "--json", "--fail-on", "none", *arguments, capture)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def checked(self, capture, user, password):
        """What a check with this password showed: (findings, the one check)."""
        file = self.home / "password"
        file.write_text(password + "\n")
        told = self.explained(capture, "--check-password", user, "--password-file", file)
        self.assertNotIn(password, json.dumps(told["checks"]) + json.dumps(told["findings"]))
        self.assertEqual(len(told["checks"]), 1, told["checks"])
        return self.accused(told), told["checks"][0]

    def opened(self, capture, file):
        told = self.explained(capture, "--keytab", file)
        return told, told["checks"][0]

    # Tickets

    def test_the_services_keytab_opens_a_ticket_and_shows_whose_it_is(self):
        alice = self.realm.ticket("alice", PASSWORDS["alice"])
        told, check = self.opened(self.recorded(*NEGOTIATE, page="kerberos", status=200, env=alice), self.folder.path / "http.keytab")
        self.assert_healthy(told)
        self.assertEqual((check["kind"], check["key"], check["service"]), ("ticket", "fits", f"HTTP/{HOST}@{REALM}"))
        self.assertEqual(check["ticket"]["client"], f"alice@{REALM}")
        self.assertTrue(check["ticket"]["pac"])
        self.assertEqual(check["ticket"]["pac_name"], "alice")
        self.assertTrue(check["ticket"]["authenticator"])
        self.assertGreater(check["ticket"]["ends"], check["ticket"]["starts"] or check["ticket"]["authenticated"])
        self.assertEqual(check["ticket"]["channel_bindings"], "zero")
        self.assertFalse(check["ticket"]["delegates"])

    def test_another_key_another_version_another_type_and_another_name_are_told_apart(self):
        alice = self.realm.ticket("alice", PASSWORDS["alice"])
        capture = self.recorded(*NEGOTIATE, page="kerberos", status=200, env=alice)
        version = self.opened(capture, self.folder.path / "http.keytab")[1]["kvno"]
        for expected, name, number in (("does-not-fit", HOST, version), ("other-version", HOST, version + 1), ("no-such-name", "elsewhere.test", version)):
            file = self.home / f"{expected}.keytab"
            file.write_bytes(keytab(name, number, os.urandom(32)))
            told, check = self.opened(capture, file)
            self.assertEqual(check["key"], expected)
            self.assertIsNone(check["ticket"])
            self.assert_healthy(told)  # the server let it in: a keytab that does not fit is no finding

    def test_a_ticket_of_a_newer_key_than_the_servers_keytab_has(self):
        alice = self.realm.ticket("alice", PASSWORDS["alice"])
        self.realm.administer(f"change_password -randkey HTTP/{HOST}")
        told, check = self.opened(self.recorded(*NEGOTIATE, page="kerberos", status=401, env=alice), self.folder.path / "http.keytab")
        self.assertEqual(check["key"], "other-version")
        self.assertNotIn("PROOF-TICKET-002", [rule for rule, _ in self.accused(told)])

    def test_a_good_ticket_that_is_refused_is_not_blamed_on_the_key(self):
        # Apache reads another keytab than the one that the administrator believes in.
        alice = self.realm.ticket("alice", PASSWORDS["alice"])
        self.realm.administer(f"change_password -randkey HTTP/{HOST}")
        file = self.home / "new.keytab"
        self.realm.administer(f"ktadd -norandkey -k {file} HTTP/{HOST}")
        told, check = self.opened(self.recorded(*NEGOTIATE, page="kerberos", status=401, env=alice), file)
        self.assertEqual((check["key"], check["ticket"]["client"]), ("fits", f"alice@{REALM}"))
        # Unless the server says itself, in a KRB-ERROR, what it makes of the ticket.
        first = [f for f in told["findings"] if f["kind"] == "failure"][0]
        self.assertTrue(first["rule"] == "PROOF-TICKET-002" or (first["rule"].startswith("KRB-") and first["confidence"] == "certain"), first)

    # Passwords

    def test_ntlm_inside_spnego(self):
        right, wrong = self.ntlm_user("alice", PASSWORDS["alice"]), self.ntlm_user("bob", "Looking-Glass")
        accused, check = self.checked(self.recorded(*NEGOTIATE, page="ntlm", status=200, env=right), f"{DOMAIN}\\alice", PASSWORDS["alice"])
        self.assertEqual((accused, check["method"], check["verdict"]), ([], "NTLMv2", "right"))
        self.assertIn(check["mic"], ("good", "absent"))
        capture = self.recorded(*NEGOTIATE, page="ntlm", status=401, env=wrong)
        accused, check = self.checked(capture, f"{DOMAIN}\\bob", PASSWORDS["bob"])
        self.assertEqual((accused, check["verdict"]), ([("NTLM-FAIL-001", "client")], "wrong"))
        accused, check = self.checked(capture, f"{DOMAIN}\\bob", "Looking-Glass")
        self.assertEqual((accused, check["verdict"]), ([("PROOF-PASS-001", "unknown")], "right"))
        accused, check = self.checked(capture, f"{DOMAIN}\\bob", "lOOKING-gLASS")
        self.assertIn("Caps Lock", check["fits"])

    def test_ntlm_of_a_python_client_at_the_lab(self):
        page = "http://web01.lab.why401.test/"
        for password, status, verdict, accused in (("Wonderland1", 200, "right", []), ("Looking-Glass", 401, "wrong", [("NTLM-FAIL-001", "client")])):
            running = self.start("--lab")
            answers = get_with_ntlm([page], ca_file="/etc/ssl/certs/ca-certificates.crt", proxy=running.proxy, password=password)
            self.assertEqual([code for code, _ in answers], [status])
            self.told(running)
            self.assertEqual(self.checked(running.facts["capture"], "CONTOSO\\alice", "Wonderland1")[0], accused)
            self.assertEqual(self.checked(running.facts["capture"], "CONTOSO\\alice", "Wonderland1")[1]["verdict"], verdict)

    def test_basic_and_digest(self):
        for scheme in ("basic", "digest"):
            with self.subTest(scheme):
                good = self.recorded(f"--{scheme}", "--user", f"alice:{PASSWORDS['alice']}", page=scheme, status=200)
                accused, check = self.checked(good, "alice", PASSWORDS["alice"])
                self.assertEqual((accused, check["verdict"]), ([], "right"))
                self.assertEqual(self.checked(good, "alice", "Looking-Glass")[1]["verdict"], "wrong")
        refused = self.recorded("--basic", "--user", "alice:Looking-Glass", page="basic", status=401)
        self.assertEqual(self.checked(refused, "alice", PASSWORDS["alice"])[0], [("BASIC-BAD-001", "client")])
        self.assertEqual(self.checked(refused, "alice", "Looking-Glass")[0], [("PROOF-PASS-001", "unknown")])


if __name__ == "__main__":
    unittest.main()
