"""Writes HAR files: of a proxy that names its connections, and of browsers that name few."""
import datetime
import json
from urllib.parse import urlsplit

CHROME = [("Connection", "keep-alive"), ("sec-ch-ua", '"Chromium";v="126", "Google Chrome";v="126", "Not-A.Brand";v="99"'),
          ("Upgrade-Insecure-Requests", "1"),
          ("User-Agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"),
          ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"), ("Accept-Encoding", "gzip, deflate"),
          ("Accept-Language", "en-US,en;q=0.9")]
CURL = [("User-Agent", "curl/8.5.0"), ("Accept", "*/*")]
DOTNET = [("Accept", "application/json")]
AXIOS = [("Accept", "application/json, text/plain, */*"), ("User-Agent", "axios/1.7.2"), ("Accept-Encoding", "gzip, compress, deflate, br"),
         ("Connection", "keep-alive")]

IIS_PAGE = """<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
<html xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"/>
<title>401 - Unauthorized: Access is denied due to invalid credentials.</title>
</head>
<body>
<div id="header"><h1>Server Error</h1></div>
<div id="content">
 <div class="content-container"><fieldset>
  <h2>401 - Unauthorized: Access is denied due to invalid credentials.</h2>
  <h3>You do not have permission to view this directory or page using the credentials that you supplied.</h3>
 </fieldset></div>
</div>
</body>
</html>
"""
APACHE_PAGE = """<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">
<html><head>
<title>401 Unauthorized</title>
</head><body>
<h1>Unauthorized</h1>
<p>This server could not verify that you
are authorized to access the document
requested.  Either you supplied the wrong
credentials (e.g., bad password), or your
browser doesn't understand how to supply
the credentials required.</p>
<hr>
<address>Apache/2.4.58 (Ubuntu) Server at intra.contoso.test Port 80</address>
</body></html>
"""
NGINX_PAGE = """<html>
<head><title>401 Authorization Required</title></head>
<body>
<center><h1>401 Authorization Required</h1></center>
<hr><center>nginx/1.24.0</center>
</body>
</html>
"""
SERVERS = {"iis": [("Server", "Microsoft-IIS/10.0"), ("X-Powered-By", "ASP.NET")], "kestrel": [("Server", "Kestrel")],
           "apache": [("Server", "Apache/2.4.58 (Ubuntu)")], "nginx": [("Server", "nginx/1.24.0")], "none": []}
PAGES = {"iis": IIS_PAGE, "apache": APACHE_PAGE, "nginx": NGINX_PAGE}


class Har:
    """Exchanges in order, counted from 1. `u` is the server's connection, "U1", `c` the client's; by default both have one number."""

    def __init__(self, creator="why401", base="http://web01.contoso.test", server="iis", client=CHROME, start="2026-03-02T08:00:00"):
        self.creator, self.base, self.server, self.client = creator, base, server, client
        self.now, self.entries = datetime.datetime.fromisoformat(start), []

    def ask(self, path, status, *challenges, auth=None, method="GET", c=1, u=None, send=(), answer=(), body=None, content="text/html",
            after=0.05, took=12, server=None, client=None, proxy_auth=None, version="HTTP/1.1", sent=None, reason=""):
        self.now += datetime.timedelta(seconds=after)
        url = path if "://" in path or method == "CONNECT" else self.base + path
        host = urlsplit(url).netloc or url
        fields = [("Host", host), *(client or self.client), *send]
        if proxy_auth is not None:
            fields.append(("Proxy-Authorization", proxy_auth))
        if auth is not None:
            fields.append(("Authorization", auth))
        kind = server or self.server
        challenge = "Proxy-Authenticate" if status == 407 else "WWW-Authenticate"
        text = body if body is not None else PAGES.get(kind, "") if status == 401 else "<html><body>ok</body></html>" if status == 200 else ""
        head = [("Content-Type", content), *SERVERS[kind], *((challenge, c) for c in challenges), *answer,
                ("Date", self.now.strftime("%a, %d %b %Y %H:%M:%S GMT")), ("Content-Length", str(len(text)))]
        pairs = lambda found: [{"name": n, "value": v} for n, v in found]
        request = {"method": method, "url": url, "httpVersion": version, "cookies": [], "headers": pairs(fields), "queryString": [],
                   "headersSize": -1, "bodySize": len(sent or "")}
        if sent:
            request["postData"] = {"mimeType": "application/x-www-form-urlencoded", "text": sent}
        entry = {"startedDateTime": self.now.isoformat(timespec="milliseconds") + "Z", "time": took, "request": request,
                 "response": {"status": status, "statusText": reason or {401: "Unauthorized", 200: "OK", 407: "Proxy Authentication Required"}.get(status, ""),
                              "httpVersion": version, "cookies": [], "headers": pairs(head), "redirectURL": dict(head).get("Location", ""),
                              "content": {"size": len(text), "mimeType": content, "text": text}, "headersSize": -1, "bodySize": len(text)},
                 "cache": {}, "timings": {"send": 0, "wait": took - 1, "receive": 1}, "serverIPAddress": "10.0.0.5"}
        if self.creator == "why401":
            entry["_clientConnection"] = f"C{c}"
            entry["_upstreamConnection"] = f"U{u or c}"
        elif c:
            entry["connection"] = str(50000 + c)  # Firefox: c = port of the server - 50000
        self.entries.append(entry)
        return self

    def text(self):
        log = {"version": "1.2", "creator": {"name": self.creator, "version": "1"}, "entries": self.entries}
        if self.creator in ("Firefox", "Playwright"):
            log["browser"] = {"name": "Firefox" if self.creator == "Firefox" else "chromium", "version": "128.0"}
        return json.dumps({"log": log}, indent=1)
