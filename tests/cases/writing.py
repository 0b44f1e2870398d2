"""What the cases share: how they are declared, and how their files are written.

A case is a function that takes a folder, writes its files there and returns what must come out."""
import datetime
import json
import os
import zipfile

CASES = []

RANK = {"possible": 1, "likely": 2, "certain": 3}


def case(function):
    """Declares a case: function(folder) writes files into the folder and returns a Claim."""
    CASES.append(function)
    return function


class Claim:
    """What must come out. `files` in the order in which they are given to the program.

    says     (exchange, rule or set of rules, set of culprits, least, most), each about an exchange's primary finding
    never    rules that no finding may have
    also     rules that some finding must have
    innocent no failure finding at all, and every 401 and 407 is an ordinary leg"""

    def __init__(self, *files, innocent=False, never=(), also=()):
        self.files, self.innocent, self.never, self.also, self.says = files, innocent, tuple(never), tuple(also), []

    def at(self, exchange, rule, culprit, least="possible", most="certain"):
        rules = {rule} if isinstance(rule, str) else set(rule)
        culprits = {culprit} if isinstance(culprit, str) else set(culprit)
        self.says.append((exchange, rules, culprits, least, most))
        return self

    def complaints(self, answer):
        """Every way in which the program's JSON differs from the claim, in words."""
        findings = answer["findings"]
        failures = [one for one in findings if one["kind"] == "failure"]
        told = []
        if self.innocent:
            told += [f"accuses exchange {one['exchange']}: {one['rule']} {one['confidence']} {one['culprit']}: {one['because']}" for one in failures]
            told += [f"exchange {one['id']} ({one['status']}) is {one['finding']}" for one in answer["exchanges"]
                     if one["status"] in (401, 407) and not (one["finding"] or "").startswith("NORM-")]
        for exchange, rules, culprits, least, most in self.says:
            shown = next((one for one in answer["exchanges"] if one["id"] == exchange), None)
            about = [one for one in failures if one["exchange"] == exchange and shown and one["rule"] == shown["finding"]]
            if not about:
                told.append(f"exchange {exchange} is {shown['finding'] if shown else 'not there'}, not {sorted(rules)}")
                continue
            one = about[0]
            if one["rule"] not in rules:
                told.append(f"exchange {exchange} is {one['rule']} ({one['confidence']}, {one['culprit']}: {one['because']}), not {sorted(rules)}")
            elif one["culprit"] not in culprits:
                told.append(f"exchange {exchange}: {one['rule']} blames {one['culprit']}, not {sorted(culprits)}: {one['because']}")
            elif not RANK[least] <= RANK[one["confidence"]] <= RANK[most]:
                told.append(f"exchange {exchange}: {one['rule']} is {one['confidence']}, not {least} to {most}: {one['because']}")
        told += [f"{one['rule']} at exchange {one['exchange']} ({one['confidence']}, {one['culprit']}): {one['because']}" for one in findings
                 if one["rule"] in self.never]
        told += [f"no finding is {rule}" for rule in self.also if all(one["rule"] != rule for one in findings)]
        return told


def fields(*parts):
    """One list of header fields out of (name, value) pairs and lists of them; a value of None leaves a field out."""
    flat = []
    for part in parts:
        flat += [part] if isinstance(part, tuple) else list(part)
    return [(name, value) for name, value in flat if value is not None]


class Clock:
    """Moves on by itself with each exchange."""

    def __init__(self, start="2026-03-02T08:00:00"):
        self.now = datetime.datetime.fromisoformat(start).replace(tzinfo=datetime.timezone.utc)

    def wait(self, seconds):
        self.now += datetime.timedelta(seconds=seconds)

    def text(self, milliseconds=0):
        return (self.now + datetime.timedelta(milliseconds=milliseconds)).strftime("%Y-%m-%dT%H:%M:%S.%f")[:23] + "Z"

    def http_date(self):
        return self.now.strftime("%a, %d %b %Y %H:%M:%S GMT")


