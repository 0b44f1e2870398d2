#!/usr/bin/env python3
"""Real clients against the lab: curl (its own NTLM, and SPNEGO through GSS-NTLMSSP), requests-ntlm and ntlm-auth.

    tests/real/lab_clients_test.py [PATH-TO-why401]      (else $WHY401)

Needs the Debian packages curl, gss-ntlmssp, python3-requests-ntlm and python3-ntlm-auth. What they send was written by
other people, so it proves that the lab is a server and not a mirror of this project's own client code.
"""

import base64
import http.client
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
DEBIAN_PYTHON = "/usr/bin/python3"
# OpenSSL reads its configuration before Python can say a word, so this process starts over with the one that has MD4.
# The programs under test do not get it.
if "OPENSSL_CONF" not in os.environ:
    with_md4 = {**os.environ, "OPENSSL_CONF": str(HERE / "openssl_legacy.cnf")}
    os.execve(sys.executable, [sys.executable, "-B", *sys.argv], with_md4)
PLAIN_ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "OPENSSL_CONF"}
try:
    import ntlm_auth.ntlm
    import requests
    import requests_ntlm
except ImportError:
    if os.path.realpath(sys.executable) != os.path.realpath(DEBIAN_PYTHON) and os.path.exists(DEBIAN_PYTHON):
        os.execv(DEBIAN_PYTHON, [DEBIAN_PYTHON, "-B", *sys.argv])
    sys.exit("lab_clients_test.py: apt-get install python3-requests-ntlm python3-ntlm-auth gss-ntlmssp curl")

WEB01 = "http://web01.lab.why401.test"
ALICE, ALICE_PASSWORD = "CONTOSO\\alice", "Wonderland1"
BOB, BOB_PASSWORD = "CONTOSO\\bob", "Builder1"
WHY401 = ""


