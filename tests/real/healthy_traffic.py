"""Healthy traffic of real clients, as much of it as is asked for: nothing in it may be called a failure."""
import collections
import email.utils
import http.client
import pathlib
import subprocess
import sys

from apache import PASSWORDS
from browser import Browser
from healthy_site import HealthySite
from kerberos_realm import Realm
from ntlm_requests_client import get_with_ntlm
from requests_client import post_with_kerberos
from scene import HOST, Scene
from servers import PATIENCE, Folder, environment, installed, program

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from tls_origin import Authority  # noqa: E402

DOMAIN, LAB_DOMAIN = "WHY401", "CONTOSO"
LAB = "http://web01.lab.why401.test"
LAB_ALICE, LAB_BOB = ["--ntlm", "--user", "CONTOSO\\alice:Wonderland1"], ["--ntlm", "--user", "CONTOSO\\bob:Builder1"]
TICKET = ["--negotiate", "--user", ":"]
ASKED = ["--anyauth", "--user", ":"]


def user(name):
    return ["--user", f"{name}:{PASSWORDS[name]}"]


class HealthyTraffic(Scene):
    """`play(policy, size)` is one run; `each` is the measure of its acts."""

    def setUp(self):
        super().setUp()
        self.folder = Folder(self)
        self.realm = Realm(self, self.folder, HOST)
        self.authority = Authority(pathlib.Path(self.folder.path) / "authority")
        installed("/etc/gss/mech.d/mech.ntlmssp.conf", "gss-ntlmssp")
        known = "".join(f"{domain}:{name}:{word}\n" for domain in (DOMAIN, LAB_DOMAIN) for name, word in PASSWORDS.items())
        self.site = HealthySite(self, self.folder, HOST, self.authority.leaf(f"DNS:{HOST}"),
                                self.realm.env(NTLM_USER_FILE=self.folder.write("ntlm.users", known)))
        self.tickets = {name: self.realm.ticket(name, word) for name, word in PASSWORDS.items()}
        self.body = self.folder.write("body", "x" * 60_000)

    def ntlm(self, name, domain=DOMAIN):
        file = self.folder.write(f"ntlm.{domain}.{name}", f"{domain}:{name}:{PASSWORDS[name]}\n")
        return environment(NTLM_USER_FILE=file, KRB5CCNAME=f"FILE:{self.folder.path}/no-tickets")

    def play(self, policy, size):
        """One why401, all acts; what it tells of them."""
        self.each = max(4, size // 32)
        self.unchanged = ["--header", f"If-Modified-Since: {email.utils.formatdate(usegmt=True)}"]
        self.running = self.start("--policy", policy, "--lab", "--map", f"{HOST}=127.0.0.1", "--intercept", "all", "--upstream-ca", self.authority.certificate)
        self.ca = self.home / f"ca-{policy}.pem"
        self.assertEqual(self.why401("ca", "export", "-o", self.ca).returncode, 0)
        self.plain, self.secure = f"http://{HOST}:{self.site.port}", f"https://{HOST}:{self.site.secure}"
        self.at_once(self.without_login, self.basic, self.digest)
        self.at_once(self.tickets_of_two, self.bound_tickets, self.ntlm_of_two)
        self.at_once(self.lab, self.bodies, self.old_nonces)
        self.at_once(self.libraries, self.over_tls)
        self.browsers()
        self.over_a_restart()
        return self.told(self.running)

    def ask(self, url, count, *arguments, env=None, expect=(200,), site=None):
        """curl asks for `count` pages below `url`."""
        command = [program("curl", "curl"), "--silent", "--show-error", "--max-time", str(PATIENCE), "--proxy", f"http://{self.running.proxy}", "--noproxy", "",
                   "--cacert", str(self.ca), "--output", "/dev/null", "--write-out", "%{http_code}\n", *map(str, arguments),
                   f"{site or self.plain}{url}[1-{max(1, count)}]"]
        done = subprocess.run(command, env=env or environment(), capture_output=True, text=True, timeout=600)
        statuses = collections.Counter(map(int, done.stdout.split()))
        self.assertEqual(set(statuses) - set(expect), set(), (url, arguments, statuses, done.stderr[:500]))
        self.assertEqual(sum(statuses.values()), max(1, count), (url, arguments, done.stderr[:500]))

    # The acts

    def without_login(self):
        n = self.each
        self.ask("/open/page", n)
        self.ask("/open/page", n, "--parallel", "--parallel-max", 6)
        self.ask("/open/page", n // 4, "--head")
        self.ask("/open/page", n // 4, "--range", "0-99", expect=(206,))
        self.ask("/open/page", n // 4, *self.unchanged, expect=(304,))
        self.ask("/open/page", n // 4, "--header", "If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT")
        self.ask("/nowhere/else", n // 4, expect=(404,))
        self.ask("/receive/", n // 10, "--data-binary", f"@{self.body}")

    def basic(self):
        n, alice, bob = self.each, user("alice"), user("bob")
        jar = self.home / "cookies"
        self.at_once(lambda: self.ask("/with-basic/page", n, "--basic", *alice, "--cookie", jar, "--cookie-jar", jar),
                     lambda: self.ask("/with-basic/page", n, "--basic", *bob, "--parallel", "--parallel-max", 4))
        self.ask("/with-basic/page", n // 2, "--anyauth", *alice)
        self.ask("/with-basic/page", n // 4, "--anyauth", *bob, "--head")
        self.ask("/with-basic/page", n // 4, "--basic", *alice, "--range", "0-9", expect=(206,))
        self.ask("/with-basic/page", n // 4, "--basic", *alice, *self.unchanged, expect=(304,))
        self.ask("/with-basic/missing", n // 4, "--basic", *alice, expect=(404,))
        self.ask("/moved/with-basic/page", n // 4, "--basic", *alice, "--location")
        self.ask("/with-basic/page", n // 10, "--request", "OPTIONS", "--header", "Origin: http://elsewhere.test", "--header",
                 "Access-Control-Request-Method: GET", "--header", "Access-Control-Request-Headers: authorization")

    def digest(self):
        n, alice, bob = self.each, user("alice"), user("bob")
        self.at_once(lambda: self.ask("/with-digest/page", n, "--digest", *alice), lambda: self.ask("/with-digest/page", n, "--digest", *bob))
        self.ask("/with-digest/page", n // 4, "--anyauth", *alice, "--parallel", "--parallel-max", 4)
        self.ask("/moved/with-digest/page", n // 8, "--digest", *alice, "--location")
        self.ask("/with-digest/page", n // 8, "--digest", *alice, *self.unchanged, expect=(304,))

    def old_nonces(self):
        """Slower than the life of a nonce."""
        self.ask("/with-fresh-digest/page", min(12, self.each), "--digest", *user("alice"), "--rate", "60/m")

    def tickets_of_two(self):
        n, alice, bob = self.each, self.tickets["alice"], self.tickets["bob"]
        self.at_once(lambda: self.ask("/with-kerberos/page", n, *TICKET, env=alice), lambda: self.ask("/with-kerberos/page", n, *ASKED, env=bob))
        self.ask("/with-kerberos/page", n // 8, *TICKET, "--head", env=alice)

    def bound_tickets(self):
        n, alice, bob = self.each, self.tickets["alice"], self.tickets["bob"]
        self.at_once(lambda: self.ask("/bound/page", n, *TICKET, env=alice), lambda: self.ask("/bound/page", n, *ASKED, env=bob))

    def ntlm_of_two(self):
        n = self.each
        self.at_once(lambda: self.ask("/with-ntlm/page", n, *TICKET, env=self.ntlm("alice")),
                     lambda: self.ask("/with-ntlm/page", n, *ASKED, env=self.ntlm("bob")))
        self.ask("/with-ntlm/page", n // 4, *TICKET, "--parallel", "--parallel-max", 4, env=self.ntlm("alice"))
        self.ask("/with-ntlm/page", n // 8, *TICKET, *self.unchanged, env=self.ntlm("bob"), expect=(304,))

    def lab(self):
        n = self.each
        self.at_once(lambda: self.ask("/page", 2 * n, *LAB_ALICE, site=LAB), lambda: self.ask("/page", 2 * n, *LAB_BOB, site=LAB),
                     lambda: self.ask("/page", n, *TICKET, env=self.ntlm("alice", LAB_DOMAIN), site=LAB),
                     lambda: self.ask("/page", n, *LAB_BOB, "--parallel", "--parallel-max", 4, site=LAB))
        self.ask("/anonymous/page", n // 2, site=LAB)
        self.ask("/basic/page", n // 2, "--basic", "--user", "CONTOSO\\alice:Wonderland1", site=LAB)
        self.ask("/page", n // 8, *LAB_ALICE, "--head", site=LAB)
        self.ask("/page", n // 8, *LAB_ALICE, "--data-binary", f"@{self.body}", site=LAB)

    def bodies(self):
        n = max(2, self.each // 8)
        ways = (("with-basic", ["--basic", *user("alice")], None), ("with-digest", ["--digest", *user("bob")], None),
                ("with-kerberos", TICKET, self.tickets["alice"]), ("bound", ASKED, self.tickets["bob"]), ("with-ntlm", TICKET, self.ntlm("alice")))
        for area, how, env in ways:
            # Apache closes a connection whose body it did not ask for, and with it an NTLM login that is under way.
            waits = ["--header", "Expect: 100-continue"] if area != "with-ntlm" else ["--header", "Expect:"]
            self.ask(f"/{area}/receive/", n, *how, "--data-binary", f"@{self.body}", env=env)
            self.ask(f"/{area}/receive/", n, *how, *waits, "--data-binary", f"@{self.body}", env=env)
            self.ask(f"/{area}/receive/", n, *how, *waits, "--upload-file", self.body, env=env)

    def over_tls(self):
        n = self.each
        for area, how, env in (("open", [], None), ("with-basic", ["--basic", *user("alice")], None), ("with-digest", ["--digest", *user("bob")], None),
                               ("with-kerberos", TICKET, self.tickets["alice"]), ("with-ntlm", TICKET, self.ntlm("bob"))):
            self.ask(f"/{area}/page", n // 2, *how, env=env, site=self.secure)
        self.ask("/with-basic/receive/", n // 10, "--basic", *user("alice"), "--data-binary", f"@{self.body}", site=self.secure)

    def libraries(self):
        urls = [f"{self.plain}/with-kerberos/receive/{n}" for n in range(max(2, self.each // 20))]
        self.assertEqual({a.status for a in post_with_kerberos(self.running.proxy, urls, b"x" * 5000, self.tickets["alice"])}, {200})
        pages = [f"{LAB}/page{n}" for n in range(max(2, self.each // 20))]
        self.assertEqual({status for status, _ in get_with_ntlm(pages, ca_file=self.ca, proxy=self.running.proxy)}, {200})
        for area in ("with-basic", "with-digest"):
            pages = [f"{self.plain}/{area}/page{n}" for n in range(max(2, self.each // 10))]
            done = subprocess.run([program("wget", "wget"), "--quiet", "--tries=1", "--output-document=/dev/null", "--user=alice",
                                   f"--password={PASSWORDS['alice']}", *pages], env=environment(http_proxy=f"http://{self.running.proxy}"),
                                  cwd=self.home, timeout=600)
            self.assertEqual(done.returncode, 0)

    def browsers(self):
        alice = f"alice:{PASSWORDS['alice']}@"
        for number, (area, who, env) in enumerate((("with-basic", alice, environment()), ("with-digest", alice, environment()),
                                                   ("with-kerberos", "", self.tickets["alice"]), ("with-ntlm", "", self.ntlm("bob")))):
            home = self.home / f"browser-{number}-{self.running.proxy.rpartition(':')[2]}"
            home.mkdir()
            page = Browser(home, self.running.proxy, HOST, env).show(f"http://{who}{HOST}:{self.site.port}/{area}/browse")
            self.assertIn("page-next" if who else "statuses" + 8 * " 200", page, area)  # a name in the address keeps scripts from asking

    def over_a_restart(self):
        """A kept connection outlives the server: the next request finds another."""
        host, _, port = self.running.proxy.rpartition(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=PATIENCE)
        self.addCleanup(connection.close)
        for _ in range(2):
            connection.request("GET", f"{self.plain}/open/page")
            self.assertEqual(connection.getresponse().read()[:9], b"<!doctype")
            self.site.restart()
            self.ask("/with-ntlm/page", 5, *TICKET, env=self.ntlm("alice"))
            connection.close()  # the proxy may have closed it with the server's
