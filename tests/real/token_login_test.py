"""Bearer tokens at a service that judges them: each refusal has its own finding, live and in the saved capture."""
import sys
import time
import unittest

import token_origin
from scene import SITE, Scene
from servers import Server, wait_for
from token_origin import token


class TokenOrigin(Server):
    def __init__(self, test):
        self.start(test, lambda port: [sys.executable, "-B", token_origin.__file__, str(port)])


class Tokens(Scene):
    def setUp(self):
        super().setUp()
        self.origin = TokenOrigin(self)

    def verdict(self, value, status, page="/orders"):
        """The one failure that a request with this Authorization value leads to; None for a healthy one."""
        running = self.proxy(self.origin)
        arguments = [] if value is None else ["--header", f"Authorization: {value}"]
        self.assertEqual([a.status for a in self.curl(running, *arguments, urls=[SITE + page])], [status])
        live = self.live(running) if status != 200 and value else None  # without a token it might still answer
        saved = self.failures(self.told(running)["findings"])
        if live is not None:
            self.assertEqual([self.words(f) for f in live], [self.words(f) for f in saved])
        self.assertLessEqual(len(saved), 1)
        for finding in saved:
            self.assertNotIn(str(value).rpartition(".")[2], str(finding), "a signature was printed")
        return self.words(saved[0])[:3] if saved else None

    def live(self, running):
        return wait_for(lambda: self.failures(running.get("/api/v1/findings")["findings"]), "the finding")

    def failures(self, findings):
        return [f for f in findings if f["kind"] == "failure"]

    def words(self, finding):
        return finding["rule"], finding["confidence"], finding["culprit"], finding["because"]

    def test_a_good_token_is_let_in(self):
        self.assertIsNone(self.verdict(f"Bearer {token()}", 200))

    def test_an_expired_token(self):
        self.assertEqual(self.verdict(f"Bearer {token(exp=int(time.time()) - 3600)}", 401), ("BEARER-EXP-001", "certain", "client"))

    def test_a_token_from_an_issuer_whose_clock_is_ahead(self):
        ahead = int(time.time()) + 1800
        self.assertEqual(self.verdict(f"Bearer {token(nbf=ahead, iat=ahead, exp=ahead + 3600)}", 401), ("BEARER-NBF-002", "certain", "unknown"))

    def test_a_token_for_another_service_and_one_of_another_issuer(self):
        for claims in ({"aud": "api://other"}, {"iss": "https://other.why401.test"}):
            with self.subTest(claims):
                self.assertEqual(self.verdict(f"Bearer {token(**claims)}", 401), ("BEARER-AUD-003", "likely", "client"))

    def test_a_token_signed_with_another_key(self):
        self.assertEqual(self.verdict(f"Bearer {token(key=b'another')}", 401), ("BEARER-SIG-004", "likely", "unknown"))

    def test_a_client_that_has_no_token_and_sends_the_word_null(self):
        self.assertEqual(self.verdict("Bearer null", 401), ("BEARER-SYNTAX-005", "certain", "client"))

    def test_a_token_without_the_word_bearer(self):
        self.assertEqual(self.verdict(token(), 401), ("BEARER-SYNTAX-005", "certain", "client"))

    def test_a_good_token_that_does_not_permit_the_page(self):
        self.assertEqual(self.verdict(f"Bearer {token()}", 403, "/admin/users"), ("BEARER-SCOPE-006", "certain", "client"))
        self.assertIsNone(self.verdict(f"Bearer {token(scp='read write')}", 200, "/admin/users"))

    def test_a_client_without_a_token(self):
        self.assertEqual(self.verdict(None, 401)[0], "CLIENT-NOAUTH-001")


if __name__ == "__main__":
    unittest.main()
