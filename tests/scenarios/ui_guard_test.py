#!/usr/bin/env python3
"""The UI's own port against what hostile pages and other programs of this machine send there."""
import contextlib
import json
import re
import socket
import threading
import unittest

from running import PATIENCE, Home

ALWAYS = {"Content-Security-Policy": r"default-src 'none'; .*frame-ancestors 'none'.*require-trusted-types-for 'script'", "X-Content-Type-Options": "nosniff",
          "Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin"}
UPGRADE = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="]
JSON = "Content-Type: application/json"
CHANGE = '{"policy": "per-request"}'


class Guarded(Home):
    def setUp(self):
        super().setUp()
        self.running = self.start("--capture", "off", "--lab")
        self.port, self.token = self.running.ui_port, self.running.token
        self.bearer, self.cookie = f"Authorization: Bearer {self.token}", f"Cookie: why401-{self.port}={self.token}"
        self.host, self.origin = f"Host: {self.running.ui}", f"Origin: http://{self.running.ui}"
        self.addCleanup(self.nothing_happened)

    def nothing_happened(self):
        if self.running.process.poll() is None:
            self.assertEqual(self.running.get("/api/v1/policy")["policy"], "affinity")

    def say(self, first, *lines, body=""):
        """One request; status, fields as (name, value), body. An end without an answer has the status 0."""
        if body:
            lines += (f"Content-Length: {len(body)}",)
        data = (first + "\r\n" + "".join(line + "\r\n" for line in lines) + "\r\n" + body).encode()
        return self.raw(data, has_body=not first.startswith("HEAD "))

    def raw(self, data, read_on=False, has_body=True):
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as connection:
            with contextlib.suppress(ConnectionError):
                connection.sendall(data)
            received = b""
            with contextlib.suppress(ConnectionError):
                while b"\r\n\r\n" not in received or read_on:
                    if not (part := connection.recv(65536)):
                        break
                    received += part
            head, _, rest = received.decode("latin-1").partition("\r\n\r\n")
            if not head:
                return 0, [], ""
            fields = [tuple(line.split(": ", 1)) for line in head.split("\r\n")[1:]]
            length = int(dict(fields).get("Content-Length", 0)) if has_body else 0
            while len(rest) < length and (part := connection.recv(65536)):
                rest += part.decode("latin-1")
        self.check_fields(fields)
        return int(head.split()[1]), fields, rest

    def check_fields(self, fields):
        """What every answer of the UI has, and what none has."""
        for name, expected in ALWAYS.items():
            self.assertEqual([bool(re.fullmatch(expected, value)) for key, value in fields if key == name], [True], (name, fields))
        self.assertFalse([name for name, _ in fields if name.lower().startswith("access-control")], fields)

    def refused(self, status, first, *lines, body=""):
        with self.subTest(first=first, lines=lines):
            answered, _, text = self.say(first, *lines, body=body)
            self.assertEqual(answered, status, text)
            for word in [self.token, "last_event", 'id="app"', "FindProxyForURL"]:
                self.assertNotIn(word, text)


class Hosts(Guarded):
    def test_a_rebound_name_is_told_that_it_is_wrong_here(self):
        for host in ["evil.test", f"evil.test:{self.port}", f"127.0.0.1.evil.test:{self.port}", f"localhost.evil.test:{self.port}", f"127.0.0.1:{self.port}.evil.test",
                     f"x@127.0.0.1:{self.port}", f"127.0.0.1:{self.port}@evil.test", "127.0.0.1", "127.0.0.1:", f"127.0.0.1:0{self.port}", f"127.0.0.1:{self.port + 1}",
                     f"127.0.0.2:{self.port}", f"127.1:{self.port}", f"0.0.0.0:{self.port}", f"[::ffff:127.0.0.1]:{self.port}", f"::1:{self.port}", f"localhost.:{self.port}",
                     f"127.0.0.1 :{self.port}", f"127.0.0.1:{self.port},evil.test", f"http://127.0.0.1:{self.port}", "why401.test", ""]:
            for path in ["/", "/api/v1/status", "/proxy.pac", "/setup.html"]:
                self.refused(421, f"GET {path} HTTP/1.1", f"Host: {host}", self.bearer, self.cookie)

    def test_no_host_and_two_hosts_are_wrong_too(self):
        for lines in [(), (self.host, self.host), (self.host, "Host: evil.test"), ("Host: evil.test", self.host)]:
            self.refused(421, "GET /api/v1/status HTTP/1.1", *lines, self.bearer)
        self.refused(421, "GET / HTTP/1.0", self.bearer)

    def test_it_is_no_proxy(self):
        for first in [f"GET http://{self.running.ui}/ HTTP/1.1", "GET http://evil.test/ HTTP/1.1", f"CONNECT {self.running.ui} HTTP/1.1", "CONNECT evil.test:443 HTTP/1.1",
                      "OPTIONS * HTTP/1.1", f"GET @{self.running.ui}/ HTTP/1.1"]:
            self.refused(421, first, self.host, self.bearer)


