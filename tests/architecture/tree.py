"""The project's own C++ files, and how a test of them ends."""
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def sources(*suffixes):
    """Paths relative to the root, without build folders and whatever git ignores."""
    try:
        listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True)
        names = listed.stdout.split("\n")
    except (OSError, subprocess.CalledProcessError):  # an unpacked archive
        names = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if "build" not in path.relative_to(ROOT).parts]
    return sorted(pathlib.PurePath(name) for name in set(names) if name.endswith(suffixes) and (ROOT / name).is_file())


def verdict(name, complaints, checked):
    """Prints each complaint and ends the test. A test that looked at nothing proves nothing: it fails too."""
    for complaint in complaints:
        print(complaint)
    if not checked:
        print(f"{name}: found nothing to check")
    print(f"{name}: {checked} checked, {len(complaints)} complaints")
    sys.exit(1 if complaints or not checked else 0)
