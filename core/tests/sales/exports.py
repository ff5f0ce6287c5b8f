"""Writes the files that Indonesian merchants download, from made-up sales whose truth is known.

Layouts, formats and quirks are those of shared/facts/indonesian-sales-files.md: masks, trailing tabs, description rows, heading rows,
order-level amounts that repeat, months in two languages. Reached through the ``export_file`` and ``sale_lines`` fixtures.
"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import openpyxl
import xlwt

Row = dict[str, Any]
HEADERS: dict[str, list[str]] = json.loads(Path(__file__).with_name("export_headers.json").read_text(encoding="utf-8"))
MONTHS_EN = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
MONTHS_ID = ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"]
_PRODUCTS = (
    "Kemeja Batik Parang",
    "Kain Batik Mega Mendung",
    "Blus Batik Kawung, Lengan Panjang",
    'Selendang Batik 2" Premium',
    "Daster Batik Solo",
)
_VARIANTS = ("Biru,L", "Abu Tua,L", "Merah,XL", "")
_PEOPLE = ("Siti Aminah", "Budi Santoso", "Dewi Lestari", "Agus Wijaya", "Rina Kusuma", "Joko Susilo", "Ayu Pratiwi")


@dataclass(frozen=True)
class SaleLine:
    """One product of one order, as it really was. Amounts are whole rupiah; times are the shop's local ones."""

    order_id: str
    ordered_at: datetime
    status: str  # paid | cancelled | unpaid | returned
    username: str
    name: str
    phone: str  # +628...
    masked: bool  # the platform hides name and phone
    product: str
    variant: str
    quantity: int
    unit_price: int
    discount: int  # of the whole line

    @property
    def total(self) -> int:
        return self.unit_price * self.quantity - self.discount


def sale_lines(rows: int = 20, seed: int = 7) -> list[SaleLine]:
    """``rows`` lines in orders of one to three lines, oldest first; the same for the same arguments."""
    rng = random.Random(seed)  # noqa: S311 - made-up sales, no secrets
    lines: list[SaleLine] = []
    when = datetime(2026, 6, 1, 8, 0)  # noqa: DTZ001 - exports carry the shop's wall clock, without a zone
    while len(lines) < rows:
        when += timedelta(minutes=rng.randrange(1, 600))
        lines += _order_lines(rng, when, min(rng.choice((1, 1, 1, 2, 3)), rows - len(lines)))
    return lines


def _order_lines(rng: random.Random, when: datetime, count: int) -> list[SaleLine]:
    person = rng.randrange(len(_PEOPLE))
    order: dict[str, Any] = {
        "order_id": f"{when:%y%m%d}" + "".join(rng.choices("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", k=8)),
        "ordered_at": when,
        "status": rng.choices(("paid", "cancelled", "unpaid", "returned"), (80, 12, 4, 4))[0],
        "username": _PEOPLE[person].lower().replace(" ", "_"),
        "name": _PEOPLE[person],
        "phone": f"+62812{3456000 + person * 111:07d}",
        "masked": rng.random() < 0.3,
    }
    return [_line(rng, order) for _ in range(count)]


def _line(rng: random.Random, order: dict[str, Any]) -> SaleLine:
    return SaleLine(
        **order,
        product=rng.choice(_PRODUCTS),
        variant=rng.choice(_VARIANTS),
        quantity=rng.choice((1, 1, 2, 3)),
        unit_price=rng.randrange(25, 900) * 500,
        discount=rng.choice((0, 0, 5000, 7500)),
    )


def dots(amount: int) -> str:
    """1234567 -> '1.234.567'"""
    return f"{amount:,}".replace(",", ".")


def day_month(when: datetime, months: Sequence[str]) -> str:
    return f"{when:%d} {months[when.month - 1]} {when:%Y}"


def _orders(lines: Iterable[SaleLine]) -> Iterable[list[SaleLine]]:
    return (list(group) for _, group in groupby(lines, key=lambda line: line.order_id))


