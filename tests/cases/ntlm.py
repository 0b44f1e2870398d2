"""NTLM messages (MS-NLMP 2.2.1) as Windows, Chromium, curl and gss-ntlmssp write them, bare or inside SPNEGO (RFC 4178)."""
import base64
import calendar
import hashlib
import os
import struct
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from login_tokens import der  # noqa: E402

SPNEGO = bytes.fromhex("06062b0601050502")
NTLMSSP = bytes.fromhex("060a2b06010401823702020a")
KERBEROS = bytes.fromhex("06092a864886f712010202")
MS_KERBEROS = bytes.fromhex("06092a864882f712010202")
WINDOWS_10 = bytes.fromhex("0a00614a0000000f")
SERVER_2019 = bytes.fromhex("0a0063450000000f")


def text(data):
    return base64.b64encode(data).decode()


def bare(message, scheme="NTLM"):
    return f"{scheme} {text(message)}"


def first(message, kerberos=True):
    """A NegTokenInit whose token is this NTLM message: what Negotiate sends when there is no ticket."""
    mechanisms = (MS_KERBEROS, KERBEROS, NTLMSSP) if kerberos and message is None else (NTLMSSP,)
    token = der(0xA2, der(4, message)) if message is not None else b""
    return "Negotiate " + text(der(0x60, SPNEGO, der(0xA0, der(0x30, der(0xA0, der(0x30, *mechanisms)), token))))


def reply(message, state=1, scheme="Negotiate"):
    """A NegTokenResp: the server's challenge (state 1) and, without a state, the client's answer."""
    inside = [der(0xA0, der(10, bytes([state]))), der(0xA1, NTLMSSP)] if state is not None else []
    return f"{scheme} " + text(der(0xA1, der(0x30, *inside, der(0xA2, der(4, message)))))


def completed():
    return "Negotiate " + text(der(0xA1, der(0x30, der(0xA0, der(10, b"\0")))))


def filetime(stamp, more=0):
    """`stamp` is text such as 2026-03-02T08:00:07; FILETIME counts 100 ns from 1601."""
    seconds = calendar.timegm(time.strptime(stamp[:19], "%Y-%m-%dT%H:%M:%S"))
    return (seconds + 11644473600) * 10**7 + more


def _pair(identifier, value):
    data = value if isinstance(value, bytes) else value.encode("utf-16-le")
    return struct.pack("<HH", identifier, len(data)) + data


def _payload(at, parts):
    """The eight bytes that name each part, and the parts."""
    fields = []
    for part in parts:
        fields.append(struct.pack("<HHI", len(part), len(part), at))
        at += len(part)
    return fields, b"".join(parts)


def negotiate(kind="windows"):
    if kind == "curl":  # no version: 32 bytes
        return struct.pack("<8sII16x", b"NTLMSSP\0", 1, 0x00088206)
    if kind == "chromium":
        return struct.pack("<8sIIHHIHHI", b"NTLMSSP\0", 1, 0x00088207, 0, 0, 32, 0, 0, 32)
    if kind == "java":  # Apache HttpClient names nobody, and a version
        return struct.pack("<8sII16x8s", b"NTLMSSP\0", 1, 0x62088235, bytes.fromhex("0501280a0000000f"))
    return struct.pack("<8sII16x8s", b"NTLMSSP\0", 1, 0xE2088297, WINDOWS_10)


class Challenge:
    """What one server says once. Two are never alike: `nonce` and the time differ."""

    count = 0

    def __init__(self, computer="WEB01", domain="CONTOSO", dns="contoso.test", when="2026-03-02T08:00:00", target=None, times=True, flags=0xE2898215):
        Challenge.count += 1
        self.nonce = hashlib.sha256(f"nonce {Challenge.count}".encode()).digest()[:8]
        self.time = filetime(when, 1000 + 7 * Challenge.count) if times else None
        self.computer, self.domain = computer, domain
        pairs = _pair(2, domain) + _pair(1, computer) + _pair(4, dns) + _pair(3, f"{computer.lower()}.{dns}") + _pair(5, dns)
        self.pairs = pairs + (_pair(7, struct.pack("<Q", self.time)) if times else b"")
        name = (target or domain).encode("utf-16-le")
        fields, payload = _payload(56, [name, self.pairs + bytes(4)])
        self.bytes = struct.pack("<8sI8sI8s8x8s8s", b"NTLMSSP\0", 2, fields[0], flags, self.nonce, fields[1], SERVER_2019) + payload


def authenticate(challenge, user="alice", domain="CONTOSO", workstation="PC17", spn="HTTP/web01", bindings=None, kind="windows", when="2026-03-02T08:00:00"):
    """The answer to that challenge. `bindings`: 16 bytes; None leaves 16 zero bytes, as Windows does without TLS."""
    seed = hashlib.sha256(f"{user} {domain}".encode() + challenge.nonce).digest()
    if kind == "v1":
        lm, nt = seed[:8] + bytes(16), hashlib.sha384(seed).digest()[:24]
    else:
        pairs = challenge.pairs + _pair(6, struct.pack("<I", 2)) + _pair(8, struct.pack("<IIII", 48, 0, 1, 0x2000) + seed)
        pairs += _pair(10, bindings or bytes(16)) + _pair(9, spn)
        if kind == "curl":
            pairs = challenge.pairs
        stamp = challenge.time or filetime(when)
        nt = seed[:16] + bytes.fromhex("0101000000000000") + struct.pack("<Q", stamp) + seed[16:24] + bytes(4) + pairs + bytes(8)
        lm = bytes(24)
    parts = [domain.encode("utf-16-le"), user.encode("utf-16-le"), workstation.encode("utf-16-le"), lm, nt]
    if kind == "windows":
        parts.append(seed[:16])
    if kind == "curl":  # no key, no version, no MIC
        at, flags, tail = 64, 0x00888205, b""
        parts = [parts[3], parts[4], parts[0], parts[1], parts[2], b""]
        fields, payload = _payload(at, parts)
        order = fields
    else:
        at, flags = 88, 0xE2888215
        parts = parts if len(parts) == 6 else parts + [b""]
        fields, payload = _payload(at, parts)
        order = [fields[3], fields[4], fields[0], fields[1], fields[2], fields[5]]
        tail = WINDOWS_10 + (bytes(16) if kind == "v1" else hashlib.sha256(seed + b"mic").digest()[:16])
    return struct.pack("<8sI", b"NTLMSSP\0", 3) + b"".join(order) + struct.pack("<I", flags) + tail + payload


def anonymous(challenge):
    """The null login: nobody's name, no response (MS-NLMP 3.2.5.1.2)."""
    del challenge
    fields, payload = _payload(88, [b"\0", b"", b"", b"", "PC17".encode("utf-16-le"), b"k" * 16])
    return struct.pack("<8sI", b"NTLMSSP\0", 3) + b"".join(fields) + struct.pack("<I", 0xE2888A15) + WINDOWS_10 + bytes(16) + payload
