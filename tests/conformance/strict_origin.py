"""An origin that keeps every byte it receives, reads it with a strict reader of its own, and answers as the case at hand says."""
import asyncio

from case import OK
from strict_message import Ambiguous, Incomplete, read_request


class Connection(asyncio.Protocol):
    """One connection from the program under test."""

    def __init__(self, origin):
        self.origin, self.transport, self.unread, self.raw = origin, None, b"", origin.tunnel

    def connection_made(self, transport):
        self.transport = transport
        self.origin.connections.add(self)

    def data_received(self, data):
        self.unread += data
        self.origin.received += data
        if self.raw:
            self.origin.heard()
            return
        while self.unread:
            try:
                message = read_request(self.unread)
            except Incomplete:
                self.origin.answer_early(self)
                break
            except Ambiguous as why:
                self.origin.guilty.append(f"{why} in {self.unread!r}")
                self.transport.abort()
                break
            request, self.unread = self.unread[:message.length], self.unread[message.length:]
            self.origin.requests.append(request)
            self.origin.answer(self, request)
        self.origin.heard()

    def connection_lost(self, _reason):
        self.origin.connections.discard(self)
        self.origin.lost += 1
        self.origin.heard()


class Origin:
    """A listening port for one case at a time."""

    def __init__(self):
        self.connections = set()
        self.served = None
        self.begin()

    async def listen(self):
        self.server = await asyncio.get_running_loop().create_server(lambda: Connection(self), "127.0.0.1", 0, backlog=64)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    def begin(self, answers=(), early=None, respond=None, tunnel=False):
        """Forgets what was, and answers from now on: `early` behind a head whose body is not there yet, `answers` in turn, then OK; or what
        `respond(connection, request)` does. In a `tunnel` nothing is read as requests."""
        self.requests, self.guilty, self.received, self.lost = [], [], b"", 0
        self.answers, self.early, self.respond, self.tunnel = list(answers), early, respond, tunnel
        self.changed = asyncio.Event()

    def heard(self):
        self.changed.set()

    def answer_early(self, connection):
        if self.early and b"\r\n\r\n" in connection.unread:
            connection.transport.write(self.early)
            self.early = None

    def answer(self, connection, request):
        if self.respond:
            self.respond(connection, request)
            return
        answer = (self.early or b"") + (self.answers.pop(0) if self.answers else OK)
        self.early = None
        if answer.startswith(b"HTTP/1.1 101"):
            connection.raw = True
        connection.transport.write(answer)

    async def until(self, condition, patience):
        """Waits for something that must come; says whether it came."""
        try:
            async with asyncio.timeout(patience):
                while not condition():
                    self.changed.clear()
                    await self.changed.wait()
        except TimeoutError:
            return bool(condition())
        return True

    def half_requests(self):
        """Connections on which a request was begun and not ended."""
        return [connection for connection in self.connections if connection.unread and not connection.raw]

    def close(self):
        for connection in list(self.connections):
            connection.transport.abort()
        self.server.close()