def _shopee(lines: Sequence[SaleLine]) -> Iterable[Row]:
    status = {"paid": "Selesai", "cancelled": "Batal", "unpaid": "Belum Bayar", "returned": "Selesai"}
    for order in _orders(lines):
        for line in order:
            yield {
                "No. Pesanan": line.order_id,
                "Status Pesanan": status[line.status],
                "Alasan Pembatalan": "Dibatalkan oleh Pembeli. Alasan: Lainnya/ berubah pikiran" if line.status == "cancelled" else "",
                "Status Pembatalan/ Pengembalian": "Permintaan Disetujui" if line.status == "returned" else "",
                "Opsi Pengiriman": "Reguler (Cashless)-SPX Standard",
                "Waktu Pesanan Dibuat": f"{line.ordered_at:%Y-%m-%d %H:%M}",
                "Waktu Pembayaran Dilakukan": f"{line.ordered_at + timedelta(minutes=3):%Y-%m-%d %H:%M}"
                if line.status != "unpaid"
                else "-",
                "Tipe Pesanan": "Reguler",
                "Metode Pembayaran": "ShopeePay",
                "Nama Produk": line.product,
                "Nama Variasi": line.variant,
                "Harga Awal": dots(line.unit_price),
                "Harga Setelah Diskon": dots(line.unit_price),
                "Jumlah": str(line.quantity),
                "Returned quantity": str(line.quantity if line.status == "returned" else 0),
                "Subtotal Pesanan": dots(line.unit_price * line.quantity),
                "Total Harga Produk": dots(line.unit_price * line.quantity),
                "Total Diskon": dots(line.discount),
                "Diskon Dari Penjual": dots(line.discount),
                "Diskon Dari Shopee": "0",
                "Berat Produk": "865 gr",
                "Jumlah Produk di Pesan": str(sum(other.quantity for other in order)),
                "Voucher Ditanggung Penjual": "0",
                "Ongkos Kirim Dibayar oleh Pembeli": dots(12000),
                "Total Pembayaran": dots(0 if line.status == "returned" else sum(other.total for other in order) + 12000),
                "Username (Pembeli)": line.username,
                "Nama Penerima": "****** No. 10" if line.masked else line.name,
                "No. Telepon": "******56" if line.masked else line.phone.removeprefix("+"),
                "Kota/Kabupaten": "KOTA PEKALONGAN",
                "Provinsi": "JAWA TENGAH",
                "Waktu Pesanan Selesai": f"{line.ordered_at + timedelta(days=4):%Y-%m-%d %H:%M}" if line.status == "paid" else "-",
            }


TAB_ENDED = (
    "Order ID",
    "SKU ID",
    "Package ID",
    "Zipcode",
    "Created Time",
    "Paid Time",
    "RTS Time",
    "Shipped Time",
    "Delivered Time",
    "Cancelled Time",
)


def _tiktok(lines: Sequence[SaleLine]) -> Iterable[Row]:
    status = {"paid": "Completed", "cancelled": "Canceled", "unpaid": "Unpaid", "returned": "Completed"}
    for order in _orders(lines):
        for number, line in enumerate(order):
            time = f"{line.ordered_at:%d/%m/%Y %H:%M:%S}"
            row: Row = {
                "Order ID": f"57{abs(hash_of(line.order_id)):016d}",
                "Order Status": status[line.status],
                "Cancelation/Return Type": {"cancelled": "Cancel", "returned": "Return/Refund"}.get(line.status, ""),
                "Normal or Pre-order": "Normal",
                "SKU ID": f"17{number:016d}",
                "Product Name": line.product,
                "Variation": line.variant,
                "Quantity": str(line.quantity),
                "Sku Quantity of return": str(line.quantity if line.status == "returned" else 0),
                "SKU Unit Original Price": str(line.unit_price),
                "SKU Subtotal Before Discount": str(line.unit_price * line.quantity),
                "SKU Platform Discount": "0",
                "SKU Seller Discount": str(line.discount),
                "SKU Subtotal After Discount": str(line.total),
                "Order Refund Amount": str(sum(other.total for other in order) if line.status == "returned" else 0),
                "Order Amount": str(sum(other.total for other in order) + 9000),
                "Created Time": time,
                "Paid Time": time if line.status != "unpaid" else "",
                "Cancelled Time": time if line.status == "cancelled" else "",
                "Buyer Username": line.username,
                "Recipient": "J***i" if line.masked else line.name,
                "Phone #": "(+62)812*****56" if line.masked else f"(+62){line.phone.removeprefix('+62')}",
                "Zipcode": "51100",
                "Country": "Indonesia",
                "Province": "Jawa Tengah",
                "Payment Method": "Bank transfer",
                "Weight(kg)": "0.3",
                "Purchase Channel": "TikTok",
                "Order Channel": "Live",
            }
            yield row | {column: f"{row.get(column, '')}\t" for column in TAB_ENDED if row.get(column)}


