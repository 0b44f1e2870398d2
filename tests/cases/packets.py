"""Turns a trace into the packets of plain HTTP/1: a pcap file of the client's side, of the server's, or of both sides of a proxy."""
import datetime
import os
import struct

from writing import request_text, response_text

CLIENT, PROXY, SERVER = "10.0.0.9", "10.0.0.3", "10.0.0.5"


def _address(text):
    return bytes(int(part) for part in text.split("."))


class _Connection:
    def __init__(self, near, near_port, far, far_port):
        self.ends = ((near, near_port), (far, far_port))
        self.sent = [1000, 5000]

    def packet(self, from_far, flags, data=b""):
        """Ethernet, IPv4 and TCP; checksums are left to the network card, as in most captures."""
        source, target = self.ends[::-1] if from_far else self.ends
        mine = 1 if from_far else 0
        tcp = struct.pack(">HHIIBBHHH", source[1], target[1], self.sent[mine], self.sent[1 - mine], 0x50, flags, 64240, 0, 0) + data
        self.sent[mine] += len(data) + (1 if flags & 3 else 0)
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 1, 0x4000, 64, 6, 0, _address(source[0]), _address(target[0]))
        return b"\x02\0\0\0\0\1\x02\0\0\0\0\2\x08\0" + ip + tcp

    def segments(self, from_far, text):
        data = text.encode("latin-1")
        return [self.packet(from_far, 0x18, data[at:at + 1400]) for at in range(0, len(data), 1400)]


def _moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def pcap(trace, folder, sides=("client",), name="case.pcap"):
    """`sides`: "client" is client to server or proxy by `cc`, "server" is proxy to server by `uc`; both is a capture at the proxy."""
    packets, connections = [], {}

    def connection(side, key, when):
        if (side, key) not in connections:
            number = int(str(key).lstrip("CU"))
            near, far = (CLIENT, PROXY if len(sides) > 1 else SERVER) if side == "client" else (PROXY, SERVER)
            made = connections[(side, key)] = _Connection(near, 50000 + number, far, 8080 if len(sides) > 1 and side == "client" else 80)
            for from_far, flags in ((False, 2), (True, 18), (False, 16)):
                packets.append((when - 0.0005, made.packet(from_far, flags)))
        return connections[(side, key)]

    for one in trace.exchanges:
        began, ended = _moment(one["start"]), _moment(one["end"])
        path = "/" + one["url"].split("//")[1].partition("/")[2]
        for step, side in enumerate(sides):
            wire = connection(side, one["cc"] if side == "client" else one["uc"], began + step * 0.001)
            absolute = side == "client" and len(sides) > 1
            request = request_text({**one, "url": one["url"] if absolute else path})
            packets += [(began + step * 0.001, packet) for packet in wire.segments(False, request)]
            packets += [(ended - step * 0.001, packet) for packet in wire.segments(True, response_text(one))]
    packets.sort(key=lambda packet: packet[0])
    where = os.path.join(folder, name)
    with open(where, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for when, data in packets:
            out.write(struct.pack("<IIII", int(when), int(when % 1 * 1e6), len(data), len(data)) + data)
    return where
