"""A real Squid that asks for a login (407), as the --upstream-proxy of why401, and real clients that answer or do not."""
import unittest

from apache import Apache
from intermediaries import AskingSquid
from scene import Scene
from servers import Folder

SCHEMES = ("basic", "digest")
ALICE = ["--proxy-user", "alice:Wonderland1"]


class UpstreamProxy(Scene):
    def setUp(self):
        super().setUp()
        self.apache = Apache(self, Folder(self))
        self.squid = AskingSquid(self, Folder(self))
        self.open_page, self.closed_page = (f"http://{self.apache.address}/{area}/a" for area in ("open", "basic"))

    def through_squid(self):
        return self.start("--upstream-proxy", f"http://{self.squid.address}")

    def test_a_login_at_the_proxy_brings_the_page(self):
        for scheme in (*SCHEMES, "anyauth"):
            with self.subTest(scheme):
                running = self.through_squid()
                served = len(self.apache.log(0))
                answers = self.curl(running, f"--proxy-{scheme}", *ALICE, urls=[self.open_page] * 3)
                self.assertEqual([a.status for a in answers], [200] * 3)
                told = self.told(running)
                self.assertLessEqual({e["status"] for e in told["exchanges"]}, {200, 407})
                self.assertEqual(len([e for e in told["exchanges"] if e["status"] == 200]), len(self.apache.log(served + 3)) - served)
                self.assert_healthy(told)

    def test_a_proxy_and_a_server_that_both_ask_get_each_their_own(self):
        running = self.through_squid()
        answers = self.curl(running, "--proxy-anyauth", *ALICE, "--anyauth", "--user", "bob:Builder1", urls=[self.closed_page])
        self.assertEqual([(a.status, a.user) for a in answers], [(200, "bob")])
        told = self.told(running)
        self.assertEqual([e["status"] for e in told["exchanges"]], [407, 401, 200])
        self.assert_healthy(told)

    def test_a_wrong_password_is_refused_by_the_proxy(self):
        for scheme in SCHEMES:
            with self.subTest(scheme):
                running = self.through_squid()
                answers = self.curl(running, f"--proxy-{scheme}", "--proxy-user", "alice:Looking-Glass", urls=[self.open_page])
                self.assertEqual([a.status for a in answers], [407])
                accused = self.accused(self.told(running))
                self.assertEqual({rule for rule, _ in accused}, {"PROXY-407-001"})
                self.assertNotIn("this-proxy", {culprit for _, culprit in accused})

    def test_a_client_without_a_login_for_the_proxy(self):
        running = self.through_squid()
        self.assertEqual([a.status for a in self.curl(running, urls=[self.open_page])], [407])
        self.assertEqual(self.accused(self.told(running)), [("PROXY-NOAUTH-005", "client")])


if __name__ == "__main__":
    unittest.main()
