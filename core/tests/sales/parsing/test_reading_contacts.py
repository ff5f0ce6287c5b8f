from __future__ import annotations

import phonenumbers
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batikrfm.sales.values.contacts import customer_keys, emails, ids, names, phones
from batikrfm.sales.values.distinct import Distinct
from batikrfm.sales.values.regions import region_of
from batikrfm.sales.values.statuses import meanings


def texts(cells: list[object]) -> pl.Series:
    column = Distinct.of(pl.Series(cells, strict=False))
    return column.spread(column.values)


@pytest.mark.parametrize(
    "cell",
    [
        "081234567890",
        "0812-3456-7890",
        "0812 3456 7890",
        "0812.3456.7890",
        "+62 812-3456-7890",
        "(+62)81234567890",
        "6281234567890",
        "006281234567890",
        "+620812 3456 7890",
        "81234567890",
        "'081234567890",
        "WA 0812 3456 7890",
        "81234567890.0",
        "8.1234567890E+10",
        81234567890.0,
        81234567890,
    ],
)
def test_one_phone_written_in_many_ways(cell: object) -> None:
    assert phones(texts([cell]), "ID").to_list() == ["+6281234567890"]


@pytest.mark.parametrize(
    "cell", ["0812****", "******", "(+62)812*****56", "62812xxxx90", "8.12E+11", "123", "-", "tidak ada", "0" * 30, "", "021"]
)
def test_masked_and_invalid_phones_are_absent(cell: str) -> None:
    assert phones(texts([cell]), "ID").to_list() == [None]


def test_phones_of_other_countries() -> None:
    assert phones(texts(["+6591234567", "447911123456", "91234567"]), "ID").to_list() == ["+6591234567", "+447911123456", None]
    assert phones(texts(["91234567"]), region_of("sgd")).to_list() == ["+6591234567"]
    assert region_of("XYZ") == "ID"


@settings(deadline=None)
@given(st.lists(st.from_regex(r"\A(\+62|0)8[0-9]{6,12}\Z"), min_size=1))
def test_all_at_once_is_what_phonenumbers_says_one_by_one(numbers: list[str]) -> None:
    parsed = [phonenumbers.parse(number, "ID") for number in numbers]
    expected = [
        phonenumbers.format_number(one, phonenumbers.PhoneNumberFormat.E164) if phonenumbers.is_valid_number(one) else None
        for one in parsed
    ]
    assert phones(pl.Series(numbers), "ID").to_list() == expected


@settings(deadline=None)
@given(st.from_regex(r"\A8[1-35-9][0-9]{7,10}\Z"))
def test_a_country_code_without_plus_is_one(number: str) -> None:
    assert phones(pl.Series([f"62{number}", f"+62{number}", number]), "ID").n_unique() == 1


def test_names() -> None:
    cells = [
        "Siti  Aminah ",
        "J***i",
        "****** No. 10",
        "Umum",
        "walk-in",
        "-",
        "Bu\u200bdi\x00",
        "D'Arcy",
        "null",
        "Ibu\nRina",
        "\u00a0 Ayu",
    ]
    expected = ["Siti Aminah", None, None, None, None, None, "Budi", "D'Arcy", None, "Ibu Rina", "Ayu"]
    assert names(texts(list(cells))).to_list() == expected


def test_emails() -> None:
    cells = ["Siti@Example.COM ", "mailto:a@b.id", "s***@gmail.com", "no at", "a@b", "@", "a@b.c o"]
    assert emails(texts(list(cells))).to_list() == ["siti@example.com", "a@b.id", None, None, None, None, None]


def test_ids() -> None:
    cells = ["'00123", '"A1"', "17850.0", "5791234\t", "8.12E+17", "N/A", "00123", "INV/1/2", "`7", "1.5"]
    assert ids(texts(list(cells))).to_list() == ["00123", "A1", "17850", "5791234", None, None, "00123", "INV/1/2", "7", "1.5"]
    assert ids(texts([17850.0, None, 576979203931592278.0])).to_list() == ["17850", None, "576979203931592320"]
    assert customer_keys(texts(["siti_a", "s*****a", "guest", "C-1"])).to_list() == ["siti_a", None, None, "C-1"]


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Selesai", "paid"),
        ("Telah Dikirim", "paid"),
        ("Perlu Dikirim", "paid"),
        ("Batal", "cancelled"),
        ("Belum Bayar", "unpaid"),
        ("Pesanan diterima, namun Pembeli masih dapat mengajukan pengembalian hingga 2026-08-04.", "paid"),
        ("Dibatalkan oleh Pembeli. Alasan: Lainnya/ berubah pikiran", "cancelled"),
        ("Belum dibayar", "unpaid"),
        ("Dikirim", "paid"),
        ("Menunggu pengambilan", "paid"),
        ("Dibatalkan", "cancelled"),
        ("Pengembalian", "returned"),
        ("To ship", "paid"),
        ("Shipped", "paid"),
        ("Completed", "paid"),
        ("Canceled", "cancelled"),
        ("Cancelled", "cancelled"),
        ("Delivered", "paid"),
        ("Unpaid", "unpaid"),
        ("Pesanan Selesai", "paid"),
        ("Dibatalkan Sistem", "cancelled"),
        ("Transaksi selesai..\nDana akan diteruskan ke penjual.", "paid"),
        ("Success", "paid"),
        ("Void", "cancelled"),
        ("Refund", "returned"),
        ("refunded", "returned"),
        ("Sudah Dikirim", "paid"),
        ("Menunggu Diproses", "paid"),
        ("Menunggu Dicetak", "paid"),
        ("Menunggu Pickup", "paid"),
        ("Menunggu Pembayaran", "unpaid"),
        ("Pengembalian Barang & Dana", "returned"),
        ("Lunas", "paid"),
        ("Belum Lunas", "paid"),
        ("Retur", "returned"),
        ("Not Paid", "unpaid"),
        ("Cicilan 2", "paid"),
        ("Hilang", None),
        ("", None),
    ],
)
def test_status_words(word: str, status: str | None) -> None:
    assert meanings(texts([word])).to_list() == [status]


def test_a_person_knows_better_what_a_word_means() -> None:
    assert meanings(texts(["Hilang", "Selesai"]), {"hilang": "cancelled"}).to_list() == ["cancelled", "paid"]


@settings(deadline=None)
@given(st.lists(st.text()))
def test_no_text_breaks_the_reading(cells: list[str]) -> None:
    values = texts(list(cells))
    for reader in (ids, customer_keys, names, emails, meanings):
        assert len(reader(values)) == len(values)
    assert len(phones(values, "ID")) == len(values)
