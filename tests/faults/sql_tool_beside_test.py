#!/usr/bin/env python3
"""Somebody looks at the capture with a tool of SQLite's own while it is recorded: nothing of it is lost."""
import sqlite3
import time
import unittest

from rig import Faults, ok, read_message, request, wait_for


class ToolBeside(Faults):
    MORE_THAN_MEMORY_HOLDS = 600

    def serve_all(self, connection, _number):
        buffer = b""
        while True:
            head, _body, buffer = read_message(connection, buffer)
            if not head:
                return
            connection.sendall(ok())

    def ask(self, running, client, paths):
        buffer = b""
        for path in paths:
            client.sendall(request(self.origin.port, path))
            buffer = read_message(client, buffer)[2]
        self.asked += len(paths)
        wait_for(lambda: running.get("/api/v1/status")["summary"]["exchanges"] == self.asked, "the exchanges to be recorded")

    def test_nothing_is_lost_though_the_proxy_reads_the_file_itself(self):
        self.origin, self.asked = self.serve(self.serve_all), 0
        running = self.start()
        capture, client = running.facts["capture"], self.client(running)
        self.ask(running, client, [f"/{n}" for n in range(self.MORE_THAN_MEMORY_HOLDS)])
        self.assertEqual(running.get("/api/v1/exchanges/1")["id"], 1, "read from the file")
        for _ in range(2):
            tool = sqlite3.connect(capture)  # another process, as sqlite3(1) would be
            self.assertEqual(tool.execute("SELECT count(*) FROM exchange").fetchone()[0], self.asked)
            tool.close()  # the last connection, had ours given up their locks: it would remove the -wal
            self.ask(running, client, ["/after"])
            self.assertEqual(running.get("/api/v1/exchanges?limit=1")["exchanges"][0]["id"], 1)
        running.end_hard()
        self.check_whole(capture)
        self.assertEqual(self.rows(capture, "SELECT count(*) FROM exchange")[0][0], self.asked)

    def hold(self, capture, seconds):
        """Nobody else can write the file meanwhile."""
        tool = sqlite3.connect(capture, isolation_level=None)
        tool.execute("BEGIN IMMEDIATE")
        end = time.monotonic() + seconds
        yield
        time.sleep(max(0, end - time.monotonic()))
        tool.execute("ROLLBACK")
        tool.close()

    def check_lock(self, seconds):
        self.origin, self.asked = self.serve(self.serve_all), 0
        running = self.start()
        capture, client = running.facts["capture"], self.client(running)
        self.ask(running, client, ["/before"])
        for _ in self.hold(capture, seconds):
            client.sendall(request(self.origin.port, "/meanwhile"))
            self.assertEqual(read_message(client)[0].split()[1], b"200", "the traffic waits for nobody")
            self.asked += 1
            time.sleep(1)
        self.ask(running, client, ["/after"])
        self.assertTrue(running.get("/api/v1/status")["recording"])
        self.assertEqual(running.stop(), 0)
        self.check_whole(capture)
        urls = [url.rpartition("/")[2] for url, in self.rows(capture, "SELECT url FROM exchanges ORDER BY id")]
        return urls, running.said(), self.why401("explain", capture).stdout

    def test_a_lock_of_some_seconds_loses_nothing(self):
        urls, said, _ = self.check_lock(3)
        self.assertEqual(urls, ["before", "meanwhile", "after"])
        self.assertNotIn("trouble", said)

    def test_what_a_long_lock_costs_is_told_aloud_and_by_explain_and_recording_goes_on(self):
        urls, said, explained = self.check_lock(13)
        self.assertEqual(urls, ["before", "after"])
        self.assertIn("another program has locked it", said)
        self.assertIn("not whole: 1 exchange passed and could not be recorded", explained)


if __name__ == "__main__":
    unittest.main()
