"""Legal HTTP/1 messages of every odd shape, from a seed. Each request carries a field X-N by which it is known again."""
import random

TOKEN = b"!#$%&'*+-.^_`|~abcxyzABCXYZ0189"
METHODS = [b"GET", b"GET", b"get", b"POST", b"PUT", b"DELETE", b"OPTIONS", b"PROPFIND", b"M-SEARCH", b"!odd", b"HEAD", b"HEAD"]
CHALLENGES = [b"NTLM", b"Negotiate", b"Negotiate YII=", b'Basic realm="NTLM, too"', b'Digest realm="a, b", nonce="c"', b"nTLM , Basic realm=x",
              b'Basic realm="x\\"", Negotiate', b"Bearer", b"Nego2"]


class Exchange:
    """A request and the origin's answer, as lines and bodies, and how the exchange ends."""

    def __init__(self):
        self.interim = []  # heads of 1xx, as bytes
        self.after_switch = b""  # what both sides say after 101
        self.last = False  # nothing follows on this connection
        self.server_closes = False


class Generator:
    def __init__(self, seed, port):
        self.chance = random.Random(seed)
        self.authority = b"127.0.0.1:%d" % port
        self.number = 0

    def pick(self, *choices):
        return self.chance.choice(choices)

    def often(self, share):
        return self.chance.random() < share

    def text(self, alphabet, least, most):
        return bytes(self.chance.choice(alphabet) for _ in range(self.chance.randint(least, most)))

    def cased(self, name):
        return self.pick(name, name.lower(), name.upper(), bytes(self.pick(c, c ^ 32) if chr(c).isalpha() else c for c in name))

    def line(self, name, value, after=True):
        return self.cased(name) + b":" + self.pick(b" ", b" ", b"", b"  ", b"\t", b" \t ") + value + (self.pick(b"", b"", b" ", b"\t ") if after else b"")

    def value(self):
        if self.often(0.03):
            return self.text(TOKEN, 6000, 20000)
        inner = self.text(b"abc ,;=\"\\\t(){}<>@/[]?" + bytes(range(0x80, 0x100, 7)), 0, 50)
        return inner.strip(b" \t")

    def fields(self):
        """Fields that only the two ends care about, some of them repeated."""
        lines = [self.line(b"X-" + self.text(TOKEN, 1, 12), self.value()) for _ in range(self.chance.randrange(6))]
        if lines and self.often(0.3):
            lines.append(self.chance.choice(lines))
        if self.often(0.1):
            lines.append(b"X-Empty:")
        return lines

    def hop_fields(self, lifetime):
        """Fields for one hop: Connection and what it names."""
        lines, options = [], [lifetime] if lifetime else []
        if self.often(0.2):
            options.append(self.pick(b"X-Hop", b"x-hop", b"TE, X-Hop"))
            lines += [self.line(b"X-Hop", self.value()) for _ in range(self.chance.randint(1, 2))]
            lines.append(self.line(b"TE", b"trailers"))
        if self.often(0.1):
            lines.append(self.line(b"Keep-Alive", b"timeout=5"))
        if self.often(0.1):
            options += [self.cased(b"Upgrade"), b"HTTP2-Settings"]
            lines += [self.line(b"Upgrade", b"h2c"), self.line(b"HTTP2-Settings", b"AAM")]
        self.chance.shuffle(options)
        if options and self.often(0.3):
            lines += [self.line(b"Connection", option) for option in options]
        elif options or self.often(0.05):
            lines.append(self.line(b"Connection", self.pick(b", ", b",", b" , ", b",,").join(options)))
        return lines

    def body(self, chunked):
        """Field lines that frame it, and its raw bytes."""
        content = self.text(range(256), 0, 800)
        if not chunked:
            return [self.line(b"Content-Length", b"%s%d" % (self.pick(b"", b"0", b"00"), len(content)))], content
        raw = b""
        while content:
            size = self.chance.randint(1, len(content))
            extension = self.pick(b"", b"", b";a", b";a=b;c", b';a="b; \\" \xff"')
            raw += self.pick(b"%x", b"%X", b"00%x") % size + extension + b"\r\n" + content[:size] + b"\r\n"
            content = content[size:]
        raw += self.pick(b"0", b"000", b"0;last") + b"\r\n" + b"".join(self.line(b"X-Trailer", self.value()) + b"\r\n" for _ in range(self.chance.randrange(3)))
        name = self.cased(b"Transfer-Encoding")
        return [name + b":" + self.pick(b"", b" ", b"  ") + self.pick(b"chunked", b"Chunked")], raw + b"\r\n"

    def exchange(self, in_tunnel):
        made = Exchange()
        self.number += 1
        made.number = self.number
        made.method = self.chance.choice(METHODS if not in_tunnel else [b"GET", b"POST", b"PUT", b"OPTIONS", b"HEAD"])  # others may be no HTTP
        self.old = self.often(0.1)
        switch = self.often(0.05)
        made.last = self.old or switch
        lifetime = b""
        if self.often(0.2):
            lifetime = self.cased(self.pick(b"close", b"keep-alive"))
            made.last |= lifetime.lower() == b"close"
        lines = self.fields() + [b"X-N: %d" % made.number] + (self.switching_fields() if switch else self.hop_fields(lifetime))
        if not in_tunnel and self.often(0.2):
            said = self.pick(b"close", b"keep-alive")
            lines.append(self.line(b"Proxy-Connection", said))
            made.last |= said == b"close"
        if self.often(0.1):
            lines.append(self.line(b"Proxy-Authorization", b"Basic YTpi"))
        if self.often(0.1):
            lines.append(self.line(b"Authorization", b"Basic YTpi"))
        lines += [self.line(b"Cookie", b"a=b; c=\"d\"") for _ in range(self.pick(0, 0, 1, 2))]
        if not (self.old and self.often(0.5)):
            lines.append(self.line(b"Host", self.authority if in_tunnel else self.pick(self.authority, self.authority, b"other.test:99", b"")))
        made.request_body = b""
        if not switch and self.often(0.5):
            framing, made.request_body = self.body(chunked=not self.old and self.often(0.5))
            lines += framing
        self.chance.shuffle(lines)
        path = b"/" + self.text(b"abc/%2f%ZZ~!$&'()*+,;=:@?\xe4", 0, 40)
        target = path if in_tunnel else self.pick(b"http://", b"HTTP://") + self.authority + self.pick(path, path, path, b"", b"?q=/")
        made.request = [made.method + b" " + target + (b" HTTP/1.0" if self.old else b" HTTP/1.1")] + lines
        self.switching_answer(made) if switch else self.answer(made)
        return made

    def switching_fields(self):
        return [self.line(b"Connection", self.pick(b"Upgrade", b"keep-alive, upgrade")), self.line(b"Upgrade", self.pick(b"websocket", b"h2c, websocket"))]

    def switching_answer(self, made):
        if self.old:
            return self.answer(made)
        made.response = [b"HTTP/1.1 101 Switching Protocols", b"Upgrade: websocket", b"Connection:Upgrade"] + self.fields()
        made.response_body = b""
        made.after_switch = self.text(range(256), 1, 500)

    def answer(self, made):
        status = self.pick(200, 200, 200, 201, 204, 304, 400, 401, 401, 404, 407, 503, 599)
        reason = self.pick(b"", b" ", b" OK", b" Odd  reason\t", b" \xe9t\xe9")
        version = self.pick(b"HTTP/1.1", b"HTTP/1.1", b"HTTP/1.1", b"HTTP/1.0")
        lifetime = b""
        if version == b"HTTP/1.0" or self.often(0.1):
            lifetime = self.pick(b"close", b"Keep-Alive")
            made.server_closes = lifetime == b"close"
        lines = self.fields() + self.hop_fields(lifetime)
        lines += [self.line(b"Set-Cookie", b"a=%d; Path=/" % i) for i in range(self.pick(0, 0, 1, 3))]
        if status == 401 or self.often(0.05):
            lines += [self.line(b"WWW-Authenticate", self.chance.choice(CHALLENGES)) for _ in range(self.chance.randint(1, 4))]
            if self.often(0.1):
                lines.append(self.line(b"Proxy-Support", b"Session-Based-Authentication"))
                lines += [self.line(b"Connection", b"Proxy-Support")] if self.often(0.5) else []
        if status == 407:
            lines += [self.line(b"Proxy-Authenticate", b"Basic realm=x")]
        framing, body = [], b""
        if status not in (204, 304):
            kind = self.pick("length", "length", "chunked", "close")
            if kind == "close" and made.method != b"HEAD":
                body, made.server_closes = self.text(range(256), 0, 800), True
            else:
                framing, body = self.body(chunked=kind == "chunked" and version == b"HTTP/1.1" and not self.old)  # RFC 9112 6.1
        elif status == 304 and self.often(0.5):
            framing = [self.line(b"Content-Length", b"1234")]
        lines += framing
        self.chance.shuffle(lines)
        made.response = [version + b" %d" % status + reason] + lines
        made.response_body = b"" if made.method == b"HEAD" else body
        made.last |= made.server_closes or version == b"HTTP/1.0"  # where Connection does not pass on, the client cannot know better
        for _ in range(self.pick(0, 0, 0, 0, 1, 3)):
            made.interim.append(b"HTTP/1.1 " + self.pick(b"100 Continue", b"103 Early Hints", b"102") + b"\r\n" +
                                b"".join(line + b"\r\n" for line in self.fields()) + b"\r\n")

    def connection(self):
        """Exchanges for one client connection, and whether they go through CONNECT."""
        in_tunnel = self.often(0.15)
        exchanges = []
        while not exchanges or len(exchanges) < 6 and not exchanges[-1].last and self.often(0.8):
            exchanges.append(self.exchange(in_tunnel))
        return exchanges, in_tunnel
