"""RFC 9112 6 and RFC 9110 8.6: where a request's body ends, and every known way to make two readers disagree about it."""
from case import GET, Request, origin_form, passes, refused

SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: web01\r\n\r\n"
BEHIND = b"GET http://web01/behind HTTP/1.1\r\nHost: web01\r\n\r\n"


def post(fields, body=b"", method=b"POST", version=b"1.1"):
    return method + b" http://web01/ HTTP/" + version + b"\r\nHost: web01\r\n" + fields + b"\r\n\r\n" + body


def length(says, value, clause="RFC 9110 8.6", **more):
    return refused(says, clause, post(b"Content-Length: " + value, b"hello"), **more)


def coding(says, line, clause="RFC 9112 6.1", status=400):
    """The body holds a request for whoever does not read it as chunked, and ends early for whoever does."""
    return refused(says, clause, post(line, b"0\r\n\r\n" + SMUGGLED), status=status)


def both(says, fields):
    return refused(says, "RFC 9112 6.3", post(fields, b"0\r\n\r\n" + SMUGGLED))


TE, CL = b"Transfer-Encoding: chunked", b"Content-Length: 45"

CASES = [
    passes("a body of a length", "RFC 9112 6.2", post(b"Content-Length: 5", b"hello")),
    passes("a body of length 0", "RFC 9112 6.2", post(b"Content-Length: 0")),
    passes("a POST without framing has no body", "RFC 9112 6.3", post(b"X: y")),
    passes("a GET with a body", "RFC 9110 9.3.1", post(b"Content-Length: 5", b"hello", b"GET")),
    passes("a HEAD with a body", "RFC 9110 9.3.2", post(b"Content-Length: 5", b"hello", b"HEAD"), answers=(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n",)),
    passes("a DELETE with a body", "RFC 9110 9.3.5", post(b"Content-Length: 5", b"hello", b"DELETE")),
    passes("an OPTIONS with a body", "RFC 9110 9.3.7", post(b"Content-Length: 5", b"hello", b"OPTIONS")),
    passes("a body that looks like a request is a body", "RFC 9112 6.2", post(b"Content-Length: %d" % len(SMUGGLED), SMUGGLED)),
    passes("a GET body that looks like a request is a body", "RFC 9112 6.2", post(b"Content-Length: %d" % len(SMUGGLED), SMUGGLED, b"GET")),
    passes("leading zeros are digits", "RFC 9110 8.6", post(b"Content-Length: 0005", b"hello")),
    passes("nineteen digits are still a number", "RFC 9110 8.6", post(b"Content-Length: 0000000000000000005", b"hello")),
    passes("white space around a length", "RFC 9112 5.1", post(b"Content-Length: \t 5 \t", b"hello")),
    passes("a length in any case of its name", "RFC 9110 5.1", post(b"cONTENT-lENGTH: 5", b"hello")),
    passes("a length in HTTP/1.0", "RFC 9112 6.3", post(b"Content-Length: 5", b"hello", version=b"1.0"), stays=False),
    passes("a chunked body", "RFC 9112 7.1", post(TE, b"5\r\nhello\r\n0\r\n\r\n")),
    passes("chunked in any case", "RFC 9112 7", post(b"tRANSFER-eNCODING: CHUNKED", b"5\r\nhello\r\n0\r\n\r\n")),
    passes("chunked without a space before it", "RFC 9112 5.1", post(b"Transfer-Encoding:chunked", b"0\r\n\r\n")),
    passes("chunked behind two spaces", "RFC 9112 5.1", post(b"Transfer-Encoding:  chunked", b"0\r\n\r\n")),
    passes("a chunked GET", "RFC 9110 9.3.1", post(TE, b"5\r\nhello\r\n0\r\n\r\n", b"GET")),
    passes("a chunked body that looks like a request is a body", "RFC 9112 7.1", post(TE, b"%x\r\n%b\r\n0\r\n\r\n" % (len(SMUGGLED), SMUGGLED))),
    passes("Content-Encoding frames nothing", "RFC 9110 8.4", post(b"Content-Encoding: chunked\r\nContent-Length: 5", b"hello")),
    passes("TE frames nothing", "RFC 9110 10.1.4", post(b"TE: chunked\r\nContent-Length: 5", b"hello")),
    passes("a body is followed by the next request", "RFC 9112 9.3.2", post(b"Content-Length: 5", b"hello") + BEHIND, gets=(200, 200),
           reaches=(origin_form(post(b"Content-Length: 5", b"hello")), origin_form(BEHIND))),
    passes("CRLF behind a body is ignored", "RFC 9112 2.2", post(b"Content-Length: 5", b"hello") + b"\r\n" + BEHIND, gets=(200, 200),
           reaches=(origin_form(post(b"Content-Length: 5", b"hello")), origin_form(BEHIND))),
    Request("bytes behind a body that are no request", "RFC 9112 6.2", post(b"Content-Length: 5", b"hello, world\r\n"),
            reaches=(origin_form(post(b"Content-Length: 5", b"hello")),), gets=(200, 400), stays=False),
    Request("a body behind length 0 is the next request, and none", "RFC 9112 6.2", post(b"Content-Length: 0", b"x=1\r\n"),
            reaches=(origin_form(post(b"Content-Length: 0")),), gets=(200, 400), stays=False),

    both("CL.TE", CL + b"\r\n" + TE),
    both("TE.CL", TE + b"\r\n" + CL),
    both("a length of 0 beside chunked", b"Content-Length: 0\r\n" + TE),
    both("a bad length beside chunked", b"Content-Length: x\r\n" + TE),
    both("chunked between two lengths", CL + b"\r\n" + TE + b"\r\n" + CL),
    both("a length between two chunked", TE + b"\r\n" + CL + b"\r\n" + TE),
    both("a length beside identity", CL + b"\r\nTransfer-Encoding: identity"),
    both("a length beside an unknown coding", CL + b"\r\nTransfer-Encoding: xchunked"),
    both("a length beside an empty coding", CL + b"\r\nTransfer-Encoding:"),
    refused("chunked in HTTP/1.0", "RFC 9112 6.1", post(TE, b"0\r\n\r\n", version=b"1.0")),
    refused("chunked in HTTP/1.0 with a length", "RFC 9112 6.1", post(CL + b"\r\n" + TE, b"0\r\n\r\n", version=b"1.0")),

    coding("xchunked", b"Transfer-Encoding: xchunked"),
    coding("chunkedx", b"Transfer-Encoding: chunkedx"),
    coding("chunk", b"Transfer-Encoding: chunk"),
    coding("identity", b"Transfer-Encoding: identity"),
    coding("chunked, identity", b"Transfer-Encoding: chunked, identity"),
    coding("identity, chunked", b"Transfer-Encoding: identity, chunked", status=(400, 501)),
    coding("chunked, chunked", b"Transfer-Encoding: chunked, chunked"),
    coding("gzip, chunked", b"Transfer-Encoding: gzip, chunked", status=(400, 501)),
    coding("cow, chunked", b"Transfer-Encoding: cow, chunked", status=(400, 501)),
    coding("chunked, cow", b"Transfer-Encoding: chunked, cow"),
    coding("gzip", b"Transfer-Encoding: gzip", status=(400, 501)),
    coding("cow chunked bar", b"Transfer-Encoding: cow chunked bar"),
    coding("chunked with a parameter", b"Transfer-Encoding: chunked;q=1"),
    coding("chunked with an empty parameter", b"Transfer-Encoding: chunked;"),
    coding("a trailing comma", b"Transfer-Encoding: chunked,"),
    coding("a leading comma", b"Transfer-Encoding: ,chunked"),
    coding("a comma alone", b"Transfer-Encoding: ,"),
    coding("an empty coding", b"Transfer-Encoding:"),
    coding("a coding of white space", b"Transfer-Encoding:  \t"),
    coding("chunked in double quotes", b'Transfer-Encoding: "chunked"'),
    coding("chunked in single quotes", b"Transfer-Encoding: 'chunked'"),
    coding("chunked in brackets", b"Transfer-Encoding: [chunked]"),
    coding("chunked with a comment", b"Transfer-Encoding: chunked (really)"),
    coding("chunked escaped", b"Transfer-Encoding: chu\\nked"),
    coding("chunked percent-encoded", b"Transfer-Encoding: %63hunked"),
    coding("chunked as a value of a value", b"Transfer-Encoding: x=chunked"),
    coding("chunked behind a colon", b"Transfer-Encoding:: chunked"),
    coding("two lines of chunked", TE + b"\r\n" + TE, "RFC 9112 6.3"),
    coding("chunked, then identity", TE + b"\r\nTransfer-Encoding: identity", "RFC 9112 6.3"),
    coding("identity, then chunked", b"Transfer-Encoding: identity\r\n" + TE, "RFC 9112 6.3"),
    coding("cow, then chunked", b"Transfer-Encoding: cow\r\n" + TE, "RFC 9112 6.3"),
    coding("chunked, then an empty coding", TE + b"\r\nTransfer-Encoding:", "RFC 9112 6.3"),
    coding("chunked twice in different case", TE + b"\r\ntransfer-encoding: Chunked", "RFC 9112 6.3"),
    coding("a vertical tab before chunked", b"Transfer-Encoding:\x0bchunked", "RFC 9110 5.5"),
    coding("a form feed before chunked", b"Transfer-Encoding: \x0cchunked", "RFC 9110 5.5"),
    coding("NUL behind chunked", b"Transfer-Encoding: chunked\0", "RFC 9110 5.5"),
    coding("a no-break space before chunked", b"Transfer-Encoding: \xa0chunked"),
    coding("a byte of UTF-8 before chunked", b"Transfer-Encoding: \xc2\xa0chunked"),
    coding("0xff before chunked", b"Transfer-Encoding:\xffchunked"),
    coding("an accent in chunked", b"Transfer-Encoding: ch\x96nked"),
    coding("the long s of Unicode", "Transfer-Encoding: chun\u212aed".encode()),
    coding("a tab before chunked", b"Transfer-Encoding:\tchunked", "RFC 9112 5.1"),
    coding("a tab behind chunked", b"Transfer-Encoding: chunked\t", "RFC 9112 5.1"),
    coding("a space behind chunked", b"Transfer-Encoding: chunked ", "RFC 9112 5.1"),
    coding("a bare CR behind chunked", b"Transfer-Encoding: chunked\r", "RFC 9112 2.2"),
    coding("a bare LF behind the colon", b"Transfer-Encoding:\nchunked", "RFC 9112 2.2"),
    coding("an accent in the name", b"Transf\x82r-Encoding: chunked", "RFC 9110 5.1"),
    coding("a space for the hyphen", b"Transfer Encoding: chunked", "RFC 9110 5.1"),
    coding("a space before the name", b" Transfer-Encoding: chunked", "RFC 9112 5.2"),
    coding("tabs around the colon", b"Transfer-Encoding\t:\tchunked", "RFC 9112 5.1"),

    *(length(f"a length of {value!r}", value) for value in (
        b"+5", b"-5", b"-0", b"--5", b"5-", b"5x", b"x5", b"0x5", b"0X5", b"0o5", b"0b101", b"1e1", b"5.0", b"5,", b",5", b"5, 5", b"5,5", b"5, 6", b"5 5",
        b"5;", b"5;q=1", b'"5"', b"'5'", b"(5)", b"5_0", b"1_000", b"\xb2", b"\xd9\xa5", b"\xef\xbc\x95", b"five", b"NaN", b"inf", b"", b"\t", b"5\t5",
        b"#5", b"%35", b"5%00", b"\\5", b"$5", b"5:", b":5", b"5=5", b"null", b"true")),
    length("a vertical tab before the number", b"\x0b5", "RFC 9110 5.5"),
    length("a form feed behind the number", b"5\x0c", "RFC 9110 5.5"),
    length("NUL behind the number", b"5\0", "RFC 9110 5.5"),
    length("a bare CR behind the number", b"5\r", "RFC 9112 2.2"),
    *(length(f"an enormous length: {value.decode()}", value, status=(400, 413)) for value in (
        b"9223372036854775808", b"18446744073709551615", b"18446744073709551616", b"18446744073709551621", b"99999999999999999999999999999999999999",
        b"0" * 40 + b"5", b"4294967296" * 3, b"-9223372036854775808", b"-123456789123456789123456789")),
    refused("two lengths that differ", "RFC 9112 6.3", post(b"Content-Length: 5\r\nContent-Length: 6", b"hello!")),
    refused("two lengths that agree", "RFC 9112 6.3", post(b"Content-Length: 5\r\nContent-Length: 5", b"hello")),
    refused("two lengths far apart", "RFC 9112 6.3", post(b"Content-Length: 5\r\nX: y\r\ncontent-length: 0", b"hello")),
    refused("a length and an empty length", "RFC 9112 6.3", post(b"Content-Length: 5\r\nContent-Length:", b"hello")),
    refused("Connection names Content-Length", "RFC 9110 7.6.1", post(b"Connection: content-length\r\nContent-Length: 5", b"hello")),
    refused("Connection names Transfer-Encoding", "RFC 9110 7.6.1", post(b"Connection: close, Transfer-Encoding\r\n" + TE, b"0\r\n\r\n")),
    refused("Connection names Host", "RFC 9110 7.6.1", GET.replace(b"\r\n\r\n", b"\r\nConnection: Host\r\n\r\n")),
]
