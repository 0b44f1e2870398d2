"""A peer that runs: in a folder of its own, on the proxy's core, until its first proxied answer and then to its end."""
import json
import os
import pathlib
import socket
import tempfile
import time
import urllib.request

from addresses import free_port
from processes import Usage, end, spawn


class PeerFailed(Exception):
    """It does not start, or does not answer; the reason is for the report."""


def _first_answer(port, origin):
    """One request through it, on a connection of its own; False while nobody listens or it is not ready."""
    try:
        with socket.create_connection(("127.0.0.1", port), 5) as connection:
            connection.sendall(f"GET {origin.url()} HTTP/1.1\r\nHost: {origin.authority}\r\nConnection: close\r\n\r\n".encode())
            return connection.recv(65536).startswith((b"HTTP/1.1 200", b"HTTP/1.0 200"))
    except OSError:
        return False


class Running:
    def __init__(self, peer, origin, core, patience=30):
        self.peer = peer
        self.temporary = tempfile.TemporaryDirectory(prefix=f"why401-bench-{peer.name}-", ignore_cleanup_errors=True)
        self.folder = pathlib.Path(self.temporary.name)
        self.port = free_port()
        self.log = open(self.folder / "log", "wb")
        environment = {"PATH": os.environ["PATH"], "HOME": self.temporary.name, "XDG_RUNTIME_DIR": self.temporary.name}
        command = [peer.program, *peer.command(self.folder, self.port, origin)]
        begun = time.perf_counter()
        self.process = spawn(command, {core}, stdout=self.log, stderr=self.log, env=environment, cwd=self.folder)
        try:
            while not _first_answer(self.port, origin):
                if self.process.poll() is not None or time.perf_counter() - begun > patience:
                    raise PeerFailed(f"it does not start: {self._last_words()}")
            self.start_ms = (time.perf_counter() - begun) * 1000
            self.usage = Usage(self.process.pid)
        except BaseException:
            self.__exit__()
            raise

    def _last_words(self):
        words = (self.folder / "log").read_text(errors="replace").split("\n")
        return " ".join(words).strip()[-300:] or "it says nothing"

    def metrics(self):
        """What why401 counts about itself."""
        facts = json.loads((self.folder / "ready.json").read_text())
        request = urllib.request.Request(f"http://{facts['ui']}/metrics", headers={"Authorization": f"Bearer {facts['token']}"})
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
            lines = [line.split() for line in answer.read().decode().splitlines() if not line.startswith("#")]
        return {line[0]: int(line[1]) for line in lines if len(line) == 2}

    def not_recorded(self):
        """Exchanges missing in the capture, of who has one: a recorder that loses them would look cheap."""
        return self.metrics()["why401_not_recorded_total"] if self.peer.captures else None

    def capture_bytes(self):
        return sum(file.stat().st_size for file in self.folder.glob("run.why401"))

    def stop(self):
        end(self.process)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        self.log.close()
        self.temporary.cleanup()


class Direct:
    """No proxy at all: what the load generator and the origin can do by themselves."""

    start_ms = 0.0
    usage = None

    def __init__(self, origin):
        self.port = origin.port

    def not_recorded(self):
        return None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass
