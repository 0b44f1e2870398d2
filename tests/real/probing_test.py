"""`why401 probe` at real servers and through real intermediaries: those that lend connections are found out, those that do not are left alone."""
import json
import pathlib
import subprocess
import sys
import unittest

from apache import PASSWORDS, Apache
from apache_scene import ApacheScene
from intermediaries import HaProxy, ModProxy, Nginx, Squid
from kerberos_realm import REALM, Realm
from scene import HOST, Scene
from servers import PATIENCE, Folder, wait_for

from running import WHY401

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from tls_origin import Authority  # noqa: E402

WEB01 = "web01.lab.why401.test"


class Probing(Scene):
    def probe(self, url, address, *more, user=None, password=None, env=None):
        """(exit code, its JSON)."""
        host = url.split("/")[2]
        command = [WHY401, "probe", "--json", url, "--map", f"{host}={address}", *more]
        if user:
            file = self.home / "password"
            file.write_text(password + "\n")
            command += ["--user", user, "--password-file", str(file)]
        done = subprocess.run(command, env={**self.environment, **(env or {})}, cwd=self.home, capture_output=True, text=True, timeout=PATIENCE)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return done.returncode, json.loads(done.stdout)

    def wrong(self, told):
        return [fact["what"] for part in told["sections"] for fact in part["facts"] if fact["grade"] == "wrong"]


class Behind(Probing):
    def lab(self):
        ready = self.home / "lab.json"
        process = subprocess.Popen([WHY401, "lab", "--listen", "127.0.0.1:0", "--ready", str(ready)], env=self.environment, cwd=self.home,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(lambda: (process.kill(), process.wait()))
        wait_for(ready.exists, "the lab")
        return json.loads(ready.read_text())["lab"]

    def through(self, intermediary, **options):
        gateway = intermediary(self, Folder(self), self.lab(), **options)
        return self.probe(f"http://{WEB01}/", gateway.address, user="CONTOSO\\alice", password="Wonderland1")

    def lends(self, intermediary, **options):
        code, told = self.through(intermediary, **options)
        self.assertEqual(code, 1)
        self.assertIn("somebody behind this address pools server connections", told["verdict"])
        self.assertIn("CONTOSO\\alice", told["verdict"])

    def keeps(self, intermediary, **options):
        code, told = self.through(intermediary, **options)
        self.assertEqual((code, self.wrong(told)), (0, []), told)
        self.assertIn("Nothing is wrong here", told["verdict"])
        self.assertEqual([f["rule"] for f in told["findings"] if f["kind"] == "failure"], [])

    def test_nginx_lends(self):
        self.lends(Nginx)

    def test_mod_proxy_lends(self):
        self.lends(ModProxy)

    def test_haproxy_keeps_ntlm_apart(self):
        self.keeps(HaProxy)

    def test_squid_keeps_ntlm_apart(self):
        self.keeps(Squid)


class AtApache(ApacheScene, Probing):
    def site(self, path):
        return f"http://{HOST}/{path}"

    def login(self, path, scheme):
        code, told = self.probe(self.site(path), self.apache.address, user="alice", password=PASSWORDS["alice"])
        self.assertEqual((code, self.wrong(told)), (0, []), told)
        self.assertIn(f"alice is let in by {scheme}", told["verdict"])
        self.assertIn("each request carries the login", json.dumps(told))

    def test_basic(self):
        self.login("basic/a", "Basic")

    def test_digest(self):
        self.login("digest/a", "Digest")

    def test_a_wrong_password_by_digest_is_sent_once(self):
        code, told = self.probe(self.site("digest/a"), self.apache.address, user="alice", password="Demolisher1")
        self.assertEqual((code, told["refused_logins"]), (1, 1))
        self.assertIn("alice", told["verdict"])

    def test_ntlm_inside_negotiate(self):
        code, told = self.probe(self.site("ntlm/a"), self.apache.address, user="WHY401\\alice", password=PASSWORDS["alice"])
        self.assertEqual((code, self.wrong(told)), (0, []), told)
        self.assertIn("WHY401\\alice is let in by NTLM", told["verdict"])

    def test_kerberos_with_a_ticket_for_each_request_is_no_fault(self):
        code, told = self.probe(self.site("kerberos/a"), self.apache.address, "--negotiate", env=self.realm.ticket("alice", PASSWORDS["alice"]))
        self.assertEqual((code, self.wrong(told)), (0, []), told)
        self.assertIn(f"alice@{REALM} is let in by Kerberos", told["verdict"])
        self.assertIn("the server has proven that it holds the key", json.dumps(told))
        self.assertIn("this server wants a ticket with each request", json.dumps(told))

    def test_kerberos_that_lives_in_its_connection(self):
        code, told = self.probe(self.site("bound/a"), self.apache.address, "--negotiate", env=self.realm.ticket("alice", PASSWORDS["alice"]))
        self.assertEqual((code, self.wrong(told)), (0, []), told)
        self.assertIn("it lasted for 4 requests", json.dumps(told))

    def test_no_ticket_is_said_in_the_words_of_the_library(self):
        code, told = self.probe(self.site("kerberos/a"), self.apache.address, "--negotiate", env=self.realm.no_ticket())
        self.assertEqual(code, 1)
        self.assertIn(f"There is no Kerberos ticket for HTTP/{HOST}", told["verdict"])
        self.assertEqual(told["refused_logins"], 0)

    def test_haproxy_lends_a_kerberos_login_that_it_did_not_see_coming(self):
        gateway = HaProxy(self, Folder(self), self.apache.address)
        code, told = self.probe(self.site("bound/a"), gateway.address, "--negotiate", env=self.realm.ticket("alice", PASSWORDS["alice"]))
        self.assertEqual(code, 1, told)
        self.assertIn("somebody behind this address pools server connections", told["verdict"])


class AtApacheOverTls(Probing):
    """Each login is bound to the certificate; this server does not look."""

    def setUp(self):
        super().setUp()
        self.folder = Folder(self)
        self.realm = Realm(self, self.folder, HOST)
        self.authority = Authority(pathlib.Path(self.folder.path) / "authority")
        known = "".join(f"WHY401:{user}:{password}\n" for user, password in PASSWORDS.items())
        more = f"SSLEngine on\nSSLCertificateFile {self.authority.leaf(f'DNS:{HOST}')}\n"
        self.apache = Apache(self, self.folder, self.realm.env(NTLM_USER_FILE=self.folder.write("ntlm.users", known)), more=more,
                             modules=("ssl", "socache_shmcb"))

    def is_let_in(self, page, who, *more, **login):
        code, told = self.probe(f"https://{HOST}/{page}", self.apache.address, "--upstream-ca", self.authority.certificate, *more, **login)
        self.assertEqual((code, self.wrong(told), told["refused_logins"]), (0, [], 0), told)
        self.assertIn(f"{who} is let in by", told["verdict"])
        self.assertIn("Extended Protection is off", json.dumps(told))

    def test_a_bound_ticket(self):
        self.is_let_in("kerberos/a", f"alice@{REALM}", "--negotiate", env=self.realm.ticket("alice", PASSWORDS["alice"]))

    def test_a_bound_ntlm_login(self):
        self.is_let_in("ntlm/a", "WHY401\\alice", user="WHY401\\alice", password=PASSWORDS["alice"])


if __name__ == "__main__":
    unittest.main()
