"""JSON as PostgreSQL keeps it."""

from __future__ import annotations

import re

import msgspec

NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")  # no backslash in front of it, or an even number of them


def to_json(value: object) -> str:
    """``value`` as JSON text for a jsonb column, without the one character that PostgreSQL refuses.

    Raises:
        TypeError: it is no JSON value.
    """
    return NUL.sub(rb"\1", msgspec.json.encode(value)).decode()