class Trace:
    """Exchanges in the order in which they began; the writers below turn them into a file."""

    def __init__(self, origin="http://web01.contoso.test", start="2026-03-02T08:00:00"):
        self.origin, self.clock, self.exchanges = origin, Clock(start), []

    def add(self, request, response, path="/", method="GET", status=200, cc=None, uc=None, took=12, page="", sent="", version="HTTP/1.1", after=0.05,
            origin=None, reason=None, error=None, server="10.0.0.5"):
        """The number of the exchange, as the program counts: from 1. `cc` and `uc` are connection ids such as C1 and U3; status 0 is no answer."""
        self.clock.wait(after)
        self.exchanges.append({"url": path if "://" in path else (origin or self.origin) + path, "method": method, "status": status, "cc": cc, "uc": uc,
                               "took": took, "page": page, "sent": sent, "version": version, "start": self.clock.text(), "end": self.clock.text(took),
                               "request": fields(request), "response": fields(response), "reason": REASONS.get(status, "") if reason is None else reason,
                               "error": error, "server": server})
        self.clock.wait(took / 1000)
        return len(self.exchanges)

    def har(self, folder, name="case.har", creator="why401", connections="ours", browser=None):
        """`connections`: "ours" (_clientConnection ...), "browser" (the number in `connection`), "fiddler", or None."""
        log = {"version": "1.2", "creator": {"name": creator, "version": "1.0"}, "pages": [],
               "entries": [_entry(one, connections) for one in self.exchanges]}
        if browser:
            log["browser"] = {"name": browser, "version": "1"}
        path = os.path.join(folder, name)
        with open(path, "w", encoding="utf-8") as out:
            json.dump({"log": log}, out)
        return path

    def saz(self, folder, name="case.saz"):
        """Fiddler's archive; cc and uc are numbers of ports."""
        path = os.path.join(folder, name)
        with zipfile.ZipFile(path, "w") as archive:
            for number, one in enumerate(self.exchanges, 1):
                archive.writestr(f"raw/{number:02}_c.txt", request_text(one))
                archive.writestr(f"raw/{number:02}_s.txt", response_text(one))
                archive.writestr(f"raw/{number:02}_m.xml", _session(number, one))
        return path


REASONS = {200: "OK", 201: "Created", 204: "No Content", 301: "Moved Permanently", 302: "Found", 304: "Not Modified", 400: "Bad Request",
           401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 407: "Proxy Authentication Required", 500: "Internal Server Error",
           502: "Bad Gateway", 503: "Service Unavailable"}


def _named(pairs):
    return [{"name": name, "value": value} for name, value in pairs]


def _entry(one, connections):
    request = {"method": one["method"], "url": one["url"], "httpVersion": one["version"], "cookies": [], "headers": _named(one["request"]),
               "queryString": [], "headersSize": -1, "bodySize": len(one["sent"])}
    if one["sent"]:
        request["postData"] = {"mimeType": "text/xml", "text": one["sent"]}
    response = {"status": one["status"], "statusText": one["reason"], "httpVersion": one["version"], "cookies": [], "headers": _named(one["response"]),
                "content": {"size": len(one["page"]), "mimeType": "text/html", "text": one["page"]}, "redirectURL": "", "headersSize": -1,
                "bodySize": len(one["page"])}
    if one["error"]:  # as Chromium names it
        response["_error"] = one["error"]
    entry = {"startedDateTime": one["start"], "time": one["took"], "request": request, "response": response, "cache": {},
             "timings": {"send": 0, "wait": one["took"], "receive": 0}, "serverIPAddress": one["server"]}
    if connections == "ours":
        entry.update({name: one[key] for name, key in (("_clientConnection", "cc"), ("_upstreamConnection", "uc")) if one[key]})
    elif connections == "browser":
        entry["connection"] = str(one["cc"])
    elif connections == "fiddler":
        entry["connection"] = f"ClientPort:{one['cc']};EgressPort:{one['uc']}"
    return entry


def request_text(one):
    head = f"{one['method']} {one['url']} {one['version']}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in one["request"])
    return head + "\r\n" + one["sent"]


def response_text(one):
    head = f"{one['version']} {one['status']} {one['reason']}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in one["response"])
    return head + "\r\n" + one["page"]


def _session(number, one):
    flags = "".join(f'<SessionFlag N="{name}" V="{value}" />' for name, value in
                    (("x-clientport", one["cc"]), ("x-clientip", "127.0.0.1"), ("x-egressport", one["uc"]), ("x-hostip", "10.0.0.5")))
    times = (f'ClientConnected="{one["start"]}" ClientBeginRequest="{one["start"]}" GotRequestHeaders="{one["start"]}" ClientDoneRequest="{one["start"]}" '
             f'FiddlerBeginRequest="{one["start"]}" ServerGotRequest="{one["start"]}" ServerBeginResponse="{one["end"]}" GotResponseHeaders="{one["end"]}" '
             f'ServerDoneResponse="{one["end"]}" ClientBeginResponse="{one["end"]}" ClientDoneResponse="{one["end"]}"')
    return (f'<?xml version="1.0" encoding="utf-8"?>\r\n<Session SID="{number}" BitFlags="0"><SessionTimers {times} />'
            f'<PipeInfo /><SessionFlags>{flags}</SessionFlags></Session>')
