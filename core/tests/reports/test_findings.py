"""Findings: no sentence without enough to say it about, and none that its own figures contradict."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from decimal import Decimal

import made_up
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batikrfm import figures
from batikrfm.builtin.rfm.strategies import Rfm5, Rfm11
from batikrfm.reports import finding_words
from batikrfm.reports.finding import Finding, joined
from batikrfm.reports.findings import AWAY, RISK, findings
from batikrfm.sdk.text import Language, Text
from batikrfm.segmentation.facts import Facts
from batikrfm.segmentation.overview import Overview

LANGUAGES: tuple[Language, ...] = ("id", "en")
SHOP = {"champions": (100, 45_000_000), "loyal": (200, 30_000_000), "at_risk": (700, 25_000_000)}
KEYS = st.one_of(st.none(), st.sampled_from([segment.key for segment in Rfm11.segments]))
MONEY = st.integers(-(10**15), 10**15)
COUNTS = st.integers(0, 2_000_000)
SHARES = st.one_of(st.none(), st.decimals(0, 1, places=6))


@st.composite
def shops(draw: st.DrawFn) -> tuple[Overview, Facts]:
    strategy = draw(st.sampled_from([Rfm5, Rfm11]))
    keys = [segment.key for segment in strategy.segments]
    flows = draw(st.lists(st.tuples(KEYS, KEYS, st.integers(1, 10**6)), max_size=8, unique_by=lambda flow: flow[:2]))
    moves = [flow for flow in flows if flow[0] != flow[1] and all(key is None or key in keys for key in flow[:2])]
    seen = made_up.overview(
        strategy=strategy,
        segments=draw(st.dictionaries(st.sampled_from(keys), st.tuples(COUNTS, MONEY))),
        customers=draw(st.tuples(COUNTS, COUNTS)),
        revenue=draw(st.tuples(MONEY, MONEY)),
        purchases=draw(st.tuples(COUNTS, COUNTS)),
        new_customers=draw(st.tuples(COUNTS, COUNTS)),
        repeat_rate=draw(st.tuples(SHARES, SHARES)),
        flows=moves,
        compared_with=draw(st.one_of(st.none(), st.just(dt.date(2026, 11, 18)))),
    )
    moved = {(source, target): Decimal(draw(MONEY)) for source, target, _ in moves if source and target}
    told = made_up.facts(
        moved_money=moved,
        best_customers=-(-seen.run.customers // 10),
        best_money=Decimal(draw(MONEY)),
        first_money=Decimal(draw(MONEY)),
        unreachable=draw(st.integers(0, seen.run.customers)),
        last_sale=draw(st.one_of(st.none(), st.dates(dt.date(2020, 1, 1), made_up.AS_OF))),
    )
    return seen, told


def by_key(found: tuple[Finding, ...]) -> dict[str, Finding]:
    return {finding.key: finding for finding in found}


def say(found: tuple[Finding, ...], key: str, language: Language = "id") -> str:
    return by_key(found)[key].sentence.say(language).replace("\N{NO-BREAK SPACE}", " ")


@settings(deadline=None)
@given(shops())
def test_every_sentence_is_whole_in_both_languages(shop: tuple[Overview, Facts]) -> None:
    found = findings(*shop)
    assert len({finding.key for finding in found}) == len(found)
    for finding in found:
        for language in LANGUAGES:
            sentence = finding.sentence.say(language)
            assert not re.search(r"[{}]|None|Decimal|E\+", sentence)
            assert sentence == sentence.strip()
            assert sentence.endswith((".", "h."))
        assert finding.traces or finding.listed, "a reader can get to the rows of every number"


@settings(deadline=None)
@given(shops())
def test_no_sentence_contradicts_its_figures(shop: tuple[Overview, Facts]) -> None:
    seen, told = shop
    found = by_key(findings(seen, told))
    revenue, before = seen.revenue.value or Decimal(0), seen.revenue.before or Decimal(0)
    if "revenue" in found and seen.purchases.value:
        sentence = found["revenue"].sentence.en
        assert found["revenue"].number == revenue
        assert figures.decimal_money(revenue, "IDR", "en") in sentence
        assert ("up " in sentence or "times" in sentence) <= (revenue > before)
        assert ("down " in sentence) <= (revenue < before)
        assert (found["revenue"].tone == "good") == ("up " in sentence or "times" in sentence)
        assert (found["revenue"].tone == "bad") == ("down " in sentence)
    if "repeat_rate" in found:
        rate, earlier = seen.repeat_rate.value, seen.repeat_rate.before
        assert rate is not None
        assert ("up from" in found["repeat_rate"].sentence.en) <= (earlier is not None and rate > earlier)
        assert ("down from" in found["repeat_rate"].sentence.en) <= (earlier is not None and rate < earlier)
    if "best_segment" in found and "only" in found["best_segment"].sentence.en:
        assert seen.segments[0].revenue_share > seen.segments[0].customer_share
    if "unreachable" in found:
        assert (found["unreachable"].sentence.en == finding_words.NOBODY_REACHABLE.en) == (told.unreachable == seen.run.customers)


@settings(deadline=None)
@given(shops())
def test_moves_are_as_many_as_the_flows_say_and_each_flow_is_traced(shop: tuple[Overview, Facts]) -> None:
    seen, told = shop
    found = by_key(findings(seen, told))
    moves = [(at.flow.from_segment, at.flow.to_segment, at.flow.customers, at.trace) for at in seen.flows]
    best = seen.segments[0].key
    groups = {
        "left_best": [move for move in moves if move[0] == best and move[1]],
        "into_best": [move for move in moves if move[1] == best and move[0]],
        "came_back": [move for move in moves if move[0] in AWAY and move[1] and move[1] not in AWAY],
    }
    for key, group in groups.items():
        expected = sum(move[2] for move in group) if seen.compared_with else 0
        assert (key in found) == (expected > 0)
        if expected:
            assert found[key].number == expected
            assert set(found[key].traces) == {move[3] for move in group}
    if "to_risk" in found:
        assert {trace.to_segment for trace in found["to_risk"].traces} <= set(RISK)


def test_a_shop_with_news() -> None:
    flows = [("loyal", "at_risk", 12), ("champions", "loyal", 3), ("at_risk", "champions", 1), ("lost", "at_risk", 50), (None, "loyal", 9)]
    seen = made_up.overview(segments=SHOP, flows=flows)
    found = findings(
        seen,
        made_up.facts(
            moved_money={("loyal", "at_risk"): Decimal(8_000_000)}, unreachable=40, best_money=Decimal(60_000_000), best_customers=100
        ),
    )
    assert [finding.key for finding in found] == [
        *("revenue", "to_risk", "left_best", "repeat_rate", "best_segment", "into_best", "came_back"),
        *("new_customers", "dependence", "unreachable"),
    ]
    assert say(found, "revenue") == "Omzet 30 hari terakhir Rp 12.500.000, turun 8% dari 30 hari sebelumnya (Rp 13.600.000)."
    assert say(found, "revenue", "en") == "Revenue of the last 30 days is Rp 12,500,000, down 8% from the 30 days before (Rp 13,600,000)."
    assert say(found, "to_risk").startswith(
        "12 pelanggan pindah ke Hampir Pergi sejak hitungan 18 Nov 2026. Selama ini mereka belanja Rp 8.000.000;"
    )
    assert say(found, "into_best", "en") == "1 customer rose to Champions since the count of 18 Nov 2026."
    assert say(found, "came_back") == "1 pelanggan kembali dari Hampir Pergi ke segmen yang lebih rajin sejak hitungan 18 Nov 2026."
    assert say(found, "best_segment") == "Juara: hanya 10% dari pelanggan Anda, tetapi 45% dari belanja mereka semua."
    assert say(found, "unreachable").startswith("40 dari 1.000 pelanggan tidak punya nomor HP atau email")
    assert say(found, "repeat_rate") == "34% dari pembeli dalam 30 hari terakhir sudah pernah belanja sebelumnya, naik dari 32%."


def test_a_move_up_out_of_a_worse_segment_is_no_loss() -> None:
    found = findings(made_up.overview(segments=SHOP, flows=[("lost", "at_risk", 50)]), made_up.facts())
    assert "to_risk" not in by_key(found)


def test_too_little_is_said_to_be_too_little() -> None:
    seen = made_up.overview(
        segments={"promising": (1, 150_000)}, customers=(1, 0), purchases=(1, 0), revenue=(150_000, 0), new_customers=(1, 0)
    )
    found = findings(seen, made_up.facts(first_money=Decimal(150_000), best_money=Decimal(150_000)))
    assert [finding.key for finding in found] == ["few", "revenue"]
    assert say(found, "few", "en").startswith("So far 1 customer has bought.")
    assert say(found, "revenue", "en") == "Revenue of the last 30 days is Rp 150,000, from 1 purchase."


@pytest.mark.parametrize(
    ("revenue", "purchases", "part"),
    [
        ((13_000_000, 12_000_000), (4, 400), "dari 4 pembelian."),
        ((12_010_000, 12_000_000), (140, 130), "hampir sama dengan"),
        ((24_000_000, 12_000_000), (140, 130), "naik 100% dari"),
        ((50_000_000, 12_000_000), (140, 130), "4,2 kali omzet"),
        ((5_000_000, -12_000_000), (140, 130), "dari 140 pembelian."),
        ((-5_000_000, 12_000_000), (140, 130), "-Rp 5.000.000, dari 140 pembelian."),
    ],
)
def test_money_is_compared_where_both_periods_have_enough(revenue: tuple[int, int], purchases: tuple[int, int], part: str) -> None:
    found = findings(made_up.overview(segments=SHOP, revenue=revenue, purchases=purchases), made_up.facts())
    assert part in say(found, "revenue")


def test_old_sales_and_quiet_days_come_first() -> None:
    seen = made_up.overview(segments=SHOP, purchases=(0, 130), revenue=(0, 1_000_000), customers=(0, 9), repeat_rate=(None, None))
    found = findings(seen, made_up.facts(last_sale=dt.date(2026, 10, 20)))
    assert [finding.key for finding in found][:2] == ["stale", "revenue"]
    assert say(found, "stale").startswith("Penjualan terakhir yang kami punya dari 20 Okt 2026, 36 hari sebelum")
    assert say(found, "revenue") == "Tidak ada pembelian dari 27 Okt 2026 sampai 25 Nov 2026."
    assert "repeat_rate" not in by_key(found)


def test_one_customer_who_is_most_of_the_shop() -> None:
    found = findings(made_up.overview(segments=SHOP), made_up.facts(first_money=Decimal(25_000_000), best_money=Decimal(60_000_000)))
    assert say(found, "dependence", "en").startswith("A single customer brings 25% of")


def test_a_strategy_without_our_segments_says_nothing_of_who_stays_away() -> None:
    seen = made_up.overview(segments=SHOP)
    other = tuple(dataclasses.replace(segment, key=f"x_{segment.key}") for segment in seen.segments)
    found = findings(dataclasses.replace(seen, segments=other, flows=()), made_up.facts())
    assert not {"to_risk", "came_back"} & set(by_key(found))


def test_the_same_placeholders_in_both_languages() -> None:
    for name, text in vars(finding_words).items():
        if isinstance(text, Text):
            assert set(re.findall(r"{(\w+)}", text.id)) == set(re.findall(r"{(\w+)}", text.en)), name


def test_words_in_a_row() -> None:
    assert [joined(words, "id") for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a dan b", "a, b dan c"]
