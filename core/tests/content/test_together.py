"""Several orders of one shop at once come to what each alone would come to, whatever goes wrong with one of them.

Sabotages that turn these red: in ``together._begun`` keep the claims of those that did not fit; in ``keep_all`` do not try each for itself;
in ``reserve_each`` leave out ``one.place``; in ``keep_what_came`` wait for all before anything is kept.
"""

from __future__ import annotations

import asyncio
import contextvars
import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from batikrfm.content import kept, together
from batikrfm.content.asking import ask
from batikrfm.content.chain import NobodyAnsweredError
from batikrfm.content.generating import generate
from batikrfm.content.model import Generated, Order
from batikrfm.content.review import keep_each, list_contents
from batikrfm.content.together import generate_together
from batikrfm.db.keys import uuid7
from batikrfm.db.lookups import look_up
from batikrfm.jobs import JobLost
from batikrfm.sdk.plugin_errors import QuotaExhaustedError
from batikrfm.tenancy import tenant_scope
from batikrfm.usage import GENERATIONS, ReservationState, quota_lock, reserve, set_budget, set_quota, settle, standing
from content_stage import PRODUCTS, Sale, add_customers, answer, customer, fill_shop, settle_on, variant

if TYPE_CHECKING:
    from chain_stage import Stage

pytestmark = pytest.mark.usefixtures("writing")
SEGMENTS = ("champions", "loyal", "promising", "at_risk")


def orders(*segments: str) -> dict[UUID, Order]:
    return {uuid7(): Order(segment) for segment in segments or SEGMENTS}


async def keep(generated: Mapping[UUID, Generated]) -> None:
    await keep_each([(one, None) for one in generated.values()])


async def figures(tenant: UUID) -> tuple[int, int, int, int]:
    """Used and reserved generations, calls in the ledger, drafts."""
    async with tenant_scope(tenant) as scope:
        now = await standing(GENERATIONS)
        calls = await scope.fetchval("select count(*) from ai_interactions")
        return now.used, now.reserved, calls, len(await list_contents())


async def claims(tenant: UUID) -> int:
    async with tenant_scope(tenant) as scope:
        return int(await scope.fetchval("select count(*) from generated_contents_cache where claim is not null"))


async def test_each_is_written_as_it_would_be_alone(shop: UUID, other_tenant: UUID) -> None:
    await fill_shop(other_tenant)
    wanted = orders()
    made = await generate_together(shop, wanted, keep)
    assert list(made) == list(wanted)
    for key, order in wanted.items():
        one = made[key]
        assert isinstance(one, Generated)
        assert (one.order.segment, one.origin, one.tokens, one.cached) == (order.segment, "provider", 1400, False)
        alone = await generate(other_tenant, order)
        assert [draft.copy for draft in one.drafts] == [draft.copy for draft in alone.drafts]
        async with tenant_scope(shop):
            assert one.content_hash == (await ask(order)).content_hash
            assert await kept.find(await ask(order)) is not None
    assert await figures(shop) == (4, 0, 8, 8)  # each call with its moderation, each order with two drafts
    assert await claims(shop) == 0


async def test_the_first_ones_have_what_is_left_of_the_quota_and_nobody_waits_for_the_others_words(shop: UUID) -> None:
    async with tenant_scope(shop):
        await set_quota(GENERATIONS, 2)
    wanted = orders()
    made = await generate_together(shop, wanted, keep)
    assert list(made) == list(wanted)[:2]
    assert await figures(shop) == (2, 0, 4, 4)
    assert await claims(shop) == 0


@pytest.mark.parametrize("lease", [60, -1])
async def test_what_was_reserved_by_whoever_ordered_it_is_not_reserved_again(shop: UUID, lease: int) -> None:
    """Also where its lease is over but nobody took its place. Others have what is left beside it, unless a place is in doubt."""
    wanted = orders()
    first, second, third, _ = wanted
    async with tenant_scope(shop):
        await reserve(GENERATIONS, key=first)
        await reserve(GENERATIONS, key=second, lease=dt.timedelta(seconds=lease))
        await set_quota(GENERATIONS, 3)
    assert list(await generate_together(shop, wanted, keep)) == [first, second, third][: 3 if lease > 0 else 2]
    assert (await figures(shop))[:2] == (3 if lease > 0 else 2, 0)


