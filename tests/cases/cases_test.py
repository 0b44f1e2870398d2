#!/usr/bin/env python3
"""Cases with a known cause, as products and clients put them on the wire: each must be explained as its writer claims."""
import concurrent.futures
import importlib
import json
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import writing  # noqa: E402

for name in sorted(os.listdir(HERE)):
    if name.endswith(".py") and name != "cases_test.py":
        importlib.import_module(name[:-3])


def explained(function):
    """The claim of a case and what the program makes of its files. WHY401_CASES=folder keeps them."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = os.path.join(os.environ["WHY401_CASES"], function.__name__) if "WHY401_CASES" in os.environ else temporary
        os.makedirs(folder, exist_ok=True)
        claim = function(folder)
        environment = dict(os.environ, HOME=temporary, XDG_RUNTIME_DIR=temporary)
        done = subprocess.run([os.environ["WHY401"], "explain", "--json", *claim.files], capture_output=True, text=True, env=environment, timeout=60)
        if done.returncode not in (0, 1):
            return claim, None, done.stderr
        return claim, json.loads(done.stdout), ""


class Cases(unittest.TestCase):
    def test_each_case_is_explained_as_its_writer_claims(self):
        wanted = os.environ.get("CASE", "")
        chosen = [function for function in writing.CASES if wanted in function.__module__ + "." + function.__name__]
        self.assertTrue(chosen)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for function, (claim, answer, words) in zip(chosen, pool.map(explained, chosen)):
                with self.subTest(case=function.__module__ + "." + function.__name__):
                    self.assertIsNotNone(answer, words)
                    complaints = claim.complaints(answer)
                    if complaints:
                        self.fail("; ".join(complaints))

    def test_no_two_cases_have_one_name(self):
        names = [(function.__module__, function.__name__) for function in writing.CASES]
        self.assertEqual(len(names), len(set(names)))


if __name__ == "__main__":
    unittest.main()
