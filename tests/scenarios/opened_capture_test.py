#!/usr/bin/env python3
"""Looking at capture files: `why401 open`, and files opened in the page of a running proxy."""
import contextlib
import http.client
import json
import os
import pathlib
import select
import shutil
import socket
import sqlite3
import unittest

from running import PATIENCE, Home, wait_for

LAB = "http://web01.lab.why401.test/"
ALICE = ["--ntlm", "--user", r"CONTOSO\alice:Wonderland1"]
FILE = {"Content_Type": "application/octet-stream"}


class WithCapture(Home):
    """A capture of three exchanges: a login, and one without."""

    def record(self, name="trace.why401"):
        file = self.home / name
        running = self.start("--lab", "--capture", file)
        running.curl(*ALICE, LAB)
        running.curl(LAB + "anonymous/")
        wait_for(lambda: running.get("/api/v1/status")["summary"]["exchanges"] == 3, "three exchanges")
        lists = running.get("/api/v1/list"), running.get("/api/v1/conversations"), running.get("/api/v1/connections")
        self.assertEqual(running.stop(), 0)
        return file, lists


class Open(WithCapture):
    def test_a_capture_is_shown_without_a_proxy(self):
        file, (rows, conversations, connections) = self.record()
        showing = self.open(file)
        self.assertIn(f"http://{showing.ui}/#token={showing.token}", showing.said())
        self.assertIsNone(showing.proxy)
        self.assertEqual(showing.get("/api/v1/list"), rows)
        self.assertEqual(showing.get("/api/v1/conversations"), conversations)
        self.assertEqual([row["id"] for row in showing.get("/api/v1/connections")["connections"]], [row["id"] for row in connections["connections"]])
        self.assertEqual([token["decoded"][0]["message"] for token in showing.get("/api/v1/exchanges/2")["tokens"]], ["AUTHENTICATE"])
        status = showing.get("/api/v1/status")
        self.assertEqual((status["proxy"], status["listen"], status["policy"], status["last_event"], status["summary"]["exchanges"]), (None, [], None, 0, 3))
        viewing = status["viewing"]
        self.assertEqual((viewing["id"], viewing["name"], viewing["path"], viewing["clean_end"], viewing["not_recorded"], viewing["findings_left_out"]),
                         (1, "trace.why401", str(file), True, 0, 0))
        self.assertTrue(viewing["program"].startswith("why401 "))
        for path in ["/api/v1/policy", "/api/v1/faults", "/metrics", "/proxy.pac"]:
            self.assertEqual(showing.ask(path)[0], 404, path)
        self.assertEqual(showing.ask("/api/v1/policy", method="PUT", body={"policy": "per-request"})[0], 404)
        self.assertEqual(showing.ask("/")[0], 200)
        self.assertEqual(showing.stop(), 0)

    def test_the_file_may_vanish_meanwhile(self):
        file, (rows, *_) = self.record()
        showing = self.open(file)
        file.unlink()
        self.assertEqual(showing.get("/api/v1/list"), rows)

    def test_what_cannot_be_opened_is_said_in_a_sentence(self):
        (self.home / "text.why401").write_text("GET /")
        for argument, code, words in [("https://web01/", 2, "why401 open: "),
                                      ("none.why401", 3, "there is no file"), ("text.why401", 3, "is not a why401 capture"), (".", 3, "is a folder")]:
            result = self.why401("open", argument, "--ui", "127.0.0.1:0")
            self.assertEqual((result.returncode, result.stdout, result.stderr.count("\n")), (code, "", 1), argument)
            self.assertIn(words, result.stderr)
        self.assertEqual(self.why401("open", "text.why401", "--ui", "0.0.0.0:0").returncode, 2)
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self.assertEqual(self.why401("open", self.record()[0], "--ui", f"127.0.0.1:{taken.getsockname()[1]}").returncode, 4)


