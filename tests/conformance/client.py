"""A client that says exactly the bytes it is told to, in the pieces it is told to."""
import asyncio


class Client(asyncio.Protocol):
    def __init__(self):
        self.got, self.ended, self.reset, self.changed = b"", False, False, asyncio.Event()

    @classmethod
    async def connect(cls, port):
        _, client = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        return client

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.got += data
        self.changed.set()

    def eof_received(self):
        self.ended = True
        self.changed.set()
        return True  # this side stays open: who closes is what is to be seen

    def connection_lost(self, reason):
        self.reset = self.reset or (reason is not None and not self.ended)
        self.ended = True
        self.changed.set()

    async def say(self, pieces):
        for piece in pieces:
            if self.transport.is_closing():
                return
            self.transport.write(piece)
            await asyncio.sleep(0)  # the others have their turn: the piece arrives alone

    async def until(self, condition, patience):
        try:
            async with asyncio.timeout(patience):
                while not condition():
                    self.changed.clear()
                    await self.changed.wait()
        except TimeoutError:
            return bool(condition())
        return True

    def close(self):
        self.transport.abort()
