"""A login of a real client, through why401, at a real server: what the record says beside what the server's log says."""
import collections
import concurrent.futures
import json
import subprocess

from servers import PATIENCE, environment, program

from running import Home

HOST = "www.why401.test"
SITE = f"http://{HOST}"
POLICIES = ("affinity", "auth-aware")


class Scene(Home):
    """Each test ends with `self.told(...)`, the findings of the saved capture."""

    maxDiff = None

    def proxy(self, server, policy="affinity", *more):
        return self.start("--policy", policy, "--map", f"{HOST}={server.address}", *more)

    def curl(self, running, *arguments, urls, env=None, data=None):
        """Bodies and statuses of one curl process, in order; with `--next` left out they share a connection."""
        command = [program("curl", "curl"), "--silent", "--show-error", "--max-time", str(PATIENCE), "--proxy", f"http://{running.proxy}",
                   "--noproxy", "", "--write-out", "\x1e%{http_code}\x1e", *arguments]
        if data is not None:
            command += ["--data-binary", "@-", "-H", "Content-Type: application/octet-stream"]
        done = subprocess.run([*command, *urls], env=env or environment(), input=data, capture_output=True, timeout=PATIENCE + 5)
        parts = done.stdout.decode().split("\x1e")
        return [Answer(int(status), body) for body, status in zip(parts[::2], parts[1::2])]

    def at_once(self, *calls):
        """Runs them on threads; their results in order. What one of them raises is raised here."""
        with concurrent.futures.ThreadPoolExecutor(len(calls)) as threads:
            return [started.result() for started in [threads.submit(call) for call in calls]]

    def told(self, running):
        """`why401 explain --json` of its capture, after its end."""
        self.assertEqual(running.stop(), 0, running.said())
        done = self.why401("explain", "--json", "--fail-on", "none", running.facts["capture"])
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def assert_healthy(self, told):
        self.assertEqual([(f["rule"], f["because"]) for f in told["findings"] if f["kind"] == "failure"], [])

    def accused(self, told):
        """(rule, culprit) of each failure."""
        return [(f["rule"], f["culprit"]) for f in told["findings"] if f["kind"] == "failure"]

    def assert_same_as_log(self, told, log):
        """Connection by connection, the record is what the server's own access log says."""
        recorded, logged = collections.defaultdict(list), collections.defaultdict(list)
        for exchange in told["exchanges"]:
            recorded[exchange["upstream_connection"]].append((exchange["method"], exchange["url"].removeprefix(SITE), exchange["status"]))
        for row in log:
            logged[row["port"]].append((row["method"], row["path"], row["status"]))
        self.assertEqual(sorted(recorded.values()), sorted(logged.values()))


class Answer:
    """A final answer of the page of apache.py."""

    def __init__(self, status, body):
        self.status, self.body = status, body
        page = dict(line.split("=", 1) for line in body.splitlines()) if status == 200 and body.startswith("user=") else {}
        self.user, self.scheme, self.sha256 = page.get("user"), page.get("scheme"), page.get("sha256")

    def __repr__(self):
        return f"{self.status} {self.body[:200]}"
