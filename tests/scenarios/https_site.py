"""A web server over TLS for a test, with a CA of its own."""
import http.server
import pathlib
import ssl
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from tls_origin import Authority  # noqa: E402


class HttpsSite:
    """`names`: subjectAltName of its certificate; `answer(handler)` makes the answer to a GET."""

    def __init__(self, test, folder, names="IP:127.0.0.1", answer=None):
        authority = Authority(folder / "authority")
        self.root = authority.certificate

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                (answer or ok)(self)

            def log_message(self, *_):
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(authority.leaf(names))

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
