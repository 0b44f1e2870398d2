"""`why401 probe` at the lab, alone: what it says, what it sends, how it ends. Nobody stands between, so nobody may be accused."""
import base64
import json
import os
import pathlib
import pty
import signal
import socket
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from proxy_process import Server, field, read_head  # noqa: E402

from tls_origin import Authority, TlsOrigin  # noqa: E402

from running import PATIENCE, WHY401, Home, wait_for

LAB = "web01.lab.why401.test"
PASSWORDS = {"CONTOSO\\alice": "Wonderland1", "CONTOSO\\bob": "Builder1"}


class Probing(Home):
    def lab(self):
        ready, self.log = self.home / "lab.json", self.home / "u_ex.log"
        process = subprocess.Popen([WHY401, "lab", "--listen", "127.0.0.1:0", "--ready", str(ready), "--log", str(self.log)], env=self.environment,
                                   cwd=self.home, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(lambda: (process.kill(), process.wait()))
        wait_for(ready.exists, "the lab")
        self.address = json.loads(ready.read_text())["lab"]

    def options(self, url, *more, user=None, password=None):
        host = url.split("/")[2]
        arguments = [url, "--map", f"{host}={self.address}", *more]
        if user:
            file = self.home / "password"
            file.write_text((password or PASSWORDS[user]) + "\n")
            arguments += ["--user", user, "--password-file", str(file)]
        return arguments

    def probe(self, url, *more, **login):
        """(exit code, its JSON)."""
        done = self.why401("probe", "--json", *self.options(url, *more, **login))
        self.assertIn(done.returncode, (0, 1, 4), done.stderr)
        return done.returncode, json.loads(done.stdout)

    def facts(self, told, section, grade=None):
        return [fact["what"] for part in told["sections"] if part["name"] == section for fact in part["facts"] if grade in (None, fact["grade"])]

    def wrong(self, told):
        return [fact["what"] for part in told["sections"] for fact in part["facts"] if fact["grade"] == "wrong"]

    def rows(self):
        """Page, user, status, substatus of each request that reached the lab."""
        rows = [line.split() for line in self.log.read_text().splitlines() if not line.startswith("#")]
        return [(row[4], row[7], row[11], row[12]) for row in rows]


class AtTheLab(Probing):
    def setUp(self):
        super().setUp()
        self.lab()

    def test_without_a_login_it_tells_what_the_server_shows_to_anybody(self):
        code, told = self.probe(f"http://{LAB}/acl/")
        self.assertEqual((code, told["wrong"], told["refused_logins"]), (0, False, 0))
        self.assertIn("asks for a login (Negotiate, NTLM)", told["verdict"])
        self.assertIn("/acl/ answers 401 and offers, in this order, Negotiate, NTLM", self.facts(told, "schemes"))
        self.assertTrue(any("web01" in fact.lower() for fact in self.facts(told, "challenge")), told)
        self.assertTrue(any("CONTOSO" in fact for fact in self.facts(told, "challenge")), told)
        self.assertTrue(any("all reached" in fact for fact in self.facts(told, "machines")), told)
        self.assertEqual([fact for fact in self.facts(told, "reach") if "clock" in fact],
                         ["its clock (Date) agrees with ours", "the clock in its CHALLENGE agrees with ours"])
        self.assertEqual({user for _, user, _, _ in self.rows()}, {"-"}, "nobody logged in")

    def test_a_login_that_works_and_lasts_and_is_lent_to_nobody(self):
        for user in PASSWORDS:
            code, told = self.probe(f"http://{LAB}/", user=user)
            self.assertEqual((code, self.wrong(told), told["refused_logins"]), (0, [], 0), told)
            self.assertEqual(told["verdict"], f"Nothing is wrong here: {user} is let in by NTLM, and the login is lent to no other connection.")
            self.assertEqual([f for f in told["findings"] if f["kind"] == "failure"], [])
            self.assertEqual(len(self.facts(told, "persistence", "ok")), 1)
            self.assertEqual(len(self.facts(told, "pooling", "ok")), 2)

    def test_a_wrong_password_is_sent_once(self):
        code, told = self.probe(f"http://{LAB}/", user="CONTOSO\\alice", password="Looking-Glass")
        self.assertEqual((code, told["wrong"], told["refused_logins"]), (1, True, 1))
        self.assertEqual([f["rule"] for f in told["findings"] if f["kind"] == "failure"], ["NTLM-FAIL-001"])
        self.assertTrue(told["verdict"].startswith(told["findings"][0]["because"]), told["verdict"])
        self.assertIn("a new server connection for each request would look the same", told["verdict"])

    def test_machines_that_share_a_connection_are_told_before_a_password_is_sent(self):
        code, told = self.probe("http://balanced.lab.why401.test/")
        self.assertEqual((code, told["wrong"]), (1, True))
        self.assertIn("requests of one connection reach several machines", told["verdict"].lower())

    def test_basic_says_that_the_password_was_readable(self):
        code, told = self.probe(f"http://{LAB}/basic/", user="CONTOSO\\alice")
        self.assertEqual((code, self.wrong(told)), (0, []), told)
        self.assertIn("is let in by Basic", told["verdict"])
        self.assertIn("BASIC-CLEAR-004", [f["rule"] for f in told["findings"]])

    def test_a_page_that_asks_for_nothing_gets_no_login(self):
        code, told = self.probe(f"http://{LAB}/anonymous/", user="CONTOSO\\alice")
        self.assertEqual((code, told["wrong"]), (0, False))
        self.assertTrue(self.facts(told, "login")[0].startswith("/anonymous/ does not ask for a login (200)"))
        self.assertEqual({user for _, user, _, _ in self.rows()}, {"-"})

    def test_gently_sends_one_login_and_no_other(self):
        _, told = self.probe(f"http://{LAB}/", "--gently", user="CONTOSO\\alice")
        self.assertEqual(told["refused_logins"], 0)
        self.assertEqual(sum(exchange["leg"] == "authenticate" for exchange in told["exchanges"]), 1)

    def test_every_fact_names_exchanges_that_were_made(self):
        _, told = self.probe(f"http://{LAB}/", user="CONTOSO\\alice")
        made = {exchange["id"] for exchange in told["exchanges"]}
        named = {id for part in told["sections"] for fact in part["facts"] for id in fact["exchanges"]}
        self.assertTrue(named)
        self.assertLessEqual(named, made)

    def test_what_was_asked_is_kept_as_a_capture_that_explains_itself(self):
        file = self.home / "kept.why401"
        done = self.why401("probe", "--json", "-o", file, *self.options(f"http://{LAB}/", user="CONTOSO\\alice", password="Looking-Glass"))
        self.assertIn("can attack the password offline", done.stderr)
        told = json.loads(done.stdout)
        explained = json.loads(self.why401("explain", "--json", "--fail-on", "none", file).stdout)
        self.assertEqual(len(explained["exchanges"]), len(told["exchanges"]))
        self.assertIn("NTLM-FAIL-001", [f["rule"] for f in explained["findings"]])
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        again = self.why401("probe", "-o", file, *self.options(f"http://{LAB}/"))
        self.assertEqual(again.returncode, 2, "an existing file is not overwritten")

    def test_the_text_begins_with_the_verdict(self):
        done = self.why401("probe", *self.options(f"http://{LAB}/", user="CONTOSO\\alice"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(done.stdout.startswith("Nothing is wrong here: CONTOSO\\alice is let in by NTLM"), done.stdout)
        for title in ("The way there", "What it asks for", "What its CHALLENGE tells", "Is it lent to others", "What was asked and answered"):
            self.assertIn(title, done.stdout)


class OverTls(Probing):
    def setUp(self):
        super().setUp()
        self.lab()
        self.ca = self.home / "ca.pem"
        self.assertEqual(self.why401("ca", "export", "-o", self.ca).returncode, 0)

    def binding(self, host):
        code, told = self.probe(f"https://{host}.lab.why401.test/", "--upstream-ca", self.ca, user="CONTOSO\\alice")
        self.assertEqual((code, self.wrong(told)), (0, []), told)
        self.assertLessEqual(told["refused_logins"], 3)
        return self.facts(told, "binding"), told

    def test_extended_protection_is_told_apart_by_three_logins(self):
        facts, told = self.binding("epa-none")
        self.assertIn("Extended Protection is off", facts[0])
        self.assertEqual(told["refused_logins"], 0)
        facts, told = self.binding("epa-allow")
        self.assertIn("is on for those who send one", facts[0])
        self.assertEqual(told["refused_logins"], 1)
        facts, told = self.binding("epa-require")
        self.assertIn("Extended Protection is required", facts[0])
        self.assertEqual(told["refused_logins"], 2)

    def test_gently_leaves_the_question_open(self):
        _, told = self.probe("https://epa-require.lab.why401.test/", "--upstream-ca", self.ca, "--gently", user="CONTOSO\\alice")
        self.assertEqual(told["refused_logins"], 0)
        self.assertIn("--gently", self.facts(told, "binding")[0])

    def test_a_certificate_that_is_not_trusted_gets_no_password(self):
        code, told = self.probe(f"https://{LAB}/", user="CONTOSO\\alice")
        self.assertEqual((code, told["wrong"], told["exchanges"]), (1, True, []))
        self.assertIn("Its TLS is not accepted", told["verdict"])
        self.assertEqual(self.rows(), [])


class Ends(Probing):
    def test_usage_is_refused_in_a_sentence(self):
        for arguments in (["nonsense"], ["http://x/", "--user", "DOMAIN\\"], ["http://x/", "--user", "a", "--password-file", "/nowhere"],
                          ["http://x/", "--map", "x"], ["http://x/", "--password-file", "f"], []):
            done = self.why401("probe", *arguments)
            self.assertEqual(done.returncode, 2, (arguments, done.stderr))
            self.assertTrue(done.stderr, arguments)

    def test_nobody_there_is_4(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            done = self.why401("probe", f"http://127.0.0.1:{unused.getsockname()[1]}/")
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertTrue(done.stdout.startswith("No connection to 127.0.0.1:"), done.stdout)

    def test_an_answer_that_is_not_http_is_a_fault_and_no_hang(self):
        with Server(lambda connection, _: connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n\r\n\r\n")) as server:
            done = self.why401("probe", "--json", f"http://127.0.0.1:{server.port}/")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("gave no answer", json.loads(done.stdout)["verdict"])

    def test_a_password_for_basic_never_travels_in_the_clear_beyond_this_machine(self):
        def serve(connection):
            with connection:
                while data := connection.recv(65536):
                    seen.append(data)
                    connection.sendall(b'HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n')

        seen, here = [], next((line.split()[3].split("/")[0] for line in subprocess.run(
            ["ip", "-o", "-4", "addr", "show", "scope", "global"], capture_output=True, text=True).stdout.splitlines()), None)
        if here is None:
            return  # a machine with loopback alone
        listener = socket.create_server((here, 0))
        self.addCleanup(listener.close)
        def accept():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        self.address = f"{here}:{listener.getsockname()[1]}"
        code, told = self.probe("http://clear.example/", user="CONTOSO\\alice")
        self.assertEqual(code, 1)
        self.assertIn("no Basic login was sent", " ".join(self.wrong(told)))
        self.assertTrue(seen)
        self.assertNotIn(b"Authorization", b"".join(seen))

    def test_a_server_that_remembers_the_address_is_not_called_a_pool(self):
        challenge = base64.b64encode(bytes.fromhex("4e544c4d53535000020000000000000038000000058289a2") + b"12345678" + bytes(24)).decode()

        def serve(connection, _):
            while True:
                head, _ = read_head(connection)
                if not head:
                    return
                said = field(head, b"Authorization") or b""
                third = said.startswith(b"NTLM") and base64.b64decode(said[5:])[8:9] == b"\x03"
                known.append(third) if third else None
                fields = f"WWW-Authenticate: NTLM {challenge if said else ''}\r\n" if not known else ""
                connection.sendall(f"HTTP/1.1 {'200 OK' if known else '401 No'}\r\n{fields}Content-Length: 0\r\n\r\n".encode())

        known = []
        with Server(serve) as server:
            self.address = f"127.0.0.1:{server.port}"
            code, told = self.probe("http://appliance.example/", user="CONTOSO\\alice")
        self.assertEqual((code, self.wrong(told)), (0, []), told)
        self.assertIn("goes by the address or keeps answers", told["verdict"])

    def test_http_2_is_noticed_and_nobody_is_accused_of_it(self):
        def serve(connection):
            while (head := read_head(connection)[0]):
                connection.sendall(b"HTTP/1.1 401 No\r\nWWW-Authenticate: NTLM\r\nContent-Length: 0\r\n\r\n")

        authority = Authority(self.home / "authority")
        origin = TlsOrigin(authority.leaf("DNS:two.example"), serve, lambda context: context.set_alpn_protocols(["h2", "http/1.1"]))
        self.addCleanup(origin.listener.close)
        self.address = f"127.0.0.1:{origin.port}"
        code, told = self.probe("https://two.example/", "--upstream-ca", authority.certificate)
        self.assertEqual((code, self.wrong(told)), (0, []), told)
        self.assertTrue(any("it also speaks HTTP/2" in fact for fact in self.facts(told, "reach", "note")), told)

    def test_a_server_that_closes_after_each_answer_is_told_of_as_such(self):
        challenge = base64.b64encode(bytes.fromhex("4e544c4d53535000020000000000000038000000058289a2") + b"12345678" + bytes(24)).decode()

        def serve(connection, _):
            while (head := read_head(connection)[0]):
                said = field(head, b"Authorization") or b""
                if said.startswith(b"NTLM") and base64.b64decode(said[5:])[8:9] == b"\x03":
                    connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
                    return
                connection.sendall(f"HTTP/1.1 401 No\r\nWWW-Authenticate: NTLM {challenge if said else ''}\r\nContent-Length: 0\r\n\r\n".encode())

        with Server(serve) as server:
            self.address = f"127.0.0.1:{server.port}"
            code, told = self.probe("http://closes.example/", user="CONTOSO\\alice")
        self.assertEqual((code, self.wrong(told)), (0, []), told)
        self.assertIn("after 0 further requests the login was gone with its connection", told["verdict"])

    def test_ctrl_c_ends_it_at_once_and_the_capture_is_whole(self):
        def serve(connection, _):
            connection.recv(65536)
            asked.append(True)
            connection.recv(65536)

        asked = []
        with Server(serve) as server:
            file = self.home / "stopped.why401"
            process = subprocess.Popen([WHY401, "probe", "-o", str(file), f"http://127.0.0.1:{server.port}/"], env=self.environment, cwd=self.home,
                                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            self.addCleanup(lambda: (process.kill(), process.wait(), process.stdout.close()))
            wait_for(lambda: asked, "the request")
            process.send_signal(signal.SIGINT)
            said, _ = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 130)
        self.assertTrue(said.startswith("Stopped before everything was asked."), said)
        self.assertEqual(self.why401("explain", "--fail-on", "none", file).returncode, 0)


class AtATerminal(Probing):
    def test_the_password_is_typed_without_echo(self):
        self.lab()
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.home)
            os.execve(WHY401, [WHY401, "probe", *self.options(f"http://{LAB}/", "--user", "CONTOSO\\alice")], self.environment)
        self.addCleanup(os.close, terminal)
        said = self.until(terminal, b"Password of CONTOSO\\alice: ")
        os.write(terminal, b"Wonderlandx\x7f1\r")
        said = self.until(terminal, b"What was asked and answered")
        os.waitpid(pid, 0)
        self.assertNotIn(b"onderland", said)
        self.assertIn(b"Nothing is wrong here: CONTOSO\\alice is let in by NTLM", said)

    def until(self, terminal, words):
        said, end = b"", time.monotonic() + PATIENCE
        while words not in said:
            self.assertLess(time.monotonic(), end, said)
            said += os.read(terminal, 65536)
        return said


if __name__ == "__main__":
    unittest.main()
