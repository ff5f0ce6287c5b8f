"""Write the words of a week by live calls: the most valuable segment first, as many as today's quota has room for, the rest later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from batikrfm.content.chain import NobodyAnsweredError
from batikrfm.content.generating import generate
from batikrfm.content.model import Generated, Order
from batikrfm.content.review import keep_each
from batikrfm.content.together import MOST_TOGETHER, generate_together
from batikrfm.content.weekly import queries as sql
from batikrfm.content.weekly.looking import Look, Row, look_at, look_now
from batikrfm.content.weekly.model import ItemState
from batikrfm.content.weekly.rows import as_json, clock
from batikrfm.db.engine import current_scope
from batikrfm.sdk.errors import InputError, NotFoundError
from batikrfm.sdk.text import Text
from batikrfm.tenancy import tenant_scope
from batikrfm.usage import GENERATIONS, BudgetUsedUpError, QuotaUsedUpError, refund_key

PURPOSE: Final = "weekly"
NO_QUOTA: Final = Text(
    id="Kuota hari itu sudah terpakai; segmen ini menyusul sesuai nilainya.",
    en="That day's quota was used up; this segment follows, by its value.",
)
NOBODY: Final = Text(
    id="Belum ada AI yang bisa menjawab hari itu; segmen ini dicoba lagi. Periksa plugin AI toko Anda.",
    en="No AI could answer that day; this segment is tried again. Look at the AI plugins of your shop.",
)


class AlreadyWritten(Exception):
    """Another attempt was faster: what this one has must not be kept."""


async def write_due(tenant_id: UUID, batch_id: UUID, look: Look | None = None) -> dt.datetime | None:
    """Write what is due of a batch; when to come again for the rest, None if nothing is left. Outside of any scope.

    What does not fit today's quota is put off to the day on which it renews, by value, and says so; so is, to tomorrow, what no provider
    answers to. A segment that cannot be written is marked with the reason, and the others go on. Once a later week has begun, what is
    still waiting is left out. ``look`` is what was seen a moment ago, if anything was.
    """
    look = look or await look_at(tenant_id, batch_id)
    while items := look.due:
        as_hoped = await _write_all(tenant_id, batch_id, items[:MOST_TOGETHER])
        if as_hoped and len(items) <= MOST_TOGETHER:
            break
        look = await look_at(tenant_id, batch_id)
    return look.again


async def recall(tenant_id: UUID, batch_id: UUID) -> Look:
    """Have today again what was put off: somebody asks for it now, and may have raised the quota. How things stand then."""
    async with tenant_scope(tenant_id) as scope:
        _, today, _ = await clock()
        await scope.execute(sql.RECALL, batch_id, today)
        return await look_now(batch_id)


async def _write_all(tenant_id: UUID, batch_id: UUID, items: Sequence[Row]) -> bool:
    """Whether all were written in one go.

    An item's own key is that of its quota and its claim, so a killed attempt and the next one are paid once.
    """
    orders: dict[UUID, Order] = {item["id"]: Order(item["segment"], purpose=PURPOSE) for item in items}
    outcomes = await generate_together(tenant_id, orders, keep_written)
    if all(isinstance(outcomes.get(item_id), Generated) for item_id in orders):
        return True
    for item_id, order in orders.items():
        try:
            await _written(tenant_id, item_id, order, outcomes.get(item_id))
        except QuotaUsedUpError as error:  # another may have its place already, or an answer in the cache
            await _defer(tenant_id, batch_id, error, item_id)
        except (BudgetUsedUpError, NobodyAnsweredError) as error:
            await _defer(tenant_id, batch_id, error)
            break
        except (InputError, NotFoundError) as error:
            await _fail(tenant_id, item_id, error)
        except AlreadyWritten:
            continue
    return False


async def _written(tenant_id: UUID, item_id: UUID, order: Order, outcome: Generated | Exception | None) -> None:
    """Write what was not written with the others, or raise what that ended with."""

    async def keep(generated: Generated) -> None:
        await keep_written({item_id: generated})

    if isinstance(outcome, Exception):
        raise outcome
    if outcome is None:
        await generate(tenant_id, order, key=item_id, keep=keep)


async def keep_written(written: Mapping[UUID, Generated], *, batch: bool = False) -> None:
    """Drafts and their items' end, in the scope that pays for them. ``batch``: they come from the vendor's batch that the items are in.

    Raises:
        AlreadyWritten: one has its drafts; or it was handed in meanwhile, and its words come from there.
    """
    drafts = await keep_each([(one, None) for one in written.values()])
    pairs = [(item, draft) for item, its in zip(written, drafts, strict=True) for draft in its]
    open_to = [ItemState.WAITING, ItemState.HANDED_IN] if batch else [ItemState.WAITING]
    ended = await current_scope().execute(sql.WRITTEN, *map(list, zip(*pairs, strict=True)), open_to)
    if ended != f"UPDATE {len(written)}":
        raise AlreadyWritten


Later = QuotaUsedUpError | BudgetUsedUpError | NobodyAnsweredError
"""What passes by itself."""


async def _defer(tenant_id: UUID, batch_id: UUID, error: Later, item_id: UUID | None = None) -> None:
    """Put off one item, or all that wait. What was kept of today's quota for them is given back."""
    async with tenant_scope(tenant_id) as scope:
        _, today, zone = await clock()
        due = tomorrow = today + dt.timedelta(days=1)
        if not isinstance(error, NobodyAnsweredError):
            due = max(error.renews_at.astimezone(ZoneInfo(zone)).date(), tomorrow)
        for row in await scope.fetch(sql.DEFER, batch_id, due, as_json(_why(error)), item_id):
            await refund_key(GENERATIONS, row["id"])


def _why(error: Later) -> Text:
    if isinstance(error, BudgetUsedUpError):
        return Text(id=error.say("id"), en=error.say("en"))
    return NO_QUOTA if isinstance(error, QuotaUsedUpError) else NOBODY


async def _fail(tenant_id: UUID, item_id: UUID, error: InputError | NotFoundError) -> None:
    async with tenant_scope(tenant_id) as scope:
        await scope.execute(sql.OVER, item_id, ItemState.FAILED, as_json(Text(id=error.say("id"), en=error.say("en"))))
