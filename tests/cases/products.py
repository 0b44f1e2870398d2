"""The header fields and pages that servers and clients send."""
from writing import fields

REMOTE_PAGE = ('<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">\r\n'
               '<html xmlns="http://www.w3.org/1999/xhtml">\r\n<head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"/>\r\n'
               '<title>401 - Unauthorized: Access is denied due to invalid credentials.</title>\r\n</head>\r\n<body>\r\n'
               '<div id="header"><h1>Server Error</h1></div>\r\n<div id="content">\r\n <div class="content-container"><fieldset>\r\n'
               '  <h2>401 - Unauthorized: Access is denied due to invalid credentials.</h2>\r\n'
               '  <h3>You do not have permission to view this directory or page using the credentials that you supplied.</h3>\r\n'
               ' </fieldset></div>\r\n</div>\r\n</body>\r\n</html>\r\n')
KERNEL_PAGE = ('<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN""http://www.w3.org/TR/html4/strict.dtd">\r\n<HTML><HEAD><TITLE>Not Authorized</TITLE>\r\n'
               '<META HTTP-EQUIV="Content-Type" Content="text/html; charset=us-ascii"></HEAD>\r\n<BODY><h2>Not Authorized</h2>\r\n'
               '<hr><p>HTTP Error 401. The requested resource requires user authentication.</p>\r\n</BODY></HTML>\r\n')
APACHE_PAGE = ('<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>401 Unauthorized</title>\n</head><body>\n<h1>Unauthorized</h1>\n'
               '<p>This server could not verify that you\nare authorized to access the document\nrequested.  Either you supplied the wrong\n'
               'credentials (e.g., bad password), or your\nbrowser doesn\'t understand how to supply\nthe credentials required.</p>\n<hr>\n'
               '<address>Apache/2.4.57 (Debian) Server at {host} Port 80</address>\n</body></html>\n')
HTML = "<!DOCTYPE html>\r\n<html><head><title>Intranet</title></head><body><h1>Welcome</h1></body></html>\r\n"


class Server:
    """Fields of one server's answers; `more` stands in every answer, `date` follows the trace's clock."""

    def __init__(self, trace, offers=("Negotiate", "NTLM"), more=()):
        self.trace, self.offers, self.more = trace, offers, list(more)

    def head(self, kind, page, *extra, server=None):
        return fields(("Content-Type", kind), ("Server", server or self.server), *extra, *self.more, ("Date", self.trace.clock.http_date()),
                      ("Content-Length", str(len(page))))

    def offer(self):
        return [("WWW-Authenticate", offer) for offer in self.offers]


class Iis(Server):
    """IIS 10 with kernel-mode Windows authentication: HTTP.sys itself says the challenge."""

    server = "Microsoft-IIS/10.0"

    def refuse(self, page=REMOTE_PAGE):
        return {"status": 401, "page": page, "response": self.head("text/html", page, *self.offer(), ("X-Powered-By", "ASP.NET"))}

    def challenge(self, value, *more):
        return {"status": 401, "page": KERNEL_PAGE, "response": self.head("text/html; charset=us-ascii", KERNEL_PAGE, ("WWW-Authenticate", value), *more,
                                                                          server="Microsoft-HTTPAPI/2.0")}

    def serve(self, page=HTML, status=200, kind="text/html; charset=utf-8", *more):
        return {"status": status, "page": page, "response": self.head(kind, page, ("Cache-Control", "private"), ("X-AspNet-Version", "4.0.30319"),
                                                                      ("X-Powered-By", "ASP.NET"), *more)}

    def welcome(self, value=None, **other):
        """The answer to a login's last message."""
        answer = self.serve(**other)
        answer["response"] = fields(("Persistent-Auth", "true"), ("WWW-Authenticate", value), answer["response"])
        return answer


class Kestrel(Server):
    """ASP.NET Core with the Negotiate handler; its refusals have no page."""

    server = "Kestrel"

    def __init__(self, trace, offers=("Negotiate",), more=()):
        super().__init__(trace, offers, more)

    def _empty(self, status, *extra):
        return {"status": status, "page": "", "response": fields(("Content-Length", "0"), ("Date", self.trace.clock.http_date()), ("Server", "Kestrel"),
                                                                 *extra, *self.more)}

    def refuse(self):
        return self._empty(401, *self.offer())

    def challenge(self, value, *more):
        return self._empty(401, ("WWW-Authenticate", value), *more)

    def fail(self, status=500):
        return self._empty(status)

    def serve(self, page='[{"id":1}]', status=200, kind="application/json; charset=utf-8", *more):
        return {"status": status, "page": page, "response": self.head(kind, page, *more)}

    def welcome(self, value=None, **other):
        answer = self.serve(**other)
        answer["response"] = fields(answer["response"], ("WWW-Authenticate", value), ("Persistent-Auth", "true"))
        return answer


