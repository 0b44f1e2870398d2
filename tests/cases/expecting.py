"""Claims about logs and schemes: beside what must be found nothing else may be called a failure."""
import os

from writing import Claim


class Found:
    """The primary finding of an exchange: its rule (or one of several), who may be blamed, between which confidences."""

    def __init__(self, rule, culprits, most="certain", least="possible"):
        self.rules = {rule} if isinstance(rule, str) else set(rule)
        self.culprits, self.most, self.least = culprits, most, least


class Only(Claim):
    """A claim that also names every rule by which anything at all may fail."""

    def __init__(self, *files, allowed=(), **claim):
        super().__init__(*files, **claim)
        self.allowed = set(allowed)

    def needs(self, *rules):
        """These rules must be among the findings, whatever exchange they stand at."""
        self.also += rules
        return self

    def complaints(self, answer):
        told = super().complaints(answer)
        return told + [f"accuses exchange {one['exchange']} too: {one['rule']} {one['confidence']} {one['culprit']}: {one['because']}"
                       for one in answer["findings"] if one["kind"] == "failure" and one["rule"] not in self.allowed and not self.innocent]


ENDINGS = {"fr": ".xml", "ha": ".har", "ex": ".log", "u_": ".log", "ht": ".log"}


def put(folder, files):
    """Writes each file (text, or something with text()) and returns the paths; a name's first letters tell what it is."""
    paths = []
    for name, content in files.items():
        paths.append(os.path.join(folder, name + ENDINGS[name[:2]]))
        with open(paths[-1], "w", encoding="utf-8", newline="") as out:
            out.write(content if isinstance(content, str) else content.text())
    return paths


def innocent(folder, never=(), **files):
    return Only(*put(folder, files), innocent=True, never=never)


def must(folder, found, also=(), never=(), **files):
    """`found`: exchange -> Found; `also`: rules that may explain other exchanges."""
    claim = Only(*put(folder, files), never=never, allowed=set(also).union(*(one.rules for one in found.values())))
    for exchange, one in found.items():
        claim.at(exchange, one.rules, one.culprits, one.least, one.most)
    return claim
