"""A second opinion on HTTP/1: reads bytes as a sequence of messages by the grammar of RFC 9112 alone and refuses whatever two readers
could take differently. It shares nothing with the program under test; it works on whole buffers, by regular expressions."""
import re
from typing import NamedTuple

TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
VISIBLE = rb"[!-~\x80-\xff]"
REQUEST_LINE = re.compile(rb"(" + TOKEN + rb") (" + VISIBLE + rb"+) HTTP/1\.([01])")
STATUS_LINE = re.compile(rb"HTTP/1\.([01]) ([1-9][0-9][0-9])(?: [\t -~\x80-\xff]*)?")
FIELD = re.compile(rb"(" + TOKEN + rb"):([\t -~\x80-\xff]*)")
QUOTED = rb'"(?:[\t !#-\[\]-~\x80-\xff]|\\[\t -~\x80-\xff])*"'
CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,16})(?:;" + TOKEN + rb"(?:=(?:" + TOKEN + rb"|" + QUOTED + rb"))?)*")
MOST = 2**63 - 1


class Ambiguous(Exception):
    """Two readers could disagree about these bytes."""


class Incomplete(Exception):
    """More bytes may make it a message."""


class Message(NamedTuple):
    start: tuple
    fields: tuple
    length: int  # of the whole message, in bytes
    until_close: bool = False

    @property
    def status(self):
        """Of a response."""
        return int(self.start[1])


def line_at(data, at):
    """(the line without its CRLF, where the next begins)."""
    end = data.find(b"\n", at)
    if end < 0:
        raise Incomplete
    line = data[at:end]
    if line.find(b"\r") != len(line) - 1:
        raise Ambiguous("a bare LF or CR")
    return line[:-1], end + 1


def fields_at(data, at):
    fields = []
    while True:
        line, at = line_at(data, at)
        if not line:
            return tuple(fields), at
        match = FIELD.fullmatch(line)
        if not match:
            raise Ambiguous(f"no field line: {line!r}")
        fields.append((match[1].lower(), match[2]))


def values(fields, name):
    return [value for field, value in fields if field == name]


def options(fields):
    return [option.strip(b" \t").lower() for value in values(fields, b"connection") for option in value.split(b",")]


def body_end(data, at, fields, version):
    """Where a body ends that its head frames; None where it does not."""
    codings, lengths = values(fields, b"transfer-encoding"), values(fields, b"content-length")
    if len(codings) + len(lengths) > 1:
        raise Ambiguous("framed twice")
    if set(options(fields)) & {b"content-length", b"transfer-encoding", b"host"}:
        raise Ambiguous("the next hop would lose the framing")
    if codings:
        if version == b"0" or codings[0].lstrip(b" ").lower() != b"chunked":
            raise Ambiguous(f"a transfer coding that is not chunked: {codings[0]!r}")
        return chunked_end(data, at)
    if lengths:
        digits = lengths[0].strip(b" \t")
        if not re.fullmatch(rb"[0-9]{1,19}", digits) or int(digits) > MOST:
            raise Ambiguous(f"a length that is no number: {digits!r}")
        return at + int(digits)
    return None


def chunked_end(data, at):
    while True:
        line, at = line_at(data, at)
        match = CHUNK_LINE.fullmatch(line)
        if not match:
            raise Ambiguous(f"no chunk size: {line!r}")
        size = int(match[1], 16)
        if size > MOST:
            raise Ambiguous("a chunk beyond all measure")
        if size == 0:
            trailers, at = fields_at(data, at)
            if {name for name, _ in trailers} & {b"content-length", b"transfer-encoding", b"host"}:
                raise Ambiguous("a trailer that frames or routes")
            return at
        if len(data) < at + size + 2:
            if data[at + size:at + size + 1] not in (b"", b"\r"):
                raise Ambiguous("a chunk longer than its size")
            raise Incomplete
        if data[at + size:at + size + 2] != b"\r\n":
            raise Ambiguous("a chunk longer than its size")
        at += size + 2


def read_request(data):
    """The request at the front of `data`."""
    line, at = line_at(data, 0)
    match = REQUEST_LINE.fullmatch(line)
    if not match:
        raise Ambiguous(f"no request line: {line!r}")
    fields, at = fields_at(data, at)
    hosts = values(fields, b"host")
    if len(hosts) > 1 or (not hosts and match[3] == b"1"):
        raise Ambiguous(f"{len(hosts)} Host fields")
    end = body_end(data, at, fields, match[3]) or at
    if len(data) < end:
        raise Incomplete
    return Message(match.groups(), fields, end)


def read_response(data, method, ended=False):
    """The response at the front of `data` to a request with that method; `ended`: nothing will follow."""
    line, at = line_at(data, 0)
    match = STATUS_LINE.fullmatch(line)
    if not match:
        raise Ambiguous(f"no status line: {line!r}")
    fields, at = fields_at(data, at)
    status = int(match[2])
    framed = body_end(data, at, fields, match[1]) if not (method == b"HEAD" or status == 304) else at
    if status < 200 or status == 204 or (method == b"CONNECT" and status < 300):
        if framed not in (None, at):
            raise Ambiguous("a body where none can be")
        framed = at
    if framed is None:
        if not ended:
            raise Incomplete
        return Message(match.groups(), fields, len(data), True)
    if len(data) < framed:
        raise Incomplete
    return Message(match.groups(), fields, framed)


def read_requests(data):
    """(the requests that stand whole at the front, as bytes; where the next begins; Incomplete, Ambiguous or None for what is there).
    Empty lines before a request are ignored (RFC 9112 2.2)."""
    requests, at = [], 0
    while at < len(data):
        if data.startswith(b"\r\n", at):
            at += 2
            continue
        if data[at:] == b"\r":
            return requests, at, Incomplete()
        try:
            length = read_request(data[at:]).length
        except (Incomplete, Ambiguous) as reason:
            return requests, at, reason
        requests.append(data[at:at + length])
        at += length
    return requests, at, None


def read_responses(data, methods, ended=False):
    """The same for responses, 1xx included, to requests with `methods` in turn; what follows a switch of protocols is left alone."""
    responses, at, left = [], 0, list(methods)
    while at < len(data):
        try:
            message = read_response(data[at:], left[0] if left else b"GET", ended)
        except (Incomplete, Ambiguous) as reason:
            return responses, at, reason
        responses.append(message)
        at += message.length
        if message.status == 101 or (left and left[0] == b"CONNECT" and 200 <= message.status < 300):
            break
        if message.status >= 200:
            left = left[1:]
    return responses, at, None
