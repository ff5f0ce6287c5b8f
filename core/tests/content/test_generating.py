"""From an order to drafts: who is asked, what is paid, what is kept, whatever goes wrong."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from batikrfm.content.cache import find_cached
from batikrfm.content.chain import NobodyAnsweredError
from batikrfm.content.errors import NoSuchSegmentError, OrderError
from batikrfm.content.generating import generate
from batikrfm.content.model import Generated, Order
from batikrfm.db.engine import NoScope, current_scope
from batikrfm.db.keys import uuid7
from batikrfm.jobs import JobLost
from batikrfm.sdk import CompletionRequest, Finish, Moderation
from batikrfm.sdk.plugin_errors import QuotaExhaustedError
from batikrfm.segmentation.errors import NoRunsError
from batikrfm.tenancy import tenant_scope
from batikrfm.usage import GENERATIONS, BudgetUsedUpError, QuotaUsedUpError, budget_state, reserve, set_budget, set_quota, standing
from content_stage import Sale, add_customers, answer, customer, fill_shop, settle_on, variant

if TYPE_CHECKING:
    from chain_stage import Stage

ORDER = Order("champions")


async def used(tenant: UUID) -> tuple[int, int]:
    async with tenant_scope(tenant):
        now = await standing(GENERATIONS)
    return now.used, now.reserved


async def ledger(tenant: UUID) -> list[tuple[str, str]]:
    async with tenant_scope(tenant) as scope:
        rows = await scope.fetch("select provider, outcome from ai_interactions order by id")
    return [(row["provider"], row["outcome"]) for row in rows]


@pytest.mark.usefixtures("writing")
async def test_the_first_provider_writes_and_one_generation_is_paid(shop: UUID) -> None:
    kept: list[Generated] = []

    async def keep(generated: Generated) -> None:
        assert current_scope().setting("app.tenant_id") == str(shop)
        kept.append(generated)

    made = await generate(shop, ORDER, keep=keep)
    assert kept == [made]
    assert (made.origin, made.provider, made.model, made.cached, made.tokens) == ("provider", "openai", "small", False, 1400)
    assert [draft.copy.subject for draft in made.drafts] == ["Kabar baru dari toko, versi 1", "Kabar baru dari toko, versi 2"]
    assert (made.order.language, made.order.variants, made.order.tier, made.order.offer) == ("id", 2, "economy", "")
    assert await used(shop) == (1, 0)
    assert await ledger(shop) == [("openai", "complete"), ("openai", "complete")]  # the copy, and its moderation


@pytest.mark.usefixtures("writing")
async def test_no_transaction_is_open_while_a_provider_is_asked(shop: UUID, vendors: Stage) -> None:
    seen: list[str] = []

    async def write() -> object:
        try:
            current_scope()
        except NoScope:
            seen.append("no scope")
        async with tenant_scope(shop) as scope:  # the rows are committed: anybody sees them
            seen.append(str(await scope.fetchval("select count(*) from generated_contents_cache where claim is not null")))
        return answer([variant(1), variant(2)])

    vendors.steps["openai/small"].append(write)
    await generate(shop, ORDER)
    assert seen == ["no scope", "1"]


@pytest.mark.usefixtures("writing")
async def test_an_equal_order_costs_neither_quota_nor_money(shop: UUID, vendors: Stage) -> None:
    first = await generate(shop, ORDER)
    again = await generate(shop, replace(ORDER, purpose="weekly"))
    assert (again.origin, again.cached, again.tokens) == ("cache", True, 0)
    assert again.drafts == first.drafts
    assert again.content_hash == first.content_hash
    assert again.id != first.id
    assert await used(shop) == (1, 0)
    assert (await ledger(shop))[-1] == ("openai", "cached")
    async with tenant_scope(shop) as scope:
        assert await scope.fetchval("select cost_micro_usd from ai_interactions where outcome = 'cached'") == 0
        found = await find_cached(ORDER)
        assert found is not None
        assert found.drafts == first.drafts
    assert len(vendors.requests) == 1


@pytest.mark.parametrize(
    "other",
    [
        replace(ORDER, segment="loyal"),
        replace(ORDER, language="en"),
        replace(ORDER, variants=1),
        replace(ORDER, tier="standard"),
        replace(ORDER, offer="Gratis ongkir sampai Minggu"),
    ],
    ids=lambda order: str(order.as_json()),
)
@pytest.mark.usefixtures("writing")
async def test_everything_that_shapes_the_answer_asks_anew(shop: UUID, other: Order) -> None:
    await generate(shop, ORDER)
    async with tenant_scope(shop):
        assert await find_cached(ORDER) is not None
        assert await find_cached(other) is None


@pytest.mark.usefixtures("writing")
async def test_voice_settings_and_prompt_shape_it_too(shop: UUID) -> None:
    from batikrfm.content.prompts import save_prompt
    from batikrfm.tenancy.profile import Profile, change_profile

    hashes = [(await generate(shop, ORDER)).content_hash]
    async with tenant_scope(shop):
        await change_profile(Profile("Batik Laras", "Asia/Jakarta", "IDR", "id", "Santai, suka bercanda"))
    hashes.append((await generate(shop, ORDER)).content_hash)
    async with tenant_scope(shop):
        await save_prompt("champions", "id", "Tulis untuk {{ segment_name }}.")
    hashes.append((await generate(shop, ORDER)).content_hash)
    await settle_on(shop, trade="keripik singkong")
    hashes.append((await generate(shop, ORDER)).content_hash)
    assert len(set(hashes)) == len(hashes)


@pytest.mark.usefixtures("writing")
@pytest.mark.parametrize("known", ["before", "since"])
async def test_an_answer_is_found_again_where_a_product_is_called_like_a_customer(tenant: UUID, vendors: Stage, known: str) -> None:
    """The product is not said; or it was said while nobody was called so, and what comes from the cache goes nowhere."""
    named = [Sale(f"pembeli{number}", 20, 900_000, "Kain pesanan Siti Rahmawati") for number in range(60)]
    siti = customer("Siti Rahmawati")
    await fill_shop(tenant, *named, *([siti] if known == "before" else []))
    first = await generate(tenant, Order("loyal"))
    if known == "since":
        await add_customers(tenant, siti)
    second = await generate(tenant, Order("loyal"))
    async with tenant_scope(tenant):
        third = await find_cached(Order("loyal"))
    assert third is not None
    assert (first.cached, second.cached, third.cached) == (False, True, True)
    assert {first.content_hash, second.content_hash, third.content_hash} == {first.content_hash}
    assert ["Siti" in request.prompt for request in vendors.requests] == [known == "since"]


@pytest.mark.usefixtures("writing")
async def test_fresh_words_replace_those_that_were_kept(shop: UUID, vendors: Stage) -> None:
    await generate(shop, ORDER)
    vendors.steps["openai/small"].append(answer([variant(7), variant(8)]))
    fresh = await generate(shop, replace(ORDER, fresh=True))
    assert fresh.drafts[0].copy.subject.endswith("7")
    assert (await generate(shop, ORDER)).drafts == fresh.drafts
    assert await used(shop) == (2, 0)


@pytest.mark.usefixtures("writing")
async def test_an_answer_is_forgotten_in_time(shop: UUID, vendors: Stage) -> None:
    from batikrfm.content import kept

    await generate(shop, ORDER)
    async with tenant_scope(shop) as scope:
        days = await scope.fetchval("select extract(day from expires_at - created_at) from generated_contents_cache")
        assert days == 7
        assert await kept.forget() == 0
        await scope.execute("update generated_contents_cache set expires_at = now()")
        assert await find_cached(ORDER) is None
        assert await kept.forget() == 1
    await generate(shop, ORDER)
    assert len(vendors.requests) == 2


@pytest.mark.usefixtures("writing")
async def test_equal_orders_at_once_make_one_call(shop: UUID, vendors: Stage) -> None:
    asked = asyncio.Event()

    async def write() -> object:
        asked.set()
        await asyncio.sleep(0.3)
        return answer([variant(1), variant(2)])

    vendors.steps["openai/small"].append(write)
    made = await asyncio.gather(*(generate(shop, ORDER) for _ in range(8)))
    assert asked.is_set()
    assert len(vendors.requests) == 1
    assert sorted(one.cached for one in made) == [False, *[True] * 7]
    assert await used(shop) == (1, 0)


@pytest.mark.usefixtures("writing")
async def test_fresh_orders_at_once_make_one_call_too(shop: UUID, vendors: Stage) -> None:
    await generate(shop, ORDER)

    async def write() -> object:
        await asyncio.sleep(0.3)
        return answer([variant(5), variant(6)])

    vendors.steps["openai/small"].append(write)
    made = await asyncio.gather(*(generate(shop, replace(ORDER, fresh=True)) for _ in range(4)))
    assert len(vendors.requests) == 2
    assert {one.drafts[0].copy.subject for one in made} == {"Kabar baru dari toko, versi 5"}


@pytest.mark.usefixtures("writing")
async def test_a_dead_claim_is_taken_over_when_its_lease_ends(shop: UUID, vendors: Stage) -> None:
    from batikrfm.content import kept
    from batikrfm.content.asking import ask

    dead = uuid7()
    async with tenant_scope(shop):
        assert await kept.claim(await ask(ORDER), dead)
        assert not await kept.claim(await ask(ORDER), uuid7())
        assert await kept.claim(await ask(ORDER), dead)  # the same work, begun again
    waiting = asyncio.create_task(generate(shop, ORDER))
    await asyncio.sleep(0.3)
    assert not vendors.requests
    async with tenant_scope(shop) as scope:
        await scope.execute("update generated_contents_cache set claimed_until = now()")
    assert not (await waiting).cached


@pytest.mark.usefixtures("writing")
async def test_a_used_up_quota_asks_nobody_and_leaves_no_claim(shop: UUID, vendors: Stage) -> None:
    async with tenant_scope(shop):
        await set_quota(GENERATIONS, 1)
    await generate(shop, ORDER)
    with pytest.raises(QuotaUsedUpError):
        await generate(shop, Order("loyal"))
    assert (await generate(shop, ORDER)).cached  # what was paid for is there all the same
    async with tenant_scope(shop) as scope:
        assert await scope.fetchval("select count(*) from generated_contents_cache where claim is not null") == 0
    assert len(vendors.requests) == 1


@pytest.mark.usefixtures("writing")
async def test_orders_of_one_moment_do_not_go_over_a_budget_together(shop: UUID, vendors: Stage) -> None:
    """Each is small enough alone. Without hold_money all of them pass the check before the first one is in the ledger."""
    everybody = asyncio.Event()

    async def slowly() -> object:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(2):
                await everybody.wait()
        return answer([variant(1), variant(2)])

    await generate(shop, ORDER)
    async with tenant_scope(shop):
        state = await budget_state()
        limit = 30 * (state.spent + state.guessed)
        await set_quota(GENERATIONS, 1_000)
        await set_budget(limit, "stop")
    vendors.always["openai/small"] = slowly
    orders = [generate(shop, Order("champions", offer=f"Gratis ongkir {n}")) for n in range(40)]
    made = await asyncio.gather(*orders, return_exceptions=True)
    refused = [one for one in made if isinstance(one, BudgetUsedUpError)]
    async with tenant_scope(shop):
        state = await budget_state()
    assert 0 < len(refused) < len(made)
    assert all(isinstance(one, Generated | BudgetUsedUpError) for one in made)
    assert state.spent + state.guessed <= limit
    assert state.held == 0
    assert (await used(shop))[1] == 0


@pytest.mark.usefixtures("writing")
async def test_what_was_reserved_by_whoever_ordered_is_used_once(shop: UUID) -> None:
    key = uuid7()
    async with tenant_scope(shop):
        await reserve(GENERATIONS, key=key)
    await generate(shop, ORDER, key=key)
    assert await used(shop) == (1, 0)
    later = uuid7()
    async with tenant_scope(shop):
        await reserve(GENERATIONS, key=later)
    assert (await generate(shop, ORDER, key=later)).cached
    assert await used(shop) == (1, 0)
    wrong = uuid7()
    async with tenant_scope(shop):
        await reserve(GENERATIONS, key=wrong)
    with pytest.raises(NoSuchSegmentError):
        await generate(shop, Order("nobody"), key=wrong)
    assert await used(shop) == (1, 0)


@pytest.mark.usefixtures("writing")
async def test_when_providers_fail_the_template_writes_and_is_called_so(shop: UUID, vendors: Stage) -> None:
    vendors.always |= {"openai": QuotaExhaustedError(), "groq": QuotaExhaustedError()}
    made = await generate(shop, ORDER)
    assert (made.origin, made.provider, made.tokens) == ("template", "template", 0)
    assert len(made.drafts) == 2
    assert await ledger(shop) == [("openai", "failed"), ("groq", "failed"), ("template", "complete")]
    assert (await generate(shop, ORDER)).origin == "template"  # those who wait now get it, too
    async with tenant_scope(shop) as scope:
        seconds = await scope.fetchval("select extract(epoch from expires_at - created_at) from generated_contents_cache")
    assert seconds == 60  # and soon the providers are asked again


@pytest.mark.usefixtures("writing")
async def test_where_nobody_answers_everything_goes_back(shop: UUID, vendors: Stage) -> None:
    await settle_on(shop, chain=("openai", "groq"))
    vendors.always |= {"openai": QuotaExhaustedError(), "groq": QuotaExhaustedError()}
    with pytest.raises(NobodyAnsweredError):
        await generate(shop, ORDER, key=uuid7())
    assert await used(shop) == (0, 0)
    assert await ledger(shop) == [("openai", "failed"), ("groq", "failed")]
    async with tenant_scope(shop) as scope:
        assert await scope.fetchval("select count(*) from generated_contents_cache where claim is not null") == 0


@pytest.mark.usefixtures("writing")
async def test_what_cannot_be_kept_is_not_paid_but_stands_in_the_ledger(shop: UUID) -> None:
    async def keep(generated: Generated) -> None:
        await current_scope().execute("update content_settings set trade = 'kept' where $1 = $1", str(generated.id))
        raise RuntimeError("no room for drafts")

    await settle_on(shop)
    with pytest.raises(RuntimeError, match="no room"):
        await generate(shop, ORDER, keep=keep)
    assert await used(shop) == (0, 0)
    assert await ledger(shop) == [("openai", "complete"), ("openai", "complete")]
    async with tenant_scope(shop) as scope:
        assert await scope.fetchval("select trade from content_settings") == ""
        assert await scope.fetchval("select count(*) from generated_contents_cache where content is not null or claim is not null") == 0


@pytest.mark.usefixtures("writing")
async def test_an_attempt_that_lost_its_job_leaves_the_others_reservation_alone(shop: UUID) -> None:
    async def keep(generated: Generated) -> None:
        raise JobLost(f"another attempt has {generated.id}")

    key = uuid7()
    with pytest.raises(JobLost):
        await generate(shop, ORDER, key=key, keep=keep)
    assert await used(shop) == (0, 1)
    await generate(shop, ORDER, key=key)
    assert await used(shop) == (1, 0)


@pytest.mark.usefixtures("writing")
async def test_a_cancelled_call_gives_back_what_it_took(shop: UUID, vendors: Stage) -> None:
    asked = asyncio.Event()

    async def write() -> object:
        asked.set()
        await asyncio.sleep(60)
        return None

    vendors.steps["openai/small"].append(write)
    task = asyncio.create_task(generate(shop, ORDER))
    await asked.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await used(shop) == (0, 0)
    assert await ledger(shop) == [("openai", "unanswered")]


@pytest.mark.usefixtures("writing")
async def test_a_bad_answer_is_repaired_once_then_the_next_is_asked(shop: UUID, vendors: Stage) -> None:
    vendors.steps["openai/small"].extend([answer([variant(1)]), answer([variant(1), variant(2, email="<b>Halo</b> {nama}")])])
    made = await generate(shop, ORDER)
    assert made.provider == "groq"
    assert [outcome for _, outcome in await ledger(shop)] == ["unusable", "unusable", "complete", "complete"]
    repaired: CompletionRequest = vendors.requests[1]
    assert repaired.prompt.startswith(vendors.requests[0].prompt)
    assert "yang diminta 2 versi, yang datang 1" in repaired.prompt


@pytest.mark.parametrize("finish", [Finish.REFUSED, Finish.FILTERED, Finish.CUT_OFF])
@pytest.mark.usefixtures("writing")
async def test_a_refusal_is_no_copy(shop: UUID, vendors: Stage, finish: Finish) -> None:
    vendors.always["openai"] = answer([variant(1), variant(2)], finish=finish)
    assert (await generate(shop, ORDER)).provider == "groq"


@pytest.mark.usefixtures("writing")
async def test_what_moderation_flags_is_shown_at_review(shop: UUID, vendors: Stage) -> None:
    vendors.steps["openai/moderate"].append([Moderation(("hate",), {"hate": 0.9}), Moderation(())])
    made = await generate(shop, ORDER)
    assert [[finding.rule for finding in draft.findings if finding.rule == "moderation"] for draft in made.drafts] == [["moderation"], []]
    again = await generate(shop, ORDER)
    assert [draft.findings for draft in again.drafts] == [draft.findings for draft in made.drafts]


@pytest.mark.usefixtures("writing")
async def test_what_cannot_be_ordered_is_said(shop: UUID, other_tenant: UUID, vendors: Stage) -> None:
    for wrong in (Order("champions", variants=0), Order("champions", variants=6), Order("champions", offer="x" * 501)):
        with pytest.raises(OrderError):
            await generate(shop, wrong)
    with pytest.raises(NoSuchSegmentError):
        await generate(shop, Order("nobody"))
    with pytest.raises(NoRunsError):
        await generate(other_tenant, ORDER)
    assert not vendors.requests