def hash_of(text: str) -> int:
    """A number for ``text``, the same in every process."""
    return int.from_bytes(text.encode(), "big") % 10**16


def _tokopedia_legacy(lines: Sequence[SaleLine]) -> Iterable[Row]:
    status = {"paid": "Pesanan Selesai", "cancelled": "Dibatalkan Pembeli", "unpaid": "Dibatalkan Sistem", "returned": "Pesanan Selesai"}
    for count, order in enumerate(_orders(lines), start=1):
        for number, line in enumerate(order):
            product: Row = {
                "Product ID": str(900000 + number),
                "Product Name": line.product,
                "Quantity": line.quantity,
                "Price (Rp.)": f"Rp {dots(line.unit_price)}",
                "Discount Amount (Rp.)": f"Rp {dots(line.discount)}",
                "Subsidi Amount (Rp.)": "Rp 0",
            }
            first: Row = {
                "Count": count,
                "Order ID": str(800000000 + count),
                "Invoice": f"INV/{line.ordered_at:%Y%m%d}/MPL/{count:09d}",
                "Payment Date": f"{line.ordered_at:%d-%m-%Y %H:%M:%S}",
                "Order Status": status[line.status],
                "Customer Name": line.name,
                "Customer Phone": line.phone.removeprefix("+"),
                "Recipient": line.name,
                "Recipient Number": line.phone.removeprefix("+"),
                "Courier": "JNE(Reguler)",
                "Total Shipping Fee (Rp.)": "Rp 9.000",
                "Total Amount (Rp.)": f"Rp {dots(sum(other.total for other in order) + 9000)}",
            }
            yield product | (first if number == 0 else {})


def _tokopedia_id(lines: Sequence[SaleLine]) -> Iterable[Row]:
    status = {"paid": "Pesanan Selesai", "cancelled": "Dibatalkan Penjual", "unpaid": "Dibatalkan Sistem", "returned": "Pesanan Selesai"}
    for count, order in enumerate(_orders(lines), start=1):
        for line in order:
            yield {
                "Nomor": count,
                "Nomor Invoice": f"INV/{line.ordered_at:%Y%m%d}/MPL/{count:09d}",
                "Tanggal Pembayaran": f"{line.ordered_at:%d-%m-%Y %H:%M:%S}",
                "Status Terakhir": status[line.status],
                "Nama Produk": line.product,
                "Jumlah Produk Dibeli": line.quantity,
                "Jumlah Produk Yang Dikurangkan": line.quantity if line.status == "returned" else 0,
                "Harga Awal (IDR)": line.unit_price,
                "Diskon Produk (IDR)": line.discount // line.quantity,
                "Harga Jual (IDR)": line.unit_price - line.discount // line.quantity,
                "Biaya Pengiriman Tunai (IDR)": "Non Tunai",
                "Total Penjualan (IDR)": sum(other.total for other in order) + 9000,
                "Nama Pembeli": line.name,
                "No Telp Pembeli": line.phone.removeprefix("+"),
                "Nama Penerima": line.name,
                "Kota": "Kota Surakarta",
                "Provinsi": "Jawa Tengah",
                "COD": "Tidak",
            }


