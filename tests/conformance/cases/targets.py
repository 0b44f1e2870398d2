"""RFC 9112 3.2 and RFC 9110 7.2: the forms of a request target, and its agreement with Host."""
from case import Request, passes, refused


def get(target, host=b"Host: web01\r\n", method=b"GET", version=b"1.1"):
    return method + b" " + target + b" HTTP/" + version + b"\r\n" + host + b"\r\n"


def goes_as(says, clause, sends, reaches, **more):
    return Request(says, clause, sends, reaches=(reaches,), **more)


def host(says, value, clause="RFC 9112 3.2"):
    return refused(says, clause, get(b"http://web01/", b"Host: " + value + b"\r\n"))


def target(says, text, clause="RFC 9112 3.2", method=b"GET"):
    return refused(says, clause, get(text, method=method))


CASES = [
    goes_as("absolute-form becomes origin-form", "RFC 9112 3.2.1", get(b"http://web01/a?b"), get(b"/a?b")),
    goes_as("an empty path becomes /", "RFC 9112 3.2.1", get(b"http://web01"), get(b"/")),
    goes_as("a query on an empty path", "RFC 9112 3.2.1", get(b"http://web01?a=b"), get(b"/?a=b")),
    goes_as("OPTIONS on an empty path becomes *", "RFC 9112 3.2.4", get(b"http://web01", method=b"OPTIONS"), get(b"*", method=b"OPTIONS")),
    goes_as("OPTIONS on a path keeps it", "RFC 9112 3.2.4", get(b"http://web01/", method=b"OPTIONS"), get(b"/", method=b"OPTIONS")),
    goes_as("the scheme has no case", "RFC 9110 4.2.3", get(b"HTTP://web01/"), get(b"/")),
    goes_as("the host has no case", "RFC 9110 4.2.3", get(b"http://WEB01/", b"Host: WEB01\r\n").replace(b"WEB01", b"web01"), get(b"/")),
    goes_as("Host yields to the target", "RFC 9112 3.2.2", get(b"http://web01/", b"Host: other\r\n"), get(b"/")),
    goes_as("Host with another port yields to the target", "RFC 9112 3.2.2", get(b"http://web01/", b"Host: web01:81\r\n"), get(b"/")),
    goes_as("an empty Host yields to the target", "RFC 9112 3.2.2", get(b"http://web01/", b"Host:\r\n"), get(b"/", b"Host:web01\r\n")),
    goes_as("Host with the default port agrees, and stays", "RFC 9112 3.2.2", get(b"http://web01/", b"Host: web01:80\r\n"), get(b"/", b"Host: web01:80\r\n")),
    goes_as("the default port in the target agrees too", "RFC 9112 3.2.2", get(b"http://web01:80/"), get(b"/")),
    goes_as("Host wherever it stands", "RFC 9112 3.2", get(b"http://web01/", b"A: 1\r\nhOST:web01\r\nB: 2\r\n"), get(b"/", b"A: 1\r\nhOST:web01\r\nB: 2\r\n")),
    goes_as("HTTP/1.0 without Host gets one from the target", "RFC 9112 3.2.2", get(b"http://web01/", b"", version=b"1.0"), get(b"/", version=b"1.0"), stays=False),
    goes_as("HTTP/1.0 with Host", "RFC 9112 3.2.2", get(b"http://web01/", version=b"1.0"), get(b"/", version=b"1.0"), stays=False),
    goes_as("an at sign in the path", "RFC 3986 3.3", get(b"http://web01/a@b:c"), get(b"/a@b:c")),
    goes_as("another URL in the path", "RFC 3986 3.3", get(b"http://web01/http://other/"), get(b"/http://other/")),
    goes_as("another URL in the query", "RFC 3986 3.4", get(b"http://web01/?u=http://other/"), get(b"/?u=http://other/")),
    goes_as("a path of two slashes", "RFC 3986 3.3", get(b"http://web01//other/"), get(b"//other/")),
    Request("origin-form is for the proxy itself", "RFC 9112 3.2.1", get(b"/"), gets=(200,)),
    Request("origin-form with a body is for the proxy itself", "RFC 9112 3.2.1",
            get(b"/", b"Host: web01\r\nContent-Length: 5\r\n", b"POST") + b"hello", gets=(200,)),
    Request("origin-form with a chunked body is for the proxy itself", "RFC 9112 3.2.1",
            get(b"/", b"Host: web01\r\nTransfer-Encoding: chunked\r\n", b"POST") + b"5\r\nhello\r\n0\r\n\r\n", gets=(200,)),
    refused("origin-form with a bad body", "RFC 9112 7.1",
            get(b"/", b"Host: web01\r\nTransfer-Encoding: chunked\r\n", b"POST") + b"5\r\nhello!\r\n0\r\n\r\n"),
    Request("OPTIONS * is for the proxy itself", "RFC 9112 3.2.4", get(b"*", method=b"OPTIONS"), gets=(200,)),

    refused("no Host in HTTP/1.1", "RFC 9112 3.2", b"GET http://web01/ HTTP/1.1\r\n\r\n"),
    refused("no Host in HTTP/1.1 but other fields", "RFC 9112 3.2", b"GET http://web01/ HTTP/1.1\r\nX: y\r\nX-Host: web01\r\n\r\n"),
    refused("two Hosts that differ", "RFC 9112 3.2", get(b"http://web01/", b"Host: web01\r\nHost: other\r\n")),
    refused("two Hosts that agree", "RFC 9112 3.2", get(b"http://web01/", b"Host: web01\r\nHost: web01\r\n")),
    refused("two Hosts in different case", "RFC 9112 3.2", get(b"http://web01/", b"Host: web01\r\nX: y\r\nhost: web01\r\n")),
    refused("two Hosts, one empty", "RFC 9112 3.2", get(b"http://web01/", b"Host:\r\nHost: web01\r\n")),
    refused("two Hosts in HTTP/1.0", "RFC 9112 3.2", get(b"http://web01/", b"Host: web01\r\nHost: other\r\n", version=b"1.0")),
    host("a list of hosts", b"web01, other"),
    host("a list without a space", b"web01,other"),
    host("two hosts with a space", b"web01 other"),
    host("a tab in Host", b"web01\tother"),
    host("userinfo in Host", b"user@web01"),
    host("userinfo with a password in Host", b"user:secret@web01"),
    host("a path in Host", b"web01/"),
    host("a URL in Host", b"http://web01/"),
    host("a query in Host", b"web01?a"),
    host("a fragment in Host", b"web01#a"),
    host("a backslash in Host", b"web01\\other"),
    host("a port of letters", b"web01:http"),
    host("a negative port", b"web01:-1"),
    host("a signed port", b"web01:+80"),
    host("two ports", b"web01:80:80"),
    host("a port and words", b"web01:80 other"),
    host("a bracket that does not close", b"[::1"),
    host("empty brackets", b"[]"),
    host("words behind brackets", b"[::1]web01"),
    host("a name in brackets", b"[web01]"),
    host("quotes in Host", b'"web01"'),
    host("angle brackets in Host", b"<web01>"),
    host("NUL in Host", b"web01\0", "RFC 9110 5.5"),
    host("a bare CR in Host", b"web01\rX", "RFC 9112 2.2"),
    host("a bare LF in Host", b"web01\nX: y", "RFC 9112 2.2"),
    host("a vertical tab in Host", b"web01\x0b", "RFC 9110 5.5"),

    target("no form at all", b"web01"),
    target("a relative path", b"index.html"),
    target("authority-form for GET", b"web01:80", "RFC 9112 3.2.3"),
    target("* for GET", b"*", "RFC 9112 3.2.4"),
    target("* and more for OPTIONS", b"*/x", "RFC 9112 3.2.4", b"OPTIONS"),
    target("a question mark alone", b"?a=b"),
    target("a fragment", b"http://web01/#a"),
    target("a fragment in origin-form", b"/a#b"),
    target("userinfo", b"http://user@web01/", "RFC 9110 4.2.4"),
    target("userinfo with a password", b"http://user:secret@web01/", "RFC 9110 4.2.4"),
    target("empty userinfo", b"http://@web01/", "RFC 9110 4.2.4"),
    target("another host as userinfo", b"http://web01:80@other/", "RFC 9110 4.2.4"),
    target("an empty host", b"http:///", "RFC 9110 4.2.1"),
    target("an empty host with a port", b"http://:80/", "RFC 9110 4.2.1"),
    target("one slash", b"http:/web01/"),
    target("no slashes", b"http:web01"),
    target("backslashes", b"http:\\\\web01\\"),
    target("a backslash behind the host", b"http://web01\\@other/"),
    target("a port of letters", b"http://web01:x/"),
    target("a port of 0", b"http://web01:0/"),
    target("a port beyond 65535", b"http://web01:65536/"),
    target("a port that wraps to 80", b"http://web01:65616/"),
    target("a negative port", b"http://web01:-80/"),
    target("a bracket that does not close", b"http://[::1/"),
    target("https without CONNECT", b"https://web01/", "RFC 9110 4.2.2"),
    target("ftp", b"ftp://web01/"),
    target("file", b"file:///etc/passwd"),
    target("a scheme of no letters", b"1http://web01/"),
    target("a scheme alone", b"http://"),
    target("ws", b"ws://web01/"),
    target("javascript", b"javascript:alert(1)"),
    target("gopher", b"gopher://web01:70/_GET%20/"),
    passes("HTTP/1.0 with keep-alive stays", "RFC 9112 9.3", get(b"http://web01/", b"Host: web01\r\nConnection: keep-alive\r\n", version=b"1.0"),
           reaches=(get(b"/", b"Host: web01\r\nConnection: keep-alive\r\n", version=b"1.0"),),
           reaches_pooled=(get(b"/", version=b"1.0"),), stays=True),
]
