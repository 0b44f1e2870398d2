#!/usr/bin/env python3
"""Somebody looks at the capture with a tool of SQLite's own while it is recorded: nothing of it is lost."""
import sqlite3
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


if __name__ == "__main__":
    unittest.main()
