from __future__ import annotations

import datetime as dt
from collections.abc import Mapping as Table
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batikrfm.sales.mapping import Field, Mapping
from batikrfm.sales.parsing import LINES, REASON_TEXTS, REJECTED, Parsed, Reason, parse
from batikrfm.sales.reading import Sheet

TODAY = dt.date(2026, 7, 1)


def read(
    columns: Table[Field, list[Any]],
    *,
    currency: str = "IDR",
    layout: str | None = None,
    words: dict[str, str] | None = None,
    **styles: str,
) -> Parsed:
    """Parse a sheet that has one column for each field, headed by its name."""
    cells = pl.DataFrame([pl.Series(str(place), values, strict=False) for place, values in enumerate(columns.values())])
    sheet = Sheet("toko.csv", None, tuple(columns), cells.with_row_index("line", offset=2))
    mapping = Mapping(
        {name: place for place, name in enumerate(columns)},
        {},
        layout,
        "",
        {Field(name): style for name, style in styles.items()},
        words or {},
    )
    return parse(sheet, mapping, timezone="Asia/Jakarta", currency=currency, today=TODAY)


def of(amounts: list[Any], **more: Any) -> Parsed:  # noqa: ANN401 - arguments of read
    return read({Field.ORDERED_AT: ["2026-01-31"] * len(amounts), Field.LINE_TOTAL: amounts}, **more)


def test_a_row_becomes_a_line() -> None:
    parsed = read(
        {
            Field.ORDER_ID: ["A1"],
            Field.ORDERED_AT: ["31/01/2026 10:30"],
            Field.STATUS: ["Selesai"],
            Field.NAME: ["Siti Aminah"],
            Field.PHONE: ["0812-3456-7890"],
            Field.EMAIL: ["Siti@Example.com"],
            Field.PRODUCT: ["Kain"],
            Field.CHANNEL: ["Shopee"],
            Field.QUANTITY: ["2"],
            Field.UNIT_PRICE: ["82.500"],
            Field.LINE_TOTAL: ["165.000"],
            Field.ORDER_TOTAL: ["177.000"],
            Field.DISCOUNT: ["0"],
        }
    )
    assert parsed.rejected.is_empty()
    assert parsed.lines.schema == LINES
    line = parsed.lines.row(0, named=True)
    assert line.pop("ordered_at") == dt.datetime(2026, 1, 31, 3, 30, tzinfo=dt.UTC)
    assert line == {
        "line": 2,
        "order_id": "A1",
        "status": "paid",
        "customer": "+6281234567890",
        "name": "Siti Aminah",
        "phone": "+6281234567890",
        "email": "siti@example.com",
        "product": "Kain",
        "channel": "Shopee",
        "quantity_e4": 20_000,
        "unit_price_e4": 825_000_000,
        "line_total_e4": 1_650_000_000,
        "order_total_e4": 1_770_000_000,
        "discount_e4": 0,
        "returned_quantity_e4": None,
    }


def test_the_customer_is_the_first_contact_that_is_not_masked() -> None:
    parsed = read(
        {
            Field.ORDERED_AT: ["2026-01-31"] * 5,
            Field.LINE_TOTAL: [1] * 5,
            Field.CUSTOMER_KEY: ["C1", "s***i", None, None, None],
            Field.PHONE: ["081234567890", "081234567890", "0812****", "******", None],
            Field.EMAIL: ["a@b.id", "a@b.id", "A@b.id", None, None],
            Field.NAME: ["Siti", "Siti", "Siti", "  SITI  Aminah", "Umum"],
        }
    )
    assert parsed.lines["customer"].to_list() == ["C1", "+6281234567890", "a@b.id", "siti aminah", None]