class Opened(WithCapture):
    def setUp(self):
        super().setUp()
        self.file, (self.rows, *_) = self.record()
        self.folder = self.home / ".local/state/why401/captures"
        self.running = self.start()

    def post(self, expected, body, **fields):
        status, _, answer = self.running.ask("/api/v1/captures", method="POST", body=body, **fields)
        self.assertEqual(status, expected, answer)
        return json.loads(answer) if status == 200 else answer

    def test_one_beside_the_run(self):
        opened = self.post(200, {"path": str(self.file)})
        self.assertEqual(opened, {"id": 1, "name": "trace.why401"})
        self.assertEqual(self.post(200, {"path": str(self.file)}), opened)
        self.assertEqual(self.running.get("/api/v1/list?capture=1"), self.rows)
        self.assertEqual(self.running.get("/api/v1/list")["ids"], [])
        self.assertEqual(self.running.get("/api/v1/list?capture=1&filter=user:alice+status:200")["ids"], [2])
        self.assertEqual([row["id"] for row in self.running.get("/api/v1/exchanges?capture=1&ids=1,3")["exchanges"]], [1, 3])
        self.assertEqual(self.running.get("/api/v1/exchanges/3?capture=1")["id"], 3)
        self.assertEqual(self.running.get("/api/v1/switches?capture=1"), {"switches": []})
        for question in ["", "&limit=5", "&exchange=1"]:
            self.assertEqual(self.running.get(f"/api/v1/findings?capture=1{question}"), {"findings": []})
        status = self.running.get("/api/v1/status?capture=1")
        self.assertEqual((status["viewing"]["name"], status["summary"]["exchanges"], status["proxy"]), ("trace.why401", 3, None))
        self.assertIsNone(self.running.get("/api/v1/status")["viewing"])
        for path in ["status", "list", "exchanges", "exchanges/1", "connections", "conversations", "findings", "switches"]:
            for number in ["2", "0", "x", "99999999999999999999"]:
                self.assertEqual(self.running.ask(f"/api/v1/{path}?capture={number}")[0], 404, path)

    def test_nobody_waits_for_a_capture_that_is_being_opened(self):
        self.running.curl("http://127.0.0.1:1/")
        wait_for(lambda: self.running.get("/api/v1/list")["ids"] == [1], "an exchange of the run")
        with contextlib.closing(sqlite3.connect(self.file, isolation_level=None)) as database:
            database.execute("PRAGMA journal_mode = DELETE")
            database.execute("BEGIN EXCLUSIVE")  # opening waits for it, two seconds at most
            opening = http.client.HTTPConnection(self.running.ui, timeout=PATIENCE)
            self.addCleanup(opening.close)
            opening.request("POST", "/api/v1/captures", json.dumps({"path": str(self.file)}),
                            {"Authorization": f"Bearer {self.running.token}", "Content-Type": "application/json"})
            self.assertEqual(self.running.get("/api/v1/exchanges/1")["id"], 1)
            self.assertEqual(select.select([opening.sock], [], [], 0)[0], [], "the file is still waited for")
            database.execute("ROLLBACK")
        self.assertEqual(opening.getresponse().status, 200)

    def test_what_makes_long_answers_yields_to_the_relay(self):
        def nice_of(thread):  # proc(5): nice is the 19th field, and what follows the name begins with the 3rd
            return int((thread / "stat").read_text().rpartition(") ")[2].split()[16])

        def threads():
            all_of_them = pathlib.Path(f"/proc/{self.running.process.pid}/task").iterdir()
            return {(thread / "comm").read_text().strip(): nice_of(thread) for thread in all_of_them}

        wait_for(lambda: {"api": 10, "api answers": 10, "api openings": 10}.items() <= threads().items(), "three threads that give way")

    def test_the_folder_of_captures_is_listed(self):
        shutil.copy(self.file, self.folder / "copy.why401")
        os.utime(self.folder / "copy.why401", (1e9, 1e9))
        answer = self.running.get("/api/v1/captures")
        self.assertEqual(answer["folder"], str(self.folder))
        self.assertEqual([(one["current"], one["name"] == "copy.why401") for one in answer["captures"]], [(True, False), (False, True)])
        self.assertEqual(answer["captures"][1]["modified"][:19], "2001-09-09T01:46:40")
        self.assertEqual(answer["captures"][1]["size"], self.file.stat().st_size)
        self.assertEqual(self.post(200, {"name": "copy.why401"})["id"], 1)
        self.assertEqual(self.running.get("/api/v1/captures")["open"], [{"id": 1, "name": "copy.why401"}])

    def test_one_that_another_process_records_is_read_again_when_it_is_opened_again(self):
        other = self.start("--lab", "--capture", self.home / "other.why401")
        body = {"path": str(self.home / "other.why401")}
        for seen in [1, 2]:
            other.curl(LAB + "anonymous/")
            wait_for(lambda: len(self.running.get(f"/api/v1/list?capture={self.post(200, body)['id']}")["ids"]) == seen, "the next exchange")
        self.assertFalse(self.running.get("/api/v1/status?capture=1")["viewing"]["clean_end"])
        other.end_hard()
        self.assertEqual(self.post(200, body)["id"], 1)
        self.assertEqual(self.running.get("/api/v1/list?capture=1")["status"], [200, 200])

    def test_names_and_paths_are_what_they_must_be(self):
        for name in ["", ".", "..", "../trace.why401", "/etc/passwd", "a/b", "x\0y", "none.why401"]:
            self.assertRegex(self.post(422, {"name": name}), r"\.\n$")
        for body in [{}, {"name": 1}, {"path": None}, {"name": "a", "path": "/b"}, [], {"path": "trace.why401"}, {"path": "/a\0b"}]:
            self.post(400, body)
        for path, words in [("/etc/passwd", "is not a why401 capture"), ("/nowhere/x.why401", "there is no file"), ("/dev/zero", "is no plain file"),
                            (str(self.home), "is a folder")]:
            self.assertIn(words, self.post(422, {"path": path}))
        current = next(one["name"] for one in self.running.get("/api/v1/captures")["captures"] if one["current"])
        self.assertIn("is being recorded", self.post(422, {"name": current}))

    def test_a_newer_and_a_damaged_one_are_refused_in_a_sentence(self):
        for change, words in [("PRAGMA user_version = 7", "newer why401"), ("UPDATE exchange SET outcome = 'odd'", "damaged"), ("DROP TABLE event", "damaged")]:
            changed = self.home / "changed.why401"
            shutil.copy(self.file, changed)
            with sqlite3.connect(changed) as database:
                database.execute(change)
            database.close()
            self.assertIn(words, self.post(422, {"path": str(changed)}))


