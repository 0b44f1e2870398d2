#!/usr/bin/env python3
"""`why401 run -- CMD`: a command sees its proxy and nothing else of it; its end is our end."""
import http.server
import json
import os
import pathlib
import pty
import signal
import subprocess
import sys
import threading
import unittest

from https_site import HttpsSite
from running import PATIENCE, WHY401, Home, wait_for

SITE = "http://web01.lab.why401.test/"
OUR_CA = ".local/share/why401/ca"
ALICE = ["--ntlm", "--user", r"CONTOSO\alice:Wonderland1"]


class Run(Home):
    def run_command(self, *command, options=()):
        return self.why401("run", *options, "--", *command)

    def python(self, text, *arguments, options=()):
        return self.run_command(sys.executable, "-c", text, *arguments, options=options)

    def begin(self, text, *options, **how):
        """A Python program under `why401 run` that goes on; it may print to a pipe."""
        process = subprocess.Popen([WHY401, "run", *options, "--", sys.executable, "-u", "-c", text], env=self.environment, cwd=self.home,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **how)
        self.addCleanup(self.end, process)
        return process

    def end(self, process):
        if process.poll() is None:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe:
                pipe.close()


class ExitCodes(Run):
    def test_it_is_the_commands(self):
        for code in (0, 1, 42):
            self.assertEqual(self.run_command("sh", "-c", f"exit {code}").returncode, code)

    def test_of_a_command_that_a_signal_ended_it_is_what_shells_say(self):
        for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGPIPE):
            self.assertEqual(self.run_command("sh", "-c", f"kill -{number.value} $$").returncode, 128 + number)

    def test_what_cannot_be_started_is_said_as_shells_do(self):
        done = self.run_command("no-such-command-anywhere")
        self.assertEqual(done.returncode, 127)
        self.assertIn("no-such-command-anywhere", done.stderr)
        (self.home / "text").write_text("just text\n")
        done = self.run_command(self.home / "text")
        self.assertEqual(done.returncode, 126)
        self.assertIn("Permission denied", done.stderr)

    def test_without_a_command_it_is_a_wrong_call(self):
        for arguments in (["run"], ["run", "--"], ["run", "--policy", "nonsense", "--", "true"]):
            self.assertEqual(self.why401(*arguments).returncode, 2, arguments)


