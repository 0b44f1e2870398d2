"""The running proxy between real sockets: what it passes on, what it refuses, what it costs."""

import os
import random
import resource
import signal
import socket
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from proxy_process import Proxy, Server, field, read_head, read_message  # noqa: E402
from sanitized import SANITIZED  # noqa: E402


def answer(body=b"ok", fields=b""):
    return b"HTTP/1.1 200 OK\r\n" + fields + b"Content-Length: %d\r\n\r\n" % len(body) + body


def ask(proxy, request):
    """One request on a connection of its own; the whole response."""
    with proxy.connect() as client:
        client.sendall(request)
        head, body, _ = read_message(client)
        return head, body


def get(port, path="/", host="127.0.0.1", fields=""):
    return f"GET http://{host}:{port}{path} HTTP/1.1\r\nHost: {host}:{port}\r\n{fields}\r\n".encode()


def echo_ok(connection, _number):
    buffer = b""
    while True:
        head, _body, buffer = read_message(connection, buffer)
        if not head:
            return
        connection.sendall(answer(head.split(b"\r\n")[0]))


class Relay(unittest.TestCase):
    def test_what_the_origin_receives_is_what_the_client_sent_but_for_the_target(self):
        received = []

        def record(connection, _number):
            buffer = b""
            while True:
                head, body, buffer = read_message(connection, buffer)
                if not head:
                    return
                received.append(head + body)
                connection.sendall(answer())

        chance = random.Random(401)
        token = "!#$%&'*+-.^_`|~abcXYZ019"
        with Server(record) as origin, Proxy() as proxy, proxy.connect() as client:
            authority, expected, buffer = f"127.0.0.1:{origin.port}", [], b""
            for number in range(200):
                path = "/" + "".join(chance.choice("abc/%2f%ZZ~!$&'()*+,;=:@?") for _ in range(chance.randrange(40)))
                lines = [f"{chance.choice(['Host', 'HOST', 'hOsT'])}:{' ' * chance.randrange(3)}{authority}"]
                for _ in range(chance.randrange(8)):
                    name = "X-" + "".join(chance.choice(token) for _ in range(1 + chance.randrange(10)))
                    value = "".join(chance.choice("abc ,;=\"\\\t(){}") for _ in range(chance.randrange(60)))
                    lines.insert(chance.randrange(len(lines) + 1), name + ":" + " " * chance.randrange(4) + value)
                body, method = b"", chance.choice(["GET", "get", "OPTIONS", "REPORT", "X-ODD"])
                if number % 3 == 0:
                    body, method = bytes(chance.randrange(256) for _ in range(chance.randrange(3000))), "POST"
                    lines.append(f"content-LENGTH: {len(body)}")
                elif number % 3 == 1:
                    method = "PUT"
                    lines.append("Transfer-Encoding: chunked")
                    for _ in range(chance.randrange(4)):
                        chunk = bytes(chance.randrange(256) for _ in range(1 + chance.randrange(500)))
                        body += b"%X;x=1\r\n" % len(chunk) + chunk + b"\r\n"
                    body += b"000\r\nX-Trailer: 1\r\n\r\n"
                rest = ("\r\n".join(lines) + "\r\n\r\n").encode() + body
                client.sendall(f"{method} http://{authority}{path} HTTP/1.1\r\n".encode() + rest)
                expected.append(f"{method} {path} HTTP/1.1\r\n".encode() + rest)
                head, _body, buffer = read_message(client, buffer)
                self.assertTrue(head.startswith(b"HTTP/1.1 200"), head)
            self.assertEqual(expected, received)
            self.assertEqual(origin.connections, 1)

    def test_it_never_connects_to_itself(self):
        with Proxy("--map", "loop.example=127.0.0.1") as proxy:
            for host in ("127.0.0.1", "localhost", "0.0.0.0", "[::ffff:127.0.0.1]", "loop.example"):
                head, body = ask(proxy, get(proxy.port, host=host))
                self.assertTrue(head.startswith(b"HTTP/1.1 508"), (host, head))
                self.assertIsNotNone(field(head, b"X-Why401"), host)
                head, _ = ask(proxy, f"CONNECT {host}:{proxy.port} HTTP/1.1\r\nHost: {host}:{proxy.port}\r\n\r\n".encode())
                self.assertTrue(head.startswith(b"HTTP/1.1 508"), (host, head))

    def test_two_proxies_that_point_at_each_other_end_in_an_error(self):
        with Server(lambda *_: None) as spare:
            pass
        with Proxy("--map", f"round.example=127.0.0.1:{spare.port}") as first:
            head, _ = ask(first, get(80, host="round.example"))
            self.assertTrue(head.startswith(b"HTTP/1.1 502"), head)

    def test_it_listens_beyond_loopback_only_when_told_whom_to_serve(self):
        with self.assertRaises(RuntimeError):
            Proxy(listen="0.0.0.0:0")

    def test_strangers_are_told_that_they_are_not_served(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect(("192.0.2.1", 9))  # sends nothing: it asks which address of ours would be used
                own = probe.getsockname()[0]
            except OSError:
                own = "127.0.0.1"
        with Server(echo_ok) as origin, Proxy("--allow-remote", "203.0.113.0/24", listen="0.0.0.0:0") as proxy:
            for address in ("127.0.0.1", own):
                with socket.create_connection((address, proxy.port), timeout=20) as client:
                    client.sendall(get(origin.port))
                    head, _body, _ = read_message(client)
                served = address.startswith("127.")
                self.assertEqual(head.split()[1], b"200" if served else b"403", address)

    def test_a_mapped_name_leads_to_its_address_with_its_own_host_field(self):
        seen = []

        def serve(connection, _number):
            seen.append(read_head(connection)[0])
            connection.sendall(answer())

        with Server(serve) as origin, Proxy("--map", f"web01.example=127.0.0.1:{origin.port}") as proxy:
            head, _ = ask(proxy, b"GET http://web01.example/x HTTP/1.1\r\nHost: web01.example\r\n\r\n")
            self.assertTrue(head.startswith(b"HTTP/1.1 200"), head)
        self.assertEqual(seen, [b"GET /x HTTP/1.1\r\nHost: web01.example\r\n\r\n"])

    def test_a_407_login_at_a_parent_proxy_stays_on_one_connection(self):
        legs = []

        def parent(connection, number):
            buffer = b""
            while True:
                head, _body, buffer = read_message(connection, buffer)
                if not head:
                    return
                legs.append((number, field(head, b"Proxy-Authorization")))
                if len(legs) % 3 == 0:
                    connection.sendall(answer(head.split(b"\r\n")[0]))
                else:
                    connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n"
                                       b"Proxy-Authenticate: NTLM TlRMTVNTUAACAAAA\r\nContent-Length: 2\r\n\r\nno")

        with Server(parent) as upstream, Proxy("--upstream-proxy", f"http://127.0.0.1:{upstream.port}") as proxy:
            with proxy.connect() as client, proxy.connect() as other:
                buffer = b""
                for value, status in (("", b"407"), ("NTLM one", b"407"), ("NTLM two", b"200")):
                    line = f"Proxy-Authorization: {value}\r\n" if value else ""
                    client.sendall(f"GET http://web01/ HTTP/1.1\r\nHost: web01\r\n{line}\r\n".encode())
                    head, body, buffer = read_message(client, buffer)
                    self.assertEqual(head.split()[1], status)
                self.assertEqual(body, b"GET http://web01/ HTTP/1.1", "a parent proxy gets the absolute form")
                other.sendall(b"GET http://web01/ HTTP/1.1\r\nHost: web01\r\n\r\n")
                read_message(other)
        self.assertEqual(legs, [(1, None), (1, b"NTLM one"), (1, b"NTLM two"), (2, None)])

    def test_ipv6_origins_are_reached(self):
        try:
            origin = Server(echo_ok, socket.AF_INET6)
        except OSError:
            self.assertFalse(os.path.exists("/proc/net/if_inet6") and open("/proc/net/if_inet6").read(),
                             "this machine has IPv6 but no ::1")
            return
        with origin, Proxy() as proxy:
            head, body = ask(proxy, get(origin.port, host="[::1]"))
            self.assertEqual(body, b"GET / HTTP/1.1")

    def test_an_upgraded_connection_carries_bytes_both_ways(self):
        def serve(connection, _number):
            read_head(connection)
            connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
            while True:
                data = connection.recv(4096)
                if not data:
                    return
                connection.sendall(data[::-1])

        with Server(serve) as origin, Proxy() as proxy, proxy.connect() as client:
            client.sendall(get(origin.port, fields="Connection: Upgrade\r\nUpgrade: websocket\r\n"))
            head, rest = read_head(client)
            self.assertTrue(head.startswith(b"HTTP/1.1 101"))
            for frame in (b"\x81\x02hi", b"\x00\xff\x16GET "):
                client.sendall(frame)
                while len(rest) < len(frame):
                    rest += client.recv(4096)
                self.assertEqual(rest, frame[::-1])
                rest = b""
            client.shutdown(socket.SHUT_WR)
            self.assertEqual(client.recv(1), b"")

    def test_two_hundred_clients_at_once_each_get_their_own_answers(self):
        faults = []

        def one(number, proxy, port):
            try:
                with proxy.connect() as client:
                    buffer = b""
                    for turn in range(5):
                        client.sendall(get(port, f"/{number}/{turn}"))
                        head, body, buffer = read_message(client, buffer)
                        if body != f"GET /{number}/{turn} HTTP/1.1".encode():
                            faults.append((number, turn, head, body))
            except OSError as error:
                faults.append((number, error))

        with Server(echo_ok) as origin, Proxy() as proxy:
            threads = [threading.Thread(target=one, args=(n, proxy, origin.port)) for n in range(200)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(faults, [])
            self.assertEqual(origin.connections, 200)

    def test_a_big_body_streams_through_without_being_held(self):
        size, block = 200 << 20, bytes(1 << 20)

        def serve(connection, _number):
            read_head(connection)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size)
            for _ in range(size // len(block)):
                connection.sendall(block)

        with Server(serve) as origin, Proxy() as proxy:
            with proxy.connect() as client:
                before = proxy.resident_kb()
                client.sendall(get(origin.port))
                head, rest = read_head(client)
                time.sleep(0.3)  # nobody reads: back-pressure must reach the origin
                got, reads, highest = len(rest), 0, proxy.resident_kb()
                while got < size:
                    data = client.recv(1 << 20)
                    self.assertTrue(data)
                    got, reads = got + len(data), reads + 1
                    if reads % 32 == 0:
                        highest = max(highest, proxy.resident_kb())
                self.assertEqual(got, size)
            if not SANITIZED:  # a sanitizer keeps freed memory, to see who uses it
                self.assertLess(highest - before, 32 * 1024)

    def test_an_early_401_to_an_upload_reaches_the_client_whole(self):
        page = b"denied" * 2000

        def serve(connection, _number):
            read_head(connection)
            connection.sendall(b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM\r\nConnection: close\r\n"
                               b"Content-Length: %d\r\n\r\n" % len(page) + page)
            # closed with the upload unread: the system makes an RST of it

        with Server(serve) as origin, Proxy() as proxy:
            for _ in range(10):
                with proxy.connect() as client:
                    client.sendall(f"POST http://127.0.0.1:{origin.port}/ HTTP/1.1\r\nHost: 127.0.0.1:{origin.port}\r\n"
                                   f"Content-Length: {4 << 20}\r\n\r\n".encode())
                    try:
                        for _ in range(64):
                            client.sendall(bytes(65536))
                    except OSError:
                        pass
                    head, body, _ = read_message(client)
                    self.assertTrue(head.startswith(b"HTTP/1.1 401"), head)
                    self.assertEqual(body, page)

    def test_a_term_signal_lets_a_transfer_finish(self):
        proceed = threading.Event()

        def serve(connection, _number):
            read_head(connection)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf.")
            proceed.wait(10)
            connection.sendall(b"whole")

        with Server(serve) as origin, Proxy() as proxy, proxy.connect() as client, proxy.connect() as idle:
            client.sendall(get(origin.port))
            head, rest = read_head(client)
            proxy.process.send_signal(signal.SIGTERM)
            self.assertEqual(idle.recv(1), b"", "idle connections are closed")
            proceed.set()
            while len(rest) < 10:
                data = client.recv(100)
                self.assertTrue(data)
                rest += data
            self.assertEqual(rest, b"half.whole")
            self.assertEqual(proxy.process.wait(12), 0)


if __name__ == "__main__":
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard if hard < 4096 else 4096, hard))
    unittest.main(verbosity=1)
