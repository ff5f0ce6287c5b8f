"""The sample shop is a believable export, and the same one each time."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import openpyxl
import pytest

from batikrfm.sales.reading import read_files
from batikrfm.sales.reading_orders import orders_in
from batikrfm.sales.sample import write_sample, write_sample_list
from batikrfm.sales.sample.shop import make_orders
from batikrfm.sales.sample.shopee import COLUMNS, SLIPS

HEADERS = json.loads((Path(__file__).parents[1] / "export_headers.json").read_text(encoding="utf-8"))
Rows = list[dict[str, str]]


def read(path: Path) -> Rows:
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["orders"]
    header, *rows = [[cell or "" for cell in row] for row in book["orders"].iter_rows(values_only=True)]
    assert all(isinstance(cell, str) for row in rows for cell in row), "every cell is text, as in a real export"
    assert list(header) == HEADERS["shopee_order_all_2026"]
    return [dict(zip(map(str, header), map(str, row), strict=True)) for row in rows]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    return read(write_sample(tmp_path_factory.mktemp("shop")))


def test_the_columns_are_those_of_the_marketplace() -> None:
    assert list(COLUMNS) == HEADERS["shopee_order_all_2026"]


def test_the_file_is_named_as_the_marketplace_names_it(tmp_path: Path) -> None:
    path = write_sample(tmp_path / "not" / "there" / "yet", customers=40, months=3)
    assert path.name.startswith("Order.all.2026")
    assert path.suffix == ".xlsx"


def test_the_same_seed_makes_the_same_shop_and_another_one_another(tmp_path: Path) -> None:
    first, again, other = (read(write_sample(tmp_path / name, seed=seed, customers=30)) for name, seed in (("a", 1), ("b", 1), ("c", 2)))
    assert first == again
    assert first != other


def test_what_belongs_to_an_order_is_the_same_in_each_of_its_lines(rows: Rows) -> None:
    for column in ("Total Pembayaran", "Status Pesanan", "Username (Pembeli)"):
        assert len({(row["No. Pesanan"], row[column]) for row in rows}) == len({row["No. Pesanan"] for row in rows})


def rupiah(text: str) -> int:
    return int(text.replace(".", ""))


def test_the_lines_of_a_finished_order_and_its_shipping_are_what_was_paid(rows: Rows) -> None:
    slipped = {rows[line - 2]["No. Pesanan"] for line in SLIPS}
    done = [row for row in rows if row["Status Pesanan"] == "Selesai" and not row["Status Pembatalan/ Pengembalian"]]
    goods: dict[str, int] = {}
    paid = {row["No. Pesanan"]: rupiah(row["Total Pembayaran"]) - rupiah(row["Ongkos Kirim Dibayar oleh Pembeli"]) for row in done}
    for row in done:
        if row["No. Pesanan"] not in slipped:
            goods[row["No. Pesanan"]] = goods.get(row["No. Pesanan"], 0) + rupiah(row["Subtotal Pesanan"])
    assert len(goods) > 1_000
    assert goods == {number: paid[number] for number in goods}


def test_no_two_orders_share_a_number() -> None:
    orders = make_orders(seed=7, customers=50, months=6)
    assert len({order.number for order in orders}) == len(orders)


def test_it_has_what_real_files_have(rows: Rows) -> None:
    assert len({row["Username (Pembeli)"] for row in rows} - {""}) == 400
    assert any(not row["Username (Pembeli)"] for row in rows)
    assert {row["Status Pesanan"][:8] for row in rows} == {"Selesai", "Batal", "Pesanan "}
    assert any(row["Status Pembatalan/ Pengembalian"] == "Permintaan Disetujui" for row in rows)
    assert any("." in row["Subtotal Pesanan"] for row in rows)
    for line, (column, slip) in SLIPS.items():
        assert rows[line - 2][column] == slip


def test_nobody_can_be_reached_by_it(rows: Rows) -> None:
    assert all(row["No. Telepon"].startswith("******") or not row["No. Telepon"] for row in rows)
    assert all("*" in row["Nama Penerima"] or not row["Nama Penerima"] for row in rows)


@pytest.mark.parametrize(("customers", "months"), [(1, 1), (5, 2), (120, 24)])
def test_a_shop_of_any_size_can_be_made(customers: int, months: int) -> None:
    orders = make_orders(seed=3, customers=customers, months=months)
    assert len({order.buyer.name for order in orders}) == customers + 1
    assert (orders[-1].ordered_at - orders[0].ordered_at).days < months * 30


def test_a_larger_shop_has_a_list_of_its_own_in_which_everybody_is_known_and_nobody_real(tmp_path: Path) -> None:
    path = write_sample_list(tmp_path, last_day=dt.date(2026, 11, 24), customers=300, months=6)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    known = [row for row in rows if row["Nama Pelanggan"]]
    assert len({row["Email"] for row in known}) == len({row["No. HP"] for row in known}) == 300
    assert all(row["Email"].endswith("@example.com") and row["No. HP"].startswith("0899-00") for row in known)
    assert max(dt.datetime.strptime(row["Tanggal"], "%d/%m/%Y %H:%M") for row in rows).date() <= dt.date(2026, 11, 24)  # noqa: DTZ007 - local time


def test_the_list_is_understood_without_a_question(tmp_path: Path) -> None:
    path = write_sample_list(tmp_path, last_day=dt.date(2026, 11, 24), customers=300, months=6)
    orders = orders_in(read_files([path]), timezone="Asia/Jakarta", currency="IDR")
    assert orders.totals().height == 300
    assert orders.rejected.is_empty()
