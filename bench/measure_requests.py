"""Plain requests under load: rate, latency and the CPU each costs the proxy, on kept connections and on new ones."""
from load import wrk
from running import Direct, PeerFailed

CONNECTIONS = (1, 32, 256)


def _under_load(running, plan, connections, close):
    usage = running.usage
    lost = running.not_recorded()
    before = usage.settled_cpu_seconds() if usage else 0.0
    said = wrk(running.port, plan.origin, connections, plan.seconds, close)
    if said["requests"] == 0:
        raise PeerFailed("it answered nothing under load")
    values = {"rate": said["requests"] / said["seconds"], "p50_us": said["p50_us"], "p99_us": said["p99_us"]}
    if usage:
        values["cpu_us"] = (usage.settled_cpu_seconds() - before) * 1e6 / said["requests"]
        values["peak_rss_mb"] = usage.peak_rss_kb() / 1024
    if said["errors"]:
        values["errors"] = said["errors"]
    if lost is not None:
        values["not_recorded"] = running.not_recorded() - lost
    return values


def keepalive(plan):
    def work(running):
        for connections in CONNECTIONS:
            yield f"c={connections}", _under_load(running, plan, connections, close=False)
    _direct(plan, "keepalive", work)
    plan.run("keepalive", work)


def new_connection(plan):
    def work(running):
        yield "c=16", _under_load(running, plan, 16, close=True)
    _direct(plan, "new-connection", work)
    plan.run("new-connection", work)


def _direct(plan, measure, work):
    with Direct(plan.origin) as direct:
        for case, values in work(direct):
            plan.add(measure, case, "direct", 1, values)
