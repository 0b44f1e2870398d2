"""Every case of an origin's bytes, in affinity: whole, byte by byte, and split at every offset."""
import asyncio
import unittest

import playing
from cases import RESPONSES
from judging import deliveries, play_response

LONGEST_SPLIT = 600  # bytes; longer ones are played whole and byte by byte


class Responses(playing.Conformance):
    def test_each_case_however_it_arrives(self):
        plays = [(play_response, case, deliver) for case in RESPONSES for deliver in deliveries(case.answer, len(case.answer) <= LONGEST_SPLIT)]
        self.expect_none(asyncio.run(playing.play_against_program(plays)), len(plays))


if __name__ == "__main__":
    unittest.main(verbosity=1)