async def test_what_was_paid_for_under_a_key_is_left_to_be_done_alone(shop: UUID) -> None:
    wanted = orders("champions", "loyal")
    first, second = wanted
    async with tenant_scope(shop):
        await settle((await reserve(GENERATIONS, key=first)).id)
    assert list(await generate_together(shop, wanted, keep)) == [second]
    assert (await figures(shop))[:2] == (2, 0)


async def test_what_speaks_of_a_person_is_not_asked_and_the_others_are(shop: UUID, vendors: Stage) -> None:
    await add_customers(shop, customer("Siti Rahmawati"))
    wanted = {uuid7(): Order("champions", offer="Untuk Siti Rahmawati gratis ongkir"), uuid7(): Order("loyal")}
    made = await generate_together(shop, wanted, keep)
    assert [one.order.segment for one in made.values() if isinstance(one, Generated)] == ["loyal"]
    assert not any("Siti" in request.prompt for request in vendors.requests)
    assert (await figures(shop))[:2] == (1, 0)


async def test_a_product_that_is_called_like_a_customer_is_not_named(tenant: UUID, vendors: Stage) -> None:
    """The gate sees products and finished prompts in one go; what it finds in a product is taken out, and the prompt looked at again."""
    named = [Sale(f"pembeli{number}", 20, 900_000, "Kain pesanan Siti Rahmawati") for number in range(60)]
    await fill_shop(tenant, *named, customer("Siti Rahmawati"))
    async with tenant_scope(tenant):
        alone = await ask(Order("loyal"))
    made = await generate_together(tenant, orders("loyal", "champions"), keep)
    assert [one.content_hash for one in made.values() if isinstance(one, Generated) and one.order.segment == "loyal"] == [
        alone.content_hash
    ]
    assert len(vendors.requests) == 2
    assert not any("Siti" in request.prompt for request in vendors.requests)
    assert all(PRODUCTS[0] in request.prompt for request in vendors.requests)


@pytest.mark.parametrize("how", ["alone", "together"])
async def test_the_quota_is_locked_before_anything_is_claimed(shop: UUID, how: str) -> None:
    """In one order by everybody, or two of a shop would wait for each other until PostgreSQL ends one of them."""
    (key, order), mine = next(iter(orders("champions").items())), uuid7()
    async with tenant_scope(shop):
        asking = await ask(order)  # a scope of its own: the prompt's first use is written down here
    async with tenant_scope(shop):
        await look_up(quota_lock(GENERATIONS))
        work = generate_together(shop, {key: order}, keep) if how == "together" else generate(shop, order, key=key)
        other = asyncio.create_task(work, context=contextvars.Context())
        await asyncio.sleep(0.3)
        assert await kept.claim(asking, mine)
        await kept.release(asking, mine)
    assert await other
    assert (await figures(shop))[:2] == (1, 0)


async def test_what_is_in_the_cache_or_cannot_be_ordered_is_left_to_be_done_alone(shop: UUID, vendors: Stage) -> None:
    await generate(shop, Order("champions"))
    wanted = {uuid7(): Order("champions"), uuid7(): Order("nobody"), uuid7(): Order("loyal", variants=99)}
    assert await generate_together(shop, wanted, keep) == {}
    assert len(vendors.requests) == 1
    assert (await figures(shop))[:2] == (1, 0)
    assert await claims(shop) == 0


async def test_equal_orders_make_one_call(shop: UUID, vendors: Stage) -> None:
    wanted = orders("champions", "champions", "loyal")
    first, second, third = wanted
    assert set(await generate_together(shop, wanted, keep)) == {first, third}
    assert len(vendors.requests) == 2
    again = await generate(shop, wanted[second], key=second)
    assert again.cached


async def test_a_shop_with_a_budget_is_looked_at_one_by_one(shop: UUID, vendors: Stage) -> None:
    async with tenant_scope(shop):
        await set_budget(1_000_000)
    assert await generate_together(shop, orders(), keep) == {}
    assert vendors.requests == []
    assert (await figures(shop))[:2] == (0, 0)
    assert await claims(shop) == 0


async def test_one_that_cannot_be_kept_spoils_no_other(shop: UUID) -> None:
    wanted = orders()
    spoilt = list(wanted)[1]

    async def picky(generated: Mapping[UUID, Generated]) -> None:
        await keep(generated)
        if spoilt in generated:
            raise LookupError("it has its words already")

    made = await generate_together(shop, wanted, picky)
    assert isinstance(made[spoilt], LookupError)
    assert sum(isinstance(one, Generated) for one in made.values()) == 3
    assert await figures(shop) == (3, 0, 8, 6)  # its calls were made, and are in the ledger
    assert await claims(shop) == 0


