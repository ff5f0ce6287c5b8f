"""One job's work on a campaign: several hands, each with one batch at a time, until nothing is due or something says stop."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from batikrfm.delivery.campaigns import finish_if_done, pause
from batikrfm.delivery.campaigns.errors import CampaignStateError
from batikrfm.delivery.channels import states
from batikrfm.delivery.channels.opening import channels
from batikrfm.delivery.sending import ledger
from batikrfm.delivery.sending import queries as sql
from batikrfm.delivery.sending.handing_in import Handing, hand_in, prepare, trouble
from batikrfm.delivery.sending.model import Batch, Halt, Run
from batikrfm.delivery.sending.reconciling import reconcile
from batikrfm.delivery.sending.words import said_of
from batikrfm.jobs import JobCancelled, progress
from batikrfm.jobs.errors import NotInJob
from batikrfm.sdk.errors import PluginError
from batikrfm.sdk.text import Text
from batikrfm.tenancy import tenant_scope
from batikrfm.usage import KeyBusyError

SHORTEST_NAP = 0.02  # seconds


@dataclass
class Work:
    """The work of one job. ``again`` is when to come back, None for never; ``halt`` why it stopped early."""

    run: Run
    halt: Halt | None = None
    again: dt.datetime | None = None
    done: int = 0
    total: int = 0
    stopped: BaseException | None = None
    handing: Handing = field(init=False)

    def __post_init__(self) -> None:
        self.handing = Handing(self.run)

    async def until_done(self) -> bool:
        """Send what is due, and what is due soon. Whether the campaign is finished now."""
        await self._count_remaining()
        while True:
            await self._round()
            if self.stopped is not None:
                raise self.stopped
            if self.halt is not None:
                return False
            async with tenant_scope(self.run.tenant_id) as scope:
                due = await scope.fetchval(sql.NEXT, self.run.campaign_id)
                if due is None:
                    return await finish_if_done(self.run.campaign_id)
            wait = (due - channels().means.now()).total_seconds()
            if wait > self.run.pacing.nap:
                self.again = due
                return False
            await channels().means.sleep(max(wait, SHORTEST_NAP))

    async def _round(self) -> None:
        """Let the hands work until each finds nothing to do."""
        hands = 1 if self.run.rules.pause[1] > 0 else channels().delivery.at_once
        async with asyncio.TaskGroup() as group:
            for hand in range(hands):
                group.create_task(self._hand(looks_back=hand == 0))

    async def _hand(self, *, looks_back: bool) -> None:
        """What goes wrong in one hand, and a wish to stop, let the others bring to its end what they hold.

        One that ``looks_back`` first asks about what nobody knows the outcome of: one of them is enough.
        """
        try:
            while self.halt is None and self.stopped is None:
                if not (looks_back and await reconcile(self.run)) and not await self._one_batch():
                    return
                with contextlib.suppress(NotInJob):
                    await progress(min(self.done, self.total), self.total)
        except (Exception, JobCancelled) as error:  # noqa: BLE001 - it is raised again when all hands are empty
            self.stopped = self.stopped or error

    async def _one_batch(self) -> bool:
        """Claim a batch and hand it in. Whether there was one and the next may be tried."""
        claimed = await ledger.claim(self.run, self.run.batch_size)
        if claimed is None:
            return False
        try:
            batch = await prepare(self.run, claimed)
            if batch.recipients:
                await channels().leave(self.run.tenant_id, self.run.account, len(batch.recipients))
        except KeyBusyError as busy:
            await ledger.let_go(self.run, claimed, channels().means.now() + dt.timedelta(seconds=busy.wait))
            return True
        except PluginError as error:
            await ledger.let_go(self.run, claimed, channels().means.now() + dt.timedelta(seconds=self.run.pacing.first_wait))
            await self._in_trouble(error, needs_a_person=False)
            return True
        return await self._mark_and_hand_in(batch)

    async def _mark_and_hand_in(self, batch: Batch) -> bool:
        if not batch.recipients:
            return True
        marked_at = channels().means.monotonic()
        marked = await ledger.mark(self.run, batch, self.handing.used)
        if marked.halt is not None:
            return await self._halted(marked)
        assert marked.batch is not None  # noqa: S101 - there is one where nothing halts
        self.handing.used |= {one.variant for one in marked.batch.recipients}
        self.done += len(batch.recipients)
        if marked.batch.recipients:
            outcome = await hand_in(self.handing, marked.batch, marked_at)
            error, needs_a_person = trouble(outcome)
            if error is not None:
                await self._in_trouble(error, needs_a_person=needs_a_person)
        return True

    async def _halted(self, marked: ledger.Marked) -> bool:
        if self.halt is not None:  # another hand knows better why
            return False
        self.halt = marked.halt
        if marked.halt is Halt.WAITING and marked.until is not None:
            wait = (marked.until - channels().means.now()).total_seconds()
            if wait <= self.run.pacing.nap + self.run.rules.pause[1]:  # a pause between two messages
                self.halt = None
                await channels().means.sleep(max(wait, SHORTEST_NAP))
                return True
            self.again = marked.until
        elif marked.pause is not None:
            await self.pause(marked.pause.reason)
        return False

    async def _in_trouble(self, error: PluginError, *, needs_a_person: bool) -> None:
        """The breaker: nothing more is tried where only a person can help, or where it went wrong several times in a row."""
        async with tenant_scope(self.run.tenant_id):
            times = await states.note_trouble(self.run.account.key)
        if needs_a_person or times >= states.TRIES:
            await self.pause(said_of(error))

    async def pause(self, reason: Text) -> None:
        """Pause the campaign; the owners are told. One that was paused, cancelled or finished meanwhile stays so."""
        self.halt = Halt.PAUSED
        await pause_campaign(self.run.tenant_id, self.run.campaign_id, reason)

    async def _count_remaining(self) -> None:
        async with tenant_scope(self.run.tenant_id) as scope:
            ((left, everybody),) = await scope.fetch(sql.REMAINING, self.run.campaign_id)
        self.done, self.total = everybody - left, everybody


async def pause_campaign(tenant_id: UUID, campaign_id: UUID, reason: Text) -> None:
    """Pause a campaign by itself, with a reason; the owners are told. One that is not being sent any more stays as it is."""
    async with tenant_scope(tenant_id):
        with contextlib.suppress(CampaignStateError):
            await pause(campaign_id, reason, by=None)


def result_of(work: Work, *, finished: bool) -> dict[str, Any]:
    """What the job says at its end."""
    return {"finished": finished, "done": work.done, "halt": work.halt, "again": work.again.isoformat() if work.again else None}