class Lab:
    """`why401 lab` on a free port, with its log."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="why401-lab-")
        folder = pathlib.Path(self.folder.name)
        self.log_file = folder / "u_ex.log"
        ready = folder / "ready.json"
        command = [WHY401, "lab", "--listen", "127.0.0.1:0", "--ready", str(ready), "--log", str(self.log_file)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=PLAIN_ENVIRONMENT)
        for _ in range(400):
            if ready.exists() or self.process.poll() is not None:
                break
            time.sleep(0.05)
        answer = json.loads(ready.read_text())
        assert answer["pid"] == self.process.pid, answer
        self.address = answer["lab"]

    def close(self):
        self.process.terminate()
        code = self.process.wait(timeout=20)
        self.folder.cleanup()
        assert code == 0, f"the lab ended with {code}"

    def rows(self):
        """What the log says since it began: "user status substatus win32" for each request."""
        out = []
        for line in self.log_file.read_text().splitlines():
            if not line.startswith("#"):
                words = line.split(" ")
                assert len(words) == 15, line
                out.append(" ".join([words[7], *words[11:14]]))
        return out


class RealClients(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.lab = Lab()

    @classmethod
    def tearDownClass(cls):
        cls.lab.close()

    def setUp(self):
        self.seen = len(self.lab.rows())

    def log(self):
        return self.lab.rows()[self.seen:]

    def curl(self, *arguments, data=None, environment=None):
        """Output and, for each transfer, "status/new connections"."""
        command = ["curl", "-sS", "-m", "30", "--noproxy", "*", "--connect-to", f"::{self.lab.address}",
                   "-w", "\n%{http_code}/%{num_connects}\n", *arguments]
        done = subprocess.run(command, capture_output=True, input=data, timeout=60, check=True,
                              env={**PLAIN_ENVIRONMENT, **(environment or {})})
        text = done.stdout.decode()
        return text, [line for line in text.splitlines() if len(line) == 5 and line[3] == "/"]

    # ---- curl ----

    def test_curl_logs_in_with_ntlm_and_reuses_the_connection(self):
        text, results = self.curl("--ntlm", "-u", f"{ALICE}:{ALICE_PASSWORD}", f"{WEB01}/", f"{WEB01}/again")
        self.assertEqual(results, ["200/1", "200/0"])
        self.assertEqual(text.count("user=CONTOSO\\alice"), 2)
        self.assertEqual(self.log(), ["- 401 1 2148074254", "CONTOSO\\alice 200 0 0", "CONTOSO\\alice 200 0 0"])

    def test_curl_is_refused_with_a_wrong_password_and_with_an_unknown_user(self):
        for user in (f"{ALICE}:Looking-Glass", "CONTOSO\\mallory:Wonderland1"):
            self.assertEqual(self.curl("--ntlm", "-u", user, f"{WEB01}/")[1], ["401/1"])
        self.assertEqual(self.log(), ["- 401 1 2148074254", "- 401 1 2148074252"] * 2)

    def test_curl_may_leave_out_the_domain_or_write_a_principal_name(self):
        for user in ("bob", "BOB", "bob@contoso.test", "web01\\bob"):
            text, results = self.curl("--ntlm", "-u", f"{user}:{BOB_PASSWORD}", f"{WEB01}/")
            self.assertEqual(results, ["200/1"], user)
            self.assertIn("user=CONTOSO\\bob", text)

    def test_curl_posts_a_large_body_once_and_whole(self):
        body = b"x" * 2_000_000
        text, results = self.curl("--ntlm", "-u", f"{ALICE}:{ALICE_PASSWORD}", "--data-binary", "@-", f"{WEB01}/form", data=body)
        self.assertEqual(results, ["200/1"])
        self.assertIn("received=2000000", text)

    def test_curl_uploads_in_chunks(self):
        text, results = self.curl("--basic", "-u", f"alice:{ALICE_PASSWORD}", "-T", "-", f"{WEB01}/basic/up", data=b"y" * 300_000)
        self.assertEqual(results, ["200/1"])
        self.assertIn("received=300000", text)

    def test_curl_wraps_ntlm_in_spnego_through_gss_ntlmssp(self):
        users = pathlib.Path(self.lab.folder.name) / "users"
        users.write_text(f"CONTOSO:alice:{ALICE_PASSWORD}\n")
        text, results = self.curl("--negotiate", "-u", ":", "-D", "-", f"{WEB01}/", environment={"NTLM_USER_FILE": str(users)})
        self.assertEqual(results, ["200/1"])
        self.assertIn("user=CONTOSO\\alice", text)
        self.assertIn("WWW-Authenticate: Negotiate o", text)  # NegTokenResp
        self.assertNotIn("WWW-Authenticate: Negotiate TlRM", text)
        self.assertEqual(self.log(), ["- 401 1 2148074254", "CONTOSO\\alice 200 0 0"])

    def test_curl_chooses_by_itself_what_the_area_offers(self):
        text, results = self.curl("--anyauth", "-u", f"alice:{ALICE_PASSWORD}", f"{WEB01}/basic/")
        self.assertEqual(results[-1][:3], "200")
        self.assertEqual(self.log(), ["- 401 2 5", "CONTOSO\\alice 200 0 0"])
        self.assertIn("user=CONTOSO\\alice", text)

    def test_curl_is_refused_with_a_wrong_basic_password(self):
        self.assertEqual(self.curl("--basic", "-u", "alice:no", f"{WEB01}/basic/")[1], ["401/1"])
        self.assertEqual(self.log(), ["alice 401 1 1326"])

    def test_areas_say_no_behind_the_login(self):
        for area, expected in (("acl", "3 5"), ("filter", "4 5"), ("app", "5 5")):
            text, _ = self.curl("--ntlm", "-u", f"{ALICE}:{ALICE_PASSWORD}", f"{WEB01}/{area}/?detailed=1")
            self.assertIn(f"IIS70Error=401,{expected[0]},0x80070005", text)
            self.assertEqual(self.log()[-1], f"CONTOSO\\alice 401 {expected}")

    def test_a_login_behind_the_balancer_fails_on_one_connection(self):
        _, results = self.curl("--ntlm", "-u", f"{ALICE}:{ALICE_PASSWORD}", "http://balanced.lab.why401.test/")
        self.assertEqual(results, ["401/1"])
        self.assertEqual(self.log(), ["- 401 1 2148074254", "- 401 1 2148074248"])

    def test_a_login_through_a_proxy_is_not_kept(self):
        text, results = self.curl("-H", "Via: 1.1 proxy", "--ntlm", "-u", f"{ALICE}:{ALICE_PASSWORD}", "-D", "-", f"{WEB01}/")
        self.assertEqual(results, ["200/1"])
        self.assertIn("Persistent-Auth: false", text)

    def test_curl_reads_a_large_body_and_chunks(self):
        sizes = self.curl("-o", "/dev/null", "-w", "%{size_download}\n", f"{WEB01}/anonymous/large?bytes=50000000")[0]
        self.assertEqual(sizes.split()[-1], "50000000")
        self.assertIn("user=-", self.curl(f"{WEB01}/anonymous/chunked")[0])
        self.assertEqual(self.curl("--http1.0", f"{WEB01}/anonymous/")[1], ["200/1"])
        self.assertEqual(self.curl("-I", f"{WEB01}/anonymous/")[1], ["200/1"])

    # ---- Python ----

    def session(self, user, password):
        session = requests.Session()
        session.trust_env = False
        session.headers["Host"] = "web01.lab.why401.test"
        session.auth = requests_ntlm.HttpNtlmAuth(user, password)
        return session

    def test_requests_ntlm_logs_in_and_posts(self):
        url = f"http://{self.lab.address}"
        with self.session(ALICE, ALICE_PASSWORD) as session:
            first = session.get(f"{url}/", timeout=30)
            self.assertEqual(first.status_code, 200)
            self.assertIn("user=CONTOSO\\alice", first.text)
            posted = session.post(f"{url}/form", data=b"z" * 70_000, timeout=30)
            self.assertIn("received=70000", posted.text)
        with self.session(BOB, ALICE_PASSWORD) as session:
            self.assertEqual(session.get(f"{url}/", timeout=30).status_code, 401)
        self.assertEqual(self.log()[-1], "- 401 1 2148074252")

    def ask(self, connection, scheme=None, token=None):
        headers = {"Host": "web01.lab.why401.test"}
        if token is not None:
            headers["Authorization"] = f"{scheme} {base64.b64encode(token).decode()}"
        connection.request("GET", "/", headers=headers)
        response = connection.getresponse()
        body = response.read().decode()
        offered = [v for k, v in response.getheaders() if k.lower() == "www-authenticate"]
        return response.status, offered, body

    def test_ntlm_auth_logs_in_at_every_level_of_compatibility_and_under_both_schemes(self):
        for level in range(6):  # 0 to 2: NTLMv1 with and without session security; 3 to 5: NTLMv2
            for scheme in ("NTLM", "Negotiate"):
                connection = http.client.HTTPConnection(self.lab.address, timeout=30)
                client = ntlm_auth.ntlm.NtlmContext("alice", ALICE_PASSWORD, "CONTOSO", "CLIENT7", ntlm_compatibility=level)
                status, offered, _ = self.ask(connection, scheme, client.step())
                self.assertEqual((status, len(offered)), (401, 1))
                challenge = base64.b64decode(offered[0].split(" ")[1])
                status, _, body = self.ask(connection, scheme, client.step(challenge))
                self.assertEqual(status, 200, f"level {level} under {scheme}")
                self.assertIn("user=CONTOSO\\alice", body)
                self.assertEqual(self.ask(connection)[0], 200)
                connection.close()

    def test_the_last_message_on_another_connection_is_refused(self):
        one = http.client.HTTPConnection(self.lab.address, timeout=30)
        two = http.client.HTTPConnection(self.lab.address, timeout=30)
        client = ntlm_auth.ntlm.NtlmContext("alice", ALICE_PASSWORD, "CONTOSO")
        _, offered, _ = self.ask(one, "NTLM", client.step())
        last = client.step(base64.b64decode(offered[0].split(" ")[1]))
        status, offered, _ = self.ask(two, "NTLM", last)
        self.assertEqual((status, offered), (401, ["Negotiate", "NTLM"]))
        self.assertEqual(self.log()[-1], "- 401 1 2148074248")
        self.assertEqual(self.ask(one, "NTLM", last)[0], 200)
        self.assertEqual(self.ask(two)[0], 401)
        self.assertEqual(self.log()[-1], "- 401 2 5")
        one.close()
        two.close()


if __name__ == "__main__":
    WHY401 = sys.argv.pop(1) if len(sys.argv) > 1 and not sys.argv[1].startswith("-") else os.environ.get("WHY401", "")
    if not WHY401:
        sys.exit(__doc__)
    unittest.main()
