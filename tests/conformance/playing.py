"""Plays many cases side by side against one program."""
import asyncio
import collections
import pathlib
import sys
import time
import unittest

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent), str(pathlib.Path(__file__).resolve().parents[1] / "support")]

from judging import Place  # noqa: E402
from proxy_process import Proxy  # noqa: E402
from strict_origin import Origin  # noqa: E402

SIDE_BY_SIDE = 24
SHOWN = 600  # characters of a complaint
POLICIES = ("auth-aware", "pooled/lifo", "pooled/fifo", "pooled/round-robin", "pooled/random:401", "pooled/switch", "per-request",
            "like/haproxy-safe", "like/nginx-1.29.7", "like/traefik-3.1", "like/squid")


async def play_all(places, plays):
    """`plays` are (function, case, delivery); answers with (case, complaint) for each one that is not as it says."""
    queue, wrong, standstill = collections.deque(plays), [], Standstill()

    async def work(place):
        while queue:
            play, case, deliver = queue.popleft()
            begun = time.monotonic()
            try:
                complaints = await play(place, case, deliver)
            except Exception as trouble:  # the others go on, and this is told at the end
                complaints = [f"{type(trouble).__name__}: {trouble}"]
            if complaints and standstill.since(begun):
                queue.append((play, case, deliver))
            elif complaints:
                wrong.append((f"{case.says} ({case.clause})", f"[{deliver.__name__}] " + "; ".join(complaints)))

    watch = asyncio.ensure_future(standstill.watch())
    await asyncio.gather(*(work(place) for place in places))
    watch.cancel()
    return wrong


class Standstill:
    """Notes when this machine stood still for seconds, as busy and virtual ones do: every time limit is over then, and nothing that was
    played meanwhile says anything of the program. It is played again."""

    def __init__(self):
        self.last = float("-inf")

    async def watch(self):
        while True:
            before = time.monotonic()
            await asyncio.sleep(1)
            if time.monotonic() - before > 6:
                self.last = time.monotonic()

    def since(self, begun):
        return self.last >= begun


async def play_against_program(plays, *options, pooled=False):
    """Starts the program with an origin for each of the names web01 to web24."""
    origins = [await Origin().listen() for _ in range(SIDE_BY_SIDE)]
    names = [b"web%02d" % (number + 1) for number in range(SIDE_BY_SIDE)]
    maps = [f"--map={name.decode()}=127.0.0.1:{origin.port}" for name, origin in zip(names, origins)]
    try:
        with Proxy(*maps, *options) as proxy:
            return await play_all([Place(name, origin, proxy.port, pooled) for name, origin in zip(names, origins)], plays)
    finally:
        for origin in origins:
            origin.close()


async def with_program(play, *options):
    """Starts the program with one origin, web01, and plays there."""
    origin = await Origin().listen()
    try:
        with Proxy(f"--map=web01=127.0.0.1:{origin.port}", *options) as proxy:
            return await play(proxy.port, origin)
    finally:
        origin.close()


class Conformance(unittest.TestCase):
    def expect_none(self, wrong, played):
        self.assertGreater(played, 0)
        by_case = collections.defaultdict(list)
        for case, complaint in wrong:
            by_case[case].append(complaint)
        lines = [f"{case}: {len(complaints)} times, as in {complaints[0][:SHOWN]}" for case, complaints in by_case.items()]
        if lines:
            self.fail(f"{len(wrong)} of {played} went wrong:\n" + "\n".join(lines))
