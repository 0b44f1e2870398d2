#!/usr/bin/env python3
"""`why401 open` on a real Apache over https: Chromium and Firefox log in with Kerberos, Chromium also with NTLM; all of it is read."""
import pathlib
import sys
import unittest

from apache import PASSWORDS, Apache
from apache_scene import DOMAIN
from kerberos_realm import REALM, Realm
from scene import HOST, Scene
from servers import SYSTEM_PATH, Folder, program, wait_for

from running import Running

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from tls_origin import Authority  # noqa: E402

BROWSERS = {"chromium": "chromium", "firefox": "firefox-esr"}
TLS = """
SSLEngine on
SSLCertificateFile {certificate}
SSLCertificateKeyFile {certificate}
"""


class HttpsLogin(Scene):
    def setUp(self):
        super().setUp()
        self.folder = Folder(self)
        self.realm = Realm(self, self.folder, HOST)
        self.authority = Authority(pathlib.Path(self.folder.path) / "authority")
        known = "".join(f"{DOMAIN}:{user}:{password}\n" for user, password in PASSWORDS.items())
        self.apache = Apache(self, self.folder, self.realm.env(NTLM_USER_FILE=self.folder.write("ntlm.users", known)),
                             more=TLS.format(certificate=self.authority.leaf(f"DNS:{HOST}")), modules=("ssl", "socache_shmcb"))
        self.port = self.apache.address.rpartition(":")[2]
        self.site = f"https://{HOST}:{self.port}"

    def open_in(self, browser, url, environment):
        program(BROWSERS[browser], BROWSERS[browser])
        # The realm's own variables, this test's home, and a short TMPDIR for the sockets of a profile.
        self.environment |= {name: value for name, value in environment.items() if name.startswith(("KRB5", "NTLM"))} | {"PATH": SYSTEM_PATH}
        return Running(self, "open", browser, url, "--browser-arg=--headless", "--map", f"{HOST}=127.0.0.1", "--upstream-ca", self.authority.certificate, ui="127.0.0.1:0")

    def served(self, running, path):
        """The record of the page, once it was served to somebody."""
        def answers():
            return [e for e in running.get("/api/v1/exchanges")["exchanges"] if e["url"] == f"{self.site}{path}" and e["status"] == 200]
        return wait_for(answers, f"{path} to be served")

    def test_a_ticket_logs_in_and_is_read(self):
        alice = self.realm.ticket("alice", PASSWORDS["alice"])
        for browser in BROWSERS:
            with self.subTest(browser):
                running = self.open_in(browser, f"{self.site}/kerberos/a", alice)
                page = self.served(running, "/kerberos/a")[0]
                self.assertEqual((page["scheme"], page["leg"]), ("Negotiate", "single"))
                told = self.told(running)
                self.assert_healthy(told)
                self.assertIn((401, "anonymous"), [(e["status"], e["leg"]) for e in told["exchanges"]])
                self.assertIn(f"alice@{REALM}", {row["user"] for row in self.apache.rows()})

    def test_ntlm_logs_in_on_its_connection_and_is_read(self):
        file = self.folder.write("ntlm.alice", f"{DOMAIN}:alice:{PASSWORDS['alice']}\n")
        running = self.open_in("chromium", f"{self.site}/ntlm/a", {"NTLM_USER_FILE": str(file), "KRB5CCNAME": f"FILE:{self.folder.path}/no-tickets"})
        page = self.served(running, "/ntlm/a")[0]
        self.assertEqual((page["leg"], page["client_identity"].lower()), ("authenticate", f"{DOMAIN}\\alice".lower()))
        told = self.told(running)
        self.assert_healthy(told)
        legs = [(e["status"], e["leg"]) for e in told["exchanges"] if "/ntlm/" in e["url"]]
        self.assertEqual([leg for leg in legs if leg[1] in ("negotiate", "authenticate")], [(401, "negotiate"), (200, "authenticate")])


if __name__ == "__main__":
    unittest.main()
