"""Every case again under each policy that shares connections, whole and byte by byte; and clients side by side that share them."""
import asyncio
import unittest

import playing
from cases import REQUESTS, RESPONSES
from client import Client
from judging import byte_by_byte, play_request, play_response, whole
from strict_message import read_responses

SHARING = 40  # clients at once
TURNS = 6
BAD = (b"GET http://web01/ HTTP/1.1\r\nHost : web01\r\n\r\n",
       b"POST http://web01/ HTTP/1.1\r\nHost: web01\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nGET /smuggled HTTP/1.1\r\n",
       b"POST http://web01/ HTTP/1.1\r\nHost: web01\r\nContent-Length: 50\r\n\r\nhalf")


def echo(connection, request):
    """The whole request as the body of the answer; for every fifth, with bytes behind that nobody asked for."""
    path = request.split(b" ")[1]
    surplus = b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsmuggled" if path.endswith(b"5") else b""
    connection.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(request) + request + surplus)


def request_of(number, turn):
    body = b"%d.%d" % (number, turn)
    return b"POST http://web01/%s HTTP/1.1\r\nHost: web01\r\nContent-Length: %d\r\n\r\n%s" % (body, len(body), body)


async def one_client(port, number, deliver):
    """Its requests, one after the other; what it gets that is not the echo of its own."""
    client, wrong = await Client.connect(port), []
    try:
        for turn in range(TURNS):
            client.got, request = b"", request_of(number, turn)
            await client.say(deliver(request))
            await client.until(lambda: client.ended or read_responses(client.got, [b"POST"])[0], 30)
            expected = request.replace(b"http://web01", b"", 1)
            if not client.got.endswith(b"\r\n\r\n" + expected) or client.got.count(b"HTTP/1.1 200") != 1:
                wrong.append((number, turn, client.got))
    finally:
        client.close()
    return wrong


async def one_attacker(port, number):
    client = await Client.connect(port)
    try:
        await client.say([BAD[number % len(BAD)]])
        if number % len(BAD) != 2:  # the third leaves in the middle of its body
            await client.until(lambda: client.ended, 30)
        return [] if b"smuggled" not in client.got and b" 200 " not in client.got else [(number, client.got)]
    finally:
        client.close()


async def side_by_side(port, origin):
    origin.begin(respond=echo)
    clients = [one_client(port, number, byte_by_byte if number % 2 else whole) for number in range(SHARING)]
    results = await asyncio.gather(*clients, *(one_attacker(port, number) for number in range(SHARING)))
    return [fault for faults in results for fault in faults] + origin.guilty


class Policies(playing.Conformance):
    def test_each_case_in_every_other_policy(self):
        plays = [(play_request, case, deliver) for case in REQUESTS for deliver in (whole, byte_by_byte)]
        plays += [(play_response, case, deliver) for case in RESPONSES for deliver in (whole, byte_by_byte)]
        for policy in playing.POLICIES:
            with self.subTest(policy=policy):
                self.expect_none(asyncio.run(playing.play_against_program(plays, "--policy", policy, pooled=True)), len(plays))

    def test_clients_that_share_connections_never_see_each_others_bytes(self):
        for policy in ("affinity", *playing.POLICIES):
            with self.subTest(policy=policy):
                self.assertEqual(asyncio.run(playing.with_program(side_by_side, "--policy", policy)), [])


if __name__ == "__main__":
    unittest.main(verbosity=1)
