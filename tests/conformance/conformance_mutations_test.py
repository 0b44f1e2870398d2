"""Mutated requests, by the thousand: whatever becomes of them, nothing reaches the origin that the client did not plainly say."""
import asyncio
import random
import unittest

import playing
from judging import play_mutation, split_at, whole
from mutations import damaged, mutations


def plays():
    chance = random.Random(401)
    for number, mutation in enumerate([*mutations(), *damaged(401, 1500)]):
        deliver = whole if number % 2 else split_at(chance.randrange(1, len(mutation.sends)))
        yield play_mutation, mutation, deliver


class Mutations(playing.Conformance):
    def test_no_mutation_reaches_the_origin_as_another_request(self):
        all_plays = list(plays())
        self.assertGreater(len(all_plays), 8000)
        self.expect_none(asyncio.run(playing.play_against_program(all_plays)), len(all_plays))

    def test_nor_does_a_sample_where_connections_are_shared(self):
        sample = list(plays())[::5]
        self.expect_none(asyncio.run(playing.play_against_program(sample, "--policy", "pooled/lifo", pooled=True)), len(sample))


if __name__ == "__main__":
    unittest.main(verbosity=1)
