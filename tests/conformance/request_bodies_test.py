"""Every case of a client's framing and bodies, in affinity: whole, byte by byte, and split at every offset."""
import asyncio
import unittest

import playing
from cases import BODIES
from judging import deliveries, play_request

LONGEST_SPLIT = 600  # bytes; longer ones are played whole and byte by byte


class RequestBodies(playing.Conformance):
    def test_each_case_however_it_arrives(self):
        plays = [(play_request, case, deliver) for case in BODIES for deliver in deliveries(case.sends, case.splits and len(case.sends) <= LONGEST_SPLIT)]
        self.expect_none(asyncio.run(playing.play_against_program(plays)), len(plays))


if __name__ == "__main__":
    unittest.main(verbosity=1)
