"""What goes in comes out byte for byte, but for the edits that a proxy owes; and the record holds exactly those edits."""
import json
import os
import socket
import sqlite3
import sys
import unittest

import odd_messages
import rule_of_edits
from running import PATIENCE, Home

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from proxy_process import Server, read_head, read_message  # noqa: E402

CONNECTIONS = 400


def as_head(lines):
    return b"".join(line + b"\r\n" for line in lines) + b"\r\n"


class Origin:
    """Answers each request as its script says, and keeps what it received."""

    def __init__(self):
        self.scripts, self.received, self.surplus = {}, {}, []

    def __call__(self, connection, _number):
        buffer = b""
        while True:
            head, body, buffer = read_message(connection, buffer)
            if not head:
                self.surplus += [buffer] if buffer else []
                return
            number = int(next(line for line in head.split(b"\r\n") if line.startswith(b"X-N: "))[5:])
            self.received[number] = head, body
            made = self.scripts[number]
            connection.sendall(b"".join(made.interim) + as_head(made.response) + made.response_body)
            if made.after_switch:
                while len(buffer) < len(made.after_switch):
                    buffer += connection.recv(65536)
                connection.sendall(buffer[::-1])
                return
            if made.server_closes:  # as it has said: a pool could hand on a connection that ends in silence
                connection.shutdown(socket.SHUT_WR)


def play(proxy, exchanges, in_tunnel, authority, expected, chance):
    """Sends the requests of one connection in pieces; everything that comes back until the proxy closes."""
    host, port = proxy.rsplit(":", 1)
    with socket.create_connection((host, int(port)), PATIENCE) as client:
        received = b""
        if in_tunnel:
            client.sendall(b"CONNECT " + authority + b" HTTP/1.1\r\nHost: " + authority + b"\r\n\r\n")
            head, received = read_head(client)
            assert head.startswith(b"HTTP/1.1 200"), head
        data = b"".join(as_head(made.request) + made.request_body for made in exchanges)
        while data:
            size = chance.choice([1, 7, 300, len(data)])
            client.sendall(data[:size])
            data = data[size:]
        switched = False
        while True:
            if exchanges[-1].after_switch and not switched and len(received) >= expected - len(exchanges[-1].after_switch):
                client.sendall(exchanges[-1].after_switch)
                switched = True
            if len(received) >= expected:
                client.shutdown(socket.SHUT_WR)  # nothing may follow but the end
                expected = sys.maxsize
            try:
                more = client.recv(65536)
            except TimeoutError:
                return received + b"... and then neither a byte nor the end"
            if not more:
                return received
            received += more


def recorded_edits(text):
    """Offset, length and new bytes of each edit."""
    made = []
    for offset, length, new, because in json.loads(text or "[]"):
        assert because, "an edit without a reason"
        made.append((offset, length, bytes.fromhex(new["hex"]) if isinstance(new, dict) else new.encode()))
    return made


def lines_touched(head, edits):
    """Which lines of the received head the edits change, and before which they insert others."""
    return {(head.count(b"\r\n", 0, offset), length == 0 and head[:offset].endswith(b"\r\n")) for offset, length, _ in edits}


def lines_that_differ(pairs):
    touched, index = set(), 0
    for received, sent in pairs:
        if received is None:
            touched.add((index, True))
        elif received != sent:
            touched.add((index, False))
        index += received is not None
    return touched


def complaint(pairs, sent, row_head, row_edits):
    """Compares the rule, what was seen on the wire and what the record says. Empty when the three agree."""
    received = as_head([line for line, _ in pairs if line is not None])
    if sent != rule_of_edits.joined(pairs):
        return f"changed otherwise than the rule says:\n{received}\n{sent}\n{rule_of_edits.joined(pairs)}"
    if row_head != received:
        return f"the record holds another head than was received:\n{received}\n{row_head}"
    edits, applied, at = recorded_edits(row_edits), b"", 0
    for offset, length, new in edits:
        if received[offset:offset + length] == new:
            return f"an edit that changes nothing: {offset} {new}"
        applied, at = applied + received[at:offset] + new, offset + length
    if applied + received[at:] != sent:
        return f"the recorded edits do not lead from what was received to what was sent: {edits}\n{received}\n{sent}"
    if lines_touched(received, edits) != lines_that_differ(pairs):
        return f"the recorded edits are not the ones of the rule: {edits}\n{received}"
    return ""