class Apache(Server):
    """Apache with mod_auth_gssapi."""

    server = "Apache/2.4.57 (Debian)"

    def __init__(self, trace, offers=("Negotiate", "NTLM"), more=()):
        super().__init__(trace, offers, more)

    def _page(self):
        return APACHE_PAGE.format(host=self.trace.origin.split("//")[1])

    def refuse(self):
        return {"status": 401, "page": self._page(), "response": self.head("text/html; charset=iso-8859-1", self._page(), *self.offer())}

    def challenge(self, value, *more):
        return {"status": 401, "page": self._page(), "response": self.head("text/html; charset=iso-8859-1", self._page(), ("WWW-Authenticate", value), *more)}

    def serve(self, page=HTML, status=200, kind="text/html", *more):
        return {"status": status, "page": page, "response": self.head(kind, page, ("Last-Modified", "Mon, 02 Feb 2026 10:00:00 GMT"),
                                                                      ("ETag", '"2a-64a1b2c3d4e5f"'), *more)}

    def welcome(self, value=None, **other):
        answer = self.serve(**other)
        answer["response"] = fields(("WWW-Authenticate", value), answer["response"])
        return answer


def host(url):
    return url.split("//")[1].split("/")[0]


def edge(trace, *more, accept="text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8", origin=None):
    return fields(("Host", host(origin or trace.origin)), ("Connection", "keep-alive"), ("Upgrade-Insecure-Requests", "1"),
                  ("User-Agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0"),
                  ("Accept", accept), ("Accept-Encoding", "gzip, deflate"), ("Accept-Language", "en-GB,en;q=0.9"), *more)


def curl(trace, *more, origin=None):
    return fields(("Host", host(origin or trace.origin)), *more, ("User-Agent", "curl/8.5.0"), ("Accept", "*/*"))


def dotnet(trace, *more, origin=None):
    return fields(("Host", host(origin or trace.origin)), *more, ("Accept", "application/json"), ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"))


def python_requests(trace, *more, origin=None):
    return fields(("Host", host(origin or trace.origin)), ("User-Agent", "python-requests/2.31.0"), ("Accept-Encoding", "gzip, deflate"), ("Accept", "*/*"),
                  ("Connection", "keep-alive"), *more)


def java(trace, *more, origin=None):
    return fields(("Host", host(origin or trace.origin)), ("Connection", "Keep-Alive"), ("User-Agent", "Apache-HttpClient/4.5.14 (Java/17.0.9)"),
                  ("Accept-Encoding", "gzip,deflate"), *more)


def detailed_page(substatus, code, module="WindowsAuthenticationModule", build=17763):
    """What IIS shows to a browser on the server itself, or to everybody with errorMode=Detailed."""
    return (f'<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">\r\n<html><head>\r\n'
            f'<title>IIS 10.0 Detailed Error - 401.{substatus} - Unauthorized</title></head>\r\n<body><div id="content"><h3>HTTP Error 401.{substatus} - '
            f'Unauthorized</h3>\r\n<h4>You do not have permission to view this directory or page using the credentials that you supplied.</h4>\r\n'
            f'<fieldset><h4>Detailed Error Information:</h4><table><tr><th>Module</th><td>&nbsp;&nbsp;&nbsp;{module}</td></tr>\r\n'
            f'<tr><th>Notification</th><td>&nbsp;&nbsp;&nbsp;AuthenticateRequest</td></tr>\r\n<tr><th>Handler</th><td>&nbsp;&nbsp;&nbsp;StaticFile</td></tr>\r\n'
            f'<tr><th>Error Code</th><td>&nbsp;&nbsp;&nbsp;0x{code:08x}</td></tr></table>\r\n'
            f'<table><tr><th>Logon Method</th><td>&nbsp;&nbsp;&nbsp;Not yet determined</td></tr>\r\n'
            f'<tr><th>Logon User</th><td>&nbsp;&nbsp;&nbsp;Not yet determined</td></tr></table></fieldset>\r\n'
            f'<p><a href="https://go.microsoft.com/fwlink/?LinkID=62293&amp;IIS70Error=401,{substatus},0x{code:08x},{build}">View more information &raquo;</a></p>'
            f'</div></body></html>\r\n')
