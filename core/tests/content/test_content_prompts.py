"""Prompts and their versions, the preview, the settings, and what an order's prompt says."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from batikrfm.content import shipped
from batikrfm.content.asking import Asking, ask, preview
from batikrfm.content.blocks import BLOCK
from batikrfm.content.errors import ContentSettingsError, OrderError, PromptError, PromptNotFoundError
from batikrfm.content.generating import generate
from batikrfm.content.model import Order
from batikrfm.content.prompts import find_prompt, own_prompts, prompt_for, prompt_versions, reset_prompt, restore_prompt, save_prompt
from batikrfm.content.settings import ContentSettings, read_settings, save_settings
from batikrfm.db.keys import uuid7
from batikrfm.tenancy import tenant_scope
from batikrfm.tenancy.profile import Profile, change_profile
from batikrfm.testkit.injections import INJECTIONS
from content_stage import PRODUCTS, customer, fill_shop, settle_on

if TYPE_CHECKING:
    from chain_stage import Stage

ORDER = Order("champions")
MORNING = dt.datetime(2026, 12, 9, 17, 30, tzinfo=dt.UTC)  # the 10th where the shop is


async def asked(tenant: UUID, order: Order = ORDER) -> Asking:
    async with tenant_scope(tenant):
        return await ask(order, now=MORNING)


async def test_the_products_prompt_is_written_down_when_it_is_first_used(tenant: UUID) -> None:
    async with tenant_scope(tenant):
        first = await prompt_for("champions", "id")
        assert await prompt_for("champions", "id") == first
        assert (first.scope, first.segment_type, first.version, first.current) == ("global", "champions", shipped.VERSION, False)
        assert first.template == shipped.template("champions", "id")
        assert (await prompt_for("somebody_elses", "en")).segment_type == shipped.ANY
        assert await find_prompt(first.id) == first
        with pytest.raises(PromptNotFoundError):
            await find_prompt(uuid7())


async def test_a_change_is_a_new_version_and_the_old_ones_stay(tenant: UUID) -> None:
    async with tenant_scope(tenant):
        one = await save_prompt("champions", "id", "Satu {{ shop }}", by="Bu Sri")
        assert await save_prompt("champions", "id", " Satu {{ shop }} ") == one
        two = await save_prompt("champions", "id", "Dua {{ shop }}", temperature=None, max_tokens=500)
        assert (one.version, two.version, two.current, two.temperature) == (1, 2, True, None)
        assert await prompt_for("champions", "id") == two
        assert (await prompt_for("champions", "en")).scope == "global"
        assert [(version.version, version.current) for version in await prompt_versions("champions", "id")] == [(2, True), (1, False)]
        again = await restore_prompt(one.id)
        assert (again.version, again.template, again.current) == (3, one.template, True)
        assert await own_prompts("id") == {"champions": again}
        assert (await reset_prompt("champions", "id")).scope == "global"
        assert await own_prompts("id") == {}
        assert {version.version for version in await prompt_versions("champions", "id")} == {1, 2, 3}
        assert (await save_prompt("champions", "id", "Empat")).version == 4


async def test_a_shops_words_for_any_segment_come_before_the_products(tenant: UUID) -> None:
    async with tenant_scope(tenant):
        everyone = await save_prompt(shipped.ANY, "id", "Semua {{ segment_name }}")
        mine = await save_prompt("loyal", "id", "Setia {{ segment_name }}")
        assert await prompt_for("champions", "id") == everyone
        assert await prompt_for("loyal", "id") == mine


async def test_a_prompt_that_cannot_be_used_is_not_kept(tenant: UUID) -> None:
    async with tenant_scope(tenant):
        with pytest.raises(PromptError):
            await save_prompt("champions", "id", "{{ nama_pelanggan }}")
        for wrong in ({"max_tokens": 1}, {"temperature": 2.5}):
            with pytest.raises(OrderError):
                await save_prompt("champions", "id", "Halo", **wrong)
        with pytest.raises(OrderError):
            await save_prompt("", "id", "Halo")
        assert await own_prompts("id") == {}


async def test_a_preview_is_what_would_be_sent_or_says_why_not(tenant: UUID) -> None:
    await fill_shop(tenant, customer("Siti Rahmawati"))
    async with tenant_scope(tenant):
        now = await preview(ORDER)
        assert (now.system, now.text, now.blocked) == ((await ask(ORDER)).system, (await ask(ORDER)).text, None)
        other = await preview(ORDER, "Tulis untuk {{ segment_name }} dari {{ shop }}")
        assert other.text.startswith('Tulis untuk Juara dari <data name="shop">"Batik Laras"</data>')
        bad = await preview(ORDER, "Tulis untuk Siti Rahmawati")
        assert bad.blocked is not None
        assert "nama" in bad.blocked.say("id")
        with pytest.raises(PromptError):
            await preview(ORDER, "{{ x }}")
        assert await own_prompts("id") == {}


async def test_a_prompt_says_the_group_the_products_the_day_and_the_offer(shop: UUID) -> None:
    asking = await asked(shop, replace(ORDER, offer="Gratis ongkir sampai Minggu"))
    assert asking.system.startswith("Anda ahli pemasaran untuk toko batik Indonesia.")
    for words in ("Kelompok: Juara.", "pelanggan,", "dari omzet", "Harbolnas 12.12, Natal", '"Gratis ongkir sampai Minggu"', "{nama}"):
        assert words in asking.text
    assert any(f'"{product}"' in asking.text for product in PRODUCTS)
    assert "kain" in asking.text.lower()
    english = await asked(shop, replace(ORDER, language="en"))
    assert "Group: Champions." in english.text
    assert "There is no offer" in english.text
    assert "all in English" in english.text
    for text in (asking.text, english.text):
        assert "\n\n\n" not in text
        assert "{{" not in text


async def test_the_role_follows_the_shops_trade(shop: UUID) -> None:
    await settle_on(shop, trade="keripik singkong", offer="Beli dua gratis satu", variants=1, language="en", tier="best")
    asking = await asked(shop)
    assert '<data name="trade">"keripik singkong"</data>' in asking.system
    assert "batik Indonesia" not in asking.system
    assert (asking.order.variants, asking.order.language, asking.order.tier, asking.order.offer) == (
        1,
        "en",
        "best",
        "Beli dua gratis satu",
    )
    assert (await asked(shop, replace(ORDER, offer=""))).order.offer == ""


async def test_the_brief_says_the_same(shop: UUID) -> None:
    asking = await asked(shop, replace(ORDER, offer="Diskon 10%"))
    brief = asking.request("any").brief
    assert brief == asking.brief
    assert (brief.shop, brief.segment, brief.segment_name, brief.offer, brief.variants) == (
        "Batik Laras",
        "champions",
        "Juara",
        "Diskon 10%",
        2,
    )
    assert brief.occasion == "Harbolnas 12.12"
    assert set(brief.products) <= set(PRODUCTS)
    request = asking.request("small", "batch-7")
    assert (request.id, request.model, request.max_output_tokens, request.temperature) == ("batch-7", "small", 1_500, 0.7)
    assert str(shop) not in str(request)


async def test_a_day_later_the_same_is_asked(shop: UUID) -> None:
    async with tenant_scope(shop):
        hashes = {(await ask(ORDER, now=MORNING + dt.timedelta(hours=hours))).content_hash for hours in (0, 20)}
        assert len(hashes) == 1
        assert (await ask(ORDER, now=MORNING + dt.timedelta(days=60))).content_hash not in hashes


async def test_attacks_stay_in_their_blocks_and_the_rules_outside_hold(tenant: UUID) -> None:
    await fill_shop(tenant)
    plain = await asked(tenant, replace(ORDER, offer="Murah"))
    await with_voice(tenant, "Murah")
    outside = BLOCK.sub("[]", (await asked(tenant, replace(ORDER, offer="Murah"))).text)
    for attack in INJECTIONS:
        await with_voice(tenant, attack.text)
        async with tenant_scope(tenant):
            shown = await preview(replace(ORDER, offer=attack.text[:500]), now=MORNING)
        assert BLOCK.sub("[]", shown.text) == outside, attack.name
        assert shown.system == plain.system
        assert not any(ord(sign) < 32 and sign != "\n" for sign in shown.text), attack.name


async def with_voice(tenant: UUID, voice: str) -> None:
    async with tenant_scope(tenant):
        await change_profile(Profile("Batik Laras", "Asia/Jakarta", "IDR", "id", voice.replace("\0", "")))


@pytest.mark.usefixtures("writing")
async def test_attacks_in_product_names_stay_in_theirs(tenant: UUID, vendors: Stage) -> None:
    sales = [
        type(customer())(f"pembeli{number}", 3, 9_000_000, attack.text.replace("\0", ""))
        for number in range(60)
        for attack in INJECTIONS[:20]
    ]
    await fill_shop(tenant, *sales)
    await generate(tenant, ORDER)
    text = vendors.requests[0].prompt
    blocks = dict(BLOCK.findall(text))
    assert set(blocks) == {"shop", "products", "categories"}
    assert "KENARI" not in BLOCK.sub("", text)


@pytest.mark.parametrize(
    "wrong",
    [
        {"trade": "x" * 101},
        {"offer": "x" * 501},
        {"banned_words": ("x" * 101,)},
        {"banned_words": tuple(f"kata{number}" for number in range(201))},
        {"domains": ("toko kami",)},
        {"domains": ("toko.id/halaman",)},
        {"phones": ("telepon saya",)},
        {"chain": ()},
        {"chain": ("Open AI",)},
        {"variants": 0},
        {"variants": 6},
        {"cache_days": 0},
        {"weekly_day": 8},
        {"weekly_minute": 1440},
        {"triggers": ("At Risk",)},
        {"tier": "luxury"},
        {"language": "jv"},
    ],
    ids=str,
)
async def test_settings_that_cannot_be_are_not_kept(tenant: UUID, wrong: dict[str, Any]) -> None:
    async with tenant_scope(tenant):
        with pytest.raises(ContentSettingsError) as refused:
            await save_settings(replace(ContentSettings(), **wrong))
        assert refused.value.say("id") != refused.value.say("en")
        assert await read_settings() == ContentSettings()


async def test_settings_are_tidied_and_kept(tenant: UUID) -> None:
    wanted = ContentSettings(
        trade=" batik  tulis ",
        offer="Diskon 10%\u200b",
        banned_words=("murahan", " ", "murahan"),
        domains=("https://Toko.ID/",),
        phones=("0812-3456-7890",),
        language="en",
        chain=("groq", "template"),
        tier="best",
        variants=3,
        cache_days=14,
        weekly=False,
        weekly_day=5,
        weekly_minute=0,
        triggers=("at_risk",),
        batch=False,
    )
    async with tenant_scope(tenant):
        kept = await save_settings(wanted)
        assert (kept.trade, kept.offer, kept.banned_words, kept.domains) == ("batik tulis", "Diskon 10%", ("murahan",), ("toko.id",))
        assert replace(await save_settings(kept), updated_at=None) == replace(kept, updated_at=None)
        assert (kept.chain, kept.triggers, kept.weekly, kept.batch) == (("groq", "template"), ("at_risk",), False, False)


async def test_a_link_is_offered_only_where_the_shop_has_an_address_for_it(tenant: UUID) -> None:
    """Nothing would fill it otherwise, and a text with a gap that nobody can fill is sent to nobody."""
    await fill_shop(tenant)
    without = await asked(tenant)
    await settle_on(tenant, domains=("toko.id",))
    with_one = await asked(tenant)
    assert "{tautan}" not in without.text
    assert "{tautan}" in with_one.text
    assert (set(without.brief.placeholders), set(with_one.brief.placeholders)) == (
        {"nama", "produk_terakhir", "toko"},
        {"nama", "produk_terakhir", "toko", "tautan"},
    )
