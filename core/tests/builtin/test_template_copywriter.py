"""The provider that needs no vendor: its sentences, its facts, and what it makes of a brief that wants to break it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batikrfm.builtin.rfm.strategies import Rfm5, Rfm11
from batikrfm.builtin.template.choosing import GENERAL, SEGMENTS, source_for
from batikrfm.builtin.template.errors import NoBriefError
from batikrfm.builtin.template.facts import SLOTS, clean, facts_of
from batikrfm.builtin.template.filling import alternatives, paragraphs
from batikrfm.builtin.template.provider import MODEL, TemplateConfig, TemplateCopywriter
from batikrfm.builtin.template.writing import variants_of, write
from batikrfm.content.model import PLACEHOLDERS, Copy
from batikrfm.content.rules import Finding, ShopRules, find_problems
from batikrfm.plugins.kinds import KINDS, check_object
from batikrfm.plugins.loading import load_plugins
from batikrfm.sdk import CompletionRequest, CopyBrief, Finish, Language, ModelGoneError, PluginContext, RefusedError, Usage
from batikrfm.testkit.injections import INJECTIONS

LANGUAGES = get_args(Language)
FIELDS = ("subject", "preheader", "email", "whatsapp", "call_to_action")
SOURCES = (*SEGMENTS, GENERAL)
OFFERS = {"id": "Gratis ongkir ke seluruh Jawa sampai Minggu, untuk belanja apa saja", "en": "Free shipping to all of Java until Sunday"}
OCCASIONS = {"id": "Hari Kemerdekaan 17 Agustus", "en": "Independence Day"}
PRODUCTS = ("Kain Batik Tulis Parang Rusak 2 Meter", "Selendang Batik Sutra Pekalongan", "Tas Kanvas")


def brief(segment: str = "champions", language: Language = "id", **more: Any) -> CopyBrief:  # noqa: ANN401 - any field of a brief
    """A brief with nothing in it but what a brief always has; ``more`` are fields of it."""
    fields: dict[str, Any] = {"shop": "", "trade": "", "segment_name": segment, "action": "", "variants": 3}
    return CopyBrief(segment=segment, language=language, **{**fields, **more})


def full(language: Language) -> dict[str, Any]:
    """Every fact that a brief may have."""
    facts = {"shop": "Batik Bu Sri Rejeki Pekalongan", "offer": OFFERS[language], "occasion": OCCASIONS[language]}
    return {**facts, "products": PRODUCTS, "placeholders": PLACEHOLDERS}


def every_brief(segment: str, language: Language) -> Iterator[CopyBrief]:
    """A segment's brief with all facts, with none, and with some, for a batik shop and for another."""
    whole = full(language)
    some = [{}, whole, {"placeholders": ("nama",)}, {"shop": whole["shop"]}, {"offer": whole["offer"]}, {"products": PRODUCTS[:1]}]
    some += [{name: value for name, value in whole.items() if name != left_out} for left_out in whole]
    for facts in some:
        for trade in ("", "kopi"):
            yield brief(segment, language, **facts, trade=trade)


def problems(asked: CopyBrief) -> list[Finding]:
    """What the rules for copy say of everything that is written for ``asked``."""
    rules = ShopRules(placeholders=frozenset(asked.placeholders), offer=asked.offer, language=asked.language, shop=asked.shop)
    return [finding for copy in write(asked) for finding in find_problems(Copy(**copy), rules)]


def sentences(source: str, language: Language) -> Iterator[tuple[str, str]]:
    """Every field of every variant in a file, as it is written there."""
    for variant in variants_of(source, language):
        yield from variant.items()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("segment", SOURCES)
def test_what_is_written_breaks_no_rule_whatever_facts_there_are(segment: str, language: Language) -> None:
    for asked in every_brief(segment, language):
        assert problems(asked) == [], asked


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("segment", SOURCES)
def test_no_two_variants_say_the_same(segment: str, language: Language) -> None:
    for asked in (brief(segment, language), brief(segment, language, **full(language))):
        copies = write(asked)
        assert len(copies) == 3
        for field in FIELDS:
            assert len({copy[field] for copy in copies}) == 3, field


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_segments_say_the_same(language: Language) -> None:
    texts = [copy[field] for segment in SOURCES for copy in write(brief(segment, language)) for field in ("subject", "email", "whatsapp")]
    assert len(set(texts)) == len(texts)


def test_every_segment_of_ours_has_sentences_of_its_own() -> None:
    ours = {segment.key for strategy in (Rfm5(), Rfm11()) for segment in strategy.segments}
    assert ours == set(SEGMENTS)
    for language in LANGUAGES:
        folder = files("batikrfm.builtin.template").joinpath("copy", language)
        assert {path.name for path in folder.iterdir()} == {f"{source}.toml" for source in SOURCES}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("source", SOURCES)
