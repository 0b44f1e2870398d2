#!/usr/bin/env python3
"""`why401 doctor`: what it says of this machine and of a server, and that it only looks."""
import http.server
import json
import socket
import subprocess
import threading
import unittest

from https_site import HttpsSite, ok
from running import PATIENCE, Home


class Doctor(Home):
    def checks(self, *arguments):
        """By name: [(grade, what, to do)], and the exit code."""
        done = self.why401("doctor", "--json", *arguments)
        self.assertEqual(done.stderr, "")
        told = json.loads(done.stdout)
        self.assertEqual(done.returncode, 0 if told["ok"] else 1)
        found = {}
        for check in told["checks"]:
            found.setdefault(check["check"], []).append((check["grade"], check["what"], check["to_do"]))
        return found, done.returncode

    def server(self, url, *arguments):
        found, code = self.checks(url, *arguments)
        return {name: found[name] for name in ("dns", "tcp", "tls", "http", "clock") if name in found}, code

    def plain_site(self, answer):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                answer(self)

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"


class ThisMachine(Doctor):
    def test_a_home_that_was_never_used_is_well_and_stays_as_it_is(self):
        before = sorted(self.home.rglob("*"))
        found, code = self.checks()
        self.assertEqual(code, 0)
        self.assertIn("there is no CA yet", found["ca"][0][1])
        self.assertEqual([grade for grade, *_ in found["folder"]], ["ok"] * 3)
        self.assertEqual([grade for grade, *_ in found["environment"]], ["ok"])
        self.assertEqual(sorted(self.home.rglob("*")), before)

    def test_the_ca_of_a_proxy_that_ran_is_shown_with_its_end(self):
        self.start("--capture", "off").stop()
        found, _ = self.checks()
        self.assertRegex(found["ca"][0][1], r'^the CA "why401 CA .*" is good until 20\d\d-\d\d-\d\d$')

    def test_where_the_ca_is_trusted_is_shown(self):
        self.start("--capture", "off").stop()
        self.assertIn("no store of this machine trusts the CA", self.checks()[0]["trust"][0][1])
        store = self.home / ".pki/nssdb"
        store.mkdir(parents=True)
        for change in (["-N", "--empty-password"], ["-A", "-n", "ours", "-t", "C,,", "-i", self.home / ".local/share/why401/ca/ca.pem"]):
            subprocess.run(["certutil", "-d", f"sql:{store}", *change], check=True, capture_output=True)
        [(grade, what, _)] = self.checks()[0]["trust"]
        self.assertEqual(grade, "ok")
        self.assertTrue(what.endswith(" trusts the CA"), what)
        self.assertNotIn("no store", what)

    def test_a_key_that_others_can_read_fails(self):
        self.start("--capture", "off").stop()
        [key] = self.home.rglob("ca.key")
        key.chmod(0o644)
        found, code = self.checks()
        self.assertEqual((code, found["ca"][0][0]), (1, "fail"))

    def test_variables_that_lead_past_the_proxy_are_named_without_their_values(self):
        self.environment |= {"https_proxy": "http://user:secret@proxy.test:3128", "NO_PROXY": "localhost"}
        done = self.why401("doctor")
        self.assertIn("warn  https_proxy is set", done.stdout)
        self.assertIn("warn  NO_PROXY is set", done.stdout)
        self.assertNotIn("secret", done.stdout)

    def test_browsers_are_those_of_path(self):
        folder = self.home / "bin"
        folder.mkdir()
        for name in ("microsoft-edge", "firefox"):
            (folder / name).write_text("#!/bin/sh\n")
            (folder / name).chmod(0o755)
        self.environment["PATH"] = str(folder)
        found, _ = self.checks()
        self.assertEqual([(grade, what.split(",")[0]) for grade, what, _ in found["browser"]],
                         [("ok", f"edge is {folder}/microsoft-edge"), ("warn", f"firefox is {folder}/firefox")])
        self.assertIn("libnss3-tools", found["browser"][1][2])
        (folder / "microsoft-edge").unlink()
        (folder / "firefox").unlink()
        self.assertEqual(self.checks()[0]["browser"][0][0], "warn")

    def test_a_folder_that_is_a_file_fails(self):
        (self.home / ".local").write_text("")
        found, code = self.checks()
        self.assertEqual(code, 1)
        self.assertIn("fail", [grade for grade, *_ in found["folder"]])