async def test_one_that_nobody_answers_to_keeps_none_of_its_quota(shop: UUID, vendors: Stage) -> None:
    await settle_on(shop, chain=("openai",))
    vendors.steps["openai/small"].append(QuotaExhaustedError())
    wanted = orders("champions", "loyal")
    made = await generate_together(shop, wanted, keep)
    assert [type(made[key]) for key in wanted] in (
        [NobodyAnsweredError, Generated],
        [Generated, NobodyAnsweredError],
        [NobodyAnsweredError] * 2,
    )
    used = sum(isinstance(one, Generated) for one in made.values())
    assert (await figures(shop))[:2] == (used, 0)
    assert await claims(shop) == 0


async def test_a_slow_answer_holds_up_no_other(shop: UUID, vendors: Stage) -> None:
    go_on, seen = asyncio.Event(), asyncio.Event()

    async def slowly() -> object:
        await go_on.wait()
        return answer([variant(1), variant(2)])

    async def note(generated: Mapping[UUID, Generated]) -> None:
        await keep(generated)
        seen.set()

    vendors.steps["openai/small"].append(slowly)
    working = asyncio.create_task(generate_together(shop, orders("champions", "loyal"), note))
    await seen.wait()
    while (await figures(shop))[3] == 0:  # noqa: ASYNC110 - it is kept in a moment
        await asyncio.sleep(0.01)
    assert await figures(shop) == (1, 1, 2, 2)
    go_on.set()
    assert len(await working) == 2
    assert await figures(shop) == (2, 0, 4, 4)


@pytest.mark.parametrize("ends", ["cancelled", "lost"])
async def test_whoever_is_stopped_in_the_middle_leaves_the_ledger_right(shop: UUID, vendors: Stage, ends: str) -> None:
    began = asyncio.Event()

    async def never() -> object:
        began.set()
        await asyncio.Event().wait()
        return None

    async def lost(_: Mapping[UUID, Generated]) -> None:
        raise JobLost

    vendors.steps["openai/small"].append(never)
    working = asyncio.create_task(generate_together(shop, orders("champions", "loyal"), keep if ends == "cancelled" else lost))
    await began.wait()
    if ends == "cancelled":
        working.cancel()
    with pytest.raises(asyncio.CancelledError if ends == "cancelled" else JobLost):
        await working
    async with tenant_scope(shop) as scope:
        outcomes = {row["outcome"] for row in await scope.fetch("select outcome from ai_interactions")}
        states = {row["state"] for row in await scope.fetch("select state from quota_reservations")}
    assert "unanswered" in outcomes
    if ends == "lost":  # another attempt has it: what is reserved and claimed is that one's
        assert states == {ReservationState.HELD}
        assert await claims(shop) == 2
    else:
        assert ReservationState.HELD not in states
        assert await claims(shop) == 0


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("where", ["settle_and_record", "fill_each", "keep"])
async def test_killed_in_the_last_scope_nothing_is_half_kept(shop: UUID, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    async def die(*_: object, **__: object) -> None:
        raise Killed

    async def gone(*_: object, **__: object) -> None:
        """A dead process gives nothing back."""

    wanted = orders("champions", "loyal")
    with monkeypatch.context() as dying:
        if where != "keep":
            dying.setattr(kept if where == "fill_each" else together, where, die)
        dying.setattr(together, "give_up", gone)
        with pytest.raises(Killed):
            await generate_together(shop, wanted, die if where == "keep" else keep)
    assert await figures(shop) == (0, 2, 0, 0)  # the leases give it back, or the same keys have it again
    assert list(await generate_together(shop, wanted, keep)) == list(wanted)
    assert await figures(shop) == (2, 0, 4, 4)


async def test_what_goes_wrong_before_anybody_is_asked_gives_everything_back(shop: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> object:
        raise LookupError("no provider can be opened")

    with monkeypatch.context() as dying:
        dying.setattr(together, "open_chain", broken)
        with pytest.raises(LookupError):
            await generate_together(shop, orders("champions", "loyal"), keep)
    assert await figures(shop) == (0, 0, 0, 0)
    assert await claims(shop) == 0
