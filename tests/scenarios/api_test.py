#!/usr/bin/env python3
"""The local API: who may ask, what it answers, and its event stream."""
import json
import unittest

from running import Home, WebSocket, wait_for

LAB = "http://web01.lab.why401.test/"
ALICE = ["--ntlm", "--user", r"CONTOSO\alice:Wonderland1"]


class Security(Home):
    def setUp(self):
        super().setUp()
        self.running = self.start("--capture", "off")

    def check(self, expected, path, **asked):
        status, fields, body = self.running.ask(path, **asked)
        self.assertEqual(status, expected, (path, asked, body))
        if status >= 400:
            self.assertTrue(fields["Content-Type"].startswith("text/plain"))
            self.assertRegex(body, r"\.\n$")
            self.assertNotIn(self.running.token, body)
        return fields, body

    def test_the_token_is_needed_for_everything_that_tells_or_changes(self):
        for path in ["status", "policy", "faults", "list", "switches", "exchanges", "exchanges/1", "connections", "conversations", "findings", "events"]:
            self.check(401, f"/api/v1/{path}", token=False)
            self.check(401, f"/api/v1/{path}", token=False, Authorization="Bearer 0123456789abcdef0123456789abcdef")
        self.check(401, "/metrics", token=False)
        self.check(401, "/api/v1/policy", method="PUT", body={"policy": "per-request"}, token=False)
        self.check(200, "/", token=False)
        self.check(200, "/proxy.pac", token=False)

    def test_only_this_host_is_answered(self):
        for host in ["evil.test", f"evil.test:{self.running.ui_port}", "127.0.0.1", "localhost:1", f"127.0.0.1.evil.test:{self.running.ui_port}"]:
            self.check(421, "/", Host=host)
            self.check(421, "/api/v1/status", Host=host)
        for host in ["localhost", "127.0.0.1", "[::1]"]:
            self.check(200, "/api/v1/status", Host=f"{host}:{self.running.ui_port}")

    def test_pages_of_other_origins_are_refused(self):
        for origin in ["http://evil.test", "null", f"https://{self.running.ui}", "http://localhost:1"]:
            self.check(403, "/api/v1/status", Origin=origin)
            self.check(403, "/api/v1/policy", method="PUT", body={"policy": "per-request"}, Origin=origin)
        self.assertEqual(self.running.get("/api/v1/policy")["policy"], "affinity")

    def test_the_token_is_exchanged_for_a_cookie_that_only_this_page_can_use(self):
        origin = f"http://{self.running.ui}"
        self.check(401, "/api/v1/session", method="POST", body={"token": "wrong"}, token=False, Origin=origin)
        self.check(401, "/api/v1/session", method="POST", body=b"{", token=False, Origin=origin)
        self.check(415, "/api/v1/session", method="POST", body={"token": self.running.token}, token=False, Content_Type="text/plain")
        fields, _ = self.check(204, "/api/v1/session", method="POST", body={"token": self.running.token}, token=False, Origin=origin)
        cookie = fields["Set-Cookie"]
        for attribute in ["HttpOnly", "SameSite=Strict", "Path=/"]:
            self.assertIn(attribute, cookie)
        cookie = cookie.split(";")[0]
        self.check(200, "/api/v1/status", token=False, Cookie=cookie)
        self.check(403, "/api/v1/policy", method="PUT", body={"policy": "per-request"}, token=False, Cookie=cookie)
        self.check(200, "/api/v1/policy", method="PUT", body={"policy": "per-request"}, token=False, Cookie=cookie, Origin=origin)

    def test_no_other_site_is_ever_invited(self):
        for path in ["/", "/page.js", "/api/v1/status", "/nothing", "/proxy.pac"]:
            _, fields, _ = self.running.ask(path, Origin=f"http://{self.running.ui}")
            self.assertFalse([name for name in fields if name.lower().startswith("access-control")], path)
            policy = fields["Content-Security-Policy"]
            self.assertIn("default-src 'none'", policy)
            self.assertIn("frame-ancestors 'none'", policy)
            self.assertNotIn("unsafe", policy)
            self.assertEqual(fields["X-Content-Type-Options"], "nosniff")
            self.assertEqual(fields["Cache-Control"], "no-store")
            self.assertEqual(fields["Referrer-Policy"], "no-referrer")

    def test_methods_and_addresses_that_do_not_exist_are_said_to_be_so(self):
        for path, method, allowed in [("/api/v1/status", "PUT", "GET"), ("/api/v1/policy", "POST", "GET, PUT"), ("/", "POST", "GET"),
                                      ("/api/v1/session", "GET", "POST"), ("/api/v1/exchanges/1", "DELETE", "GET")]:
            fields, _ = self.check(405, path, method=method, body=None if method == "GET" else {})
            self.assertEqual(fields["Allow"], allowed)
        for path in ["/nothing", "/api/v1/", "/api/v2/status", "/api/v1/exchanges/1/2", "/../etc/passwd", "/index.html/", "//"]:
            self.check(404, path)
        self.check(426, "/api/v1/events")

    def test_what_is_too_large_or_no_http_ends_without_harm(self):
        host = f"Host: {self.running.ui}\r\nAuthorization: Bearer {self.running.token}\r\n".encode()
        for request, status in [
            (b"GET / HTTP/1.1\r\n" + host + b"X: " + b"a" * 20000 + b"\r\n\r\n", b"431"),
            (b"PUT /api/v1/policy HTTP/1.1\r\n" + host + b"Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n", b"413"),
            (b"GET http://127.0.0.1/ HTTP/1.1\r\n" + host + b"\r\n", b"421"),
            (b"GET / HTTP/1.1\r\n" + host + b"Host: evil.test\r\n\r\n", b"421"),
            (b"GET / HTTP/1.1\r\n\r\n", b"421"),
            (b"\x16\x03\x01\x02\x00\x01\x00\x01", b"400"),
        ]:
            with self.subTest(status=status):
                self.assertEqual(self.running.raw(request)[9:12], status)
        self.assertEqual(self.running.get("/api/v1/status")["policy"], "affinity")


