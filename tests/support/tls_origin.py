"""TLS servers for tests, with certificates that openssl makes: good ones and bad ones. Standard library only, besides the openssl command."""
import datetime
import pathlib
import socket
import ssl
import subprocess
import threading

CONFIGURATION = """
[req]
distinguished_name = name
[name]
"""


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


class Authority:
    """A CA of the test's own."""

    def __init__(self, folder, name="Test CA"):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "empty.cnf").write_text(CONFIGURATION)
        self.key, self.certificate = self.folder / "ca.key", self.folder / "ca.pem"
        openssl("req", "-x509", "-config", self.folder / "empty.cnf", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                "-keyout", self.key, "-out", self.certificate, "-subj", f"/CN={name}",
                "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign")
        self.made = 0

    def leaf(self, names, days=20, key=("ec", "-pkeyopt", "ec_paramgen_curve:P-256")):
        """Certificate and key in one file. `names`: of subjectAltName, as openssl writes them. Negative `days`: it has expired."""
        self.made += 1
        stem = self.folder / f"leaf{self.made}"
        openssl("req", "-new", "-config", self.folder / "empty.cnf", "-newkey", *key, "-nodes", "-keyout", f"{stem}.key", "-out", f"{stem}.csr", "-subj", f"/CN=leaf {self.made}")
        pathlib.Path(f"{stem}.ext").write_text(f"basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\nsubjectAltName={names}\n")
        if days > 0:
            openssl("x509", "-req", "-in", f"{stem}.csr", "-CA", self.certificate, "-CAkey", self.key, "-CAcreateserial", "-days", days, "-extfile", f"{stem}.ext", "-out", f"{stem}.pem")
        else:
            self.sign_expired(stem, days)
        whole = pathlib.Path(f"{stem}.both")
        whole.write_text(pathlib.Path(f"{stem}.pem").read_text() + pathlib.Path(f"{stem}.key").read_text())
        return whole

    def sign_expired(self, stem, days):
        """Only `openssl ca` takes the end of a certificate's life."""
        (self.folder / "index.txt").write_text("")
        (self.folder / "ca.cnf").write_text(f"""[ca]
default_ca = here
[here]
database = {self.folder}/index.txt
new_certs_dir = {self.folder}
rand_serial = yes
policy = any
[any]
commonName = supplied
""")
        end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)
        openssl("ca", "-batch", "-config", self.folder / "ca.cnf", "-md", "sha256", "-notext", "-in", f"{stem}.csr", "-cert", self.certificate, "-keyfile", self.key, "-extfile", f"{stem}.ext",
                "-startdate", (end - datetime.timedelta(days=9)).strftime("%Y%m%d%H%M%SZ"), "-enddate", end.strftime("%Y%m%d%H%M%SZ"), "-out", f"{stem}.pem")


class TlsOrigin:
    """Serves each connection with `serve(connection)`; counts handshakes and the bytes that came through them."""

    def __init__(self, certificate, serve=None, prepare=None):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers("DEFAULT:@SECLEVEL=0")  # bad certificates are served too
        context.load_cert_chain(certificate)
        if prepare:
            prepare(context)
        self.context, self.serve = context, serve or self.answer
        self.handshakes, self.received, self.resumed, self.failures = 0, b"", 0, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                raw, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.shake_hands, args=(raw,), daemon=True).start()

    def shake_hands(self, raw):
        try:
            raw.settimeout(20)
            with self.context.wrap_socket(raw, server_side=True) as connection:
                self.handshakes += 1
                self.resumed += bool(connection.session_reused)
                self.serve(connection)
        except OSError as error:
            self.failures.append(str(error))
            raw.close()

    def answer(self, connection):
        """200 to each request, with a body as long as the path says."""
        waiting = b""
        while part := connection.recv(65536):
            self.received += part
            waiting += part
            while b"\r\n\r\n" in waiting:
                head, _, waiting = waiting.partition(b"\r\n\r\n")
                path = head.split(b" ")[1].decode()
                length = int(path[1:]) if path[1:].isdigit() else 5
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % length)
                while length > 0:
                    connection.sendall(b"x" * min(length, 1 << 20))
                    length -= 1 << 20

    def close(self):
        self.listener.close()
