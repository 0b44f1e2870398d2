#!/usr/bin/env python3
"""A hundred pages that listen, half of which never read, cost the proxy neither an answer nor its memory."""
import concurrent.futures
import os
import pathlib
import socket
import sys
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from proxy_process import Server, read_message  # noqa: E402
from running import PATIENCE, Home, WebSocket, wait_for  # noqa: E402

DEAF, READERS = 50, 50
CLIENTS, EACH = 8, 375
BOUND_KB = 150 * 1024  # what the recorder keeps of the run, and a frame under way for each listener


def answer(connection, _number):
    buffer = b""
    while True:
        head, _body, buffer = read_message(connection, buffer)
        if not head:
            return
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


class Reader(threading.Thread):
    """A page: takes every frame, and knows which exchanges it was told of."""

    def __init__(self, running, query):
        super().__init__(daemon=True)
        self.stream = WebSocket(running, f"/api/v1/events?since=0{query}")
        self.ended, self.dropped, self.wrong, self.last = set(), 0, [], 0
        self.start()

    def run(self):
        try:
            while True:
                message = self.stream.next()
                for event in message if isinstance(message, list) else [message]:
                    self.take(event)
        except (OSError, AssertionError):
            return  # the test is over

    def take(self, event):
        if event["seq"] <= self.last:
            self.wrong.append((self.last, event["seq"]))
        self.last = event["seq"]
        if event["type"] == "dropped":
            self.dropped += 1
        elif event["type"] == "exchange" and event["data"]["status"]:
            self.ended.add(event["data"]["id"])


class Listeners(Home):
    def rss_kb(self):
        text = pathlib.Path(f"/proc/{self.running.process.pid}/status").read_text()
        return int(next(line for line in text.splitlines() if line.startswith("VmRSS:")).split()[1])

    def sockets(self):
        return len(os.listdir(f"/proc/{self.running.process.pid}/fd"))

    def ask(self, address, statuses):
        request = f"GET http://{address}/ HTTP/1.1\r\nHost: {address}\r\n\r\n".encode()
        with socket.create_connection(("127.0.0.1", int(self.running.proxy.rsplit(":", 1)[1])), PATIENCE) as connection:
            buffer = b""
            for _ in range(EACH):
                connection.sendall(request)
                head, _body, buffer = read_message(connection, buffer)
                statuses.append(head.split()[1])

    def test_get_everything_or_are_told_what_they_missed(self):
        self.running = self.start("--capture", "off")
        self.running.get("/api/v1/status")
        sockets, memory = self.sockets(), self.rss_kb()
        deaf = [WebSocket(self.running, f"/api/v1/events?since=0{'&batch=1' * (i % 2)}") for i in range(DEAF)]
        readers = [Reader(self.running, "&batch=1" * (i % 2)) for i in range(READERS)]
        self.assertEqual({one.status for one in deaf} | {one.stream.status for one in readers}, {101})

        statuses, total = [], CLIENTS * EACH
        with Server(answer) as origin, concurrent.futures.ThreadPoolExecutor(CLIENTS) as clients:
            for done in [clients.submit(self.ask, f"127.0.0.1:{origin.port}", statuses) for _ in range(CLIENTS)]:
                done.result()
        self.assertEqual(statuses, [b"200"] * total)

        last = wait_for(lambda: self.running.get("/api/v1/status")["summary"]["exchanges"] == total and self.running.get("/api/v1/status")["last_event"], "the record")
        wait_for(lambda: all(reader.last >= last for reader in readers), "the readers")
        for reader in readers:
            self.assertEqual(reader.wrong, [])
            self.assertTrue(reader.dropped or len(reader.ended) == total, (reader.dropped, len(reader.ended)))
        if not any(name.endswith("SAN_OPTIONS") for name in os.environ):
            self.assertLess(self.rss_kb() - memory, BOUND_KB)

        for one in deaf + [reader.stream for reader in readers]:
            one.socket.shutdown(socket.SHUT_RDWR)
            one.close()
        wait_for(lambda: self.sockets() <= sockets, "the end of the listeners' connections")


unittest.main()
