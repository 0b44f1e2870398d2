"""What was measured, round by round, reduced to one figure each: the best of the rounds."""

HIGHER_IS_BETTER = {"rate", "gbit_s", "exchanges_s", "exchanges"}
WORST_COUNTS = {"errors", "not_recorded", "lost"}


class Table:
    def __init__(self, rows):
        self._rounds = {}
        for row in rows:
            for key, value in row["values"].items():
                self._rounds.setdefault((row["measure"], row["case"], row["peer"], key), []).append(value)

    def best(self, measure, case, peer, key):
        """None when it was not measured."""
        values = self._rounds.get((measure, case, peer, key))
        if not values:
            return None
        return max(values) if key in HIGHER_IS_BETTER | WORST_COUNTS else min(values)

    def spread(self, measure, case, peer, key):
        """How far apart the rounds are: largest / smallest."""
        values = self._rounds.get((measure, case, peer, key))
        return max(values) / min(values) if values and min(values) > 0 else None

    def ratio(self, measure, case, peer, other, key):
        ours, theirs = self.best(measure, case, peer, key), self.best(measure, case, other, key)
        return ours / theirs if ours is not None and theirs else None

    def cases(self, measure):
        return list(dict.fromkeys(case for m, case, _, _ in self._rounds if m == measure))

    def peers(self, measure):
        return list(dict.fromkeys(peer for m, _, peer, _ in self._rounds if m == measure))

    def keys(self, measure, case):
        return list(dict.fromkeys(key for m, c, _, key in self._rounds if (m, c) == (measure, case)))
