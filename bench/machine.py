"""Facts about this machine without which a figure means nothing."""
import datetime
import os
import pathlib
import platform
import re
import shutil
import subprocess

VERSION = {"haproxy": ["-v"], "squid": ["-v"], "nginx": ["-v"], "wrk": ["-v"], "mitmdump": ["--version"]}


def version(program):
    """The first line in which it names its version."""
    if not shutil.which(program):
        return None
    said = subprocess.run([program, *VERSION.get(pathlib.Path(program).name, ["--version"])], capture_output=True, text=True)
    found = re.search(r"\d+\.\d+(\.\d+)*[-\w+.]*", said.stdout + said.stderr)
    return found[0] if found else "?"


def _line(file, pattern):
    found = re.search(pattern, pathlib.Path(file).read_text(errors="replace"), re.MULTILINE)
    return found[1] if found else "?"


def facts(peers):
    programs = {pathlib.Path(peer.program).name: peer.program for peer in peers} | {"nginx": "nginx", "wrk": "wrk"}
    return {"date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d"),
            "cpu": _line("/proc/cpuinfo", r"^model name\s*: (.*)"), "cores": os.cpu_count(),
            "memory_gb": round(int(_line("/proc/meminfo", r"^MemTotal:\s*(\d+)")) / 1e6),
            "kernel": platform.release(), "system": _line("/etc/os-release", r'^PRETTY_NAME="(.*)"'),
            "versions": {name: version(program) for name, program in sorted(programs.items())}}
