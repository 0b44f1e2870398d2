#!/usr/bin/env python3
"""Includes go down the floors of docs/floors.txt, and the pure floors ask nothing of the system."""
import re

from tree import ROOT, sources, verdict

OUTSIDE = ("boost", "openssl", "krb5", "sqlite3", "spdlog", "CLI", "zip", "pugixml")  # libraries that floors.txt grants
IMPURE_HEADERS = re.compile(
    r"random|fstream|iostream|filesystem|thread|mutex|condition_variable|future|cstdio|stdio\.h|ctime|time\.h"
    r"|unistd\.h|fcntl\.h|poll\.h|netdb\.h|syslog\.h|sys/.*|netinet/.*|arpa/.*|fmt/.*|spdlog/.*|openssl/.*|sqlite3\.h")
IMPURE_CALLS = re.compile(
    r"\b(?:system_clock|steady_clock|high_resolution_clock)::now\b|\bgetenv\s*\(|\brandom_device\b|\bs?rand\s*\(|\bprintf\s*\("
    r"|\btime\s*\(\s*(?:nullptr|NULL|0)\s*\)|\bstd::c(?:out|err|log|in)\b|\bfopen\s*\(")


def read_floors():
    """floor -> (floors below it, outside headers it may use, whether it is pure)"""
    floors = {}
    for line in (ROOT / "docs/floors.txt").read_text().splitlines():
        line = line.split("#")[0].strip()
        if line:
            name, rights = line.split(":")
            below, outside = (part.split() for part in rights.split(";"))
            floors[name.strip()] = (set(below), set(outside), set(outside) <= {"std", "boost/system", "boost/json"})
    return floors


def floor_of(path, floors):
    homes = [name for name in floors if str(path).startswith(name + "/")]
    return max(homes, key=len, default=None)


def complaints_about(path, floors):
    here = floor_of(path, floors)
    below, outside, pure = floors[here]
    is_test = path.stem.endswith(("_test", "_fuzz"))  # these may read vectors, and print
    for number, text in enumerate((ROOT / path).read_text().splitlines(), 1):
        at = f"{path}:{number}: {here} "
        if match := re.match(r'\s*#\s*include\s+"([^"]+)"', text):
            there = floor_of(match[1], floors)
            if there and there != here and "*" not in below and there not in below:
                yield at + f"must not include {there}"
        elif match := re.match(r"\s*#\s*include\s+<([^>]+)>", text):
            header = match[1]
            if header.startswith(OUTSIDE) and "*" not in outside and not header.startswith(tuple(outside)):
                yield at + f"must not include <{header}>"
            elif pure and not is_test and IMPURE_HEADERS.fullmatch(header):
                yield at + f"is pure and must not include <{header}>"
        elif pure and not is_test and (match := IMPURE_CALLS.search(text.split("//")[0])):
            yield at + f"is pure and must not call {match[0]}"


def main():
    floors = read_floors()
    files = [path for path in sources(".h", ".cpp") if floor_of(path, floors)]
    verdict("floors", [complaint for path in files for complaint in complaints_about(path, floors)], len(files))


main()
