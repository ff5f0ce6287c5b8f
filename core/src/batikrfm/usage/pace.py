"""One look at the line for a key, in one short transaction of the platform role."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

from batikrfm.db.engine import Scope
from batikrfm.tenancy import system_scope
from batikrfm.usage import pace_queries
from batikrfm.usage.model import Limits

BURST: Final = 6  # a burst is that part of a minute, and of its limits
KEPT_FREE: Final = 10  # that part of a minute's limits is for tenants that had nothing within it
ONE_LESSON: Final = timedelta(seconds=2)  # within it, all that were told to go slower were told the same thing
UNSEEN: Final = timedelta(seconds=15)  # a process that is not seen for so long has left the line


@dataclass(frozen=True, slots=True)
class Turn:
    """``granted`` may go; the others' ``waits`` are seconds as far as the line shows, right to a ``burst``'s length. All wait as told."""

    granted: tuple[UUID, ...] = ()
    waits: Mapping[UUID, float] = field(default_factory=dict)
    told_to_wait: float = 0.0
    burst: float = 0.0


@dataclass(frozen=True, slots=True)
class Pace:
    """A key as ``process`` sees it."""

    key_id: str
    process: UUID
    limits: Limits
    minute: timedelta

    async def turn(self, fresh: Sequence[tuple[UUID, UUID, int, int]], given_up: Collection[UUID]) -> Turn:
        """Put the ``fresh`` (id, tenant, requests, tokens) in line, take those who gave up out of it, and give leave to whom it is due."""
        async with _on_keys("keep the pace of a provider's key") as scope:
            rows = await scope.fetch(pace_queries.LOCK, self.key_id)
            if not rows:
                await scope.execute(pace_queries.ANNOUNCE, self.key_id)
                rows = await scope.fetch(pace_queries.LOCK, self.key_id)
            limits = _part_of(self.limits, rows[0]["share"])
            columns = [list(column) for column in zip(*fresh, strict=True)] or [[], [], [], []]
            ((now, told),) = await scope.fetch(
                pace_queries.LINE_UP, self.key_id, list(given_up), self.process, self.minute, UNSEEN, *columns
            )
            goes, seconds = told <= 0, self.minute.total_seconds()
            rows = await scope.fetch(
                pace_queries.GIVE_LEAVE,
                self.key_id,
                self.process,
                now,
                self.minute,
                self.minute / BURST,
                goes,
                seconds,
                *_figures(limits),
            )
        granted = tuple(row["id"] for row in rows if row["goes"])
        return Turn(granted, {row["id"]: row["wait"] for row in rows if not row["goes"]}, told, seconds / BURST)


async def correct(grant_id: UUID, tokens: int) -> None:
    """Set the tokens of a leave that was given, if it is of the last minute."""
    async with _on_keys("correct the tokens of a call") as scope:
        await scope.execute(pace_queries.CORRECT, grant_id, tokens)


async def slow_down(key_id: str, wait: timedelta) -> None:
    """Let nobody go for this key until ``wait`` is over."""
    async with _on_keys("hold up a provider's key as its vendor asked") as scope:
        await scope.execute(pace_queries.SLOW_DOWN, key_id, wait)


async def slower(key_id: str) -> None:
    """Use half of the key's limits from now on, and slowly more again; said several times within seconds, it counts once."""
    async with _on_keys("use less of a provider's limits, as it asked") as scope:
        await scope.execute(pace_queries.SLOWER, key_id, ONE_LESSON)


async def share_of(key_id: str) -> float:
    """Which part of the key's limits is used now."""
    async with _on_keys("see how much of a provider's limits is used") as scope:
        return float(await scope.fetchval(pace_queries.SHARE, key_id) or 1.0)


async def told_to_wait(key_id: str) -> float:
    """For how many seconds nobody may go for this key."""
    async with _on_keys("see whether a provider's key is held up") as scope:
        return float(await scope.fetchval(pace_queries.TOLD_TO_WAIT, key_id) or 0.0)


async def forget_pace() -> None:
    """Forget who had leave long ago for keys that nobody uses any more; those in use forget by themselves."""
    async with _on_keys("forget who used a provider's key long ago") as scope:
        for statement in pace_queries.FORGET:
            await scope.execute(statement)


def _figures(limits: Limits) -> tuple[float | None, ...]:
    """Requests and tokens in a minute: for tenants that had some, for those that had none; and in a burst for the first."""
    whole = (limits.requests, limits.tokens)
    shared = tuple(None if limit is None else float(limit - limit // KEPT_FREE) for limit in whole)
    return (
        *shared,
        *(None if limit is None else float(limit) for limit in whole),
        *(None if limit is None else limit / BURST for limit in shared),
    )


def _part_of(limits: Limits, share: float) -> Limits:
    """A part of ``limits``, never nothing."""
    if share >= 1:
        return limits
    return Limits(*(None if limit is None else max(1, int(limit * share)) for limit in (limits.requests, limits.tokens)))


def _on_keys(reason: str) -> AbstractAsyncContextManager[Scope]:
    """The only door of this room to the platform's tables."""
    return system_scope(reason, routine=True)
