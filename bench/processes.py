"""A program under measurement: started on one core, asked what it uses, ended by its id."""
import contextlib
import os
import resource
import signal
import subprocess
import time

DESCRIPTORS = 65536  # both ends of thousands of connections


def allow_descriptors():
    """For this process and all it starts; returns what may be open."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(hard, DESCRIPTORS), max(hard, DESCRIPTORS)))
        return max(hard, DESCRIPTORS)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def spawn(command, cores, **how):
    """Inherits the affinity of this thread for the moment of its birth: no taskset in between that would cost an exec."""
    here = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, **how)
    finally:
        os.sched_setaffinity(0, here)


def end(process, patience=15):
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _parent(pid):
    with open(f"/proc/{pid}/stat") as stat:
        return int(stat.read().rpartition(")")[2].split()[1])


def family(pid):
    """The process and all that descend from it."""
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                parents[int(name)] = _parent(name)
    members = [pid]
    for member in members:
        members += [child for child, parent in parents.items() if parent == member]
    return members


class Usage:
    """What a process and its descendants use; none may be born while it is watched."""

    def __init__(self, pid):
        self.pids = family(pid)

    def cpu_seconds(self):
        """User and system time of all threads: what utime + stime in /proc/PID/stat round to 10 ms, from the same clock."""
        return sum(time.clock_gettime((~pid << 3) | 2) for pid in self.pids)  # as clock_getcpuclockid(3) does

    def settled_cpu_seconds(self, patience=60):
        """Once it has nothing left to do: what is recorded later belongs to the requests that caused it."""
        deadline = time.monotonic() + patience
        before = self.cpu_seconds()
        while time.monotonic() < deadline:
            time.sleep(0.2)
            now = self.cpu_seconds()
            if now - before < 0.003:
                return now
            before = now
        return before

    def pss_kb(self):
        return sum(self._field(pid, "smaps_rollup", "Pss:") for pid in self.pids)

    def rss_kb(self):
        return sum(self._field(pid, "status", "VmRSS:") for pid in self.pids)

    def peak_rss_kb(self):
        return sum(self._field(pid, "status", "VmHWM:") for pid in self.pids)

    @staticmethod
    def _field(pid, file, name):
        with open(f"/proc/{pid}/{file}") as lines:
            for line in lines:
                if line.startswith(name):
                    return int(line.split()[1])
        return 0


def end_by_exception_when_told():
    """SIGTERM unwinds like Ctrl-C, so that nothing started here outlives it."""
    def leave(*_):
        raise KeyboardInterrupt
    signal.signal(signal.SIGTERM, leave)
