"""Real servers as children of a test: own configuration in an own folder, a free loopback port, ended by their id."""
import contextlib
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "scenarios"))
from running import PATIENCE, wait_for  # noqa: E402

# A fresh Debian may leave these out of the PATH of a user.
SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


def program(name, package):
    """Its path. What is missing is an error that says what to install, never a reason to skip."""
    if path := shutil.which(name, path=SYSTEM_PATH):
        return path
    raise FileNotFoundError(f"{name} is missing: apt-get install {package}")


def installed(file, package):
    """For what is no program; likewise."""
    if not pathlib.Path(file).exists():
        raise FileNotFoundError(f"{file} is missing: apt-get install {package}")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), PATIENCE):
        return True
    return False


def environment(**more):
    return {"PATH": SYSTEM_PATH, "HOME": "/nonexistent", "LC_ALL": "C.UTF-8", **{name: str(value) for name, value in more.items()}}


class Folder:
    """A folder for servers: those that root starts give up root, so others must be able to read and write here."""

    def __init__(self, test):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="why401-real-"))
        self.path.chmod(0o777)
        test.addCleanup(shutil.rmtree, self.path, ignore_errors=True)

    def write(self, name, text, mode=0o644):
        path = self.path / name
        path.write_text(text)
        path.chmod(mode)
        return path

    def make(self, name):
        path = self.path / name
        path.mkdir()
        path.chmod(0o777)
        return path


class Server:
    """A server in the foreground. Free ports are a guess, so a start that fails is tried with another port."""

    def start(self, test, configure, env=None, port=None):
        """`configure(port)` writes the configuration and returns the command. `port`: one that it had before."""
        for _ in range(3):
            self.port = port or free_port()
            self.output = tempfile.TemporaryFile("w+")
            test.addCleanup(self.output.close)
            self.process = subprocess.Popen(configure(self.port), env=env or environment(), stdin=subprocess.DEVNULL, stdout=self.output,
                                            stderr=subprocess.STDOUT, start_new_session=True)
            test.addCleanup(self.stop)
            wait_for(lambda: listens(self.port) or self.process.poll() is not None, type(self).__name__)
            if self.process.poll() is None:
                return
        self.output.seek(0)
        raise RuntimeError(f"{type(self).__name__} does not start: {self.output.read()}")

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def stop(self):
        """Asked first, so that it ends its own children; then whoever is left of its process group."""
        if self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(15)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, 9)
        self.process.wait()
