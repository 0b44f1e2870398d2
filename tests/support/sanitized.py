"""Whether the program under test is a sanitizer build: some claims about memory mean nothing there."""
import os
import subprocess


def _runtime():
    """The sanitizer's library, "" where there is none. It must come before any other that is preloaded."""
    needed = subprocess.run(["ldd", os.environ["WHY401"]], capture_output=True, text=True).stdout.split()
    return next((word for word in needed if word.startswith("/") and ("/libasan.so" in word or "/libtsan.so" in word)), "")


RUNTIME = _runtime()
SANITIZED = bool(RUNTIME)
