"""Plays one case against a relay and judges it: a sentence for each thing that is wrong, none when all is as the case says."""
import asyncio
import re
import socket
import struct

from case import NAME, OK, origin_form
from client import Client
from strict_message import Ambiguous, options, read_requests, read_responses

MANY = 2000
PATIENCE = 30  # seconds; only a hang is that slow
PROBE = b"GET http://web01/probe HTTP/1.1\r\nHost: web01\r\n\r\n"
METHOD = re.compile(rb"[!-~]*")


def whole(data):
    return [data]


def byte_by_byte(data):
    """In larger pieces where bytes would take forever."""
    size = 1 if len(data) < MANY else MANY
    return [data[at:at + size] for at in range(0, len(data), size)]


class split_at:
    def __init__(self, at):
        self.at, self.__name__ = at, f"split at {at}"

    def __call__(self, data):
        return [data[:self.at], data[self.at:]]


def deliveries(data, every_split):
    yield whole
    yield byte_by_byte
    if every_split:
        yield from (split_at(at) for at in range(1, len(data)))


class Place:
    """Where a case is played: one origin, reached through the relay by a name of its own."""

    def __init__(self, name, origin, relay_port, pooled=False, patience=PATIENCE):
        self.name, self.origin, self.relay_port, self.pooled, self.patience = name, origin, relay_port, pooled, patience

    def here(self, data):
        return data.replace(NAME, self.name)

    async def client(self):
        return await Client.connect(self.relay_port)

    async def barrier(self):
        """A request on a connection of its own; connections arrive in the order in which they were opened, so what was to come is there. It
        leaves no trace in what the origin remembers."""
        remembered = len(self.origin.requests)
        client = await self.client()
        await client.say([self.here(PROBE)])
        await client.until(lambda: client.ended or finals(client, [b"GET"]), self.patience)
        client.close()
        probe = self.here(origin_form(PROBE))
        if probe in self.origin.requests[remembered:]:
            self.origin.requests.remove(probe)
            self.origin.received = self.origin.received.replace(probe, b"", 1)

    async def leave(self, client):
        """Where connections are not shared, the end of the client's is the end of the origin's."""
        client.close()
        if not self.pooled:
            await self.origin.until(lambda: not self.origin.connections, self.patience)


async def everything_on_its_way():
    """What the program sent before the client saw its end lies in this process's sockets: a few turns of the loop read it."""
    for _ in range(6):
        await asyncio.sleep(0)


def finals(client, methods):
    """The final responses that stand whole in what the client got."""
    responses, _, _ = read_responses(client.got, methods)
    return [message for message in responses if message.status >= 200 or message.status == 101]


async def play_request(place, case, deliver):
    """Complaints about what became of a client's bytes."""
    here, origin = place.here, place.origin
    expected = [here(request) for request in case.expected(place.pooled)]
    sends, statuses = here(case.sends), list(case.gets)
    methods = [METHOD.match(request)[0] for request in expected]
    if case.tunnel is not None and not expected:
        methods = [b"CONNECT"]
    origin.begin([here(answer) for answer in case.answers], case.early, tunnel=case.tunnel is not None and not expected)
    client = await place.client()
    complaints = []
    try:
        await client.say(deliver(sends))
        if case.tunnel is not None:
            came = await origin.until(lambda: origin.received == b"".join(expected) + here(case.tunnel), place.patience)
            if not came:
                complaints.append("the bytes behind the switch of protocols did not come")
            await client.until(lambda: client.ended or finals(client, methods), place.patience)
        elif case.stays:
            await client.until(lambda: client.ended or len(finals(client, methods)) >= len(statuses), place.patience)
            await client.say([here(PROBE)])
            expected.append(here(origin_form(PROBE)))
            statuses.append(200)
            await client.until(lambda: client.ended or len(finals(client, methods)) >= len(statuses), place.patience)
            if client.ended:
                complaints.append("the connection was closed and should stay")
        elif not await client.until(lambda: client.ended, place.patience):
            complaints.append("the connection stays and should be closed")
        if case.begun and not await origin.until(lambda: origin.lost and not origin.half_requests(), place.patience):
            complaints.append("the origin is left waiting for the rest of a refused request")
        if not case.stays:
            await everything_on_its_way()
        complaints += judge_client(client, methods, statuses, case)
        complaints += judge_origin(origin, expected, here(case.sends), case)
    finally:
        await place.leave(client)
    return complaints


