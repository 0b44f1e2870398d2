"""Whether an exchange costs the same after a million of them, what they leave in memory, and what in the capture."""
import contextlib
import sqlite3

from clients import Clients
from running import Running

MARKS = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
CLIENTS = 32
WARM, SAMPLE, SAMPLES = 3_000, 10_000, 3  # exchanges, when an old process is held against a new one


def flatness(plan, marks=MARKS):
    """One process, from its first exchange on; at each mark it is let to finish what it has in hand. The machine may
    drift meanwhile: so at the end the old process takes turns with a new one, and these two are what the gate compares."""
    def work(running):
        with Clients(running.port, plan.origin, CLIENTS) as clients:
            done = 0
            for mark in marks:
                cost, done = _cost(running, clients, done, mark)
                yield f"to {mark:,}", {"cpu_us": cost, "pss_mb": running.usage.pss_kb() / 1024}
            with Running(running.peer, plan.origin, plan.core) as new, Clients(new.port, plan.origin, CLIENTS) as new_clients:
                _cost(new, new_clients, 0, WARM)
                for _ in range(SAMPLES):
                    aged, done = _cost(running, clients, done, done + SAMPLE)
                    fresh, _ = _cost(new, new_clients, 0, SAMPLE)
                    yield "old and new", {"old_cpu_us": aged, "new_cpu_us": fresh}
        running.stop()
        yield "capture", _capture(running, done)
    plan.run("flatness", work, lambda peer: peer.captures and not peer.variant, rounds=1)


def _cost(running, clients, done, goal):
    """CPU (us) of each exchange from `done` to the goal, and how many are done then."""
    begun, cpu = done, running.usage.settled_cpu_seconds()
    while done < goal:
        clients.exchange()
        done += CLIENTS
    return (running.usage.settled_cpu_seconds() - cpu) * 1e6 / (done - begun), done


def _capture(running, sent):
    """Of the file, after a clean end: bytes of each exchange, and how many are missing (the first answer awaited is one more)."""
    size = running.capture_bytes()
    with contextlib.closing(sqlite3.connect(f"file:{running.folder / 'run.why401'}?mode=ro", uri=True)) as file:
        kept = file.execute("SELECT count(*) FROM exchange").fetchone()[0]
    return {"bytes_exchange": size / max(kept, 1), "exchanges": kept, "not_recorded": sent + 1 - kept}
