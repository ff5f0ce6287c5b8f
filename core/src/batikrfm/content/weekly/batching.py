"""Words at half the price: a week's segments as one batch of a provider, while there is time; what comes too late or unusable goes live.

What was handed in is written down before the vendor is asked, under a name of ours that the vendor repeats: killed anywhere, the next
attempt finds the vendor's batch instead of handing in a second one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from batikrfm.content.batched import Prepared, again, keep, prepare
from batikrfm.content.chain import Chain, UnusableAnswerError, batch_link, cancel_batch, collect_batch, hand_in, open_chain, poll_batch
from batikrfm.content.model import Generated, Order
from batikrfm.content.settings import ContentSettings, read_settings
from batikrfm.content.weekly import queries as sql
from batikrfm.content.weekly.rows import clock
from batikrfm.content.weekly.writing import PURPOSE, AlreadyWritten, keep_written
from batikrfm.sdk import BatchState, Completion
from batikrfm.sdk.errors import InputError, NotFoundError, PluginError
from batikrfm.tenancy import tenant_scope
from batikrfm.usage import BudgetUsedUpError, Call, QuotaUsedUpError, ReservationLostError, record

READY_WITHIN: Final = dt.timedelta(hours=4)
"""Words are to wait for the owner by then; what a vendor has not answered is written by live calls."""
LOOK_EVERY: Final = dt.timedelta(minutes=10)
FEWEST: Final = 2
"""One request alone is not worth the wait."""

Rows = Sequence[Mapping[str, Any]]


async def hand_in_due(tenant_id: UUID, batch_id: UUID) -> bool:
    """Hand in what is due as one batch, where the shop wants that and a provider of its chain can; whether anything is handed in now."""
    settings, rows = await _due(tenant_id, batch_id)
    if not settings.batch or len(rows) < FEWEST:
        return False
    async with open_chain(tenant_id, order=settings.chain) as chain:
        found = batch_link(chain, settings.tier)
        if found is None:
            return False
        link, model = found
        if len(await _prepared(tenant_id, rows, link.key, model)) == 0:
            return False
    return await hand_over(tenant_id, batch_id)


async def hand_over(tenant_id: UUID, batch_id: UUID) -> bool:
    """Give the vendor what is written down as handed in, once. Where that fails, it is taken back and written live."""
    rows = await _handed_in(tenant_id, batch_id)
    if not rows or rows[0]["vendor_batch"]:
        return bool(rows)
    first = rows[0]
    async with open_chain(tenant_id, order=[first["provider"]]) as chain:
        try:
            asked = await _described(tenant_id, rows)
            requests = [prepared.request for prepared in asked.values()]
            vendor_batch = await hand_in(chain, first["provider"], requests, f"weekly-{batch_id}-{first['handed_in_at']:%Y%m%d%H%M%S}")
        except (PluginError, InputError, NotFoundError):
            await take_back(tenant_id, [row["id"] for row in rows])
            return False
    async with tenant_scope(tenant_id) as scope:
        await scope.execute(sql.NOTE_VENDOR, batch_id, first["provider"], vendor_batch)
    return True


async def collect(tenant_id: UUID, batch_id: UUID) -> dt.datetime | None:
    """Keep what the vendor has answered; when to look again, None if nothing is out any more. What did not come is taken back."""
    rows = await _handed_in(tenant_id, batch_id)
    if not rows:
        return None
    async with tenant_scope(tenant_id):
        now, _, _ = await clock()
    late = now - rows[0]["handed_in_at"] > READY_WITHIN
    async with open_chain(tenant_id, order=[rows[0]["provider"]]) as chain:
        try:
            if await _running(chain, rows[0], late=late):
                return now + LOOK_EVERY
            await _keep_answers(chain, tenant_id, rows)
        except PluginError:
            if not late:
                return now + LOOK_EVERY
    await take_back(tenant_id, [row["id"] for row in await _handed_in(tenant_id, batch_id)])
    return None


async def take_back(tenant_id: UUID, items: Sequence[UUID]) -> None:
    """Let ``items`` be written by live calls; their quota is kept under their ids."""
    async with tenant_scope(tenant_id) as scope:
        await scope.execute(sql.TAKE_BACK, list(items))


async def _due(tenant_id: UUID, batch_id: UUID) -> tuple[ContentSettings, Rows]:
    async with tenant_scope(tenant_id) as scope:
        _, today, _ = await clock()
        return await read_settings(), await scope.fetch(sql.DUE, batch_id, today)


async def _handed_in(tenant_id: UUID, batch_id: UUID) -> Rows:
    async with tenant_scope(tenant_id) as scope:
        return await scope.fetch(sql.HANDED_IN, batch_id)


async def _prepared(tenant_id: UUID, rows: Rows, provider: str, model: str) -> list[Prepared]:
    """Those that pass the gate and fit the quota, each marked in the transaction that holds its quota. The rest goes live."""
    prepared: list[Prepared] = []
    for row in rows:
        try:
            async with tenant_scope(tenant_id) as scope:
                one = await prepare(Order(row["segment"], purpose=PURPOSE), model, key=row["id"])
                if one is not None:
                    await scope.execute(sql.HAND_IN, row["id"], provider, model, one.asking.content_hash)
        except (QuotaUsedUpError, BudgetUsedUpError):
            break
        except (InputError, NotFoundError):
            continue
        if one is not None:
            prepared.append(one)
    return prepared


async def _described(tenant_id: UUID, rows: Rows) -> dict[str, Prepared]:
    asked: dict[str, Prepared] = {}
    for row in rows:
        async with tenant_scope(tenant_id):
            asked[str(row["id"])] = await again(Order(row["segment"], purpose=PURPOSE), row["model"], key=row["id"])
    return asked


async def _running(chain: Chain, first: Mapping[str, Any], *, late: bool) -> bool:
    """Whether the vendor is still at it, and may go on."""
    if first["vendor_batch"] is None:
        return False
    progress = await poll_batch(chain, first["provider"], first["vendor_batch"])
    if progress.state is not BatchState.RUNNING:
        return False
    if late:
        await cancel_batch(chain, first["provider"], first["vendor_batch"])
    return not late


async def _keep_answers(chain: Chain, tenant_id: UUID, rows: Rows) -> None:
    if rows[0]["vendor_batch"] is None:
        return
    asked = await _described(tenant_id, rows)
    described = {name: (one.request, one.about) for name, one in asked.items()}
    collected = await collect_batch(chain, rows[0]["provider"], rows[0]["vendor_batch"], described)
    for answer, call in zip(collected.answers.values(), collected.calls, strict=True):
        await _keep(chain, asked[answer.id], answer.outcome, call, UUID(answer.id))


async def _keep(chain: Chain, prepared: Prepared, outcome: object, call: Call, item_id: UUID) -> None:
    """Keep an answer; one that is none leaves its call in the ledger and its segment to the live way."""

    async def also(generated: Generated) -> None:
        await keep_written(item_id, generated)

    try:
        if isinstance(outcome, Completion):
            await keep(chain, prepared, outcome, call, key=item_id, also=also)
            return
    except AlreadyWritten:
        return
    except (UnusableAnswerError, ReservationLostError, QuotaUsedUpError):
        pass  # it was billed all the same
    async with tenant_scope(chain.tenant_id):
        await record(call)
