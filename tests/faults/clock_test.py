#!/usr/bin/env python3
"""The wall clock jumps by a day and back, or is a day wrong from the start: durations, order and diagnoses do not care."""
import datetime
import json
import subprocess
import threading
import unittest

from rig import PATIENCE, Faults, WHY401, ok, path_of, read_message, request, wait_for

DAY = 86400
ALICE = ["--ntlm", "--user", r"CONTOSO\alice:Wonderland1"]


class JumpingClock(Faults):
    def setUp(self):
        super().setUp()
        self.proceed = threading.Event()

    def serve_on_command(self, connection, _number):
        buffer = b""
        while True:
            head, _body, buffer = read_message(connection, buffer)
            if not head:
                return
            if path_of(head) == "/wait":
                self.asked.release()
                self.proceed.wait(20)
                self.proceed.clear()
            connection.sendall(ok(path_of(head).encode()))

    def lab(self):
        """The lab alone, with the true clock."""
        ready = self.home / "lab.json"
        environment = {name: value for name, value in self.environment.items() if "FAKETIME" not in name and name != "LD_PRELOAD"}
        lab = subprocess.Popen([WHY401, "lab", "--listen", "127.0.0.1:0", "--ready", ready], env=environment, cwd=self.home,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(lab.wait)
        self.addCleanup(lab.kill)
        wait_for(ready.exists, "the lab")
        return json.loads(ready.read_text())["lab"]

    def check_record(self, running, jumps):
        self.assertEqual(running.stop(), 0)
        capture = running.facts["capture"]
        self.check_whole(capture)
        rows = self.rows(capture, "SELECT id, duration_ms FROM exchanges ORDER BY id")
        self.assertEqual([number for number, _ in rows], list(range(1, len(rows) + 1)))
        for number, duration in rows:
            self.assertTrue(0 <= duration < 1000 * PATIENCE, f"exchange {number} took {duration} ms")
        steady, = zip(*self.rows(capture, "SELECT started_steady_us FROM exchange ORDER BY id"))
        self.assertEqual(sorted(steady), list(steady), "in the order in which they began, whatever the clock said")
        wall, = zip(*self.rows(capture, "SELECT started_wall_us / 1000000 FROM exchange ORDER BY id"))
        steps = [later - earlier for earlier, later in zip(wall, wall[1:])]
        self.assertEqual(sum(abs(step) > DAY / 2 for step in steps), jumps, "and what the clock said is kept")
        explained = json.loads(self.why401("explain", "--json", capture).stdout)
        self.assertEqual([row["id"] for row in explained["exchanges"]], [number for number, _ in rows])
        self.assertEqual([finding for finding in explained["findings"] if finding["kind"] == "failure"], [])
        return explained

    def test_a_jump_of_a_day_and_back_harms_neither_durations_nor_order_nor_a_login(self):
        move = self.with_moving_clock()
        self.asked = threading.Semaphore(0)
        origin, lab = self.serve(self.serve_on_command), self.lab()
        running = self.start("--map", f"web01.example={lab}")
        client, buffer = self.client(running), b""
        for seconds in (DAY, 0, -DAY, 0):
            client.sendall(request(origin.port, "/wait"))
            self.assertTrue(self.asked.acquire(timeout=20))
            move(seconds)  # in the middle of an exchange
            self.proceed.set()
            self.assertEqual(read_message(client)[1], b"/wait")
            client.sendall(request(origin.port, "/after"))
            self.assertEqual(read_message(client)[1], b"/after")
            body, status = running.curl(*ALICE, "http://web01.example/")
            self.assertEqual(status, 200)
            self.assertIn(r"user=CONTOSO\alice", body)
        explained = self.check_record(running, jumps=4)
        logins = [one for one in explained["conversations"] if one["identity"]]
        self.assertEqual([one["outcome"] for one in logins], ["authenticated"] * 4)

    def test_a_proxy_whose_clock_is_a_day_wrong_accuses_nobody_of_it(self):
        lab = self.lab()
        for ahead in (DAY, -DAY):
            with self.subTest(ahead=ahead):
                self.with_moving_clock()(ahead)
                running = self.start("--map", f"web01.example={lab}", "--capture", self.home / f"{ahead}.why401")
                for _ in range(3):
                    self.assertEqual(running.curl(*ALICE, "http://web01.example/")[1], 200)
                wait_for(lambda: running.ask("/api/v1/exchanges/1")[0] == 200, "the record of the first exchange")
                began = running.get("/api/v1/exchanges/1")["time"]
                off = datetime.datetime.fromisoformat(began) - datetime.datetime.now(datetime.timezone.utc)
                self.assertLess(abs(off.total_seconds() - ahead), 600, "the clock is wrong indeed")
                self.check_record(running, jumps=0)


if __name__ == "__main__":
    unittest.main()