class WhatTheCommandFinds(Run):
    def test_its_arguments_are_its_own(self):
        done = self.python("import sys; print(sys.argv[1:])", "--quiet", "-x", "--", "proxy", "a b")
        self.assertEqual(done.stdout, "['--quiet', '-x', '--', 'proxy', 'a b']\n")

    def test_standard_input_and_output_are_its_own(self):
        done = self.why401("run", "--quiet", "--", "cat", stdin="through\n")
        self.assertEqual((done.stdout, done.stderr), ("through\n", ""))

    def test_the_variables_name_a_proxy_that_answers(self):
        self.environment |= {"no_proxy": "*", "NO_PROXY": "*", "ALL_PROXY": "socks5://elsewhere.test:1"}
        done = self.python("import json, os, urllib.request as u; print(json.dumps([dict(os.environ), u.urlopen('http://why401.test/').read().decode()]))")
        self.assertEqual(done.returncode, 0, done.stderr)
        variables, page = json.loads(done.stdout)
        self.assertIn("through the proxy: it works.", page)
        self.assertEqual(len({variables[name] for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY")}), 1)
        self.assertEqual((variables["no_proxy"], variables["NO_PROXY"], variables["ALL_PROXY"]), ("", "", "socks5://elsewhere.test:1"))

    def test_curl_asks_the_proxy_for_sites_on_this_machine_too(self):
        class Site(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        capture = self.home / "seen.why401"
        done = self.run_command("curl", "--silent", f"http://127.0.0.1:{server.server_port}/", options=["--capture", str(capture)])
        self.assertEqual(done.stdout, "ok")
        told = json.loads(self.why401("explain", capture, "--json").stdout)
        self.assertEqual([exchange["status"] for exchange in told["exchanges"]], [200])

    def test_it_has_no_descriptor_of_ours(self):
        text = "import os; print([os.readlink(f'/proc/self/fd/{n}') for n in os.listdir('/proc/self/fd') if int(n) > 2])"
        listed = self.python(text).stdout
        self.assertNotIn("socket:", listed)
        self.assertNotIn(".why401", listed)

    def test_descriptors_that_we_were_given_are_passed_on(self):
        reading, writing = os.pipe()
        self.addCleanup(os.close, reading)
        done = subprocess.run([WHY401, "run", "--quiet", "--", "sh", "-c", f"echo passed >&{writing}"], env=self.environment, cwd=self.home, pass_fds=[writing],
                              timeout=PATIENCE)
        os.close(writing)
        self.assertEqual((done.returncode, os.read(reading, 100)), (0, b"passed\n"))

    def test_its_limit_of_open_files_and_its_signals_are_as_they_were(self):
        text = "import resource, signal; print(resource.getrlimit(resource.RLIMIT_NOFILE)[0], [n for n in signal.pthread_sigmask(signal.SIG_BLOCK, [])], " \
               "signal.getsignal(signal.SIGXFSZ) == signal.SIG_IGN)"
        shell = "ulimit -S -n 333; exec \"$@\""
        plain = subprocess.run(["sh", "-c", shell, "-", sys.executable, "-c", text], env=self.environment, capture_output=True, text=True)
        under = subprocess.run(["sh", "-c", shell, "-", WHY401, "run", "--quiet", "--", sys.executable, "-c", text], env=self.environment, cwd=self.home,
                               capture_output=True, text=True, timeout=PATIENCE)
        self.assertTrue(plain.stdout.startswith("333 "))
        self.assertEqual(under.stdout, plain.stdout)


class Https(Run):
    """A server whose certificate the proxy verifies; the command trusts what the proxy shows, and goes on trusting what it trusted."""

    def setUp(self):
        super().setUp()
        self.site = HttpsSite(self, self.home)
        self.url = f"https://127.0.0.1:{self.site.port}/"

    def test_programs_trust_the_proxy_each_by_its_variable(self):
        options = ["--upstream-ca", self.site.root]
        done = self.run_command("curl", "--silent", "--output", "/dev/null", "--write-out", "%{http_code}", self.url, options=options)
        self.assertEqual((done.returncode, done.stdout), (0, "200"), done.stderr)
        done = self.python("import sys, urllib.request as u; print(u.urlopen(sys.argv[1]).status)", self.url, options=options)
        self.assertEqual(done.stdout, "200\n", done.stderr)

    def test_what_passes_is_read(self):
        capture = self.home / "seen.why401"
        self.run_command("curl", "--silent", self.url, options=["--upstream-ca", self.site.root, "--capture", capture])
        told = json.loads(self.why401("explain", capture, "--json").stdout)
        self.assertEqual([(exchange["url"], exchange["status"]) for exchange in told["exchanges"]][-1], (self.url, 200))

    def test_a_server_that_is_not_trusted_is_not_asked(self):
        done = self.run_command("curl", "--silent", "--output", "/dev/null", "--write-out", "%{http_code}", self.url)
        self.assertEqual(done.stdout, "502")
        self.assertIn("TLS-UPSTREAM-001", done.stderr)

    def test_with_intercept_none_the_command_trusts_what_it_did(self):
        text = "import os; print(os.environ.get('SSL_CERT_FILE'), os.environ.get('NODE_EXTRA_CA_CERTS'))"
        self.assertEqual(self.python(text, options=["--intercept", "none"]).stdout, "None None\n")

    def test_the_bundle_has_what_was_trusted_and_our_ca_and_is_gone_afterwards(self):
        mine = self.home / "mine.pem"
        mine.write_text("-- mine --\n")
        self.environment |= {"SSL_CERT_FILE": str(mine), "NODE_EXTRA_CA_CERTS": str(mine)}
        text = "import json, os; print(json.dumps([(os.environ[n], open(os.environ[n]).read(), os.stat(os.environ[n]).st_mode & 0o777) " \
               "for n in ('SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS')]))"
        files = json.loads(self.python(text).stdout)
        ca = self.home / OUR_CA / "ca.pem"
        for name, held, mode in files:
            self.assertEqual(held, "-- mine --\n\n" + ca.read_text())
            self.assertEqual(mode, 0o600)
            self.assertFalse(os.path.exists(name))

    def test_no_file_that_the_command_can_see_holds_the_key(self):
        self.run_command("true")
        key = self.home / OUR_CA / "ca.key"
        text = "import glob, os, sys; print([f for n in ('SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS') for f in glob.glob(os.path.dirname(os.environ[n]) + '/*') " \
               "if sys.argv[1] in open(f).read()])"
        self.assertEqual(self.python(text, key.read_text().splitlines()[1]).stdout, "[]\n")


class Signals(Run):
    LISTENS = "import signal, sys, time\nfor n in (signal.SIG{0},): signal.signal(n, lambda n, f: (print('heard', n), sys.exit(7)))\nprint('up')\nwhile True: time.sleep(60)"

    def test_what_comes_to_us_reaches_the_command(self):
        for name in ("TERM", "INT", "HUP", "USR1"):
            process = self.begin(self.LISTENS.format(name))
            self.assertEqual(process.stdout.readline(), "up\n")
            process.send_signal(getattr(signal, "SIG" + name))
            self.assertEqual(process.stdout.readline(), f"heard {getattr(signal, 'SIG' + name).value}\n")
            self.assertEqual(process.wait(PATIENCE), 7)

    def test_a_command_that_does_not_listen_ends_by_it(self):
        process = self.begin("import time\nprint('up')\nwhile True: time.sleep(60)")
        self.assertEqual(process.stdout.readline(), "up\n")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(PATIENCE), 128 + signal.SIGTERM)

    def test_ctrl_c_reaches_it_once(self):
        text = "import signal\nheard = []\nsignal.signal(signal.SIGINT, lambda n, f: heard.append(n))\nprint('up', flush=True)\n" \
               "input()\nprint('heard', len(heard))"
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.home)
            os.execve(WHY401, [WHY401, "run", "--quiet", "--", sys.executable, "-c", text], self.environment)
        self.addCleanup(os.close, terminal)
        shown = b""

        def read_until(words):
            nonlocal shown
            while words not in shown:
                shown += os.read(terminal, 4096)

        read_until(b"up\r\n")
        os.write(terminal, b"\x03")
        read_until(b"^C")
        os.write(terminal, b"\n")  # the terminal is the command's
        read_until(b"heard 1\r\n")
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), 0)

    def test_a_command_that_leaves_something_in_the_background_does_not_keep_us(self):
        done = self.run_command("sh", "-c", "sleep 300 >/dev/null 2>&1 & echo $!", options=["--quiet"])
        self.addCleanup(os.kill, int(done.stdout), signal.SIGKILL)
        self.assertEqual(done.returncode, 0)


