#!/usr/bin/env python3
"""No false alarm: thousands of healthy exchanges of real clients, and not one failure finding.

`scripts/healthy` asks for more of them (WHY401_HEALTHY)."""
import collections
import os
import sys
import unittest

from healthy_traffic import HealthyTraffic
from scene import POLICIES

WANTED = int(os.environ.get("WHY401_HEALTHY", 5_000))


class NoFalseAlarm(HealthyTraffic):
    def test_healthy_traffic_has_no_failure_finding(self):
        count = 0
        for policy in POLICIES:
            with self.subTest(policy):
                told = self.play(policy, WANTED // len(POLICIES))
                self.assert_healthy(told)
                summary = told["summary"]
                self.assertEqual((summary["explained_401"], summary["unexplained_401"]), (0, 0))
                count += len(told["exchanges"])
                statuses = collections.Counter(exchange["status"] for exchange in told["exchanges"])
                print(f"{policy}: {len(told['exchanges'])} exchanges, {dict(statuses.most_common())}", file=sys.stderr)
        self.assertGreaterEqual(count, WANTED)


if __name__ == "__main__":
    unittest.main()
