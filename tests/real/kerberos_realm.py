"""A Kerberos realm of its own: MIT's KDC on a loopback port, a service with a keytab, users with tickets."""
import subprocess

from servers import PATIENCE, Server, environment, program

REALM = "WHY401.TEST"

# Names are taken as they are written: no resolver is asked.
KRB5_CONF = """[libdefaults]
 default_realm = {realm}
 dns_lookup_kdc = false
 dns_lookup_realm = false
 dns_canonicalize_hostname = false
 rdns = false
[realms]
 {realm} = {{
  kdc = 127.0.0.1:{port}
 }}
[domain_realm]
 {host} = {realm}
"""

KDC_CONF = """[realms]
 {realm} = {{
  database_name = {folder}/principal
  key_stash_file = {folder}/stash
  acl_file = {folder}/acl
  kdc_listen = 127.0.0.1:{port}
  kdc_tcp_listen = 127.0.0.1:{port}
 }}
[logging]
 default = FILE:{folder}/kerberos.log
"""


class Realm(Server):
    """`host` is the server that the keytab is for."""

    def __init__(self, test, folder, host):
        self.folder, self.host = folder, host
        kdc = program("krb5kdc", "krb5-kdc")
        self.configure(port=88)
        self.run(program("kdb5_util", "krb5-kdc"), "create", "-s", "-r", REALM, "-P", "master")
        self.administer(f"addprinc -randkey HTTP/{host}")
        self.administer(f"ktadd -k {folder.path}/http.keytab HTTP/{host}")
        (folder.path / "http.keytab").chmod(0o644)

        def configure(port):
            self.configure(port)
            return [kdc, "-n", "-r", REALM]

        self.start(test, configure, self.env())

    def configure(self, port):
        for name, text in (("krb5.conf", KRB5_CONF), ("kdc.conf", KDC_CONF)):
            self.folder.write(name, text.format(realm=REALM, folder=self.folder.path, port=port, host=self.host))

    def env(self, **more):
        """Environment of a program that lives in this realm."""
        here = self.folder.path
        return environment(KRB5_CONFIG=here / "krb5.conf", KRB5_KDC_PROFILE=here / "kdc.conf", KRB5RCACHENAME=f"file2:{here}/replays", **more)

    def run(self, *command, stdin="", **more):
        result = subprocess.run(command, env=self.env(**more), input=stdin, capture_output=True, text=True, timeout=PATIENCE)
        if result.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: {result.stdout}{result.stderr}")

    def administer(self, query):
        self.run(program("kadmin.local", "krb5-admin-server"), "-r", REALM, "-q", query)

    def ticket(self, name, password):
        """Adds a user who logs in to the realm; the environment of their programs."""
        self.administer(f"addprinc -pw {password} {name}")
        cache = f"FILE:{self.folder.path}/tickets-{name}"
        self.run(program("kinit", "krb5-user"), f"{name}@{REALM}", stdin=password + "\n", KRB5CCNAME=cache)
        return self.env(KRB5CCNAME=cache)

    def no_ticket(self):
        return self.env(KRB5CCNAME=f"FILE:{self.folder.path}/no-tickets")
