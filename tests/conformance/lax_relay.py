"""What the judge must find guilty: a relay that passes every byte on and reads nothing but the first target."""
import asyncio
import contextlib
import re

TARGET = re.compile(rb"(?i) http://(web[0-9]+)/")


class LaxRelay:
    def __init__(self, ports):
        self.ports = ports  # of the origins, by name

    async def __aenter__(self):
        self.server = await asyncio.start_server(self.relay, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self.server.close()

    async def relay(self, reader, writer):
        first = b""
        while not TARGET.search(first) and (data := await reader.read(65536)):
            first += data
        target = TARGET.search(first)
        if target and target[1] in self.ports:
            upstream_reader, upstream_writer = await asyncio.open_connection("127.0.0.1", self.ports[target[1]])
            upstream_writer.write(TARGET.sub(b" /", first))
            await asyncio.gather(pass_on(reader, upstream_writer), pass_on(upstream_reader, writer))
        writer.close()


async def pass_on(reader, writer):
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(TARGET.sub(b" /", data))
        writer.close()
