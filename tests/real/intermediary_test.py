"""A real intermediary between why401 and a server that logs in connections with NTLM: those that break it are accused,
those that do not are left alone."""
import json
import subprocess
import unittest

from intermediaries import HaProxy, ModProxy, Nginx, Squid
from scene import Scene
from servers import Folder, wait_for

from running import WHY401

WEB01 = "http://web01.lab.why401.test"
PASSWORDS = {"alice": "Wonderland1", "bob": "Builder1"}
ROUNDS = 20  # of parallel clients; which connections an intermediary mixes is for its scheduler to say


class Behind(Scene):
    def lab(self):
        """`why401 lab`: it logs in connections as IIS does, and its log says what really arrived."""
        ready, self.lab_log = self.home / "lab.json", self.home / "u_ex.log"
        process = subprocess.Popen([WHY401, "lab", "--listen", "127.0.0.1:0", "--ready", str(ready), "--log", str(self.lab_log)], env=self.environment,
                                   cwd=self.home, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(lambda: (process.kill(), process.wait()))
        wait_for(ready.exists, "the lab")
        return json.loads(ready.read_text())["lab"]

    def behind(self, intermediary, **options):
        """why401 -> the intermediary -> the lab."""
        gateway = intermediary(self, Folder(self), self.lab(), **options)
        return self.start("--map", f"web01.lab.why401.test={gateway.address}")

    def login(self, running, user, *pages, password=None, more=()):
        answers = self.curl(running, "--ntlm", "--user", f"CONTOSO\\{user}:{password or PASSWORDS[user]}", *more,
                            urls=[f"{WEB01}/{page}" for page in pages])
        return [answer.status for answer in answers]

    def crowd(self, running, **options):
        """Two users on three connections each, all at once; the statuses they see."""
        return self.at_once(*(lambda user=user: self.login(running, user, *["a"] * 4, **options) for user in ["alice", "bob"] * 3))

    def until_broken(self, running, **options):
        """Each user logs in alone, then both crowd until somebody with the right password has lost a login."""
        for user in PASSWORDS:
            self.assertEqual(self.login(running, user, "a", "a"), [200, 200])
        for _ in range(ROUNDS):
            if {401} <= {status for statuses in self.crowd(running, **options) for status in statuses}:
                return
        self.fail("the intermediary kept every login; this test is about one that does not")


class Breaks(Behind):
    def assert_accused(self, told):
        accused = self.accused(told)
        self.assertTrue({("NTLM-POOL-001", "intermediary"), ("NTLM-POOL-002", "intermediary")} & set(accused), accused)
        self.assertNotIn("this-proxy", {culprit for _, culprit in accused})
        return {culprit for _, culprit in accused}

    def test_nginx_that_keeps_server_connections_for_everybody_is_accused_and_nobody_else(self):
        running = self.behind(Nginx)
        self.until_broken(running)
        self.assertEqual(self.assert_accused(self.told(running)), {"intermediary"})

    def test_mod_proxy_is_known_to_clients_that_ask_for_keep_alive_as_browsers_do(self):
        running = self.behind(ModProxy)
        self.until_broken(running, more=("-H", "Connection: keep-alive"))
        self.assertEqual(self.assert_accused(self.told(running)), {"intermediary"})

    def test_mod_proxy_that_leaves_no_mark_is_found_by_logins_that_vanish(self):
        running = self.behind(ModProxy)
        for _ in range(ROUNDS):
            self.crowd(running)
            if ("NTLM-POOL-001", "intermediary") in self.accused(self.so_far(running)):
                break
        self.assert_accused(self.told(running))

    def so_far(self, running):
        return json.loads(self.why401("explain", "--json", "--fail-on", "none", running.facts["capture"]).stdout)


class Keeps(Behind):
    """Healthy logins, alone and in a crowd, and a wrong password that is the client's alone."""

    def healthy(self, intermediary, **options):
        running = self.behind(intermediary, **options)
        for statuses in self.crowd(running):
            self.assertEqual(statuses, [200] * 4)
        self.assert_healthy(self.told(running))

    def refused(self, intermediary):
        running = self.behind(intermediary)
        self.assertEqual(self.login(running, "bob", "a", password="Demolisher1"), [401])
        self.assertEqual(self.accused(self.told(running)), [("NTLM-FAIL-001", "client")])

    def test_haproxy_as_it_is_by_default(self):
        self.healthy(HaProxy)

    def test_haproxy_that_never_shares(self):
        self.healthy(HaProxy, more="http-reuse never")

    def test_squid_that_does_not_announce_itself(self):
        self.healthy(Squid)

    def test_a_wrong_password_behind_haproxy(self):
        self.refused(HaProxy)

    def test_a_wrong_password_behind_squid(self):
        self.refused(Squid)


class Announces(Behind):
    def test_squid_with_its_usual_via_moves_nothing_but_makes_the_server_forget(self):
        running = self.behind(Squid, via="on")
        self.assertEqual(self.login(running, "alice", "a", "a"), [200, 200])
        told = self.told(running)
        self.assertEqual(self.accused(told), [("NTLM-PERSIST-001", "intermediary")])
        self.assertEqual(len(told["exchanges"]), 5)  # 401 200, and 401 401 200 once more


if __name__ == "__main__":
    unittest.main()
