"""Which row is the header."""

from __future__ import annotations

import pytest

from batikrfm.sales.reading.header import find_header

DATA = [("2026-06-01", "Siti", "150.000"), ("2026-06-02", "Budi", "82.500"), ("2026-06-03", "Ayu", "1.000")]
HOME_MADE = [
    "ID Pesanan,Tanggal,Nama Pelanggan,No HP,Alamat,Status,Total,Item Pesanan",
    "Nomor Pesanan,Nama Pelanggan,Tanggal Dibuat,Total Tagihan,Status",
    "Tanggal,No Struk,Nama Pelanggan,No HP,Layanan,Total (Rp),Status Bayar,Status Cucian",
    "Tanggal,Nama Pelanggan,No HP,Rincian Barang,Total Kasbon,Sisa Tagihan,Status",
    "id,sid,date,qty,amount",
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country",
    "order_id,created_at,customer_name,grand_total",
    "TGL,NAMA,BARANG,QTY,HARGA,JML",
]


@pytest.mark.parametrize("header", HOME_MADE)
@pytest.mark.parametrize("above", [0, 1, 5])
def test_home_made_headers_are_found(header: str, above: int) -> None:
    texts = tuple(header.split(","))
    row = ["2026-06-01" if number % 2 else "Siti" for number in range(len(texts))]
    heading = [
        ["TOKO BATIK KAUMAN"],
        [],
        ["Alamat:", "Jl. Slamet Riyadi 1"],
        ["Laporan penjualan", "", "Juni 2026"],
        ["Dicetak oleh", "Siti"],
    ][:above]
    found = find_header([*heading, texts, row, row])
    assert found is not None
    assert (found.row, found.first, found.texts) == (above, above + 1, texts)


def test_words_that_nobody_knows_are_a_header_when_values_are_beneath() -> None:
    found = find_header([("Dina", "Asma", "Regi"), *DATA])
    assert found is not None
    assert found.row == 0


@pytest.mark.parametrize(
    "rows",
    [
        DATA,
        [("INV/1", "2026-06-01", "Siti", "lunas", "5"), ("INV/2", "2026-06-01", "Budi", "lunas", "5")],
        [("Siti", "Kain"), ("Budi", "Kemeja")],
        [("Total",)],
        [],
        [()],
    ],
)
def test_data_without_a_header_have_none(rows: list[tuple[str, ...]]) -> None:
    assert find_header(rows) is None


def test_headings_are_trimmed_and_joined_to_one_line() -> None:
    found = find_header([(" Tanggal\t", "", "Nama\n Pelanggan", "Total ", "", " "), *[(day, "", name, total) for day, name, total in DATA]])
    assert found is not None
    assert found.texts == ("Tanggal", "", "Nama Pelanggan", "Total")


def test_a_description_row_is_left_out_and_a_first_row_of_data_is_not() -> None:
    header = ("Order ID", "Created Time", "Order Amount", "Recipient")
    data = [("5712", "01/06/2026", "5000", "Siti"), ("5713", "02/06/2026", "6000", "Budi")]
    described = find_header([header, ("Platform unique order ID.", "Order created time.", "It equals what was paid.", ""), *data])
    plain = find_header([header, *data])
    typed = find_header([header, ("string", "date", "number", "string"), *data])
    gap = find_header([header, ("5711", "menunggu", "belum ada", "Ayu"), *data])
    assert [found and found.first for found in (described, plain, typed, gap)] == [2, 1, 2, 1]


def test_totals_above_the_header_do_not_win() -> None:
    rows = [("Total penjualan", "Rp 5.000.000", "Jumlah pesanan", "20"), (), ("Tanggal", "Nama", "Total"), *DATA]
    found = find_header(rows)
    assert found is not None
    assert found.row == 2
    assert found.preamble == (("Total penjualan", "Rp 5.000.000", "Jumlah pesanan", "20"),)


@pytest.mark.parametrize("above", [0, 2])
def test_a_header_of_merged_cells_over_two_rows_is_one(above: int) -> None:
    heading = [("Laporan Penjualan",), ("Periode", "Juni")][:above]
    top = ("Tanggal", "Pelanggan", "", "Barang", "", "", "Total")
    bottom = ("", "Nama", "No HP", "Nama", "Jumlah", "Harga", "")
    data = [("2026-06-01", "Siti", "0812", "Kain", "2", "5", "10")] * 3
    found = find_header([*heading, top, bottom, *data])
    assert found is not None
    assert found.texts == ("Tanggal", "Pelanggan Nama", "Pelanggan No HP", "Barang Nama", "Barang Jumlah", "Barang Harga", "Total")
    assert (found.first, len(found.preamble)) == (above + 2, above)


def test_a_first_row_of_texts_is_no_second_row_of_the_header() -> None:
    header = ("Tanggal", "Nama", "Total", "Catatan")
    for first in [("", "Siti", "", "batal"), ("belum", "Siti", "gratis", "hadiah"), ("", "Siti", "", "", "titip")]:
        found = find_header([header, first, *DATA])
        assert found is not None
        assert (found.texts, found.first) == (header, 1)
