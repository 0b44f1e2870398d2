"""A real Apache with a page behind each way to log in, and what its own access log says."""
import base64
import hashlib
import json

from servers import Server, environment, installed, program, wait_for

MODULES = "/usr/lib/apache2/modules"
PASSWORDS = {"alice": "Wonderland1", "bob": "Builder1"}
DIGEST_REALM = "digest pages"

CONFIGURATION = """
ServerName www.why401.test
ServerRoot {folder}
DefaultRuntimeDir {folder}
PidFile {folder}/pid
Listen 127.0.0.1:{port}
ErrorLog {folder}/error.log
LogLevel warn auth_gssapi:info
{modules}
# A process for a connection: what lives in a connection cannot leak by threads of one process.
StartServers 2
MinSpareServers 2
MaxSpareServers 8
MaxRequestWorkers 32
KeepAlive On
KeepAliveTimeout 60
MaxKeepAliveRequests 0
User {user}
Group {group}
LogFormat "{{\\"status\\":%>s,\\"method\\":\\"%m\\",\\"path\\":\\"%U\\",\\"port\\":%{{remote}}p,\\"user\\":\\"%u\\"}}" facts
CustomLog {folder}/access.log facts
Alias /ask.html {folder}/ask.html
<Location /ask.html>
  ForceType text/html
</Location>
ScriptAlias / {folder}/who.cgi/
{more}
<Location /basic>
  AuthType Basic
  AuthName "basic pages"
  AuthUserFile {folder}/basic.users
  Require valid-user
</Location>
<Location /digest>
  AuthType Digest
  AuthName "{digest_realm}"
  AuthUserFile {folder}/digest.users
  Require valid-user
</Location>
# mod_auth_gssapi does not merge sections, so each says all of its own.
<Location /kerberos>
  AuthType GSSAPI
  AuthName "kerberos pages"
  GssapiAllowedMech krb5
  GssapiCredStore keytab:{folder}/http.keytab
  Require valid-user
</Location>
<Location /bound>
  AuthType GSSAPI
  AuthName "kerberos pages, once for a connection"
  GssapiAllowedMech krb5
  GssapiCredStore keytab:{folder}/http.keytab
  GssapiConnectionBound On
  Require valid-user
</Location>
<Location /ntlm>
  AuthType GSSAPI
  AuthName "ntlm pages"
  GssapiAllowedMech ntlmssp
  GssapiConnectionBound On
  Require valid-user
</Location>
"""

# What arrived and for whom: the body is hashed by the origin, so a body that lost or gained a byte on its way shows.
WHO = """#!/bin/sh
sum=$(sha256sum)
printf 'Content-Type: text/plain\\r\\n\\r\\nuser=%s\\nscheme=%s\\nsha256=%s\\n' "$REMOTE_USER" "$AUTH_TYPE" "${sum%% *}"
"""

# Six requests at once, every other with a body, to the area that the fragment names.
ASK = """<!doctype html><meta charset="utf-8"><body></body><script type="module">
const ask = async n => (await fetch(`/${location.hash.slice(1)}/${n}`, n % 2 ? {method: "POST", body: "x".repeat(100000)} : {})).text();
document.body.textContent = (await Promise.all([0, 1, 2, 3, 4, 5].map(ask))).join("");
</script>
"""

LOADED = ("mpm_prefork authn_core authn_file authz_core authz_user auth_basic auth_digest auth_gssapi alias cgi").split()


def sha256(body):
    return hashlib.sha256(body).hexdigest()


def basic_line(user, password):
    return f"{user}:{{SHA}}{base64.b64encode(hashlib.sha1(password.encode()).digest()).decode()}\n"


def digest_line(user, password):
    ha1 = hashlib.md5(f"{user}:{DIGEST_REALM}:{password}".encode()).hexdigest()
    return f"{user}:{DIGEST_REALM}:{ha1}\n"


class Apache(Server):
    """`env`: what its Kerberos or NTLM library needs to know. `folder` holds the keytab, if there is one."""

    def __init__(self, test, folder, env=None, more="", modules=()):
        self.folder = folder
        apache2 = program("apache2", "apache2")
        installed(f"{MODULES}/mod_auth_gssapi.so", "libapache2-mod-auth-gssapi")
        folder.write("who.cgi", WHO, 0o755)
        folder.write("ask.html", ASK)
        folder.write("access.log", "")  # Apache listens before it opens its logs
        folder.write("basic.users", "".join(basic_line(*entry) for entry in PASSWORDS.items()))
        folder.write("digest.users", "".join(digest_line(*entry) for entry in PASSWORDS.items()))
        loads = "\n".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in (*LOADED, *modules))

        def configure(port):
            text = CONFIGURATION.format(folder=folder.path, port=port, modules=loads, more=more, digest_realm=DIGEST_REALM, user="www-data",
                                        group="www-data")
            return [apache2, "-DFOREGROUND", "-f", str(folder.write("apache.conf", text))]

        self.start(test, configure, env or environment())

    def log(self, count):
        """Its access log, once it has this many lines: Apache writes a line after the client has its answer."""
        wait_for(lambda: len(self.rows()) >= count, f"{count} lines of Apache's access log")
        return self.rows()

    def rows(self):
        lines = (self.folder.path / "access.log").read_text().splitlines(keepends=True)
        rows = [json.loads(line) for line in lines if line.endswith("\n")]
        return [row for row in rows if row["path"] != "*"]  # Apache wakes its own processes with OPTIONS *

    def errors(self):
        return (self.folder.path / "error.log").read_text()
