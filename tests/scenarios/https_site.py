"""A web server over TLS for a test, with a CA of its own, both made by openssl's command and gone with the test."""
import http.server
import ssl
import subprocess
import threading

CURVE = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


def openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


class HttpsSite:
    """`names`: subjectAltName of its certificate; `answer(handler)` makes the answer to a GET."""

    def __init__(self, test, folder, names="IP:127.0.0.1", days=30, answer=None):
        openssl(folder, "req", "-x509", *CURVE, "-keyout", "root.key", "-out", "root.pem", "-days", "30", "-subj", "/CN=root of a test",
                "-addext", "keyUsage=critical,keyCertSign")
        openssl(folder, "req", *CURVE, "-keyout", "site.key", "-out", "site.csr", "-subj", "/CN=site of a test")
        (folder / "site.ext").write_text(f"subjectAltName={names}\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n")
        openssl(folder, "x509", "-req", "-in", "site.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days", str(days),
                "-extfile", "site.ext", "-out", "site.pem")
        self.root = folder / "root.pem"

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                (answer or ok)(self)

            def log_message(self, *_):
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "site.pem", folder / "site.key")

        class Server(http.server.ThreadingHTTPServer):
            def finish_request(self, request, address):  # on the connection's own thread
                with context.wrap_socket(request, server_side=True) as inside:
                    super().finish_request(inside, address)

            def handle_error(self, *_):
                pass  # a client that refuses the certificate is what some tests are about

        server = Server(("127.0.0.1", 0), Handler)
        self.port = server.server_port
        test.addCleanup(server.server_close)
        test.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()


def ok(handler, body=b"<!doctype html><link rel=icon href='data:,'><title>page</title><img src=/loaded>", status=200, **fields):
    handler.send_response(status)
    for name, value in {"Content-Type": "text/html", "Content-Length": str(len(body)), **fields}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)
