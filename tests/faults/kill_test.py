#!/usr/bin/env python3
"""SIGKILL while recording, at a random moment under load: the capture opens, is sound, and lacks at most what ended in the last 100 ms.

WHY401_KILL_ROUNDS says how often (20 by default); the seed of every round is its number.
"""
import os
import pathlib
import random
import threading
import time
import unittest

from rig import Faults, ok, path_of, read_message, request

ROUNDS = int(os.environ.get("WHY401_KILL_ROUNDS", "20"))
CLIENTS = 6
PROMISED = 0.1  # seconds: contract, "The capture file"


class Tardiness:
    """How long the threads of a process stood in line for a processor: what a busy machine adds to every promise of time."""

    def __init__(self, pid):
        self.pid, self.samples, self.over = pid, [], threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()

    def watch(self):
        while not self.over.wait(0.01):
            self.look()

    def look(self):
        try:
            waits = sum(int((task / "schedstat").read_text().split()[1]) for task in pathlib.Path(f"/proc/{self.pid}/task").iterdir())
            self.samples.append((time.monotonic(), waits * 1e-9))  # it counts nanoseconds
        except OSError:
            pass  # the process, or one of its threads, is gone

    def since(self, moment):
        """From the last look before that moment: this test's own threads may have stood in line too."""
        before = [wait for at, wait in self.samples if at <= moment] or [0.0]
        return self.samples[-1][1] - before[-1]


class Killed(Faults):
    def setUp(self):
        super().setUp()
        self.ledger = {}  # path -> when the origin had answered it
        self.origin = self.serve(self.answer)

    def answer(self, connection, _number):
        buffer = b""
        while True:
            head, _body, buffer = read_message(connection, buffer)
            if not head:
                return
            path = path_of(head)
            assert path not in self.ledger
            connection.sendall(ok(path.encode() * 20))
            self.ledger[path] = time.monotonic()

    def load(self, running, name, received):
        """Requests one after the other on one connection, until the proxy is gone."""
        connection, buffer, turn = self.client(running), b"", 0
        try:
            while True:
                path = f"/{name}/{turn}"
                connection.sendall(request(self.origin.port, path, fields="X-Filler: " + "x" * 500 + "\r\n"))
                head, body, buffer = read_message(connection, buffer)
                if not head:
                    return
                received[path] = time.monotonic()
                turn += 1
        except OSError:
            pass

    def round(self, number):
        """Returns how many exchanges the clients had seen end, and the age of the oldest one that is missing."""
        chance, received = random.Random(number), {}
        running = self.start("--capture", self.home / f"round-{number}.why401")
        tardiness = Tardiness(running.process.pid)
        clients = [threading.Thread(target=self.load, args=(running, f"{number}-{n}", received)) for n in range(CLIENTS)]
        for client in clients:
            client.start()
        time.sleep(chance.uniform(0.1, 0.5))
        tardiness.over.set()
        tardiness.thread.join()
        tardiness.look()
        killed = time.monotonic()
        running.process.kill()
        running.process.wait()
        for client in clients:
            client.join()
        capture = running.facts["capture"]
        rows = self.rows(capture, "SELECT substr(url, instr(substr(url, 8), '/') + 7), outcome, status, response_length FROM exchanges")
        self.check_whole(capture)
        recorded = [path for path, outcome, *_ in rows if outcome == "complete"]
        self.assertEqual(len(recorded), len(set(recorded)), "nothing twice")
        self.assertEqual(set(recorded) - set(self.ledger), set(), "nothing that never was")
        for path, outcome, status, length in rows:
            if outcome == "complete":
                self.assertEqual((status, length), (200, 20 * len(path)))
        missing = {path: killed - at for path, at in received.items() if path not in recorded and at < killed}
        oldest = max(missing.values(), default=0)
        late = tardiness.since(killed - max(oldest, 3 * PROMISED))
        self.assertLess(oldest, PROMISED + late, f"round {number}: {len(missing)} of {len(received)} are missing")
        return len(received), oldest, late

    def test_again_and_again_it_loses_no_more_than_the_last_moment(self):
        done, oldest, latest = 0, 0.0, 0.0
        for number in range(ROUNDS):
            with self.subTest(round=number):
                count, age, late = self.round(number)
                done, oldest, latest = done + count, max(oldest, age), max(latest, late)
        self.assertGreater(done, ROUNDS * 20, "there was something to lose")
        print(f"{ROUNDS} times killed, {done} exchanges; the oldest one lost had ended {oldest * 1000:.0f} ms before; "
              f"its threads had stood in line for up to {latest * 1000:.0f} ms")


if __name__ == "__main__":
    unittest.main()
