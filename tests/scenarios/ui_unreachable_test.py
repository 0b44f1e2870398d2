#!/usr/bin/env python3
"""The UI is for this machine's own browser: no spelling of its address leads to it through the proxy, with the token or without."""
import concurrent.futures
import contextlib
import socket
import unittest

from running import PATIENCE, Home, wait_for

LOOPS = ["127.0.0.1", "localhost", "LOCALHOST", "LocalHost", "127.1", "127.0.1", "0x7f.1", "0x7F.0.0.0x1", "0x7f000001", "2130706433", "017700000001",
         "0177.0.0.1", "0.0.0.0", "0", "[::ffff:127.0.0.1]", "[::FFFF:7f00:1]", "[0:0:0:0:0:ffff:7f00:0001]", "[::ffff:0.0.0.0]", "ui.test", "UI.Test"]
OTHERS = ["localhost.", "127.0.0.1.", "[::1]", "[::]", "127.0.0.2", "[::127.0.0.1]", "[::ffff:0:127.0.0.1]", "[64:ff9b::7f00:1]", "[::1%25lo]",
          "%31%32%37.0.0.1", "127%2e0%2e0%2e1", "local%68ost", "localhost%00", "127.0.0.1%20", "x@127.0.0.1", "x:y@localhost", "127.0.0.1@127.0.0.1",
          "127.0.0.1#@127.0.0.1", "127.0.0.1\\@127.0.0.1", "[127.0.0.1]", "[localhost]", "\u2460\u2461\u2466.0.0.1", "127\u30020\u30020\u30021", "ui.localhost"]
TO_API = "/api/v1/status"