def judge_client(client, methods, statuses, case):
    responses, at, reason = read_responses(client.got, methods, client.ended)
    got = [message.status for message in responses if message.status >= 200 or message.status == 101]
    complaints = []
    if isinstance(reason, Ambiguous):
        complaints.append(f"the client got what is no response: {reason}")
    if len(got) != len(statuses) or not all(is_one_of(status, wanted) for status, wanted in zip(got, statuses)):
        complaints.append(f"the client got {got} instead of {statuses}")
    elif not case.stays and got and got[-1] >= 400 and b"close" not in options(responses[-1].fields):
        complaints.append("the refusal does not say that the connection is closed")
    if at != len(client.got) and case.tunnel is None:
        complaints.append(f"the client got more: {client.got[at:]!r}")
    return complaints


def is_one_of(status, wanted):
    return status in wanted if isinstance(wanted, (tuple, set)) else status == wanted


def judge_origin(origin, expected, sends, case):
    complaints = [f"the origin got what is no request: {why}" for why in origin.guilty]
    if case.tunnel is not None:
        return complaints
    if origin.requests != expected:
        complaints.append(f"the origin got {origin.requests} instead of {expected}")
    rest = origin.received[len(b"".join(expected)):]
    begun = sends.replace(b" http://" + expected_name(sends) + b"/", b" /")
    if rest and not (case.begun and begun.startswith(origin.received)):
        complaints.append(f"the origin got more: {rest!r}")
    return complaints


def expected_name(sends):
    match = re.search(rb" http://([a-z0-9]+)/", sends)
    return match[1] if match else b""


async def play_response(place, case, deliver):
    """Complaints about what became of an origin's bytes."""
    here, origin = place.here, place.origin
    said = asyncio.Event()

    async def say(transport):
        for piece in deliver(case.answer):
            if transport.is_closing():
                break
            transport.write(piece)
            await asyncio.sleep(0)
        if case.ends == "fin":
            transport.close()
        elif case.ends == "rst":
            if case.broken:  # a reset overtakes what was not read yet
                await client.until(lambda: client.ended or len(client.got) >= len(case.answer), place.patience)
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            transport.abort()
        said.set()

    speakers = []

    def respond(connection, _request):
        if speakers:
            connection.transport.write(OK)
        else:
            speakers.append((connection, asyncio.ensure_future(say(connection.transport))))

    origin.begin(respond=respond)
    client = await place.client()
    request = here(case.request)
    methods = [METHOD.match(request)[0]]
    stays = case.keeps(place.pooled)
    complaints = []
    try:
        await client.say([request])
        expected = case.expected(place.pooled)
        if case.refused or not stays:
            done = lambda: client.ended or (case.refused and finals(client, methods))  # noqa: E731
        else:
            done = lambda: client.ended or len(client.got) >= len(expected)  # noqa: E731
        if not await client.until(done, place.patience):
            complaints.append("the client waits in vain")
        first = client.got
        if not speakers:
            return [f"the origin was not asked; the client got {client.got!r}"]
        await asyncio.wait_for(said.wait(), place.patience)
        if case.refused or case.broken:
            spoke = speakers[0][0]
            if not await origin.until(lambda: spoke not in origin.connections, place.patience):
                complaints.append("the connection to such an origin is kept")
        wanted_requests = [here(origin_form(case.request))]
        if stays:
            client.got = b""
            await client.say([here(PROBE)])
            await client.until(lambda: client.ended or finals(client, [b"GET"]), place.patience)
            if client.got != OK:
                complaints.append(f"the next answer on this connection is {client.got!r}")
            wanted_requests.append(here(origin_form(PROBE)))
        if origin.requests != wanted_requests or origin.guilty:
            complaints.append(f"the origin got {origin.requests} {origin.guilty}")
        complaints += judge_answer(first, client, methods, case, expected, stays)
    finally:
        for _, speaker in speakers:
            speaker.cancel()
        await place.leave(client)
    return complaints


