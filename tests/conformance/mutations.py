"""Thousands of ways to write a framing field, a chunk or a request line a little wrong: each byte there is, at each place where a lenient
reader might overlook it, and every doubling. None has an answer of its own: what counts is what a strict reader makes of the bytes."""
import itertools
import random
from typing import NamedTuple

SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: web01\r\n\r\n"
CHUNKED_BODY = b"0\r\n\r\n" + SMUGGLED
CODINGS = (b"chunked", b"identity", b"xchunked", b"chunked, identity", b"identity, chunked", b"", b"Chunked", b"chunked;x", b'"chunked"', b" chunked", b"\tchunked", b"gzip")
LENGTHS = (b"5", b"0", b"05", b"+5", b"5, 5", b"", b"6", b"-5", b"5 ", b"0x5", b"18446744073709551621")

BYTES = (*range(0x80), 0x80, 0x82, 0x85, 0x8a, 0x8d, 0x96, 0xa0, 0xad, 0xb7, 0xc2, 0xe2, 0xfe, 0xff)

CODING_PLACES = (b"Transfer-Encoding:%cchunked", b"Transfer-Encoding: %cchunked", b"Transfer-Encoding%c: chunked", b"%cTransfer-Encoding: chunked",
                 b"Transfer-Encoding: chunked%c", b"Transfer%cEncoding: chunked", b"Transfer-Encoding: chun%cked", b"Transfer-Encoding: chunked,%c",
                 b"X: X%cTransfer-Encoding: chunked", b"X: X\r%cTransfer-Encoding: chunked", b"X: X%c\nTransfer-Encoding: chunked",
                 b"X: X\r\n%c\r\nTransfer-Encoding: chunked")
LENGTH_PLACES = (b"Content-Length:%c5", b"Content-Length: %c5", b"Content-Length: 5%c", b"Content-Length%c: 5", b"%cContent-Length: 5", b"Content-Length: 1%c5",
                 b"Content%cLength: 5", b"X: X%cContent-Length: 5")
CHUNK_PLACES = (b"%c5\r\nhello\r\n", b"5%c\r\nhello\r\n", b"5\r%c\nhello\r\n", b"5;%c\r\nhello\r\n", b"5;a%c\r\nhello\r\n", b"5;a=%c\r\nhello\r\n", b'5;a="%c"\r\nhello\r\n',
                b"5\r\nhello%c\r\n", b"5\r\nhello\r%c\n", b"5\r\nhello\r\n%c", b"5\r\nhello\r\n0%c\r\n", b"5\r\nhello\r\n0\r\nX%c: y\r\n", b"5\r\nhello\r\n0\r\nX: y%c\r\n")
LINE_PLACES = (b"%cGET http://web01/ HTTP/1.1", b"GET%c http://web01/ HTTP/1.1", b"GET %chttp://web01/ HTTP/1.1", b"GET http://web01/%c HTTP/1.1",
               b"GET http://web01/ %cHTTP/1.1", b"GET http://web01/ HTTP/1%c1", b"GET http://web01/ HTTP/1.1%c")
HOST_PLACES = (b"Host:%cweb01", b"Host: web01%c", b"Host%c: web01", b"%cHost: web01", b"Host: web01%cother")


class Mutation(NamedTuple):
    says: str
    sends: bytes
    clause: str = "RFC 9112 11.2"


def post(fields, body):
    return b"POST http://web01/ HTTP/1.1\r\nHost: web01\r\n" + fields + b"\r\n\r\n" + body


def everywhere(places):
    return ((place, byte, place % byte) for place in places for byte in BYTES)


def mutations():
    length = b"\r\nContent-Length: %d" % len(CHUNKED_BODY)
    for place, byte, line in everywhere(CODING_PLACES):
        yield Mutation(f"{place!r} with {byte:#04x}, and a length", post(line + length, CHUNKED_BODY))
    for place, byte, line in everywhere(CODING_PLACES[:6]):
        yield Mutation(f"{place!r} with {byte:#04x}", post(line, CHUNKED_BODY))
    for place, byte, line in everywhere(LENGTH_PLACES):
        yield Mutation(f"{place!r} with {byte:#04x}", post(line, b"GET /" + SMUGGLED))
    for place, byte, chunk in everywhere(CHUNK_PLACES):
        yield Mutation(f"a chunk {place!r} with {byte:#04x}", post(b"Transfer-Encoding: chunked", chunk + CHUNKED_BODY))
    for place, byte, line in everywhere(LINE_PLACES):
        yield Mutation(f"{place!r} with {byte:#04x}", line + b"\r\nHost: web01\r\n\r\n" + SMUGGLED)
    for place, byte, line in everywhere(HOST_PLACES):
        yield Mutation(f"{place!r} with {byte:#04x}", b"GET http://web01/ HTTP/1.1\r\n" + line + b"\r\n\r\n")
    for first, second in itertools.product(CODINGS, CODINGS):
        lines = b"Transfer-Encoding: " + first + b"\r\nTransfer-Encoding: " + second
        yield Mutation(f"codings {first!r} and {second!r}", post(lines, CHUNKED_BODY))
        yield Mutation(f"codings {first!r} and {second!r}, and a length", post(lines + length, CHUNKED_BODY))
    for first, second in itertools.product(LENGTHS, LENGTHS):
        yield Mutation(f"lengths {first!r} and {second!r}", post(b"Content-Length: " + first + b"\r\nContent-Length: " + second, b"hello" + SMUGGLED))
    for coding, size in itertools.product(CODINGS, LENGTHS):
        for lines in itertools.permutations((b"Transfer-Encoding: " + coding, b"Content-Length: " + size)):
            yield Mutation(f"{lines[0]!r}, then {lines[1]!r}", post(b"\r\n".join(lines), CHUNKED_BODY))


def damaged(seed, count):
    """Good requests with one to three bytes changed, doubled or lost, anywhere."""
    chance = random.Random(seed)
    good = (post(b"Content-Length: 5", b"hello"), post(b"Transfer-Encoding: chunked", b"5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n"))
    odd = b"\0\t\n\v\f\r \"#,-./0159:;=@\\_aAcCgGxX\x7f\x80\xa0\xff"
    for number in range(count):
        data = bytearray(good[number % 2] + post(b"Content-Length: 0", b""))
        for _ in range(chance.randrange(1, 4)):
            at = chance.choice([at for at in range(len(data)) if b"http://web01/" not in data[max(0, at - 13):at + 14]])  # it goes to no other host
            kind = chance.randrange(4)
            if kind == 0:
                data[at] = chance.choice(odd)
            elif kind == 1:
                data.insert(at, chance.choice(odd))
            elif kind == 2:
                del data[at]
            else:
                data[at:at] = data[at:at + chance.randrange(1, 9)]
        yield Mutation(f"damaged by seed {seed}, number {number}", bytes(data))
