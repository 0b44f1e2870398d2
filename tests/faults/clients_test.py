#!/usr/bin/env python3
"""Clients that are slow, many, silent or gone: what they cost, and whom they hold up."""
import resource
import socket
import threading
import time
import unittest

from rig import SANITIZED, Faults, field, ok, path_of, read_head, read_message, request, reset, resident_kb, until_end, upstreams, wait_for

IDLE_CLIENTS = 2500


def answering(connection, _number):
    buffer = b""
    while True:
        head, _body, buffer = read_message(connection, buffer)
        if not head:
            return
        connection.sendall(ok(path_of(head).encode()))


class SlowClients(Faults):
    def test_have_30_seconds_for_a_head_however_they_trickle(self):
        """The clock of the program is moved on, so that nobody has to wait."""
        moving = self.with_moving_clock(steady_too=True)
        origin, running = self.serve(answering), self.start()
        slow, silent, busy = self.client(running), self.client(running), self.client(running)
        head = request(origin.port, "/slow")
        slow.sendall(head[:20])
        self.settle(running, busy, origin)
        moving(25)
        slow.sendall(head[20:40])  # a byte now and then does not win it more time
        self.settle(running, busy, origin)
        slow.setblocking(False)
        self.assertRaises(BlockingIOError, slow.recv, 1)
        slow.setblocking(True)
        moving(31)
        answer, end = until_end(slow)
        self.assertTrue(answer.startswith(b"HTTP/1.1 408 "), answer)
        self.assertEqual(field(answer, b"X-Why401"), b"request-head-too-slow")
        self.settle(running, silent, origin)  # one that has not begun is not slow
        running.stop()
        fault, = self.rows(running.facts["capture"], "SELECT json_extract(fault, '$.whose') FROM exchange WHERE status = 408")
        self.assertEqual(fault, ("client",))

    def settle(self, running, client, origin):
        """A round trip, and a tick of the program's limits."""
        client.sendall(request(origin.port, "/other"))
        self.assertEqual(read_message(client)[1], b"/other")
        time.sleep(0.25)


class ManyClients(Faults):
    def test_that_do_nothing_cost_little_and_hold_up_nobody(self):
        origin, running = self.serve(answering), self.start("--capture", "off")
        pid = running.process.pid
        busy = self.client(running)
        self.round_trip(busy, origin)
        before, idle, half = resident_kb(pid), [], request(origin.port)[:30]
        for number in range(IDLE_CLIENTS):
            idle.append(self.client(running))
            if number % 5 == 0:
                idle[-1].sendall(half)  # some have begun a head and leave it there
            if number % 100 == 0:
                self.round_trip(busy, origin)
        self.round_trip(busy, origin)
        wait_for(lambda: running.get("/api/v1/status")["counts"]["client_connections"] == IDLE_CLIENTS + 1, "all clients")
        if not SANITIZED:  # a sanitizer adds its own bytes to each
            self.assertLess((resident_kb(pid) - before) / IDLE_CLIENTS, 8, "kB for an idle client connection")
        fresh = self.client(running)
        self.round_trip(fresh, origin)
        idle[0].sendall(request(origin.port)[30:])  # and those that come back are served as well
        self.assertEqual(read_message(idle[0])[1], b"/")
        self.round_trip(idle[1], origin)
        del idle

    def round_trip(self, client, origin):
        client.sendall(request(origin.port, "/busy"))
        self.assertEqual(read_message(client)[1], b"/busy")