class Answers(Home):
    @staticmethod
    def ids(answer):
        return [row["id"] for row in answer["exchanges"]]

    def setUp(self):
        super().setUp()
        self.running = self.start("--lab")
        self.running.curl(*ALICE, LAB)
        self.running.curl(LAB + "anonymous/?q=<b>")
        wait_for(lambda: len([row for row in self.running.get("/api/v1/exchanges")["exchanges"] if row["status"]]) == 3, "three exchanges")

    def test_exchanges_come_in_pages_and_by_filter(self):
        self.assertEqual(self.ids(self.running.get("/api/v1/exchanges")), [1, 2, 3])
        page = self.running.get("/api/v1/exchanges?limit=2")
        self.assertEqual((self.ids(page), page["next"]), ([1, 2], 2))
        page = self.running.get("/api/v1/exchanges?limit=2&after=2")
        self.assertEqual((self.ids(page), page["next"]), ([3], None))
        for query, expected in [("status:401", [1]), ("status:200%20user:alice", [2]), ("scheme:ntlm+conn:C1", [1, 2]), ("conn:C2", [3]),
                                ("host:web01%20anonymous", [3]), ("host:web02", []), ("finding:NORM-*%20status:401", [1])]:
            with self.subTest(query=query):
                self.assertEqual(self.ids(self.running.get(f"/api/v1/exchanges?filter={query}")), expected)
        for query in ["after=x", "limit=0", "limit=-1", "limit=1e3"]:
            self.assertEqual(self.running.ask(f"/api/v1/exchanges?{query}")[0], 400)

    def test_the_list_tells_every_exchange_in_columns(self):
        answer = self.running.get("/api/v1/list")
        columns = [name for name, value in answer.items() if isinstance(value, list) and name != "words"]
        self.assertEqual({len(answer[name]) for name in columns}, {3})
        word = lambda name: [answer["words"][place] for place in answer[name]]
        self.assertEqual((answer["ids"], answer["status"], answer["client"], answer["upstream"]), ([1, 2, 3], [401, 200, 200], [1, 1, 2], [1, 1, 2]))
        self.assertEqual(word("origin"), ["http://web01.lab.why401.test"] * 3)
        self.assertEqual(word("leg")[:2], ["negotiate", "authenticate"])
        self.assertEqual(word("identity"), ["", r"CONTOSO\alice", ""])
        self.assertEqual(word("outcome"), ["complete"] * 3)
        self.assertEqual((answer["conversation"][:2], answer["started"][0], answer["next"], answer["forgotten"]), ([1, 1], 0, None, 0))
        self.assertEqual(answer["base_time"], self.running.get("/api/v1/exchanges/1")["time"])
        for query, expected in [("filter=status:200", [2, 3]), ("filter=user:alice+status:200", [2]), ("ids=3,1", [1, 3]), ("ids=1,3&filter=conn:C2", [3]),
                                ("after=2", [3]), ("limit=1", [1]), ("filter=conn:C9", [])]:
            self.assertEqual(self.running.get(f"/api/v1/list?{query}")["ids"], expected, query)
        for query in ["after=x", "limit=0", "ids=0", "ids=" + ",".join(str(id) for id in range(1, 1002))]:
            self.assertEqual(self.running.ask(f"/api/v1/list?{query}")[0], 400)

    def test_rows_are_had_by_id(self):
        self.assertEqual(self.ids(self.running.get("/api/v1/exchanges?ids=3,1,99")), [1, 3])
        self.assertEqual([row["id"] for row in self.running.get("/api/v1/connections?ids=U2,C1,C7")["connections"]], ["C1", "U2"])
        self.assertEqual([row["id"] for row in self.running.get("/api/v1/conversations?ids=1,7")["conversations"]], [1])

    def test_tokens_are_decoded_where_they_stand(self):
        whole = self.running.get("/api/v1/exchanges/1")
        self.assertEqual([(token["message"], token["name"], token["decoded"][0]["message"]) for token in whole["tokens"]],
                         [("request", "Authorization", "NEGOTIATE"), ("response", "WWW-Authenticate", "CHALLENGE")])
        for token in whole["tokens"]:
            offset, length = token["bytes"]
            self.assertTrue(whole[token["message"]]["head"][offset:offset + length].startswith("NTLM "))
            index = int(token["at"].split("[")[1][:-1])
            self.assertEqual(whole[token["message"]]["fields"][index]["value_bytes"], token["bytes"])
        self.assertEqual(self.running.get("/api/v1/exchanges/3")["tokens"], [])

    def test_switches_are_listed_in_order(self):
        self.running.ask("/api/v1/policy", method="PUT", body={"policy": "per-request"})
        self.running.ask("/api/v1/faults", method="PUT", body={"enabled": ["add-via"]})
        switches = wait_for(lambda: (got := self.running.get("/api/v1/switches")["switches"])[1:] and got, "two switches")
        self.assertEqual([(one["kind"], one.get("policy"), one.get("enabled")) for one in switches],
                         [("policy", "per-request", None), ("faults", None, ["add-via"])])

    def test_one_exchange_is_told_whole(self):
        whole = self.running.get("/api/v1/exchanges/2")
        text = json.dumps(whole)
        for words in ["GET http://web01.lab.why401.test/ HTTP/1.1", "Authorization: NTLM", "affinity", "HTTP/1.1 200"]:
            self.assertIn(words, text)
        self.assertEqual(whole["id"], 2)
        for missing in ["0", "99", "x", "-1", "99999999999999999999"]:
            self.assertEqual(self.running.ask(f"/api/v1/exchanges/{missing}")[0], 404)

    def test_connections_conversations_and_findings_are_listed(self):
        self.assertEqual({row["id"] for row in self.running.get("/api/v1/connections")["connections"]}, {"C1", "U1", "C2", "U2"})
        conversation = self.running.get("/api/v1/conversations")["conversations"][0]
        self.assertEqual((conversation["outcome"], conversation["identity"]), ("authenticated", r"CONTOSO\alice"))
        self.assertEqual([row for row in self.running.get("/api/v1/findings")["findings"] if row["kind"] == "failure"], [])

    def test_status_and_metrics_count_the_same(self):
        status = self.running.get("/api/v1/status")
        self.assertEqual((status["summary"]["exchanges"], status["summary"]["status_401"], status["counts"]["exchanges"]), (3, 1, 3))
        self.assertTrue(status["recording"])
        metrics = self.running.ask("/metrics")[2]
        for line in ["why401_exchanges_total 3", "why401_status_401_total 1", "why401_not_recorded_total 0", 'why401_policy_info{policy="affinity"} 1']:
            self.assertIn(line + "\n", metrics)

    def test_settings_are_changed_whole_or_not_at_all(self):
        put = lambda path, body: self.running.ask(path, method="PUT", body=body)[0]
        self.assertEqual(put("/api/v1/policy", {"policy": "pooled"}), 200)
        self.assertEqual(self.running.get("/api/v1/policy")["policy"], "pooled/lifo")
        for body in [{"policy": "sticky"}, {"policy": 7}, {}, [], b"", b"{", b"[" * 5000, b'{"policy": "\xff"}']:
            self.assertEqual(put("/api/v1/policy", body), 400, body)
        self.assertEqual(put("/api/v1/faults", {"enabled": ["add-via"]}), 200)
        for body in [{"enabled": ["drop-authorization", "bang"]}, {"enabled": "add-via"}, {"enabled": [1]}, {}]:
            self.assertEqual(put("/api/v1/faults", body), 400, body)
        self.assertEqual(self.running.get("/api/v1/faults")["enabled"], ["add-via"])
        self.assertEqual(put("/api/v1/faults", {"enabled": []}), 200)
        self.assertEqual(self.running.get("/api/v1/faults")["enabled"], [])

    def test_the_pac_file_names_this_proxy(self):
        status, fields, body = self.running.ask("/proxy.pac", token=False)
        self.assertEqual((status, fields["Content-Type"]), (200, "application/x-ns-proxy-autoconfig"))
        self.assertIn(f'"PROXY {self.running.proxy}"', body)
        self.assertNotIn("DIRECT", body)