def test_the_files_are_written_as_they_have_to_be(source: str, language: Language) -> None:
    slots = {name.say(language) for name in SLOTS.values()}
    variants = variants_of(source, language)
    assert len(variants) >= 3
    for variant in variants:
        assert set(variant) == set(FIELDS)
    for field, text in sentences(source, language):
        assert set(re.findall(r"<(\w+)>", text)) <= slots, f"{field}: there is no such fact"
        assert set(re.findall(r"\{(\w+)\}", text)) <= set(PLACEHOLDERS), f"{field}: there is no such placeholder"
        if field in ("subject", "preheader", "call_to_action"):
            assert not re.search(r"[<{]", alternatives(text)[-1]), f"{field}: the last alternative needs nothing"
        assert "" not in alternatives(text.replace("\n\n", " ")), f"{field}: an empty alternative"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("source", SOURCES)
def test_the_greeting_and_the_farewell_can_always_be_said(source: str, language: Language) -> None:
    for field, text in sentences(source, language):
        if field in ("email", "whatsapp"):
            for paragraph in (paragraphs(text)[0], paragraphs(text)[-1]):
                assert not re.search(r"[<{]", alternatives(paragraph)[-1]), paragraph


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("segment", SOURCES)
def test_every_fact_is_used_where_there_is_one(segment: str, language: Language) -> None:
    facts = full(language)
    for copy in write(brief(segment, language, **facts)):
        assert facts["offer"] in copy["email"]
        assert facts["offer"] in copy["whatsapp"]
        assert facts["shop"] in copy["email"]
        assert facts["shop"] in copy["whatsapp"]
        assert "{nama}" in copy["whatsapp"]
    everything = "".join(text for copy in write(brief(segment, language, **facts)) for text in copy.values())
    assert facts["occasion"] in everything
    assert "batik" in everything.replace("Batik", "")


def test_nobody_speaks_of_batik_in_a_coffee_shop() -> None:
    for segment in SOURCES:
        for language in LANGUAGES:
            for copy in write(brief(segment, language, trade="kopi", shop="Kopi Tetangga", occasion="Lebaran", placeholders=PLACEHOLDERS)):
                assert not re.search(
                    r"batik|kain\b|motif|cloth|selendang|shawl|lemari|cupboard|jemur|\bwear", " ".join(copy.values()), re.IGNORECASE
                ), copy


def test_a_trade_is_named_where_it_is_not_batik() -> None:
    assert "kopi" in "".join(copy["email"] for copy in write(brief(GENERAL, trade="kopi")))


@pytest.mark.parametrize("occasion", ["musim gajian", "Harbolnas 12.12"])
def test_nobody_is_wished_a_happy_payday(occasion: str) -> None:
    assert occasion not in "".join(text for copy in write(brief("lost", occasion=occasion)) for text in copy.values())
    assert "Selamat menyambut Lebaran" in "".join(copy["email"] for copy in write(brief("lost", occasion="Lebaran (Idulfitri)")))


def test_the_same_brief_gets_the_same_words_and_another_week_begins_with_others() -> None:
    asked = brief(variants=1, offer="Gratis kartu ucapan")
    assert write(asked) == write(replace(asked))
    assert len({write(replace(asked, occasion=f"hari ke-{day}"))[0]["subject"] for day in range(9)}) == 3


@pytest.mark.parametrize("wanted", [0, 1, 2, 5, 9])
def test_as_many_variants_as_are_wanted_and_all_different(wanted: int) -> None:
    copies = write(brief(variants=wanted, placeholders=PLACEHOLDERS))
    assert len({json.dumps(copy) for copy in copies}) == len(copies) == max(1, wanted)


@pytest.mark.parametrize(
    ("action", "source"),
    [
        ("Ucapkan terima kasih dan tunjukkan motif baru lebih dulu", "champions"),
        ("Sambut dengan hangat dan kirim cara merawat kainnya", "new"),
        ("Tanyakan kabarnya secara pribadi", "at_risk"),
        ("Invite them back before Lebaran", "hibernating"),
        ("Offer something that goes with what they have", "loyal"),
        ("Make them regulars", "potential_loyalist"),
        ("Remind them kindly", "need_attention"),
        ("", GENERAL),
        ("Beri tahu jam buka", GENERAL),
    ],
)
def test_a_segment_that_is_not_ours_gets_the_words_that_its_action_asks_for(action: str, source: str) -> None:
    assert source_for(brief("bintang_lima", action=action)) == source


def test_each_segment_of_ours_would_be_found_by_most_of_our_own_actions() -> None:
    """The words of an action lead somewhere sensible even when they are those of our own owner's page."""
    found = [
        source_for(brief("x", language, action=segment.action.say(language))) for language in LANGUAGES for segment in Rfm11().segments
    ]
    assert found.count(GENERAL) == 0


NASTY = st.one_of(
    st.text(max_size=400),
    st.sampled_from([attack.text for attack in INJECTIONS]),
    st.lists(
        st.sampled_from(["{nama}", "{alamat}", "{{", "}}", "<toko>", "|", "\n\n", "*", "_", "[x](y)", "\u200b", '"', "\\", "kain", "\x00"]),
        max_size=60,
    ).map(" ".join),
)


