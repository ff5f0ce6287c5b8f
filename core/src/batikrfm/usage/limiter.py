"""One pace for each provider's key, kept by all processes together, in which no tenant's many calls hold up another's first.

Never more than a key's limits in any minute, and not all of a minute's at once: a burst is a sixth of it. A tenth of a minute's requests
and tokens is kept free for tenants that had nothing within the last minute, so that even behind somebody's thousand calls their first one
need not wait. See docs/adr/0020.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import time
from collections.abc import Iterator
from contextvars import Context
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

from batikrfm.db.engine import NestedScope, NoScope, current_scope
from batikrfm.db.keys import uuid7
from batikrfm.usage.errors import KeyBusyError
from batikrfm.usage.model import Limits, Permit
from batikrfm.usage.pace import Pace, Turn, correct, share_of, slow_down, slower, told_to_wait

logger = logging.getLogger(__name__)

LOOK_EVERY: Final = 0.2  # seconds between two looks at a line in which somebody of this process stands
PAUSE: Final = 0.5  # seconds before the database is tried again
BELIEVED: Final = 1.0  # seconds for which nobody looks again whether a key without limits was told to wait
LONGEST_WAIT: Final = 3_600.0  # seconds that a vendor can hold up a key


def key_id(provider: str, secret: str) -> str:
    """What stands for a vendor's key: a hash, never the key."""
    return hashlib.sha256(f"batikrfm/{provider}/{secret}".encode()).hexdigest()[:40]


@dataclass
class _Ticket:
    """Somebody who waits in this process."""

    asker: UUID
    requests: int
    tokens: int
    patience: float
    id: UUID = field(default_factory=uuid7)
    wait: float = 0.0  # seconds, as far as the line shows
    leave: asyncio.Future[Permit] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def refuse(self) -> None:
        """Tell who waits that it takes too long."""
        if not self.leave.done():
            self.leave.set_exception(KeyBusyError(wait=self.wait))


class KeyLimiter:
    """One for each process and its event loop. Used outside of any scope, for it waits; what it keeps is in platform tables.

    ``minute`` is what limits are for; tests make it shorter.
    """

    def __init__(self, *, minute: timedelta = timedelta(minutes=1), look_every: float = LOOK_EVERY) -> None:
        self.minute, self.look_every, self.process = minute, look_every, uuid4()
        self._desks: dict[str, _Desk] = {}
        self._unlimited: dict[str, tuple[float, float]] = {}  # key: looked at, free at; both by the monotonic clock

    async def acquire(  # noqa: PLR0913 - all but two have defaults
        self, key_id: str, requests: int = 1, tokens: int = 0, *, tenant_id: UUID, per_minute: Limits, patience: float = 30.0
    ) -> Permit:
        """Wait until the key may make ``requests`` calls of about ``tokens`` tokens in all. More than a minute's limit goes when alone.

        Raises:
            KeyBusyError: that would take longer than ``patience`` seconds; at once, where it can be seen beforehand.
        """
        with contextlib.suppress(NoScope):
            current_scope()
            raise NestedScope("waiting for a provider's key within a scope would keep its transaction open")
        if per_minute.requests is None and per_minute.tokens is None:
            await self._unless_told_to_wait(key_id, patience)
            return Permit(None, key_id, tokens)
        ticket = _Ticket(tenant_id, requests, tokens, patience)
        desk = self._desks.setdefault(key_id, _Desk(self, key_id))
        with desk.waiting(ticket, per_minute):
            try:
                async with asyncio.timeout(patience):
                    return await ticket.leave
            except TimeoutError:
                raise KeyBusyError(wait=max(1.0, ticket.wait)) from None

    async def correct(self, permit: Permit, tokens: int) -> None:
        """Say how many tokens it really was."""
        if permit.id is not None and tokens != permit.tokens:
            await correct(permit.id, tokens)

    async def slow_down(self, key_id: str, seconds: float) -> None:
        """The vendor asked for a wait (Retry-After): nobody gets leave for this key until then, in any process. An hour at most."""
        self._unlimited.pop(key_id, None)
        await slow_down(key_id, timedelta(seconds=min(max(seconds, 0.0), LONGEST_WAIT)))

    async def slower(self, key_id: str) -> None:
        """The vendor found us too fast: half of the limits from now on, in all processes, and half as much again each 15 minutes."""
        await slower(key_id)

    async def share(self, key_id: str) -> float:
        """Which part of the limits is used now: 1 is all of them."""
        return await share_of(key_id)

    async def close(self) -> None:
        """Let go of everybody who waits."""
        looking = [desk.looking for desk in self._desks.values() if desk.looking is not None]
        self._desks.clear()
        for task in looking:
            task.cancel()
        await asyncio.gather(*looking, return_exceptions=True)

    async def _unless_told_to_wait(self, key_id: str, patience: float) -> None:
        until = time.monotonic() + patience
        while True:
            looked, free = self._unlimited.get(key_id, (float("-inf"), 0.0))
            if time.monotonic() - looked > BELIEVED:
                free = time.monotonic() + await told_to_wait(key_id)
                self._unlimited[key_id] = (time.monotonic(), free)
            wait = free - time.monotonic()
            if wait <= 0:
                return
            if time.monotonic() + wait > until:
                raise KeyBusyError(wait=wait)
            await asyncio.sleep(min(wait, BELIEVED))


