"""Words at half the price: a week's segments as one batch of a provider, while there is time; what comes too late or unusable goes live.

What is handed in is written down before the vendor is asked, under a name of ours that the vendor repeats: killed anywhere, the next
attempt finds the vendor's batch instead of handing in a second one. An answer is paid for once: its call is in the ledger if and only if
its item ends, or leaves the batch, in the same transaction.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from batikrfm.content.batched import Prepared, again, keep, prepare
from batikrfm.content.chain import (
    About,
    Chain,
    Described,
    NotInChainError,
    UnusableAnswerError,
    batch_link,
    cancel_batch,
    collect_batch,
    find_batch,
    hand_in,
    open_chain,
    poll_batch,
)
from batikrfm.content.model import Generated, Order
from batikrfm.content.settings import read_settings
from batikrfm.content.weekly import queries as sql
from batikrfm.content.weekly.looking import Look, Row, look_at
from batikrfm.content.weekly.writing import PURPOSE, AlreadyWritten, keep_written
from batikrfm.sdk import BatchState, Completion, CompletionRequest
from batikrfm.sdk.errors import InputError, NotFoundError, PluginError
from batikrfm.tenancy import tenant_scope
from batikrfm.usage import BudgetUsedUpError, Call, QuotaUsedUpError, ReservationLostError, record

READY_WITHIN: Final = dt.timedelta(hours=4)
"""Words are to wait for the owner by then; a batch that is not over is stopped, and what it has not answered is written by live calls."""
STOPPING: Final = dt.timedelta(minutes=30)
"""How much longer a batch that was stopped is waited for: what it did until then is billed, and is words all the same."""
LOOK_EVERY: Final = dt.timedelta(minutes=10)
FEWEST: Final = 2
"""One request alone is not worth the wait."""


@dataclass(frozen=True)
class Group:
    """Items that were handed in together: one batch of one vendor. ``vendor_batch`` None: the vendor was not heard to have it."""

    week_id: UUID
    provider: str
    model: str
    vendor_batch: str | None
    handed_in_at: dt.datetime
    now: dt.datetime
    rows: tuple[Row, ...]

    @property
    def reference(self) -> str:
        """Our name for it, which does not change, whatever becomes of its items."""
        return f"weekly-{self.week_id}-{self.handed_in_at.astimezone(dt.UTC):%Y%m%d%H%M%S%f}"

    @property
    def items(self) -> list[UUID]:
        """Their ids."""
        return [row["id"] for row in self.rows]

    @property
    def late(self) -> bool:
        """Whether it is to be stopped."""
        return self.now - self.handed_in_at > READY_WITHIN

    @property
    def hopeless(self) -> bool:
        """Whether nobody waits for it any more."""
        return self.now - self.handed_in_at > READY_WITHIN + STOPPING


async def hand_in_due(tenant_id: UUID, look: Look) -> Look:
    """Hand in what is due as one batch, where the shop wants that and a provider of its chain can; how things stand then."""
    settings, rows = look.settings, look.due
    if not settings.batch or len(rows) < FEWEST:
        return look
    async with open_chain(tenant_id, order=settings.chain) as chain:
        found = batch_link(chain, settings.tier)
    if found is None:
        return look
    marked = await _marked(tenant_id, rows, found[0].key, found[1], look.now)
    if len(marked) < FEWEST:
        await take_back(tenant_id, marked)
        return await look_at(tenant_id, look.batch_id)
    return await hand_over(tenant_id, await look_at(tenant_id, look.batch_id))


async def hand_over(tenant_id: UUID, look: Look) -> Look:
    """Give vendors what is written down as handed in, once; how things stand then.

    What they refuse is taken back; where nobody knows, it is asked again later.
    """
    unknown = [group for group in _groups(look) if group.vendor_batch is None and not group.late]
    for group in unknown:
        await _hand_over(tenant_id, group)
    return await look_at(tenant_id, look.batch_id) if unknown else look


async def collect(tenant_id: UUID, look: Look) -> dt.datetime | None:
    """Keep what vendors have answered; when to look again, None if nothing is out any more. What did not come is taken back."""
    looks = [await _collect(tenant_id, group) for group in _groups(look)]
    return min((at for at in looks if at is not None), default=None)


async def take_back(tenant_id: UUID, items: Sequence[UUID]) -> None:
    """Let ``items`` be written by live calls; their quota is kept under their ids."""
    async with tenant_scope(tenant_id) as scope:
        await scope.execute(sql.TAKE_BACK, list(items))


def _groups(look: Look) -> list[Group]:
    together = itertools.groupby(look.handed_in, lambda row: (row["handed_in_at"], row["provider"], row["model"]))
    return [_group(look, tuple(rows)) for _, rows in together]


def _group(look: Look, rows: tuple[Row, ...]) -> Group:
    first, noted = rows[0], next((row["vendor_batch"] for row in rows if row["vendor_batch"]), None)
    return Group(look.batch_id, first["provider"], first["model"], noted, first["handed_in_at"], look.now, rows)


async def _marked(tenant_id: UUID, rows: Sequence[Row], provider: str, model: str, now: dt.datetime) -> list[UUID]:
    """Those that pass the gate and fit the quota, each marked in the transaction that holds its quota. The rest goes live."""
    marked: list[UUID] = []
    for row in rows:
        try:
            async with tenant_scope(tenant_id) as scope:
                one = await prepare(Order(row["segment"], purpose=PURPOSE), model, key=row["id"])
                if one is not None:
                    await scope.execute(sql.HAND_IN, row["id"], provider, model, one.asking.content_hash, now)
                    marked.append(row["id"])
        except (QuotaUsedUpError, BudgetUsedUpError):
            break
        except (InputError, NotFoundError):
            continue
    return marked


@contextlib.asynccontextmanager
async def _chain_of(tenant_id: UUID, group: Group) -> AsyncIterator[Chain]:
    """The vendor that has the batch, whatever the shop's order says now, and the others behind it: one of them may moderate."""
    async with tenant_scope(tenant_id):
        settings = await read_settings()
    async with open_chain(tenant_id, order=(group.provider, *settings.chain)) as chain:
        yield chain


