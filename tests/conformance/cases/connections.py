"""RFC 9112 9, RFC 9110 7.6 to 7.8, 9.3.6 and 10.1.1: pipelining, closing, hop-by-hop fields, Expect, CONNECT and Upgrade."""
from case import GET, Request, origin_form, passes, refused

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
FINAL = b"HTTP/1.1 417 No\r\nContent-Length: 2\r\n\r\nno"
SWITCH = b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"


def get(fields=b"", path=b"", version=b"1.1", method=b"GET"):
    return method + b" http://web01/" + path + b" HTTP/" + version + b"\r\nHost: web01\r\n" + fields + b"\r\n"


def hop(says, clause, fields, kept=b"", kept_pooled=None, **more):
    return Request(says, clause, get(fields), reaches=(origin_form(get(kept)),),
                   reaches_pooled=(origin_form(get(kept if kept_pooled is None else kept_pooled)),), **more)


def connect(target, fields=b"Host: web01\r\n", version=b"1.1"):
    return b"CONNECT " + target + b" HTTP/" + version + b"\r\n" + fields + b"\r\n"


TWO = get(path=b"1") + get(path=b"2")
UPGRADE = b"Connection: Upgrade\r\nUpgrade: websocket\r\n"
POST = b"POST http://web01/ HTTP/1.1\r\nHost: web01\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello"

