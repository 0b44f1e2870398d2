"""Memory of a connection that waits: thousands are opened, each has one exchange, all stay open."""
from clients import Clients

PAIRS = 4000
AT_ONCE = 100


def idle(plan):
    """An exchange alone may leave something behind too (a record of it, in bounded memory): as many on one connection
    say how much, and that is taken off. Socket memory of the kernel is not in it."""
    def work(running):
        usage = running.usage
        with Clients(running.port, plan.origin, 1) as one, Clients(running.port, plan.origin) as many:
            for _ in range(PAIRS):
                one.exchange()
            empty = _settled_pss_kb(usage)
            for _ in range(PAIRS):
                one.exchange()
            after_exchanges = _settled_pss_kb(usage)
            while len(many.connections) < PAIRS:
                many.exchange([many.connect() for _ in range(AT_ONCE)])
            growth = (_settled_pss_kb(usage) - after_exchanges) / PAIRS
            exchange = (after_exchanges - empty) / PAIRS
            yield f"{PAIRS} open", {"kb_grown": growth, "kb_exchange": exchange, "kb_pair": growth - exchange}
    plan.run("idle", work, rounds=1)


def _settled_pss_kb(usage):
    usage.settled_cpu_seconds()
    return usage.pss_kb()
