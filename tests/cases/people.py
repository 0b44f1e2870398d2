"""Somebody at a client, who asks and logs in step by step."""
import ntlm
from products import edge
from writing import fields


class Person:
    """`style`: "NTLM"; "Negotiate" (NTLM in SPNEGO, as Windows does); "bare" (NTLM as it is behind the word Negotiate, as Chromium and curl do)."""

    def __init__(self, trace, server, user="alice", domain="CONTOSO", client=edge, style="NTLM", kind="windows", workstation="PC17", spn=None, bindings=None,
                 computer="WEB01", proxy=False, dns="contoso.test"):
        self.trace, self.server, self.user, self.domain, self.client = trace, server, user, domain, client
        self.style, self.kind, self.workstation, self.bindings, self.computer, self.dns = style, kind, workstation, bindings, computer, dns
        self.spn = spn or "HTTP/" + trace.origin.split("//")[1].split(":")[0]
        self.header = "Proxy-Authorization" if proxy else "Authorization"

    def ask(self, path, cc, uc, answer, credentials=None, more=(), **other):
        request = self.client(self.trace, (self.header, credentials), *more)
        return self.trace.add(request, path=path, cc=cc, uc=uc, **{**answer, **other})

    def say(self, message, step):
        if self.style == "NTLM":
            return ntlm.bare(message)
        if self.style == "bare":
            return ntlm.bare(message, "Negotiate")
        return ntlm.first(message) if step == 1 else ntlm.reply(message, 1 if step == 2 else None)

    def refused_first(self, path, cc, uc, **other):
        return self.ask(path, cc, uc, self.server.refuse(), **other)

    def negotiate(self, path, cc, uc, computer=None, answer=None, challenge_more=(), challenge=None, **other):
        """The first message and the server's challenge; gives the challenge."""
        hello = self.say(ntlm.negotiate(self.kind if self.kind != "v1" else "windows"), 1)
        given = challenge or ntlm.Challenge(computer or self.computer, when=self.trace.clock.text(), dns=self.dns)
        self.ask(path, cc, uc, answer or self.server.challenge(self.say(given.bytes, 2), *challenge_more), hello, **other)
        return given

    def authenticate(self, path, cc, uc, challenge, answer=None, message=None, **other):
        """The last message; the number of the exchange. Without an answer it succeeds."""
        last = message or ntlm.authenticate(challenge, self.user, self.domain, self.workstation, self.spn, self.bindings, self.kind,
                                            self.trace.clock.text())
        if answer is None:
            answer = self.server.welcome(ntlm.completed() if self.style == "Negotiate" else None)
        return self.ask(path, cc, uc, answer, self.say(last, 3), **other)

    def login(self, path, cc, uc, answer=None, asked=True, **other):
        """All three steps on one connection; the number of the last exchange."""
        if asked:
            self.refused_first(path, cc, uc)
        return self.authenticate(path, cc, uc, self.negotiate(path, cc, uc), answer, **other)

    def browse(self, cc, uc, *paths, **other):
        """Requests of a connection that is logged in."""
        for path in paths:
            number = self.ask(path, cc, uc, self.server.serve(), **other)
        return number


def over_proxy(*names, version="1.1"):
    """The Via field that intermediaries add to a request."""
    return fields(*[("Via", f"{version} {name}") for name in names])
