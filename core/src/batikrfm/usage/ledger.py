"""Every call to a provider, kept for good: what it was for, how it ended, its tokens, and what it cost by which day's price."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from uuid import UUID

from batikrfm.sdk.llm import Tier
from batikrfm.usage.model import Call


def prompt_hash(*parts: str) -> str:
    """What stands for a prompt in the ledger once its words are forgotten."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(f"{len(part)}:".encode() + part.encode())
    return digest.hexdigest()


async def record(call: Call) -> UUID:
    """Write ``call`` into the ledger with its price; the entry's ID."""
    raise NotImplementedError


async def record_cache_hit(  # noqa: PLR0913 - what the entry says
    *,
    provider: str,
    model: str,
    purpose: str,
    segment: str | None = None,
    tier: Tier | None = None,
    input_tokens: int = 0,
    output_tokens: int = 0,
    prompt_hash: str | None = None,
    job_id: UUID | None = None,
) -> UUID:
    """Write that an answer came from the cache: free. The tokens are those of the call that made it, to say what was saved."""
    raise NotImplementedError


async def forget_prompts(keep: timedelta | None = None) -> int:
    """Forget the words of calls older than ``keep`` (unless said, BATIKRFM_KEEP_PROMPTS_DAYS); of how many. The rest stays."""
    raise NotImplementedError
