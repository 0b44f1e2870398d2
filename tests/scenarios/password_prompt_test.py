#!/usr/bin/env python3
"""`why401 explain --check-password` asks on the terminal, without an echo, and puts the terminal back; never by a flag."""
import os
import pty
import select
import termios
import time
import unittest

from running import PATIENCE, WHY401, Home


class PasswordPrompt(Home):
    def setUp(self):
        super().setUp()
        running = self.start("--lab")
        running.curl("--ntlm", "--user", "CONTOSO\\alice:Wonderland1", "http://web01.lab.why401.test/")
        self.assertEqual(running.stop(), 0)
        self.capture = running.facts["capture"]

    def ask(self, typed):
        """What the terminal showed, the exit code, and whether it echoes again."""
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(self.home)
            os.execve(WHY401, [WHY401, "explain", "--check-password", "CONTOSO\\alice", self.capture], self.environment)
        shown, sent, end = b"", False, time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if not select.select([terminal], [], [], 1)[0]:
                continue
            try:
                part = os.read(terminal, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            shown += part
            if not sent and b"Password of" in shown:
                os.write(terminal, typed)
                sent = True
        echoes = bool(termios.tcgetattr(terminal)[3] & termios.ECHO)
        os.close(terminal)
        return shown.decode(), os.waitpid(child, 0)[1], echoes

    def test_the_password_is_asked_for_and_not_shown(self):
        shown, status, echoes = self.ask(b"Wonderland1\n")
        self.assertIn("the given password was used (NTLMv2)", shown)
        self.assertNotIn("Wonderland1", shown)
        self.assertEqual(os.waitstatus_to_exitcode(status), 0)
        self.assertTrue(echoes)

    def test_ctrl_c_ends_it_and_the_terminal_echoes_again(self):
        _, status, echoes = self.ask(b"Wonder\x03")
        self.assertTrue(os.WIFSIGNALED(status))
        self.assertTrue(echoes)

    def test_an_empty_password_and_a_missing_file_are_refused_in_a_sentence(self):
        shown, status, _ = self.ask(b"\n")
        self.assertIn("no password was given", shown)
        self.assertEqual(os.waitstatus_to_exitcode(status), 2)
        done = self.why401("explain", "--check-password", "alice", "--password-file", "/nonexistent", self.capture)
        self.assertEqual((done.returncode, "cannot be read" in done.stderr), (2, True))
        done = self.why401("explain", "--keytab", "/nonexistent", self.capture)
        self.assertEqual((done.returncode, "cannot be read" in done.stderr), (3, True))


if __name__ == "__main__":
    unittest.main()
