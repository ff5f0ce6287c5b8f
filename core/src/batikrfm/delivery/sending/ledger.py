"""The ledger: lay a hand on rows, write down that they are being handed in, write down what came of it. Every change is counted."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from batikrfm.content.review import mark_used
from batikrfm.db.engine import current_scope
from batikrfm.delivery.channels import states
from batikrfm.delivery.channels.model import Pause
from batikrfm.delivery.channels.opening import channels
from batikrfm.delivery.counting import Place, count
from batikrfm.delivery.model import CampaignState, DeliveryState, LeftOut
from batikrfm.delivery.numbers.rules import leave, spend
from batikrfm.delivery.sending import queries as sql
from batikrfm.delivery.sending.looking import last_look, quiet_until
from batikrfm.delivery.sending.model import Batch, Halt, Recipient, Row, Run, Said
from batikrfm.tenancy import tenant_scope


@dataclass(frozen=True)
class Marked:
    """What may be handed in now; or why nothing, until when, and what paused the account."""

    batch: Batch | None = None
    halt: Halt | None = None
    until: dt.datetime | None = None
    pause: Pause | None = None


class _Faster(Exception):
    """Another worker took the number's share: nothing of this one's counts. ``until`` is when to try again."""

    def __init__(self, until: dt.datetime) -> None:
        super().__init__()
        self.until = until


async def claim(run: Run, amount: int) -> Batch | None:
    """Lay a hand on at most ``amount`` messages that are due; None if none is. They are still queued."""
    now, claim_id = channels().means.now(), uuid4()
    statement = sql.CLAIM_KNOWN_FIRST if run.rules.plan else sql.CLAIM
    until = now + dt.timedelta(seconds=run.pacing.lease)
    async with tenant_scope(run.tenant_id) as scope:
        rows = await scope.fetch(statement, run.campaign_id, run.names_products, now, claim_id, until, amount)
    return Batch(uuid4(), claim_id, tuple(Recipient.of(row) for row in rows)) if rows else None


async def let_go(run: Run, batch: Batch, until: dt.datetime | None = None) -> None:
    """Take the hand off the messages that are still queued; they are due again at once, or ``until`` then."""
    async with tenant_scope(run.tenant_id) as scope:
        await scope.execute(sql.LET_GO, [one.id for one in batch.recipients], batch.claim, until)


async def leave_out(run: Run, claim_id: UUID, reasons: Mapping[UUID, LeftOut]) -> None:
    """Messages that are queued and in hand are not sent, for a reason. In the tenant's scope."""
    if not reasons:
        return
    rows = await current_scope().fetch(sql.LEAVE_OUT, list(reasons), claim_id, list(reasons.values()))
    await _count(run, [(DeliveryState.QUEUED, None, DeliveryState.LEFT_OUT, row["reason"], row) for row in rows])


async def mark(run: Run, batch: Batch, used: set[int]) -> Marked:
    """Write down that ``batch`` is handed in now, as far as it may be: the last look. What may not is left out, or let go.

    ``used`` are the texts that were marked as used already; a text that is not approved any more raises ``NotApprovedError``. Rows are
    locked in one order by everybody: messages, counts, the account. So a number's share is taken last, and all is undone where another
    worker was faster.
    """
    try:
        async with tenant_scope(run.tenant_id):
            return await _mark(run, batch, used, channels().means.now())
    except _Faster as faster:
        await let_go(run, batch)
        return Marked(halt=Halt.WAITING, until=faster.until)


async def _mark(run: Run, batch: Batch, used: set[int], now: dt.datetime) -> Marked:
    scope = current_scope()
    if await scope.fetchval(sql.STATE, run.campaign_id) != CampaignState.SENDING:
        return await _stopped(batch, Marked(halt=Halt.NOT_SENDING))
    state = await states.state_of(run.account.key)
    if state.pause is not None:
        return await _stopped(batch, Marked(halt=Halt.PAUSED, pause=state.pause))
    free = leave(state.fare, run.rules, now, run.zone)
    if free.at > now:
        return await _stopped(batch, Marked(halt=Halt.WAITING, until=free.at))
    held = batch.only([row["id"] for row in await scope.fetch(sql.HOLD, [one.id for one in batch.recipients], batch.claim)])
    going = await _looked_at(run, held, now)
    most = len(going.recipients) if free.amount is None else free.amount
    if going.recipients[most:]:
        await scope.execute(sql.LET_GO, [one.id for one in going.recipients[most:]], batch.claim, None)
    marked = await _marked(run, going.only([one.id for one in going.recipients[:most]]), now, used)
    if marked.recipients and _is_paced(run):
        await _take_share(run, len(marked.recipients), now)
    return Marked(marked)


