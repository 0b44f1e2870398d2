"""Field values of logins for tests over sockets: well-formed NTLM messages and a Kerberos AP-REQ that no key ever made."""
import base64
import struct

FLAGS = 0x00088201  # Unicode, NTLM, always sign, extended session security


def _text(data):
    return base64.b64encode(data).decode()


def ntlm_negotiate():
    return "NTLM " + _text(struct.pack("<8sII16x", b"NTLMSSP\0", 1, FLAGS))


def ntlm_challenge():
    name = "CONTOSO".encode("utf-16-le")
    pairs = struct.pack("<HH", 2, len(name)) + name + bytes(4)
    at = 48
    head = struct.pack("<8sIHHII8s8xHHI", b"NTLMSSP\0", 2, len(name), len(name), at, FLAGS | 0x00800000, b"12345678", len(pairs), len(pairs), at + len(name))
    return "NTLM " + _text(head + name + pairs)


def ntlm_authenticate(user):
    parts = [bytes(24), b"p" * 48, "CONTOSO".encode("utf-16-le"), user.encode("utf-16-le"), "PC1".encode("utf-16-le"), b""]
    fields, at = b"", 64
    for part in parts:
        fields += struct.pack("<HHI", len(part), len(part), at)
        at += len(part)
    return "NTLM " + _text(struct.pack("<8sI", b"NTLMSSP\0", 3) + fields + struct.pack("<I", FLAGS) + b"".join(parts))


def der(tag, *content):
    content = b"".join(content)
    length = bytes([len(content)]) if len(content) < 128 else b"\x82" + struct.pack(">H", len(content))
    return bytes([tag]) + length + content


def kerberos_login(user):
    """The AP-REQ in its GSS-API frame, RFC 4121 4.1; its ticket and authenticator are plain nonsense."""
    def encrypted(what):
        return der(0x30, der(0xA0, der(2, b"\x12")), der(0xA2, der(4, b"e" * 64, what)))
    name = der(0x30, der(0xA0, der(2, b"\x02")), der(0xA1, der(0x30, der(0x1B, b"HTTP"), der(0x1B, b"web01"))))
    ticket = der(0x61, der(0x30, der(0xA0, der(2, b"\x05")), der(0xA1, der(0x1B, b"CONTOSO.TEST")), der(0xA2, name), der(0xA3, encrypted(b"ticket"))))
    request = der(0x6E, der(0x30, der(0xA0, der(2, b"\x05")), der(0xA1, der(2, b"\x0e")), der(0xA2, der(3, bytes(5))), der(0xA3, ticket),
                            der(0xA4, encrypted(user.encode()))))
    return "Negotiate " + _text(der(0x60, bytes.fromhex("06092a864886f712010202"), b"\x01\x00", request))
