"""RFC 9112 4, 6, 7 and RFC 9110 15, from an origin's side: its answer reaches the client byte for byte, or not at all, or visibly cut."""
from case import GET, OK, Response, bad_gateway, cut_short

HEAD_REQUEST = GET.replace(b"GET", b"HEAD")
HTTP10 = GET.replace(b"HTTP/1.1", b"HTTP/1.0")
POST = b"POST http://web01/ HTTP/1.1\r\nHost: web01\r\nContent-Length: 5\r\n\r\nhello"
END = b"0\r\n\r\n"
FIVE = b"5\r\nhello\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
SMUGGLED = b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsmuggled"


def answer(fields=b"", body=b"", line=b"HTTP/1.1 200 OK"):
    return line + b"\r\n" + fields + (b"\r\n" if fields else b"") + b"\r\n" + body


def sized(line):
    return answer(b"Content-Length: 2", b"ok", line)


def taken(says, clause, bytes_, **more):
    return Response(says, clause, bytes_, **more)


def bad_line(says, line, clause="RFC 9112 4"):
    return bad_gateway(says, clause, sized(line))


def bad_field(says, line, clause="RFC 9112 5"):
    return bad_gateway(says, clause, answer(line + b"\r\nContent-Length: 2", b"ok"))


def bad_framing(says, fields, clause="RFC 9112 6.3", body=END + SMUGGLED):
    return bad_gateway(says, clause, answer(fields, body))


def bad_chunk(says, body, clause="RFC 9112 7.1"):
    return cut_short(says, clause, CHUNKED + body)