class AClientThatLeaves(Faults):
    """The server's side of it: its connection, as the system sees it, and the record."""

    def setUp(self):
        super().setUp()
        self.gone, self.proceed = threading.Event(), threading.Event()
        self.addCleanup(self.proceed.set)

    def pending(self, first=b""):
        """Sends the beginning of an answer, then none, and waits until it is left alone."""
        def serve(connection, _number):
            read_message(connection)
            connection.sendall(first)
            self.asked.set()
            try:
                while connection.recv(1 << 16):
                    pass
            except ConnectionResetError:
                pass
            self.gone.set()
        self.asked = threading.Event()
        return self.serve(serve)

    def test_by_reset_takes_its_upstream_connection_along_within_a_second(self):
        for first in (b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"):
            with self.subTest(answered=first):
                self.gone.clear()
                origin, running = self.pending(first), self.start("--capture", "off")
                client = self.client(running)
                client.sendall(request(origin.port))
                if first:
                    read_head(client)
                self.assertTrue(self.asked.wait(10))
                reset(client)
                self.assertTrue(self.gone.wait(10), "at once, but a busy machine takes its time")
                exchange = self.ended(running, 1)
                self.assertEqual((exchange["outcome"], exchange["fault"]["whose"]), ("abandoned", "client"))
                self.assertEqual(upstreams(origin.port, running.process.pid), 0)
                running.stop()

    def test_in_the_middle_of_its_upload_takes_it_along_too(self):
        for how in (reset, socket.socket.close):
            with self.subTest(how=how.__name__):
                self.gone.clear()

                def serve(connection, _number):
                    read_head(connection)
                    try:
                        while connection.recv(1 << 16):
                            pass
                    except ConnectionResetError:
                        self.gone.set()

                origin, running = self.serve(serve), self.start("--capture", "off")
                client = self.client(running)
                client.sendall(request(origin.port, method="POST", fields="Content-Length: 100\r\n") + b"half")
                wait_for(lambda: upstreams(origin.port, running.process.pid), "the upstream connection")
                how(client)
                self.assertTrue(self.gone.wait(10), "and by a reset: the server must not take the half for the whole")
                exchange = self.ended(running, 1)
                self.assertEqual((exchange["outcome"], exchange["fault"]["whose"], exchange["request_length"]), ("abandoned", "client", 4))
                running.stop()

    def test_while_the_server_takes_no_more_of_its_upload_is_noticed_as_well(self):
        stalled = threading.Event()
        self.addCleanup(stalled.set)

        def serve(connection, _number):
            stalled.wait(120)
            try:
                while connection.recv(1 << 20):
                    pass
            except ConnectionResetError:
                pass

        origin, running = self.serve(serve), self.start("--capture", "off")
        client = self.client(running)
        client.settimeout(1)
        client.sendall(request(origin.port, method="POST", fields=f"Content-Length: {1 << 30}\r\n"))
        try:
            while True:
                client.sendall(bytes(1 << 20))
        except TimeoutError:
            pass  # every buffer on the way is full
        reset(client)
        wait_for(lambda: upstreams(origin.port, running.process.pid) == 0, "the end of the upstream connection")

    def test_only_half_still_gets_its_answer(self):
        """TCP cannot tell a client that only finished sending from one that closed: RFC 9112 9.6 lets the first have its answer."""
        def serve(connection, _number):
            read_message(connection)
            self.asked.set()
            self.proceed.wait(10)
            connection.sendall(ok(b"late"))

        self.asked = threading.Event()
        origin, running = self.serve(serve), self.start("--capture", "off")
        client = self.client(running)
        client.sendall(request(origin.port))
        client.shutdown(socket.SHUT_WR)
        self.assertTrue(self.asked.wait(10))
        time.sleep(0.3)  # the FIN is there long before the answer
        self.proceed.set()
        self.assertEqual(until_end(client), (ok(b"late"), "FIN"))
        self.assertEqual(self.ended(running, 1)["outcome"], "complete")

    def test_by_closing_is_noticed_at_the_first_bytes_it_does_not_take(self):
        """So an event stream that goes on ends within a second of its next event or two, and takes the memory along."""
        def serve(connection, _number):
            read_head(connection)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n")
            self.proceed.wait(10)
            try:
                while True:
                    connection.sendall(b"data: more\n\n")
                    time.sleep(0.05)
            except OSError:
                self.gone.set()

        origin, running = self.serve(serve), self.start("--capture", "off")
        client = self.client(running)
        client.sendall(request(origin.port))
        read_head(client)
        client.close()
        time.sleep(0.2)
        self.assertEqual(upstreams(origin.port, running.process.pid), 1)
        self.proceed.set()
        self.assertTrue(self.gone.wait(10))
        exchange = self.ended(running, 1)
        self.assertEqual((exchange["outcome"], exchange["fault"]["whose"]), ("abandoned", "client"))

if __name__ == "__main__":
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    unittest.main()
