#!/usr/bin/env python3
"""A 401 that comes while the client still uploads, as IIS gives it to a large POST without credentials."""
import json
import threading
import unittest

from rig import Faults, hang_up, read_head, read_message, request, reset

PAGE = b"access is denied " * 800  # what the system takes at once: a reset loses what still waits at the server
REFUSAL = (b"HTTP/1.1 401 Unauthorized\r\nServer: Microsoft-IIS/10.0\r\nWWW-Authenticate: Negotiate\r\nWWW-Authenticate: NTLM\r\n"
           b"%sContent-Length: " + str(len(PAGE)).encode() + b"\r\n\r\n" + PAGE)
SIZE = 8 << 20


class AnEarly401(Faults):
    def refusing(self, then, closing=True):
        """Answers as soon as it has the head, and deals with the upload as `then` says."""
        def serve(connection, _number):
            self.heads.append(read_head(connection)[0])
            connection.sendall(REFUSAL % (b"Connection: close\r\n" if closing else b""))
            then(connection)
        self.heads = []
        return self.serve(serve)

    def upload(self, running, port, fields=f"Content-Length: {SIZE}\r\n", block=bytes(1 << 16)):
        """What the client gets that sends all it has first and only then reads, as simple clients do."""
        client = self.client(running)
        client.sendall(request(port, "/upload", "POST", fields=fields))
        for _ in range(SIZE // (1 << 16)):
            client.sendall(block)  # an RST would show here
        if block[:1] != b"\0":
            client.sendall(b"0\r\n\r\n")
        head, body, _ = read_message(client)
        return head, body

    def check_refusal(self, head, body):
        self.assertTrue(head.startswith(b"HTTP/1.1 401 "), head)
        self.assertEqual(head.count(b"WWW-Authenticate:"), 2)
        self.assertEqual(body, PAGE, "not a byte of the page is lost")

    def test_reaches_a_client_whole_that_reads_only_after_its_upload(self):
        def read_all(connection):
            left = SIZE
            while left > 0 and (part := connection.recv(1 << 16)):
                left -= len(part)
            self.drained.append(left)

        for name, then in {"RST": reset, "FIN": hang_up, "drains": read_all}.items():
            for chunked in (False, True):
                with self.subTest(server=name, chunked=chunked):
                    self.drained = []
                    origin, running = self.refusing(then, closing=name != "drains"), self.start("--capture", "off")
                    if chunked:
                        sent = self.upload(running, origin.port, "Transfer-Encoding: chunked\r\n", b"fff8\r\n" + b"x" * 0xfff8 + b"\r\n")
                    else:
                        sent = self.upload(running, origin.port)
                    self.check_refusal(*sent)
                    exchange = self.ended(running, 1)
                    self.assertEqual((exchange["status"], exchange["outcome"]), (401, "complete"))
                    self.assertEqual(exchange["request_length"], SIZE if not chunked else SIZE // (1 << 16) * 0xfff8,
                                     "the upload is read to its end, so that no RST can hurt the answer")
                    self.assertEqual(running.get("/api/v1/status")["summary"]["unexplained_401"], 0)
                    running.stop()

    def test_to_an_upload_is_explained_like_any_other(self):
        origin, running = self.refusing(reset), self.start()
        self.check_refusal(*self.upload(running, origin.port))
        running.stop()
        explained = self.why401("explain", running.facts["capture"])
        self.assertIn("401", explained.stdout)
        summary = json.loads(self.why401("explain", "--json", running.facts["capture"]).stdout)["summary"]
        self.assertEqual((summary["status_401"], summary["unexplained_401"]), (1, 0))

    def test_to_an_expectation_spares_the_upload(self):
        answered = threading.Event()

        def keep(connection):
            answered.wait(10)
            self.behind = connection.recv(1 << 16)

        origin, running = self.refusing(keep, closing=False), self.start("--capture", "off")
        client = self.client(running)
        client.sendall(request(origin.port, "/upload", "POST", fields=f"Content-Length: {SIZE}\r\nExpect: 100-continue\r\n"))
        head, body, rest = read_message(client)
        self.check_refusal(head, body)
        self.assertEqual(rest, b"")
        client.close()  # RFC 9110 10.1.1: it may close rather than send what nobody wants
        answered.set()
        exchange = self.ended(running, 1)
        self.assertEqual((exchange["status"], exchange["request_length"]), (401, 0))
        self.assertIn(b"Expect: 100-continue", self.heads[0])

    def test_after_a_continue_reaches_the_client_too(self):
        def serve(connection, _number):
            read_head(connection)
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            connection.recv(1 << 16)
            connection.sendall(REFUSAL % b"Connection: close\r\n")
            reset(connection)

        origin, running = self.serve(serve), self.start("--capture", "off")
        client = self.client(running)
        client.sendall(request(origin.port, "/upload", "POST", fields=f"Content-Length: {SIZE}\r\nExpect: 100-continue\r\n"))
        interim, rest = read_head(client)
        self.assertEqual((interim, rest), (b"HTTP/1.1 100 Continue\r\n\r\n", b""))
        for _ in range(SIZE // (1 << 16)):
            client.sendall(bytes(1 << 16))
        head, body, _ = read_message(client)
        self.check_refusal(head, body)


if __name__ == "__main__":
    unittest.main()
