#!/usr/bin/env python3
"""A running proxy: what it leaves for scripts, how it is switched, how it stops."""
import json
import pathlib
import signal
import socket
import sqlite3
import stat
import unittest

from running import Home

LAB = "http://web01.lab.why401.test/"
ALICE = ["--ntlm", "--user", r"CONTOSO\alice:Wonderland1"]


def mode(path):
    return stat.S_IMODE(pathlib.Path(path).stat().st_mode)


class Ready(Home):
    def test_tells_scripts_where_everything_is(self):
        running = self.start()
        self.assertEqual(running.facts["pid"], running.process.pid)
        self.assertRegex(running.proxy, r"^127\.0\.0\.1:\d+$")
        self.assertRegex(running.ui, r"^127\.0\.0\.1:\d+$")
        self.assertRegex(running.token, r"^[0-9a-f]{32}$")
        self.assertEqual(running.facts["listen"], [running.proxy])
        self.assertIsNone(running.facts["lab"])
        self.assertEqual(mode(running.ready_file), 0o600)

    def test_says_at_the_start_what_a_person_needs(self):
        said = self.start("--lab").said()
        for words in ["curl --proxy http://127.0.0.1:", "/#token=", "proxy.pac", ".why401", "passwords", "affinity", "web01.lab.why401.test", "https passes as a tunnel"]:
            self.assertIn(words, said)

    def test_listens_on_each_address_that_is_asked_for(self):
        self.assertEqual(len(set(self.start("--listen", "127.0.0.1:0", "--listen", "localhost:0").facts["listen"])), 3)

    def test_has_no_ui_and_no_capture_when_they_are_off(self):
        running = self.start("--capture", "off", ui="off")
        self.assertEqual((running.ui, running.token, running.facts["capture"]), (None, None, None))
        self.assertEqual(list(self.home.rglob("*.why401")), [])
        self.assertEqual(running.stop(), 0)


class Files(Home):
    def test_are_for_their_owner_alone(self):
        running = self.start()
        capture = pathlib.Path(running.facts["capture"])
        runtime = self.home / "runtime/why401" / f"{running.process.pid}.json"
        self.assertEqual((mode(capture), mode(capture.parent)), (0o600, 0o700))
        self.assertEqual((mode(runtime), mode(runtime.parent)), (0o600, 0o700))
        self.assertEqual(json.loads(runtime.read_text())["token"], running.token)

    def test_the_runtime_file_goes_with_the_instance(self):
        running = self.start()
        self.assertEqual(running.stop(), 0)
        self.assertEqual(list((self.home / "runtime/why401").iterdir()), [])

    def test_the_runtime_file_of_a_killed_instance_is_cleared_away(self):
        running = self.start()
        running.end_hard()
        self.assertEqual(self.why401("policy").returncode, 4)
        self.assertEqual(list((self.home / "runtime/why401").iterdir()), [])


class Switching(Home):
    def test_policy_shows_and_switches_the_only_instance(self):
        running = self.start()
        shown = self.why401("policy")
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertIn("* affinity", shown.stdout)
        self.assertIn("pooled/switch", shown.stdout)
        self.assertEqual(self.why401("policy", "pooled/random:7").returncode, 0)
        self.assertEqual(running.get("/api/v1/policy")["policy"], "pooled/random:7")
        self.assertIn("* pooled/random", self.why401("policy").stdout)
        self.assertEqual(json.loads(self.why401("policy", "--json").stdout)["policy"], "pooled/random:7")

    def test_fault_switches_one_and_leaves_the_others(self):
        running = self.start("--fault", "add-via")
        self.assertEqual(self.why401("fault", "delay-authenticate:25", "on").returncode, 0)
        self.assertEqual(sorted(running.get("/api/v1/faults")["enabled"]), ["add-via", "delay-authenticate:25"])
        self.assertEqual(self.why401("fault", "delay-authenticate", "off").returncode, 0)
        self.assertEqual(running.get("/api/v1/faults")["enabled"], ["add-via"])
        self.assertIn("* add-via", self.why401("fault").stdout)

    def test_several_instances_are_listed_and_one_is_chosen_by_its_ui(self):
        first, second = self.start(), self.start()
        unclear = self.why401("policy", "per-request")
        self.assertEqual(unclear.returncode, 2)
        self.assertIn(f"--ui {first.ui}", unclear.stderr)
        self.assertIn(f"--ui {second.ui}", unclear.stderr)
        self.assertEqual(self.why401("policy", "per-request", "--ui", second.ui).returncode, 0)
        self.assertEqual(first.get("/api/v1/policy")["policy"], "affinity")
        self.assertEqual(second.get("/api/v1/policy")["policy"], "per-request")


