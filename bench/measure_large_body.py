"""Large bodies on one connection: speed, CPU per gigabyte, and how much memory they make the proxy take."""
import time

from clients import Clients
from origin import LARGE
from running import Direct

BODIES = 20
ENOUGH_SECONDS = 20  # of one peer


def _receive_large(connection, buffer):
    received = connection.recv_into(buffer)
    head = bytes(buffer[:received]).find(b"\r\n\r\n")
    if head < 0 or not bytes(buffer[9:12]) == b"200":
        raise ConnectionError("no body comes")
    missing = LARGE - (received - head - 4)
    while missing > 0:
        received = connection.recv_into(buffer)
        if received == 0:
            raise ConnectionError("the body was cut short")
        missing -= received


def _fetch(running, origin, bodies):
    """Bodies received, and the seconds it took."""
    buffer = memoryview(bytearray(1 << 18))
    request = f"GET {origin.url('/large')} HTTP/1.1\r\nHost: {origin.authority}\r\n\r\n".encode()
    with Clients(running.port, origin, 1) as clients:
        connection = clients.connections[0]
        connection.settimeout(ENOUGH_SECONDS)
        begun = time.perf_counter()
        done = 0
        while done < bodies and time.perf_counter() - begun < ENOUGH_SECONDS:
            connection.sendall(request)
            _receive_large(connection, buffer)
            done += 1
        return done, time.perf_counter() - begun


def large_body(plan):
    def work(running):
        usage = running.usage
        before = usage.settled_cpu_seconds()
        resident = usage.rss_kb()
        done, seconds = _fetch(running, plan.origin, BODIES)
        yield "100 MB", {"gbit_s": done * LARGE * 8 / seconds / 1e9,
                         "cpu_s_gb": (usage.settled_cpu_seconds() - before) * 1e9 / (done * LARGE),
                         "growth_mb": (usage.peak_rss_kb() - resident) / 1024}
    done, seconds = _fetch(Direct(plan.origin), plan.origin, BODIES)
    plan.add("large-body", "100 MB", "direct", 1, {"gbit_s": done * LARGE * 8 / seconds / 1e9})
    plan.run("large-body", work, lambda peer: not peer.variant)
