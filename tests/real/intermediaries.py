"""Real intermediaries in front of one origin: two that share server connections among clients, two that know better."""
from servers import Server, environment, program

MODULES = "/usr/lib/apache2/modules"

NGINX = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 128; }}
http {{
  access_log off;
  client_body_temp_path {folder}/nginx-body;
  proxy_temp_path {folder}/nginx-proxy;
  fastcgi_temp_path {folder}/nginx-fastcgi;
  uwsgi_temp_path {folder}/nginx-uwsgi;
  scgi_temp_path {folder}/nginx-scgi;
  upstream origin {{
    server {origin};
    keepalive 8;
  }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://origin;
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Connection "";
    }}
  }}
}}
"""

# One process, so that every client meets the same pool.
MOD_PROXY = """
ServerName gateway.why401.test
DefaultRuntimeDir {folder}
PidFile {folder}/gateway.pid
ErrorLog {folder}/gateway.log
Listen 127.0.0.1:{port}
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule proxy_module {modules}/mod_proxy.so
LoadModule proxy_http_module {modules}/mod_proxy_http.so
StartServers 1
ServerLimit 1
ThreadsPerChild 16
MaxRequestWorkers 16
User www-data
Group www-data
KeepAlive On
KeepAliveTimeout 60
ProxyPreserveHost On
ProxyVia {via}
ProxyPass / http://{origin}/ keepalive=On
"""

# One thread, so that every client meets the same pool.
HAPROXY = """
global
  nbthread 1
defaults
  mode http
  timeout connect 10s
  timeout client 60s
  timeout server 60s
listen gateway
  bind 127.0.0.1:{port}
  {more}
  server origin {origin}
"""

SQUID = """
http_port 127.0.0.1:{port} accel defaultsite=origin vhost connection-auth=on
cache_peer {host} parent {origin_port} 0 no-query originserver no-digest name=origin connection-auth=on login=PASSTHRU
http_access allow all
cache deny all
cache_mem 8 MB
access_log none
cache_log {folder}/squid.log
pid_filename {folder}/squid.pid
coredump_dir {folder}
shutdown_lifetime 0 seconds
visible_hostname gateway.why401.test
pinger_enable off
via {via}
"""

ASKING_SQUID = """
http_port 127.0.0.1:{port} connection-auth=on
{asks}
{more}
acl known proxy_auth REQUIRED
http_access allow known
http_access deny all
cache deny all
cache_mem 8 MB
access_log none
cache_log {folder}/squid.log
pid_filename {folder}/squid.pid
coredump_dir {folder}
shutdown_lifetime 0 seconds
visible_hostname upstream.why401.test
pinger_enable off
"""


# How Squid gets to know its clients. Its NTLM is a helper that believes whoever completes the handshake.
ASKS = {
    "passwords": """
auth_param digest program /usr/lib/squid/digest_file_auth {folder}/digest.users
auth_param digest children 2
auth_param digest realm upstream
auth_param basic program /usr/lib/squid/basic_ncsa_auth {folder}/basic.users
auth_param basic children 2
auth_param basic realm upstream
""",
    "tickets": """
auth_param negotiate program /usr/lib/squid/negotiate_kerberos_auth -k {folder}/http.keytab -s GSS_C_NO_NAME
auth_param negotiate children 2
""",
    "ntlm": """
auth_param ntlm program /usr/lib/squid/ntlm_fake_auth
auth_param ntlm children 2
# IIS keeps no login of a connection that comes from a proxy which says so.
via off
""",
}

# Everything goes to one parent, pinned where a login belongs to the connection.
BEHIND = """
cache_peer 127.0.0.1 parent {port} 0 no-query no-digest default connection-auth=on
never_direct allow all
via off
"""


class Nginx(Server):
    """Keeps server connections open in one pool for all its clients."""

    def __init__(self, test, folder, origin):
        nginx = program("nginx", "nginx-light")
        self.start(test, lambda port: [nginx, "-c", str(folder.write("nginx.conf", NGINX.format(folder=folder.path, port=port, origin=origin))),
                                       "-p", str(folder.path)])


class ModProxy(Server):
    """Apache's mod_proxy: the server connections of a process are lent to whoever comes."""

    def __init__(self, test, folder, origin, via="Off"):
        apache2 = program("apache2", "apache2")
        self.start(test, lambda port: [apache2, "-DFOREGROUND", "-f", str(folder.write("gateway.conf", MOD_PROXY.format(
            folder=folder.path, port=port, origin=origin, modules=MODULES, via=via)))])


class HaProxy(Server):
    """Shares server connections too, but sees NTLM and keeps those private."""

    def __init__(self, test, folder, origin, more=""):
        haproxy = program("haproxy", "haproxy")
        self.start(test, lambda port: [haproxy, "-db", "-f", str(folder.write("haproxy.cfg", HAPROXY.format(port=port, origin=origin, more=more)))])


class Squid(Server):
    """As an accelerator; pins a client to the server connection that it logs in on."""

    def __init__(self, test, folder, origin, via="off"):
        squid = program("squid", "squid")
        host, _, origin_port = origin.rpartition(":")
        self.start(test, lambda port: [squid, "-N", "-f", str(folder.write("squid.conf", SQUID.format(
            folder=folder.path, port=port, host=host, origin_port=origin_port, via=via)))])


class AskingSquid(Server):
    """A forward proxy that lets in alice (Wonderland1) alone by Digest or Basic, or whoever has a ticket or speaks NTLM."""

    def __init__(self, test, folder, asks="passwords", parent=None, env=None):
        squid = program("squid", "squid")
        folder.write("basic.users", "alice:$apr1$why401xx$koYxD2IeonMf2wHr.JYQD/\n")  # openssl passwd -apr1 -salt why401xx Wonderland1
        folder.write("digest.users", "alice:Wonderland1\n")
        more = BEHIND.format(port=parent) if parent else ""
        self.start(test, lambda port: [squid, "-N", "-f", str(folder.write("squid.conf", ASKING_SQUID.format(
            folder=folder.path, port=port, asks=ASKS[asks].format(folder=folder.path), more=more)))], env)
