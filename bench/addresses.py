"""Loopback ports: one that is free, and waiting for somebody to listen on it."""
import socket
import time


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_until_open(port, process, who, patience=30):
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if process.poll() is not None:
                raise RuntimeError(f"{who} ended with {process.returncode}") from None
            time.sleep(0.005)
    raise RuntimeError(f"{who} does not listen")
