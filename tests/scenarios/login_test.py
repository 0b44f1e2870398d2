"""Logins of a client nobody here wrote (curl), through the proxy, against the lab: carried, broken on purpose, explained."""
import json
import re
import subprocess
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from running import PATIENCE, WHY401, Home, wait_for

WEB01 = "http://web01.lab.why401.test"
ALICE = ["--ntlm", "--user", "CONTOSO\\alice:Wonderland1"]
BOB = ["--ntlm", "--user", "CONTOSO\\bob:Builder1"]


class Curl(Home):
    def statuses(self, running, *arguments, urls):
        command = ["curl", "--silent", "--max-time", str(PATIENCE), "--proxy", f"http://{running.proxy}", "--noproxy", "", *arguments]
        for url in urls:
            command += ["--output", "/dev/null", "--write-out", "%{http_code} ", url]
        return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE).stdout.split()

    def explained(self, running):
        self.assertEqual(running.stop(), 0)
        result = self.why401("explain", "--json", "--fail-on", "none", running.facts["capture"])
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout)

    def failures(self, told):
        return [(f["rule"], f["confidence"], f["culprit"]) for f in told["findings"] if f["kind"] == "failure"]


class Login(Curl):
    def test_three_pages_with_one_login_are_200_and_nobody_is_accused(self):
        for policy in ("affinity", "auth-aware", "like/squid", "like/haproxy-safe"):
            with self.subTest(policy):
                running = self.start("--lab", "--policy", policy)
                self.assertEqual(self.statuses(running, *ALICE, urls=[f"{WEB01}/{n}" for n in "abc"]), ["200"] * 3)
                told = self.explained(running)
                self.assertEqual(self.failures(told), [])
                self.assertEqual([e["status"] for e in told["exchanges"]], [401, 200, 200, 200])
                self.assertEqual({e["identity"] for e in told["exchanges"][1:]}, {"CONTOSO\\alice"})

    def test_as_traefik_decides_the_first_login_parts_and_the_rule_says_so_in_its_words(self):
        running = self.start("--lab", "--policy", "like/traefik-3.1")
        self.assertEqual(self.statuses(running, *ALICE, urls=[WEB01]), ["401"])
        told = self.explained(running)
        self.assertEqual(self.failures(told), [("NTLM-POOL-002", "certain", "this-proxy")])
        self.assertTrue(any("Traefik opens one in the transport of this client connection" in e["says"] for e in told["findings"][0]["evidence"]), told)

    def test_the_same_login_fails_when_pooling_is_switched_on_while_running(self):
        running = self.start("--lab")
        self.assertEqual(self.statuses(running, *ALICE, urls=[WEB01]), ["200"])
        self.assertEqual(self.why401("policy", "pooled/switch").returncode, 0)
        self.assertEqual(self.statuses(running, *ALICE, urls=[WEB01]), ["401"])
        self.assertEqual(self.failures(self.explained(running)), [("NTLM-POOL-002", "certain", "this-proxy")])

    def test_explain_knows_of_a_running_capture_what_its_user_has_just_seen(self):
        running = self.start("--lab", "--policy", "pooled/switch")
        self.assertEqual(self.statuses(running, *ALICE, urls=[WEB01]), ["401"])
        told = json.loads(self.why401("explain", "--json", running.facts["capture"]).stdout)
        self.assertEqual(self.failures(told), [("NTLM-POOL-002", "certain", "this-proxy")])

    def test_somebody_without_credentials_is_served_as_alice_under_a_blind_pool(self):
        running = self.start("--lab", "--policy", "pooled/lifo")
        self.assertEqual(self.statuses(running, *ALICE, urls=[WEB01]), ["200"])
        body, status = running.curl(WEB01)
        self.assertEqual(status, 200)
        self.assertIn("user=CONTOSO\\alice", body)
        told = self.explained(running)
        bleed = [f for f in told["findings"] if f["rule"] == "NTLM-POOL-003"]
        self.assertEqual([(f["severity"], f["confidence"], f["culprit"]) for f in bleed], [("critical", "certain", "this-proxy")])
        served = next(e for e in told["exchanges"] if e["id"] == bleed[0]["exchange"])
        self.assertEqual((served["status"], served["identity"], served["finding"]), (200, "CONTOSO\\alice", "NTLM-POOL-003"))

    def test_a_balancer_behind_one_connection_is_given_away_by_the_names_of_its_machines(self):
        running = self.start("--lab")
        balanced = "http://balanced.lab.why401.test"
        self.assertEqual(self.statuses(running, *ALICE, urls=[f"{balanced}/a", f"{balanced}/b"]), ["401", "401"])
        self.assertIn(("NTLM-POOL-005", "likely", "intermediary"), self.failures(self.explained(running)))

    def test_nobody_is_served_as_alice_by_policies_that_know_logins(self):
        for policy in ("affinity", "auth-aware", "like/squid", "like/haproxy-safe"):
            with self.subTest(policy):
                running = self.start("--lab", "--policy", policy)
                self.statuses(running, *ALICE, urls=[WEB01])
                self.assertEqual(running.curl(WEB01)[1], 401)

    def test_each_injected_fault_leads_to_its_diagnosis_and_the_proxy_says_that_it_is_the_cause(self):
        listed = json.loads(self.why401_of_instance("fault", "--json"))
        rules = {fault["name"].split(":")[0]: fault["rule"] for fault in listed["faults"]}
        self.assertEqual(len(rules), 10)
        for fault, rule in rules.items():
            with self.subTest(fault):
                given = fault + ":2500" if fault == "delay-authenticate" else fault
                lab = self.lab("--handshake-limit", "1") if fault == "delay-authenticate" else None
                options = ["--map", f"web01.lab.why401.test={lab}"] if lab else ["--lab"]
                running = self.start(*options, "--fault", given)
                urls = [f"{WEB01}/a", f"{WEB01}/b"]
                # For two of them the client must be one that gives up: it could not read, or was not told.
                silent = fault in ("join-challenges", "drop-proxy-support")
                self.statuses(running, *([] if silent else ALICE), urls=urls)
                told = self.explained(running)
                found = [(f["rule"], f["culprit"]) for f in told["findings"]]
                self.assertIn((rule, "this-proxy"), found, (fault, found))

    def why401_of_instance(self, *arguments):
        running = self.start("--lab")
        result = self.why401(*arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        running.stop()
        return result.stdout

    def lab(self, *arguments):
        ready = self.home / "lab.json"
        process = subprocess.Popen([WHY401, "lab", "--listen", "127.0.0.1:0", "--ready", str(ready), *arguments], env=self.environment, cwd=self.home,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(lambda: (process.kill(), process.wait()))
        wait_for(ready.exists, "the lab")
        return json.loads(ready.read_text())["lab"]

    def test_live_findings_and_those_of_the_saved_capture_are_the_same(self):
        running = self.start("--lab", "--policy", "pooled/lifo")
        self.statuses(running, *ALICE, urls=[f"{WEB01}/{n}" for n in "abc"])
        running.curl(WEB01)
        self.statuses(running, *BOB, urls=[f"{WEB01}/acl/?detailed=1", f"{WEB01}/app/?detailed=1"])
        self.statuses(running, "--user", "CONTOSO\\alice:wrong", urls=[f"{WEB01}/basic/"])
        wait_for(lambda: len(running.get("/api/v1/findings")["findings"]) >= 4, "the findings")
        time.sleep(0.2)
        live = running.get("/api/v1/findings")["findings"]
        saved = self.explained(running)["findings"]
        self.assertEqual(live, [f for f in saved if f["id"] in {one["id"] for one in live}])
        self.assertEqual(len(live), len(saved))


class Ports(Curl):
    """What the record says of connections is what the origin saw."""

    def test_pool_decisions_name_the_ports_that_the_origin_saw(self):
        seen, lock = {}, threading.Lock()

        class Origin(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                with lock:
                    seen[self.path] = self.client_address[1]
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Origin)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(lambda: (server.shutdown(), server.server_close()))
        origin = f"http://127.0.0.1:{server.server_port}"
        for policy in ("affinity", "auth-aware", "pooled/lifo", "pooled/fifo", "pooled/round-robin", "pooled/random:7", "pooled/switch", "per-request"):
            with self.subTest(policy):
                seen.clear()
                running = self.start("--policy", policy)
                threads = [threading.Thread(target=self.statuses, args=(running,), kwargs={"urls": [f"{origin}/{c}-{n}" for n in range(4)]}) for c in range(4)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
                wait_for(lambda: running.get("/api/v1/status")["summary"]["exchanges"] == 16, "all exchanges")
                exchanges = running.get("/api/v1/exchanges?limit=100")["exchanges"]
                ports = {c["id"]: int(re.search(r":(\d+)$", c["local"])[1]) for c in running.get("/api/v1/connections")["connections"]}
                for exchange in exchanges:
                    path = "/" + exchange["url"].rsplit("/", 1)[1]
                    self.assertEqual(ports[exchange["upstream_connection"]], seen[path], (policy, path))
                    decision = running.get(f"/api/v1/exchanges/{exchange['id']}")["decision"]
                    self.assertEqual((decision["policy"], decision["chosen"]), (policy, exchange["upstream_connection"]))
                    self.assertTrue(decision["because"])
                if policy == "affinity":  # one client connection, one upstream connection, and the other way round
                    pairs = {(e["client_connection"], e["upstream_connection"]) for e in exchanges}
                    self.assertEqual((len(pairs), len({c for c, _ in pairs}), len({u for _, u in pairs})), (4, 4, 4))
                if policy == "per-request":
                    self.assertEqual(len(set(seen.values())), 16)
                running.stop()


if __name__ == "__main__":
    unittest.main()
