"""Kerberos at a real Apache with tickets of a real KDC, through why401: carried whole, and nobody is accused."""
import os
import unittest

from apache import PASSWORDS, sha256
from apache_scene import ApacheScene
from kerberos_realm import REALM
from requests_client import post_with_kerberos
from scene import POLICIES, SITE

NEGOTIATE = ["--negotiate", "--user", ":"]  # curl sends its ticket without being asked
ASKED = ["--anyauth", "--user", ":"]        # curl waits for the 401


class Kerberos(ApacheScene):
    def setUp(self):
        super().setUp()
        self.alice = self.realm.ticket("alice", PASSWORDS["alice"])

    def test_a_ticket_after_a_401_logs_in(self):
        for policy in POLICIES:
            with self.subTest(policy):
                running = self.through(policy)
                answers = self.curl(running, *ASKED, urls=[f"{SITE}/kerberos/a"], env=self.alice)
                self.assertEqual(self.users(answers), [(200, f"alice@{REALM}")])
                told = self.settled(running)
                self.assertEqual(self.legs(told), [(401, "anonymous"), (200, "single")])
                self.assert_healthy(told)

    def test_a_ticket_sent_before_it_is_asked_for_logs_in_at_once_and_travels_with_each_request(self):
        for policy in POLICIES:
            with self.subTest(policy):
                running = self.through(policy)
                answers = self.curl(running, *NEGOTIATE, urls=[f"{SITE}/kerberos/{n}" for n in "abc"], env=self.alice)
                self.assertEqual(self.users(answers), [(200, f"alice@{REALM}")] * 3)
                told = self.settled(running)
                self.assertEqual(self.legs(told), [(200, "single")] * 3)
                self.assert_healthy(told)

    def test_a_login_that_lives_in_the_connection_is_kept_and_nobody_else_gets_it(self):
        for policy in POLICIES:
            with self.subTest(policy):
                running = self.through(policy)
                answers = self.curl(running, *NEGOTIATE, urls=[f"{SITE}/bound/{n}" for n in "abc"], env=self.alice)
                self.assertEqual(self.users(answers), [(200, f"alice@{REALM}")] * 3)
                stranger = self.curl(running, urls=[f"{SITE}/bound/d"])
                self.assertEqual([a.status for a in stranger], [401])
                told = self.settled(running)
                self.assertEqual(len({e["upstream_connection"] for e in told["exchanges"]}), 2)
                self.assertNotIn("NTLM-POOL-003", [rule for rule, _ in self.accused(told)])

    def test_a_body_on_the_handshake_arrives_whole(self):
        body = os.urandom(300_000)
        for policy in POLICIES:
            for how in (NEGOTIATE, ASKED):
                with self.subTest(policy=policy, how=how[0]):
                    running = self.through(policy)
                    answers = self.curl(running, *how, urls=[f"{SITE}/kerberos/a", f"{SITE}/bound/b"], env=self.alice, data=body)
                    self.assertEqual([(a.status, a.user, a.sha256) for a in answers], [(200, f"alice@{REALM}", sha256(body))] * 2)
                    self.assert_healthy(self.settled(running))

    def test_parallel_connections_of_two_users_are_each_served_as_themselves(self):
        bob = self.realm.ticket("bob", PASSWORDS["bob"])
        for policy in POLICIES:
            with self.subTest(policy):
                running = self.through(policy)
                who = ["alice", "bob"] * 4
                results = self.at_once(*(
                    lambda n=n, user=user: self.curl(running, *(NEGOTIATE if n < 4 else ASKED), urls=[f"{SITE}/bound/{user}-{n}-{page}" for page in range(4)],
                                                     env=self.alice if user == "alice" else bob) for n, user in enumerate(who)))
                for user, answers in zip(who, results):
                    self.assertEqual(self.users(answers), [(200, f"{user}@{REALM}")] * 4)
                told = self.settled(running)
                self.assertEqual(len(told["exchanges"]), 8 * 4 + 4)  # a 401 for each of those who waited for it
                self.assert_healthy(told)

    def test_a_python_client_that_checks_the_servers_own_proof_logs_in_and_posts(self):
        body = os.urandom(70_000)
        for policy in POLICIES:
            with self.subTest(policy):
                running = self.through(policy)
                answers = post_with_kerberos(running.proxy, [f"{SITE}/kerberos/a", f"{SITE}/kerberos/b"], body, self.alice)
                self.assertEqual([(a.status, a.user, a.sha256) for a in answers], [(200, f"alice@{REALM}", sha256(body))] * 2)
                told = self.settled(running)
                self.assertEqual([status for status, _ in self.legs(told)], [401, 200] * 2)
                self.assert_healthy(told)


if __name__ == "__main__":
    unittest.main()
