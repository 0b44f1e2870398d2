"""Logins that a real Apache refuses: neither this proxy nor anybody else on the way is accused."""
import unittest

from apache_scene import ApacheScene
from scene import HOST, POLICIES, SITE


class Refused(ApacheScene):
    def accused_of(self, *arguments, page, env=None):
        """Per policy, what one refused request leads to."""
        for policy in POLICIES:
            with self.subTest(policy):
                running = self.through(policy)
                self.assertEqual([a.status for a in self.curl(running, *arguments, urls=[f"{SITE}/{page}/a"], env=env)], [401])
                told = self.settled(running)
                accused = self.accused(told)
                self.assertTrue(accused, "no finding")
                for _, culprit in accused:
                    self.assertIn(culprit, ("client", "server", "unknown"))
                yield accused

    def test_a_wrong_basic_password(self):
        for accused in self.accused_of("--basic", "--user", "alice:Looking-Glass", page="basic"):
            self.assertEqual(accused, [("BASIC-BAD-001", "client")])

    def test_a_wrong_digest_password(self):
        for accused in self.accused_of("--digest", "--user", "alice:Looking-Glass", page="digest"):
            self.assertEqual(accused, [("DIGEST-BAD-001", "client")])

    def test_a_wrong_ntlm_password(self):
        for accused in self.accused_of("--negotiate", "--user", ":", page="ntlm", env=self.ntlm_user("alice", "Looking-Glass")):
            self.assertEqual(accused, [("NTLM-FAIL-001", "client")])

    def test_a_client_without_a_ticket(self):
        for accused in self.accused_of("--negotiate", "--user", ":", page="kerberos", env=self.realm.no_ticket()):
            self.assertEqual(accused, [("CLIENT-NOAUTH-001", "client")])  # it could not answer

    def test_a_client_without_credentials(self):
        for accused in self.accused_of(page="kerberos"):
            self.assertEqual(accused, [("CLIENT-NOAUTH-001", "client")])

    def test_a_ticket_that_the_servers_keytab_cannot_open(self):
        alice = self.realm.ticket("alice", "Wonderland1")
        self.realm.administer(f"change_password -randkey HTTP/{HOST}")  # a new key, unknown to the keytab
        accused = list(self.accused_of("--negotiate", "--user", ":", page="kerberos", env=alice))
        self.assertEqual(len(accused), len(POLICIES))
        self.assertNotIn("CLIENT-NOAUTH-001", [rule for findings in accused for rule, _ in findings])



if __name__ == "__main__":
    unittest.main()
