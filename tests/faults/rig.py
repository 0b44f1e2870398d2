"""What the tests of this folder share: a recording proxy, servers that follow a script, and what the record says."""
import json
import os
import pathlib
import socket
import sqlite3
import struct
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support"), str(HERE.parent / "scenarios")]
from proxy_process import Server, field, read_head, read_message  # noqa: E402,F401
from running import PATIENCE, WHY401, Home, wait_for  # noqa: E402,F401
from sanitized import RUNTIME, SANITIZED  # noqa: E402,F401


FAKETIME = next(map(str, pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")), "")  # Debian's libfaketime


def reset(connection):
    """Ends a connection with RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def hang_up(connection):
    """Ends a connection with FIN; what the peer has sent must have been read, or the system makes an RST of it."""
    connection.close()


def until_end(connection):
    """Everything that still comes, and how it ended: FIN or RST."""
    received = b""
    try:
        while part := connection.recv(1 << 16):
            received += part
    except ConnectionResetError:
        return received, "RST"
    return received, "FIN"


def ok(body=b"ok", fields=b""):
    return b"HTTP/1.1 200 OK\r\n" + fields + b"Content-Length: %d\r\n\r\n" % len(body) + body


def path_of(head):
    return head.split(b" ", 2)[1].decode()


def request(port, path="/", method="GET", host="127.0.0.1", fields="", body=b""):
    if method == "POST" and "Content-Length" not in fields and "chunked" not in fields:
        fields += f"Content-Length: {len(body)}\r\n"
    return f"{method} http://{host}:{port}{path} HTTP/1.1\r\nHost: {host}:{port}\r\n{fields}\r\n".encode() + body


class Faults(Home):
    """A test with a recording proxy of its own kind."""

    def client(self, running):
        host, port = running.proxy.rsplit(":", 1)
        connection = socket.create_connection((host, int(port)), PATIENCE)
        self.addCleanup(connection.close)
        return connection

    def serve(self, script):
        server = Server(script)
        self.addCleanup(server.socket.close)
        return server

    def ask(self, running, sent):
        """Sends a request on a connection of its own; everything that comes back, and how it ended."""
        connection = self.client(running)
        connection.sendall(sent)
        return until_end(connection)

    def ended(self, running, number):
        """An exchange, once the record says how it ended."""
        def look():
            status, _, body = running.ask(f"/api/v1/exchanges/{number}")
            if status != 200:
                return None
            exchange = json.loads(body)
            return exchange if exchange["timing"]["ended"] else None
        return wait_for(look, f"the end of exchange {number}")

    def with_moving_clock(self, steady_too=False):
        """What is started from here on has a clock that the function returned sets: seconds beyond the true time."""
        setting = self.home / "clock"
        setting.write_text("+0")
        self.environment.update(LD_PRELOAD=f"{RUNTIME} {FAKETIME}".strip(), FAKETIME_TIMESTAMP_FILE=str(setting), FAKETIME_NO_CACHE="1",
                                FAKETIME_DONT_FAKE_MONOTONIC="0" if steady_too else "1")

        def move(seconds):
            new = setting.with_suffix(".new")
            new.write_text(f"{seconds:+d}")
            new.replace(setting)  # whole or not at all: it is read all the time
        return move

    def rows(self, capture, sql, *values):
        """What a person with a SQL tool sees in a capture."""
        database = sqlite3.connect(f"file:{capture}?mode=ro", uri=True)
        try:
            return database.execute(sql, values).fetchall()
        finally:
            database.close()

    def check_whole(self, capture):
        """The capture is a sound database, and the program itself reads it."""
        self.assertEqual(self.rows(capture, "PRAGMA integrity_check"), [("ok",)])
        explained = self.why401("explain", "--json", capture)
        self.assertIn(explained.returncode, (0, 1), explained.stderr)


def processor_seconds(pid):
    with open(f"/proc/{pid}/stat") as stat:
        words = stat.read().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def resident_kb(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def upstreams(server_port, pid):
    """Established connections to a port on loopback, as the system counts them."""
    wanted = f"0100007F:{server_port:04X}"
    with open(f"/proc/{pid}/net/tcp") as table:
        return sum(line.split()[2] == wanted and line.split()[3] == "01" for line in table.readlines()[1:])
