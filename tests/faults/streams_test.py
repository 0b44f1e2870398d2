#!/usr/bin/env python3
"""Answers without an end in sight: they stream, the record keeps their beginning and true size, memory stays flat."""
import base64
import hashlib
import threading
import unittest

from rig import SANITIZED, Faults, field, path_of, read_head, request, resident_kb, upstreams, wait_for

GIGABYTE = 1 << 30
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
KEPT = 1 << 20  # the default of --max-body


class Streams(Faults):
    def test_a_gigabyte_passes_with_flat_memory_and_is_kept_as_far_as_promised(self):
        block = bytes(range(256)) * 4096

        def serve(connection, _number):
            chunked = path_of(read_head(connection)[0]) == "/chunked"
            connection.sendall(b"HTTP/1.1 200 OK\r\n" + (CHUNKED if chunked else b"Content-Length: %d\r\n\r\n" % GIGABYTE))
            for _ in range(GIGABYTE // len(block)):
                connection.sendall(b"100000\r\n" + block + b"\r\n" if chunked else block)
            connection.sendall(b"0\r\n\r\n" if chunked else b"")

        origin, running = self.serve(serve), self.start()
        for number, (path, size) in enumerate({"/length": GIGABYTE, "/chunked": GIGABYTE + GIGABYTE // len(block) * 10 + 5}.items(), 1):
            client = self.client(running)
            before = highest = resident_kb(running.process.pid)
            client.sendall(request(origin.port, path))
            got, reads, buffer = len(read_head(client)[1]), 0, bytearray(1 << 20)
            while got < size:
                length = client.recv_into(buffer)
                self.assertTrue(length)
                got, reads = got + length, reads + 1
                if reads % 256 == 0:
                    highest = max(highest, resident_kb(running.process.pid))
            self.assertEqual(got, size)
            if not SANITIZED:  # a sanitizer keeps freed memory, to see who uses it
                self.assertLess(highest - before, 16 << 10, "kB more while it passed")
            body = self.ended(running, number)["response"]["body"]
            self.assertEqual((body["length"], body["kept"], body["truncated"]), (GIGABYTE, KEPT, True))
        running.stop()
        self.check_whole(running.facts["capture"])

    def test_an_endless_chunked_body_arrives_while_it_is_made(self):
        """The first bytes come before the rest exists; the record has the exchange from its start."""
        more = threading.Event()
        self.addCleanup(more.set)

        def serve(connection, _number):
            read_head(connection)
            connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
            more.wait(20)
            connection.sendall(b"6\r\nsecond\r\n")
            connection.recv(1)

        origin, running = self.serve(serve), self.start()
        client = self.client(running)
        client.sendall(request(origin.port))
        _, rest = read_head(client)
        while rest != b"5\r\nfirst\r\n":
            rest += client.recv(100)
        rows = lambda: self.rows(running.facts["capture"], "SELECT status, outcome FROM exchange")
        self.assertEqual(wait_for(rows, "the row of an exchange under way"), [(0, "unfinished")])
        more.set()
        rest = b""
        while rest != b"6\r\nsecond\r\n":
            rest += client.recv(100)
        client.close()

    def test_events_arrive_one_by_one(self):
        turn = threading.Semaphore(0)

        def serve(connection, _number):
            read_head(connection)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
            for number in range(20):
                turn.acquire(timeout=10)
                connection.sendall(b"id: %d\ndata: x\n\n" % number)

        origin, running = self.serve(serve), self.start("--capture", "off")
        client = self.client(running)
        client.sendall(request(origin.port))
        _, rest = read_head(client)
        for number in range(20):
            turn.release()  # the next event is made only when the last one has been seen
            event = b"id: %d\ndata: x\n\n" % number
            while len(rest) < len(event):
                rest += client.recv(100)
            self.assertEqual(rest, event)
            rest = b""
        self.assertEqual(client.recv(1), b"")
        self.assertEqual(self.ended(running, 1)["outcome"], "complete")

    def test_a_websocket_passes_both_ways_and_its_end_too(self):
        def serve(connection, _number):
            head, rest = read_head(connection)
            key = field(head, b"Sec-WebSocket-Key") + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
            accept = base64.b64encode(hashlib.sha1(key).digest())
            connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                               b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n\x81\x05hello")  # it speaks first, in the same write
            while rest or (rest := connection.recv(1 << 16)):
                connection.sendall(rest[::-1])
                rest = b""
            self.ended_here.set()

        self.ended_here = threading.Event()
        origin, running = self.serve(serve), self.start("--capture", "off")
        client = self.client(running)
        fields = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        client.sendall(request(origin.port, "/chat", fields=fields))
        head, rest = read_head(client)
        self.assertTrue(head.startswith(b"HTTP/1.1 101 "), head)
        self.assertEqual(field(head, b"Sec-WebSocket-Accept"), b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        self.assertEqual(self.take(client, 7, rest), b"\x81\x05hello")
        for frame in (b"\x81\x82abcd\x09\x0b", b"GET / HTTP/1.1\r\n\r\n", bytes(range(256)) * 1024):
            threading.Thread(target=client.sendall, args=(frame,), daemon=True).start()
            back = self.take(client, len(frame))
            self.assertEqual(sorted(back), sorted(frame))
        client.close()
        self.assertTrue(self.ended_here.wait(5))
        self.assertEqual(self.ended(running, 1)["outcome"], "tunnelled")
        wait_for(lambda: upstreams(origin.port, running.process.pid) == 0, "the end of the upstream connection")

    def take(self, client, length, got=b""):
        while len(got) < length:
            part = client.recv(1 << 16)
            self.assertTrue(part, "the connection ended")
            got += part
        return got


if __name__ == "__main__":
    unittest.main()