class _Desk:
    """Where those of one process stand in line for one key. While there are any, one task looks for all of them."""

    def __init__(self, limiter: KeyLimiter, key_id: str) -> None:
        self.limiter, self.key_id = limiter, key_id
        self.limits = Limits()
        self.tickets: dict[UUID, _Ticket] = {}
        self.fresh: list[_Ticket] = []
        self.given_up: set[UUID] = set()
        self.bell = asyncio.Event()
        self.looking: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def waiting(self, ticket: _Ticket, limits: Limits) -> Iterator[None]:
        """Stand in line for as long as the block lasts."""
        self.limits = limits
        self.tickets[ticket.id] = ticket
        self.fresh.append(ticket)
        self.bell.set()
        if self.looking is None or self.looking.done():
            self.looking = asyncio.create_task(self._look(), context=Context())  # whoever asks may be in a context that ends
        try:
            yield
        finally:
            if self.tickets.pop(ticket.id, None) is not None:  # it gave up: it was cancelled, or lost its patience
                self.given_up.add(ticket.id)
                self.bell.set()

    async def _look(self) -> None:
        while self.tickets or self.given_up:
            self.bell.clear()
            try:
                again = self._tell(await self._turn())
            except Exception as error:  # noqa: BLE001 - the database may be back in a moment; who waits has a patience
                logger.warning("the pace of a provider's key cannot be kept: %s", type(error).__name__)
                again = PAUSE
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(again):
                    await self.bell.wait()

    async def _turn(self) -> Turn:
        fresh, self.fresh = [one for one in self.fresh if one.id in self.tickets], []
        given_up, self.given_up = self.given_up, set()
        pace = Pace(self.key_id, self.limiter.process, self.limits, self.limiter.minute)
        try:
            return await pace.turn([(one.id, one.asker, one.requests, one.tokens) for one in fresh], given_up)
        except BaseException:  # nothing of it was kept
            self.fresh, self.given_up = fresh + self.fresh, given_up | self.given_up
            raise

    def _tell(self, turn: Turn) -> float:
        """Tell those who may go, and those for whom it takes too long; seconds until it is worth looking again."""
        for ticket_id in turn.granted:
            ticket = self.tickets.pop(ticket_id, None)
            if ticket is not None and not ticket.leave.done():
                ticket.leave.set_result(Permit(ticket.id, self.key_id, ticket.tokens))
        filed = {one.id for one in self.fresh}
        lost = [one for one in self.tickets.values() if one.id not in turn.waits and one.id not in filed]
        self.fresh.extend(lost)  # this process was not seen for so long that others took it out of the line
        for ticket_id, wait in turn.waits.items():
            if (waiting := self.tickets.get(ticket_id)) is not None:
                waiting.wait = max(wait, turn.told_to_wait)
                if turn.told_to_wait > waiting.patience or wait - turn.burst > waiting.patience:
                    waiting.refuse()
        return max(self.limiter.look_every, min(turn.told_to_wait, 1.0))
