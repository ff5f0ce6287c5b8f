from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batikrfm.tenancy import delete_tenant, tenant_scope
from batikrfm.usage import (
    GENERATIONS,
    Call,
    CallOutcome,
    ReservationLostError,
    UsageSettingError,
    forget_prompts,
    may_cost,
    prompt_hash,
    record,
    record_cache_hit,
    refund,
    reserve,
    set_quota,
    settle_and_record,
    standing,
)
from batikrfm.usage import ledger as ledger_module
from batikrfm.usage import rates as rates_module
from batikrfm.usage.keeping import forget_everywhere
from batikrfm.usage.prices import Price, PriceTable, ours, prices, prices_at_hand
from batikrfm.usage.rates import in_rupiah, rate_on
from batikrfm.usage.redaction import redacted
from batikrfm.usage.settings import Rate, UsageSettings

LUNA = {"provider": "openai", "model": "gpt-6-luna", "purpose": "copy"}


def call(outcome: CallOutcome = CallOutcome.COMPLETE, **more: Any) -> Call:  # noqa: ANN401 - any field of a call
    given: dict[str, Any] = {**LUNA, "outcome": outcome, "input_tokens": 1_000, "output_tokens": 500, **more}
    return Call(**given)


async def kept(tenant: UUID, one: Call) -> Mapping[str, Any]:
    async with tenant_scope(tenant) as scope:
        (entry,) = await record(one)
        return dict((await scope.fetch("select * from ai_interactions where id = $1", entry))[0])


@pytest.mark.parametrize("calls", [0, 1, 3])
async def test_work_is_settled_and_its_calls_are_written_at_once(tenant: UUID, calls: int) -> None:
    async with tenant_scope(tenant):
        held = await reserve(GENERATIONS)
    async with tenant_scope(tenant) as scope:
        await settle_and_record({held.id: [call(latency_ms=n) for n in range(calls)]})
        await settle_and_record({held.id: []})  # again changes nothing
        assert [row["latency_ms"] for row in await scope.fetch("select latency_ms from ai_interactions order by id")] == [*range(calls)]
        now = await standing(GENERATIONS)
    assert (now.used, now.reserved) == (1, 0)


async def test_work_whose_reservation_went_to_others_is_not_written(tenant: UUID) -> None:
    async with tenant_scope(tenant):
        await set_quota(GENERATIONS, 1)
        lost = await reserve(GENERATIONS)
        await refund(lost.id)
        await reserve(GENERATIONS)
    with pytest.raises(ReservationLostError):
        async with tenant_scope(tenant):
            await settle_and_record({lost.id: [call()]})
    async with tenant_scope(tenant) as scope:
        assert await scope.fetchval("select count(*) from ai_interactions") == 0


async def test_a_call_is_priced_by_the_table_of_its_day(tenant: UUID) -> None:
    job = uuid4()
    row = await kept(
        tenant,
        call(
            cached_tokens=400,
            reasoning_tokens=20,
            latency_ms=812,
            segment="at_risk",
            tier="economy",
            job_id=job,
            prompt="Tulis",
            answer="{}",
        ),
    )
    assert row["cost_micro_usd"] == 600 * 0.1 + 400 * 0.01 + 500 * 0.5 == 314
    assert (row["price_input"], row["price_cached"], row["price_output"]) == (100_000, 10_000, 500_000)
    assert row["price_date"] == ours().entries["openai"]["gpt-6-luna"].date
    assert (row["counted_micro_usd"], row["saved_micro_usd"]) == (314, None)
    assert (row["segment"], row["tier"], row["job_id"], row["latency_ms"], row["reasoning_tokens"]) == ("at_risk", "economy", job, 812, 20)
    assert (row["prompt_hash"], row["prompt"], row["answer"]) == (prompt_hash("Tulis"), "Tulis", "{}")


async def test_a_batch_costs_what_the_batch_table_says(tenant: UUID) -> None:
    row = await kept(tenant, call(batch=True))
    assert (row["cost_micro_usd"], row["saved_micro_usd"], row["price_output"]) == (175, 175, 250_000)


