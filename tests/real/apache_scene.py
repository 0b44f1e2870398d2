"""A fresh Apache and a fresh realm for each scene: half-finished logins of one must not meet the next."""
from apache import PASSWORDS, Apache
from kerberos_realm import Realm
from scene import HOST, Scene
from servers import Folder, environment, installed

DOMAIN = "WHY401"


class ApacheScene(Scene):
    more = ""  # configuration of Apache that only this scene needs; {folder} holds the keytab

    def setUp(self):
        super().setUp()
        self.folder = Folder(self)
        self.realm = Realm(self, self.folder, HOST)
        known = "".join(f"{DOMAIN}:{user}:{password}\n" for user, password in PASSWORDS.items())
        self.apache = Apache(self, self.folder, self.realm.env(NTLM_USER_FILE=self.folder.write("ntlm.users", known)),
                             more=self.more.format(folder=self.folder.path))

    def ntlm_user(self, user, password):
        """Environment of a client whose GSS-API library speaks NTLM for this user."""
        installed("/etc/gss/mech.d/mech.ntlmssp.conf", "gss-ntlmssp")
        file = self.folder.write(f"ntlm.{user}", f"{DOMAIN}:{user}:{password}\n")
        return environment(NTLM_USER_FILE=file, KRB5CCNAME=f"FILE:{self.folder.path}/no-tickets")

    def through(self, policy):
        """why401 in front of this Apache."""
        self.logged_before = len(self.apache.log(0))
        return self.proxy(self.apache, policy)

    def settled(self, running):
        """Ends why401; what it tells, held against Apache's access log."""
        told = self.told(running)
        log = self.apache.log(self.logged_before + len(told["exchanges"]))
        self.assert_same_as_log(told, log[self.logged_before:])
        return told

    def legs(self, told):
        return [(e["status"], e["leg"]) for e in told["exchanges"]]

    def users(self, answers):
        return [(a.status, a.user) for a in answers]