def _pos(lines: Sequence[SaleLine]) -> Iterable[Row]:
    for number, line in enumerate(lines, start=1):
        sign = -1 if line.status == "returned" else 1
        yield {
            "No": number,
            "No Transaksi": line.order_id,
            "Tanggal": day_month(line.ordered_at, MONTHS_EN),
            "Waktu": f"{line.ordered_at:%H:%M}",
            "Outlet": "Batik Kauman",
            "Operator": "Kasir 1",
            "Pelanggan": "" if line.masked else line.name,
            "Tipe Penjualan": "Dine In",
            "Metode Pembayaran": "QRIS",
            "Tipe Harga": "Normal",
            "Tipe Transaksi": "refunded" if sign < 0 else "paid",
            "Detail Produk": line.product,
            "Varian": line.variant,
            "Kategori": "Batik",
            "Banyak Penjualan": sign * line.quantity,
            "Penjualan Kotor": sign * line.unit_price * line.quantity,
            "Diskon": sign * line.discount,
            "Penjualan Bersih": sign * line.total,
            "Service Charge": 0,
            "Pajak": 0,
            "Jumlah Charges": 0,
            "Total Uang Diterima": sign * line.total,
            "Catatan": "",
        }


def _pawoon(lines: Sequence[SaleLine]) -> Iterable[Row]:
    status = {"paid": "Success", "cancelled": "Void", "unpaid": "Void", "returned": "Refund"}
    for order in _orders(lines):
        sign = 1 if order[0].status == "paid" else -1
        for number, line in enumerate(order):
            yield {
                "Waktu Transaksi": f"{line.ordered_at:%d-%m-%Y %H:%M:%S}",
                "ID Struk": line.order_id,
                "Outlet": "Batik Kauman",
                "Nama Produk": line.product,
                "Jumlah Produk": sign * line.quantity,
                "Harga Produk": line.unit_price - line.discount // line.quantity,
                "Kategori": "Batik",
                "Status Pembayaran": status[line.status],
                "Total": sign * sum(other.total for other in order) if number == 0 else "-",
                "Metode Pembayaran": "Tunai",
            }


def _moka(lines: Sequence[SaleLine]) -> Iterable[Row]:
    for line in lines:
        sign = -1 if line.status == "returned" else 1
        yield {
            "Outlet": "Batik Kauman",
            "Receipt Number": line.order_id,
            "Date": f"{line.ordered_at:%d-%m-%Y}",
            "Time": f"{line.ordered_at:%H:%M:%S}",
            "Category": "Batik",
            "Items": line.product,
            "Quantity": str(sign * line.quantity),
            "Gross Sales": f"{float(sign * line.unit_price * line.quantity)}",
            "Net Sales": f"{float(sign * line.total)}",
            "Gratuity": "0.0",
            "Tax": "0.0",
            "Payment Method": "Cash",
        }


def _bigseller(lines: Sequence[SaleLine]) -> Iterable[Row]:
    status = {"paid": "Selesai", "cancelled": "Dibatalkan", "unpaid": "Belum Dibayar", "returned": "Pengembalian Barang & Dana"}
    for line in lines:
        time = f"{day_month(line.ordered_at, MONTHS_ID)} {line.ordered_at:%H:%M}"
        yield {
            "Waktu Pesanan Dibuat": time,
            "Nomor Pesanan": line.order_id,
            "Status Pesanan": status[line.status],
            "Nama Panggilan Toko BigSeller": "Batik Kauman",
            "SKU": "BTK-01",
            "Nama Variasi": line.variant,
            "Jumlah": str(line.quantity),
            "Harga Satuan": str(line.unit_price),
            "Subtotal Produk": str(line.unit_price * line.quantity),
            "Harga Awal Produk": str(line.unit_price),
            "Biaya Pengelolaan": "--",
            "Voucher": "--",
            "Voucher Toko": "--",
            "Waktu Selesai": time if line.status == "paid" else "--",
        }


