"""How many requests and tokens a minute each provider is asked for: what its plan allows, as the operator says it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Final

from batikrfm.content.chain.errors import LimitsError
from batikrfm.usage import Limits

VARIABLE: Final = "BATIKRFM_LLM_LIMITS"
DEFAULT: Final = "openai=500/200000,groq=30/8000"
"""The first paid tier of one, the free plan of the other. A provider that is not named has no limit."""
_PART: Final = re.compile(r"([a-z][a-z0-9_]*)=(\d{1,9}|-)/(\d{1,12}|-)")


def limits_of(environ: Mapping[str, str] = os.environ) -> dict[str, Limits]:
    """By the provider's key. ``-`` is no limit of that kind. Raises :class:`LimitsError`."""
    limits = {}
    for part in (environ.get(VARIABLE) or DEFAULT).split(","):
        found = _PART.fullmatch(part.strip())
        if found is None:
            raise LimitsError
        limits[found[1]] = Limits(_number(found[2]), _number(found[3]))
    return limits


def _number(text: str) -> int | None:
    return None if text == "-" else max(1, int(text))
