#!/usr/bin/env python3
"""TLS that is opened: servers are checked first, clients get a certificate of the local CA, and what is not accepted gets nothing."""
import json
import pathlib
import re
import socket
import sqlite3
import ssl
import stat
import subprocess
import sys
import threading
import unittest

from running import Home, wait_for

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from sanitized import SANITIZED  # noqa: E402
from tls_origin import Authority, TlsOrigin  # noqa: E402

SECRET = "Basic c2VjcmV0OmNhbmFyeQ=="


class Opened(Home):
    def setUp(self):
        super().setUp()
        self.authority = Authority(self.home / "origin")
        self.good = self.authority.leaf("DNS:good.test,IP:127.0.0.1")

    def origin(self, certificate=None, **how):
        origin = TlsOrigin(certificate or self.good, **how)
        self.addCleanup(origin.close)
        return origin

    def decrypting(self, *more):
        return self.start("--upstream-ca", self.authority.certificate, "--map", "good.test=127.0.0.1", "--map", "other.test=127.0.0.1", *(more or ["--intercept", "all"]))

    def ca_file(self):
        return self.home / ".local/share/why401/ca/ca.pem"

    def curl(self, running, url, *more):
        return running.curl("--cacert", str(self.ca_file()), url, *more)

    def through(self, running, host, port, **how):
        """TLS to a host through the proxy; the client trusts the local CA."""
        raw = socket.create_connection(running.proxy.split(":"), 20)
        raw.sendall(f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += raw.recv(1)
        self.assertIn(b" 200 ", answer)
        context = ssl.create_default_context(cafile=str(self.ca_file()))
        if how.get("alpn"):
            context.set_alpn_protocols(how["alpn"])
        connection = context.wrap_socket(raw, server_hostname=how.get("name", host))
        self.addCleanup(connection.close)
        return connection

    def connections(self, running, leg=None):
        """Those whose TLS is known, in order; at least one."""
        def known():
            return [one for one in running.get("/api/v1/connections")["connections"] if one["tls"] and leg in (None, one["leg"])]
        return wait_for(known, "a connection with TLS")

    def finding(self, running):
        return wait_for(lambda: running.get("/api/v1/findings")["findings"], "a finding")[0]


class Healthy(Opened):
    def test_requests_and_answers_pass_as_they_are_and_are_recorded_as_https(self):
        origin, running = self.origin(), self.decrypting()
        body, status = self.curl(running, f"https://good.test:{origin.port}/", "-H", "X-Odd:  two  spaces ")
        self.assertEqual((body, status), ("xxxxx", 200))
        self.assertIn(b"GET / HTTP/1.1\r\n", origin.received)
        self.assertIn(b"X-Odd:  two  spaces", origin.received)
        rows = wait_for(lambda: [rows for rows in [running.get("/api/v1/exchanges")["exchanges"]] if len(rows) == 2], "both exchanges")[0]
        self.assertEqual([row["url"] for row in rows], [f"good.test:{origin.port}", f"https://good.test:{origin.port}/"])
        client, upstream = self.connections(running, "client")[0], self.connections(running, "upstream")[0]
        self.assertEqual((client["tls"]["server_name"], client["tls"]["version"], upstream["tls"]["version"]), ("good.test", "TLSv1.3", "TLSv1.3"))
        self.assertEqual(client["tls"]["certificate"]["names"], ["good.test"])
        self.assertNotEqual(client["tls"]["certificate"]["sha256"], upstream["tls"]["certificate"]["sha256"])

    def test_a_large_body_streams_whole_and_memory_stays(self):
        origin, running = self.origin(), self.decrypting("--intercept", "all", "--max-body", "4K")
        self.curl(running, f"https://good.test:{origin.port}/")
        before = self.resident(running)
        size = 200 << 20
        out = self.home / "body"
        _, status = self.curl(running, f"https://good.test:{origin.port}/{size}", "--output", str(out))
        self.assertEqual((status, out.stat().st_size), (200, size))
        if not SANITIZED:  # what is freed stays with a sanitizer
            self.assertLess(self.resident(running) - before, 30 << 20)

    def resident(self, running):
        return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{running.process.pid}/status").read_text())[1]) << 10

    def test_an_upload_arrives_whole(self):
        got = []

        def count(connection):
            waiting = connection.recv(65536)
            while b"\r\n\r\n" not in waiting:
                waiting += connection.recv(65536)
            head, _, rest = waiting.partition(b"\r\n\r\n")
            length, have = int(re.search(rb"Content-Length: (\d+)", head)[1]), len(rest)
            while have < length:
                have += len(connection.recv(1 << 20))
            got.append(have)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        origin, running = self.origin(serve=count), self.decrypting()
        upload = self.home / "upload"
        upload.write_bytes(b"u" * (30 << 20))
        _, status = self.curl(running, f"https://good.test:{origin.port}/", "--data-binary", f"@{upload}", "-H", "Expect:")
        self.assertEqual((status, got), (200, [30 << 20]))

    def test_a_websocket_passes_frames_both_ways(self):
        def echo(connection):
            while b"\r\n\r\n" not in connection.recv(65536):
                pass
            connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n\x81\x05hello")
            while part := connection.recv(65536):
                connection.sendall(part)
        origin, running = self.origin(serve=echo), self.decrypting()
        connection = self.through(running, "good.test", origin.port)
        connection.sendall(b"GET /chat HTTP/1.1\r\nHost: good.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
        got = b""
        while not got.endswith(b"hello"):
            got += connection.recv(65536)
        for frame in [b"\x81\x02hi", bytes(range(256)) * 400]:
            connection.sendall(frame)
            back = b""
            while len(back) < len(frame):
                back += connection.recv(65536)
            self.assertEqual(back, frame)

    def test_sessions_are_resumed_on_both_legs(self):
        origin, running = self.origin(), self.decrypting()
        context = ssl.create_default_context(cafile=str(self.ca_file()))
        session = None
        for _ in range(3):
            raw = socket.create_connection(running.proxy.split(":"), 20)
            raw.sendall(f"CONNECT good.test:{origin.port} HTTP/1.1\r\nHost: good.test\r\n\r\n".encode())
            raw.recv(65536)
            with context.wrap_socket(raw, server_hostname="good.test", session=session) as connection:
                connection.sendall(b"GET / HTTP/1.1\r\nHost: good.test\r\nConnection: close\r\n\r\n")
                while connection.recv(65536):
                    pass
                session, reused = connection.session, connection.session_reused
        self.assertTrue(reused)
        self.assertEqual(origin.resumed, 2)

    def test_the_secrets_of_both_legs_are_written_when_asked_for(self):
        origin, running = self.origin(), self.decrypting("--intercept", "all", "--keylog", self.home / "keys")
        self.curl(running, f"https://good.test:{origin.port}/")
        lines = (self.home / "keys").read_text().splitlines()
        randoms = {line.split()[1] for line in lines if line.startswith("CLIENT_TRAFFIC_SECRET_0")}
        self.assertEqual(len(randoms), 2, "one for each leg")
        self.assertEqual(stat.S_IMODE((self.home / "keys").stat().st_mode), 0o600)

    def test_no_key_is_in_any_file_but_its_own(self):
        origin, running = self.origin(), self.decrypting()
        self.curl(running, f"https://good.test:{origin.port}/")
        running.stop()
        for file in self.home.rglob("*"):
            if file.is_file() and file.suffix != ".key" and "origin" not in file.parts:
                self.assertNotIn(b"PRIVATE KEY", file.read_bytes(), file)

    def test_the_proxys_own_name_is_served_with_a_certificate_too(self):
        running = self.decrypting("--intercept", "none")
        body, status = self.curl(running, "https://why401.test/")
        self.assertEqual(status, 200)
        self.assertIn("why401", body)


class Refused(Opened):
    def refuse(self, certificate, check, words, host="good.test"):
        origin, running = self.origin(certificate), self.decrypting()
        body, status = self.curl(running, f"https://{host}:{origin.port}/secret", "-H", f"Authorization: {SECRET}", "-i")
        self.assertEqual(status, 502, body)
        self.assertIn(f"X-Why401: tls-{check}", body)
        self.assertIn("comes from the <b>why401</b> proxy", body)
        self.assertIn(words, body)
        self.assertEqual(origin.received, b"", "not a byte of a request reaches a server that was not accepted")
        finding = self.finding(running)
        self.assertEqual((finding["rule"], finding["confidence"]), ("TLS-UPSTREAM-001", "certain"))
        return origin, running, body

    def test_a_certificate_that_has_expired(self):
        self.refuse(self.authority.leaf("DNS:good.test", days=-3), "expired", "expired on")

    def test_a_certificate_for_another_host(self):
        self.refuse(self.good, "wrong-host", "good.test", host="other.test")

    def test_a_certificate_of_a_stranger(self):
        stranger = Authority(self.home / "stranger", "Stranger")
        self.refuse(stranger.leaf("DNS:good.test"), "incomplete-chain", "Stranger")

    def test_a_key_that_is_too_short(self):
        self.refuse(self.authority.leaf("DNS:good.test", key=("rsa:1024",)), "weak-key", "1024")

    def test_the_one_certificate_can_be_let_through_for_this_run_and_no_other(self):
        stranger = Authority(self.home / "stranger", "Stranger")
        origin, running, body = self.refuse(stranger.leaf("DNS:good.test"), "incomplete-chain", "why401 accept good.test ")
        digest = re.search(r"why401 accept good.test ([0-9a-f]{64})", body)[1]
        accepted = self.why401("accept", "good.test", digest)
        self.assertEqual(accepted.returncode, 0, accepted.stderr)
        self.assertEqual(self.curl(running, f"https://good.test:{origin.port}/")[1], 200)
        wait_for(lambda: self.connections(running, "upstream")[-1]["tls"]["excepted"] == "incomplete-chain", "the exception in the record")
        another = self.origin(stranger.leaf("DNS:good.test"))
        self.assertEqual(self.curl(running, f"https://good.test:{another.port}/")[1], 502)

    def test_a_host_may_be_left_unchecked_and_the_record_says_so(self):
        stranger = Authority(self.home / "stranger", "Stranger")
        origin = self.origin(stranger.leaf("DNS:good.test"))
        running = self.decrypting("--intercept", "all", "--tls-insecure-upstream", "good.test")
        self.assertIn("good.test", running.said())
        self.assertEqual(self.curl(running, f"https://good.test:{origin.port}/")[1], 200)
        self.assertTrue(self.connections(running, "upstream")[0]["tls"]["excepted"])
        self.assertEqual(self.curl(running, f"https://other.test:{origin.port}/")[1], 502)

    def test_a_server_that_speaks_only_http2(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        server = subprocess.Popen(["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-cert", self.good, "-key", self.good, "-alpn", "h2", "-www"],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.addCleanup(server.wait)
        self.addCleanup(server.stdout.close)
        self.addCleanup(server.kill)
        self.assertTrue(server.stdout.readline())  # it says ACCEPT when it listens
        running = self.decrypting()
        body, status = self.curl(running, f"https://good.test:{port}/", "-i")
        self.assertEqual(status, 502)
        self.assertIn("X-Why401: tls-no-common-protocol", body)
        self.assertIn("--tunnel", body)
        self.assertEqual(self.connections(running, "client")[0]["tls"]["alpn_declined"], ["h2"])

    def test_what_answers_in_plain_text(self):
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)

        def plain():
            connection, _ = listener.accept()
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\nThis is plain http.")
            connection.close()
        threading.Thread(target=plain, daemon=True).start()
        body, status = self.curl(self.decrypting(), f"https://good.test:{listener.getsockname()[1]}/", "-i")
        self.assertEqual(status, 502)
        self.assertIn("X-Why401: tls-plain-text", body)
        self.assertNotIn("why401 accept", body)


class ClientSide(Opened):
    def test_a_client_that_does_not_trust_the_ca_is_one_line_that_says_what_to_do(self):
        origin, running = self.origin(), self.decrypting()
        _, status = running.curl(f"https://good.test:{origin.port}/")
        self.assertEqual(status, 0)
        wait_for(lambda: "TLS-CLIENT-002" in running.said(), "the finding")
        lines = [line for line in running.said().splitlines() if "TLS-CLIENT-002" in line]
        self.assertEqual(len(lines), 1)
        self.assertNotIn("error:", running.said())

    def test_a_client_certificate_that_is_asked_for_is_recorded_instead_of_hanging(self):
        def ask(context):
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.authority.certificate)
        origin, running = self.origin(prepare=ask), self.decrypting()
        body, status = self.curl(running, f"https://good.test:{origin.port}/", "-i")
        self.assertEqual(status, 502, body)
        self.assertEqual(self.finding(running)["rule"], "CERT-MITM-004")
        self.assertTrue(self.connections(running, "upstream")[0]["tls"]["client_certificate_asked"])

    def test_a_client_of_http2_alone_is_refused_by_an_alert(self):
        origin, running = self.origin(), self.decrypting()
        with self.assertRaises(ssl.SSLError) as refusal:
            self.through(running, "good.test", origin.port, alpn=["h2"])
        self.assertIn("no application protocol", str(refusal.exception).replace("_", " ").lower())

    def test_the_name_that_the_client_asks_for_counts(self):
        origin, running = self.origin(), self.decrypting()
        connection = self.through(running, "127.0.0.1", origin.port, name="good.test")
        self.assertEqual(connection.getpeercert()["subjectAltName"], (("DNS", "good.test"),))


class Choice(Opened):
    def test_a_tunnel_is_recorded_as_one(self):
        origin, running = self.origin(), self.decrypting("--intercept", "all", "--tunnel", "*.test")
        body, status = running.curl("--cacert", str(self.authority.certificate), f"https://good.test:{origin.port}/")
        self.assertEqual((body, status), ("xxxxx", 200))
        client = wait_for(lambda: [one for one in self.connections(running) if one["leg"] == "client" and one["carried"]], "the end of the tunnel")[0]
        self.assertTrue(client["tunnel"])
        self.assertEqual((client["tls"]["server_name"], client["tls"]["version"]), ("good.test", None))
        self.assertIn("http/1.1", client["tls"]["alpn_offered"])
        self.assertGreater(client["carried"]["from_client"], 500)

    def test_it_is_switched_while_the_proxy_runs(self):
        origin, running = self.origin(), self.decrypting("--intercept", "none")
        url = f"https://good.test:{origin.port}/"
        tunnelled = ["--cacert", str(self.authority.certificate), url]
        self.assertEqual(running.curl(*tunnelled)[1], 200)
        switched = self.why401("intercept", "good.test")
        self.assertEqual((switched.returncode, switched.stdout), (0, "intercept good.test\ntunnel    none\n"))
        self.assertEqual(self.curl(running, url)[1], 200)
        self.assertEqual(running.curl(*tunnelled)[1], 0, "the client now sees the local CA's certificate")
        self.assertIn("tunnel    good.test", self.why401("intercept", "--tunnel", "good.test").stdout)
        self.assertEqual(running.curl(*tunnelled)[1], 200)
        self.assertEqual(json.loads(self.why401("intercept", "--json").stdout), {"intercept": ["good.test"], "tunnel": ["good.test"], "possible": True})
        kinds = [one["kind"] for one in running.get("/api/v1/switches")["switches"]]
        self.assertEqual(kinds, ["interception"] * 2)

    def test_what_is_no_list_of_hosts_is_refused_in_a_sentence(self):
        self.decrypting()
        for wrong in ["https://a", "a:443", "a,,b"]:
            result = self.why401("intercept", wrong)
            self.assertEqual(result.returncode, 2)
            self.assertIn(wrong, result.stderr)

    def test_a_key_that_others_can_read_is_refused_at_the_start(self):
        self.decrypting().stop()
        key = self.home / ".local/share/why401/ca/ca.key"
        key.chmod(0o644)
        result = self.why401("proxy", "--listen", "127.0.0.1:0", "--ui", "off", "--intercept", "all")
        self.assertEqual(result.returncode, 2)
        self.assertIn(str(key), result.stderr)

    def test_the_capture_keeps_what_is_known_of_tls(self):
        origin, running = self.origin(), self.decrypting()
        self.curl(running, f"https://good.test:{origin.port}/")
        running.stop()
        database = sqlite3.connect(running.facts["capture"])
        self.addCleanup(database.close)
        rows = database.execute("SELECT id, server_name, tls_version FROM connections ORDER BY id").fetchall()
        self.assertEqual([row[0] for row in rows], ["C1", "U1"])
        self.assertEqual(rows[0][1:], ("good.test", "TLSv1.3"))


if __name__ == "__main__":
    unittest.main()
