"""Starts the built program for a test and ends it: every test has a home, a runtime folder and ports of its own."""
import base64
import json
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

WHY401 = os.environ["WHY401"]
PATIENCE = 60  # seconds; only a hang is that slow


def wait_for(condition, what):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if result := condition():
            return result
        time.sleep(0.02)
    raise AssertionError(f"waited in vain for {what}")


class Home(unittest.TestCase):
    """A test with a home folder of its own."""

    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="why401-"))
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(self.home), "XDG_RUNTIME_DIR": str(self.home / "runtime"),
                            **{name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}}  # where sanitizers report
        (self.home / "runtime").mkdir(mode=0o700)

    def why401(self, *arguments, stdin=""):
        """Runs to the end; returns the completed process."""
        return subprocess.run([WHY401, *map(str, arguments)], env=self.environment, cwd=self.home, input=stdin, capture_output=True, text=True,
                              timeout=PATIENCE)

    def start(self, *arguments, ui="127.0.0.1:0", prefix=()):
        """`prefix` is a command that becomes the program: prlimit, say."""
        return Running(self, "proxy", "--listen", "127.0.0.1:0", *arguments, ui=ui, prefix=prefix)

    def open(self, file):
        return Running(self, "open", file, ui="127.0.0.1:0")


class Running:
    """`why401 proxy` or `why401 open` that listens, and what --ready said of it."""

    def __init__(self, test, *arguments, ui, prefix=()):
        self.ready_file = test.home / f"ready-{len(list(test.home.glob('ready-*')))}.json"
        self.log = open(self.ready_file.with_suffix(".log"), "w+")
        test.addCleanup(self.log.close)
        self.process = subprocess.Popen(
            [*prefix, WHY401, *map(str, arguments), "--ui", ui, "--ready", str(self.ready_file)],
            env=test.environment, cwd=test.home, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self.log)
        test.addCleanup(self.end_hard)
        wait_for(lambda: self.ready_file.exists() or self.process.poll() is not None, "--ready")
        if not self.ready_file.exists():
            raise AssertionError(f"it ended with {self.process.returncode}: {self.said()}")
        self.facts = json.loads(self.ready_file.read_text())
        self.ui, self.token, self.proxy = self.facts["ui"], self.facts["token"], self.facts["proxy"]
        self.ui_port = int(self.ui.rsplit(":", 1)[1]) if self.ui else None

    def said(self):
        self.log.flush()
        return pathlib.Path(self.log.name).read_text()

    def stop(self):
        """SIGTERM; returns the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def end_hard(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def ask(self, path, method="GET", body=None, token=True, **fields):
        """Status, header fields and body of an API answer. Fields with None are left out, `_` stands for `-`."""
        headers = {"Authorization": f"Bearer {self.token}"} if token else {}
        if body is not None:
            headers["Content-Type"] = "application/json"
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers.update({name.replace("_", "-"): value for name, value in fields.items()})
        request = urllib.request.Request(f"http://{self.ui}{path}", body, {n: v for n, v in headers.items() if v is not None}, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=PATIENCE) as response:
                return response.status, response.headers, response.read().decode()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.headers, refused.read().decode()

    def get(self, path):
        status, _, body = self.ask(path)
        assert status == 200, (path, status, body)
        return json.loads(body)

    def curl(self, *arguments):
        """curl through the proxy; its output and the last status."""
        result = subprocess.run(["curl", "--silent", "--show-error", "--max-time", str(PATIENCE), "--proxy", f"http://{self.proxy}", "--noproxy", "",
                                 "--write-out", "\n%{http_code}", *arguments], capture_output=True, text=True, timeout=PATIENCE + 5,
                                env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"})
        body, _, status = result.stdout.rpartition("\n")
        return body, int(status or 0)

    def raw(self, data):
        """Sends bytes to the UI port; everything that comes back until it closes."""
        with socket.create_connection(("127.0.0.1", self.ui_port), PATIENCE) as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            received = b""
            while part := connection.recv(65536):
                received += part
            return received


class WebSocket:
    """As much of RFC 6455 as a listener needs."""

    def __init__(self, running, path, **fields):
        self.socket = socket.create_connection(("127.0.0.1", running.ui_port), PATIENCE)
        lines = {"Host": running.ui, "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
                 "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(), "Authorization": f"Bearer {running.token}"}
        lines.update(fields)
        head = f"GET {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value is not None) + "\r\n"
        self.socket.sendall(head.encode())
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            part = self.socket.recv(65536)
            if not part:
                break
            self.buffer += part
        answer, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        self.status = int(answer.split()[1])

    def take(self, count):
        while len(self.buffer) < count:
            part = self.socket.recv(65536)
            if not part:
                raise AssertionError("the event stream ended")
            self.buffer += part
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def next(self):
        """The next text message, parsed."""
        while True:
            first, length = self.take(2)
            if length == 126:
                length = struct.unpack(">H", self.take(2))[0]
            elif length == 127:
                length = struct.unpack(">Q", self.take(8))[0]
            payload = self.take(length)
            if first == 0x81:
                return json.loads(payload)

    def until(self, condition):
        """Messages up to and including the first that fits."""
        seen = []
        while not seen or not condition(seen[-1]):
            seen.append(self.next())
        return seen

    def close(self):
        self.socket.close()
