"""RFC 9112 7: the chunked transfer coding. What is wrong in a body is found when the head has gone on: the origin never sees an end."""
from case import Request, body_refused, origin_form, passes

HEAD = b"POST http://web01/ HTTP/1.1\r\nHost: web01\r\nTransfer-Encoding: chunked\r\n\r\n"
SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: web01\r\n\r\n"
BEHIND = b"GET http://web01/behind HTTP/1.1\r\nHost: web01\r\n\r\n"


def good(says, body, clause="RFC 9112 7.1"):
    return passes(says, clause, HEAD + body)


def bad(says, body, clause="RFC 9112 7.1"):
    return body_refused(says, clause, HEAD + body)


def bad_line(says, line, clause="RFC 9112 7.1"):
    """A line that announces five bytes, or seems to."""
    return bad(says, line + b"\r\nhello\r\n0\r\n\r\n" + SMUGGLED, clause)


END = b"0\r\n\r\n"
FIVE = b"5\r\nhello\r\n"

CASES = [
    good("no chunk but the last", END),
    good("several chunks", FIVE + b"1\r\n!\r\n" + END),
    good("upper and lower case digits", b"A\r\n0123456789\r\na\r\n0123456789\r\n" + END),
    good("leading zeros in a size", b"0005\r\nhello\r\n00000\r\n\r\n"),
    good("sixteen digits", b"0000000000000005\r\nhello\r\n0000000000000000\r\n\r\n"),
    good("data that looks like an end", b"5\r\n0\r\n\r\n\r\n" + END),
    good("data that is CR and LF", b"2\r\n\r\n\r\n" + END),
    good("an extension", b"5;a\r\nhello\r\n" + END, "RFC 9112 7.1.1"),
    good("an extension with a value", b"5;a=b\r\nhello\r\n0;last=1\r\n\r\n", "RFC 9112 7.1.1"),
    good("several extensions", b"5;a;b=c;d=\"e\"\r\nhello\r\n" + END, "RFC 9112 7.1.1"),
    good("a quoted value with escapes", b'5;a="\\"b\\\\;,\t \xe9"\r\nhello\r\n' + END, "RFC 9112 7.1.1"),
    good("an empty quoted value", b'5;a=""\r\nhello\r\n' + END, "RFC 9112 7.1.1"),
    good("a long extension", b"5;a=" + b"b" * 5000 + b"\r\nhello\r\n" + END, "RFC 9112 7.1.1"),
    good("a trailer", FIVE + b"0\r\nX-Sum: abc\r\n\r\n", "RFC 9112 7.1.2"),
    good("trailers, one empty, one twice", FIVE + b"0\r\nA: 1\r\nB:\r\nA: 2\r\n\r\n", "RFC 9112 7.1.2"),
    passes("the next request stands behind the last chunk", "RFC 9112 9.3.2", HEAD + FIVE + END + BEHIND, gets=(200, 200),
           reaches=(origin_form(HEAD + FIVE + END), origin_form(BEHIND))),
    passes("the next request stands behind a trailer", "RFC 9112 9.3.2", HEAD + b"0\r\nA: 1\r\n\r\n" + BEHIND, gets=(200, 200),
           reaches=(origin_form(HEAD + b"0\r\nA: 1\r\n\r\n"), origin_form(BEHIND))),
    Request("what stands behind the last chunk is no request", "RFC 9112 7.1", HEAD + END + b"hello\r\n", reaches=(origin_form(HEAD + END),),
            gets=(200, 400), stays=False),

    *(bad_line(f"a size of {line!r}", line) for line in (
        b"", b"x", b"g", b"0x5", b"0X5", b"x5", b"5x", b"5h", b"+5", b"-5", b"-1", b"-0", b"5_0", b"_5", b"5.0", b"5,", b"5 5", b" 5", b"\t5", b"5 ", b"5\t", b"05 ", b"'5'",
        b'"5"', b"\xd9\xa5", b"\xef\xbc\x95", b"5:", b"=5", b"5=a", b"#5", b"five", b"$5", b"%35", b"5\xa0", b"5\xff", b"\\5", b"5/")),
    *(bad_line(f"control byte {byte:#04x} before a size", b"%c5" % byte) for byte in (0, 1, 0x0b, 0x0c, 0x1b, 0x1f, 0x7f)),
    *(bad_line(f"control byte {byte:#04x} behind a size", b"5%c" % byte) for byte in (0, 1, 0x0b, 0x0c, 0x1b, 0x1f, 0x7f)),
    bad_line("a size beyond 2^63", b"8000000000000000"),
    bad_line("a size of 2^64", b"10000000000000000"),
    bad_line("a size of 2^64 + 5", b"10000000000000005"),
    bad_line("a size of 2^32 + 5 in too many digits", b"000000000100000005"),
    bad_line("a size of all Fs", b"ffffffffffffffff"),
    bad_line("forty digits", b"0" * 39 + b"5"),
    bad("an empty line before the first chunk", b"\r\n" + FIVE + END),
    bad("a bare LF behind a size", b"5\nhello\r\n" + END, "RFC 9112 2.2"),
    bad("a bare CR behind a size", b"5\rhello\r\n" + END, "RFC 9112 2.2"),
    bad("CR CR LF behind a size", b"5\r\r\nhello\r\n" + END, "RFC 9112 2.2"),
    bad("LF CR behind a size", b"5\n\rhello\r\n" + END, "RFC 9112 2.2"),
    bad("a bare LF behind the last size", FIVE + b"0\n\r\n", "RFC 9112 2.2"),
    bad("a bare LF for the last line", FIVE + b"0\r\n\n", "RFC 9112 2.2"),
    bad("bare LFs behind the last size", FIVE + b"0\n\n" + SMUGGLED, "RFC 9112 2.2"),
    bad("CR without LF for the last line", FIVE + b"0\r\n\r" + SMUGGLED, "RFC 9112 2.2"),
    bad("bare CRs behind the last size", FIVE + b"0\r\r" + SMUGGLED, "RFC 9112 2.2"),
    bad("no empty line behind the last chunk", FIVE + b"0\r\n" + SMUGGLED, "RFC 9112 7.1"),
    bad("data without CRLF behind it", b"5\r\nhello0\r\n\r\n" + SMUGGLED),
    bad("data longer than its size", b"5\r\nhello!!\r\n" + END),
    bad("data one byte longer", b"5\r\nhello!\r\n" + END),
    bad("data shorter than its size", b"6\r\nhello\r\n" + END),
    bad("two bytes of anything behind the data", b"5\r\nhelloXX0\r\n\r\n" + SMUGGLED),
    bad("LF alone behind the data", b"5\r\nhello\n0\r\n\r\n", "RFC 9112 2.2"),
    bad("CR alone behind the data", b"5\r\nhello\r0\r\n\r\n", "RFC 9112 2.2"),
    bad("CR X behind the data", b"5\r\nhello\rX0\r\n\r\n", "RFC 9112 2.2"),
    bad("LF CR behind the data", b"5\r\nhello\n\r0\r\n\r\n", "RFC 9112 2.2"),
    bad("two CRLF behind the data", b"5\r\nhello\r\n\r\n0\r\n\r\n"),

    *(bad_line(f"an extension of {line!r}", b"5" + line, "RFC 9112 7.1.1") for line in (
        b";", b";;a", b";a;", b";=b", b";a=", b";a==b", b';a="b', b';a="b"c', b';a=b"c"', b";a b", b"; a", b" ;a", b";a =b", b";a= b", b";a ", b";\xe9", b";a=\xe9", b";(a)", b";a=(b)",
        b";a,b", b";a:b", b",a", b" a", b"a;b;\0", b";a\0", b";a=\0", b';a="\0"', b';a="\x7f"', b';a="\\\0"', b";a\x0b", b";a\x1b")),
    bad("a bare LF in an extension's place", b"5;\nhello\r\n" + END, "RFC 9112 2.2"),
    bad("a bare LF behind an extension", b"5;a\nhello\r\n" + END, "RFC 9112 2.2"),
    bad("a bare LF behind a value", b"5;a=b\nhello\r\n" + END, "RFC 9112 2.2"),
    bad("a bare LF inside a quoted value", b'5;a="\nhello\r\n0\r\n\r\n', "RFC 9112 2.2"),
    bad("a bare CR behind an extension", b"5;a\rhello\r\n" + END, "RFC 9112 2.2"),
    bad("a bare CR inside an extension", b"5;a\rb\r\nhello\r\n" + END, "RFC 9112 2.2"),
    bad("a bare CR in an extension's place", b"5;\rhello\r\n" + END, "RFC 9112 2.2"),
    bad("CRLF inside a quoted value", b'5;a="\r\nhello\r\n0\r\n\r\n"\r\nhello\r\n0\r\n\r\n', "RFC 9112 7.1.1"),
    bad("an extension that hides a chunk behind LF", b"2;\nxx\r\n28\r\n0\r\n\r\n" + SMUGGLED + END, "RFC 9112 2.2"),
    bad("a chunk that hides another in the bytes behind its data", b"5\r\nAAAAAXX2\r\n45\r\n0\r\n\r\n" + SMUGGLED + END),
    bad("extensions without end", b"5;" + b"a" * 70000 + b"\r\nhello\r\n" + END, "RFC 9112 7.1.1"),
    bad("extensions on many small chunks", (b"1;" + b"a" * 900 + b"\r\nx\r\n") * 80 + END, "RFC 9112 7.1.1"),

    *(bad(f"a trailer of {line!r}", FIVE + b"0\r\n" + line + b"\r\n\r\n", clause) for line, clause in (
        (b"Content-Length: 5", "RFC 9110 6.5.1"), (b"content-length:0", "RFC 9110 6.5.1"), (b"Transfer-Encoding: chunked", "RFC 9110 6.5.1"),
        (b"TRANSFER-ENCODING: x", "RFC 9110 6.5.1"), (b"Host: web02", "RFC 9110 6.5.1"), (b"X", "RFC 9112 5"), (b": y", "RFC 9110 5.1"),
        (b"X : y", "RFC 9112 5.1"), (b"X Y: z", "RFC 9110 5.1"), (b" X: y", "RFC 9112 5.2"), (b"\tX: y", "RFC 9112 5.2"), (b"A: 1\r\n B: 2", "RFC 9112 5.2"),
        (b"X: \0", "RFC 9110 5.5"), (b"X: y\x7f", "RFC 9110 5.5"), (b"X\0: y", "RFC 9110 5.1"), (b"\xe9: y", "RFC 9110 5.1"), (b"X: y\nZ: z", "RFC 9112 2.2"),
        (b"X: y\n", "RFC 9112 2.2"), (b"X: y\rZ: z", "RFC 9112 2.2"), (b"X: y\r", "RFC 9112 2.2"), (b"GET /smuggled HTTP/1.1", "RFC 9112 5"),
        (b"A: 1\r\nContent-Length: 9", "RFC 9110 6.5.1"))),
    bad("trailers of more than 64 KB", FIVE + b"0\r\n" + b"X: " + b"y" * 70000 + b"\r\n\r\n", "RFC 9112 7.1.2"),
]
