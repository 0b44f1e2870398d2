"""The load generator: wrk, on the origin's core."""
import json
import pathlib
import shutil
import subprocess

SCRIPT = pathlib.Path(__file__).with_name("load.lua")


def need_wrk():
    if not shutil.which("wrk"):
        raise SystemExit("bench: wrk is not installed, and it makes the load")


def wrk(port, origin, connections, seconds, close=False):
    """{"requests", "seconds", "p50_us", "p99_us", "errors"}"""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", str(SCRIPT), f"http://127.0.0.1:{port}/", "--",
               origin.url(), origin.authority] + (["close"] if close else [])
    said = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60)
    for line in said.stdout.splitlines():
        if line.startswith("RESULT "):
            return json.loads(line[len("RESULT "):])
    raise RuntimeError(f"wrk said nothing of use: {said.stdout[-200:]} {said.stderr[-200:]}")
