"""Basic and Digest at a real Apache when something is not as it should be: stale nonces, letters beyond ASCII, pages
that a user may not open. Held against what Apache's own log says."""
import unittest

from apache import DIGEST_REALM, PASSWORDS, Apache, basic_line
from apache_scene import ApacheScene
from digest_requests_client import get_with_digest
from scene import SITE
from servers import Folder, environment

ALICE = ["--user", f"alice:{PASSWORDS['alice']}"]
CAROL = "K\u00e4se"
LATIN1 = CAROL.encode("latin-1").decode("utf-8", "surrogateescape")  # becomes these bytes again on the command line

PAGES = """
<Location /letters>
  AuthType Basic
  AuthName "letters"
  AuthUserFile {folder}/letters.users
  Require valid-user
</Location>
<Location /brief>
  AuthType Digest
  AuthName "{realm}"
  AuthUserFile {folder}/digest.users
  AuthDigestNonceLifetime 1
  Require valid-user
</Location>
<Location /bobs>
  AuthType Basic
  AuthName "basic pages"
  AuthUserFile {folder}/basic.users
  Require user bob
</Location>
<Location /bobs-digest>
  AuthType Digest
  AuthName "{realm}"
  AuthUserFile {folder}/digest.users
  Require user bob
</Location>
"""


class PasswordRefused(ApacheScene):
    def setUp(self):
        super(ApacheScene, self).setUp()  # no realm: nothing here asks for tickets
        self.folder = Folder(self)
        self.folder.write("letters.users", basic_line("carol", CAROL))
        self.apache = Apache(self, self.folder, environment(), PAGES.format(folder=self.folder.path, realm=DIGEST_REALM))

    def seen(self, *arguments, pages):
        """Statuses that the client got, and what is told of it."""
        running = self.through("affinity")
        answers = self.curl(running, *arguments, urls=[f"{SITE}/{page}" for page in pages])
        return [a.status for a in answers], self.settled(running)

    def test_a_nonce_that_grows_old_is_healthy(self):
        running = self.through("affinity")
        answers = get_with_digest(running.proxy, "alice", PASSWORDS["alice"], [f"{SITE}/brief/{page}" for page in "ab"], 2.5, environment())
        self.assertEqual(self.users(answers), [(200, "alice")] * 2)
        told = self.settled(running)
        self.assertEqual([(e["status"], e["finding"]) for e in told["exchanges"]],
                         [(401, "NORM-ANON-001"), (200, "NORM-DIGEST-005"), (401, "NORM-DIGEST-005"), (200, "NORM-DIGEST-005")])
        self.assert_healthy(told)

    def test_a_nonce_that_is_used_again_counts_on(self):
        running = self.through("affinity")
        answers = get_with_digest(running.proxy, "alice", PASSWORDS["alice"], [f"{SITE}/digest/{page}" for page in "abc"], 0, environment())
        self.assertEqual(self.users(answers), [(200, "alice")] * 3)
        told = self.settled(running)
        self.assertEqual([e["status"] for e in told["exchanges"]], [401, 200, 200, 200])
        self.assert_healthy(told)

    def test_a_wrong_digest_password(self):
        statuses, told = self.seen("--digest", "--user", "alice:Looking-Glass", pages=["digest/a"])
        self.assertEqual(statuses, [401])
        self.assertEqual(self.accused(told), [("DIGEST-BAD-001", "client")])

    def test_letters_in_the_servers_character_set_get_in(self):
        statuses, told = self.seen("--basic", "--user", f"carol:{CAROL}", pages=["letters/a"])
        self.assertEqual(statuses, [200])
        self.assert_healthy(told)

    def test_letters_in_another_character_set_do_not(self):
        statuses, told = self.seen("--basic", "--user", f"carol:{LATIN1}", pages=["letters/a"])
        self.assertEqual(statuses, [401])
        self.assertEqual(self.accused(told), [("BASIC-UTF8-002", "unknown")])

    def test_a_line_break_at_the_end_of_the_password(self):
        statuses, told = self.seen("--header", "Authorization: Basic YWxpY2U6V29uZGVybGFuZDEK", pages=["basic/a"])
        self.assertEqual(statuses, [401])
        self.assertEqual(self.accused(told), [("BASIC-SYNTAX-003", "client")])

    def test_a_page_that_is_another_users(self):
        for scheme, page in (("basic", "bobs"), ("digest", "bobs-digest")):
            with self.subTest(scheme):
                statuses, told = self.seen(f"--{scheme}", *ALICE, pages=[f"{scheme}/a", f"{page}/a"])
                self.assertEqual(statuses, [200, 401])
                self.assertEqual(self.accused(told), [("AUTHZ-401-001", "server")])


if __name__ == "__main__":
    unittest.main()