def own_addresses():
    """Of this machine, beyond loopback."""
    found = set()
    for family, target in [(socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")]:
        with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((target, 9))
            found.add(probe.getsockname()[0])
    return [f"[{address}]" if ":" in address else address for address in found] + [socket.gethostname()]


def field(answer, name):
    for line in answer.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.lower() == name.lower():
            return value.strip()
    return None


class Probes(Home):
    def setUp(self):
        super().setUp()
        self.running = self.start("--capture", "off", "--map", "ui.test=127.0.0.1")

    def tell(self, *parts, running=None):
        """Sends the parts, each after an answer to the one before; all that comes back."""
        running = running or self.running
        received = b""
        with socket.create_connection(("127.0.0.1", int(running.proxy.rsplit(":", 1)[1])), PATIENCE) as connection:
            for part in parts:
                connection.sendall(part)
                if part is not parts[-1]:
                    received += connection.recv(65536)
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_WR)
                while more := connection.recv(65536):
                    received += more
        return received

    def request(self, target, host=None, method="GET", lines=(), body=""):
        fields = [f"Host: {host or self.running.ui}", f"Authorization: Bearer {self.running.token}", *lines]
        return (f"{method} {target} HTTP/1.1\r\n" + "".join(line + "\r\n" for line in fields) + "\r\n" + body).encode()

    def assert_refused(self, answer, status=None, running=None):
        running = running or self.running
        self.assertIsNotNone(field(answer, b"X-Why401"), answer)
        self.assertGreaterEqual(int(answer.split()[1]), 400, answer)
        if status:
            self.assertEqual(int(answer.split()[1]), status, answer)
        for word in [b"Server: why401", b"Content-Security-Policy: default-src 'none'; script-src", running.token.encode(), b"last_event", b'id="app"']:
            self.assertNotIn(word, answer)

    def each(self, probe, spellings):
        with concurrent.futures.ThreadPoolExecutor(16) as crowd:
            for spelling, answer in zip(spellings, crowd.map(probe, spellings)):
                with self.subTest(spelling=spelling):
                    self.assert_refused(answer, 508 if spelling in LOOPS else None)

    def rows(self, count):
        ended = lambda: [row for row in self.running.get("/api/v1/exchanges?limit=1000")["exchanges"] if row["outcome"] != "unfinished"]
        return wait_for(lambda: len(ended()) >= count and ended(), f"{count} exchanges")


class Spelled(Probes):
    def spellings(self):
        return LOOPS + OTHERS + own_addresses()

    def test_as_an_url_it_is_refused_and_the_record_says_so(self):
        self.each(lambda host: self.tell(self.request(f"http://{host}:{self.running.ui_port}{TO_API}")), self.spellings())
        rows = self.rows(len(self.spellings()))
        self.assertEqual({row["outcome"] for row in rows}, {"refused"})
        for row in rows:
            whole = self.running.get(f"/api/v1/exchanges/{row['id']}")
            self.assertTrue(whole["fault"]["what"], whole)
            self.assertTrue(whole["answered_by_us"])
        led_back = [row for row in rows if row["status"] == 508]
        self.assertGreaterEqual(len(led_back), len(LOOPS))
        self.assertIn("leads back to this proxy", self.running.get(f"/api/v1/exchanges/{led_back[0]['id']}")["fault"]["what"])

    def test_as_a_tunnel_it_is_refused(self):
        self.each(lambda host: self.tell(self.request(f"{host}:{self.running.ui_port}", method="CONNECT")), self.spellings())

    def test_whoever_goes_on_after_the_refusal_of_a_tunnel_is_no_nearer(self):
        for inside in [self.request(TO_API), self.request("/api/v1/events", lines=["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
                                                                                   "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="])]:
            answer = self.tell(self.request(self.running.ui, method="CONNECT") + inside)
            self.assert_refused(answer, 508)
            self.assertNotIn(b"HTTP/1.1 101", answer)

    def test_with_another_host_field_it_is_refused(self):
        for host in ["evil.test", "localhost", self.running.proxy, "why401.test", "web01.lab.why401.test"]:
            self.assert_refused(self.tell(self.request(f"http://{self.running.ui}{TO_API}", host)), 508)

    def test_in_every_kind_of_request_it_is_refused(self):
        url = f"http://{self.running.ui}/api/v1/policy"
        json = "Content-Type: application/json"
        for method, lines, body in [
            ("PUT", [json, "Content-Length: 25"], '{"policy": "per-request"}'),
            ("PUT", [json, "Transfer-Encoding: chunked"], '19\r\n{"policy": "per-request"}\r\n0\r\n\r\n'),
            ("HEAD", [], ""), ("OPTIONS", [], ""), ("TRACE", [], ""), ("PRI", [], ""), ("GET", ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c"], ""),
            ("GET", ["Expect: 100-continue"], ""), ("GET", [f"Origin: http://{self.running.ui}"], ""),
            ("GET", ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="], ""),
            ("GET", [f"Cookie: why401-{self.running.ui_port}={self.running.token}"], ""),
        ]:
            with self.subTest(method=method, lines=lines):
                self.assert_refused(self.tell(self.request(url, method=method, lines=lines, body=body)))
        self.assertEqual(self.running.get("/api/v1/policy")["policy"], "affinity")

    def test_in_every_policy_it_is_refused(self):
        for policy in ["affinity", "auth-aware", "pooled/lifo", "per-request"]:
            self.running.ask("/api/v1/policy", method="PUT", body={"policy": policy})
            self.assert_refused(self.tell(self.request(f"http://{self.running.ui}/")), 508)

    def test_the_proxy_is_no_way_to_itself_either(self):
        self.assert_refused(self.tell(self.request(f"http://{self.running.proxy}/")), 508)
        self.assert_refused(self.tell(self.request(self.running.proxy, method="CONNECT")), 508)


class Chained(Probes):
    def setUp(self):
        super().setUp()
        self.outer = self.start("--capture", "off", "--upstream-proxy", f"http://{self.running.proxy}")

    def test_the_inner_one_refuses_its_own(self):
        for host in LOOPS:
            with self.subTest(host=host):
                self.assert_refused(self.tell(self.request(f"http://{host}:{self.running.ui_port}{TO_API}"), running=self.outer), 508)
        self.assert_refused(self.tell(self.request(self.running.ui, method="CONNECT"), running=self.outer), 508)

    def test_the_outer_one_does_not_send_for_its_own(self):
        token = ["Authorization: Bearer " + self.outer.token]
        for host in [spelling for spelling in LOOPS if spelling.lower() != "ui.test"]:
            with self.subTest(host=host):
                there = f"{host}:{self.outer.ui_port}"
                self.assert_refused(self.tell(self.request(f"http://{there}{TO_API}", there, lines=token), running=self.outer), 508, self.outer)
                self.assert_refused(self.tell(self.request(there, there, "CONNECT", token), running=self.outer), 508, self.outer)
        self.assertEqual(self.running.get("/api/v1/status")["counts"]["exchanges"], 0)  # nothing went on

    def test_a_name_that_only_the_inner_one_knows_is_refused_by_the_page_it_reaches(self):
        answer = self.tell(self.request(f"http://ui.test:{self.outer.ui_port}/", f"ui.test:{self.outer.ui_port}"), running=self.outer)
        self.assertEqual(int(answer.split()[1]), 421)
        self.assertNotIn(b'id="app"', answer)


unittest.main()
