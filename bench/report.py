"""The results as Markdown tables, and bench/README.md with its pictures."""
import json

import chart
from figures import written

TITLES = {
    "keepalive": ("Plain HTTP, kept connections, 1 KB bodies", "One request after another on each of c connections."),
    "new-connection": ("A new connection for each request", "`Connection: close` from the client; the same load otherwise."),
    "tunnels": ("CONNECT, one GET inside, the end", "Sixteen at a time, by a client in Python: the rate is the client's, the CPU the proxy's."),
    "large-body": ("Large bodies", "100 MB, twenty times on one connection; `growth_mb` is the peak above the memory before (why401 records the first "
                   "megabyte of each body)."),
    "idle": ("Idle connections", "4,000 connections stay open after one exchange each. `kb_grown` is the growth of PSS for each; `kb_exchange` is what "
             "an exchange leaves behind without a connection of its own (why401 keeps the latest ones, in bounded memory), and "
             "`kb_pair` the difference. haproxy with `reuse never` holds a pair as why401 does; those that pool hold the client's side."),
    "startup": ("Start", "From the start of the process to the first answer through it."),
    "flatness": ("A million exchanges", "One process of why401, everything on, 32 clients in lock step (in Python, so the proxy often waits "
                 "and wakes): CPU of each exchange since the mark before, memory at the mark. Then this old process takes turns with "
                 "a new one, so that drift of the machine is not taken for theirs. Last the capture, after a clean end."),
    "tls": ("TLS that is opened", "Eight at a time: CONNECT, TLS, one GET, TLS to the origin (ECDSA P-256), the end (`bench/tls_load.cpp`); haproxy knows no CONNECT "
            "and is spoken to directly. fresh host: a name never seen before each time, so a certificate is made; warm: 32 names in turn; resumed: with the session "
            "of the time before; requests: on 32 connections that stay. `kb_pair`: what a connection that waits holds, of both legs. why401 verifies the origin, the others are told not to."),
    "recorder": ("Recorder and store alone", "Journal events of exchanges of about 2 KB, no sockets, held back only when the recorder is far "
                 "behind. `push_us`: making and pushing an exchange's events on the relay's thread; `writer_us`: CPU of the recorder's thread; `rise`: that "
                 "in the last quarter over that in the second. With logins, three of twenty exchanges are an NTLM login."),
}


def _row(cells):
    return "| " + " | ".join(cells) + " |"


def _measure_table(table, measure):
    """A line for each peer and case; keys that anybody has are the columns."""
    keys = list(dict.fromkeys(key for case in table.cases(measure) for key in table.keys(measure, case)))
    beside = "cpu_us" in keys and "haproxy" in table.peers(measure)
    lines = [_row(["case", "proxy", *keys] + (["CPU / haproxy"] if beside else []))]
    lines.append("|" + "---|" * (len(keys) + 2 + beside))
    for case in table.cases(measure):
        for peer in table.peers(measure):
            values = [table.best(measure, case, peer, key) for key in keys]
            if any(value is not None for value in values):
                ratio = table.ratio(measure, case, peer, "haproxy", "cpu_us") if beside else None
                lines.append(_row([case, peer, *map(written, values)] + ([f"{ratio:.2f}" if ratio else "-"] if beside else [])))
    return lines


def _limit(gate, key):
    return "-" if gate[key] is None else f"{'>=' if gate['at_least'] else '<='} {written(gate[key])} {gate['unit']}".rstrip()


def _gate_table(gates):
    lines = [_row(["", "measured", "gate", "aim", ""]), "|---|---|---|---|---|"]
    for gate in gates:
        lines.append(_row([gate["says"], f"{written(gate['value'])} {gate['unit']}".rstrip(), _limit(gate, "gate"), _limit(gate, "aim"),
                           gate["verdict"]]))
    return lines


def _machine(results):
    machine = results["machine"]
    quiet = machine["load_before"] < 0.5
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items() if version)
    return (f"{machine['date']}; {machine['cpu']}, {machine['cores']} cores, {machine['memory_gb']} GB; {machine['system']}, "
            f"Linux {machine['kernel']}; {versions}. `{results['command']}`"
            + ("" if quiet else f"\n\n**The machine was busy with other work (load average {machine['load_before']:.1f} before): "
               "trust no absolute figure of this run.**"))


def markdown(results, table):
    lines = [_machine(results), ""]
    if results["gates"]:
        lines += ["## Gates and aims", "", *_gate_table(results["gates"]), ""]
    for measure, (title, text) in TITLES.items():
        if table.cases(measure):
            lines += [f"## {title}", "", text, "", *_measure_table(table, measure), ""]
    if results["troubles"]:
        lines += ["## Not measured", "", *[f"- {trouble}" for trouble in results["troubles"]], ""]
    return "\n".join(lines)


INTRODUCTION = """# why401 beside its peers

Written by `bench/run --write`; do not edit it by hand. Every figure comes from one run on one machine: each proxy has
one core to itself, the origin (nginx, answering from memory) and the load (wrk) share the other. The peers take turns, round by
round, and the best of the rounds counts, so ratios hold where absolute figures move with the machine. The load generator caps
the fast ones, so read the CPU per request first; it is that of all threads, the recorder's included, until the last exchange
is recorded. why401 runs with analysis, page and capture on unless the name says otherwise.

    ninja -C build/release why401 recorder_bench tls_load && bench/run --write        everything, about half an hour
    bench/run --only keepalive --rounds 2 --seconds 3 --peers haproxy,squid  one table, about two minutes
    bench/run --against OTHER/why401 --peers haproxy                         a change beside the build before it

nginx and wrk must be installed; haproxy, squid and mitmdump are measured when they are (`scripts/install build bench`
installs them all). Captures are written under `$TMPDIR` and removed. It ends with 1 when a gate fails.

"""


def _pictures(table):
    """file name -> (alternative text, SVG)"""
    pictures = {}
    cost = [(peer, table.best("keepalive", "c=32", peer, "cpu_us"), peer.startswith("why401")) for peer in table.peers("keepalive")]
    cost = sorted((bar for bar in cost if bar[1] is not None), key=lambda bar: bar[1])
    if cost:
        title = "CPU per request, 32 kept connections"
        pictures["cost.svg"] = (title, chart.bars(title, "us", cost))
    steps = [(f"{case} exchanges", table.best("flatness", case, "why401", "cpu_us"), True) for case in table.cases("flatness")]
    steps = [bar for bar in steps if bar[1] is not None]
    if steps:
        title = "CPU per exchange in one process, from its first to its millionth"
        pictures["flatness.svg"] = (title, chart.bars(title, "us", steps))
    return pictures


def write(folder, results, table):
    pictures = _pictures(table)
    for file, (_, svg) in pictures.items():
        (folder / file).write_text(svg)
    shown = "".join(f"![{title}]({file})\n\n" for file, (title, _) in pictures.items())
    (folder / "README.md").write_text(INTRODUCTION + shown + markdown(results, table))
    (folder / "results.json").write_text(json.dumps(results, indent=1) + "\n")
