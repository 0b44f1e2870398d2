"""Keep-alive clients in lock step: all send, then all receive. Slower than wrk, but it counts exactly and stays connected."""
import socket


def receive(connection):
    """One response with Content-Length; its status. Raises when the connection ends early."""
    data = connection.recv(65536)
    while (end := data.find(b"\r\n\r\n")) < 0:
        data += _more(connection)
    head = data[:end].lower()
    at = head.find(b"\r\ncontent-length:")
    missing = (int(head[at + 17:].split(b"\r\n", 1)[0]) if at >= 0 else 0) - (len(data) - end - 4)
    while missing > 0:
        missing -= len(_more(connection))
    return int(head[9:12])


def _more(connection):
    data = connection.recv(65536)
    if not data:
        raise ConnectionError("cut short")
    return data


class Clients:
    def __init__(self, port, origin, count=0):
        self.port = port
        self.request = f"GET {origin.url()} HTTP/1.1\r\nHost: {origin.authority}\r\nUser-Agent: bench\r\n\r\n".encode()
        self.connections = []
        for _ in range(count):
            self.connect()

    def connect(self):
        connection = socket.create_connection(("127.0.0.1", self.port), 30)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connections.append(connection)
        return connection

    def exchange(self, connections=None):
        """One exchange on each of them."""
        connections = self.connections if connections is None else connections
        for connection in connections:
            connection.sendall(self.request)
        for connection in connections:
            if receive(connection) != 200:
                raise ConnectionError("not 200")

    def close(self):
        for connection in self.connections:
            connection.close()
        self.connections.clear()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
