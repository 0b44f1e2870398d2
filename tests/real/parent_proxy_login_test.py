"""Squid asks for a login by ticket or by NTLM, before why401 and behind it; curl and Chromium answer or do not."""
import unittest

from apache import Apache
from browser import Browser
from intermediaries import AskingSquid
from intermediary_test import PASSWORDS, WEB01, Behind
from kerberos_realm import Realm
from servers import Folder, environment

SQUIDS_NAME = "127.0.0.1"  # clients name the proxy that they are told of, which is why401
NTLM = ["--proxy-ntlm", "--proxy-user", "WHY401\\alice:Wonderland1"]
TICKET = ["--proxy-negotiate", "--proxy-user", ":"]


class ParentProxyLogin(Behind):
    def squid(self, asks, env=None, folder=None, parent=None):
        return AskingSquid(self, folder or Folder(self), asks, parent=parent, env=env)

    def page(self):
        return f"http://{Apache(self, Folder(self)).address}/open/a"

    def with_tickets(self):
        """A realm, a Squid that lives in it, and why401 before that."""
        folder = Folder(self)
        realm = Realm(self, folder, SQUIDS_NAME)
        squid = self.squid("tickets", env=realm.env(), folder=folder)
        return realm, self.start("--upstream-proxy", f"http://{squid.address}")

    def test_a_ticket_opens_the_proxy(self):
        realm, running = self.with_tickets()
        page = self.page()
        alice = realm.ticket("alice", PASSWORDS["alice"])
        self.assertEqual([a.status for a in self.curl(running, *TICKET, urls=[page] * 2, env=alice)], [200, 200])
        self.assertIn("user=", Browser(self.home, running.proxy, SQUIDS_NAME, alice).show(page))
        told = self.told(running)
        self.assertLessEqual({e["status"] for e in told["exchanges"]}, {200, 404, 407})
        self.assert_healthy(told)

    def test_a_client_without_a_ticket_is_silent(self):
        realm, running = self.with_tickets()
        self.assertEqual([a.status for a in self.curl(running, *TICKET, urls=[self.page()], env=realm.no_ticket())], [407])
        self.assertEqual([rule for rule, _ in self.accused(self.told(running))], ["PROXY-NOAUTH-005"])

    def test_a_ticket_that_the_proxy_cannot_open_is_not_called_a_wrong_password(self):
        realm, running = self.with_tickets()
        realm.administer(f"cpw -randkey HTTP/{SQUIDS_NAME}")  # Squid's keytab holds the key from before
        alice = realm.ticket("alice", PASSWORDS["alice"])
        self.assertEqual([a.status for a in self.curl(running, *TICKET, urls=[self.page()], env=alice)], [407])
        accused = self.accused(self.told(running))
        self.assertEqual({culprit for _, culprit in accused} & {"client", "this-proxy"}, set(), accused)

    def test_the_way_to_an_https_site_is_closed_to_strangers(self):
        squid = self.squid("passwords")
        running = self.start("--upstream-proxy", f"http://{squid.address}")
        self.curl(running, urls=["https://127.0.0.1:9/"])
        self.assertEqual([rule for rule, _ in self.accused(self.told(running))], ["PROXY-407CONNECT-003"])

    def test_a_browser_without_a_password_for_the_proxy_gives_up(self):
        squid = self.squid("passwords")
        running = self.start("--upstream-proxy", f"http://{squid.address}")
        Browser(self.home, running.proxy, SQUIDS_NAME, environment()).show(self.page())
        rules = {rule for rule, _ in self.accused(self.told(running))}
        self.assertLessEqual(rules, {"PROXY-NOAUTH-005", "PROXY-407CONNECT-003"})
        self.assertIn("PROXY-NOAUTH-005", rules)

    def test_a_proxy_and_a_server_that_both_log_in_connections(self):
        squid = self.squid("ntlm")
        running = self.start("--upstream-proxy", f"http://{squid.address}")
        lab = self.lab()
        answers = self.curl(running, *NTLM, "--ntlm", "--user", f"CONTOSO\\alice:{PASSWORDS['alice']}", urls=[f"http://{lab}/a"] * 2)
        told = self.told(running)
        self.assertEqual([a.status for a in answers], [200, 200])
        self.assert_healthy(told)
        self.assertIn("PROXY-DOUBLE-002", [f["rule"] for f in told["findings"] if f["kind"] == "posture"])

    def test_behind_a_squid_that_asks_the_servers_login_is_all_that_is_seen(self):
        running = self.start("--map", f"web01.lab.why401.test={self.lab()}")
        squid = self.squid("passwords", parent=running.proxy.rpartition(":")[2])
        answers = self.curl(running, "--proxy", f"http://{squid.address}", "--proxy-basic", "--proxy-user", "alice:Wonderland1", "--ntlm", "--user",
                            f"CONTOSO\\alice:{PASSWORDS['alice']}", urls=[f"{WEB01}/a"] * 2)
        told = self.told(running)
        self.assertEqual([a.status for a in answers], [200, 200])
        self.assertNotIn(407, {e["status"] for e in told["exchanges"]})
        self.assert_healthy(told)


if __name__ == "__main__":
    unittest.main()
