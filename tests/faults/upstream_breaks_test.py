#!/usr/bin/env python3
"""A server that breaks off at every stage of an answer: what the client sees of it, and what the record says."""
import base64
import struct
import threading
import unittest

from rig import Faults, field, hang_up, ok, path_of, read_head, read_message, request, reset, until_end

LENGTH_HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"
CHUNKED_HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
# Where it breaks: what was sent before, and how much of it is content.
BEFORE_THE_HEAD_ENDED = {"nothing": b"", "status line": b"HTTP/1.1 200", "head": b"HTTP/1.1 200 OK\r\nContent-Le",
                         "interim": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"}
AFTER_THE_HEAD = {"head only": (LENGTH_HEAD, 0), "length": (LENGTH_HEAD + b"x" * 40, 40), "last byte": (LENGTH_HEAD + b"x" * 99, 99),
                  "size": (CHUNKED_HEAD + b"5\r\nhello\r\n1", 5), "chunk": (CHUNKED_HEAD + b"5\r\nhello\r\n20\r\nworld", 10),
                  "between": (CHUNKED_HEAD + b"5\r\nhello\r\n", 5), "last chunk": (CHUNKED_HEAD + b"5\r\nhello\r\n0\r\n", 5),
                  "trailer": (CHUNKED_HEAD + b"5\r\nhello\r\n0\r\nX: 1\r\n", 5)}
CHALLENGE = base64.b64encode(struct.pack("<8sIHHIIQQHHI", b"NTLMSSP\0", 2, 0, 0, 48, 0x00000201, 1, 0, 0, 0, 48)).decode()


def login(kind):
    return f"Authorization: NTLM {base64.b64encode(struct.pack('<8sI', bytes('NTLMSSP', 'ascii') + bytes(1), kind) + bytes(52)).decode()}\r\n"


def until_end_or_page(client):
    """What still comes: to the end, or to the end of a page of the proxy's own, whose connection lives on."""
    received = b""
    while True:
        page = received.rfind(b"HTTP/1.1 502 ")
        if page >= 0 and b"</html>\n" in received[page:]:
            return received, "page"
        try:
            part = client.recv(1 << 16)
        except ConnectionResetError:
            return received, "RST"
        if not part:
            return received, "FIN"
        received += part


class AnAnswerThatBreaksOff(Faults):
    def breaks(self, sent, how, reused=False):
        """The proxy between a client and a server that answers with `sent` and then ends the connection: everything the client got."""
        def serve(connection, _number):
            buffer = b""
            if reused:
                buffer = read_message(connection)[2]
                connection.sendall(ok())
            read_head(connection, buffer)
            connection.sendall(sent)
            received.wait(5)
            how(connection)

        received = threading.Event()
        origin, running = self.serve(serve), self.start("--capture", "off")
        client = self.client(running)
        if reused:
            client.sendall(request(origin.port, "/first"))
            read_message(client)
        client.sendall(request(origin.port))
        got = b""
        head_end = sent.find(b"\r\n\r\n") + 4
        while sent.startswith(b"HTTP/1.1 200 OK") and head_end > 3 and len(got) < len(sent):
            got += client.recv(1 << 16)
        received.set()
        rest, _ = until_end_or_page(client)
        exchange = self.ended(running, 2 if reused else 1)
        running.stop()
        return got + rest, exchange, origin.connections

    def test_before_its_head_was_whole_is_a_502_that_names_the_server(self):
        for stage, sent in BEFORE_THE_HEAD_ENDED.items():
            for how in (reset, hang_up):
                with self.subTest(stage=stage, how=how.__name__):
                    got, exchange, _ = self.breaks(sent, how)
                    if stage == "interim":
                        self.assertTrue(got.startswith(sent))
                        got = got[len(sent):]
                    self.assertTrue(got.startswith(b"HTTP/1.1 502 "), got)
                    self.assertEqual(field(got.partition(b"\r\n\r\n")[0], b"X-Why401"), b"no-response")
                    fault = exchange["fault"]
                    self.assertEqual((exchange["outcome"], fault["whose"], fault["stage"]), ("refused", "upstream", "response head"))
                    self.assertIn("reset" if how is reset else "closed", fault["what"])
                    self.assertTrue(exchange["answered_by_us"])

    def check_cut(self, sent, length, got, exchange, how):
        self.assertEqual(got, sent, "no byte is added: no false end")
        fault = exchange["fault"]
        self.assertEqual((exchange["outcome"], exchange["status"], fault["whose"], fault["stage"]),
                         ("broken", 200, "upstream", "response body"))
        self.assertEqual(exchange["response_length"], length)
        self.assertIn(f"after {length} of 100 bytes" if sent.startswith(LENGTH_HEAD) else f"after {length} bytes", fault["what"])
        self.assertIn("reset" if how is reset else "closed", fault["what"])

    def test_in_its_body_is_cut_for_the_client_too_and_kept_with_its_place(self):
        for stage, (sent, length) in AFTER_THE_HEAD.items():
            for how in (reset, hang_up):
                with self.subTest(stage=stage, how=how.__name__):
                    got, exchange, _ = self.breaks(sent, how)
                    self.check_cut(sent, length, got, exchange, how)

    def test_on_a_connection_that_served_before_is_cut_the_same_and_never_asked_again(self):
        for how in (reset, hang_up):
            for stage in ("length", "between"):
                with self.subTest(stage=stage, how=how.__name__):
                    sent, length = AFTER_THE_HEAD[stage]
                    got, exchange, connections = self.breaks(sent, how, reused=True)
                    self.check_cut(sent, length, got, exchange, how)
                    self.assertEqual(connections, 1)
            with self.subTest(stage="head", how=how.__name__):
                got, exchange, connections = self.breaks(BEFORE_THE_HEAD_ENDED["head"], how, reused=True)
                self.assertTrue(got.startswith(b"HTTP/1.1 502 "), got)
                self.assertEqual(connections, 1, "bytes of an answer had come: it may have been acted upon")

    def test_without_a_length_is_an_end_by_fin_and_a_break_by_reset(self):
        sent = b"HTTP/1.1 200 OK\r\n\r\nall of it"
        got, exchange, _ = self.breaks(sent, hang_up)
        self.assertEqual((got, exchange["outcome"], exchange["fault"]), (sent, "complete", None))
        got, exchange, _ = self.breaks(sent, reset)
        self.assertEqual((got, exchange["outcome"], exchange["fault"]["whose"]), (sent, "broken", "upstream"))


class MalformedChunks(Faults):
    def test_are_cut_at_the_last_byte_that_was_right_and_named_by_their_clause(self):
        in_chunks, of_lines = "RFC 9112 7.1", "RFC 9112 2.2"
        bad = {b"zz\r\nhello\r\n": (b"", in_chunks), b"-5\r\nhello\r\n": (b"", in_chunks), b"5 \r\nhello\r\n": (b"5", in_chunks),
               b"f" * 18 + b"\r\n": (b"f" * 15, in_chunks), b"5\nhello\r\n": (b"5", of_lines), b"\r\n": (b"", in_chunks),
               b"5\r\nhelloworld\r\n": (b"5\r\nhello", in_chunks), b"5;a=\0\r\nhello\r\n": (b"5;a=", "RFC 9110 5.5")}
        running = self.start("--capture", "off")
        for number, (chunk, (passed, clause)) in enumerate(bad.items(), 1):
            def serve(connection, _number, chunk=chunk):
                read_head(connection)
                connection.sendall(CHUNKED_HEAD + b"3\r\nabc\r\n" + chunk + b"0\r\n\r\n")
                connection.recv(1)

            with self.subTest(chunk=chunk):
                got, _ = self.ask(running, request(self.serve(serve).port))
                self.assertEqual(got, CHUNKED_HEAD + b"3\r\nabc\r\n" + passed)
                fault = self.ended(running, number)["fault"]
                self.assertEqual((fault["whose"], fault["stage"]), ("upstream", "response body"))
                self.assertIn(clause, fault["clause"])


class AStaleConnection(Faults):
    """One that the server gives up in the very moment when the next request comes on it."""

    def setUp(self):
        super().setUp()
        self.seen = []

    def stale(self, how, first_answer=ok()):
        def serve(connection, number):
            buffer = b""
            for turn in (1, 2):
                head, _body, buffer = read_message(connection, buffer)
                if not head:
                    return
                self.seen.append((number, head.split(b" ")[0].decode(), path_of(head)))
                if number == 1 and turn == 2:
                    return how(connection)
                connection.sendall(first_answer if number == 1 else ok(b""))
        return self.serve(serve)

    def ask_twice(self, policy, how, second, first=None):
        origin, running = self.stale(how), self.start("--capture", "off", "--policy", policy)
        client = self.client(running)
        client.sendall(request(origin.port, "/first"))
        read_message(client)
        client.sendall(second(origin.port))
        try:
            head = read_head(client)[0]
        except ConnectionResetError:
            head = b""
        exchange = self.ended(running, 2)
        running.stop()
        return head, exchange

    def test_costs_a_safe_request_one_silent_retry_that_is_recorded(self):
        for policy in ("affinity", "pooled", "auth-aware"):
            for how in (reset, hang_up):
                for method in ("GET", "HEAD", "OPTIONS"):
                    with self.subTest(policy=policy, how=how.__name__, method=method):
                        self.seen.clear()
                        head, exchange = self.ask_twice(policy, how, lambda port: request(port, "/second", method))
                        self.assertTrue(head.startswith(b"HTTP/1.1 200 "), head)
                        self.assertEqual(self.seen, [(1, "GET", "/first"), (1, method, "/second"), (2, method, "/second")])
                        self.assertIn("once more", exchange["decision"]["because"])
                        self.assertEqual((exchange["outcome"], exchange["upstream_connection"]), ("complete", "U2"))

    def test_is_no_reason_to_send_anything_else_twice(self):
        for policy in ("affinity", "pooled"):
            for name, second in {"POST": lambda port: request(port, "/second", "POST", body=b"x"),
                                 "empty POST": lambda port: request(port, "/second", "POST"),
                                 "DELETE": lambda port: request(port, "/second", "DELETE")}.items():
                with self.subTest(policy=policy, name=name):
                    self.seen.clear()
                    head, exchange = self.ask_twice(policy, reset, second)
                    self.assertTrue(head.startswith(b"HTTP/1.1 502 "), head)
                    self.assertEqual(len(self.seen), 2)
                    self.assertEqual(exchange["fault"]["whose"], "upstream")

    def test_never_sees_a_leg_of_an_ntlm_login_again_elsewhere(self):
        for policy in ("affinity", "pooled", "auth-aware"):
            for kind in (1, 3):
                with self.subTest(policy=policy, kind=kind):
                    self.seen.clear()
                    self.ask_twice(policy, reset, lambda port: request(port, "/second", fields=login(kind)))
                    self.assertEqual(len(self.seen), 2, "sent once only")

    def test_in_the_middle_of_a_login_takes_the_client_connection_along(self):
        challenge = f"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM {CHALLENGE}\r\nContent-Length: 0\r\n\r\n".encode()
        origin, running = self.stale(reset, challenge), self.start("--capture", "off")
        client = self.client(running)
        client.sendall(request(origin.port, "/login", fields=login(1)))
        self.assertTrue(read_message(client)[0].startswith(b"HTTP/1.1 401 "))
        client.sendall(request(origin.port, "/login", fields=login(3)))
        self.assertEqual(until_end(client)[0], b"", "no answer of ours: it would be taken for the server's")
        exchange = self.ended(running, 2)
        self.assertEqual((exchange["outcome"], exchange["fault"]["whose"], len(self.seen)), ("broken", "upstream", 2))


if __name__ == "__main__":
    unittest.main()