class ByteTrue(Home):
    def check(self, policy, seed):
        origin = Origin()
        capture = self.home / "trace.why401"
        one_fate = policy == "affinity"
        with Server(origin) as server:
            made = odd_messages.Generator(seed, server.port)
            running = self.start("--capture", capture, "--policy", policy, ui="off")
            every = []
            for _ in range(CONNECTIONS):
                exchanges, in_tunnel = made.connection()
                expected = b""
                for one in exchanges:
                    origin.scripts[one.number] = one
                    one.request_pairs = rule_of_edits.request(one.request, one_fate)
                    one.response_pairs = rule_of_edits.response(one.response, one.request, one_fate, in_tunnel)
                    old = one.request[0].endswith(b"HTTP/1.0")  # RFC 9110 15.2: it does not know 1xx
                    one.expected = (b"" if old else b"".join(one.interim)) + rule_of_edits.joined(one.response_pairs) + one.response_body
                    one.expected += one.after_switch[::-1]
                    expected += one.expected
                got = play(running.proxy, exchanges, in_tunnel, made.authority, len(expected), made.chance)
                self.assertTrue(expected == got, f"expected\n{expected[-3000:]}\nbut got\n{got[-3000:]}\nfor {[one.request for one in exchanges]}")
                every += exchanges
            self.assertEqual(running.stop(), 0)
            self.assertEqual(origin.surplus, [])
        edits = self.check_record(capture, every, origin)
        print(f"{policy}: {len(every)} exchanges on {CONNECTIONS} connections, {edits} edits recorded and seen")
        self.assertGreater(len(every), CONNECTIONS)
        self.assertGreater(edits, len(every))

    def check_record(self, capture, every, origin):
        edits = 0
        with sqlite3.connect(capture) as database:
            rows = database.execute("SELECT request_head, request_edits, response_head, response_edits, interim FROM exchange ORDER BY id").fetchall()
        database.close()
        rows = [row for row in rows if not bytes(row[0]).startswith(b"CONNECT ")]
        self.assertEqual(len(rows), len(every))
        for one, (request, request_edits, response, response_edits, interim) in zip(every, rows):
            head, body = origin.received[one.number]
            self.assertEqual(body, one.request_body, one.request)
            self.assertEqual(complaint(one.request_pairs, head, bytes(request), request_edits), "")
            sent = rule_of_edits.joined(one.response_pairs)  # as the client was seen to get it
            self.assertEqual(complaint(one.response_pairs, sent, bytes(response), response_edits), "")
            heads = [bytes.fromhex(text["hex"]) if isinstance(text, dict) else text.encode() for text in json.loads(interim or "[]")]
            self.assertEqual(heads, one.interim)
            edits += len(recorded_edits(request_edits)) + len(recorded_edits(response_edits))
        return edits

    def test_in_affinity(self):
        self.check("affinity", 11)

    def test_in_auth_aware(self):
        self.check("auth-aware", 12)

    def test_an_edit_that_is_not_recorded_or_not_in_the_rule_would_be_noticed(self):
        lines = [b"GET http://a/ HTTP/1.1", b"Host: a", b"Proxy-Authorization: Basic YTpi", b"A: b"]
        pairs, received = rule_of_edits.request(lines, True), as_head(lines)
        sent = b"GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n\r\n"
        target, removal = [4, 9, "/", "x"], [received.index(b"Proxy-A"), 33, "", "x"]
        self.assertEqual(complaint(pairs, sent, received, json.dumps([target, removal])), "")
        for edits in ([], [target], [removal], [target, removal, [len(received) - 5, 1, "b", "x"]], [[0, len(received), sent.decode(), "x"]]):
            self.assertNotEqual(complaint(pairs, sent, received, json.dumps(edits)), "", edits)
        for other in (sent.replace(b"A: b", b"a: b"), sent.replace(b"A: b", b"A:b"), sent.replace(b"A: b", b"A: b\r\nVia: x"), received):
            self.assertNotEqual(complaint(pairs, other, received, json.dumps([target, removal])), "", other)
        self.assertNotEqual(complaint(pairs, sent, received + b"x", json.dumps([target, removal])), "")


if __name__ == "__main__":
    unittest.main()
