"""What a proxy may change in a head that it sends on, said once more and independently of the program.

A head is a list of lines without their CRLF, the start line first. Each function gives a list of (received, sent) lines; None stands for
a line that is not there on that side.
"""
import re

CONNECTION_BASED = re.compile(rb"(?:^|,)[ \t]*(?:ntlm|kerberos|nego[!-+\--~]*)[ \t]*(?:,|$| )", re.IGNORECASE)


def split(line):
    """Name in lower case, value, and the line with %s in place of the value."""
    name, white, value, end = re.fullmatch(rb"([^:]*):([ \t]*)(.*?)([ \t]*)", line, re.DOTALL).groups()
    return name.lower(), value, lambda text: name + b":" + white + text + end


def elements(lines, name):
    """The elements of a list-valued field, in lower case, over all its lines."""
    return [part.strip(b" \t").lower() for line in lines[1:] for n, value, _ in [split(line)] if n == name for part in value.split(b",")
            if part.strip(b" \t")]


def keep_elements(line, passes):
    """The line with the elements that pass; as it was when all do, None when none does."""
    _, value, with_value = split(line)
    every = [part.strip(b" \t") for part in value.split(b",") if part.strip(b" \t")]
    kept = [part for part in every if passes(part.lower())]
    return line if kept == every else with_value(b", ".join(kept)) if kept else None


def sent_field(lines, line, one_fate):
    """RFC 9110 7.6.1: fields named in Connection go. `one_fate`: close and keep-alive hold for both hops and pass on."""
    name, _, _ = split(line)
    named = elements(lines, b"connection")
    upgrade = b"upgrade" in named and any(protocol != b"h2c" for protocol in elements(lines, b"upgrade"))
    if name == b"connection":
        return keep_elements(line, lambda option: option in (b"close", b"keep-alive") and one_fate or option == b"upgrade" and upgrade)
    if name == b"upgrade" and upgrade:
        return keep_elements(line, lambda protocol: protocol != b"h2c")
    if name in named or name == b"upgrade" and b"h2c" in elements(lines, b"upgrade"):
        return None
    return line


def request(lines, one_fate):
    method, target, version = lines[0].split(b" ")
    pairs, sent, absolute = [], target, re.match(rb"(?i)http://([^/?]*)(.*)", target, re.DOTALL)
    if absolute:  # RFC 9112 3.2.1, 3.2.4
        rest = absolute[2] or (b"*" if method == b"OPTIONS" else b"/")
        sent = rest if rest[:1] in b"/*" else b"/" + rest
    pairs.append((lines[0], b" ".join((method, sent, version))))
    names = [split(line)[0] for line in lines[1:]]
    if absolute and b"host" not in names:
        pairs.append((None, b"Host: " + absolute[1]))
    for line in lines[1:]:
        name, value, with_value = split(line)
        if name == b"host" and absolute:  # RFC 9112 3.2.2
            pairs.append((line, line if value.lower() == absolute[1].lower() else with_value(absolute[1])))
        elif name == b"proxy-connection":  # RFC 9112 C.2.2: its meaning holds where both hops share their fate
            said = b"close" if b"close" in elements(lines, name) else b"keep-alive" if b"keep-alive" in elements(lines, name) else b""
            usual = b"keep-alive" if version == b"HTTP/1.1" else b"close"
            alone = one_fate and said and said != usual and b"connection" not in names
            pairs.append((line, b"Connection: " + said if alone else None))
        elif name == b"proxy-authorization":
            pairs.append((line, None))
        else:
            pairs.append((line, sent_field(lines, line, one_fate)))
    return pairs


def asks_for_the_last(request_lines):
    """An HTTP/1.1 request after whose answer its connection closes (RFC 9112 9.3, C.2.2)."""
    said = elements(request_lines, b"connection")
    if not any(split(line)[0] == b"connection" for line in request_lines[1:]):
        said = elements(request_lines, b"proxy-connection")
    return request_lines[0].endswith(b"HTTP/1.1") and b"close" in said


def lasts_until_the_end(lines, request_lines):
    """RFC 9112 6.3: no length, no chunks, and not a response that has no body at all."""
    bodiless = request_lines[0].startswith(b"HEAD ") or lines[0].split(b" ")[1] in (b"204", b"304")
    return not bodiless and not any(split(line)[0] in (b"content-length", b"transfer-encoding") for line in lines[1:])


def response(lines, request_lines, one_fate, in_tunnel):
    pairs = [(lines[0], lines[0])]
    for line in lines[1:]:
        pairs.append((line, None if split(line)[0] == b"proxy-connection" else sent_field(lines, line, one_fate)))
    offers = [re.sub(rb'"(?:[^"\\]|\\.)*"', b"", value) for line in lines[1:] for name, value, _ in [split(line)] if name == b"www-authenticate"]
    said = any(sent is not None and split(sent)[0] == b"proxy-support" for _, sent in pairs[1:])
    if lines[0].split(b" ")[1] == b"401" and any(CONNECTION_BASED.search(offer) for offer in offers) and not in_tunnel and not said:
        pairs += [(None, b"Proxy-Support: Session-Based-Authentication"), (None, b"Connection: Proxy-Support")]  # RFC 4559 6
    silent = not one_fate and lines[0].startswith(b"HTTP/1.1") and lines[0].split(b" ")[1] != b"101" and not lasts_until_the_end(lines, request_lines)
    if asks_for_the_last(request_lines) and silent:
        pairs.append((None, b"Connection: close"))  # RFC 9112 9.6
    return pairs


def joined(pairs):
    return b"".join(sent + b"\r\n" for _, sent in pairs if sent is not None) + b"\r\n"
