"""What bench/run makes of its figures: the best of the rounds, a verdict for each gate, a report. Nothing is measured here."""
import pathlib
import subprocess
import sys
import unittest
import xml.etree.ElementTree

BENCH = pathlib.Path(__file__).resolve().parents[2] / "bench"
sys.path.insert(0, str(BENCH))
import chart  # noqa: E402
import gates  # noqa: E402
import report  # noqa: E402
from table import Table  # noqa: E402


def row(peer, case="c=32", round_=1, measure="keepalive", **values):
    return {"measure": measure, "case": case, "peer": peer, "round": round_, "values": values}


def verdicts(rows):
    return {gate["says"].split(" (")[0]: gate["verdict"] for gate in gates.judged(Table(rows))}


class Report(unittest.TestCase):
    def test_the_best_round_counts_which_is_the_highest_rate_and_the_lowest_cost(self):
        table = Table([row("squid", rate=100, cpu_us=60), row("squid", round_=2, rate=200, cpu_us=50), row("squid", round_=3, rate=150, cpu_us=70)])
        self.assertEqual((table.best("keepalive", "c=32", "squid", "rate"), table.best("keepalive", "c=32", "squid", "cpu_us")), (200, 50))

    def test_what_went_missing_in_any_round_is_not_hidden_by_a_better_one(self):
        table = Table([row("why401", not_recorded=0), row("why401", round_=2, not_recorded=7)])
        self.assertEqual(table.best("keepalive", "c=32", "why401", "not_recorded"), 7)

    def test_a_gate_is_judged_by_its_worst_case(self):
        def beside_haproxy(busiest):
            rows = [row(peer, case, cpu_us=cost) for peer, costs in (("haproxy", (10, 10)), ("why401", (14, busiest)))
                    for case, cost in zip(("c=32", "c=256"), costs)]
            return verdicts(rows)["CPU per request, everything on / haproxy"]
        self.assertEqual([beside_haproxy(cost) for cost in (15, 19, 21)], ["aim reached", "pass", "FAIL"])

    def test_a_figure_that_should_be_high_fails_when_it_is_low(self):
        self.assertEqual([verdicts([row("why401", "plain", measure="recorder", exchanges_s=rate)])["recorder and store alone"]
                          for rate in (149_999, 150_000, 250_000)], ["FAIL", "pass", "aim reached"])

    def test_what_was_not_measured_is_not_judged(self):
        self.assertEqual(verdicts([row("why401", cpu_us=20), row("why401", "c=256", cpu_us=20)]), {})

    def test_the_report_names_figures_ratios_verdicts_and_what_is_missing(self):
        rows = [row(peer, case, cpu_us=cost, rate=50_000) for peer, cost in (("haproxy", 10.0), ("why401", 25.0)) for case in ("c=32", "c=256")]
        table = Table(rows)
        machine = {"date": "2026-11-02", "cpu": "some", "cores": 2, "memory_gb": 8, "kernel": "6", "system": "Debian", "versions": {"haproxy": "2.6"},
                   "load_before": 7.0}
        text = report.markdown({"machine": machine, "command": "bench/run", "rows": rows, "gates": gates.judged(table),
                                "troubles": ["squid is not installed (squid)"]}, table)
        for words in ("| c=32 | why401 | 25 | 50,000 | 2.50 |", "| 2.5 x | <= 2 x | <= 1.5 x | FAIL |", "- squid is not installed", "haproxy 2.6",
                      "was busy with other work"):
            self.assertIn(words, text)

    def test_a_chart_is_well_formed_whatever_the_labels_hold(self):
        drawing = xml.etree.ElementTree.fromstring(chart.bars("a < b & c", "us", [("<none>", 0.0, False), ("ours", 12.5, True)]))
        self.assertEqual(len(drawing.findall("{http://www.w3.org/2000/svg}rect")), 3)  # the ground and two bars

    def test_a_bar_that_would_dwarf_the_others_is_cut_and_says_so(self):
        self.assertEqual(chart.bars("cost", "us", [("one", 10.0, False), ("two", 100.0, False), ("three", 101.0, False)]).count("(bar cut)"), 1)

    def test_help_names_every_measure(self):
        said = subprocess.run([sys.executable, "-B", str(BENCH / "run"), "--help"], capture_output=True, text=True, timeout=60)
        self.assertEqual(said.returncode, 0, said.stderr)
        unwrapped = "".join(said.stdout.split())
        for measure in ("keepalive", "new-connection", "tunnels", "large-body", "idle", "startup", "flatness", "recorder"):
            self.assertIn(measure, unwrapped)


unittest.main()
