"""The server behind every proxy: one nginx process that answers from memory and logs nothing."""
import pathlib
import random
import shutil
import string
import subprocess
import tempfile

from addresses import free_port, wait_until_open
from processes import end, spawn

LARGE = 100_000_000

CONFIGURATION = """
daemon off; master_process off; pid {folder}/pid; error_log stderr crit; 
events {{ worker_connections 30000; }}
http {{
    access_log off; server_tokens off; default_type text/plain;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    keepalive_timeout 1h; keepalive_requests 1000000000; sendfile on; tcp_nopush on; open_file_cache max=10;
    server {{
        listen 127.0.0.1:{port} backlog=8192;
        location = /1k {{ return 200 "{text}"; }}
        location = /large {{ alias {folder}/large; }}
    }}
}}
"""


def text(length, seed=401):
    """Letters and digits that compress no better than they must."""
    chance = random.Random(seed)
    return "".join(chance.choice(string.ascii_letters + string.digits) for _ in range(length))


class Origin:
    def __init__(self, core):
        if not shutil.which("nginx"):
            raise SystemExit("bench: nginx is not installed, and it is the server behind every proxy")
        self.folder = tempfile.TemporaryDirectory(prefix="why401-bench-origin-")
        folder = pathlib.Path(self.folder.name)
        self.port = free_port()
        (folder / "nginx.conf").write_text(self.configuration(folder))
        with open(folder / "large", "wb") as large:
            block = random.Random(401).randbytes(1_000_000)
            for _ in range(LARGE // len(block)):
                large.write(block)
        self.process = spawn(["nginx", "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf")], {core}, stdout=subprocess.DEVNULL)
        try:
            wait_until_open(self.port, self.process, "the origin")
        except BaseException:
            self.__exit__()
            raise

    def configuration(self, folder):
        return CONFIGURATION.format(folder=folder, port=self.port, text=text(1024))

    def url(self, path="/1k"):
        return f"http://{self.authority}{path}"

    @property
    def authority(self):
        return f"127.0.0.1:{self.port}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        end(self.process)
        self.folder.cleanup()