async def _hand_over(tenant_id: UUID, group: Group) -> None:
    async with _chain_of(tenant_id, group) as chain:
        try:
            requests = [(await _again(tenant_id, row)).request for row in group.rows]
            vendor_batch = await hand_in(chain, group.provider, requests, group.reference)
        except (PluginError, InputError, NotFoundError, NotInChainError) as error:
            if not (isinstance(error, PluginError) and error.retryable):  # else it may have arrived
                await take_back(tenant_id, group.items)
            return
    async with tenant_scope(tenant_id) as scope:
        await scope.execute(sql.NOTE_VENDOR, group.items, vendor_batch)


async def _collect(tenant_id: UUID, group: Group) -> dt.datetime | None:
    async with _chain_of(tenant_id, group) as chain:
        try:
            vendor_batch = group.vendor_batch or await find_batch(chain, group.provider, group.reference)
            if await _running(chain, group, vendor_batch):
                return group.now + LOOK_EVERY
            if vendor_batch is not None:
                await _keep_answers(chain, group, vendor_batch)
        except PluginError as error:
            if error.retryable and not group.hopeless:
                return group.now + LOOK_EVERY
        except NotInChainError:
            pass  # nobody can fetch it any more
    await take_back(tenant_id, group.items)
    return None


async def _running(chain: Chain, group: Group, vendor_batch: str | None) -> bool:
    """Whether it is waited for. One that is late is stopped first, which takes a vendor some minutes."""
    if vendor_batch is None:
        return not group.late
    progress = await poll_batch(chain, group.provider, vendor_batch)
    if progress.state is BatchState.RUNNING and group.late:
        await cancel_batch(chain, group.provider, vendor_batch)
        progress = await poll_batch(chain, group.provider, vendor_batch)
    return progress.state is BatchState.RUNNING and not group.hopeless


async def _again(tenant_id: UUID, row: Row) -> Prepared:
    async with tenant_scope(tenant_id):
        return await again(Order(row["segment"], purpose=PURPOSE), row["model"], key=row["id"])


async def _known(tenant_id: UUID, row: Row) -> Prepared | None:
    """None where it could not be asked again: its answer is paid for all the same, and cannot be judged."""
    try:
        return await _again(tenant_id, row)
    except (InputError, NotFoundError):
        return None


def _described(row: Row, prepared: Prepared | None) -> Described:
    if prepared is not None:
        return prepared.request, prepared.about
    bare = CompletionRequest(id=str(row["id"]), model=row["model"], system="", prompt="", max_output_tokens=1)
    return bare, About(PURPOSE, segment=row["segment"])


async def _keep_answers(chain: Chain, group: Group, vendor_batch: str) -> None:
    prepared = {str(row["id"]): (row, await _known(chain.tenant_id, row)) for row in group.rows}
    described = {name: _described(*one) for name, one in prepared.items()}
    collected = await collect_batch(chain, group.provider, vendor_batch, described)
    for answer, call in zip(collected.answers.values(), collected.calls, strict=True):
        row, known = prepared[answer.id]
        if known is None or not isinstance(answer.outcome, Completion) or not await _kept(chain, known, answer.outcome, call, row):
            await _only_billed(chain.tenant_id, row["id"], call)


async def _kept(chain: Chain, prepared: Prepared, completion: Completion, call: Call, row: Row) -> bool:
    """Whether the item has its words now, from this answer or from another."""

    async def also(generated: Generated) -> None:
        await keep_written({row["id"]: generated}, batch=True)

    try:
        await keep(chain, prepared, completion, call, key=row["id"], asked_for=row["content_hash"], also=also)
    except AlreadyWritten:
        return True
    except (UnusableAnswerError, ReservationLostError, QuotaUsedUpError):
        return False
    return True


async def _only_billed(tenant_id: UUID, item_id: UUID, call: Call) -> None:
    """An answer that is no copy leaves its call in the ledger, once, and its segment to the live way."""
    async with tenant_scope(tenant_id) as scope:
        if await scope.execute(sql.TAKE_BACK, [item_id]) == "UPDATE 1":
            await record(call)
