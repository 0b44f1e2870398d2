"""What one run is to do, and what it has measured so far: rows of {measure, case, peer, round, values}."""
import dataclasses
import sys

from running import PeerFailed, Running


@dataclasses.dataclass
class Plan:
    origin: object
    peers: list
    rounds: int
    seconds: int
    core: int
    recorder_bench: str
    tls_load: str = ""
    load_core: int = 1
    rows: list = dataclasses.field(default_factory=list)
    troubles: list = dataclasses.field(default_factory=list)

    def run(self, measure, work, which=lambda peer: True, rounds=None, peers=None, origin=None):
        """work(running) yields (case, values). Rounds outside, peers inside: what disturbs the machine for a while
        disturbs them all. A peer that fails is named, not fatal."""
        for round_ in range(1, (rounds or self.rounds) + 1):
            for peer in filter(which, self.peers if peers is None else peers):
                try:
                    with Running(peer, origin or self.origin, self.core) as running:
                        for case, values in work(running):
                            self.add(measure, case, peer.name, round_, values)
                except (PeerFailed, RuntimeError, OSError) as failure:
                    self.trouble(f"{measure}: {peer.name}: {failure}")

    def add(self, measure, case, name, round_, values):
        self.rows.append({"measure": measure, "case": case, "peer": name, "round": round_, "values": values})
        figures = "  ".join(f"{key} {value:.4g}" if isinstance(value, float) else f"{key} {value}" for key, value in values.items())
        print(f"{measure:15} {case:12} {name:16} {figures}", file=sys.stderr, flush=True)

    def trouble(self, sentence):
        self.troubles.append(sentence)
        print(f"! {sentence}", file=sys.stderr, flush=True)
