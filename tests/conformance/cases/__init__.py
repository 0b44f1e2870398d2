"""All cases, by topic."""
from cases import chunks, connections, field_lines, framing, request_lines, responses, targets

REQUESTS = [*request_lines.CASES, *field_lines.CASES, *framing.CASES, *chunks.CASES, *targets.CASES, *connections.CASES]
RESPONSES = responses.CASES