@pytest.mark.parametrize(
    ("one", "guess"),
    [
        (call(model="nobody-knows"), 1_000 * 10 + 500 * 50),  # the dearest that we know
        (call(provider="litellm", model="mistral/nobody-knows"), 1_000 * 10 + 500 * 50),
        (call(CallOutcome.UNANSWERED, input_tokens=None, output_tokens=None), 2_000 * 0.1 + 1_000 * 0.5),
        (call(provider="groq", model="qwen/qwen3.8-27b", batch=True), 1_000 * 0.8 + 500 * 4),  # no batch price: at most the live one
    ],
)
async def test_an_unknown_cost_is_said_so_and_never_zero(tenant: UUID, one: Call, guess: float) -> None:
    row = await kept(tenant, one)
    assert (row["cost_micro_usd"], row["cost_idr"], row["price_date"]) == (None, None, None)
    assert row["counted_micro_usd"] == guess > 0


async def test_a_refused_request_costs_nothing(tenant: UUID) -> None:
    row = await kept(tenant, call(CallOutcome.FAILED, input_tokens=None, output_tokens=None, error="rate_limit_exceeded"))
    assert (row["cost_micro_usd"], row["cost_idr"], row["counted_micro_usd"], row["error"]) == (0, 0, 0, "rate_limit_exceeded")


async def test_our_own_copywriter_is_free_and_known_to_be(tenant: UUID) -> None:
    row = await kept(tenant, call(provider="template", model="template-1", input_tokens=0, output_tokens=0))
    assert (row["cost_micro_usd"], row["counted_micro_usd"]) == (0, 0)
    assert row["price_date"] is not None


async def test_a_cache_hit_is_free_and_says_what_it_spared(tenant: UUID) -> None:
    async with tenant_scope(tenant) as scope:
        entry = await record_cache_hit(
            provider="openai", model="gpt-6-luna", purpose="copy", segment="champions", input_tokens=1_000, output_tokens=500
        )
        row = (await scope.fetch("select * from ai_interactions where id = $1", entry))[0]
    assert (row["outcome"], row["cost_micro_usd"], row["counted_micro_usd"], row["saved_micro_usd"]) == ("cached", 0, 0, 350)


async def test_figures_that_no_vendor_should_say_are_kept_all_the_same(tenant: UUID) -> None:
    row = await kept(tenant, call(input_tokens=10**20, cached_tokens=10**21, output_tokens=-3))
    assert (row["input_tokens"], row["output_tokens"]) == (2_000_000_000, 0)


