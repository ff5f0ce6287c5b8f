from __future__ import annotations

import csv
import io
import random
from typing import Any

import polars as pl
import pytest

from batikrfm.sales.mapping import Field, Mapping, MappingUnsure, map_columns
from batikrfm.sales.reading import Sheet


def sheet_of(text: str) -> Sheet:
    """A sheet from CSV text with ``;``, all cells text, blank ones null."""
    header, *rows = csv.reader(io.StringIO(text.strip()), delimiter=";")
    columns = [pl.Series(str(place), [row[place].strip() or None for row in rows], dtype=pl.String) for place in range(len(header))]
    return Sheet("toko.csv", None, tuple(text.strip() for text in header), pl.DataFrame(columns).with_row_index("line", offset=2))


def mapped(text: str, **chosen: str) -> dict[str, str]:
    """Field to header."""
    sheet = sheet_of(text)
    mapping = map_columns(sheet, chosen=chosen)
    assert mapping.columns.keys() == mapping.confidence.keys()
    assert all(0 < sure <= 1 for sure in mapping.confidence.values())
    return {name.value: sheet.header[column] for name, column in mapping.columns.items()}


def asked(text: str, **chosen: str) -> list[tuple[str, tuple[str, ...]]]:
    with pytest.raises(MappingUnsure) as caught:
        map_columns(sheet_of(text), chosen=chosen)
    assert caught.value.mapping.unsure == caught.value.questions
    for question in caught.value.questions:
        for language in ("id", "en"):
            assert question.about.say(language) in caught.value.say(language)
    return [(question.field.value, question.flags) for question in caught.value.questions]


def test_the_order_book_of_a_small_shop() -> None:
    assert mapped(
        """
        ID Pesanan;Tanggal;Nama Pelanggan;No HP;Alamat;Status;Total;Item Pesanan
        A1;1/1/2025, 10:30:00 AM;Budi;081234567890;Jl. A;Selesai;Rp 45000;Kemeja
        A2;1/14/2025, 1:30:00 PM;Siti;081234567891;Jl. B;Batal;Rp 5000;Kain
        """
    ) == {
        "order_id": "ID Pesanan",
        "ordered_at": "Tanggal",
        "name": "Nama Pelanggan",
        "phone": "No HP",
        "status": "Status",
        "order_total": "Total",
        "product": "Item Pesanan",
    }


def test_orders_laundry_and_credit_book() -> None:
    assert mapped(
        "Nomor Pesanan;Nama Pelanggan;Tanggal Dibuat;Total Tagihan;Status\n"
        "A1;Budi;2025-01-31;45.000;Selesai\nA2;Siti;2025-02-01;5.000;Selesai"
    ) == {
        "order_id": "Nomor Pesanan",
        "name": "Nama Pelanggan",
        "ordered_at": "Tanggal Dibuat",
        "order_total": "Total Tagihan",
        "status": "Status",
    }
    assert mapped(
        "Tanggal;No Struk;Nama Pelanggan;No HP;Layanan;Total (Rp);Status Bayar;Status Cucian\n"
        "31/1/2025;S1;Budi;081234567890;Cuci;45.000;Lunas;Diambil"
    ) == {
        "ordered_at": "Tanggal",
        "order_id": "No Struk",
        "name": "Nama Pelanggan",
        "phone": "No HP",
        "product": "Layanan",
        "order_total": "Total (Rp)",
        "status": "Status Bayar",
    }
    assert mapped(
        "Tanggal;Nama Pelanggan;No HP;Rincian Barang;Total Kasbon;Sisa Tagihan;Status\n"
        "31 Agustus 2025;Budi;081234567890;Kain;45.000;10.000;Belum Lunas"
    ) == {
        "ordered_at": "Tanggal",
        "name": "Nama Pelanggan",
        "phone": "No HP",
        "product": "Rincian Barang",
        "line_total": "Total Kasbon",
        "status": "Status",
    }