class Events(Home):
    def setUp(self):
        super().setUp()
        self.running = self.start("--lab", "--capture", "off")

    def listen(self, since=0, **fields):
        stream = WebSocket(self.running, f"/api/v1/events?since={since}", **fields)
        self.addCleanup(stream.close)
        return stream

    def test_tell_what_happens_in_order_and_without_gaps(self):
        stream = self.listen()
        self.assertEqual(stream.status, 101)
        self.running.curl(*ALICE, LAB)
        awaited = {1, 2, "authenticated"}  # the two exchanges and what came of them, in whatever order they are told

        def all_told(event):
            if event["type"] == "exchange":
                awaited.discard(event["data"]["id"])
            if event["type"] == "conversation":
                awaited.discard(event["data"]["outcome"])
            return not awaited

        seen = stream.until(all_told)
        self.assertEqual([event["seq"] for event in seen], list(range(1, len(seen) + 1)))
        self.assertEqual({event["data"]["id"] for event in seen if event["type"] == "exchange"}, {1, 2})
        self.assertIn("connection", {event["type"] for event in seen})

    def test_go_on_from_where_a_listener_left(self):
        self.running.curl(LAB + "anonymous/")
        first = self.listen().until(lambda event: event["type"] == "exchange" and event["data"]["status"] == 200)
        again = self.listen(since=first[0]["seq"])
        self.assertEqual(again.next(), first[1])

    def test_say_that_something_is_missing_when_the_number_is_of_another_run(self):
        self.assertEqual(self.listen(since=1000000).next()["type"], "dropped")

    def test_tell_of_a_switched_policy(self):
        stream = self.listen()
        self.running.ask("/api/v1/policy", method="PUT", body={"policy": "per-request"})
        change = stream.until(lambda event: event["type"] == "policy")[-1]["data"]
        self.assertEqual((change["policy"], change["before"]), ("per-request", "affinity"))

    def test_need_the_token_and_this_origin(self):
        self.assertEqual(self.listen(Authorization=None).status, 401)
        self.assertEqual(self.listen(Origin="http://evil.test").status, 403)
        self.assertEqual(self.listen(Host="evil.test").status, 421)
        cookie = f"why401-{self.running.ui_port}={self.running.token}"
        self.assertEqual(self.listen(Authorization=None, Cookie=cookie).status, 403)  # an absent Origin is not trust
        self.assertEqual(self.listen(Authorization=None, Cookie=cookie, Origin=f"http://{self.running.ui}").status, 101)

    def test_a_listener_that_does_not_read_holds_up_nobody(self):
        deaf = [self.listen() for _ in range(5)]
        for _ in range(20):
            self.assertEqual(self.running.curl(LAB + "anonymous/")[1], 200)
        self.assertEqual(self.running.get("/api/v1/status")["counts"]["exchanges"], 20)
        del deaf


unittest.main()
