"""What a conformance case says: bytes from a client or an origin, and what must become of them. Cases are data; runners judge them.

The text of a case names its server `web01`; a runner puts a name of the same length in its place, so that cases can run side by side."""
from dataclasses import dataclass

NAME = b"web01"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
GET = b"GET http://web01/ HTTP/1.1\r\nHost: web01\r\n\r\n"


@dataclass(frozen=True)
class Request:
    """Bytes from a client."""
    says: str
    clause: str
    sends: bytes
    reaches: tuple = ()  # the whole requests that the origin gets, byte for byte
    reaches_pooled: tuple | None = None  # the same where connections are shared and their lifetime is each hop's own
    begun: bool = False  # the origin may see the beginning of one more request, but never its end
    answers: tuple = ()  # what the origin answers to them in turn; OK where nothing is said
    early: bytes | None = None  # what the origin says as soon as it has seen the first head
    gets: tuple = (200,)  # statuses of the final responses to the client, in turn; a set where several are right
    splits: bool = True  # worth a try at every offset; its neighbours are, where not
    stays: bool = True  # the client connection serves another request afterwards; else it is closed
    tunnel: bytes | None = None  # what the origin gets behind an accepted CONNECT or Upgrade

    def expected(self, pooled):
        return self.reaches_pooled if pooled and self.reaches_pooled is not None else self.reaches


@dataclass(frozen=True)
class Response:
    """Bytes from an origin."""
    says: str
    clause: str
    answer: bytes
    gets: bytes | None = None  # what the client gets, byte for byte; None: `answer` as it is
    gets_pooled: bytes | None = None
    refused: bool = False  # the client gets a 502 of the proxy's own instead
    broken: bool = False  # the client gets a beginning of `answer` and then sees that it is cut short
    ends: str = "open"  # what the origin does behind its answer: open, fin, rst
    request: bytes = GET
    stays: bool = True
    stays_pooled: bool | None = None

    def expected(self, pooled):
        if pooled and self.gets_pooled is not None:
            return self.gets_pooled
        return self.answer if self.gets is None else self.gets

    def keeps(self, pooled):
        return self.stays_pooled if pooled and self.stays_pooled is not None else self.stays


def origin_form(request):
    """What the origin gets of a request nothing else is to be changed in (RFC 9112 3.2.1)."""
    return request.replace(b" http://web01/", b" /", 1)


def passes(says, clause, sends, **more):
    """One request that goes on as it is."""
    more.setdefault("reaches", (origin_form(sends),))
    return Request(says, clause, sends, **more)


def refused(says, clause, sends, status=400, **more):
    """Nothing of it reaches the origin, and the connection is closed behind the answer."""
    return Request(says, clause, sends, gets=(status,), stays=False, **more)


def body_refused(says, clause, sends, status=400):
    """Found out in the body only: the origin has seen the beginning and never sees an end."""
    return Request(says, clause, sends, begun=True, gets=(status,), stays=False)


def bad_gateway(says, clause, answer, **more):
    return Response(says, clause, answer, refused=True, **more)


def cut_short(says, clause, answer, **more):
    more.setdefault("stays", False)
    return Response(says, clause, answer, broken=True, **more)
