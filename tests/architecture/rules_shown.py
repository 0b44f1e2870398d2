"""Every rule says where it can be seen, and has tests: it fires, an innocent look-alike, it cannot tell."""
import re

from tree import ROOT, sources, verdict

TEST = re.compile(r"TEST(?:_F|_P)?\((\w+),\s*(\w+)\)")
LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')


def suite_of(rule):
    """NTLM-FAIL-001 is tested in NtlmFail001."""
    return "".join(part.capitalize() for part in rule.split("-"))


def words(text, member):
    """The string literals given to a member, joined."""
    given = re.search(r"\." + member + r" =\s*((?:\"(?:[^\"\\]|\\.)*\"\s*)+)", text)
    return "".join(LITERAL.findall(given.group(1))) if given else ""


tests = {}
for path in sources("_test.cpp"):
    for suite, name in TEST.findall((ROOT / path).read_text()):
        tests.setdefault(suite, []).append((str(path), name))

complaints = []
rules = [path for path in sources(".cpp") if str(path).startswith("analysis/rules/")]
for path in rules:
    text = (ROOT / path).read_text()
    rule, scene = words(text, "id"), words(text, "scene")
    own = tests.get(suite_of(rule), [])
    if not scene:
        complaints.append(f"{path}: {rule} names no scene that shows it")
    for file, suite in re.findall(r"(analysis/\w+_test\.cpp) (\w+)", scene):
        if not any(where == file for where, _ in tests.get(suite, [])):
            complaints.append(f"{path}: the scene of {rule} is not there: {file} {suite}")
    normal = rule.startswith("NORM-") or rule == "UNKNOWN-401"  # they accuse nobody
    if len(own) < (1 if normal else 3):
        complaints.append(f"{path}: {rule} has {len(own)} tests named {suite_of(rule)}")
    if not normal and not any("CannotTell" in name for _, name in own):
        complaints.append(f"{path}: no test of {rule} says what it cannot tell ({suite_of(rule)}, ...CannotTell...)")

verdict("rules_shown", complaints, len(rules))
