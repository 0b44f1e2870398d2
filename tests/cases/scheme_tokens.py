"""Tokens and challenges of Kerberos, NTLM, Digest and JWT, well-formed in all that stands in clear."""
import base64
import hashlib
import json
import struct

KERBEROS, KERBEROS_MS = bytes.fromhex("06092a864886f712010202"), bytes.fromhex("06092a864882f712010202")
NTLM, SPNEGO = bytes.fromhex("060a2b06010401823702020a"), bytes.fromhex("06062b0601050502")
NEGOEX = bytes.fromhex("060a2b06010401823702021e")
FILETIME_OF_CASE = 133_854_912_070_000_000  # 2025-03-02, of no meaning to the reader but well-formed


def text64(data):
    return base64.b64encode(data).decode()


def der(tag, *content):
    content = b"".join(content)
    size = len(content)
    length = bytes([size]) if size < 128 else b"\x81" + bytes([size]) if size < 256 else b"\x82" + struct.pack(">H", size)
    return bytes([tag]) + length + content


def number(value):
    return der(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def string(value):
    return der(0x1B, value.encode())


def principal(kind, parts):
    return der(0x30, der(0xA0, number(kind)), der(0xA1, der(0x30, *map(string, parts))))


def filler(size, seed):
    out = b""
    while len(out) < size:
        out += hashlib.sha256(seed + struct.pack(">I", len(out))).digest()
    return out[:size]


def encrypted(etype, size, seed, kvno=None):
    return der(0x30, der(0xA0, number(etype)), der(0xA1, number(kvno)) if kvno else b"", der(0xA2, der(4, filler(size, seed))))


def gss(mech, token_id, body):
    return der(0x60, mech, token_id, body)


def ap_req(host="web01.contoso.test", realm="CONTOSO.TEST", user="alice", etype=18, kvno=3, size=1400, login=0, service="HTTP"):
    """`login` tells one login from another: each has its own authenticator, all the same ticket."""
    ticket = der(0x61, der(0x30, der(0xA0, number(5)), der(0xA1, string(realm)), der(0xA2, principal(2, [service, host])),
                           der(0xA3, encrypted(etype, size, f"{user}{host}".encode(), kvno))))
    return der(0x6E, der(0x30, der(0xA0, number(5)), der(0xA1, number(14)), der(0xA2, der(3, b"\x00\x20\x00\x00\x00")), der(0xA3, ticket),
                         der(0xA4, encrypted(etype, 180, f"{user}{login}".encode()))))


def init(mechs, token):
    return gss(SPNEGO, b"", der(0xA0, der(0x30, der(0xA0, der(0x30, *mechs)), der(0xA2, der(4, token)))))


def resp(state, mech=None, token=None):
    return der(0xA1, der(0x30, der(0xA0, der(0x0A, bytes([state]))), der(0xA1, mech) if mech else b"", der(0xA2, der(4, token)) if token else b""))


def kerberos(**ticket):
    """The field value of a browser on Windows."""
    return "Negotiate " + text64(init([KERBEROS_MS, KERBEROS, NEGOEX, NTLM], gss(KERBEROS, b"\x01\x00", ap_req(**ticket))))


def raw_kerberos(**ticket):
    """Without SPNEGO, as curl and Firefox with MIT's library send it when told so."""
    return "Negotiate " + text64(gss(KERBEROS, b"\x01\x00", ap_req(**ticket)))


def kerberos_done():
    reply = der(0x6F, der(0x30, der(0xA0, number(5)), der(0xA1, number(15)), der(0xA2, encrypted(18, 80, b"reply"))))
    return "Negotiate " + text64(resp(0, KERBEROS_MS, gss(KERBEROS, b"\x02\x00", reply)))


def krb_error(code, stime="20260302080001Z", sname=("HTTP", "web01.contoso.test"), realm="CONTOSO.TEST"):
    time = der(0x18, stime.encode())
    error = der(0x7E, der(0x30, der(0xA0, number(5)), der(0xA1, number(30)), der(0xA4, time), der(0xA5, number(123456)), der(0xA6, number(code)),
                          der(0xA9, string(realm)), der(0xAA, principal(2, sname))))
    return "Negotiate " + text64(resp(1, KERBEROS_MS, gss(KERBEROS, b"\x03\x00", error)))


def reject():
    return "Negotiate " + text64(resp(2))


FLAGS = 0xE2888215  # what a Windows server and client agree on


def ntlm_type1(scheme="NTLM"):
    message = b"NTLMSSP\0" + struct.pack("<II16x", 1, 0xE2088297) + bytes.fromhex("0a00614a0000000f")
    return f"{scheme} {text64(message)}"


def wide(value):
    return value.encode("utf-16-le")


def av_pairs(server, domain, spn=None):
    pairs = [(2, wide(domain)), (1, wide(server.upper())), (4, wide(f"{domain.lower()}.test")), (3, wide(f"{server.lower()}.{domain.lower()}.test")),
             (5, wide(f"{domain.lower()}.test")), (7, struct.pack("<Q", FILETIME_OF_CASE))]
    if spn:
        pairs += [(6, struct.pack("<I", 2)), (8, bytes(48)), (10, bytes(16)), (9, wide(spn))]
    return b"".join(struct.pack("<HH", kind, len(value)) + value for kind, value in pairs) + bytes(4)


def ntlm_type2(scheme="NTLM", server="WEB01", domain="CONTOSO", nonce=b"\x11\x22\x33\x44\x55\x66\x77\x88"):
    name, pairs = wide(domain), av_pairs(server, domain)
    head = b"NTLMSSP\0" + struct.pack("<IHHII8s8xHHI", 2, len(name), len(name), 56, 0xE2898215, nonce, len(pairs), len(pairs), 56 + len(name))
    return f"{scheme} {text64(head + bytes.fromhex('0a0063450000000f') + name + pairs)}"


def ntlm_type3(user, scheme="NTLM", server="WEB01", domain="CONTOSO", host="web01.contoso.test", workstation="PC1"):
    blob = bytes.fromhex("0101000000000000") + struct.pack("<Q", FILETIME_OF_CASE) + b"clientch" + bytes(4) + av_pairs(server, domain, f"HTTP/{host}") + bytes(4)
    parts = [bytes(24), filler(16, user.encode()) + blob, wide(domain), wide(user), wide(workstation), filler(16, b"key")]
    fields, at = b"", 88
    for part in parts:
        fields += struct.pack("<HHI", len(part), len(part), at)
        at += len(part)
    message = b"NTLMSSP\0" + struct.pack("<I", 3) + fields + struct.pack("<I", FLAGS) + bytes.fromhex("0a00614a0000000f") + filler(16, b"mic")
    return f"{scheme} {text64(message + b''.join(parts))}"


def basic(user, password, charset="utf-8"):
    return "Basic " + text64(f"{user}:{password}".encode(charset))


def digest(user, password, realm, nonce, method, uri, nc=1, algorithm="MD5", shown_uri=None, opaque=None):
    """The answer to a challenge with qop="auth", right for that password."""
    make = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}[algorithm]
    def h(value):
        return make(value.encode()).hexdigest()
    secret, request, cnonce = h(f"{user}:{realm}:{password}"), h(f"{method}:{shown_uri or uri}"), "0a4f113b"
    answer = h(f"{secret}:{nonce}:{nc:08x}:{cnonce}:auth:{request}")
    return (f'Digest username="{user}", realm="{realm}", nonce="{nonce}", uri="{shown_uri or uri}", algorithm={algorithm}, response="{answer}", '
            f'qop=auth, nc={nc:08x}, cnonce="{cnonce}"' + (f', opaque="{opaque}"' if opaque else ""))


def jwt(claims, header=None):
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).rstrip(b"=").decode()
    signature = base64.urlsafe_b64encode(filler(256, b"signature")).rstrip(b"=").decode()
    return f"{part(header or {'typ': 'JWT', 'alg': 'RS256', 'kid': 'nOo3ZDrODXEK1jKWhXslHR_KXEg'})}.{part(claims)}.{signature}"