class Origins(Guarded):
    def foreign(self):
        return ["null", "http://evil.test", f"https://{self.running.ui}", "http://127.0.0.1", f"http://127.0.0.1:{self.port + 1}", f"http://127.0.0.1.evil.test:{self.port}",
                f"http://x@127.0.0.1:{self.port}", f"http://127.0.0.1:{self.port}/", f"http://[::ffff:127.0.0.1]:{self.port}", f"HTTP://127.0.0.1:{self.port}", "file://", ""]

    def test_a_page_from_elsewhere_reads_and_changes_nothing(self):
        for origin in self.foreign():
            for proof in [self.bearer, self.cookie]:
                self.refused(403, "GET /api/v1/status HTTP/1.1", self.host, f"Origin: {origin}", proof)
                self.refused(403, "PUT /api/v1/policy HTTP/1.1", self.host, f"Origin: {origin}", proof, JSON, body=CHANGE)
                self.refused(403, "POST /api/v1/lab/demo HTTP/1.1", self.host, f"Origin: {origin}", proof, JSON, body="{}")
                self.refused(403, "GET /api/v1/events HTTP/1.1", self.host, f"Origin: {origin}", proof, *UPGRADE)
        self.refused(403, "PUT /api/v1/policy HTTP/1.1", self.host, self.origin, "Origin: http://evil.test", self.bearer, JSON, body=CHANGE)

    def test_a_cookie_changes_nothing_and_hears_nothing_without_an_origin(self):
        self.refused(403, "PUT /api/v1/policy HTTP/1.1", self.host, self.cookie, JSON, body=CHANGE)
        self.refused(403, "POST /api/v1/lab/demo HTTP/1.1", self.host, self.cookie, JSON, body="{}")
        self.refused(403, "GET /api/v1/events HTTP/1.1", self.host, self.cookie, *UPGRADE)

    def test_what_a_form_can_send_changes_nothing(self):
        for content in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain; application/json", "application/json-x", ""]:
            for lines in [(self.cookie,), (self.cookie, self.origin), (self.bearer,)]:
                self.refused(415, "PUT /api/v1/policy HTTP/1.1", self.host, *lines, f"Content-Type: {content}", body=CHANGE)
                self.refused(415, "POST /api/v1/lab/demo HTTP/1.1", self.host, *lines, f"Content-Type: {content}", body="{}")
        self.refused(415, "POST /api/v1/lab/demo HTTP/1.1", self.host, self.bearer, JSON, JSON, body="{}")

    def test_a_preflight_is_never_granted(self):
        for origin in [self.origin, "Origin: http://evil.test"]:
            status, _, _ = self.say("OPTIONS /api/v1/policy HTTP/1.1", self.host, origin, "Access-Control-Request-Method: PUT", "Access-Control-Request-Headers: authorization")
            self.assertGreaterEqual(status, 400)


class Tokens(Guarded):
    def test_only_the_whole_token_opens(self):
        almost = self.token[:-1] + ("0" if self.token[-1] != "0" else "1")
        for token in ["", " ", "0" * 32, almost, self.token[:-1], self.token[1:], self.token + "0", self.token * 2, self.token.upper() + "x", "a" * 8000, f'"{self.token}"', f"{self.token},"]:
            self.refused(401, "GET /api/v1/status HTTP/1.1", self.host, f"Authorization: Bearer {token}")
            self.refused(401, "GET /api/v1/status HTTP/1.1", self.host, f"Cookie: why401-{self.port}={token}")
            self.refused(401, "POST /api/v1/session HTTP/1.1", self.host, self.origin, JSON, body=json.dumps({"token": token}))
        for lines in [(f"Authorization: {self.token}",), (f"Authorization: Basic {self.token}",), (f"Authorization: Bearer{self.token}",), (self.bearer, self.bearer),
                      (f"Cookie: why401={self.token}",), (f"Cookie: why401-{self.port + 1}={self.token}",), (self.cookie, self.cookie), (f"X-Token: {self.token}",),
                      (f"Proxy-Authorization: Bearer {self.token}",)]:
            self.refused(401, "GET /api/v1/status HTTP/1.1", self.host, *lines)

    def test_in_an_address_it_opens_nothing(self):
        for query in [f"token={self.token}", f"access_token={self.token}", f"t={self.token}", f"Authorization=Bearer%20{self.token}"]:
            self.refused(401, f"GET /api/v1/status?{query} HTTP/1.1", self.host)
            self.refused(401, f"GET /api/v1/events?{query} HTTP/1.1", self.host, *UPGRADE)

    def test_no_spelling_of_a_path_goes_round_it(self):
        for path in ["/api/v1/status", "/api/v1/status?x", "/api/v1/status/", "/api/v1//status", "/api/", "/metrics", "/metrics?x"]:
            self.refused(401, f"GET {path} HTTP/1.1", self.host)
        for path in ["//api/v1/status", "/./api/v1/status", "/x/../api/v1/status", "/API/v1/status", "/%61pi/v1/status", "/api%2fv1/status", "/metrics/", "/;/api/v1/status"]:
            self.refused(404, f"GET {path} HTTP/1.1", self.host)

    def test_a_method_is_no_way_round_either(self):
        for method in ["HEAD", "TRACE", "DELETE", "PATCH", "PROPFIND", "get", "X"]:
            status, _, body = self.say(f"{method} /api/v1/status HTTP/1.1", self.host, JSON, "X-Echo: canary", body="{}")
            self.assertIn(status, [400, 401], method)
            self.assertNotIn("canary", body)
        status, _, body = self.say("TRACE / HTTP/1.1", self.host, self.bearer, JSON, "X-Echo: canary")
        self.assertEqual(status, 405)
        self.assertNotIn("canary", body)
        self.refused(400, "PRI * HTTP/2.0", self.host, self.bearer)


