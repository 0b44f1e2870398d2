#!/usr/bin/env python3
"""Short of descriptors, of disk, of time to record: traffic goes on, and what is lost is said aloud and counted.

It runs in a mount namespace of its own, where it can have a file system of a few megabytes.
"""
import ctypes
import os
import pathlib
import subprocess
import sys
import time
import unittest

from rig import SANITIZED, Faults, descriptors, ok, processor_seconds, read_message, request, resident_kb, wait_for

INSIDE = "WHY401_TEST_NAMESPACE"


def answering(body):
    def serve(connection, _number):
        buffer = b""
        while True:
            head, _body, buffer = read_message(connection, buffer)
            if not head:
                return
            connection.sendall(ok(body))
    return serve


class OutOfDescriptors(Faults):
    LIMIT = 64

    def test_accepting_pauses_without_spinning_is_said_and_recovers(self):
        origin = self.serve(answering(b"ok"))
        running = self.start("--capture", "off", prefix=["prlimit", f"--nofile={self.LIMIT}:{self.LIMIT}"])
        pid = running.process.pid
        busy = self.client(running)
        busy.sendall(request(origin.port))
        read_message(busy)
        crowd = [self.client(running) for _ in range(2 * self.LIMIT)]  # the system's backlog takes the rest
        wait_for(lambda: descriptors(pid) == self.LIMIT, "the last descriptor to be used")
        wait_for(lambda: "cannot accept a connection" in running.said(), "a word about it on stderr")
        self.assertIn("Too many open files", running.said())
        before, begun = processor_seconds(pid), time.monotonic()
        for _ in range(10):
            busy.sendall(request(origin.port))  # those that are in are served meanwhile
            self.assertEqual(read_message(busy)[1], b"ok")
            time.sleep(0.2)
        self.assertLess((processor_seconds(pid) - before) / (time.monotonic() - begun), 0.05)
        for one in crowd:
            one.close()
        wait_for(lambda: descriptors(pid) < self.LIMIT - 10, "the descriptors to come back")
        late = self.client(running)
        late.sendall(request(origin.port))
        self.assertEqual(read_message(late)[1], b"ok")
        self.assertLess(running.said().count("cannot accept"), 5, "a spell of trouble is said once")
        self.assertEqual(running.stop(), 0)


class OutOfDisk(Faults):
    EXCHANGES = 400

    def check_goes_on(self, running, capture):
        """More exchanges than the capture has room for: each is served, and the record knows how many it lacks."""
        origin = self.serve(answering(os.urandom(20000)))  # what does not pack well
        client, buffer = self.client(running), b""
        for number in range(self.EXCHANGES):
            client.sendall(request(origin.port, f"/{number}"))
            head, body, buffer = read_message(client, buffer)
            self.assertEqual((head.split()[1], len(body)), (b"200", 20000))
            if number == 30:  # what fails is a batch: these shall be in one of their own
                wait_for(lambda: running.get("/api/v1/status")["summary"]["exchanges"] == 31, "the first exchanges to be recorded")
        wait_for(lambda: "exchanges are analysed but not recorded" in running.said(), "a loud word on stderr")
        status = wait_for(lambda: (now := running.get("/api/v1/status"))["summary"]["exchanges"] == self.EXCHANGES and now, "the last exchange")
        self.assertFalse(status["recording"])
        lost = status["not_recorded"]
        finished, = self.rows(capture, "SELECT count(*) FROM exchanges WHERE outcome = 'complete'")[0]
        self.assertEqual(finished + lost, self.EXCHANGES, "what is not there is counted")
        self.assertGreater(finished, 10)
        self.assertGreater(lost, 10)
        self.assertIn(f"why401_not_recorded_total {lost}\n", running.ask("/metrics")[2])
        self.check_whole(capture)  # while it runs
        self.assertEqual(running.stop(), 0)
        self.assertIn(f"{lost} exchanges are missing in the capture", running.said())
        self.check_whole(capture)
        again, = self.rows(capture, "SELECT count(*) FROM exchanges WHERE outcome = 'complete'")[0]
        self.assertEqual(again, finished)

    def test_a_full_file_system_stops_the_recording_loudly_and_nothing_else(self):
        small = self.home / "small"
        small.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "none", small], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", small])
        running = self.start("--capture", small / "trace.why401")
        self.check_goes_on(running, small / "trace.why401")
        self.assertIn("the disk is full", running.said())

    def test_a_limit_on_the_size_of_files_does_the_same(self):
        capture = self.home / "trace.why401"
        running = self.start("--capture", capture, prefix=["prlimit", "--fsize=3000000"])
        self.check_goes_on(running, capture)
        self.assertIn("File too large", running.said())