async def test_rupiah_at_the_operators_rate(tenant: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATIKRFM_USD_IDR", "16450.50@2026-11-20")
    row = await kept(tenant, call())
    assert (row["cost_idr"], row["rate_date"]) == (57_577, dt.date(2026, 11, 20))  # 350 micro-USD are Rp 5.757675


async def test_without_a_table_of_rates_all_goes_on_in_dollars(tenant: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates_module, "TABLE", "it_is_not_there.json")
    rates_module.table.cache_clear()
    row = await kept(tenant, call())
    rates_module.table.cache_clear()
    assert (row["cost_micro_usd"], row["cost_idr"], row["rate_date"]) == (350, None, None)


def test_a_rate_is_the_newest_that_was_known_on_the_day() -> None:
    assert rate_on(dt.date(2000, 1, 1)) is None
    newest = max(rates_module.table(), key=lambda rate: rate.date)
    assert rate_on(dt.date(2100, 1, 1)) == newest


@pytest.mark.parametrize("value", ["a lot", "0", "-5", "nan", "16000@yesterday"])
def test_a_rate_that_cannot_be_read(value: str) -> None:
    with pytest.raises(UsageSettingError, match="BATIKRFM_USD_IDR"):
        UsageSettings.from_environment({"BATIKRFM_USD_IDR": value})


@given(st.integers(0, 10**12), st.decimals(1, 100_000, places=4))
def test_rupiah_are_exact_to_a_ten_thousandth(micro: int, idr: Decimal) -> None:
    shown = in_rupiah(micro, Rate(dt.date(2026, 1, 1), idr))
    assert shown is not None
    assert abs(Decimal(shown) - Decimal(micro) * idr / 100) <= Decimal("0.5")


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**8))
def test_a_cost_is_the_exact_one_rounded_once(put_in: int, cached: int, put_out: int, price: int) -> None:
    cached = min(cached, put_in)
    one = Price(price, price // 10, price * 5)
    exact = Decimal((put_in - cached) * price + cached * (price // 10) + put_out * price * 5) / 1_000_000
    assert abs(one.cost(put_in, cached, put_out) - exact) <= Decimal("0.5")


@pytest.mark.parametrize(
    ("provider", "model", "found"),
    [
        ("openai", "gpt-6-luna", "gpt-6-luna"),
        ("openai", "gpt-6-luna-2026-07-30", "gpt-6-luna"),
        ("groq", "openai/gpt-oss-20b", "openai/gpt-oss-20b"),
        ("litellm", "groq/openai/gpt-oss-20b", "openai/gpt-oss-20b"),
        ("litellm", "openai/gpt-6-luna", "gpt-6-luna"),
        ("litellm", "gpt-6-luna", "gpt-6-luna"),
        ("groq", "gpt-6-luna", None),
        ("openai", "openai/gpt-oss-20b", None),
        ("openai", "gpt-6-luna-mini", None),
        ("nobody", "gpt-6-luna", None),
    ],
)
def test_models_are_found_by_the_names_that_plugins_call_them(provider: str, model: str, found: str | None) -> None:
    price = ours().find(provider, model)
    assert (price.model if price else None) == found


def test_the_models_of_our_facts_are_in_the_table() -> None:
    table = {(one.provider, one.model): (one.live.input, one.live.output, one.batch is not None) for one in ours().all}
    assert table["openai", "gpt-6-luna"] == (100_000, 500_000, True)
    assert table["openai", "gpt-4o-mini"] == (150_000, 600_000, True)
    assert table["openai", "omni-moderation-latest"][:2] == (0, 0)
    assert table["groq", "openai/gpt-oss-20b"] == (75_000, 300_000, True)
    assert table["groq", "openai/gpt-oss-120b"] == (150_000, 600_000, True)
    assert all("litellm" in one.source for one in ours().all if one.provider != "template")


def test_what_a_call_may_cost_is_known_beforehand() -> None:
    assert may_cost("openai", "gpt-6-luna", 1_000, 500) == 350
    assert may_cost("openai", "nobody-knows", 1_000, 500) == 35_000


def with_prices(path: Path, models: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> PriceTable:
    path.write_text(json.dumps({"date": "2027-01-15", "source": "our contract", "models": models}))
    monkeypatch.setenv("BATIKRFM_MODEL_PRICES", str(path))
    return prices()


def test_a_file_of_the_operators_overrides_and_adds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ollama = {"ollama/*": {"input": "0", "output": "0"}, "ollama/dear*": {"input": 1, "output": 2.5}}
    theirs = {"openai": {"gpt-6-luna": {"input": "0.08", "output": "0.4"}}, "litellm": ollama}
    table = with_prices(tmp_path / "prices.json", theirs, monkeypatch)
    luna, local, dear = table.find("openai", "gpt-6-luna"), table.find("litellm", "ollama/llama9"), table.find("litellm", "ollama/dear-1")
    assert luna is not None
    assert (luna.live, luna.batch, luna.date, luna.source) == (Price(80_000, 80_000, 400_000), None, dt.date(2027, 1, 15), "our contract")
    assert local is not None
    assert local.live == Price(0, 0, 0)
    assert dear is not None
    assert dear.live == Price(1_000_000, 1_000_000, 2_500_000)
    assert table.find("openai", "gpt-4o-mini") == ours().find("openai", "gpt-4o-mini")
    again = with_prices(tmp_path / "prices.json", {"openai": {"gpt-6-luna": {"input": "0.07", "output": "0.4"}}}, monkeypatch)
    assert again.find("litellm", "ollama/llama9") is None  # it is read anew when it changes


@pytest.mark.parametrize("broken", ["", "[]", '{"date": "2027-01-15"}', "no json", '{"date": "x", "source": "", "models": {}}', None])
async def test_a_file_that_cannot_be_read_stops_no_call_that_was_made(
    tenant: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str | None
) -> None:
    path = tmp_path / "prices.json"
    if broken is not None:
        path.write_text(broken)
    monkeypatch.setenv("BATIKRFM_MODEL_PRICES", str(path))
    with pytest.raises(UsageSettingError, match="BATIKRFM_MODEL_PRICES"):
        prices()
    assert prices_at_hand() == ours()
    assert (await kept(tenant, call()))["cost_micro_usd"] == 350


@pytest.mark.parametrize("price", ["-1", "0.0000001", "nan", "much"])
def test_a_price_that_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, price: str) -> None:
    with pytest.raises(UsageSettingError):
        with_prices(tmp_path / "prices.json", {"openai": {"x": {"input": price, "output": "1"}}}, monkeypatch)


@pytest.mark.parametrize(
    ("words", "kept_words"),
    [
        ("Hubungi budi.santoso+toko@example.co.id ya", "Hubungi [email] ya"),
        ("WA 0812-3456-7890 atau +62 812 3456 7890.", "WA [nomor] atau [nomor]."),
        ("NIK 3374012345678901", "NIK [nomor]"),
        ("(021) 555 12345", "[nomor]"),
        ("Omzet Rp 125000000 dan Rp1.250.000.000", "Omzet Rp 125000000 dan Rp1.250.000.000"),
        ("12 pelanggan, 2026-11-25, 350.000, 10%", "12 pelanggan, 2026-11-25, 350.000, 10%"),
    ],
)
def test_words_are_redacted_once_more(words: str, kept_words: str) -> None:
    assert redacted(words) == kept_words


def test_redacting_is_quick_and_bounded_whatever_comes() -> None:
    for hostile in ("1 " * 500_000, "a@" * 500_000, "a." * 500_000 + "@", "\0" * 30_000, "+(" * 500_000):
        assert len(redacted(hostile) or "") <= 20_000
    assert redacted(None) is None


async def test_words_are_kept_without_personal_data(tenant: UUID) -> None:
    row = await kept(tenant, call(prompt="Kirim ke a@b.co", answer="Telepon 081234567890"))
    assert (row["prompt"], row["answer"]) == ("Kirim ke [email]", "Telepon [nomor]")
    assert row["prompt_hash"] == prompt_hash("Kirim ke a@b.co")


async def test_words_can_be_kept_not_at_all(tenant: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATIKRFM_KEEP_PROMPTS_DAYS", "0")
    row = await kept(tenant, call(prompt="Tulis", answer="Ini"))
    assert (row["prompt"], row["answer"], row["prompt_hash"]) == (None, None, prompt_hash("Tulis"))


async def test_words_are_forgotten_in_time_and_the_rest_stays(tenant: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    now = dt.datetime.now(dt.UTC)
    old = await kept(tenant, call(prompt="lama", answer="lama", at=now - timedelta(days=31)))
    young = await kept(tenant, call(prompt="baru", answer="baru", at=now - timedelta(days=29)))
    assert await forget_everywhere() >= 1
    async with tenant_scope(tenant) as scope:
        rows = {row["id"]: dict(row) for row in await scope.fetch("select * from ai_interactions")}
        assert rows[old["id"]] == {**old, "prompt": None, "answer": None}
        assert rows[young["id"]] == young
        monkeypatch.setenv("BATIKRFM_KEEP_PROMPTS_DAYS", "7")
        assert await forget_prompts() == 1
        assert await forget_prompts() == 0


async def test_more_words_than_go_at_once_are_all_forgotten(tenant: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_module, "AT_ONCE", 2)
    monkeypatch.setattr("batikrfm.usage.keeping.AT_ONCE", 2)
    async with tenant_scope(tenant) as scope:
        for _ in range(5):
            await record(call(prompt="lama", at=dt.datetime.now(dt.UTC) - timedelta(days=90)))
        await scope.execute("select 1")
    await forget_everywhere()
    async with tenant_scope(tenant) as scope:
        assert await scope.fetchval("select count(*) from ai_interactions where prompt is not null") == 0


@pytest.mark.parametrize(
    "change",
    [
        "update ai_interactions set cost_micro_usd = 0",
        "update ai_interactions set at = now()",
        "update ai_interactions set prompt = 'anders'",
        "update ai_interactions set answer = 'anders', prompt = null",
        "delete from ai_interactions",
        "truncate ai_interactions",
    ],
)
async def test_the_ledger_is_only_added_to(tenant: UUID, change: str) -> None:
    before = await kept(tenant, call(prompt="p", answer="a"))
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied"):
        async with tenant_scope(tenant) as scope:
            await scope.execute(change)
    async with tenant_scope(tenant) as scope:
        assert dict((await scope.fetch("select * from ai_interactions"))[0]) == before


async def test_a_tenant_that_is_deleted_takes_its_ledger_along(tenant: UUID, admin_url: str) -> None:
    await kept(tenant, call())
    await delete_tenant(tenant)
    admin = await asyncpg.connect(admin_url)
    assert await admin.fetchval("select count(*) from ai_interactions where tenant_id = $1", tenant) == 0
    await admin.close()


def test_a_hash_tells_prompts_apart() -> None:
    assert prompt_hash("a", "bc") != prompt_hash("ab", "c")
    assert prompt_hash("rayu \ud800") == prompt_hash("rayu \ud800")
    assert len(prompt_hash("x")) == 64
