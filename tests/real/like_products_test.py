"""The policies like/* beside the products they are like: two users and a stranger do the same through either, in front of the same server, and the
server's own log must say the same of both, request by request."""
import json
import subprocess
import unittest

from apache import PASSWORDS
from apache_scene import ApacheScene
from intermediaries import HaProxy, Nginx, Squid
from scene import HOST, Scene
from servers import PATIENCE, Folder, environment, program, wait_for

from running import WHY401

PRODUCTS = {"like/haproxy-safe": HaProxy, "like/nginx-1.29.7": Nginx, "like/squid": Squid}
WEB01 = "web01.lab.why401.test"
ALICE = ["--ntlm", "--user", "CONTOSO\\alice:Wonderland1"]
BOB = ["--ntlm", "--user", "CONTOSO\\bob:Builder1"]
NEGOTIATE = ["--negotiate", "--user", ":"]


class Compared(Scene):
    def ask(self, gateway, host, *arguments, pages, env=None):
        """One curl process and so one client connection: `gateway` says how it gets there. Its statuses."""
        command = [program("curl", "curl"), "--silent", "--max-time", str(PATIENCE), *gateway, *arguments]
        for page in pages:
            command += ["--output", "/dev/null", "--write-out", "%{http_code} ", f"http://{host}/{page}"]
        return subprocess.run(command, env=env or environment(), capture_output=True, text=True, timeout=PATIENCE + 5).stdout.split()

    def through_product(self, policy, server):
        return ["--connect-to", f"::{PRODUCTS[policy](self, Folder(self), server).address}"]

    def through_why401(self, policy, server, host):
        self.running = self.start("--policy", policy, "--map", f"{host}={server}")
        return ["--proxy", f"http://{self.running.proxy}", "--noproxy", ""]

    def rules(self):
        return {rule for rule, culprit in self.accused(self.told(self.running)) if culprit == "this-proxy"}


class Ntlm(Compared):
    """At the lab, which logs in connections as IIS does."""

    def lab(self):
        number = len(list(self.home.glob("lab-*.json")))
        ready, log = self.home / f"lab-{number}.json", self.home / f"u_ex{number}.log"
        process = subprocess.Popen([WHY401, "lab", "--listen", "127.0.0.1:0", "--ready", str(ready), "--log", str(log)], env=self.environment,
                                   cwd=self.home, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(lambda: (process.kill(), process.wait()))
        wait_for(ready.exists, "the lab")
        return json.loads(ready.read_text())["lab"], log

    def story(self, gateway, log):
        statuses = [self.ask(gateway, WEB01, *who, pages=pages) for who, pages in (
            (ALICE, ["a", "b"]), ([], ["anonymous/", "c", "d"]), (BOB, ["e", "f"]), ([], ["g", "h"]), (ALICE, ["i", "close", "j"]), ([], ["k"]))]
        return statuses, self.rows(log)

    def rows(self, log):
        """Page, user, status, substatus of each request that reached the lab."""
        rows = [line.split() for line in log.read_text().splitlines() if not line.startswith("#")]
        return [(row[4], row[7], row[11], row[12]) for row in rows]

    def same(self, policy):
        server, log = self.lab()
        real = self.story(self.through_product(policy, server), log)
        server, log = self.lab()
        alike = self.story(self.through_why401(policy, server, WEB01), log)
        self.assertEqual(alike[0], real[0])
        self.assertEqual(alike[1], real[1])
        return alike

    def test_nginx_serves_strangers_as_the_user_who_was_there_before(self):
        statuses, rows = self.same("like/nginx-1.29.7")
        self.assertEqual(statuses[1], ["200"] * 3)
        self.assertIn(("/c", "CONTOSO\\alice", "200", "0"), rows)
        self.assertIn("NTLM-POOL-003", self.rules())

    def test_haproxy_keeps_ntlm_apart_and_forgets_a_login_whose_connection_the_server_closed(self):
        statuses, _ = self.same("like/haproxy-safe")
        self.assertEqual(statuses[1], ["200", "401", "401"])
        self.assertFalse(self.rules() & {"NTLM-POOL-002", "NTLM-POOL-003"})

    def test_squid_keeps_ntlm_apart_and_nobody_accuses_it(self):
        statuses, _ = self.same("like/squid")
        self.assertEqual(statuses[1], ["200", "401", "401"])
        self.assertEqual(self.rules(), set())


class Kerberos(Compared, ApacheScene):
    """At an Apache that keeps a Kerberos login for its connection; tickets are sent before anybody asks."""

    def story(self, gateway, before):
        alice = self.realm_ticket
        statuses = [self.ask(gateway, HOST, *who, pages=pages, env=env) for who, pages, env in (
            (NEGOTIATE, ["bound/a"], alice), ([], ["ask.html", "bound/b"], None), ([], ["bound/c"], None))]
        rows = self.apache.log(before + sum(len(some) for some in statuses))[before:]
        return statuses, [(row["path"], row["user"], row["status"]) for row in rows]

    def same(self, policy):
        self.realm_ticket = self.realm.ticket("alice", PASSWORDS["alice"])
        real = self.story(self.through_product(policy, self.apache.address), 0)
        alike = self.story(self.through_why401(policy, self.apache.address, HOST), len(real[1]))
        self.assertEqual(alike, real)
        return alike

    def test_haproxy_misses_a_ticket_that_nobody_asked_for_and_serves_a_stranger_as_alice(self):
        statuses, rows = self.same("like/haproxy-safe")
        self.assertEqual(statuses[1], ["200", "200"])
        self.assertEqual({user for path, user, _ in rows if path == "/bound/b"}, {"alice@WHY401.TEST"})
        self.assertIn("NTLM-POOL-003", self.rules())

    def test_nginx_serves_a_stranger_as_alice(self):
        statuses, _ = self.same("like/nginx-1.29.7")
        self.assertEqual(statuses[1], ["200", "200"])
        self.assertIn("NTLM-POOL-003", self.rules())

    def test_squid_pins_the_ticket_and_nobody_accuses_it(self):
        statuses, _ = self.same("like/squid")
        self.assertEqual(statuses[1], ["200", "401"])
        self.assertEqual(self.rules(), set())


if __name__ == "__main__":
    unittest.main()
