"""What the pages of sales make of what they are given, without a database: choices, examples, cut-points, sentences, file names."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batikrfm.sales.mapping.findings import SURE as SURE_IN_MAPPING
from batikrfm.sales.parsing.reasons import Reason
from batikrfm.sales.previews import Answer, FieldGuess, OpenQuestion, Preview, Reading, SheetPreview
from batikrfm.sales.uploads import UploadState
from batikrfm.sales.values.days import DateStyle
from batikrfm.sales.values.numbers import NumberStyle
from batikrfm.sales.values.statuses import STATUSES
from batikrfm.sdk.text import Text
from batikrfm.segmentation.tracing import Trace
from batikrfm_tenants.portal.downloads import attachment, safe_name
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.pages.segments.origin import cut_rows
from batikrfm_tenants.portal.pages.segments.rules import CUTS, wanted
from batikrfm_tenants.portal.pages.segments.standing import shade
from batikrfm_tenants.portal.pages.tracing.sentences import sentence
from batikrfm_tenants.portal.pages.uploading import words
from batikrfm_tenants.portal.pages.uploading.checking import SURE, as_answer, day_in_style, example
from batikrfm_tenants.portal.pages.uploading.choices import chosen_by_sheet, unanswered
from batikrfm_tenants.portal.states import UPLOADS

A_TEXT = Text(id="x", en="x")
COLUMNS = ("Tanggal", 'Nama"><b>', "Total", "Jumlah")
SHEET = SheetPreview(
    key="abc",
    file="a.csv",
    sheet=None,
    also=(),
    rows=1,
    header=COLUMNS,
    columns=COLUMNS,
    cells=(("01/02/2026", "Siti", "1.000", "1"),),
    export=None,
    remembered=False,
    guesses=(FieldGuess("ordered_at", A_TEXT, "Tanggal", 0.9, required=True), FieldGuess("product", A_TEXT, None, 0.0)),
    questions=(
        OpenQuestion("line_total", A_TEXT, (Answer("line_total", "Total", A_TEXT), Answer("order_total", "Total", A_TEXT)), (), ()),
    ),
    readings=(Reading("ordered_at", "Tanggal", "dmy", "01/02/2026", "2026-02-01T00:00", ("dmy", "mdy", "ymd")),),
    unknown_statuses=("hilang",),
)
PREVIEW = Preview((SHEET,), 1)


def form(**sent: str) -> Form:
    return Form({name.replace("__", "."): (value,) for name, value in sent.items()})


def test_only_what_differs_from_the_guess_is_a_choice() -> None:
    sent = form(s0__ordered_at="0", s0__product="1", s0__q0="1", s0__w0="cancelled", **{"s0.ordered_at.style": "mdy"})
    assert chosen_by_sheet(PREVIEW, sent) == {
        "abc": {"order_total": "Total", "product": 'Nama"><b>', "ordered_at.style": "mdy", "status.hilang": "cancelled"}
    }
    assert chosen_by_sheet(PREVIEW, form(s0__ordered_at="0", s0__product="-")) == {"abc": {}}


@given(st.text(max_size=8), st.text(max_size=8), st.text(max_size=8), st.text(max_size=8))
def test_no_value_of_a_form_becomes_a_choice_that_no_page_offers(column: str, answer: str, style: str, meaning: str) -> None:
    sent = Form({"s0.product": (column,), "s0.q0": (answer,), "s0.ordered_at.style": (style,), "s0.w0": (meaning,)})
    chosen = chosen_by_sheet(PREVIEW, sent)["abc"]
    assert chosen.get("product", "-") in {*COLUMNS, "-"}
    assert chosen.get("ordered_at.style", "dmy") in {"dmy", "mdy", "ymd"}
    assert chosen.get("status.hilang", "paid") in STATUSES
    assert {"line_total", "order_total"} & set(chosen) <= (
        {"line_total"} if answer.strip() == "0" else {"order_total"} if answer.strip() == "1" else set()
    )


def test_a_question_is_settled_by_an_answer_or_by_another_column() -> None:
    assert [problem.field for problem in unanswered(PREVIEW, form(s0__product="-")).problems] == ["s0.q0"]
    assert not unanswered(PREVIEW, form(s0__q0="0")).problems


@pytest.mark.parametrize(
    ("cell", "style", "day"),
    [
        ("12/05/2026", "dmy", dt.date(2026, 5, 12)),
        ("12/05/2026", "mdy", dt.date(2026, 12, 5)),
        ("5-4-26 10:00", "dmy", dt.date(2026, 4, 5)),
        ("2026/05/12", "ymd", dt.date(2026, 5, 12)),
        ("31/12/2026", "mdy", None),
        ("kemarin", "dmy", None),
        ("", "dmy", None),
    ],
)
def test_a_date_is_shown_as_each_answer_would_read_it(cell: str, style: str, day: dt.date | None) -> None:
    assert day_in_style(cell, style) == day
    said = as_answer(Answer("ordered_at.style", style, A_TEXT), cell)
    assert ("→" in said.id) == (day is not None)


def test_examples_say_day_number_or_nothing() -> None:
    assert example(SHEET.readings[0]).day == dt.date(2026, 2, 1)
    money = example(Reading("line_total", "Total", None, "1.000", "1000", ()))
    assert (money.number, money.is_money) == (Decimal(1000), True)
    assert example(Reading("ordered_at", "Tanggal", None, "?", None, ())).day is None
    assert example(Reading("quantity", "Jumlah", None, "?", None, ())).number is None


def test_every_word_of_the_core_has_words_here() -> None:
    assert set(words.REASONS) == {str(reason) for reason in Reason}
    assert set(words.MEANINGS) == set(STATUSES)
    assert set(words.STYLES) == {*map(str, DateStyle), *map(str, NumberStyle)}
    assert set(UPLOADS) == set(UploadState)
    assert SURE == SURE_IN_MAPPING


def test_cut_points_go_from_the_best_score_to_the_worst() -> None:
    rows = cut_rows({"recency_days": [30, 60, 90, 180], "frequency": [2, 3, 5, 10], "monetary": ["1", "2", "3", "4.5"]})
    assert [(row.score, row.days, row.purchases, row.money) for row in rows] == [
        (5, 30, 10, Decimal("4.5")),
        (4, 60, 5, Decimal(3)),
        (3, 90, 3, Decimal(2)),
        (2, 180, 2, Decimal(1)),
        (1, 180, 2, Decimal(1)),
    ]
    assert [row.worst for row in rows] == [False, False, False, False, True]
    strange: list[dict[str, Any]] = [{}, {"recency_days": [1], "frequency": [2], "monetary": ["3"]}]
    for one in (*strange, {"recency_days": ["x"], "frequency": [], "monetary": []}):
        assert cut_rows(one) == ()


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_cell_is_darker_the_more_customers_it_has(customers: int, most: int) -> None:
    assert shade(min(customers, most), most) in range(6)
    assert (shade(min(customers, most), most) == 0) == (min(customers, most) == 0)


@given(
    st.dictionaries(
        st.sampled_from([*(f"{name}.{place}" for name in CUTS for place in range(4)), "since_days", "mode", "returns"]),
        st.text(max_size=12),
    )
)
def test_rules_are_read_or_refused_and_never_break(sent: dict[str, str]) -> None:
    schema: dict[str, Any] = {"properties": {key: {} for key in ("mode", *CUTS)}}
    preferences, answered = wanted(Form({name: (value,) for name, value in sent.items()}), schema, "rfm5")
    if not answered.problems:
        assert all(len(preferences.settings[name]) == 4 and None not in preferences.settings[name] for name in CUTS)


NAMES = {"loyal": Text(id="Setia", en="Loyal"), "lost": Text(id="Sudah Pergi", en="Lost")}


@pytest.mark.parametrize(
    ("trace", "indonesian", "english"),
    [
        (Trace("customers", segment="loyal"), "Pelanggan di segmen Setia", "Customers in the segment Loyal"),
        (Trace("customers", segment="-"), "Pelanggan di luar segmen mana pun", "Customers in no segment"),
        (Trace("customers", r=5, fm=4), "Pelanggan dengan nilai R 5 dan FM 4", "Customers with scores R 5 and FM 4"),
        (
            Trace("orders", purchases_only=True, since=dt.date(2026, 5, 1), until=dt.date(2026, 5, 31)),
            "Pembelian dari 1 Mei 2026 sampai 31 Mei 2026",
            "Purchases from 1 May 2026 to 31 May 2026",
        ),
        (
            Trace("customers", buyers="new", since=dt.date(2026, 5, 1), until=dt.date(2026, 5, 1)),
            "Pelanggan yang baru pertama kali berbelanja pada 1 Mei 2026",
            "Customers who bought for the first time on 1 May 2026",
        ),
        (Trace("orders", customer_id=UUID(int=1)), "Pesanan seorang pelanggan", "Orders of one customer"),
        (
            Trace("customers", run_id=UUID(int=1), from_segment="loyal", to_segment="lost"),
            "Pelanggan yang pindah dari Setia ke Sudah Pergi",
            "Customers who moved from Loyal to Lost",
        ),
        (
            Trace("customers", run_id=UUID(int=1), from_segment="-", to_segment="lost"),
            "Pelanggan yang baru masuk ke Sudah Pergi",
            "Customers who are new in Lost",
        ),
        (Trace("customers", segment="asing"), "Pelanggan di segmen asing", "Customers in the segment asing"),
    ],
)
def test_a_trace_is_one_sentence(trace: Trace, indonesian: str, english: str) -> None:
    assert (sentence(trace, NAMES).id, sentence(trace, NAMES).en) == (indonesian, english)


@given(st.text(max_size=300))
def test_a_file_is_saved_under_a_name_that_cannot_bite(name: str) -> None:
    headers = attachment(f"{name}.pdf")
    disposition = headers["Content-Disposition"]
    assert disposition.isascii()
    assert disposition.isprintable()
    assert disposition.count('"') == 2
    assert not set('/\\:*?"<>|;\n') & set(safe_name(name))
    assert len(safe_name(f"{name}.pdf")) <= 130
