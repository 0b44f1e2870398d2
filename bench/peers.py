"""The proxies that are measured: how each is configured, so that all do the same work. None logs or caches."""
import dataclasses
import shutil
import typing

HAPROXY = """
global
    nbthread 1
    maxconn 9000
defaults
    mode http
    timeout connect 10s
    timeout client 1h
    timeout server 1h
    http-reuse {reuse}
frontend in
    bind 127.0.0.1:{port}
    default_backend out
backend out
    server origin {origin}
"""

NGINX = """
daemon off; worker_processes 1; pid {folder}/pid; error_log stderr crit; 
events {{ worker_connections 30000; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    keepalive_timeout 1h; keepalive_requests 1000000000;
    upstream origin {{ server {origin}; keepalive 512; keepalive_requests 1000000000; }}
    server {{
        listen 127.0.0.1:{port} backlog=8192;
        proxy_http_version 1.1; proxy_set_header Connection ""; proxy_max_temp_file_size 0;
        location / {{ proxy_pass http://origin; }}
    }}
}}
"""

SQUID_ONLY_FORWARDS = """
http_access allow all
cache deny all
cache_mem 0
access_log none
cache_log /dev/null
cache_store_log none
pid_filename none
pinger_enable off
visible_hostname bench
shutdown_lifetime 0 seconds
max_filedescriptors 16384
client_idle_pconn_timeout 1 hour
server_idle_pconn_timeout 1 hour
"""
SQUID = "http_port 127.0.0.1:{port}" + SQUID_ONLY_FORWARDS


@dataclasses.dataclass(frozen=True)
class Peer:
    name: str
    title: str
    program: str
    command: typing.Callable  # (folder, port, origin) -> arguments; writes what configuration it needs into the folder
    tunnels: bool = True      # knows CONNECT
    ours: bool = False
    captures: bool = False
    variant: bool = False     # as another in all but how it chooses upstream connections

    def absent(self):
        return shutil.which(self.program) is None


def _configured(template, *arguments, **values):
    """A command that takes its configuration from a file."""
    def command(folder, port, origin):
        file = folder / "configuration"
        file.write_text(template.format(folder=folder, port=port, origin=origin.authority, **values))
        return [argument.format(file=file, folder=folder) for argument in arguments]
    return command


def _why401(*options):
    def command(folder, port, _origin):
        return ["proxy", "--listen", f"127.0.0.1:{port}", "--ui", "127.0.0.1:0", "--ready", str(folder / "ready.json"),
                *(option.format(folder=folder) for option in options)]
    return command


def _mitmdump(*options):
    def command(folder, port, _origin):
        return ["--quiet", "--listen-host", "127.0.0.1", "--listen-port", str(port), "--set", f"confdir={folder}",
                *(option.format(folder=folder) for option in options)]
    return command


def why401(program, prefix="why401"):
    """A build of why401: everything on, nothing captured, and pooling."""
    return [Peer(prefix, f"{prefix}: everything on", program, _why401("--capture", "{folder}/run.why401"), ours=True, captures=True),
            Peer(f"{prefix}-off", f"{prefix} `--capture off`", program, _why401("--capture", "off"), ours=True),
            Peer(f"{prefix}-pooled", f"{prefix} `--policy pooled/lifo`", program,
                 _why401("--capture", "{folder}/run.why401", "--policy", "pooled/lifo"), ours=True, captures=True, variant=True)]


OTHERS = [
    Peer("haproxy", "haproxy, `http-reuse never`", "haproxy", _configured(HAPROXY, "-f", "{file}", "-db", reuse="never"), tunnels=False),
    Peer("haproxy-pooled", "haproxy, `http-reuse safe`", "haproxy", _configured(HAPROXY, "-f", "{file}", "-db", reuse="safe"), tunnels=False,
         variant=True),
    Peer("nginx", "nginx `proxy_pass`, keepalive", "nginx", _configured(NGINX, "-e", "stderr", "-p", "{folder}", "-c", "{file}"), tunnels=False),
    Peer("squid", "squid, no cache", "squid", _configured(SQUID, "-N", "-f", "{file}")),
    Peer("mitmdump", "mitmdump", "mitmdump", _mitmdump()),
    Peer("mitmdump-w", "mitmdump `-w`", "mitmdump", _mitmdump("-w", "{folder}/flows")),
]
