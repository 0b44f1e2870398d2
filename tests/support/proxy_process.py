"""Starts the built program as a proxy and small servers for it; standard library only."""

import json
import os
import socket
import subprocess
import tempfile
import threading
import time


def _handled(function, arguments):
    """A thread's work: a peer that goes away is no news."""
    try:
        function(*arguments)
    except OSError:
        pass


class Proxy:
    """`why401 proxy` on a port of its own, stopped by its id."""

    def __init__(self, *options, listen="127.0.0.1:0"):
        self.folder = tempfile.TemporaryDirectory()
        ready = os.path.join(self.folder.name, "ready.json")
        self.log = open(os.path.join(self.folder.name, "log"), "wb")
        environment = dict(os.environ, HOME=self.folder.name, XDG_RUNTIME_DIR=self.folder.name)
        for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
            environment.pop(name, None)
        self.process = subprocess.Popen(
            [os.environ["WHY401"], "proxy", "--listen", listen, "--ui", "off", "--capture", "off",
             "--ready", ready, *options],
            stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL, env=environment)
        deadline = time.monotonic() + 30
        while not os.path.exists(ready) or not os.path.getsize(ready):
            if self.process.poll() is not None or time.monotonic() > deadline:
                with open(self.log.name) as log:
                    words = log.read()
                self.__exit__()
                raise RuntimeError("the proxy does not start: " + words)
            time.sleep(0.01)
        with open(ready) as text:
            self.ready = json.load(text)
        address = self.ready["proxy"]
        address = address[0] if isinstance(address, list) else address
        self.port = int(address.rstrip("/").rsplit(":", 1)[1])

    def connect(self, timeout=20):
        return socket.create_connection(("127.0.0.1", self.port), timeout=timeout)

    def resident_kb(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            for line in status:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1])
        return 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()
        self.folder.cleanup()


class Server:
    """Listens on a loopback port; `serve(connection, number)` runs on a thread for each connection."""

    def __init__(self, serve, family=socket.AF_INET):
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(("::1" if family == socket.AF_INET6 else "127.0.0.1", 0))
        self.socket.listen(256)
        self.port = self.socket.getsockname()[1]
        self.connections = 0
        self.serve = serve
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            connection.settimeout(20)
            threading.Thread(target=_handled, args=(self._run, (connection, self.connections)), daemon=True).start()

    def _run(self, connection, number):
        with connection:
            self.serve(connection, number)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


def read_head(connection, buffer=b""):
    """(head with its empty line, what came behind it); ("", ...) at the end of the stream."""
    while b"\r\n\r\n" not in buffer:
        more = connection.recv(65536)
        if not more:
            return b"", buffer
        buffer += more
    end = buffer.index(b"\r\n\r\n") + 4
    return buffer[:end], buffer[end:]


def field(head, name):
    for line in head.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.strip().lower() == name.lower():
            return value.strip()
    return None


def read_message(connection, buffer=b"", has_body=True):
    """One message as it came: (head, raw body, what came behind)."""
    head, rest = read_head(connection, buffer)
    if not head:
        return b"", b"", rest

    def more():
        data = connection.recv(65536)
        if not data:
            raise ConnectionError("cut short")
        return data

    if not has_body:
        return head, b"", rest
    if (field(head, b"Transfer-Encoding") or b"").lower() == b"chunked":
        at = 0
        while True:
            while b"\r\n" not in rest[at:]:
                rest += more()
            line_end = rest.index(b"\r\n", at) + 2
            size = int(rest[at:line_end].split(b";")[0], 16)
            if size == 0:
                while not (rest[line_end:].startswith(b"\r\n") or b"\r\n\r\n" in rest[line_end:]):
                    rest += more()
                end = line_end + 2 if rest[line_end:].startswith(b"\r\n") else rest.index(b"\r\n\r\n", line_end) + 4
                return head, rest[:end], rest[end:]
            at = line_end + size + 2
            while len(rest) < at:
                rest += more()
    length = int(field(head, b"Content-Length") or 0)
    while len(rest) < length:
        rest += more()
    return head, rest[:length], rest[length:]