class Answers(Guarded):
    def test_each_has_the_fields_that_protect_it(self):
        for first, status, lines in [("GET / HTTP/1.1", 200, ()), ("GET /nothing HTTP/1.1", 404, ()), ("GET /api/v1/status HTTP/1.1", 401, ()), ("HEAD / HTTP/1.1", 200, ()),
                                     ("GET /api/v1/status HTTP/1.1", 200, (self.bearer,)), ("GET /api/v1/events HTTP/1.1", 426, (self.bearer,)),
                                     ("DELETE / HTTP/1.1", 405, (self.bearer, JSON)), ("GET /api/v1/events?since=x HTTP/1.1", 400, (self.bearer,)),
                                     ("GET /api/v1/events HTTP/1.1", 101, (self.bearer, *UPGRADE)), ("GET /proxy.pac HTTP/1.1", 200, ()), ("GET /metrics HTTP/1.1", 200, (self.bearer,))]:
            self.assertEqual(self.say(first, self.host, *lines)[0], status, first)
        self.assertEqual(self.say("POST /api/v1/session HTTP/1.1", self.host, JSON, body=json.dumps({"token": self.token}))[0], 204)

    def test_a_handshake_that_is_none_is_refused_with_them_too(self):
        for lines in [("Connection: Upgrade", "Upgrade: websocket"), ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 12", "Sec-WebSocket-Key: x"),
                      ("Connection: keep-alive", *UPGRADE[1:]), ("Connection: Upgrade", "Upgrade: h2c", *UPGRADE[2:])]:
            with self.subTest(lines=lines):
                self.assertNotIn(self.say("GET /api/v1/events HTTP/1.1", self.host, self.bearer, *lines)[0], [0, 101])

    def test_what_is_too_large_or_no_http_is_refused_with_them_too(self):
        big = "a" * 20000
        for data, status in [(f"GET /{big} HTTP/1.1\r\n{self.host}\r\n\r\n", 431), (f"GET / HTTP/1.1\r\n{self.host}\r\nX: {big}\r\n\r\n", 431),
                             (f"GET / HTTP/1.1\r\n{self.host}\r\n" + "".join(f"X{i}: {'a' * 100}\r\n" for i in range(200)) + "\r\n", 431),
                             (f"PUT /api/v1/policy HTTP/1.1\r\n{self.host}\r\n{self.bearer}\r\n{JSON}\r\nContent-Length: 9999999999\r\n\r\n", 413),
                             (f"PUT /api/v1/policy HTTP/1.1\r\n{self.host}\r\n{self.bearer}\r\n{JSON}\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n" + "a" * 0xfffff, 413),
                             (f"PUT /api/v1/policy HTTP/1.1\r\n{self.host}\r\n{self.bearer}\r\n{JSON}\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n", 400),
                             ("GET / HTTP/1.1\nHost: a\n\n", 400), ("\x16\x03\x01\x02\x00\x01\x00\x01\x00\r\n\r\n", 400), ("hello\r\n\r\n", 400), ("GET / HTTP/3.0\r\n\r\n", 400)]:
            with self.subTest(data=data[:60]):
                self.assertEqual(self.raw(data.encode("latin-1"))[0], status)

    def test_who_never_ends_a_request_is_let_go_and_holds_up_nobody(self):
        starts = [b"", b"GET / HT", f"GET / HTTP/1.1\r\n{self.host}\r\nX: ".encode(), f"PUT /api/v1/policy HTTP/1.1\r\n{self.host}\r\nContent-Length: 9\r\n\r\n12".encode()]
        slow = [threading.Thread(target=self.raw, args=(start, True)) for start in starts]
        for one in slow:
            one.start()
        self.assertEqual(self.running.get("/api/v1/status")["policy"], "affinity")
        for one in slow:
            one.join(PATIENCE)
            self.assertFalse(one.is_alive())


unittest.main()
