"""Whether an exchange costs the same after a million of them, what they leave in memory, and what in the capture."""
import contextlib
import sqlite3

from clients import Clients

MARKS = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
CLIENTS = 32


def flatness(plan, marks=MARKS):
    """One process, from its first exchange on; at each mark it is let to finish what it has in hand."""
    def work(running):
        usage = running.usage
        with Clients(running.port, plan.origin, CLIENTS) as clients:
            done, at, cpu = 0, 0, usage.settled_cpu_seconds()
            for mark in marks:
                while done < mark:
                    clients.exchange()
                    done += CLIENTS
                now = usage.settled_cpu_seconds()
                yield f"to {mark:,}", {"cpu_us": (now - cpu) * 1e6 / (done - at), "pss_mb": usage.pss_kb() / 1024}
                at, cpu = done, now
        running.stop()
        yield "capture", _capture(running, done)
    plan.run("flatness", work, lambda peer: peer.captures and not peer.variant, rounds=1)


def _capture(running, sent):
    """Of the file, after a clean end: bytes of each exchange, and how many are missing (the first answer awaited is one more)."""
    size = running.capture_bytes()
    with contextlib.closing(sqlite3.connect(f"file:{running.folder / 'run.why401'}?mode=ro", uri=True)) as file:
        kept = file.execute("SELECT count(*) FROM exchange").fetchone()[0]
    return {"bytes_exchange": size / max(kept, 1), "exchanges": kept, "not_recorded": sent + 1 - kept}
