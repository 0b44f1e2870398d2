#!/usr/bin/env python3
"""Every C++ file is as .clang-format has it.   Mend: clang-format-14 -i FILE"""
import concurrent.futures
import os
import shutil
import subprocess

from tree import ROOT, sources, verdict


def complaint_about(tool, path):
    result = subprocess.run([tool, "--dry-run", "-Werror", str(path)], cwd=ROOT, capture_output=True, text=True)
    return None if result.returncode == 0 else f"{path} is not formatted: {tool} -i {path}"


def main():
    tool = shutil.which("clang-format-14")
    if tool is None:
        verdict("format", ["clang-format-14 is not installed (scripts/packages lists it)"], 1)
    files = sources(".h", ".cpp")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        complaints = list(filter(None, pool.map(lambda path: complaint_about(tool, path), files)))
    verdict("format", complaints, len(files))


main()