CASES = [
    Request("two pipelined requests", "RFC 9112 9.3.2", TWO, reaches=tuple(origin_form(get(path=n)) for n in (b"1", b"2")), gets=(200, 200)),
    Request("twenty pipelined requests", "RFC 9112 9.3.2", b"".join(get(path=b"%d" % n) for n in range(20)),
            reaches=tuple(origin_form(get(path=b"%d" % n)) for n in range(20)), gets=(200,) * 20),
    Request("a HEAD between two GETs", "RFC 9112 9.3.2", get(path=b"1") + get(path=b"2", method=b"HEAD") + get(path=b"3"),
            reaches=(origin_form(get(path=b"1")), origin_form(get(path=b"2", method=b"HEAD")), origin_form(get(path=b"3"))), gets=(200, 200, 200),
            answers=(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1", b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n3")),
    Request("what follows a request with close is not read", "RFC 9112 9.6", get(b"Connection: close\r\n") + get(path=b"behind"),
            reaches=(origin_form(get(b"Connection: close\r\n")),), reaches_pooled=(origin_form(get()),), stays=False),
    Request("what follows HTTP/1.0 is not read", "RFC 9112 9.3", get(version=b"1.0") + get(path=b"behind"),
            reaches=(origin_form(get(version=b"1.0")),), stays=False),
    Request("close wins over keep-alive", "RFC 9112 9.3", get(b"Connection: keep-alive, close\r\n") + get(path=b"behind"),
            reaches=(origin_form(get(b"Connection: keep-alive, close\r\n")),), reaches_pooled=(origin_form(get()),), stays=False),
    Request("close in a second Connection line", "RFC 9112 9.3", get(b"Connection: keep-alive\r\nConnection: CLOSE\r\n") + get(path=b"behind"),
            reaches=(origin_form(get(b"Connection: keep-alive\r\nConnection: CLOSE\r\n")),), reaches_pooled=(origin_form(get()),), stays=False),
    Request("a good request before a bad one is answered", "RFC 9112 9.3.2", get(path=b"1") + b"GET / HTTP/1.1\nHost: web01\n\n",
            reaches=(origin_form(get(path=b"1")),), gets=(200, 400), stays=False),
    Request("nothing behind a bad request is read", "RFC 9112 9.3.2", b"GET http://web01/ HTTP/1.1\r\nHost : web01\r\n\r\n" + GET, gets=(400,), stays=False),
    Request("nothing behind a bad length is read", "RFC 9112 6.3", get(b"Content-Length: 0, 0\r\n") + GET, gets=(400,), stays=False),
    Request("nothing behind a second bad request is read", "RFC 9112 6.3", GET + get(b"Transfer-Encoding: x\r\n") + GET,
            reaches=(origin_form(GET),), gets=(200, 400), stays=False),

    hop("a field that Connection names goes", "RFC 9110 7.6.1", b"Connection: X-Hop\r\nX-Hop: 1\r\nX: 2\r\n", b"X: 2\r\n"),
    hop("every line of a field that Connection names goes", "RFC 9110 7.6.1", b"X-Hop: 1\r\nConnection: a, x-hop ,,b\r\nX-HOP: 2\r\n"),
    hop("fields named in two Connection lines go", "RFC 9110 7.6.1", b"Connection: a\r\nA: 1\r\nConnection: b\r\nB: 2\r\n"),
    hop("close goes on where one connection carries the other", "RFC 9112 9.6", b"Connection: close\r\n", b"Connection: close\r\n", b"", stays=False),
    hop("keep-alive goes on where one connection carries the other", "RFC 9112 9.3", b"Connection: keep-alive\r\n", b"Connection: keep-alive\r\n", b""),
    hop("Proxy-Connection goes", "RFC 9112 C.2.2", b"Proxy-Connection: keep-alive\r\n"),
    hop("Proxy-Authorization goes", "RFC 9110 11.7.2", b"Proxy-Authorization: Basic YTpi\r\n"),
    hop("an empty Connection is nobody's business", "RFC 9110 7.6.1", b"Connection:\r\n", b"Connection:\r\n"),
    hop("Upgrade to h2c goes", "RFC 9113 3.1", b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"),
    hop("Upgrade to h2c without Connection goes", "RFC 9113 3.1", b"Upgrade: h2c\r\n"),
    hop("Upgrade to h2c in any case goes", "RFC 9113 3.1", b"Connection: upgrade\r\nUpgrade: H2C\r\n"),

    passes("an interim answer, then the final one", "RFC 9110 10.1.1", POST, early=CONTINUE),
    passes("a final answer to Expect before the body", "RFC 9110 10.1.1", POST, early=FINAL, answers=(b"",), gets=(417,)),
    passes("an unknown expectation goes on", "RFC 9110 10.1.1", get(b"Expect: tea\r\n")),
    passes("two expectations go on", "RFC 9110 10.1.1", get(b"Expect: y 100-continue\r\nExpect: 100-continue\r\n")),
    passes("Expect without a body", "RFC 9110 10.1.1", get(b"Expect: 100-continue\r\n")),
    passes("Expect in HTTP/1.0", "RFC 9110 10.1.1", get(b"Expect: 100-continue\r\n", version=b"1.0"), stays=False),
    passes("an early answer to a body that follows", "RFC 9110 9.3.3", POST.replace(b"Expect: 100-continue\r\n", b""), early=FINAL, answers=(b"",), gets=(417,)),
    Request("a bad body behind an early answer", "RFC 9112 7.1", b"POST http://web01/ HTTP/1.1\r\nHost: web01\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nxyz",
            begun=True, gets=(400,), stays=False),

    Request("CONNECT, then TLS", "RFC 9110 9.3.6", connect(b"web01:80") + b"\x16\x03\x01GET / HTTP/1.1\r\n\r\n", tunnel=b"\x16\x03\x01GET / HTTP/1.1\r\n\r\n"),
    Request("CONNECT in HTTP/1.0", "RFC 9110 9.3.6", connect(b"web01:80", b"", b"1.0") + b"\x16\x03\x01", tunnel=b"\x16\x03\x01"),
    Request("CONNECT whose Host differs goes where the target says", "RFC 9110 9.3.6", connect(b"web01:80", b"Host: other\r\n") + b"\x16", tunnel=b"\x16"),
    Request("CONNECT with a length of 0", "RFC 9110 9.3.6", connect(b"web01:80", b"Host: web01\r\nContent-Length: 0\r\n") + b"\x16", tunnel=b"\x16"),
    refused("CONNECT with a length", "RFC 9110 9.3.6", connect(b"web01:80", b"Host: web01\r\nContent-Length: 41\r\n") + GET),
    refused("CONNECT with a chunked body", "RFC 9110 9.3.6", connect(b"web01:80", b"Host: web01\r\nTransfer-Encoding: chunked\r\n") + b"0\r\n\r\n"),
    refused("CONNECT with two framings", "RFC 9112 6.3", connect(b"web01:80", b"Host: web01\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n")),
    refused("CONNECT without a port", "RFC 9110 9.3.6", connect(b"web01")),
    refused("CONNECT with an empty port", "RFC 9110 9.3.6", connect(b"web01:")),
    refused("CONNECT to port 0", "RFC 9110 9.3.6", connect(b"web01:0")),
    refused("CONNECT beyond the ports", "RFC 9110 9.3.6", connect(b"web01:65536")),
    refused("CONNECT to no host", "RFC 9110 9.3.6", connect(b":80")),
    refused("CONNECT with userinfo", "RFC 9110 9.3.6", connect(b"user@web01:80")),
    refused("CONNECT to a path", "RFC 9112 3.2.3", connect(b"/")),
    refused("CONNECT to a URL", "RFC 9112 3.2.3", connect(b"http://web01/")),
    refused("CONNECT to *", "RFC 9112 3.2.3", connect(b"*")),
    refused("CONNECT to a path behind a port", "RFC 9112 3.2.3", connect(b"web01:80/x")),
    refused("CONNECT without Host", "RFC 9112 3.2", connect(b"web01:80", b"")),
    refused("bytes behind a CONNECT that fails are for a tunnel that is not there", "RFC 9110 9.3.6", connect(b"127.0.0.1:1") + GET, status=502),

    Request("Upgrade, then another protocol", "RFC 9110 7.8", get(UPGRADE) + b"\x81\x02hi\r\n\r\n", reaches=(origin_form(get(UPGRADE)),), answers=(SWITCH,),
            gets=(101,), tunnel=b"\x81\x02hi\r\n\r\n"),
    Request("behind an Upgrade that was not taken stands a request", "RFC 9110 7.8", get(UPGRADE) + get(path=b"2"),
            reaches=(origin_form(get(UPGRADE)), origin_form(get(path=b"2"))), gets=(200, 200)),
    Request("behind an Upgrade that was taken stands no request", "RFC 9110 7.8", get(UPGRADE) + GET, reaches=(origin_form(get(UPGRADE)),), answers=(SWITCH,),
            gets=(101,), tunnel=GET),
    passes("Upgrade with a body", "RFC 9110 7.8", get(UPGRADE + b"Content-Length: 5\r\n", method=b"POST") + b"hello"),
    Request("h2c beside another protocol goes", "RFC 9113 3.1", get(b"Connection: Upgrade\r\nUpgrade: h2c, websocket\r\n"),
            reaches=(origin_form(get(UPGRADE)),)),
    Request("a 101 nobody asked for", "RFC 9110 15.2.2", GET, reaches=(origin_form(GET),), answers=(SWITCH,), gets=(502,)),
    Request("a 101 to Upgrade without Connection", "RFC 9110 7.8", get(b"Upgrade: websocket\r\n"), reaches=(origin_form(get(b"Upgrade: websocket\r\n")),),
            answers=(SWITCH,), gets=(502,)),
    Request("a 101 to an Upgrade that did not go on", "RFC 9113 3.1", get(b"Connection: Upgrade\r\nUpgrade: h2c\r\n"), reaches=(origin_form(get()),),
            answers=(SWITCH,), gets=(502,)),
    Request("a 101 to HTTP/1.0", "RFC 9110 7.8", get(UPGRADE, version=b"1.0"), reaches=(origin_form(get(UPGRADE, version=b"1.0")),), answers=(SWITCH,),
            gets=(502,), stays=False),
]
