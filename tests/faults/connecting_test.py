#!/usr/bin/env python3
"""Servers that cannot be had: the page and the record name the phase, the system's word and every address that was tried.

It runs in network and mount namespaces of its own, where these hold: a name server on 127.0.0.1 that follows a script,
198.51.100.0/24 swallows every packet, 192.0.2.0/24 is unreachable, and nothing else has a route.
"""
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from rig import Faults, field, ok, read_message, request, wait_for

INSIDE = "WHY401_TEST_NAMESPACE"
WORLD = """
ip link set lo up
ip route add 198.51.100.0/24 dev lo
ip route add unreachable 192.0.2.0/24
"""
ADDRESSES = {"dual": ["127.0.0.1", "::1"], "dead": ["198.51.100.1", "198.51.100.2", "::1"],
             "living": ["127.0.0.1"], "halfdead": ["127.0.0.1", "127.0.0.2"]}


def name_server(question):
    """The answer to a query: by the first label of the name; none for `silent`."""
    labels, at = [], 12
    while question[at]:
        labels.append(question[at + 1:at + 1 + question[at]].decode())
        at += 1 + question[at]
    kind = struct.unpack(">H", question[at + 1:at + 3])[0]
    if labels[0].startswith("silent"):
        return None
    family = {1: socket.AF_INET, 28: socket.AF_INET6}.get(kind)
    of_family = [one for one in ADDRESSES.get(labels[0], []) if (":" in one) == (family == socket.AF_INET6)]
    code = {"absent": 3, "failing": 2}.get(labels[0], 0)
    records = b"".join(struct.pack(">HHHIH", 0xC00C, kind, 1, 60, 16 if ":" in one else 4) + socket.inet_pton(family, one) for one in of_family)
    return question[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, len(of_family), 0, 0) + question[12:at + 5] + records


def serve_names():
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))

    def answer():
        while True:
            question, asker = server.recvfrom(2048)
            if reply := name_server(question):
                server.sendto(reply, asker)
    threading.Thread(target=answer, daemon=True).start()


def setUpModule():
    for command in WORLD.strip().splitlines():
        subprocess.run(command.split(), check=True)
    with tempfile.NamedTemporaryFile("w") as settings:
        settings.write("nameserver 127.0.0.1\n")
        settings.flush()
        subprocess.run(["mount", "--bind", settings.name, "/etc/resolv.conf"], check=True)
    serve_names()


def answering(connection, _number):
    read_message(connection)
    connection.sendall(ok())