RETAIL = """
InvoiceNo;StockCode;Description;Quantity;InvoiceDate;UnitPrice;CustomerID;Country
536365;85123A;WHITE HEART;6;12/1/2010 8:26;2.55;17850;United Kingdom
536365;71053;LANTERN;6;12/1/2010 8:26;3.39;17850;United Kingdom
C536379;D;Discount;-1;12/13/2010 9:41;27.5;;United Kingdom
"""


def test_an_english_wholesaler() -> None:
    assert mapped(RETAIL) == {
        "order_id": "InvoiceNo",
        "product": "Description",
        "quantity": "Quantity",
        "ordered_at": "InvoiceDate",
        "unit_price": "UnitPrice",
        "customer_key": "CustomerID",
    }
    shouted = RETAIL.splitlines()
    shouted[1] = shouted[1].upper()
    assert mapped("\n".join(shouted)).keys() == mapped(RETAIL).keys()


def test_jumlah_is_money_or_pieces_by_its_values() -> None:
    assert mapped("Tanggal;Nama;Jumlah\n31/1/2025;Budi;50.000\n30/1/2025;Siti;30.000") == {
        "ordered_at": "Tanggal",
        "name": "Nama",
        "line_total": "Jumlah",
    }
    assert mapped("Tanggal;Nama;Barang;Jumlah;Harga\n31/1/2025;Budi;Kain;2;50.000") == {
        "ordered_at": "Tanggal",
        "name": "Nama",
        "product": "Barang",
        "quantity": "Jumlah",
        "unit_price": "Harga",
    }


def test_pelanggan_is_a_name_or_a_code_by_its_values() -> None:
    assert mapped("Tgl;Pelanggan;Total\n31/1/2025;Budi;50.000")["name"] == "Pelanggan"
    assert mapped("Tgl;Pelanggan;Total\n31/1/2025;00123;50.000")["customer_key"] == "Pelanggan"


def orders(total_of: str, count: int) -> str:
    rows = []
    for order in range(count):
        for line, (quantity, price) in enumerate([(1, 10_000), (2, 20_000 + order)]):
            total = {"order": 50_000 + 2 * order, "line": quantity * price}[total_of]
            rows.append(f"N{order};2{line}/0{order % 9 + 1}/2025;Budi;{quantity};{price};{total}")
    return "Nota;Tanggal;Nama;Qty;Harga;Total\n" + "\n".join(rows)


def test_a_total_belongs_to_the_line_or_to_the_order_by_its_values() -> None:
    assert mapped(orders("line", 5))["line_total"] == "Total"
    assert "line_total" not in mapped(orders("order", 5))
    assert mapped(orders("order", 5))["order_total"] == "Total"


def test_a_total_that_may_be_either_is_asked_for() -> None:
    text = "Nota;Tanggal;Nama;Total\nN1;31/01/2025;Budi;5.000\nN1;31/01/2025;Budi;5.000"
    assert asked(text) == [("line_total", ('--map line_total="Total"', '--map order_total="Total"'))]
    assert mapped(text, order_total="Total")["order_total"] == "Total"
    assert mapped(text, line_total="total")["line_total"] == "Total"


def test_a_price_without_quantity_is_what_the_line_costs() -> None:
    assert mapped("Tanggal;Nama;Harga\n31/01/2025;Budi;5.000")["line_total"] == "Harga"
    with_total = mapped("Nota;Tanggal;Nama;Harga;Grand Total\nN1;31/01/2025;Budi;5.000;9.000")
    assert with_total.keys() & {"unit_price", "line_total", "order_total"} == {"order_total"}


