#!/usr/bin/env python3
"""The demo's acts: told by `why401 demo`, and played by a running proxy that is asked to."""
import contextlib
import pathlib
import socket
import sqlite3
import threading
import unittest

from running import PATIENCE, Home, WebSocket, wait_for

DOOR = "/api/v1/lab/demo"
PLACE = "demo.lab.why401.test"  # where the persons of the acts meet
WRONG = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"


class Impostor:
    """A server in the place of the lab: it answers when it is told to, and closes."""

    def __init__(self, answer):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.options = ["--lab", "--map", f"{PLACE}=127.0.0.1:{self.socket.getsockname()[1]}"]
        self.answer, self.asked, self.go = answer, threading.Event(), threading.Event()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                with self.socket.accept()[0] as connection:
                    connection.recv(10000)
                    self.asked.set()
                    self.go.wait(PATIENCE)
                    connection.sendall(self.answer)

    def close(self):
        self.go.set()
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


class Told(Home):
    def test_each_act_ends_as_it_must(self):
        told = self.why401("demo", "--once")
        self.assertEqual(told.returncode, 0, told.stdout + told.stderr)
        for words in ["Act 1 - affinity", "nothing is wrong", "Act 2 - pooled/switch", "NTLM-POOL-001", "Act 3 - pooled/lifo", "NTLM-POOL-003",
                      r"served as CONTOSO\alice", "All three acts"]:
            self.assertIn(words, told.stdout)
        self.assertEqual(told.stderr, "")


class Played(Home):
    def play(self, running):
        return running.ask(DOOR, method="POST", body={})

    def play_out(self, running):
        self.assertEqual(self.play(running)[0], 202)
        self.wait_for_the_end(running)

    def wait_for_the_end(self, running):
        wait_for(lambda: not running.get(DOOR)["playing"], "the end of the acts")

    def rules(self, running):
        return sorted(row["rule"] for row in running.get("/api/v1/findings")["findings"] if row["kind"] == "failure")

    def impostor(self, answer=WRONG):
        impostor = Impostor(answer)
        self.addCleanup(impostor.close)
        return impostor

    def test_through_this_very_proxy_and_then_all_is_as_before(self):
        running = self.start("--lab", "--policy", "per-request", "--fault", "add-via")
        self.assertEqual(running.get(DOOR), {"playing": False, "available": True})
        self.play_out(running)
        self.assertEqual(self.rules(running), ["NTLM-POOL-001", "NTLM-POOL-003"])
        self.assertEqual(running.get("/api/v1/policy")["policy"], "per-request")
        self.assertEqual(running.get("/api/v1/faults")["enabled"], ["add-via"])
        self.assertNotIn("trouble", running.said())

    def test_as_often_as_wanted_whatever_the_policy(self):
        running = self.start("--lab", "--policy", "pooled/lifo", "--capture", "off")
        for times in range(1, 4):
            self.play_out(running)
            self.assertEqual(self.rules(running), ["NTLM-POOL-001"] * times + ["NTLM-POOL-003"] * times, running.said())
        self.assertEqual(running.get("/api/v1/policy")["policy"], "pooled/lifo")
        self.assertNotIn("trouble", running.said())

    def test_beside_others_whose_connections_it_leaves_alone(self):
        running = self.start("--lab", "--policy", "pooled/lifo", "--capture", "off")
        for _ in range(2):
            running.curl("--ntlm", "--user", r"CONTOSO\alice:Wonderland1", "http://web01.lab.why401.test/")
            self.play_out(running)
        self.assertNotIn("trouble", running.said())

    def test_is_heard_of_as_it_happens(self):
        running = self.start("--lab", "--capture", "off")
        stream = WebSocket(running, "/api/v1/events?since=0")
        self.addCleanup(stream.close)
        self.play(running)
        heard = stream.until(lambda event: event["type"] == "finding" and event["data"]["rule"] == "NTLM-POOL-003")
        self.assertEqual([event["data"]["policy"] for event in heard if event["type"] == "policy"], ["pooled/switch", "affinity", "pooled/lifo"])

    def test_needs_a_lab_and_says_how_to_get_one(self):
        running = self.start("--capture", "off")
        self.assertEqual(running.get(DOOR), {"playing": False, "available": False})
        status, _, body = self.play(running)
        self.assertEqual(status, 404)
        self.assertIn("why401 proxy --lab", body)

    def test_takes_an_object_from_who_has_the_token(self):
        running = self.start("--lab", "--capture", "off")
        for body in [b"", b"[]", b"{", b"null"]:
            self.assertEqual(running.ask(DOOR, method="POST", body=body)[0], 400)
        self.assertEqual(running.ask(DOOR, method="POST", body={}, token=False)[0], 401)
        self.assertEqual(running.ask(DOOR, method="POST", body={}, Content_Type="text/plain")[0], 415)
        self.assertFalse(running.get(DOOR)["playing"])

    def test_once_at_a_time_and_the_api_answers_meanwhile(self):
        lab = self.impostor()
        running = self.start(*lab.options, "--policy", "per-request")
        self.assertEqual(self.play(running)[0], 202)
        self.assertTrue(lab.asked.wait(PATIENCE))
        self.assertEqual(self.play(running)[0], 409)
        self.assertTrue(running.get(DOOR)["playing"])
        self.assertEqual(running.get("/api/v1/policy")["policy"], "affinity")
        lab.go.set()
        self.wait_for_the_end(running)
        self.assertEqual(running.get("/api/v1/policy")["policy"], "per-request")

    def test_an_act_that_fails_is_told_and_the_proxy_goes_on(self):
        for answer in [WRONG, b"HTTP/1.1 nonsense\r\n\r\n", b"", b"HTTP/1.1 401 No\r\nWWW-Authenticate: NTLM !\r\nContent-Length: 0\r\n\r\n"]:
            with self.subTest(answer=answer):
                lab = self.impostor(answer)
                lab.go.set()
                running = self.start(*lab.options, "--capture", "off")
                self.play_out(running)
                wait_for(lambda: "act 1 of the demo (alice logs in) did not end as it must" in running.said(), "the trouble")
                self.assertNotIn("act 2", running.said())
                self.assertEqual(running.get("/api/v1/policy")["policy"], "affinity")
                self.assertEqual(running.stop(), 0)

    def test_who_switches_the_policy_meanwhile_has_the_last_word(self):
        lab = self.impostor()
        running = self.start(*lab.options)
        self.play(running)
        self.assertTrue(lab.asked.wait(PATIENCE))
        running.ask("/api/v1/policy", method="PUT", body={"policy": "auth-aware"})
        lab.go.set()
        self.wait_for_the_end(running)
        self.assertEqual(running.get("/api/v1/policy")["policy"], "auth-aware")

    def test_ends_with_the_proxy_in_the_middle_of_an_act(self):
        lab = self.impostor()
        running = self.start(*lab.options)
        self.play(running)
        self.assertTrue(lab.asked.wait(PATIENCE))
        self.assertEqual(running.stop(), 0)
        self.assertNotIn("trouble", running.said())
        with sqlite3.connect(pathlib.Path(running.facts["capture"])) as database:  # the persons left, nothing had to be cut off
            self.assertEqual(database.execute("select outcome from exchanges").fetchall(), [("abandoned",)])


unittest.main()
