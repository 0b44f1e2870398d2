"""The lab's own log, explained alone and beside the capture of the same logins: a client that nobody here wrote (curl)."""
import json
import unittest

from login_test import ALICE, WEB01, Curl

WRONG = ["--user", "CONTOSO\\alice:wrong"]
FROM_THE_LOG = [("IIS-4013-ACL", "certain"), ("IIS-4014-FILTER", "certain"), ("IIS-4015-APP", "certain"), ("NTLM-FAIL-001", "likely"),
                ("BASIC-BAD-001", "likely")]


class Log(Curl):
    def setUp(self):
        super().setUp()
        self.running = self.start("--lab")
        for page in ("", "acl/", "filter/", "app/"):
            self.statuses(self.running, *ALICE, urls=[f"{WEB01}/{page}"])
        self.statuses(self.running, "--ntlm", *WRONG, urls=[WEB01])
        self.statuses(self.running, "--basic", *WRONG, urls=[f"{WEB01}/basic/"])
        self.assertEqual(self.running.stop(), 0)
        self.capture = self.running.facts["capture"]

    def told(self, *files):
        result = self.why401("explain", "--json", "--fail-on", "none", *files)
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout)

    def test_the_log_alone_tells_normal_legs_from_refusals(self):
        told = self.told(self.capture + ".lab.log")
        self.assertEqual([(f["rule"], f["confidence"]) for f in told["findings"]], FROM_THE_LOG)
        self.assertEqual(told["sources"][0]["kind"], "iis-w3c")
        self.assertEqual(told["summary"]["unexplained_401"], 0)
        self.assertEqual({e["substatus"]["basis"] for e in told["exchanges"] if e["status"] == 401}, {"log"})

    def test_beside_the_capture_its_rows_are_no_exchanges_of_their_own(self):
        alone, both = self.told(self.capture), self.told(self.capture, self.capture + ".lab.log")
        self.assertEqual(both["summary"]["exchanges"], alone["summary"]["exchanges"])
        self.assertEqual([s["exchanges"] for s in both["sources"]], [alone["summary"]["exchanges"]] * 2)
        self.assertEqual({e["substatus"]["basis"] for e in both["exchanges"] if e["status"] == 401}, {"log"})
        certain = [f["rule"] for f in both["findings"] if f["confidence"] == "certain" and f["kind"] == "failure"]
        self.assertEqual(certain, ["IIS-4013-ACL", "IIS-4014-FILTER", "IIS-4015-APP"])
        self.assertNotIn("IIS-4014-FILTER", [f["rule"] for f in alone["findings"]])


if __name__ == "__main__":
    unittest.main()
