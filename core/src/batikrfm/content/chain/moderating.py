"""A vendor's verdict on texts, where a provider of the chain gives any."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from batikrfm.content.chain.model import Chain, Moderated


async def moderate(chain: Chain, texts: Sequence[str], *, segment: str | None = None, job_id: UUID | None = None) -> Moderated:
    """Verdicts of the first provider of the chain that moderates. Raises nothing for a vendor's sake: the result says why there are none."""
    raise NotImplementedError