class AServer(Doctor):
    def test_an_answer_is_told_with_the_schemes_it_offers(self):
        def challenges(handler):
            handler.send_response(401)
            for challenge in ("Negotiate", "NTLM", 'Basic realm="x"'):
                handler.send_header("WWW-Authenticate", challenge)
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        found, code = self.server(self.plain_site(challenges) + "/x")
        self.assertEqual(code, 0)
        self.assertEqual(found["http"], [("ok", "it answers 401 and offers Negotiate, NTLM, Basic", "")])
        self.assertEqual(found["clock"], [("ok", "its clock and ours agree", "")])

    def test_a_401_without_a_challenge_is_warned_of(self):
        found, _ = self.server(self.plain_site(lambda handler: ok(handler, status=401)))
        self.assertEqual(found["http"][0][0], "warn")

    def test_a_clock_that_kerberos_would_refuse_fails(self):
        def late(handler):
            handler.send_response_only(200)
            handler.send_header("Date", "Sun, 06 Nov 1994 08:49:37 GMT")
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        found, code = self.server(self.plain_site(late))
        self.assertEqual((code, found["clock"][0][0]), (1, "fail"))
        self.assertIn("behind ours", found["clock"][0][1])

    def test_a_name_that_nobody_knows_fails_at_dns(self):
        found, code = self.server("http://no-such-name.invalid/")
        self.assertEqual((code, list(found)), (1, ["dns"]))

    def test_a_port_where_nobody_listens_fails_at_tcp(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
        found, code = self.server(f"http://127.0.0.1:{port}/")
        self.assertEqual((code, list(found)), (1, ["tcp"]))
        self.assertIn("refused", found["tcp"][0][1])

    def test_what_is_no_web_server_fails_at_http(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            def speak():
                connection, _ = server.accept()
                connection.sendall(b"SSH-2.0-OpenSSH_9\r\n")
                connection.recv(65536)
                connection.close()

            thread = threading.Thread(target=speak)
            thread.start()
            found, code = self.server(f"http://127.0.0.1:{server.getsockname()[1]}/")
            thread.join(PATIENCE)
        self.assertEqual((code, found["http"][0][0]), (1, "fail"))

    def test_a_certificate_that_is_trusted_is_shown(self):
        site = HttpsSite(self, self.home)
        found, code = self.server(f"https://127.0.0.1:{site.port}/", "--upstream-ca", str(site.root))
        self.assertEqual(code, 0, found)
        [(grade, what, _)] = found["tls"]
        self.assertEqual(grade, "ok")
        self.assertIn("TLSv1.3", what)
        self.assertIn("CN=leaf 1", what)
        self.assertEqual(found["http"][0][1], "it answers 200")

    def test_a_certificate_that_is_not_fails_and_nothing_is_asked(self):
        asked = []
        site = HttpsSite(self, self.home, answer=lambda handler: (asked.append(handler.path), ok(handler)))
        found, code = self.server(f"https://127.0.0.1:{site.port}/")
        self.assertEqual((code, found["tls"][0][0], list(found)), (1, "fail", ["tcp", "tls"]))
        self.assertTrue(found["tls"][0][2])
        self.assertEqual(asked, [])

    def test_a_certificate_of_another_name_fails(self):
        site = HttpsSite(self, self.home, names="DNS:elsewhere.test")
        found, code = self.server(f"https://127.0.0.1:{site.port}/", "--upstream-ca", str(site.root))
        self.assertEqual((code, found["tls"][0][0]), (1, "fail"))

    def test_plain_http_on_a_tls_port_fails_at_tls(self):
        url = self.plain_site(ok).replace("http:", "https:")
        found, code = self.server(url)
        self.assertEqual((code, found["tls"][0][0]), (1, "fail"))
        self.assertIn("clear", found["tls"][0][1])

    def test_what_a_server_says_does_not_reach_the_terminal_raw(self):
        def hostile(handler):
            handler.wfile.write(b"HTTP/1.1 401 x\r\nWWW-Authenticate: \xc2\x9b31mevil x=1\r\nContent-Length: 0\r\n\r\n")

        done = self.why401("doctor", self.plain_site(hostile))
        self.assertNotIn("\x9b", done.stdout)

    def test_it_leaves_nothing_behind(self):
        site = HttpsSite(self, self.home)
        temporary = self.home / "t"
        temporary.mkdir()
        self.environment["TMPDIR"] = str(temporary)
        before = sorted(self.home.rglob("*"))
        self.server(f"https://127.0.0.1:{site.port}/")
        self.assertEqual(sorted(self.home.rglob("*")), before)


class Calls(Doctor):
    def test_what_is_no_url_and_what_is_no_ca_file_are_wrong_calls(self):
        self.assertEqual(self.why401("doctor", "ftp://a/").returncode, 2)
        (self.home / "empty.pem").write_text("")
        self.assertEqual(self.why401("doctor", "https://127.0.0.1:1/", "--upstream-ca", self.home / "empty.pem").returncode, 2)

    def test_each_line_says_how_it_is(self):
        for line in self.why401("doctor").stdout.splitlines():
            self.assertRegex(line, r"^(ok   |warn |fail ) \S")


if __name__ == "__main__":
    unittest.main()
