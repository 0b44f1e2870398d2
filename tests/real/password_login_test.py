"""Basic and Digest at a real Apache, through why401, with curl and wget: schemes that travel with each request."""
import os
import subprocess
import unittest

from apache import PASSWORDS, sha256
from apache_scene import ApacheScene
from scene import POLICIES, SITE
from servers import PATIENCE, environment, program

ALICE = ["--user", f"alice:{PASSWORDS['alice']}"]


class Password(ApacheScene):
    def wget(self, running, *arguments):
        """Exit code and output."""
        done = subprocess.run([program("wget", "wget"), "--quiet", "--tries=1", f"--timeout={PATIENCE}", "--output-document=-", *arguments],
                              env=environment(http_proxy=f"http://{running.proxy}"), cwd=self.home, capture_output=True, text=True, timeout=PATIENCE)
        return done.returncode, done.stdout

    def test_curl_logs_in_on_a_kept_connection(self):
        for policy in POLICIES:
            for scheme in ("basic", "digest"):
                with self.subTest(policy=policy, scheme=scheme):
                    running = self.through(policy)
                    answers = self.curl(running, f"--{scheme}", *ALICE, urls=[f"{SITE}/{scheme}/{n}" for n in "abc"])
                    self.assertEqual(self.users(answers), [(200, "alice")] * 3)
                    told = self.settled(running)
                    self.assertEqual({e["identity"] for e in told["exchanges"] if e["status"] == 200}, {"alice"})
                    self.assertEqual(len({e["client_connection"] for e in told["exchanges"]}), 1)
                    self.assert_healthy(told)

    def test_a_body_on_the_handshake_arrives_whole(self):
        body = os.urandom(300_000)
        for policy in POLICIES:
            for how in ("basic", "digest", "anyauth"):
                with self.subTest(policy=policy, how=how):
                    scheme = "digest" if how == "anyauth" else how
                    running = self.through(policy)
                    answers = self.curl(running, f"--{how}", *ALICE, urls=[f"{SITE}/{scheme}/a", f"{SITE}/{scheme}/b"], data=body)
                    self.assertEqual([(a.status, a.user, a.sha256) for a in answers], [(200, "alice", sha256(body))] * 2)
                    self.assert_healthy(self.settled(running))

    def test_parallel_connections_of_two_users_are_each_served_as_themselves(self):
        for policy in POLICIES:
            with self.subTest(policy):
                running = self.through(policy)
                who = ["alice", "bob"] * 4
                results = self.at_once(*(
                    lambda n=n, user=user: self.curl(running, "--anyauth", "--user", f"{user}:{PASSWORDS[user]}",
                                                     urls=[f"{SITE}/{('basic', 'digest')[n // 4]}/{n}-{page}" for page in range(4)])
                    for n, user in enumerate(who)))
                for user, answers in zip(who, results):
                    self.assertEqual(self.users(answers), [(200, user)] * 4)
                self.assert_healthy(self.settled(running))

    def test_wget_logs_in_after_the_401(self):
        for policy in POLICIES:
            for scheme in ("basic", "digest"):
                with self.subTest(policy=policy, scheme=scheme):
                    running = self.through(policy)
                    code, text = self.wget(running, "--user=alice", f"--password={PASSWORDS['alice']}", f"{SITE}/{scheme}/a")
                    self.assertEqual((code, text.splitlines()[:1]), (0, ["user=alice"]))
                    told = self.settled(running)
                    self.assertEqual([status for status, _ in self.legs(told)], [401, 200])
                    self.assert_healthy(told)


if __name__ == "__main__":
    unittest.main()
