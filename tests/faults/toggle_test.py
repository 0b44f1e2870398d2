#!/usr/bin/env python3
"""The policy is switched ten times a second under load: nothing is lost or doubled, and a login finishes where it began."""
import collections
import json
import threading
import time
import unittest

from rig import Faults, ok, path_of, read_message, request

LAB = "http://web01.lab.why401.test/"
SECONDS, PAGES = 5, 12
USERS = (r"CONTOSO\alice:Wonderland1", r"CONTOSO\bob:Builder1")


class Toggling(Faults):
    def setUp(self):
        super().setUp()
        self.ledger, self.over, self.failures = collections.Counter(), threading.Event(), []

    def answer(self, connection, _number):
        buffer = b""
        while True:
            head, _body, buffer = read_message(connection, buffer)
            if not head:
                return
            self.ledger[path_of(head)] += 1
            connection.sendall(ok(path_of(head).encode()))

    def on_a_thread(self, work, *arguments):
        def run():
            try:
                while not self.over.is_set():
                    work(*arguments)
            except Exception as error:  # noqa: BLE001: whatever it is, the test is to know
                self.failures.append(error)
        thread = threading.Thread(target=run)
        thread.start()
        return thread

    def anonymous(self, running, origin, name):
        """Keep-alive requests on one connection, some of them pipelined."""
        client, buffer, turn = self.client(running), b"", 0
        while not self.over.is_set():
            paths = [f"/{name}/{turn}/{n}" for n in range(1 + turn % 3)]
            client.sendall(b"".join(request(origin.port, path) for path in paths))
            for path in paths:
                head, body, buffer = read_message(client, buffer)
                assert head.startswith(b"HTTP/1.1 200 ") and body == path.encode(), (path, head, body)
                self.asked.add(path)
            turn += 1

    def login(self, running, user):
        """A login by curl, and more pages on its connection."""
        pages = [f"{LAB}?{user.split(':')[0][8:]}-{n}" for n in range(PAGES)]
        body, status = running.curl("--ntlm", "--user", user, *pages)
        self.logins[status, body.count("user=" + user.split(":")[0])] += 1

    def toggle(self, running, policies):
        turn = 0
        while not self.over.wait(0.1):
            turn += 1
            status, _, body = running.ask("/api/v1/policy", method="PUT", body={"policy": policies[turn % len(policies)]})
            assert status == 200, body
        self.switched = turn

    def run_with(self, *policies):
        """The load under switching policies; afterwards: the capture, and what `explain` says of it."""
        self.asked, self.logins = set(), collections.Counter()
        origin, running = self.serve(self.answer), self.start("--lab", "--policy", policies[0])
        threads = [self.on_a_thread(self.anonymous, running, origin, n) for n in range(4)]
        threads += [self.on_a_thread(self.login, running, user) for user in USERS]
        threads.append(self.on_a_thread(self.toggle, running, policies))
        time.sleep(SECONDS)
        self.over.set()
        for thread in threads:
            thread.join(60)
        self.assertEqual(self.failures, [])
        self.assertGreater(self.switched, 10)
        capture = running.facts["capture"]
        self.assertEqual(running.stop(), 0)
        self.check_whole(capture)
        self.check_nothing_lost_or_doubled(capture, origin)
        explained = json.loads(self.why401("explain", "--json", capture).stdout)
        self.check_logins_stayed(explained, capture)
        return explained

    def check_nothing_lost_or_doubled(self, capture, origin):
        rows = self.rows(capture, "SELECT url, outcome FROM exchanges")
        at_origin = f"http://127.0.0.1:{origin.port}"
        recorded = collections.Counter(url[len(at_origin):] for url, _ in rows if url.startswith(at_origin + "/"))
        self.assertEqual(recorded, self.ledger)
        self.assertEqual(set(self.ledger), self.asked)
        self.assertEqual(set(self.ledger.values()), {1})
        with open(capture + ".lab.log") as log:
            served = sum(not line.startswith("#") for line in log)
        self.assertEqual(len(rows) - sum(recorded.values()), served, "as many as the lab's own log has")

    def check_logins_stayed(self, explained, capture):
        """A blind pool may split what begins under it: that is what it is for. All other logins finish where they began."""
        policy, begun = dict(self.rows(capture, "SELECT exchange, policy FROM pool_decisions")), {}
        stayed = 0
        for row in explained["exchanges"]:
            client, upstream = row["client_connection"], row["upstream_connection"]
            if row["leg"] == "negotiate":
                begun[client] = upstream, policy[row["id"]]
            elif row["leg"] == "authenticate":
                began_on, under = begun.pop(client)
                if not under.startswith("pooled"):
                    self.assertEqual(upstream, began_on, f"exchange {row['id']}")
                    stayed += 1
        self.assertGreater(stayed, 3)

    def failures_of(self, explained):
        return collections.Counter(one["rule"] for one in explained["findings"] if one["kind"] == "failure")

    def test_between_policies_that_know_logins_nothing_fails_at_all(self):
        explained = self.run_with("affinity", "auth-aware")
        self.assertEqual(self.failures_of(explained), {})
        self.assertEqual(set(self.logins), {(200, PAGES)}, "every page as the one who asked")
        self.assertEqual(explained["summary"]["unexplained_401"], 0)

    def test_with_a_blind_pool_among_them_every_401_is_explained(self):
        explained = self.run_with("affinity", "pooled", "auth-aware", "pooled/round-robin")
        self.assertEqual(explained["summary"]["unexplained_401"], 0)
        self.assertTrue([rule for rule in self.failures_of(explained) if rule.startswith("NTLM-POOL-")], "blind pooling does harm")
        guilty = {(one["rule"], one["culprit"]) for one in explained["findings"] if one["kind"] == "failure"}
        self.assertEqual({culprit for _, culprit in guilty}, {"this-proxy"}, f"the server and the clients did nothing wrong: {guilty}")


if __name__ == "__main__":
    unittest.main()
