"""TLS that is opened: a host never seen before each time, known hosts, resumed sessions, requests on open connections, large bodies,
and what an idle pair holds. Every peer sees the same names; what it costs is its own CPU."""
import socket
import ssl

from clients import receive
from running import PeerFailed
from tls import TlsOrigin, interceptors, load

WARM_HOSTS = 32
IDLE_PAIRS = 1000
CASES = [("fresh host", 8, 0, "once"), ("warm", 8, WARM_HOSTS, "once"), ("resumed", 8, WARM_HOSTS, "resume"), ("requests", 32, WARM_HOSTS, "stay")]


def tls(plan):
    with TlsOrigin(plan.load_core) as origin:
        def work(running):
            for case, connections, hosts, how in CASES:
                if hosts:
                    load(plan.tls_load, running, origin, connections, 1, hosts, how)
                yield case, _under_load(plan, running, origin, connections, hosts, how)
            yield "100 MB bodies", _large(plan, running, origin)
            yield f"{IDLE_PAIRS} idle", {"kb_pair": _idle(running, origin)}
        plan.run("tls", work, peers=interceptors(plan.peers), origin=origin)


def _under_load(plan, running, origin, connections, hosts, how):
    before = running.usage.settled_cpu_seconds()
    said = load(plan.tls_load, running, origin, connections, plan.seconds, hosts, how)
    if said["requests"] == 0:  # haproxy 2.6 breaks the first connection for each name it makes a certificate for
        return {"errors": said["errors"]}
    values = {"rate": said["requests"] / said["seconds"], "p50_us": said["p50_us"], "p99_us": said["p99_us"],
              "cpu_us": (running.usage.settled_cpu_seconds() - before) * 1e6 / said["requests"]}
    if how == "resume":
        values["resumed"] = said["resumed"] / max(said["connections"], 1)
    if said["errors"]:
        values["errors"] = said["errors"]
    return values


def _large(plan, running, origin):
    before, kb = running.usage.settled_cpu_seconds(), running.usage.rss_kb()
    said = load(plan.tls_load, running, origin, 1, plan.seconds, 1, "stay", large=True)
    if said["requests"] == 0:
        raise PeerFailed("it delivered no large body over TLS")
    cpu = running.usage.settled_cpu_seconds() - before
    return {"gbit_s": said["bytes"] * 8 / 1e9 / said["seconds"], "cpu_s_gb": cpu * 1e9 / said["bytes"], "growth_mb": (running.usage.peak_rss_kb() - kb) / 1024}


def _idle(running, origin):
    """PSS for each of many connections that had one exchange and wait. A client's side is in this process, not in theirs."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    port_file = running.folder / "tls-port"

    def connect(number):
        connection = socket.create_connection(("127.0.0.1", int(port_file.read_text()) if port_file.exists() else running.port), 30)
        if not port_file.exists():
            connection.sendall(f"CONNECT {origin.tls_authority} HTTP/1.1\r\nHost: {origin.tls_authority}\r\n\r\n".encode())
            if receive(connection) != 200:
                raise ConnectionError("not 200")
        secured = context.wrap_socket(connection, server_hostname=f"h{number % WARM_HOSTS}.bench.test")
        secured.sendall(f"GET /1k HTTP/1.1\r\nHost: {origin.tls_authority}\r\n\r\n".encode())
        receive(secured)
        return secured

    kept = [connect(number) for number in range(WARM_HOSTS)]
    running.usage.settled_cpu_seconds()
    before = running.usage.pss_kb()
    kept += [connect(number) for number in range(IDLE_PAIRS)]
    running.usage.settled_cpu_seconds()
    grown = (running.usage.pss_kb() - before) / IDLE_PAIRS
    for connection in kept:
        connection.close()
    return grown