@given(st.sampled_from(SOURCES), st.sampled_from(LANGUAGES), NASTY, NASTY, NASTY, NASTY, st.lists(NASTY, max_size=4))
def test_no_fact_breaks_the_frame(
    segment: str, language: Language, shop: str, trade: str, offer: str, occasion: str, products: list[str]
) -> None:
    asked = brief(
        segment, language, shop=shop, trade=trade, offer=offer, occasion=occasion, products=tuple(products), placeholders=("nama",)
    )
    copies = write(asked)
    assert json.loads(json.dumps({"variants": copies}, ensure_ascii=False).encode()) == {"variants": copies}
    for copy in copies:
        assert set(copy) == set(FIELDS)
        assert set(re.findall(r"\{.*?\}", "".join(copy.values()))) <= {"{nama}"}
        assert not re.search(r"[{}]", re.sub(r"\{nama\}", "", "".join(copy.values())))
        assert (len(copy["subject"]) <= 60, len(copy["preheader"]) <= 100, len(copy["call_to_action"]) <= 30) == (True, True, True)
        assert 60 <= len(copy["email"].split()) <= 180
        assert 200 <= len(copy["whatsapp"]) <= 600
        assert "\n" not in copy["subject"] + copy["preheader"] + copy["call_to_action"]
        assert not re.search(r"\]\(|<|\x00|\u200b", "".join(copy.values()))


@given(NASTY, st.integers(1, 200))
def test_a_clean_fact_is_one_line_that_means_nothing_to_anybody(text: str, longest: int) -> None:
    fact = clean(text, longest)
    assert len(fact) <= longest
    assert fact == fact.strip()
    assert not re.search(r"[{}\[\]<>|*_`#\\\n\r\x00-\x1f\u200b]", fact)


@pytest.mark.parametrize(
    ("products", "named"),
    [
        (("KAIN BATIK TULIS PARANG",), "Kain Batik Tulis Parang"),
        (("Tas XL", "Tas XL", "Blus"), "Tas XL dan Blus"),
        (("Kaos DISKON 50%", "Kain Rp 50.000", "hub 0812345678", "a@b.com", "Blus"), "Blus"),
        (("Masker antivirus obat", "Promo Lebaran"), None),
        (("Kain Batik Tulis Sekar Jagad Lasem Pewarna Alam Premium Halus",), "Kain Batik Tulis Sekar Jagad Lasem Pewarna"),
        ((" \n ",), None),
    ],
)
def test_only_names_of_products_are_named(products: tuple[str, ...], named: str | None) -> None:
    assert facts_of(brief(products=products)).slots.get("produk") == named


def test_an_offer_that_is_too_long_ends_at_a_sentence() -> None:
    long = "Gratis ongkir ke Jawa. " + "Berlaku untuk semua kain dan semua ukuran, " * 9
    assert facts_of(brief(offer=long)).slots["tawaran"] == "Gratis ongkir ke Jawa"


@pytest.fixture
def copywriter(plugin_context: PluginContext) -> TemplateCopywriter:
    return TemplateCopywriter(TemplateConfig(), plugin_context)


def asking(**more: Any) -> CompletionRequest:  # noqa: ANN401 - any field of a request
    return CompletionRequest(**{"id": "1", "model": MODEL, "system": "", "prompt": "", "brief": brief(), **more})


def test_the_host_lets_it_in_and_finds_it_installed() -> None:
    assert check_object(KINDS["register_llm_providers"], TemplateCopywriter) == "template"
    assert load_plugins(only={"builtin"}).llm_providers["template"] is TemplateCopywriter


async def test_an_answer_is_complete_costs_nothing_and_says_that_no_model_wrote_it(copywriter: TemplateCopywriter) -> None:
    async with copywriter:
        answer = await copywriter.complete(asking())
    assert (answer.finish, answer.model, answer.usage) == (Finish.COMPLETE, "template-1", Usage(0, 0))
    assert json.loads(answer.text) == answer.data
    assert [set(copy) for copy in answer.data["variants"]] == [set(FIELDS)] * 3
    assert [list(copywriter.models(tier)) for tier in ("economy", "standard", "best")] == [["template-1"]] * 3
    assert (await copywriter.check()).facts == {"model": "template-1"}


async def test_prose_is_not_read(copywriter: TemplateCopywriter) -> None:
    with pytest.raises(NoBriefError) as refused:
        await copywriter.complete(asking(brief=None, prompt="Tulis sapaan"))
    assert isinstance(refused.value, RefusedError)
    assert refused.value.say("id").startswith("Kalimat siap pakai hanya bisa menulis")


async def test_there_is_no_other_model(copywriter: TemplateCopywriter) -> None:
    with pytest.raises(ModelGoneError, match="gpt-9"):
        await copywriter.complete(asking(model="gpt-9"))