def test_a_discount_of_the_order_is_not_taken_off_each_line() -> None:
    rows = "".join(f"N{order};31/01/2025;Budi;1;{price};1000;{19000}\n" for order in range(4) for price in (5000, 15000))
    found = mapped(f"Nota;Tanggal;Nama;Qty;Harga;Diskon;Total\n{rows}")
    assert found.keys() & {"discount", "unit_price", "order_total"} == {"order_total"}
    without_total = "\n".join(";".join(row.split(";")[:-1]) for row in f"Nota;Tanggal;Nama;Qty;Harga;Diskon;Total\n{rows}".split("\n"))
    assert [name for name, _ in asked(without_total)] == ["discount"]


def test_a_bare_id_that_counts_rows_is_no_order() -> None:
    assert "order_id" not in mapped("ID;Tanggal;Nama;Total\n1;31/01/2025;Budi;5.000\n2;31/01/2025;Siti;6.000")
    assert mapped("ID;Tanggal;Nama;Total\nX7;31/01/2025;Budi;5.000\nX9;31/01/2025;Siti;6.000")["order_id"] == "ID"


def test_a_weakly_named_code_is_an_order_or_a_question() -> None:
    text = "Kode;Tanggal;Nama;Total\nK7;31/01/2025;Budi;5.000\nK7;31/01/2025;Budi;6.000\nK9;30/01/2025;Siti;6.000"
    assert asked(text) == [("order_id", ('--map order_id="Kode"', "--map order_id=-"))]
    on_other_days = "Kode;Tanggal;Nama;Total\nK7;31/01/2025;Budi;5.000\nK7;30/01/2025;Budi;6.000\nK9;30/01/2025;Siti;6.000"
    assert "order_id" not in mapped(on_other_days)


CDNOW = """
id;sid;date;qty;amount
00004;0001;1997-01-01;2;29.33
00004;0001;1997-01-18;2;29.73
00021;0002;1997-01-01;3;63.34
00021;0002;1997-01-13;1;11.77
"""


def test_two_unnamed_codes_are_asked_for_never_taken_for_orders() -> None:
    assert asked(CDNOW) == [
        ("customer_key", ('--map customer_key="id"', '--map customer_key="sid"', "--map customer_key=-")),
    ]
    assert mapped(CDNOW, customer_key="id") == {"customer_key": "id", "ordered_at": "date", "quantity": "qty", "line_total": "amount"}
    assert "customer_key" not in mapped(CDNOW, customer_key="-")


def test_a_file_without_anything_like_a_customer_is_taken_without() -> None:
    found = mapped("Order ID;Date;Category;Payment Method;Amount\nA;2025-01-31;Batik;Cash;5\nB;2025-01-31;Batik;Cash;5")
    assert found == {"order_id": "Order ID", "ordered_at": "Date", "order_total": "Amount"}


def test_two_dates_as_good_as_each_other_are_asked_for() -> None:
    text = "Tanggal Order;Tgl Transaksi;Nama;Total\n31/01/2025;30/01/2025;Budi;5.000"
    assert asked(text) == [("ordered_at", ('--map ordered_at="Tanggal Order"', '--map ordered_at="Tgl Transaksi"'))]
    assert mapped(text, ordered_at="b")["ordered_at"] == "Tgl Transaksi"
    same = "Tanggal Order;Tgl Transaksi;Nama;Total\n31/01/2025;31/01/2025;Budi;5.000"
    assert mapped(same)["ordered_at"] == "Tanggal Order"
    assert mapped("Tanggal Kirim;Tanggal;Nama;Total\n31/01/2025;30/01/2025;Budi;5.000")["ordered_at"] == "Tanggal"


def test_without_names_that_say_anything_all_is_asked_for() -> None:
    text = "a;b;c\n31/01/2025;x;5000\n31/01/2025;x;6000\n30/01/2025;y;7000"
    assert asked(text) == [
        ("line_total", ('--map line_total="c"',)),
        ("customer_key", ('--map customer_key="b"', "--map customer_key=-")),
        ("ordered_at", ('--map ordered_at="a"',)),
    ]
    assert mapped(text, line_total="c", customer_key="b", ordered_at="a") == {"line_total": "c", "customer_key": "b", "ordered_at": "a"}


