"""Models as data, as of 2026-11-22: which are taken where nobody chose, and which thinking each can be asked for.

Settings say otherwise at any time (``economy_models`` and so on); the host's daily look at the vendor's list tells when one goes.
"""

from __future__ import annotations

from collections.abc import Mapping

from batikrfm.sdk.llm import Tier
from batikrfm.sdk.openai_shape import Dialect

DEFAULTS: Mapping[Tier, tuple[str, ...]] = {
    "economy": ("openai/gpt-oss-20b", "openai/gpt-oss-120b"),
    "standard": ("openai/gpt-oss-120b", "openai/gpt-oss-20b"),
    "best": ("openai/gpt-oss-120b",),
}
DIALECT = Dialect(
    efforts=(("openai/gpt-oss", ("low", "medium", "high")), ("qwen/qwen3", ("none", "default"))),
    strict=("openai/gpt-oss",),
)
