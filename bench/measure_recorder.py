"""The recorder and the store alone, fed by a program of their own: no sockets."""
import json
import os
import subprocess
import tempfile

from processes import end, spawn


def recorder(plan):
    if not os.access(plan.recorder_bench, os.X_OK):
        plan.trouble(f"recorder: {plan.recorder_bench} is not built (ninja -C build/release recorder_bench)")
        return
    for round_ in range(1, plan.rounds + 1):
        with tempfile.TemporaryDirectory(prefix="why401-bench-recorder-") as folder:
            program = spawn([plan.recorder_bench, os.path.join(folder, "run.why401")], set(range(os.cpu_count())),
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            try:
                said, complaints = program.communicate(timeout=600)
            finally:
                end(program)
        if program.returncode != 0:
            plan.trouble(f"recorder: it ended with {program.returncode}: {complaints.strip()[-200:]}")
            return
        for line in said.splitlines():
            values = json.loads(line)
            plan.add("recorder", values.pop("case"), "why401", round_, values)