async def _take_share(run: Run, amount: int, now: dt.datetime) -> None:
    """Take so many messages of what the number may send. Raises :class:`_Faster` where somebody took them meanwhile."""
    fare = (await states.locked_state(run.account.key)).fare
    free = leave(fare, run.rules, now, run.zone)
    if free.at > now or (free.amount is not None and free.amount < amount):
        raise _Faster(max(free.at, now))
    await states.keep_fare(run.account.key, spend(fare, run.rules, amount, now, run.zone, channels().means.dice))


async def settle(run: Run, batch: Batch, said: Sequence[Said]) -> list[Row]:
    """Write down what came of messages; what changed. In the tenant's scope.

    An accepted message is accepted whoever hears it, and nothing that events have moved on is moved back.
    """
    if not said:
        return []
    columns = ([getattr(one, name) for one in said] for name in ("id", "state", "reason", "code", "vendor_id", "at", "free"))
    rows = await current_scope().fetch(sql.SETTLE, batch.claim, channels().means.now(), *columns)
    changed = [row for row in rows if (row["was"], row["was_reason"]) != (row["is"], row["reason"])]
    await _count(run, [(row["was"], row["was_reason"], row["is"], row["reason"], row) for row in changed])
    return changed


async def take_unknown(run: Run) -> Batch | None:
    """One batch of whose outcome nobody knows and it is time to ask; None if there is none. Counts what was thought to be in hand."""
    now, claim_id = channels().means.now(), uuid4()
    until = now + dt.timedelta(seconds=run.pacing.lease)
    async with tenant_scope(run.tenant_id) as scope:
        if not await scope.fetchval(sql.ONE_TAKER, run.campaign_id):
            return None
        rows = await scope.fetch(sql.TAKE_UNKNOWN, run.campaign_id, run.names_products, now, claim_id, until)
        lost = [row for row in rows if row["state"] == DeliveryState.SENDING]
        await _count(run, [(DeliveryState.SENDING, None, DeliveryState.UNKNOWN, None, row) for row in lost])
    return Batch(rows[0]["batch"] or uuid4(), claim_id, tuple(Recipient.of(row) for row in rows)) if rows else None


async def whole_batch(run: Run, batch: Batch) -> list[Recipient]:
    """All messages that were handed in together, also those that were heard of."""
    async with tenant_scope(run.tenant_id) as scope:
        return [Recipient.of(row) for row in await scope.fetch(sql.OF_BATCH, run.campaign_id, run.names_products, batch.id)]


async def _stopped(batch: Batch, why: Marked) -> Marked:
    await current_scope().execute(sql.LET_GO, [one.id for one in batch.recipients], batch.claim, None)
    return why


async def _looked_at(run: Run, batch: Batch, now: dt.datetime) -> Batch:
    """Who of a batch gets a message now."""
    refused = await last_look(run, batch.recipients, now)
    await leave_out(run, batch.claim, refused)
    quiet = quiet_until(run, [one for one in batch.recipients if one.id not in refused], now)
    for at in sorted(set(quiet.values())):
        await current_scope().execute(sql.LET_GO, [delivery for delivery, until in quiet.items() if until == at], batch.claim, at)
    return batch.only([one.id for one in batch.recipients if one.id not in refused and one.id not in quiet])


async def _marked(run: Run, batch: Batch, now: dt.datetime, used: set[int]) -> Batch:
    if not batch.recipients:
        return batch
    # Two campaigns of a week share texts and number them apart: locked by number, each could wait for the other.
    texts = {run.words[variant].content_id: run.words[variant] for variant in {one.variant for one in batch.recipients} - used}
    for content_id in sorted(texts):
        await mark_used(content_id, texts[content_id].approved_hash)
    ids = [one.id for one in batch.recipients]
    rows = await current_scope().fetch(sql.MARK, ids, batch.claim, now + dt.timedelta(seconds=run.pacing.lease), batch.id, now)
    await _count(run, [(DeliveryState.QUEUED, None, DeliveryState.SENDING, None, row) for row in rows])
    return batch.only([row["id"] for row in rows])


def _is_paced(run: Run) -> bool:
    """Whether how many messages went out is kept for this account."""
    return bool(run.rules.plan or run.rules.most_a_day or run.rules.pause[1] > 0)


async def _count(run: Run, moves: Sequence[tuple[str, str | None, str, str | None, Row]]) -> None:
    changes: Counter[Place] = Counter()
    for was, was_reason, is_, reason, row in moves:
        changes[Place(was, was_reason, row["variant"], row["segment"])] -= 1
        changes[Place(is_, reason, row["variant"], row["segment"])] += 1
    await count(run.campaign_id, changes.items())
