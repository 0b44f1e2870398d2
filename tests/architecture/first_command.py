#!/usr/bin/env python3
"""What scripts/run builds needs none of the packages that only tests need: it configures without them."""
import pathlib
import subprocess
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
OF_TESTS = ("GTest", "Python3")


class FirstCommand(unittest.TestCase):
    def configure(self, preset):
        with tempfile.TemporaryDirectory() as folder:
            absent = [f"-DCMAKE_DISABLE_FIND_PACKAGE_{name}=ON" for name in OF_TESTS]
            return subprocess.run(["cmake", "--preset", preset, "-B", folder, *absent], cwd=TOP, capture_output=True, text=True)

    def test_the_program_is_configured_without_what_only_tests_need(self):
        done = self.configure("release")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_tests_are_not(self):
        self.assertNotEqual(self.configure("dev").returncode, 0)


if __name__ == "__main__":
    unittest.main()
