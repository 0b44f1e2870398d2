"""The judge is judged: a relay that reads nothing must be found guilty, and honest traffic through it must not."""
import asyncio
import unittest

import playing
from cases import REQUESTS, RESPONSES, chunks, framing
from judging import Place, judge_answer, play_mutation, play_request, play_response, whole
from lax_relay import LaxRelay
from mutations import mutations
from strict_origin import Origin

SOON = 0.3  # seconds: the lax relay never closes what it should
NAMES = [b"web%02d" % number for number in range(1, 25)]


async def through_lax_relay(plays):
    origins = [await Origin().listen() for _ in NAMES]
    try:
        async with LaxRelay({name: origin.port for name, origin in zip(NAMES, origins)}) as relay:
            places = [Place(name, origin, relay.port, patience=SOON) for name, origin in zip(NAMES, origins)]
            return await playing.play_all(places, plays)
    finally:
        for origin in origins:
            origin.close()


def told_of(wrong, words):
    return {case for case, complaint in wrong if any(word in complaint for word in words)}


class Ended:
    ended, reset = True, False


class Judge(unittest.TestCase):
    def test_a_lax_relay_is_guilty_of_every_smuggled_request(self):
        smuggling = [case for case in framing.CASES + chunks.CASES if 400 in case.gets and "two" not in case.says]
        wrong = asyncio.run(through_lax_relay([(play_request, case, whole) for case in smuggling]))
        guilty = told_of(wrong, ["the origin got"])
        innocent = [case.says for case in smuggling if f"{case.says} ({case.clause})" not in guilty]
        self.assertGreater(len(smuggling), 250)
        self.assertEqual(innocent, [])

    def test_a_lax_relay_is_guilty_of_every_bad_answer(self):
        bad = [case for case in RESPONSES if case.refused and case.answer]
        wrong = asyncio.run(through_lax_relay([(play_response, case, whole) for case in bad]))
        self.assertEqual(len(told_of(wrong, ["no 502"])), len({(case.says, case.clause) for case in bad}))

    def test_a_lax_relay_is_guilty_of_mutations(self):
        every_tenth = list(mutations())[::10]
        wrong = asyncio.run(through_lax_relay([(play_mutation, mutation, whole) for mutation in every_tenth]))
        self.assertGreater(len(told_of(wrong, ["the origin got what is no request"])), len(every_tenth) // 3)

    def test_honest_traffic_is_innocent_even_there(self):
        honest = [case for case in framing.CASES + chunks.CASES if case.stays and case.gets == (200,)]
        wrong = asyncio.run(through_lax_relay([(play_request, case, whole) for case in honest]))
        self.assertGreater(len(honest), 30)
        self.assertEqual(wrong, [])

    def test_a_false_end_is_seen(self):
        case = next(case for case in RESPONSES if case.says == "chunks without an end")
        self.assertEqual(judge_answer(case.answer, Ended, [b"GET"], case, case.answer, False), [])
        self.assertIn("a false end", " ".join(judge_answer(case.answer + b"0\r\n\r\n", Ended, [b"GET"], case, case.answer + b"0\r\n\r\n", False)))

    def test_a_second_answer_is_seen(self):
        case = next(case for case in RESPONSES if case.says == "an answer nobody asked for behind an answer")
        self.assertNotEqual(judge_answer(case.answer, Ended, [b"GET"], case, case.gets, True), [])

    def test_no_case_is_there_twice(self):
        for cases, bytes_of in ((REQUESTS, lambda case: case.sends), (RESPONSES, lambda case: (case.request, case.answer, case.ends))):
            self.assertEqual(len({(case.says, bytes_of(case)) for case in cases}), len(cases))
        self.assertGreater(len(REQUESTS) + len(RESPONSES), 800)


if __name__ == "__main__":
    unittest.main(verbosity=1)