def test_a_list_of_customers_is_no_list_of_sales() -> None:
    text = "ID;Nama Pelanggan;No HP;Alamat;Total Belanja;Jumlah Transaksi;Diskon Khusus (%);Catatan\n1;Budi;081234567890;Jl;45.000;10;5;x"
    assert asked(text) == [("ordered_at", ("--map ordered_at=<kolom>",))]


def test_day_or_month_first_is_asked_for_where_nothing_tells() -> None:
    text = "Tanggal;Nama;Total\n03/04/2025;Budi;5.000"
    assert asked(text) == [("ordered_at", ("--map ordered_at.style=dmy", "--map ordered_at.style=mdy"))]
    sheet = sheet_of(text)
    assert map_columns(sheet, chosen={"ordered_at.style": "DMY"}).styles == {Field.ORDERED_AT: "dmy"}
    other_dates = "Tanggal;Nama;Total;Tanggal Kirim\n03/04/2025;Budi;5.000;13/04/2025"
    assert map_columns(sheet_of(other_dates)).styles == {Field.ORDERED_AT: "dmy"}
    assert map_columns(sheet_of("Tanggal;Nama;Total\n13/04/2025;Budi;5.000")).styles == {}


def test_a_column_that_is_half_and_half_is_asked_for() -> None:
    text = "Tanggal;Nama;Total\n13/04/2025;Budi;5.000\n04/13/2025;Budi;5.000"
    assert asked(text) == [("ordered_at", ("--map ordered_at.style=dmy", "--map ordered_at.style=mdy"))]
    money = "Tanggal;Nama;Total\n13/04/2025;Budi;1.234.567\n14/04/2025;Budi;1,234,567"
    assert asked(money) == [("line_total", ("--map line_total.style=1.234,5", "--map line_total.style=1,234.5"))]
    pieces = "Tanggal;Nama;Qty;Harga\n13/04/2025;Budi;1.000;5"
    assert asked(pieces) == [("quantity", ("--map quantity.style=1.234,5", "--map quantity.style=1,234.5"))]


@pytest.mark.parametrize("seed", range(5))
def test_order_of_rows_and_columns_changes_no_meaning(seed: int) -> None:
    for text in (RETAIL, orders("line", 5), orders("order", 5)):
        header, *rows = [line.split(";") for line in text.strip().split("\n")]
        places = list(range(len(header)))
        shuffle = random.Random(seed).shuffle  # noqa: S311 - a shuffle, no secret
        shuffle(places)
        shuffle(rows)
        moved = "\n".join(";".join(row[place] for place in places) for row in [header, *rows])
        assert mapped(moved) == mapped(text)


def test_any_table_is_mapped_or_asked_about() -> None:
    rng = random.Random(3)  # noqa: S311 - made-up tables, no secrets
    words: list[Any] = ["", "31/01/2025", "x", "5", "1.234", "a@b.id", "081234567890", "\x00", "{0}", "%s", "=1+1"]
    headers = ["", "Total", "Tanggal", "Nama", "id", "{kolom}", "Total", "Jumlah", "No HP", "Harga", "Diskon", "100%"]
    for _ in range(150):
        header = rng.choices(headers, k=rng.randrange(1, 6))
        columns = [pl.Series(str(at), [rng.choice(words) or None for _ in range(4)], dtype=pl.String) for at in range(len(header))]
        sheet = Sheet("f.csv", "{s}", tuple(header), pl.DataFrame(columns).with_row_index("line"))
        assert outcome(sheet)


def outcome(sheet: Sheet) -> Mapping | str:
    """The mapping, or the question. Anything else is our bug."""
    try:
        return map_columns(sheet)
    except MappingUnsure as unsure:
        return unsure.say("id") + unsure.say("en")