@pytest.mark.parametrize(
    ("columns", "reason", "values"),
    [
        ({Field.ORDERED_AT: [None], Field.LINE_TOTAL: [1]}, "no_date", "ordered_at: "),
        ({Field.ORDERED_AT: ["besok"], Field.LINE_TOTAL: [1]}, "date_not_understood", "ordered_at: besok"),
        ({Field.ORDERED_AT: ["01/02/2026"], Field.LINE_TOTAL: [1]}, "date_undecided", "ordered_at: 01/02/2026"),
        ({Field.ORDERED_AT: ["1900-01-01"], Field.LINE_TOTAL: [1]}, "date_out_of_range", "ordered_at: 1900-01-01"),
        ({Field.ORDERED_AT: ["2099-01-01"], Field.LINE_TOTAL: [1]}, "date_out_of_range", "ordered_at: 2099-01-01"),
        (
            {Field.ORDERED_AT: [dt.date(2099, 1, 1)], Field.LINE_TOTAL: [1]},
            "date_out_of_range",
            "ordered_at: 2099-01-01",
        ),
        ({Field.ORDERED_AT: ["2026-01-31"], Field.LINE_TOTAL: ["-"]}, "no_amount", "line_total: -"),
        ({Field.ORDERED_AT: ["2026-01-31"], Field.LINE_TOTAL: ["banyak"]}, "amount_not_understood", "line_total: banyak"),
        ({Field.ORDERED_AT: ["2026-01-31"], Field.LINE_TOTAL: ["1" + "0" * 18]}, "amount_absurd", "line_total: 1" + "0" * 18),
        (
            {Field.ORDERED_AT: ["2026-01-31"], Field.LINE_TOTAL: [1], Field.QUANTITY: ["865 gr"]},
            "quantity_not_understood",
            "quantity: 865 gr",
        ),
        ({Field.ORDERED_AT: ["2026-01-31"], Field.LINE_TOTAL: [1], Field.QUANTITY: [10**7]}, "quantity_absurd", "quantity: 10000000"),
        ({Field.ORDERED_AT: ["2026-01-31"], Field.LINE_TOTAL: [1], Field.QUANTITY: ["1.000"]}, "quantity_undecided", "quantity: 1.000"),
        (
            {Field.ORDERED_AT: ["2026-01-31"], Field.UNIT_PRICE: ["x"], Field.ORDER_TOTAL: [None]},
            "amount_not_understood",
            "unit_price: x; order_total: ",
        ),
    ],
)
def test_a_rejected_row_says_where_why_and_what_stood_there(columns: dict[Field, list[Any]], reason: str, values: str) -> None:
    parsed = read(columns)
    assert parsed.lines.is_empty()
    assert parsed.rejected.schema == REJECTED
    assert parsed.rejected.rows() == [("toko.csv", None, 2, reason, values)]


def test_every_reason_has_a_sentence_in_both_languages() -> None:
    assert set(REASON_TEXTS) == set(Reason)
    assert all(text.id and text.en and text.id != text.en for text in REASON_TEXTS.values())


def test_dates_up_to_a_year_after_tomorrow_are_believed() -> None:
    parsed = read({Field.ORDERED_AT: ["1989-12-31", "1990-01-01", "2027-07-02", "2027-07-03"], Field.LINE_TOTAL: [1] * 4})
    assert parsed.rejected["line"].to_list() == [2, 5]


def test_what_does_not_count_may_be_unreadable() -> None:
    parsed = read({Field.ORDERED_AT: ["2026-01-31"], Field.LINE_TOTAL: ["5"], Field.UNIT_PRICE: ["?"], Field.ORDER_TOTAL: ["?"]})
    assert parsed.lines["line_total_e4"].to_list() == [50_000]


def test_an_order_total_on_one_line_is_enough_for_the_order() -> None:
    parsed = read({Field.ORDER_ID: ["A", "A", "B"], Field.ORDERED_AT: ["2026-01-31"] * 3, Field.ORDER_TOTAL: ["5", "-", "-"]})
    assert parsed.lines["order_total_e4"].to_list() == [50_000, None]
    assert parsed.rejected.select("line", "reason").rows() == [(4, "no_amount")]


def test_a_cancelled_order_needs_no_amount() -> None:
    parsed = read({Field.ORDERED_AT: ["2026-01-31"] * 2, Field.LINE_TOTAL: ["-", "-"], Field.STATUS: ["Batal", "Selesai"]})
    assert parsed.lines["status"].to_list() == ["cancelled"]
    assert parsed.rejected["reason"].to_list() == ["no_amount"]


