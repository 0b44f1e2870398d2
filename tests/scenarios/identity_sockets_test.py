"""Never another's identity, over real sockets: eight clients at once before a server that ties logins to connections, as IIS does."""
import asyncio
import contextlib
import os
import random
import sys
import unittest

from running import PATIENCE, Home

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from login_tokens import kerberos_login, ntlm_authenticate, ntlm_challenge, ntlm_negotiate  # noqa: E402

VISITS = 150  # client connections of each of the eight, for each policy
SCHEMES = {"ann": "ntlm", "bob": "ntlm", "cem": "ntlm", "dan": "kerberos", "eve": "kerberos", "fay": "none", "gil": "none", "hal": "none"}
LAST_LEG = {name: ntlm_authenticate(name) if scheme == "ntlm" else kerberos_login(name) for name, scheme in SCHEMES.items()}
WHOSE = {value: name for name, value in LAST_LEG.items()}
GONE = (asyncio.IncompleteReadError, ConnectionError)


class Wronged(AssertionError):
    pass


async def read_head(reader):
    """The start line, and the fields by name in lower case."""
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[:-2]
    return first, {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines)}


async def in_pieces(writer, data, chance):
    cut = chance.randrange(len(data)) if chance.random() < 0.3 else 0
    writer.write(data[:cut])
    if cut:
        await asyncio.sleep(chance.choice([0, 0.001]))
    writer.write(data[cut:])
    await writer.drain()


class Origin:
    """The login is the connection's; a NEGOTIATE begins it anew."""

    def __init__(self, chance):
        self.chance = chance

    async def __call__(self, reader, writer):
        identity, challenged = "", False
        with contextlib.suppress(*GONE, asyncio.CancelledError):  # the latter when the test is over
            while True:
                _, fields = await read_head(reader)
                value, answer = fields.get("authorization"), ""
                if value == ntlm_negotiate():
                    identity, challenged = "", True
                    answer = f"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: {ntlm_challenge()}\r\n"
                elif value in WHOSE and (challenged or value.startswith("Negotiate")):
                    identity, challenged = WHOSE[value], False
                elif value:
                    answer = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM\r\n"
                answer = answer or f"HTTP/1.1 200 OK\r\nX-Served-As: {identity}\r\n"
                close = self.chance.random() < 0.03
                answer += f"X-Answer: {fields['x-ask']}\r\nContent-Length: 2\r\n" + ("Connection: close\r\n" if close else "") + "\r\nok"
                await asyncio.sleep(self.chance.choice([0, 0, 0.001]))
                if self.chance.random() < 0.02:
                    writer.write(answer[:self.chance.randrange(len(answer))].encode())
                    break
                await in_pieces(writer, answer.encode(), self.chance)
                if close:
                    break
        if self.chance.random() < 0.5:
            writer.transport.abort()
        writer.close()


class Visit:
    """One client connection of one of the eight, from its first request to its end."""

    def __init__(self, name, world):
        self.name, self.world, self.chance, self.logged_in = name, world, world.chance, False

    async def run(self):
        host, port = self.world.proxy.rsplit(":", 1)
        self.reader, self.writer = await asyncio.open_connection(host, int(port))
        try:
            for _ in range(self.chance.randint(1, 4)):
                if SCHEMES[self.name] != "none" and self.chance.random() < (0.1 if self.logged_in else 0.7):
                    await self.log_in()
                else:
                    await self.ask(*[None] * self.chance.randint(1, 3))
        except GONE:
            self.world.ends += 1  # the connection ended: so the client knows that its login is gone
        finally:
            if self.chance.random() < 0.3:
                self.writer.transport.abort()
            self.writer.close()

    async def log_in(self):
        if SCHEMES[self.name] == "ntlm":
            self.logged_in = False
            if await self.ask(ntlm_negotiate()) != 401:
                return
        if await self.ask(LAST_LEG[self.name]) == 200:
            self.logged_in = True
            self.world.logins += 1

    async def ask(self, *credentials):
        """Sends requests, pipelined when there are several; the status of the last answer."""
        numbers, data, status = [], "", 0
        for value in credentials:
            self.world.asked += 1
            numbers.append(str(self.world.asked))
            line = f"Authorization: {value}\r\n" if value else ""
            data += f"GET http://{self.world.authority}/ HTTP/1.1\r\nHost: {self.world.authority}\r\nX-Ask: {numbers[-1]}\r\n{line}\r\n"
        await in_pieces(self.writer, data.encode(), self.chance)
        for number, value in zip(numbers, credentials):
            first, fields = await read_head(self.reader)
            await self.reader.readexactly(int(fields["content-length"]))
            status = int(first.split()[1])
            if "x-why401" not in fields:
                self.check(fields, number, status, value)
        return status

    def check(self, fields, number, status, credentials):
        self.world.answers += 1
        if fields["x-answer"] != number:
            raise Wronged(f"{self.name} gets the answer to another request")
        served = fields.get("x-served-as", "")
        if served not in ("", self.name):
            raise Wronged(f"{self.name} is served as {served}")
        if status == 200 and not served and self.logged_in and not credentials:
            raise Wronged(f"{self.name} lost its login and was not told")
        self.world.by_login += served != ""


class World:
    def __init__(self, running, seed):
        self.running, self.proxy, self.chance = running, running.proxy, random.Random(seed)
        self.asked = self.answers = self.logins = self.by_login = self.ends = self.switches = 0

    async def run(self, visits, switching):
        server = await asyncio.start_server(Origin(self.chance), "127.0.0.1", 0)
        self.authority = "127.0.0.1:%d" % server.sockets[0].getsockname()[1]
        tasks = [asyncio.create_task(self.client(name, visits)) for name in SCHEMES]
        switch = asyncio.create_task(self.switch_now_and_then()) if switching else None
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in [*tasks, *([switch] if switch else [])]:
                task.cancel()
            await asyncio.gather(*tasks, *([switch] if switch else []), return_exceptions=True)
            server.close()

    async def client(self, name, visits):
        for _ in range(visits):
            await asyncio.wait_for(Visit(name, self).run(), PATIENCE)

    async def switch_now_and_then(self):
        while True:
            name = self.chance.choice(["affinity", "auth-aware"])
            status, _, _ = await asyncio.to_thread(self.running.ask, "/api/v1/policy", "PUT", {"policy": name})
            assert status == 200, status
            self.switches += 1
            await asyncio.sleep(0.02)


class IdentitySockets(Home):
    def play(self, policy, seed, visits=VISITS, switching=False):
        running = self.start("--capture", "off", "--policy", policy)
        world = World(running, seed)
        asyncio.run(world.run(visits, switching))
        print(f"{policy}: {world.answers} answers, {world.logins} logins, {world.by_login} served by a login, {world.ends} connections ended early, "
              f"{world.switches} switches")
        self.assertGreater(world.answers, 8 * visits)
        self.assertGreater(world.logins, visits)
        self.assertGreater(world.by_login, world.logins)
        return world

    def test_in_affinity_each_is_served_under_its_own_name(self):
        self.play("affinity", 1)

    def test_in_auth_aware_each_is_served_under_its_own_name(self):
        self.play("auth-aware", 2)

    def test_switching_between_the_two_wrongs_nobody(self):
        self.assertGreater(self.play("affinity", 3, switching=True).switches, 3)

    def test_a_blind_pool_is_found_out_soon(self):
        with self.assertRaises(Wronged):
            self.play("pooled/lifo", 4, visits=20)


if __name__ == "__main__":
    unittest.main()
