"""Models as data, as of 2026-11-22: which are taken where nobody chose, and which thinking each can be asked for.

Settings say otherwise at any time (``economy_models`` and so on); the host's daily look at the vendor's list tells when one goes.
"""

from __future__ import annotations

from collections.abc import Mapping

from batikrfm.sdk.llm import Tier
from batikrfm.sdk.openai_shape import Dialect

DEFAULTS: Mapping[Tier, tuple[str, ...]] = {
    "economy": ("gpt-6-luna", "gpt-5.6-luna"),
    "standard": ("gpt-6-luna", "gpt-5.6-luna"),
    "best": ("gpt-6.1-terra", "gpt-6-luna"),
}
FROM_NONE = ("none", "low", "medium", "high")
FROM_MINIMAL = ("minimal", "low", "medium", "high")
FROM_LOW = ("low", "medium", "high")
DIALECT = Dialect(
    efforts=(
        *((old, ()) for old in ("gpt-3.5", "gpt-4", "chatgpt-", "gpt-5-chat")),
        *((pensive, FROM_LOW) for pensive in ("o1", "o3", "o4", "gpt-6-astra", "gpt-6-rosalind", "gpt-6.1-sol")),
        ("gpt-5.", FROM_NONE),
        ("gpt-5", FROM_MINIMAL),
        ("", FROM_NONE),
    ),
    thoughtful_sampling=False,
    store=True,
    cache_key=True,
    safety_id=True,
)