class NoConnection(Faults):
    def setUp(self):
        super().setUp()
        self.running = self.start("--capture", "off")

    def hang(self, address, port):
        """A listener that accepts nothing and whose backlog is full: connecting to it never ends. Returns its port."""
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        sockets = [socket.socket(family) for _ in range(4)]
        for one in sockets:
            self.addCleanup(one.close)
            one.setblocking(False)
        sockets[0].bind((address, port))
        sockets[0].listen(0)
        for one in sockets[1:]:
            one.connect_ex(sockets[0].getsockname())
        return sockets[0].getsockname()[1]

    def get(self, host, port=80):
        client = self.client(self.running)
        client.sendall(request(port, host=host))
        head, body, _ = read_message(client)
        return int(head.split()[1]), field(head, b"X-Why401"), body.decode()

    def fault_of(self, host):
        rows = lambda: self.running.get("/api/v1/exchanges?limit=100")["exchanges"]
        number, = wait_for(lambda: [row["id"] for row in rows() if f"//{host}" in row["url"]], host)
        exchange = self.ended(self.running, number)
        self.assertEqual(exchange["outcome"], "refused")
        return exchange["fault"]

    def check(self, host, port, status, code, stage, *words):
        with self.subTest(host=host):
            got_status, got_code, page = self.get(host, port)
            fault = self.fault_of(host)
            self.assertEqual((got_status, got_code, fault["whose"], fault["stage"]), (status, code, "network", stage))
            for word in (host.strip("[]"), *words):
                self.assertIn(word, page)
                self.assertIn(word, fault["what"])

    def test_refusals_and_missing_routes_are_named_with_the_address(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            port = unused.getsockname()[1]
            self.check("127.0.0.1", port, 502, b"connect-failed", "connect", "ECONNREFUSED", f"127.0.0.1:{port}")
            self.check("halfdead.test", port, 502, b"connect-failed", "connect", f"127.0.0.1:{port}", f"127.0.0.2:{port}")
        self.check("192.0.2.1", 80, 502, b"connect-failed", "connect", "EHOSTUNREACH", "192.0.2.1:80")
        self.check("203.0.113.1", 80, 502, b"connect-failed", "connect", "ENETUNREACH", "203.0.113.1:80")

    def test_names_that_are_unknown_or_cannot_be_asked_for_are_told_apart(self):
        self.check("absent.test", 80, 502, b"name-not-found", "resolve", "EAI_NONAME")
        self.check("failing.test", 80, 502, b"name-not-found", "resolve", "EAI_AGAIN")

    def test_a_first_address_that_swallows_everything_costs_a_moment_only(self):
        """RFC 8305: the other family has its turn a quarter of a second later."""
        origin = self.serve(answering)
        self.hang("::1", origin.port)
        begun = time.monotonic()
        self.assertEqual(self.get("dual.test", origin.port)[0], 200)
        self.assertGreater(time.monotonic() - begun, 0.2, "the dead address had its turn first")
        rows = lambda: self.running.get("/api/v1/connections")["connections"]
        peers = wait_for(lambda: [row["peer"] for row in rows() if row["leg"] == "upstream"], "the upstream connection")
        self.assertEqual(peers, [f"127.0.0.1:{origin.port}"])

    def test_silence_ends_after_10_seconds_with_the_phase_and_holds_up_nobody(self):
        port = self.hang("::1", 0)
        silent = [threading.Thread(target=self.check, args=of, daemon=True) for of in [
            ("198.51.100.1", 80, 504, b"connect-timeout", "connect", "198.51.100.1:80: no answer"),
            ("dead.test", port, 504, b"connect-timeout", "connect", *(f"{one}:{port}: no answer" for one in ("198.51.100.1", "198.51.100.2", "[::1]"))),
            *((f"silent{n}.test", 80, 502, b"name-not-found", "resolve", "did not answer within") for n in range(20))]]
        failures = []
        threading.excepthook = lambda failure: failures.append(failure.exc_value)
        for thread in silent:
            thread.start()
        origin = self.serve(answering)
        for _ in range(20):
            self.assertEqual(self.get("living.test", origin.port)[0], 200)
        self.assertTrue(all(thread.is_alive() for thread in silent), "names of others are resolved meanwhile")
        for thread in silent:
            thread.join(60)
        self.assertEqual(failures, [])

    def test_a_second_signal_does_not_wait_for_a_silent_name_server(self):
        client = self.client(self.running)
        client.sendall(request(80, host="silent.test"))
        time.sleep(0.2)
        begun = time.monotonic()
        self.running.process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        self.assertIsNone(self.running.process.poll(), "the exchange has time to finish")
        self.running.process.send_signal(signal.SIGTERM)
        self.running.process.wait(30)
        self.assertLess(time.monotonic() - begun, 7, "the name server is given 10 seconds")


if __name__ == "__main__":
    if INSIDE not in os.environ:
        own = next((flags for flags in ("-nm", "-rnm") if subprocess.run(["unshare", flags, "true"], stderr=subprocess.DEVNULL).returncode == 0), None)
        if own is None:
            sys.exit(print("this system grants no network namespace: nothing here can be shown"))
        os.execvpe("unshare", ["unshare", own, sys.executable, "-B", __file__], dict(os.environ, **{INSIDE: "1"}))
    unittest.main()
