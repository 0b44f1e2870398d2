#!/usr/bin/env python3
"""The page that shows how to set a client up, and the PAC file: at each door they are asked for, and never with more than they may tell."""
import json
import re
import socket
import ssl
import unittest

from running import PATIENCE, Home, wait_for

WORKS, ADDRESS = "You are looking at this through the proxy: it works.", "You reached the proxy&#39;s own address."


class Doors(Home):
    def setUp(self):
        super().setUp()
        self.running = self.start("--capture", "off")

    def direct(self, request, running=None):
        """To the proxy's port, as if it were a web site: head and body."""
        port = int((running or self.running).proxy.rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
            connection.sendall(request.encode())
            connection.shutdown(socket.SHUT_WR)
            received = b""
            while part := connection.recv(65536):
                received += part
        head, _, body = received.decode().partition("\r\n\r\n")
        return head, body

    def get(self, path, running=None):
        return self.direct(f"GET {path} HTTP/1.1\r\nHost: {self.running.proxy}\r\nConnection: close\r\n\r\n", running)

    def test_through_the_proxy_it_says_that_it_works(self):
        for url in ["http://why401.test/", "http://WHY401.test", "http://why401.test/anything?x=1"]:
            body, status = self.running.curl(url)
            self.assertEqual(status, 200)
            self.assertIn(WORKS, body)
            self.assertNotIn(ADDRESS, body)
            self.assertIn(f"--proxy-server=http://{self.running.proxy} ", body)

    def test_at_its_own_address_it_says_what_is_missing(self):
        for path in ["/", "/favicon.ico", "/api/v1/status"]:
            head, body = self.get(path)
            self.assertTrue(head.startswith("HTTP/1.1 200 "))
            self.assertIn(ADDRESS, body)
            self.assertNotIn(WORKS, body)
            self.assertIn(f"--proxy-server=http://{self.running.proxy} ", body)

    def test_it_names_the_address_that_was_reached_not_the_wildcard(self):
        everywhere = self.start("--capture", "off", "--listen", "0.0.0.0:0", "--allow-remote", "192.0.2.1/32")
        port = next(address for address in everywhere.facts["listen"] if address.startswith("0.0.0.0")).rsplit(":", 1)[1]
        everywhere.proxy = f"127.0.0.1:{port}"
        _, body = self.get("/", everywhere)
        self.assertIn(f"--proxy-server=http://127.0.0.1:{port} ", body)
        self.assertNotIn("0.0.0.0", body)

    def test_the_ui_has_it_too_and_needs_no_token_for_it(self):
        for path, words in [("/setup.html", "Point a client at the proxy"), ("/setup.css", "prefers-color-scheme"), ("/proxy.pac", f'"PROXY {self.running.proxy}"')]:
            status, _, body = self.running.ask(path, token=False)
            self.assertEqual(status, 200)
            self.assertIn(words, body)
            self.assertEqual(self.running.ask(path, token=False, Host="evil.test")[0], 421)

    def test_a_browser_gets_the_pac_file_without_a_token(self):
        for head, body in [self.get("/proxy.pac"), self.get("/proxy.pac?1")]:
            self.assertIn("\r\nContent-Type: application/x-ns-proxy-autoconfig\r\n", head)
            self.assertEqual(body, f'function FindProxyForURL(url, host) {{ return "PROXY {self.running.proxy}"; }}\n')
        self.assertEqual(self.running.curl("http://why401.test/proxy.pac")[0], body)

    def test_no_script_runs_in_it_and_no_other_host_is_asked(self):
        head, body = self.get("/")
        for line in ["default-src 'none'; style-src 'self' 'unsafe-inline'; img-src data: https://why401.test; frame-src 'self'; base-uri 'none'; form-action 'none'", "X-Content-Type-Options: nosniff",
                     "Referrer-Policy: no-referrer", "Cache-Control: no-store", "X-Why401: setup"]:
            self.assertIn(line, head)
        self.assertNotIn("Access-Control", head)
        self.assertEqual(set(re.findall(r'(?:href|src)="([^"]*)"', body)), {"data:,", "/setup.css", "/ca.pem", "/ca.der"})
        self.assertIn("prefers-color-scheme", self.get("/setup.css")[1])

    def test_what_the_client_sent_does_not_get_into_it(self):
        for request in ["GET /<script>alert(1)</script> HTTP/1.1\r\nHost: <script>\r\n\r\n", "GET /%22%3E HTTP/1.1\r\nHost: a\r\nX: <script>\r\n\r\n"]:
            self.assertNotIn("<script", self.direct(request)[1])

    def test_nothing_of_the_run_is_told_there(self):
        for path in ["/", "/setup.html", "/proxy.pac", "/api/v1/status", "/index.html", "/main.js"]:
            head, body = self.get(path)
            for secret in [self.running.token, self.running.ui, "last_event", 'id="app"']:
                self.assertNotIn(secret, head + body)

    def test_a_head_request_and_an_upload_are_answered_as_http_says(self):
        head, body = self.direct("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
        self.assertEqual(body, "")
        self.assertIn("Content-Length: ", head)
        self.assertTrue(self.direct("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")[0].startswith("HTTP/1.1 200 "))

    def ca(self):
        [file] = self.home.rglob("ca.pem")
        return file

    def test_the_ca_is_handed_out_and_its_key_never(self):
        pem, key = self.ca().read_text(), (self.ca().parent / "ca.key").read_text()
        self.assertEqual(self.running.curl("http://why401.test/ca.pem")[0], pem)
        head, body = self.get("/ca.pem")
        self.assertEqual(body, pem)
        self.assertIn("\r\nContent-Type: application/x-x509-ca-cert\r\n", head)
        secret = key.splitlines()[1]
        for path in ["/ca.key", "/ca.pem", "/", "/../ca.key", "/trust"]:
            self.assertNotIn(secret, self.get(path)[1])

    def test_the_ca_comes_in_der_as_well(self):
        der = self.home / "der"
        self.running.curl("--output", der, "http://why401.test/ca.der")
        self.assertEqual(ssl.DER_cert_to_PEM_cert(der.read_bytes()), self.ca().read_text())

    def test_its_name_has_https_for_who_trusts_the_ca(self):
        body, status = self.running.curl("--cacert", self.ca(), "https://why401.test/")
        self.assertEqual(status, 200)
        self.assertIn(WORKS, body)
        self.assertEqual(self.running.curl("https://why401.test/")[1], 0)

    def test_whether_a_client_trusts_the_ca_is_seen_by_what_it_accepts(self):
        trusts = "This browser trusts the CA."
        page, _ = self.running.curl("http://why401.test/trust")
        following, image = re.search(r"url=([^\"]*)", page)[1].replace("&amp;", "&"), re.search(r'src="([^"]*)"', page)[1].replace("&amp;", "&")
        self.running.curl(image)  # without the CA: it fails
        page, _ = self.running.curl(f"http://why401.test{following}")
        self.assertNotIn(trusts, page)
        self.running.curl("--cacert", self.ca(), image)
        page, _ = self.running.curl(f"http://why401.test{following}")
        self.assertIn(trusts, page)

    def test_that_nobody_trusts_the_ca_yet_accuses_nobody(self):
        running = self.start("--capture", self.home / "looked.why401")
        running.curl("https://why401.test/trusted.svg")
        self.assertEqual(running.stop(), 0)
        told = json.loads(self.why401("explain", "--json", running.facts["capture"]).stdout)
        self.assertEqual([exchange["url"] for exchange in told["exchanges"]], ["why401.test:443"])
        self.assertEqual(told["findings"], [])

    def test_the_record_has_it_as_answered_by_the_proxy(self):
        self.running.curl("http://why401.test/")
        row = wait_for(lambda: self.running.get("/api/v1/exchanges")["exchanges"], "the record")[0]
        self.assertEqual((row["url"], row["status"], row["answered_by_us"]), ("http://why401.test/", 200, True))


unittest.main()
