"""From the start of the process to the first answer through it, and the memory it has then."""


def startup(plan):
    plan.run("startup", lambda running: [("first 200", {"start_ms": running.start_ms, "pss_mb": running.usage.pss_kb() / 1024})],
             lambda peer: not peer.variant, rounds=max(plan.rounds, 5))
