#!/usr/bin/env python3
"""The last test of a sanitizer build: what any process of any test has reported, also one that was killed or not listened to.

A report is shown once and then deleted, so that the next run starts clean.
"""
import pathlib
import sys

reports = sorted(pathlib.Path(sys.argv[1]).iterdir())
for report in reports:
    print(f"== {report.name}\n{report.read_text(errors='replace')}")
    report.unlink()
print(f"{len(reports)} processes with sanitizer reports")
sys.exit(1 if reports else 0)
