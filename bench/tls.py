"""What the TLS measures need beside the plain ones: an origin that speaks TLS, the peers as interceptors, and the load."""
import json
import pathlib
import shutil
import subprocess

from addresses import free_port
from origin import Origin, text
from peers import SQUID_ONLY_FORWARDS, Peer

NAMES = "*.bench.test"

ORIGIN = """
daemon off; master_process off; pid {folder}/pid; error_log stderr crit; 
events {{ worker_connections 30000; }}
http {{
    access_log off; server_tokens off; default_type text/plain;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    keepalive_timeout 1h; keepalive_requests 1000000000; open_file_cache max=10;
    ssl_certificate {folder}/origin.pem; ssl_certificate_key {folder}/origin.key;
    ssl_protocols TLSv1.2 TLSv1.3; ssl_session_cache shared:bench:20m; ssl_session_tickets on;
    server {{
        listen 127.0.0.1:{port} ssl backlog=8192;
        location = /1k {{ return 200 "{text}"; }}
        location = /large {{ alias {folder}/large; }}
    }}
    server {{ listen 127.0.0.1:{plain}; location = /1k {{ return 200 "{text}"; }} }}
}}
"""

HAPROXY = """
global
    nbthread 1
    maxconn 9000
    tune.ssl.default-dh-param 2048
    ssl-server-verify none
defaults
    mode http
    timeout connect 10s
    timeout client 1h
    timeout server 1h
    http-reuse never
frontend plain
    bind 127.0.0.1:{port}
    default_backend plain
frontend in
    bind 127.0.0.1:{tls_port} ssl crt {folder}/ca.both generate-certificates ca-sign-file {folder}/ca.both
    default_backend out
backend plain
    server origin {origin}
backend out
    server origin {tls_origin} ssl verify none sni ssl_fc_sni
"""

SQUID = """
http_port 127.0.0.1:{port} ssl-bump generate-host-certificates=on dynamic_cert_mem_cache_size=16MB tls-cert={folder}/ca.pem tls-key={folder}/ca.key
sslcrtd_program /usr/lib/squid/security_file_certgen -s {folder}/certificates -M 16MB
sslcrtd_children 2 startup=2
acl hello at_step SslBump1
ssl_bump peek hello
ssl_bump bump all
tls_outgoing_options flags=DONT_VERIFY_PEER
sslproxy_cert_error allow all""" + SQUID_ONLY_FORWARDS


def _openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


def _self_signed(folder, stem, subject, *extensions, key=("ec", "-pkeyopt", "ec_paramgen_curve:P-256")):
    more = [word for extension in extensions for word in ("-addext", extension)]
    _openssl("req", "-x509", "-newkey", *key, "-nodes", "-days", "30", "-keyout", folder / f"{stem}.key", "-out", folder / f"{stem}.pem", "-subj", subject, *more)


class TlsOrigin(Origin):
    """nginx over TLS, and in the clear for the first answer that says that a peer is ready."""

    def configuration(self, folder):
        self.plain = free_port()
        _self_signed(folder, "origin", "/CN=bench origin", f"subjectAltName=DNS:{NAMES}")
        _self_signed(folder, "ca", "/CN=bench CA", "basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign")
        (folder / "ca.both").write_text((folder / "ca.pem").read_text() + (folder / "ca.key").read_text())
        return ORIGIN.format(folder=folder, port=self.port, plain=self.plain, text=text(1024))

    @property
    def path(self):
        return pathlib.Path(self.folder.name)

    @property
    def authority(self):
        return f"127.0.0.1:{self.plain}"

    @property
    def tls_authority(self):
        return f"127.0.0.1:{self.port}"


def _haproxy(folder, port, origin):
    # It knows no CONNECT: its clients speak TLS to a port of their own, which stands in a file.
    tls_port = free_port()
    (folder / "tls-port").write_text(str(tls_port))
    shutil.copy(origin.path / "ca.both", folder / "ca.both")
    (folder / "configuration").write_text(HAPROXY.format(folder=folder, port=port, tls_port=tls_port, origin=origin.authority, tls_origin=origin.tls_authority))
    return ["-f", str(folder / "configuration"), "-db"]


def _squid(folder, port, origin):
    # Squid of Debian makes its host certificates for the kind of key that its CA has: RSA is what it is used with.
    _self_signed(folder, "ca", "/CN=bench CA", "basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign", key=("rsa:2048",))
    subprocess.run(["/usr/lib/squid/security_file_certgen", "-c", "-s", str(folder / "certificates"), "-M", "16MB"], check=True, capture_output=True)
    # As root Squid becomes the user proxy, who must be able to read and write here.
    folder.chmod(0o755)
    (folder / "ca.key").chmod(0o644)
    for file in [folder / "certificates", *(folder / "certificates").rglob("*")]:
        shutil.chown(file, "proxy", "proxy")
    (folder / "configuration").write_text(SQUID.format(folder=folder, port=port))
    return ["-N", "-f", str(folder / "configuration")]


def _mitmdump(folder, port, _origin):
    return ["--quiet", "--listen-host", "127.0.0.1", "--listen-port", str(port), "--set", f"confdir={folder}", "--ssl-insecure"]


def _why401(folder, port, origin):
    return ["proxy", "--listen", f"127.0.0.1:{port}", "--ui", "127.0.0.1:0", "--ready", str(folder / "ready.json"), "--capture", str(folder / "run.why401"),
            "--intercept", "all", "--upstream-ca", str(origin.path / "origin.pem")]


def interceptors(peers):
    """Of the peers of this run those that can open TLS, told to."""
    commands = {"haproxy": _haproxy, "squid": _squid, "mitmdump": _mitmdump, "why401": _why401, "before": _why401}
    return [Peer(peer.name, peer.title, peer.program, commands[peer.name], ours=peer.ours, captures=peer.captures)
            for peer in peers if peer.name in commands]


def load(program, running, origin, connections, seconds, hosts, how, large=False):
    """{"connections", "requests", "resumed", "errors", "bytes", "seconds", "p50_us", "p99_us"}; `hosts` 0: a new name each time."""
    port_file = running.folder / "tls-port"
    port, target = (port_file.read_text(), "-") if port_file.exists() else (running.port, origin.tls_authority)
    said = subprocess.run([program, str(port), target, str(connections), str(seconds), str(hosts), how] + (["large"] if large else []),
                          capture_output=True, text=True, timeout=seconds + 120, check=True)
    return json.loads(said.stdout)
