"""RFC 9112 5 and RFC 9110 5: field lines."""
from case import GET, passes, refused


def with_line(line):
    return GET.replace(b"\r\n\r\n", b"\r\n" + line + b"\r\n\r\n")


def taken(says, clause, line):
    return passes(says, clause, with_line(line))


def not_taken(says, clause, line, **more):
    return refused(says, clause, with_line(line), **more)


CONTROLS = [byte for byte in (*range(0x20), 0x7f) if byte != 0x09]
DELIMITERS = b'"(),/;<=>?@[\\]{}'

CASES = [
    taken("an empty value", "RFC 9110 5.5", b"X-Empty:"),
    taken("white space around an empty value", "RFC 9112 5.1", b"X-Empty: \t "),
    taken("no white space behind the colon", "RFC 9112 5.1", b"X:y"),
    taken("much white space around a value", "RFC 9112 5.1", b"X: \t  y \t "),
    taken("white space inside a value", "RFC 9110 5.5", b"X: a \t b"),
    taken("colons in a value", "RFC 9110 5.5", b"X: a:b::c"),
    taken("a value that begins with a colon", "RFC 9110 5.5", b"X::y"),
    taken("bytes above 0x7f in a value", "RFC 9110 5.5", b"X: \x80\xa0\xff"),
    taken("every byte of a token may stand in a name", "RFC 9110 5.6.2", b"!#$%&'*+-.^_`|~0aZ: y"),
    taken("a name of one digit", "RFC 9110 5.1", b"1: y"),
    taken("names keep their case, and stay apart and in order", "RFC 9110 5.3", b"x-a: 1\r\nX-B: 2\r\nX-A: 3\r\nx-a: 1"),
    taken("an underscore makes another field of Content-Length", "RFC 9110 5.1", b"Content_Length: 100"),
    taken("an underscore makes another field of Transfer-Encoding", "RFC 9110 5.1", b"Transfer_Encoding: chunked"),
    taken("a field that only begins like Content-Length", "RFC 9110 5.1", b"Content-Lengthx: 100"),
    taken("a field that only ends like Transfer-Encoding", "RFC 9110 5.1", b"X-Transfer-Encoding: chunked"),
    taken("what looks like a request line is a value here", "RFC 9110 5.5", b"X: GET /x HTTP/1.1"),
    taken("fields that only look like routing go on", "RFC 9110 5.1", b"X-Forwarded-Host: other\r\nForwarded: host=other\r\nX-Original-URL: /x"),
    taken("a long value goes on", "RFC 9110 5.4", b"Authorization: Negotiate " + b"Y" * 60000),
    taken("a long name goes on", "RFC 9110 5.4", b"X" * 9000 + b": y"),
    passes("many fields go on", "RFC 9110 5.4", with_line(b"\r\n".join(b"X-%d: y" % n for n in range(900)))),
    passes("quotes hide nothing", "RFC 9112 5", with_line(b'X: "a\r\nY: b"')),

    refused("more than a thousand fields", "RFC 9110 5.4", with_line(b"\r\n".join(b"X-%d: y" % n for n in range(1100))), status=431),
    refused("a head of more than 256 KB", "RFC 9110 5.4", with_line(b"X: " + b"y" * 300000), status=431),
    refused("a target of more than 256 KB", "RFC 9112 3", b"GET http://web01/" + b"x" * 300000, status=414),

    not_taken("a line without a colon", "RFC 9112 5", b"X"),
    not_taken("a line of words without a colon", "RFC 9112 5", b"GET /x HTTP/1.1"),
    not_taken("an empty name", "RFC 9112 5", b": y"),
    not_taken("nothing but a colon", "RFC 9112 5", b":"),
    not_taken("a space before the colon", "RFC 9112 5.1", b"X : y"),
    not_taken("a tab before the colon", "RFC 9112 5.1", b"X\t: y"),
    not_taken("a space before the colon of Content-Length", "RFC 9112 5.1", b"Content-Length : 5"),
    not_taken("a space before the colon of Transfer-Encoding", "RFC 9112 5.1", b"Transfer-Encoding : chunked"),
    not_taken("a space before the colon of Host", "RFC 9112 5.1", b"Host : web01"),
    not_taken("a space inside a name", "RFC 9110 5.1", b"X Y: y"),
    not_taken("a tab inside a name", "RFC 9110 5.1", b"X\tY: y"),
    not_taken("a name that begins with eight bits", "RFC 9110 5.1", b"\xc3\xa9: y"),
    not_taken("a no-break space before the colon", "RFC 9110 5.1", b"X\xa0: y"),
    not_taken("a line of one space", "RFC 9112 5.2", b" "),
    not_taken("a line of one tab", "RFC 9112 5.2", b"\t"),

    not_taken("a folded line, by a space", "RFC 9112 5.2", b"X: y\r\n z"),
    not_taken("a folded line, by a tab", "RFC 9112 5.2", b"X: y\r\n\tz"),
    not_taken("a folded line that hides a field", "RFC 9112 5.2", b"X: y\r\n Content-Length: 5"),
    not_taken("a folded Transfer-Encoding", "RFC 9112 5.2", b"Transfer-Encoding:\r\n chunked"),
    not_taken("a folded Transfer-Encoding, by LF alone", "RFC 9112 2.2", b"Transfer-Encoding:\n chunked"),
    not_taken("a folded Content-Length", "RFC 9112 5.2", b"Content-Length: 1\r\n 0"),
    refused("a folded Host", "RFC 9112 5.2", b"GET http://web01/ HTTP/1.1\r\nHost:\r\n web01\r\n\r\n"),
    refused("white space before the first field", "RFC 9112 2.2", b"GET http://web01/ HTTP/1.1\r\n Host: web01\r\n\r\n"),
    refused("white space before the first of two fields", "RFC 9112 2.2", b"GET http://web01/ HTTP/1.1\r\n X: y\r\nHost: web01\r\n\r\n"),
    refused("a line of white space before the first field", "RFC 9112 2.2", b"GET http://web01/ HTTP/1.1\r\n \r\nHost: web01\r\n\r\n"),

    not_taken("a bare LF behind a value", "RFC 9112 2.2", b"X: y\nZ: z"),
    not_taken("a bare LF before another request", "RFC 9112 2.2", b"X: y\n\nGET /x HTTP/1.1"),
    not_taken("a bare LF for the empty line", "RFC 9112 2.2", b"X: y\r\n\n"),
    not_taken("LF LF behind a field", "RFC 9112 2.2", b"X: y\n\n"),
    not_taken("a bare CR inside a value", "RFC 9112 2.2", b"X: y\rz"),
    not_taken("a bare CR that hides a field", "RFC 9112 2.2", b"X: y\rTransfer-Encoding: chunked"),
    not_taken("a bare CR before the end of the line", "RFC 9112 2.2", b"X: y\r"),
    not_taken("a bare CR inside a name", "RFC 9112 2.2", b"Transfer\r-Encoding: chunked"),
    not_taken("a bare CR before a name", "RFC 9112 2.2", b"\rX: y"),
    not_taken("CR CR LF for the empty line", "RFC 9112 2.2", b"X: y\r\n\r"),
    not_taken("LF CR as line end", "RFC 9112 2.2", b"X: y\n\rZ: z"),
    refused("CR before the empty line's CRLF and a field behind", "RFC 9112 2.2", GET[:-2] + b"\rX: y\r\n\r\n"),
    not_taken("a bare LF that hides a field", "RFC 9112 2.2", b"X: y\nTransfer-Encoding: chunked"),
    not_taken("a colon behind a bare LF", "RFC 9112 2.2", b"X: y\n: z"),

    *(not_taken(f"control byte {byte:#04x} in a name", "RFC 9110 5.1", b"X%cY: z" % byte, splits=byte in (0, 0x0b)) for byte in CONTROLS),
    *(not_taken(f"control byte {byte:#04x} before the colon", "RFC 9112 5.1", b"X%c: z" % byte, splits=byte in (0, 0x0b)) for byte in CONTROLS),
    *(not_taken(f"control byte {byte:#04x} before a name", "RFC 9110 5.1", b"%cX: z" % byte, splits=byte in (0, 0x0b)) for byte in CONTROLS),
    *(not_taken(f"control byte {byte:#04x} in a value", "RFC 9110 5.5", b"X: y%cz" % byte, splits=byte in (0, 0x0b)) for byte in CONTROLS),
    *(not_taken(f"control byte {byte:#04x} before a value", "RFC 9110 5.5", b"X:%cz" % byte, splits=byte in (0, 0x0b)) for byte in CONTROLS),
    *(not_taken(f"control byte {byte:#04x} behind a value", "RFC 9110 5.5", b"X: y%c" % byte, splits=byte in (0, 0x0b)) for byte in CONTROLS),
    *(not_taken(f"delimiter {chr(byte)} in a name", "RFC 9110 5.6.2", b"X%cY: z" % byte, splits=False) for byte in DELIMITERS),
]