class WhatIsSaid(Run):
    def test_findings_come_when_the_command_has_ended(self):
        done = self.python("import subprocess, sys; subprocess.run(sys.argv[1:]); print('last', file=sys.stderr)", "curl", "--silent", "--output", "/dev/null",
                           "--ntlm", "--user", r"CONTOSO\alice:wrong", SITE, options=["--lab"])
        command, _, ours = done.stderr.partition("last\n")
        self.assertEqual(command, "")
        self.assertIn("NTLM-", ours)
        self.assertIn("next     why401 explain ", ours)

    def test_the_capture_stays(self):
        done = self.run_command("curl", "--silent", *ALICE, SITE, options=["--lab"])
        self.assertIn(r"user=CONTOSO\alice", done.stdout)
        [capture] = (self.home / ".local/state/why401/captures").glob("*.why401")
        told = json.loads(self.why401("explain", capture, "--json").stdout)
        self.assertEqual([exchange["status"] for exchange in told["exchanges"]], [401, 200])

    def test_quiet_means_quiet(self):
        done = self.run_command("curl", "--silent", "--output", "/dev/null", "--ntlm", "--user", r"CONTOSO\alice:wrong", SITE, options=["--lab", "--quiet"])
        self.assertEqual((done.stdout, done.stderr), ("", ""))

    def test_it_runs_beside_another_proxy(self):
        other = self.start()
        self.assertEqual(self.run_command("true").returncode, 0)
        done = self.run_command("true", options=["--listen", other.proxy])
        self.assertEqual(done.returncode, 4)
        self.assertIn(other.proxy, done.stderr)

    def test_it_is_an_instance_among_others_while_it_lasts(self):
        process = self.begin("input()", "--quiet", stdin=subprocess.PIPE)
        folder = pathlib.Path(self.environment["XDG_RUNTIME_DIR"]) / "why401"
        wait_for(lambda: list(folder.glob("*.json")), "the file of the instance")
        self.assertEqual(self.why401("policy", "pooled/switch").stdout, "policy is now pooled/switch\n")
        process.communicate("\n", timeout=PATIENCE)
        self.assertEqual(process.returncode, 0)
        self.assertEqual(list(folder.glob("*.json")), [])


unittest.main()
