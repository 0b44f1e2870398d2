"""One Apache with everything that healthy logins meet: each way to log in on http and https, redirects, conditional pages, closes, cookies."""
from apache import DIGEST_REALM, MODULES, PASSWORDS, basic_line, digest_line
from servers import Server, environment, free_port, installed, program

REQUESTS_PER_CONNECTION = 25  # then Apache closes it, as it may

CONFIGURATION = """
ServerName {host}
ServerRoot {folder}
DefaultRuntimeDir {folder}
PidFile {folder}/pid
Listen 127.0.0.1:{port}
Listen 127.0.0.1:{secure}
ErrorLog {folder}/error.log
LogLevel error
{modules}
# A process for a connection: what lives in a connection cannot leak by threads of one process.
StartServers 8
MinSpareServers 4
MaxSpareServers 24
MaxRequestWorkers 64
KeepAlive On
KeepAliveTimeout 4
MaxKeepAliveRequests {requests}
User www-data
Group www-data
Header always set Cache-Control "private, max-age=1"
Header always add Set-Cookie "seen=1; path=/"
TypesConfig /dev/null
AddType text/html .html
Alias /receive {folder}/receive.cgi
Alias /with-basic/receive {folder}/receive.cgi
Alias /with-digest/receive {folder}/receive.cgi
Alias /with-kerberos/receive {folder}/receive.cgi
Alias /bound/receive {folder}/receive.cgi
Alias /with-ntlm/receive {folder}/receive.cgi
<Directory {folder}>
  Options +ExecCGI
  AddHandler cgi-script .cgi
  Require all granted
</Directory>
RedirectMatch "^/moved/(.*)" "/$1"
Alias /fav.css {folder}/style.css
AliasMatch "^/favicon.ico$" {folder}/style.css
AliasMatch "^/[a-z-]+/page.*" {folder}/page.html
AliasMatch "^/[a-z-]+/browse.*" {folder}/browse.html
<Location /with-basic>
  Header always set Access-Control-Allow-Origin "*"
  Header always set Access-Control-Allow-Headers "authorization"
  AuthType Basic
  AuthName "basic pages"
  AuthUserFile {folder}/basic.users
  <LimitExcept OPTIONS>
    Require valid-user
  </LimitExcept>
</Location>
<Location /with-digest>
  AuthType Digest
  AuthName "{digest_realm}"
  AuthUserFile {folder}/digest.users
  Require valid-user
</Location>
# A nonce that grows old within a second: the client is told stale=true and goes on.
<Location /with-fresh-digest>
  AuthType Digest
  AuthName "{digest_realm}"
  AuthUserFile {folder}/digest.users
  AuthDigestNonceLifetime 1
  Require valid-user
</Location>
<Location /with-kerberos>
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
<Location /with-ntlm>
  AuthType GSSAPI
  AuthName "ntlm pages"
  GssapiAllowedMech ntlmssp
  GssapiConnectionBound On
  Require valid-user
</Location>
<VirtualHost 127.0.0.1:{secure}>
  SSLEngine on
  SSLCertificateFile {certificate}
  SSLCertificateKeyFile {certificate}
</VirtualHost>
"""

RECEIVE = """#!/bin/sh
cat > /dev/null
printf 'Content-Type: text/plain\\r\\n\\r\\nuser=%s\\n' "$REMOTE_USER"
"""

# A page as browsers meet them: parts, prefetch, a preflight, requests at once, some with bodies.
BROWSE = """<!doctype html><meta charset="utf-8"><title>page</title><link rel="stylesheet" href="/fav.css"><link rel="prefetch" href="page-next">
<img src="page-1" alt=""><img src="page-2" alt=""><iframe src="page-3"></iframe><body></body><script type="module">
const ask = n => fetch(n % 2 ? `receive/${n}` : `page-${n}`, n % 2 ? {method: "POST", body: "x".repeat(20000)} : {});
const answers = await Promise.all([...Array(8).keys()].map(ask));
document.title = document.body.textContent = "statuses " + answers.map(a => a.status).join(" ");
</script>
"""

LOADED = ("mpm_prefork authn_core authn_file authz_core authz_user auth_basic auth_digest auth_gssapi alias cgi mime headers ssl socache_shmcb").split()


class HealthySite(Server):
    """`folder` holds the keytab of `env`'s realm; `certificate` is a file with the key in it."""

    def __init__(self, test, folder, host, certificate, env):
        self.test, self.folder, self.host, self.certificate, self.env = test, folder, host, certificate, env
        self.program = program("apache2", "apache2")
        installed(f"{MODULES}/mod_auth_gssapi.so", "libapache2-mod-auth-gssapi")
        folder.write("receive.cgi", RECEIVE, 0o755)
        folder.write("page.html", "<!doctype html><title>a page</title><p>" + "text " * 60)
        folder.write("browse.html", BROWSE)
        folder.write("style.css", "body { color: black }")
        folder.write("basic.users", "".join(basic_line(*entry) for entry in PASSWORDS.items()))
        folder.write("digest.users", "".join(digest_line(*entry) for entry in PASSWORDS.items()))
        self.secure = free_port()
        self.start(test, self.configure, env or environment())

    def configure(self, port):
        modules = "\n".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in LOADED)
        text = CONFIGURATION.format(folder=self.folder.path, host=self.host, port=port, secure=self.secure, modules=modules,
                                    certificate=self.certificate, digest_realm=DIGEST_REALM, requests=REQUESTS_PER_CONNECTION)
        return [self.program, "-DFOREGROUND", "-f", str(self.folder.write("apache.conf", text))]

    def restart(self):
        """Ends it with every connection it has, and starts it again where it was."""
        self.stop()
        self.start(self.test, self.configure, self.env, self.port)
