from __future__ import annotations

import dataclasses

import polars as pl
import pytest

from batikrfm.sales.mapping import (
    AmbiguousColumn,
    ChoiceError,
    Field,
    MappingUnsure,
    UnknownColumn,
    UnknownField,
    UnknownStyle,
    fingerprint,
    from_json,
    map_columns,
    to_json,
)
from batikrfm.sales.reading import Sheet

HEADER = ("Tgl Order", "Nama", "Total", "Total", "")


def sheet(header: tuple[str, ...] = HEADER, day: str = "31/01/2025") -> Sheet:
    row = [day, "Budi", "5.000", "6.000", "081234567890"]
    cells = pl.DataFrame([pl.Series(str(place), [value]) for place, value in enumerate(row)])
    return Sheet("toko.xlsx", "Mei", header, cells.with_row_index("line", offset=2))


@pytest.mark.parametrize("choice", ["Total#2", "total#2", " TOTAL#2 ", "D", "d", "4"])
def test_a_column_is_chosen_by_header_letter_or_number(choice: str) -> None:
    mapping = map_columns(sheet(), chosen={"line_total": choice})
    assert mapping.columns[Field.LINE_TOTAL] == 3
    assert mapping.confidence[Field.LINE_TOTAL] == 1.0


def test_a_column_without_header_is_chosen_by_its_letter() -> None:
    assert map_columns(sheet(), chosen={"line_total": "C", "PHONE": "e"}).columns[Field.PHONE] == 4


def test_case_spaces_and_signs_of_a_header_do_not_matter() -> None:
    chosen = {"line_total": "C", "ordered_at": "tgl_order"}
    assert map_columns(sheet(), chosen=chosen).columns[Field.ORDERED_AT] == 0


def test_a_field_can_be_ruled_out() -> None:
    mapping = map_columns(sheet(), chosen={"line_total": "C", "name": "-"})
    assert Field.NAME not in mapping.columns


@pytest.mark.parametrize(
    ("chosen", "error", "listed"),
    [
        ({"harga": "C"}, UnknownField, "unit_price"),
        ({"name.foo": "C"}, UnknownField, "unit_price"),
        ({"name": "Pembeli"}, UnknownColumn, "Total#1, Total#2, E"),
        ({"name": "9"}, UnknownColumn, "Tgl Order"),
        ({"name": ""}, UnknownColumn, "Tgl Order"),
        ({"line_total": "total"}, AmbiguousColumn, "Total#1, Total#2"),
        ({"ordered_at.style": "ddmm"}, UnknownStyle, "dmy, mdy, ymd"),
        ({"line_total.style": "dots"}, UnknownStyle, "1.234,5, 1,234.5"),
        ({"status.Hilang": "gone"}, UnknownStyle, "paid, cancelled, unpaid, returned"),
    ],
)
def test_a_wrong_choice_is_answered_with_the_right_ones(chosen: dict[str, str], error: type[ChoiceError], listed: str) -> None:
    with pytest.raises(error) as caught:
        map_columns(sheet(), chosen=chosen)
    assert listed in caught.value.say("id")
    assert listed in caught.value.say("en")


def test_two_columns_of_one_name_are_a_question() -> None:
    with pytest.raises(MappingUnsure) as caught:
        map_columns(sheet())
    assert caught.value.questions[0].candidates == ("Total#1", "Total#2")
    assert "toko.xlsx (Mei)" in str(caught.value)
    assert 'Tambahkan --map line_total="Total#1" atau --map line_total="Total#2"' in caught.value.say("id")


def test_what_a_question_proposes_answers_it() -> None:
    with pytest.raises(MappingUnsure) as caught:
        map_columns(sheet())
    for flag in caught.value.questions[0].flags:
        name, column = flag.removeprefix("--map ").replace('"', "").split("=")
        assert Field.LINE_TOTAL in map_columns(sheet(), chosen={name: column}).columns


def test_a_mapping_is_kept_and_found_again_by_the_fingerprint_of_its_header() -> None:
    chosen = {"line_total": "D", "status.Hilang": "cancelled", "ordered_at.style": "dmy"}
    mapping = map_columns(sheet(), chosen=chosen)
    saved = from_json(to_json(mapping))
    assert saved == mapping
    again = sheet(tuple(f" {text.upper()} " for text in HEADER), day="03/04/2025")
    assert fingerprint(again.header) == saved.fingerprint
    offered = map_columns(again, saved=saved)
    assert (offered.columns, offered.words) == (mapping.columns, {"hilang": "cancelled"})
    assert offered.styles == {Field.ORDERED_AT: "dmy"}


def test_a_choice_goes_before_what_was_kept_and_values_before_a_kept_style() -> None:
    saved = map_columns(sheet(), chosen={"line_total": "D", "ordered_at.style": "dmy"})
    assert map_columns(sheet(), saved=saved, chosen={"line_total": "C"}).columns[Field.LINE_TOTAL] == 2
    assert map_columns(sheet(day="01/31/2025"), saved=saved).styles == {}


def test_a_mapping_of_another_header_is_not_used() -> None:
    saved = map_columns(sheet(), chosen={"line_total": "D"})
    other = ("Nama", *HEADER[1:])
    with pytest.raises(MappingUnsure):
        map_columns(sheet(), saved=dataclasses.replace(saved, fingerprint=fingerprint(other)))


def test_fingerprints() -> None:
    assert fingerprint(["Tgl Order", "Total"]) == fingerprint([" TGL_ORDER ", "total:"])
    assert fingerprint(["a", "b"]) != fingerprint(["b", "a"])
    assert fingerprint(["a b"]) != fingerprint(["a", "b"])