def test_rupiah_have_no_thousandths() -> None:
    assert of(["1.234"]).lines["line_total_e4"].to_list() == [12_340_000]
    assert of(["1,234"]).lines["line_total_e4"].to_list() == [12_340_000]
    assert of(["1,234", "1.234"]).rejected["reason"].to_list() == ["amount_undecided"] * 2
    assert of(["1.234"], currency="KWD").rejected["reason"].to_list() == ["amount_undecided"]
    assert of(["1.234"], currency="KWD", line_total="1,234.5").lines["line_total_e4"].to_list() == [12_340]


def test_another_money_column_tells_the_style() -> None:
    parsed = read(
        {
            Field.ORDERED_AT: ["2026-01-31"] * 2,
            Field.UNIT_PRICE: ["1,234", "2,000"],
            Field.ORDER_TOTAL: ["1.234.567", "5"],
            Field.QUANTITY: ["1,500", "1"],
        }
    )
    assert parsed.lines["unit_price_e4"].to_list() == [12_340, 20_000]
    assert parsed.lines["quantity_e4"].to_list() == [15_000, 10_000]


def test_clocks_of_their_own_column_and_zones() -> None:
    parsed = read(
        {
            Field.ORDERED_AT: ["01 Aug 2025", "01 Aug 2025", "01 Aug 2025 09:00", "2025-08-01T09:00:00Z", "2025-08-01 09:00 WITA"],
            Field.ORDERED_TIME: ["08:04", "rusak", "08:04", None, None],
            Field.LINE_TOTAL: [1] * 5,
        }
    )
    day = dt.datetime(2025, 8, 1, tzinfo=dt.UTC)
    hours = [1 + 4 / 60, -7, 2, 9, 1]
    assert parsed.lines["ordered_at"].to_list() == [day + dt.timedelta(hours=hour) for hour in hours]


def test_further_lines_of_an_order_take_what_the_first_says_and_not_more() -> None:
    columns: dict[Field, list[Any]] = {
        Field.ORDER_ID: ["A", None, "B", None],
        Field.ORDERED_AT: ["2026-01-30", None, "2026-01-31", None],
        Field.NAME: ["Siti", None, None, None],
        Field.PRODUCT: ["Kain", "Blus", "Daster", "Selendang"],
        Field.LINE_TOTAL: [1, 2, 3, 4],
    }
    for layout in (None, "tokopedia_english"):
        lines = read(columns, layout=layout).lines
        assert lines["order_id"].to_list() == ["A", "A", "B", "B"]
        assert lines["name"].to_list() == ["Siti", "Siti", None, None]
        assert lines["ordered_at"].n_unique() == 2


def test_a_row_of_sums_is_no_further_line() -> None:
    for product in (None, "TOTAL", "Grand Total", "Jumlah"):
        parsed = read(
            {
                Field.ORDER_ID: ["A", None],
                Field.ORDERED_AT: ["2026-01-30", None],
                Field.PRODUCT: ["Kain", product],
                Field.LINE_TOTAL: [1, 1],
            }
        )
        assert parsed.rejected.select("line", "reason").rows() == [(3, "no_date")]


def test_what_came_back_piece_by_piece_and_whole() -> None:
    parsed = read(
        {
            Field.ORDER_ID: ["A", "B", "B", "C", "D"],
            Field.ORDERED_AT: ["2026-01-30"] * 5,
            Field.STATUS: ["Selesai", "Selesai", "Selesai", "Selesai", "Batal"],
            Field.RETURN_STATUS: ["Permintaan Disetujui"] * 3 + [None, "Permintaan Disetujui"],
            Field.RETURNED_QUANTITY: [0, 1, 0, 0, 0],
            Field.QUANTITY: [1, 2, 1, 1, 1],
            Field.LINE_TOTAL: [1] * 5,
        },
        layout="shopee",
    )
    assert parsed.lines["status"].to_list() == ["returned", "paid", "paid", "paid", "cancelled"]
    assert parsed.lines["returned_quantity_e4"].to_list() == [0, 10_000, 0, 0, 0]


