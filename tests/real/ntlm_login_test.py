"""NTLM inside SPNEGO at a real Apache (mod_auth_gssapi on GSS-NTLMSSP), through why401: a login that lives in its connection."""
import os
import unittest

from apache import sha256
from apache_scene import DOMAIN, ApacheScene
from scene import POLICIES, SITE

NEGOTIATE = ["--negotiate", "--user", ":"]
ASKED = ["--anyauth", "--user", ":"]
LOGIN = [(401, "negotiate"), (200, "authenticate")]


class Ntlm(ApacheScene):
    def setUp(self):
        super().setUp()
        self.alice = self.ntlm_user("alice", "Wonderland1")
        self.bob = self.ntlm_user("bob", "Builder1")

    def test_one_login_serves_the_pages_that_follow_on_its_connection(self):
        for policy in POLICIES:
            for how, first in ((NEGOTIATE, []), (ASKED, [(401, "anonymous")])):
                with self.subTest(policy=policy, how=how[0]):
                    running = self.through(policy)
                    answers = self.curl(running, *how, urls=[f"{SITE}/ntlm/{n}" for n in "abc"], env=self.alice)
                    self.assertEqual(self.users(answers), [(200, f"{DOMAIN}\\alice")] * 3)
                    told = self.settled(running)
                    self.assertEqual(self.legs(told), first + LOGIN + [(200, "none")] * 2)
                    self.assertEqual({e["identity"] for e in told["exchanges"][len(first) + 1:]}, {f"{DOMAIN}\\alice"})
                    self.assertEqual(len({e["upstream_connection"] for e in told["exchanges"]}), 1)
                    self.assert_healthy(told)

    def test_a_body_on_the_handshake_arrives_whole(self):
        body = os.urandom(300_000)
        for policy in POLICIES:
            for how in (NEGOTIATE, ASKED):
                with self.subTest(policy=policy, how=how[0]):
                    running = self.through(policy)
                    answers = self.curl(running, *how, urls=[f"{SITE}/ntlm/a", f"{SITE}/ntlm/b"], env=self.alice, data=body)
                    self.assertEqual([(a.status, a.user, a.sha256) for a in answers], [(200, f"{DOMAIN}\\alice", sha256(body))] * 2)
                    self.assert_healthy(self.settled(running))

    def test_parallel_connections_of_two_users_are_each_served_as_themselves(self):
        for policy in POLICIES:
            with self.subTest(policy):
                running = self.through(policy)
                who = ["alice", "bob"] * 4
                results = self.at_once(*(
                    lambda n=n, user=user: self.curl(running, *NEGOTIATE, urls=[f"{SITE}/ntlm/{user}-{n}-{page}" for page in range(4)],
                                                     env=self.alice if user == "alice" else self.bob) for n, user in enumerate(who)))
                for user, answers in zip(who, results):
                    self.assertEqual(self.users(answers), [(200, f"{DOMAIN}\\{user}")] * 4)
                told = self.settled(running)
                self.assertEqual(len(told["exchanges"]), 8 * (4 + 1))
                for exchange in told["exchanges"]:
                    user = exchange["url"].rsplit("/", 1)[1].split("-")[0]
                    if exchange["status"] == 200:
                        self.assertEqual(exchange["identity"], f"{DOMAIN}\\{user}")
                self.assert_healthy(told)

    def test_nobody_is_served_with_a_login_that_others_left_behind(self):
        for policy in POLICIES:
            with self.subTest(policy):
                running = self.through(policy)
                self.assertEqual(self.users(self.curl(running, *NEGOTIATE, urls=[f"{SITE}/ntlm/a"], env=self.alice)), [(200, f"{DOMAIN}\\alice")])
                self.assertEqual([a.status for a in self.curl(running, urls=[f"{SITE}/ntlm/b"])], [401])
                told = self.settled(running)
                self.assertEqual(len({e["upstream_connection"] for e in told["exchanges"]}), 2)
                self.assertEqual(self.accused(told), [("CLIENT-NOAUTH-001", "client")])

    def test_a_pool_that_knows_nothing_of_logins_serves_strangers_as_alice_and_says_so(self):
        running = self.through("pooled/lifo")
        self.assertEqual(self.users(self.curl(running, *NEGOTIATE, urls=[f"{SITE}/ntlm/a"], env=self.alice)), [(200, f"{DOMAIN}\\alice")])
        self.assertEqual(self.users(self.curl(running, urls=[f"{SITE}/ntlm/b"])), [(200, f"{DOMAIN}\\alice")])
        self.assertEqual(self.accused(self.settled(running)), [("NTLM-POOL-003", "this-proxy")])

    def test_a_login_that_the_pool_splits_fails_and_this_proxy_says_that_it_did_it(self):
        running = self.through("pooled/switch")
        self.assertEqual([a.status for a in self.curl(running, *NEGOTIATE, urls=[f"{SITE}/ntlm/a"], env=self.alice)], [401])
        self.assertEqual({culprit for _, culprit in self.accused(self.settled(running))}, {"this-proxy"})


if __name__ == "__main__":
    unittest.main()