_TIKTOK_DESCRIPTION = {
    "Order ID": "Platform unique order ID.",
    "Order Status": "The status of the order.",
    "Quantity": "SKU sold quantity in the order.",
    "SKU Unit Original Price": "It is the original price of the SKU.",
    "SKU Subtotal After Discount": "It equals SKU Subtotal Before Discount - SKU Platform Discount - SKU Seller Discount.",
    "Order Amount": "It equals SKU Subtotal After Discount + Shipping Fee After Discount.",
    "Created Time": "Order created time.",
    "Buyer Username": "The buyer's username.",
}
_TOKOPEDIA_HEADING = [["Laporan Penjualan"], ["Nama Toko", "Batik Kauman"], ["Periode", "01-06-2026 - 30-06-2026"]]


@dataclass(frozen=True)
class Layout:
    rows: Callable[[Sequence[SaleLine]], Iterable[Row]]
    file: str
    sheet: str = "Sheet1"
    heading: Sequence[Sequence[str]] = ()
    description: Row | None = None


LAYOUTS: dict[str, Layout] = {
    "shopee_order_all_2026": Layout(_shopee, "Order.all.20260601_20260630.xlsx", "orders"),
    "shopee_order_all_until_2025": Layout(_shopee, "Order.all.20250601_20250630.xlsx", "orders"),
    "tiktok_tokopedia_all_orders_65": Layout(_tiktok, "Semua pesanan-2026-07-01.xlsx", "OrderSKUList", description=_TIKTOK_DESCRIPTION),
    "tiktok_tokopedia_all_orders_63": Layout(_tiktok, "Semua pesanan-2025-09-01.csv"),
    "tokopedia_seller_legacy_en": Layout(_tokopedia_legacy, "Tokopedia_Transaksi.xlsx", heading=_TOKOPEDIA_HEADING),
    "tokopedia_seller_id_2022_2025": Layout(
        _tokopedia_id, "Laporan Penjualan.xlsx", "Laporan Penjualan", heading=[*_TOKOPEDIA_HEADING, []]
    ),
    "pos_product_sales_details_id": Layout(_pos, "Product Sales Details.xls", "Product Sales Details"),
    "pawoon_transactions": Layout(_pawoon, "Laporan Transaksi.xls", heading=[["Laporan Transaksi"], ["Batik Kauman"], []]),
    "report_item_details_moka_like": Layout(_moka, "Report Item Details.csv"),
    "bigseller_order_goods": Layout(_bigseller, "BigSeller_pesanan.xlsx", "sheet1"),
}


def export_table(layout: str, lines: Sequence[SaleLine]) -> list[list[Any]]:
    """The whole sheet of ``layout`` as rows of cells: heading rows, header, description row, data."""
    columns, kind = HEADERS[layout], LAYOUTS[layout]
    data = [[row.get(column, "") for column in columns] for row in kind.rows(lines)]
    description = [[kind.description.get(column, "") for column in columns]] if kind.description else []
    return [*map(list, kind.heading), columns, *description, *data]


def write_export(layout: str, lines: Sequence[SaleLine], folder: Path) -> Path:
    """Write ``lines`` as ``layout`` has them, under the name that its platform gives, and return the path."""
    kind = LAYOUTS[layout]
    path = folder / kind.file
    table = export_table(layout, lines)
    {".xlsx": write_xlsx, ".xls": write_xls, ".csv": write_csv}[path.suffix](path, table, kind.sheet)
    return path


def write_xlsx(path: Path, table: Sequence[Sequence[Any]], sheet: str = "Sheet1") -> None:
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet(sheet)
    for row in table:
        page.append([None if value == "" else value for value in row])
    book.save(path)


def write_xls(path: Path, table: Sequence[Sequence[Any]], sheet: str = "Sheet1") -> None:
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet(sheet)
    for number, row in enumerate(table):
        for column, value in enumerate(row):
            if value != "":
                page.write(number, column, value)
    book.save(str(path))


def write_csv(path: Path, table: Sequence[Sequence[Any]], sheet: str = "") -> None:
    """UTF-8 with a byte order mark and CRLF, as the platforms write it. A text file has no ``sheet``."""
    del sheet
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(table)