CASES = [
    taken("a plain answer", "RFC 9112 4", OK),
    taken("no reason", "RFC 9112 4", sized(b"HTTP/1.1 200 ")),
    taken("no reason and no space", "RFC 9112 4", sized(b"HTTP/1.1 200")),
    taken("a long reason of all that may stand in it", "RFC 9112 4", sized(b"HTTP/1.1 200 O\tK: \xe9\xff \"\\,")),
    taken("a reason that looks like a status line", "RFC 9112 4", sized(b"HTTP/1.1 200 HTTP/1.1 500 No")),
    taken("an unknown status", "RFC 9110 15", sized(b"HTTP/1.1 299 Odd")),
    taken("a status of 600", "RFC 9110 15", sized(b"HTTP/1.1 600 Odd")),
    taken("a status of 999", "RFC 9110 15", sized(b"HTTP/1.1 999 Odd")),
    taken("a 204", "RFC 9110 15.3.5", answer(line=b"HTTP/1.1 204 No Content")),
    taken("a 204 with length 0", "RFC 9110 8.6", answer(b"Content-Length: 0", line=b"HTTP/1.1 204 No Content")),
    taken("a 304 with a length", "RFC 9110 15.4.5", answer(b"Content-Length: 100", line=b"HTTP/1.1 304 Not Modified")),
    taken("a 304 with chunked", "RFC 9112 6.1", answer(b"Transfer-Encoding: chunked", line=b"HTTP/1.1 304 Not Modified")),
    taken("a 205 with length 0", "RFC 9110 15.3.6", answer(b"Content-Length: 0", line=b"HTTP/1.1 205 Reset Content")),
    taken("the answer to a HEAD, with a length", "RFC 9110 9.3.2", answer(b"Content-Length: 100"), request=HEAD_REQUEST),
    taken("the answer to a HEAD, with chunked", "RFC 9112 6.1", answer(b"Transfer-Encoding: chunked"), request=HEAD_REQUEST),
    taken("the answer to a HEAD, without framing", "RFC 9112 6.3", answer(b"X: y"), request=HEAD_REQUEST),
    taken("an empty body", "RFC 9112 6.2", answer(b"Content-Length: 0")),
    taken("a chunked answer", "RFC 9112 7.1", CHUNKED + FIVE + END),
    taken("a chunked answer with extensions and trailers", "RFC 9112 7.1.1", CHUNKED + b'5;a=b;c="d"\r\nhello\r\n0;e\r\nX-Sum: 1\r\n\r\n'),
    taken("a body that looks like an answer", "RFC 9112 6.2", answer(b"Content-Length: %d" % len(SMUGGLED), SMUGGLED)),
    taken("fields in their own order and case, challenges apart", "RFC 9110 5.3",
          answer(b"WWW-Authenticate: Basic realm=\"a\"\r\nwww-authenticate: Digest nonce=b\r\nX:\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nContent-Length: 2", b"no",
                 b"HTTP/1.1 403 No")),
    taken("an interim answer", "RFC 9110 15.2", CONTINUE + OK),
    taken("early hints, twice", "RFC 8297", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 2 + OK),
    taken("an unknown interim answer", "RFC 9110 15.2", b"HTTP/1.1 199 Odd\r\nX: y\r\n\r\n" + OK),
    taken("two hundred interim answers", "RFC 9110 15.2", b"HTTP/1.1 102 Processing\r\n\r\n" * 200 + OK),
    taken("an interim answer is not for an HTTP/1.0 client", "RFC 9110 15.2", CONTINUE + OK, gets=OK, request=HTTP10, stays=False),
    taken("until the connection closes", "RFC 9112 6.3", answer(b"X: y", b"hello\r\n\r\n"), ends="fin", stays=False),
    taken("nothing until the connection closes", "RFC 9112 6.3", answer(b"X: y"), ends="fin", stays=False),
    taken("HTTP/1.0 until the connection closes", "RFC 9112 6.3", answer(b"X: y", b"hello", b"HTTP/1.0 200 OK"), ends="fin", stays=False),
    taken("HTTP/1.0 with a length", "RFC 9112 9.3", sized(b"HTTP/1.0 200 OK"), ends="fin", stays=False),
    taken("an early answer to an upload", "RFC 9110 15", OK, request=POST),
    taken("the origin closes behind a whole answer", "RFC 9112 9.6", OK, ends="fin"),

    taken("an answer nobody asked for behind an answer", "RFC 9112 9.2", OK + SMUGGLED, gets=OK),
    taken("words behind an answer", "RFC 9112 9.2", OK + b"and more", gets=OK),
    taken("CRLF behind an answer", "RFC 9112 9.2", OK + b"\r\n", gets=OK),
    taken("a body behind the answer to a HEAD", "RFC 9110 9.3.2", answer(b"Content-Length: 5", b"hello"), gets=answer(b"Content-Length: 5"), request=HEAD_REQUEST),
    taken("an answer as the body of the answer to a HEAD", "RFC 9110 9.3.2", answer(b"Content-Length: %d" % len(SMUGGLED), SMUGGLED),
          gets=answer(b"Content-Length: %d" % len(SMUGGLED)), request=HEAD_REQUEST),
    taken("a body behind a 204", "RFC 9110 15.3.5", answer(b"X: y", SMUGGLED, b"HTTP/1.1 204 No"), gets=answer(b"X: y", line=b"HTTP/1.1 204 No")),
    taken("a body behind a 304", "RFC 9110 15.4.5", answer(b"Content-Length: 8", b"smuggled", b"HTTP/1.1 304 No"),
          gets=answer(b"Content-Length: 8", line=b"HTTP/1.1 304 No")),
    taken("chunks behind a 304", "RFC 9110 15.4.5", answer(b"Transfer-Encoding: chunked", FIVE + END, b"HTTP/1.1 304 No"),
          gets=answer(b"Transfer-Encoding: chunked", line=b"HTTP/1.1 304 No")),
    taken("an answer behind the last chunk", "RFC 9112 9.2", CHUNKED + END + SMUGGLED, gets=CHUNKED + END),
    taken("an interim answer behind the final one", "RFC 9110 15.2", OK + CONTINUE, gets=OK),

    bad_line("an empty line before the status line", b"\r\nHTTP/1.1 200 OK"),
    bad_line("a bare LF before the status line", b"\nHTTP/1.1 200 OK"),
    bad_line("white space before the status line", b" HTTP/1.1 200 OK"),
    bad_line("NUL before the status line", b"\0HTTP/1.1 200 OK"),
    bad_line("words before the status line", b"hello HTTP/1.1 200 OK"),
    bad_line("HTTP/0.9", b"<html>hello</html>"),
    bad_line("ICY", b"ICY 200 OK"),
    bad_line("a version in lower case", b"http/1.1 200 OK"),
    bad_line("HTTP/2", b"HTTP/2 200"),
    bad_line("HTTP/2.0", b"HTTP/2.0 200 OK"),
    bad_line("HTTP/1.2", b"HTTP/1.2 200 OK"),
    bad_line("HTTP/0.9 spelt out", b"HTTP/0.9 200 OK"),
    bad_line("HTTP/5.6", b"HTTP/5.6 200 OK"),
    bad_line("HTTP/01.1", b"HTTP/01.1 200 OK"),
    bad_line("HTTP/11.1", b"HTTP/11.1 200 OK"),
    bad_line("HTTP/1.01", b"HTTP/1.01 200 OK"),
    bad_line("HTTP/1", b"HTTP/1 200 OK"),
    bad_line("no version", b"200 OK"),
    bad_line("no status", b"HTTP/1.1"),
    bad_line("no status behind a space", b"HTTP/1.1 "),
    bad_line("a reason instead of a status", b"HTTP/1.1 OK"),
    bad_line("two digits", b"HTTP/1.1 20 OK"),
    bad_line("four digits", b"HTTP/1.1 2000 OK"),
    bad_line("a status with a leading zero", b"HTTP/1.1 0200 OK"),
    bad_line("a status of 000", b"HTTP/1.1 000 OK"),
    bad_line("a status of 099", b"HTTP/1.1 099 OK"),
    bad_line("a negative status", b"HTTP/1.1 -200 OK"),
    bad_line("a signed status", b"HTTP/1.1 +20 OK"),
    bad_line("a letter in the status", b"HTTP/1.1 2O0 OK"),
    bad_line("a status in hexadecimal", b"HTTP/1.1 0xC8 OK"),
    bad_line("a substatus", b"HTTP/1.1 401.2 No"),
    bad_line("a reason without a space", b"HTTP/1.1 200OK"),
    bad_line("a tab behind the version", b"HTTP/1.1\t200 OK"),
    bad_line("a tab behind the status", b"HTTP/1.1 200\tOK"),
    bad_line("two spaces before the status", b"HTTP/1.1  200 OK"),
    bad_line("NUL in the reason", b"HTTP/1.1 200 O\0K"),
    bad_line("a control byte in the reason", b"HTTP/1.1 200 O\x1bK"),
    bad_line("a bare CR in the reason", b"HTTP/1.1 200 OK\rX: y", "RFC 9112 2.2"),
    bad_line("a bare LF behind the status line", b"HTTP/1.1 200 OK\nX: y", "RFC 9112 2.2"),
    bad_line("CR CR LF behind the status line", b"HTTP/1.1 200 OK\r", "RFC 9112 2.2"),
    bad_gateway("a request instead of an answer", "RFC 9112 4", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    bad_gateway("TLS instead of an answer", "RFC 9112 4", b"\x15\x03\x01\x00\x02\x02\x0a\n"),
    bad_gateway("all lines end in LF alone", "RFC 9112 2.2", OK.replace(b"\r\n", b"\n")),
    bad_gateway("a head of more than 256 KB", "RFC 9110 5.4", answer(b"X: " + b"y" * 300000)),
    bad_gateway("more than a thousand fields", "RFC 9110 5.4", answer(b"\r\n".join([b"X: y"] * 1100))),

    bad_field("a line without a colon", b"X"),
    bad_field("an empty name", b": y"),
    bad_field("a space before the colon", b"X : y", "RFC 9112 5.1"),
    bad_field("a space before the colon of Content-Length", b"Content-Length : 2", "RFC 9112 5.1"),
    bad_field("a space inside a name", b"X Y: z"),
    bad_field("a folded line", b"X: y\r\n z", "RFC 9112 5.2"),
    bad_field("a folded challenge", b"WWW-Authenticate: Basic\r\n\trealm=a", "RFC 9112 5.2"),
    bad_field("white space before the first field", b" X: y", "RFC 9112 2.2"),
    bad_field("a bare LF behind a value", b"X: y\nZ: z", "RFC 9112 2.2"),
    bad_field("a bare CR in a value", b"X: y\rZ: z", "RFC 9112 2.2"),
    bad_field("a bare CR that hides a field", b"X: y\rTransfer-Encoding: chunked", "RFC 9112 2.2"),
    bad_field("CR CR LF for the empty line", b"X: y\r\n\r", "RFC 9112 2.2"),
    bad_field("LF for the empty line", b"X: y\r\n\n" + SMUGGLED, "RFC 9112 2.2"),
    bad_field("NUL in a value", b"X: y\0", "RFC 9110 5.5"),
    bad_field("a control byte in a value", b"X: \x1b[2J", "RFC 9110 5.5"),
    bad_field("DEL in a value", b"X: \x7f", "RFC 9110 5.5"),
    bad_field("NUL in a name", b"X\0: y", "RFC 9110 5.5"),
    bad_field("eight bits in a name", b"\xe9: y"),

    bad_framing("CL.TE", b"Content-Length: 5\r\nTransfer-Encoding: chunked"),
    bad_framing("TE.CL", b"Transfer-Encoding: chunked\r\nContent-Length: 5"),
    bad_framing("two lengths that differ", b"Content-Length: 2\r\nContent-Length: 9", body=b"ok" + SMUGGLED),
    bad_framing("two lengths that agree", b"Content-Length: 2\r\nContent-Length: 2", body=b"ok"),
    bad_framing("a list of lengths", b"Content-Length: 2, 2", "RFC 9110 8.6", b"ok"),
    *(bad_framing(f"a length of {value!r}", b"Content-Length: " + value, "RFC 9110 8.6", b"ok") for value in (
        b"+2", b"-2", b"-1", b"0x2", b"2x", b"x", b"2.0", b"2 2", b'"2"', b"", b"2,", b"1_0", b"\xb2", b"9223372036854775808", b"18446744073709551618", b"0" * 30 + b"2")),
    bad_framing("two lines of chunked", b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
    *(bad_framing(f"a coding of {value!r}", b"Transfer-Encoding: " + value, "RFC 9112 6.1") for value in (
        b"xchunked", b"identity", b"chunked, identity", b"gzip, chunked", b"chunked, chunked", b"chunked,", b",chunked", b'"chunked"', b"chunked;q=1", b"",
        b"\x0bchunked", b"chunked\0", b"ch\x96nked")),
    bad_gateway("chunked in HTTP/1.0", "RFC 9112 6.1", answer(b"Transfer-Encoding: chunked", END, b"HTTP/1.0 200 OK")),
    bad_gateway("chunked to an HTTP/1.0 client", "RFC 9112 6.1", CHUNKED + FIVE + END, request=HTTP10, stays=False),
    bad_gateway("a length in a 204", "RFC 9110 8.6", answer(b"Content-Length: 2", b"ok", b"HTTP/1.1 204 No")),
    bad_gateway("chunked in a 204", "RFC 9112 6.1", answer(b"Transfer-Encoding: chunked", END, b"HTTP/1.1 204 No")),
    bad_gateway("a length in a 100", "RFC 9110 8.6", answer(b"Content-Length: 2", b"ok", b"HTTP/1.1 100 Go") + OK),
    bad_gateway("chunked in a 103", "RFC 9112 6.1", answer(b"Transfer-Encoding: chunked", END, b"HTTP/1.1 103 Go") + OK),
    bad_gateway("two framings in the answer to a HEAD", "RFC 9112 6.3", answer(b"Transfer-Encoding: chunked\r\nContent-Length: 5"), request=HEAD_REQUEST),
    bad_gateway("two framings in a 304", "RFC 9112 6.3", answer(b"Transfer-Encoding: chunked\r\nContent-Length: 5", line=b"HTTP/1.1 304 No")),
    bad_gateway("a 101 nobody asked for", "RFC 9110 15.2.2", b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n" + SMUGGLED),
    bad_gateway("Connection names Content-Length", "RFC 9110 7.6.1", answer(b"Connection: content-length\r\nContent-Length: 2", b"ok")),
    bad_gateway("Connection names Transfer-Encoding", "RFC 9110 7.6.1", answer(b"Connection: transfer-encoding\r\nTransfer-Encoding: chunked", END)),
    bad_gateway("an interim answer, then nonsense", "RFC 9112 4", CONTINUE + b"nonsense\r\n\r\n", gets=CONTINUE),
    bad_gateway("no answer at all", "RFC 9112 8", b"", ends="fin", request=POST),
    bad_gateway("a reset instead of an answer", "RFC 9112 8", b"", ends="rst", request=POST),
    bad_gateway("half a status line", "RFC 9112 8", b"HTTP/1.1 20", ends="fin", request=POST),
    bad_gateway("half a head", "RFC 9112 8", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", ends="fin", request=POST),
    bad_gateway("half a head, then a reset", "RFC 9112 8", b"HTTP/1.1 200 OK\r\nContent-Le", ends="rst", request=POST),
    bad_gateway("only an interim answer", "RFC 9110 15.2", CONTINUE, gets=CONTINUE, ends="fin", request=POST),

    cut_short("less than the length", "RFC 9112 8", answer(b"Content-Length: 10", b"hello"), ends="fin"),
    cut_short("less than the length, then a reset", "RFC 9112 8", answer(b"Content-Length: 10", b"hello"), ends="rst"),
    cut_short("chunks without an end", "RFC 9112 8", CHUNKED + FIVE, ends="fin"),
    cut_short("the last chunk without its empty line", "RFC 9112 8", CHUNKED + FIVE + b"0\r\n", ends="fin"),
    cut_short("the last chunk with half its empty line", "RFC 9112 8", CHUNKED + FIVE + b"0\r\n\r", ends="fin"),
    cut_short("half a chunk, then a reset", "RFC 9112 8", CHUNKED + b"5\r\nhel", ends="rst"),
    cut_short("half a trailer", "RFC 9112 8", CHUNKED + FIVE + b"0\r\nX: y\r\n", ends="fin"),
    cut_short("a reset for the end of a body until close", "RFC 9112 8", answer(b"X: y", b"hello"), ends="rst"),
    *(bad_chunk(f"a chunk line of {line!r}", FIVE + line + b"\r\nhello\r\n" + END + SMUGGLED) for line in (
        b"", b"x", b"0x5", b"-5", b"+5", b"5 5", b" 5", b"5 ", b"5;", b"5;a=", b"5;a b", b"8000000000000000", b"10000000000000005", b"5_0", b"5\0", b"5;a\x01")),
    bad_chunk("data longer than its size", b"5\r\nhello!\r\n" + END),
    bad_chunk("data without CRLF behind it", b"5\r\nhello0\r\n\r\n" + SMUGGLED),
    bad_chunk("a bare LF behind a size", b"5\nhello\r\n" + END, "RFC 9112 2.2"),
    bad_chunk("a bare CR in an extension", b"5;a\rb\r\nhello\r\n" + END, "RFC 9112 2.2"),
    bad_chunk("bare LFs for the end", FIVE + b"0\n\n" + SMUGGLED, "RFC 9112 2.2"),
    bad_chunk("an answer for the empty line", FIVE + b"0\r\n" + SMUGGLED, "RFC 9112 5"),
    bad_chunk("a length in the trailer", FIVE + b"0\r\nContent-Length: 9\r\n\r\n", "RFC 9110 6.5.1"),
    bad_chunk("a coding in the trailer", FIVE + b"0\r\nTransfer-Encoding: chunked\r\n\r\n", "RFC 9110 6.5.1"),
    bad_chunk("a folded trailer", FIVE + b"0\r\nX: y\r\n z\r\n\r\n", "RFC 9112 5.2"),
    bad_chunk("NUL in a trailer", FIVE + b"0\r\nX: \0\r\n\r\n", "RFC 9110 5.5"),

    taken("close goes on where one connection carries the other", "RFC 9112 9.6", answer(b"Connection: close\r\nContent-Length: 2", b"ok"),
          gets_pooled=OK, ends="fin", stays=False, stays_pooled=True),
    taken("a field that Connection names goes", "RFC 9110 7.6.1", answer(b"Connection: X-Hop\r\nX-Hop: 1\r\nContent-Length: 2", b"ok"), gets=OK),
    taken("Proxy-Connection goes", "RFC 9112 C.2.2", answer(b"Proxy-Connection: close\r\nContent-Length: 2", b"ok"), gets=OK),
    taken("Connection names a field that is not there", "RFC 9110 7.6.1", answer(b"Connection: Nobody\r\nContent-Length: 2", b"ok"), gets=OK),
]
