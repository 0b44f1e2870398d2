"""Chromium at a real Apache, through why401: every scheme, parallel connections, bodies on the handshake."""
import unittest

from apache import PASSWORDS, sha256
from apache_scene import DOMAIN, ApacheScene
from browser import Browser
from kerberos_realm import REALM
from scene import HOST, POLICIES, SITE
from servers import environment

BODY = b"x" * 100_000  # what ask.html posts


class Chromium(ApacheScene):
    def browser(self, running, env, **more):
        return Browser(self.home, running.proxy, HOST, env, **more)

    def asks_at_once(self, running, env, area, user):
        """Six requests of one page, every other a POST."""
        shown = self.browser(running, env).show(f"{SITE}/ask.html#{area}")
        self.assertEqual(shown.count(f"user={user}\n"), 6, shown)
        self.assertEqual(shown.count(f"sha256={sha256(BODY)}"), 3, shown)
        told = self.settled(running)
        self.assert_healthy(told)
        return told

    def test_kerberos_on_parallel_connections_with_bodies(self):
        alice = self.realm.ticket("alice", PASSWORDS["alice"])
        for policy, area in zip(POLICIES, ("kerberos", "bound")):
            with self.subTest(policy=policy, area=area):
                self.asks_at_once(self.through(policy), alice, area, f"alice@{REALM}")

    def test_ntlm_on_parallel_connections_with_bodies(self):
        alice = self.ntlm_user("alice", PASSWORDS["alice"])
        for policy in POLICIES:
            with self.subTest(policy):
                told = self.asks_at_once(self.through(policy), alice, "ntlm", f"{DOMAIN}\\alice")
                self.assertIn((200, "authenticate"), self.legs(told))
                self.assertGreater(len({e["client_connection"] for e in told["exchanges"]}), 1)

    def test_passwords_of_the_address_bar(self):
        for policy, scheme in zip(POLICIES, ("basic", "digest")):
            with self.subTest(policy=policy, scheme=scheme):
                running = self.through(policy)
                shown = self.browser(running, environment()).show(f"http://alice:{PASSWORDS['alice']}@{HOST}/{scheme}/a")
                self.assertIn("user=alice\n", shown)
                told = self.settled(running)
                self.assertEqual([status for status, _ in self.legs(told)][:2], [401, 200])
                self.assert_healthy(told)

    def test_a_profile_that_never_met_negotiate_does_not_answer_and_the_client_is_told_so(self):
        alice = self.realm.ticket("alice", PASSWORDS["alice"])
        running = self.through("affinity")
        self.assertIn("401 Unauthorized", self.browser(running, alice, met_negotiate=False).show(f"{SITE}/kerberos/a"))
        self.assertEqual(self.accused(self.settled(running)), [("KRB-ZONE-001", "client")])


if __name__ == "__main__":
    unittest.main()