def test_add_ons_without_a_price_belong_to_their_receipt() -> None:
    columns: dict[Field, list[Any]] = {
        Field.ORDER_ID: ["A", None],
        Field.ORDERED_AT: ["30-01-2026", None],
        Field.PRODUCT: ["Kopi", "+ Es"],
        Field.UNIT_PRICE: [20000, None],
    }
    assert read(columns, layout="pawoon").lines["order_id"].to_list() == ["A", "A"]
    assert read(columns).rejected["reason"].to_list() == ["no_amount"]


def test_unknown_words_of_the_status_are_told() -> None:
    columns: dict[Field, list[Any]] = {
        Field.ORDERED_AT: ["2026-01-30"] * 3,
        Field.LINE_TOTAL: [1] * 3,
        Field.STATUS: ["Hilang", "Selesai", "-"],
    }
    assert read(columns).unknown_statuses == ("Hilang",)
    parsed = read(columns, words={"hilang": "cancelled"})
    assert parsed.unknown_statuses == ()
    assert parsed.lines["status"].to_list() == ["cancelled", "paid", None]


def test_columns_of_ever_new_texts_are_read_like_others() -> None:
    rows = 5_000
    days = [dt.datetime(2025, 1, 13) + dt.timedelta(minutes=number) for number in range(rows)]  # noqa: DTZ001 - the shop's wall clock
    columns: dict[Field, list[Any]] = {
        Field.ORDER_ID: [f"A{number}" if number % 7 else None for number in range(rows)],
        Field.ORDERED_AT: [f"{day:%d/%m/%Y %H:%M}\t" if number % 5 else None for number, day in enumerate(days)],
        Field.LINE_TOTAL: [f"Rp {number:,}.000".replace(",", ".") for number in range(rows)],
    }
    parsed = read(columns)
    kept = [number for number in range(rows) if number % 5]
    assert parsed.rejected.height == rows - len(kept)
    assert parsed.lines["order_id"].to_list() == [f"A{number}" if number % 7 else None for number in kept]
    assert parsed.lines["line_total_e4"].to_list() == [number * 10_000_000 for number in kept]
    assert [moment.replace(tzinfo=None) for moment in parsed.lines["ordered_at"]] == [
        days[number] - dt.timedelta(hours=7) for number in kept
    ]


garbage = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.sampled_from(
        [
            "31/01/2026",
            "01/31/2026",
            "2026-01-31",
            "45688",
            "1.234",
            "1,234",
            "1.234.567",
            "-",
            "Rp 5.000",
            "=cmd|' /C calc'!A0",
            "\x00",
            "*****",
        ]
    ),
)
cells_of_one_type = st.sampled_from(
    [
        garbage,
        st.none() | st.floats(),
        st.none() | st.integers(-(2**63), 2**63 - 1),
        st.none() | st.booleans(),
        st.none() | st.datetimes(),
        st.none(),
    ]
)


@st.composite
def tables(draw: st.DrawFn) -> dict[Field, list[Any]]:
    height = draw(st.integers(0, 8))
    fields = draw(st.sets(st.sampled_from(Field))) | {
        Field.ORDERED_AT,
        draw(st.sampled_from([Field.LINE_TOTAL, Field.ORDER_TOTAL, Field.UNIT_PRICE])),
    }
    return {name: draw(st.lists(draw(cells_of_one_type), min_size=height, max_size=height)) for name in sorted(fields)}


@settings(deadline=None)
@given(tables(), st.sampled_from([None, "shopee", "pawoon", "tokopedia"]))
def test_no_row_vanishes_and_no_cell_breaks_the_parsing(table: dict[Field, list[Any]], layout: str | None) -> None:
    parsed = read(table, layout=layout)
    read_lines = range(2, 2 + len(table[Field.ORDERED_AT]))
    assert sorted([*parsed.lines["line"], *parsed.rejected["line"]]) == list(read_lines)
    assert parsed.lines.schema == LINES
    assert parsed.rejected.schema == REJECTED
    assert parsed.lines["ordered_at"].null_count() == 0
    assert set(parsed.rejected["reason"]) <= set(Reason)
