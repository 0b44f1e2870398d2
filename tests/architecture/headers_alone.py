#!/usr/bin/env python3
"""Each header compiles by itself. Where a .cpp of the same name includes it first, the build has proved that already."""
import concurrent.futures
import os
import re
import shutil
import subprocess
import tempfile

from tree import ROOT, sources, verdict


def proved_by_the_build(header):
    own = ROOT / header.with_suffix(".cpp")
    if not own.is_file():
        return False
    first = re.search(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]', own.read_text(), re.MULTILINE)
    return first is not None and first[1] == str(header)


def complaint_about(header, folder):
    unit = folder / (str(header).replace("/", "_") + ".cpp")
    unit.write_text(f'#include "{header}"\n')
    compiler = [os.environ.get("CXX", "g++")]
    if ccache := shutil.which("ccache"):
        compiler.insert(0, ccache)
    # To an object file, not -fsyntax-only: only those are cached.
    command = [*compiler, "-std=c++20", "-DWHY401_VERSION=\"0\"", "-I", str(ROOT), "-c", unit.name, "-o", unit.name + ".o"]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if result.returncode == 0:
        return None
    errors = [line for line in result.stderr.splitlines() if "error" in line] or result.stderr.splitlines()
    return f"{header} does not compile alone: " + " | ".join(errors[:3])


def main():
    headers = sources(".h")
    with tempfile.TemporaryDirectory() as name, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        folder = type(ROOT)(name)
        rest = [header for header in headers if not proved_by_the_build(header)]
        complaints = list(filter(None, pool.map(lambda header: complaint_about(header, folder), rest)))
    verdict("headers_alone", complaints, len(headers))


main()