class Stopped:
    """A thread of another process that does not run while this lasts (ptrace: signals stop whole processes only)."""
    SEIZE, INTERRUPT, DETACH, EVERY_KIND = 0x4206, 0x4207, 17, 0x40000000

    def __init__(self, thread):
        self.thread, self.system = thread, ctypes.CDLL(None, use_errno=True)
        self.system.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]

    def call(self, request):
        if self.system.ptrace(request, self.thread, None, None) != 0:
            raise OSError(ctypes.get_errno(), "ptrace")

    def __enter__(self):
        self.call(self.SEIZE)
        self.call(self.INTERRUPT)
        os.waitpid(self.thread, self.EVERY_KIND)

    def __exit__(self, *_):
        self.call(self.DETACH)


class TooSlowToRecord(Faults):
    """The recorder stands still, as on a disk that hangs, while more passes than its queue of 64 MB holds."""
    EXCHANGES, SIZE = 160, 1 << 20

    def test_traffic_goes_on_and_whole_exchanges_are_left_out_and_counted(self):
        origin, running = self.serve(answering(bytes(self.SIZE))), self.start(ui="off")
        tasks = pathlib.Path(f"/proc/{running.process.pid}/task").iterdir()
        recorder, = [int(task.name) for task in tasks if (task / "comm").read_text() == "recorder\n"]
        client, buffer = self.client(running), b""
        with Stopped(recorder):
            for number in range(self.EXCHANGES):
                client.sendall(request(origin.port, f"/{number}"))
                head, body, buffer = read_message(client, buffer)
                self.assertEqual((head.split()[1], len(body)), (b"200", self.SIZE))
            if not SANITIZED:  # a sanitizer keeps freed memory, to see who uses it
                self.assertLess(resident_kb(running.process.pid), 250 << 10, "kB: the queue is bounded")
        wait_for(lambda: "missing in the capture" in running.said(), "a loud word on stderr")
        client.sendall(request(origin.port, "/late"))
        read_message(client)
        self.assertEqual(running.stop(), 0)
        capture = running.facts["capture"]
        self.check_whole(capture)
        finished, = self.rows(capture, "SELECT count(*) FROM exchanges WHERE outcome = 'complete'")[0]
        lost, = self.rows(capture, "SELECT sum(json_extract(detail, '$.exchanges')) FROM event WHERE kind = 'not-recorded'")[0]
        self.assertEqual(finished + lost, self.EXCHANGES + 1)
        self.assertGreater(lost, 50)
        self.assertIn(f"{lost} exchanges are missing in the capture", running.said())
        whole, = self.rows(capture, "SELECT min(length(response_body) > 0 AND response_length = ?) FROM exchange", self.SIZE)[0]
        self.assertTrue(whole, "no exchange with a hole in it")
        late, = self.rows(capture, "SELECT count(*) FROM exchanges WHERE url LIKE '%/late'")[0]
        self.assertEqual(late, 1, "afterwards it records again")


if __name__ == "__main__":
    if INSIDE not in os.environ:
        own = next((flags for flags in ("-m", "-rm") if subprocess.run(["unshare", flags, "true"], stderr=subprocess.DEVNULL).returncode == 0), None)
        if own is None:
            print("this system grants no mount namespace: a full disk is shown by a limit on the size of files alone")
            del OutOfDisk.test_a_full_file_system_stops_the_recording_loudly_and_nothing_else
            sys.exit(unittest.main())
        os.execvpe("unshare", ["unshare", own, sys.executable, "-B", __file__, *sys.argv[1:]], dict(os.environ, **{INSIDE: "1"}))
    unittest.main()