class HandedOver(WithCapture):
    def setUp(self):
        super().setUp()
        self.file, (self.rows, *_) = self.record()
        self.temporary = self.home / ".local/state/why401"  # beside the captures
        self.running = self.start("--capture", "off")

    def hand_over(self, data, name="trace.why401", **fields):
        return self.running.ask(f"/api/v1/captures?name={name}", method="POST", body=data, **{**FILE, **fields})

    def left(self):
        return [path for path in self.temporary.glob("why401-handed-over-*/*") if path.is_file()]

    def test_a_file_is_kept_privately_while_it_is_open(self):
        status, _, answer = self.hand_over(self.file.read_bytes())
        self.assertEqual((status, json.loads(answer)), (200, {"id": 1, "name": "trace.why401"}))
        self.assertEqual(self.running.get("/api/v1/list?capture=1"), self.rows)
        [kept] = self.left()
        self.assertEqual((kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777), (0o600, 0o700))
        self.running.stop()
        self.assertEqual(list(self.temporary.glob("why401-handed-over-*")), [])

    def test_what_is_no_capture_is_not_kept(self):
        for data, words in [(b"", "is empty"), (b"GET /", "is not a why401 capture"), (self.file.read_bytes()[:40000], "x.why401")]:
            status, _, answer = self.hand_over(data, name="../../x.why401")
            self.assertEqual(status, 422)
            self.assertIn(words, answer)
            self.assertNotIn(str(self.temporary), answer)
        self.assertEqual(self.left(), [])

    def test_the_same_guard_stands_before_it(self):
        cookie = f"why401-{self.running.ui_port}={self.running.token}"
        for expected, fields in [(401, {"Authorization": None}), (403, {"Origin": "http://evil.test"}), (421, {"Host": "evil.test"}),
                                 (415, {"Content_Type": "text/plain"}), (415, {"Content_Type": "multipart/form-data"}),
                                 (403, {"Authorization": None, "Cookie": cookie})]:
            self.assertEqual(self.hand_over(b"small", **fields)[0], expected, fields)
        self.assertEqual(self.hand_over(self.file.read_bytes(), Authorization=None, Cookie=cookie, Origin=f"http://{self.running.ui}")[0], 200)
        [kept] = self.left()
        head = f"POST /api/v1/captures HTTP/1.1\r\nHost: {self.running.ui}\r\nContent-Type: application/octet-stream\r\nContent-Length: 1000000\r\n\r\n"
        self.assertEqual(self.running.raw(head.encode()).split()[1], b"401", "without waiting for the file")
        self.assertEqual(self.running.ask("/api/v1/policy", method="PUT", body=b"{}", **FILE)[0], 415)
        self.assertEqual(self.left(), [kept])

    def test_one_that_is_too_large_or_does_not_come_whole_leaves_nothing(self):
        head = f"POST /api/v1/captures HTTP/1.1\r\nHost: {self.running.ui}\r\nAuthorization: Bearer {self.running.token}\r\nContent-Type: application/octet-stream\r\n"
        answer = self.running.raw(f"{head}Content-Length: {5 << 30}\r\n\r\n".encode())
        self.assertEqual(answer.split()[1], b"413")
        with socket.create_connection(("127.0.0.1", self.running.ui_port), PATIENCE) as connection:
            connection.sendall(f"{head}Content-Length: 1000000\r\n\r\n".encode() + b"x" * 100000)
            wait_for(self.left, "the first bytes")
        wait_for(lambda: not self.left(), "the file to be removed")
        self.assertEqual(self.running.get("/api/v1/captures")["open"], [])


unittest.main()
