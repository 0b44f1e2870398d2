"""An API that takes bearer tokens: JWTs signed with a shared key, judged and refused in the words of ASP.NET Core."""
import base64
import hashlib
import hmac
import http.server
import json
import sys
import time

KEY, ISSUER, AUDIENCE = b"the key of this test", "https://issuer.why401.test", "api://orders"


def url64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(key=KEY, **claims):
    """Good for an hour unless the claims say otherwise."""
    now = int(time.time())
    said = {"iss": ISSUER, "aud": AUDIENCE, "sub": "alice", "iat": now - 60, "nbf": now - 60, "exp": now + 3600, "scp": "read", **claims}
    text = f'{url64(json.dumps({"alg": "HS256", "kid": "one"}).encode())}.{url64(json.dumps(said).encode())}'
    return f"{text}.{url64(hmac.new(key, text.encode(), hashlib.sha256).digest())}"


def unpadded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def at(seconds):
    return time.strftime("%m/%d/%Y %H:%M:%S", time.gmtime(seconds))


def fault_of(text):
    """What is wrong with a token, in ASP.NET Core's words, and its claims."""
    try:
        head, body, signature = text.split(".")
        claims = json.loads(unpadded(body))
    except ValueError:
        return "IDX12741: JWT must have three segments (JWS) or five segments (JWE).", {}
    if not hmac.compare_digest(unpadded(signature), hmac.new(KEY, f"{head}.{body}".encode(), hashlib.sha256).digest()):
        return "The signature is invalid", claims
    now = time.time()
    if claims["exp"] < now:
        return f"The token expired at '{at(claims['exp'])}'", claims
    if claims["nbf"] > now:
        return f"The token is not valid before '{at(claims['nbf'])}'", claims
    if claims["aud"] != AUDIENCE:
        return f"The audience '{claims['aud']}' is invalid", claims
    if claims["iss"] != ISSUER:
        return f"The issuer '{claims['iss']}' is invalid", claims
    return None, claims


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version, server_version, sys_version = "HTTP/1.1", "Kestrel", ""

    def do_GET(self):
        scheme, _, text = self.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer":
            return self.answer(401, "Bearer")
        fault, claims = fault_of(text)
        if fault:
            return self.answer(401, f'Bearer error="invalid_token", error_description="{fault}"')
        if self.path.startswith("/admin") and "write" not in claims["scp"].split():
            return self.answer(403, 'Bearer error="insufficient_scope", scope="write"')
        self.answer(200)

    def answer(self, status, challenge=None):
        self.send_response(status)
        if challenge:
            self.send_header("WWW-Authenticate", challenge)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
