"""A client may have the port of one of the proxy's own connections: the system gives a port to several that lead to different places."""
import contextlib
import errno
import os
import socket
import struct
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from proxy_process import Proxy, Server, read_message  # noqa: E402

CROWD = 50
IP_LOCAL_PORT_RANGE = 51  # linux/in.h, since Linux 6.3; before, the ports are whatever they are


def connect_from(port, proxy):
    client = socket.socket()
    client.settimeout(20)
    with contextlib.suppress(OSError):
        client.setsockopt(socket.SOL_IP, IP_LOCAL_PORT_RANGE, struct.pack("I", port | port << 16))
    try:
        client.connect(("127.0.0.1", proxy.port))
    except OSError as error:
        client.close()
        if error.errno != errno.EADDRNOTAVAIL:
            raise
        return None  # another client of the crowd has it
    return client


class Crowd(unittest.TestCase):
    def test_no_client_is_taken_for_the_proxy_itself(self):
        ports, statuses = [], []

        def serve(connection, _number):
            ports.append(connection.getpeername()[1])
            buffer = b""
            while True:
                head, _body, buffer = read_message(connection, buffer)
                if not head:
                    return
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

        with Server(serve) as origin, Proxy() as proxy, contextlib.ExitStack() as crowd:
            request = f"GET http://127.0.0.1:{origin.port}/ HTTP/1.1\r\nHost: 127.0.0.1:{origin.port}\r\n\r\n".encode()

            def ask(client):
                crowd.enter_context(client).sendall(request)
                statuses.append(read_message(client)[0].split()[1])

            for _ in range(CROWD):
                ask(proxy.connect())
            second = [client for port in ports[:CROWD] if (client := connect_from(port, proxy))]
            for client in second:
                ask(client)
        self.assertEqual(statuses, [b"200"] * (CROWD + len(second)))
        self.assertGreater(len(second), CROWD // 2)


if __name__ == "__main__":
    unittest.main(verbosity=1)