class Traffic(Home):
    def test_a_login_through_the_proxy_works_and_is_in_the_capture(self):
        running = self.start("--lab")
        body, status = running.curl(*ALICE, LAB)
        self.assertEqual(status, 200)
        self.assertIn(r"CONTOSO\alice", body)
        self.assertEqual(running.stop(), 0)
        self.assertIn("2 exchanges", running.said())
        explained = self.why401("explain", "--json", running.facts["capture"])
        self.assertEqual(explained.returncode, 0, explained.stderr)
        summary = json.loads(explained.stdout)["summary"]
        self.assertEqual((summary["exchanges"], summary["status_401"], summary["normal_401"]), (2, 1, 1))  # curl begins with NEGOTIATE

    def test_a_login_that_pooling_breaks_is_said_as_it_happens(self):
        running = self.start("--lab", "--policy", "pooled/switch", "--log-format", "json")
        _, status = running.curl(*ALICE, LAB)
        self.assertEqual(status, 401)
        self.assertEqual(running.stop(), 0)  # findings or not
        lines = [json.loads(line) for line in running.said().splitlines()]
        found = [line for line in lines if line["event"] == "finding" and line["kind"] == "failure"]
        self.assertTrue(found, running.said())
        self.assertEqual(found[0]["culprit"], "this-proxy")
        explained = self.why401("explain", running.facts["capture"])
        self.assertEqual(explained.returncode, 1, explained.stderr)
        self.assertIn(found[0]["rule"], explained.stdout)

    def test_its_own_ports_are_no_destination(self):
        running = self.start()
        for port in (running.ui_port, int(running.proxy.rsplit(":", 1)[1])):
            body, status = running.curl(f"http://127.0.0.1:{port}/api/v1/status", "--header", f"Authorization: Bearer {running.token}")
            self.assertGreaterEqual(status, 500)
            self.assertNotIn("last_event", body)

    def test_whoever_opens_the_proxy_as_a_site_gets_the_set_up_page(self):
        running = self.start()
        with socket.create_connection(tuple((running.proxy.rsplit(":", 1)[0], int(running.proxy.rsplit(":", 1)[1])))) as connection:
            connection.sendall(f"GET / HTTP/1.1\r\nHost: {running.proxy}\r\nConnection: close\r\n\r\n".encode())
            received = b""
            while part := connection.recv(65536):
                received += part
        self.assertIn(b"why401 is listening here", received)


class Stopping(Home):
    def test_leaves_one_whole_file_on_either_signal(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(signal=number):
                running = self.start("--lab")
                running.curl(LAB + "anonymous/")
                running.process.send_signal(number)
                self.assertEqual(running.process.wait(60), 0)
                capture = pathlib.Path(running.facts["capture"])
                self.assertEqual([file.name for file in capture.parent.iterdir() if file.name.startswith(capture.name + "-")], [])
                with sqlite3.connect(capture) as database:
                    self.assertEqual(database.execute("pragma integrity_check").fetchone()[0], "ok")
                    self.assertEqual(database.execute("select count(*) from exchanges").fetchone()[0], 1)

    def test_the_second_signal_does_not_wait_for_what_is_under_way(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            running = self.start()
            with socket.create_connection(("127.0.0.1", int(running.proxy.rsplit(":", 1)[1]))) as client:
                address = f"127.0.0.1:{silent.getsockname()[1]}"
                client.sendall(f"GET http://{address}/ HTTP/1.1\r\nHost: {address}\r\n\r\n".encode())
                upstream, _ = silent.accept()
                with upstream:
                    upstream.recv(1000)
                    running.process.send_signal(signal.SIGTERM)
                    with self.subTest("the first one waits"), self.assertRaises(Exception):
                        running.process.wait(0.5)
                    self.assertEqual(running.stop(), 0)
            explained = self.why401("explain", "--json", running.facts["capture"])
            self.assertEqual(json.loads(explained.stdout)["summary"]["exchanges"], 1)


unittest.main()
