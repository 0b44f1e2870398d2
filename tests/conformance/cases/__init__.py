"""All cases, by topic."""
from cases import chunks, connections, field_lines, framing, request_lines, responses, targets

HEADS = [*request_lines.CASES, *field_lines.CASES, *targets.CASES, *connections.CASES]
BODIES = [*framing.CASES, *chunks.CASES]
REQUESTS = HEADS + BODIES
RESPONSES = responses.CASES