def judge_answer(got, client, methods, case, expected, stays):
    if case.refused:
        before = case.gets or b""
        responses, at, reason = read_responses(got, methods)
        if not got.startswith(before) or reason or at != len(got) or [m.status for m in responses if m.status >= 200] != [502]:
            return [f"no 502 but {got!r} ({reason})"]
        return [] if b"X-Why401" in got[len(before):] else ["the 502 is not the proxy's own"]
    if case.broken:
        complaints = [] if expected.startswith(got) else [f"the client got {got!r}"]
        responses, _, _ = read_responses(got, methods, client.ended and not client.reset)
        if any(message.status >= 200 for message in responses):
            complaints.append(f"a false end: {got!r}")
        return complaints
    complaints = [] if got == expected else [f"the client got {got!r} instead of {expected!r}"]
    if not stays and client.reset:
        complaints.append("the client connection was reset")
    return complaints


async def play_mutation(place, mutation, deliver):
    """One rule: the origin gets no request but those that a strict reader finds in the client's bytes, as they are there."""
    here, origin = place.here, place.origin
    sends = here(mutation.sends)
    there, end, reason = read_requests(sends)
    allowed = [at_origin(request) for request in there if REQUEST_LINE.match(request)]  # others are for the relay itself
    methods = [METHOD.match(request)[0] for request in there]
    origin.begin()
    client = await place.client()
    complaints = []
    try:
        await client.say(deliver(sends))
        if isinstance(reason, Ambiguous):
            if not await client.until(lambda: client.ended, place.patience):
                complaints.append("bytes that can be read in two ways leave the connection open")
        else:
            await client.until(lambda: client.ended or len(finals(client, methods)) >= len(there), place.patience)
        if reason:
            await place.barrier()
        await everything_on_its_way()
        if origin.guilty:
            complaints.append(f"the origin got what is no request: {origin.guilty}")
        if origin.requests != allowed[:len(origin.requests)]:
            complaints.append(f"the origin got {origin.requests}, the client said {allowed}")
        if not (b"".join(allowed) + at_origin(sends[end:])).startswith(origin.received):
            complaints.append(f"the origin got {origin.received!r}, the client said {sends!r}")
        responses, at, unread = read_responses(client.got, methods, client.ended)
        if unread or at != len(client.got) or len(responses) > len(there) + 1:
            complaints.append(f"the client got {client.got!r}")
    finally:
        await place.leave(client)
    return complaints


REQUEST_LINE = re.compile(rb"^([^ ]+) (?i:http)://([^/? ]+)([^ ]*) ")
HOST_LINE = re.compile(rb"(\r\n(?i:host):[ \t]*)([^\r\n]*?)([ \t]*\r\n)")


def at_origin(request):
    """What an origin gets of a request in absolute-form (RFC 9112 3.2.1, 3.2.2): origin-form, and a Host that agrees with the target."""
    line = REQUEST_LINE.match(request)
    if not line:
        return request
    method, authority, path = line.groups()
    start = method + b" " + (path if path.startswith(b"/") else b"/" + path) + b" "
    head, empty_line, body = request[line.end():].partition(b"\r\n\r\n")
    head = HOST_LINE.sub(lambda host: host[0] if same_authority(host[2], authority) else host[1] + authority + host[3], head + b"\r\n", 1)
    return start + head[:-2] + empty_line + body


def same_authority(a, b):
    return a.lower().removesuffix(b":80").removesuffix(b":") == b.lower().removesuffix(b":80").removesuffix(b":")
