#!/usr/bin/env python3
"""Stopping under load: what is under way may finish for ten seconds, the record is whole, and a second signal ends it at once."""
import signal
import threading
import time
import unittest

from rig import Faults, ok, path_of, read_head, read_message, request, until_end, wait_for


class Stopping(Faults):
    def setUp(self):
        super().setUp()
        self.proceed, self.asked = threading.Event(), threading.Semaphore(0)
        self.addCleanup(self.proceed.set)
        self.origin = self.serve(self.answer)

    def answer(self, connection, _number):
        """/half/N: half an answer, and the rest when told; /whole/N: nothing until told; /quick/N: at once."""
        buffer = b""
        while True:
            head, _body, buffer = read_message(connection, buffer)
            if not head:
                return
            path = path_of(head)
            answer = ok(path.encode() * 100)
            sent = len(answer) // 2 if path.startswith("/half") else 0
            connection.sendall(answer[:sent])
            self.asked.release()
            if not path.startswith("/quick"):
                self.proceed.wait(40)
            connection.sendall(answer[sent:])

    def under_way(self, running, kinds):
        clients = {}
        for path in kinds:
            clients[path] = self.client(running)
            clients[path].sendall(request(self.origin.port, path))
            self.assertTrue(self.asked.acquire(timeout=20))
        return clients

    def outcomes(self, running):
        capture = running.facts["capture"]
        self.check_whole(capture)
        self.assertEqual(self.rows(capture, "SELECT clean_end FROM capture"), [(1,)])
        self.assertFalse([beside for beside in self.home.rglob("*.why401-*")], "a clean stop leaves one file")
        return dict(self.rows(capture, "SELECT substr(url, instr(substr(url, 8), '/') + 7), outcome FROM exchanges"))

    def test_lets_exchanges_finish_takes_no_new_ones_and_records_all(self):
        running = self.start()
        paths = [f"/half/{n}" for n in range(10)] + [f"/whole/{n}" for n in range(10)]
        clients = self.under_way(running, paths)
        idle = self.client(running)
        idle.sendall(request(self.origin.port, "/quick/1"))
        read_message(idle)
        running.process.send_signal(signal.SIGTERM)
        self.assertEqual(until_end(idle), (b"", "FIN"))
        with self.assertRaises(ConnectionRefusedError):
            self.client(running)
        self.assertIsNone(running.process.poll())
        self.proceed.set()
        for path, client in clients.items():
            self.assertEqual(until_end(client), (ok(path.encode() * 100), "FIN"))
        self.assertEqual(running.process.wait(30), 0)
        self.assertEqual(self.outcomes(running), {path: "complete" for path in [*paths, "/quick/1"]})

    def test_has_an_end_after_ten_seconds_and_cuts_what_has_none(self):
        running = self.start()
        clients = self.under_way(running, ["/half/1", "/whole/1"])
        begun = time.monotonic()
        self.assertEqual(running.stop(), 0)
        self.assertGreater(time.monotonic() - begun, 9)
        self.assertEqual(until_end(clients["/whole/1"])[0], b"")
        got, how = until_end(clients["/half/1"])
        self.assertEqual((got, how), (ok(b"/half/1" * 100)[:len(got)], "RST"), "no false end")
        self.assertEqual(self.outcomes(running), {"/half/1": "broken", "/whole/1": "broken"})

    def test_a_second_signal_ends_it_at_once_and_the_record_is_whole_all_the_same(self):
        for first, second in ((signal.SIGTERM, signal.SIGTERM), (signal.SIGINT, signal.SIGTERM)):
            with self.subTest(first=first):
                running = self.start("--capture", self.home / f"{first}.why401")
                self.under_way(running, ["/half/1"])
                running.process.send_signal(first)
                wait_for(lambda: "the same signal again stops at once" in running.said(), "the first signal to be taken")
                begun = time.monotonic()
                running.process.send_signal(second)
                self.assertEqual(running.process.wait(30), 0)
                self.assertLess(time.monotonic() - begun, 8, "long before the ten seconds are over")
                self.assertIn(self.outcomes(running)["/half/1"], ("broken", "unfinished"))


if __name__ == "__main__":
    unittest.main()
