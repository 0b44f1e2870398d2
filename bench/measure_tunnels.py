"""CONNECT tunnels: set-up, one GET inside, and the end, sixteen at a time."""
import time

from clients import Clients, receive


def _tunnels(clients, origin, count):
    connections = [clients.connect() for _ in range(count)]
    connect = f"CONNECT {origin.authority} HTTP/1.1\r\nHost: {origin.authority}\r\n\r\n".encode()
    get = f"GET /1k HTTP/1.1\r\nHost: {origin.authority}\r\n\r\n".encode()
    for request in (connect, get):
        for connection in connections:
            connection.sendall(request)
        for connection in connections:
            if receive(connection) != 200:
                raise ConnectionError("not 200")
    clients.close()


def tunnels(plan):
    def work(running):
        with Clients(running.port, plan.origin) as clients:
            _tunnels(clients, plan.origin, 16)
            before = running.usage.settled_cpu_seconds()
            begun = time.perf_counter()
            done = 0
            while (seconds := time.perf_counter() - begun) < plan.seconds:
                _tunnels(clients, plan.origin, 16)
                done += 16
            yield "c=16", {"rate": done / seconds, "cpu_us": (running.usage.settled_cpu_seconds() - before) * 1e6 / done}
    plan.run("tunnels", work, lambda peer: peer.tunnels and not peer.variant)
