"""What a job has written: drafts for review, what its result says of them, and somebody who cleans up after the cache."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from batikrfm.content.model import Generated
from batikrfm.content.review import Deed, keep_each
from batikrfm.jobs import enqueue_once


async def keep_for_job(several: Sequence[tuple[Generated, Deed | None]]) -> list[dict[str, Any]]:
    """Keep what was generated as drafts, each asked for by whom; what a job's result says of each. In the scope that pays for them."""
    drafts = await keep_each(several)
    for day in {generated.expires_at.astimezone(dt.UTC).date() for generated, _ in several}:
        await _forget_after(day)
    return [_said_of(generated, ids) for (generated, _), ids in zip(several, drafts, strict=True)]


async def _forget_after(day: dt.date) -> None:
    """See that somebody cleans up after the day on which answers expire, once for all answers of that day."""
    from batikrfm.content.tasks import forget_answers  # whose jobs write by this page

    midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, dt.UTC)
    await enqueue_once(forget_answers, dedup_key=f"content.forget/{day}", run_at=midnight)


def _said_of(generated: Generated, contents: list[UUID]) -> dict[str, Any]:
    return {
        "contents": [str(content) for content in contents],
        "segment": generated.order.segment,
        "language": generated.language,
        "origin": generated.origin,
        "cached": generated.cached,
        "provider": generated.provider,
        "model": generated.model,
    }
