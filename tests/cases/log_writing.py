"""Writes what a Windows web server keeps: W3C logs of IIS 6 to 10, HTTPERR logs and traces of failed requests."""

FIREFOX = "Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64;+rv:128.0)+Gecko/20100101+Firefox/128.0"
CHROME = "Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64)+AppleWebKit/537.36+(KHTML,+like+Gecko)+Chrome/126.0.0.0+Safari/537.36"
EDGE = "Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64)+AppleWebKit/537.36+(KHTML,+like+Gecko)+Chrome/126.0.0.0+Safari/537.36+Edg/126.0.0.0"
IE6 = "Mozilla/4.0+(compatible;+MSIE+6.0;+Windows+NT+5.1;+SV1)"
CRAWLER = "Mozilla/5.0+(compatible;+Googlebot/2.1;++http://www.google.com/bot.html)"
ALICE, BOB = r"CONTOSO\alice", r"CONTOSO\bob"

IIS6 = ("Microsoft Internet Information Services 6.0",
        "date time s-sitename s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-substatus sc-win32-status ")
IIS75 = ("Microsoft Internet Information Services 7.5",
         "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-substatus sc-win32-status time-taken")
IIS85 = ("Microsoft Internet Information Services 8.5",
         "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken")
IIS10 = ("Microsoft Internet Information Services 10.0", IIS85[1])


class W3cLog:
    """Rows in the order in which the requests ended; a row is an exchange, counted from 1."""

    def __init__(self, kind=IIS10, day="2026-03-02", server="10.0.0.5", port=80, client="10.0.0.9", agent=EDGE):
        self.day, self.server, self.port, self.client, self.agent = day, server, port, client, agent
        self.rows, self.fields = [], []
        self.begin(kind)

    def begin(self, kind):
        """The directives that a start of the service writes; they may stand in the middle of a file."""
        self.fields = kind[1].split()
        self.rows += [f"#Software: {kind[0]}", "#Version: 1.0", f"#Date: {self.day} 00:00:01", f"#Fields: {kind[1]}"]
        return self

    def row(self, time, path, answer, user="-", method="GET", took=3, **other):
        """`answer` is status, substatus and Windows code as they stand in a row: "401 2 5"."""
        stem, _, query = path.partition("?")
        status, substatus, code = answer.split()
        value = {"date": self.day, "time": time, "s-sitename": "W3SVC1", "s-ip": self.server, "cs-method": method, "cs-uri-stem": stem,
                 "cs-uri-query": query or "-", "s-port": self.port, "cs-username": user, "c-ip": self.client, "cs(User-Agent)": self.agent,
                 "cs(Referer)": "-", "sc-status": status, "sc-substatus": substatus, "sc-win32-status": code, "time-taken": took}
        names = {"client": "c-ip", "agent": "cs(User-Agent)", "referer": "cs(Referer)", "server": "s-ip", "port": "s-port"}
        value.update({names[name]: given for name, given in other.items()})
        self.rows.append(" ".join(str(value[field]) for field in self.fields))
        return self

    def ntlm_login(self, time, path, user, answer="200 0 0", **other):
        """The three rows of a login that goes as it should."""
        self.row(time, path, "401 2 5", **other)
        self.row(time, path, "401 1 2148074254", **other)
        return self.row(time, path, answer, user, **other)

    def text(self):
        return "\r\n".join(self.rows) + "\r\n"


def httperr(*rows):
    """HTTP.sys writes here what it answers without asking IIS."""
    head = ["#Software: Microsoft HTTP API 2.0", "#Version: 1.0", "#Date: 2026-03-02 00:00:01",
            "#Fields: date time c-ip c-port s-ip s-port cs-version cs-method cs-uri streamid sc-status s-siteid s-reason s-queuename"]
    return "\r\n".join(head + list(rows)) + "\r\n"


def freb(url, status, substatus, code, module, user="", auth="NOT_AVAILABLE", verb="GET", headers="", notification="AUTHENTICATE_REQUEST",
         body="", time="2026-03-02T08:00:07.100Z", client="10.0.0.9", more=""):
    """The trace of one failed request; `code` is the HRESULT in decimal, as IIS writes it."""
    def event(name, **data):
        values = "".join(f'\r\n  <Data Name="{key}">{value}</Data>' for key, value in data.items())
        return (f'<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event">\r\n <System>\r\n  <Provider Name="WWW Server" '
                f'Guid="{{3A2A4E84-4C21-4981-AE10-3FDA0D9B0F83}}"/>\r\n  <EventID>0</EventID>\r\n  <Level>4</Level>\r\n  <TimeCreated SystemTime="{time}"/>'
                f'\r\n  <Computer>WEB01</Computer>\r\n </System>\r\n <EventData>{values}\r\n </EventData>\r\n <RenderingInfo Culture="en-US">\r\n  '
                f'<Opcode>{name}</Opcode>\r\n </RenderingInfo>\r\n</Event>\r\n')
    full = f"{status}.{substatus}" if substatus else str(status)
    context = "{00000000-0000-0000-0900-0080000000FA}"
    text = ('<?xml version="1.0" encoding="UTF-8"?>\r\n<?xml-stylesheet type=\'text/xsl\' href=\'freb.xsl\'?>\r\n'
            f'<failedRequest url="{url}"\r\n siteId="1" appPoolId="DefaultAppPool" processId="5120" verb="{verb}" remoteUserName="{user}" '
            f'userName="{user}" tokenUserName="NT AUTHORITY\\IUSR" authenticationType="{auth}" activityId="{context}" '
            f'failureReason="STATUS_CODE" statusCode="{full}" triggerStatusCode="{full}" timeTaken="16" '
            'xmlns:freb="http://schemas.microsoft.com/win/2006/06/iis/freb">\r\n')
    text += event("GENERAL_REQUEST_START", ContextId=context, SiteId=1, AppPoolId="DefaultAppPool", ConnId=1610612738, RawConnId=0, RequestURL=url,
                  RequestVerb=verb)
    text += event("GENERAL_ENDPOINT_INFORMATION", ContextId=context, RemoteAddress=client, RemotePort=50123, LocalAddress="10.0.0.5", LocalPort=80)
    if headers:
        text += event("GENERAL_REQUEST_HEADERS", ContextId=context, Headers=headers)
    text += event("AUTH_START", ContextId=context, AuthTypeSupported="NT") + more
    text += event("MODULE_SET_RESPONSE_ERROR_STATUS", ContextId=context, ModuleName=module, Notification=notification, HttpStatus=status,
                  HttpReason="Unauthorized", HttpSubStatus=substatus, ErrorCode=code, ConfigExceptionInfo="")
    if body:
        text += event("GENERAL_RESPONSE_ENTITY_BUFFER", ContextId=context, Buffer=body)
    text += event("GENERAL_REQUEST_END", ContextId=context, BytesSent=1541, BytesReceived=412, HttpStatus=status, HttpSubStatus=substatus)
    return text + "</failedRequest>\r\n"
