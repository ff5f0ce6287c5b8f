"""The sample shop's orders as the 50 columns that Shopee's seller centre exports in 2026: every cell text, one row a product line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from pathlib import Path

from batikrfm.sales.sample.shop import LAST_DAY, Fate, Line, Order

COLUMNS = (
    *("No. Pesanan", "Status Pesanan", "Alasan Pembatalan", "Status Pembatalan/ Pengembalian", "No. Resi", "Opsi Pengiriman"),
    *("Antar ke counter/ pick-up", "Pesanan Harus Dikirimkan Sebelum (Menghindari keterlambatan)", "Waktu Pengiriman Diatur"),
    *("Waktu Pesanan Dibuat", "Waktu Pembayaran Dilakukan", "Tipe Pesanan", "Metode Pembayaran", "SKU Induk", "Nama Produk"),
    *("Nomor Referensi SKU", "Nama Variasi", "Harga Awal", "Harga Setelah Diskon", "Jumlah", "Returned quantity", "Subtotal Pesanan"),
    *("Total Diskon", "Diskon Dari Penjual", "Diskon Dari Shopee", "Berat Produk", "Jumlah Produk di Pesan", "Total Berat"),
    *("Voucher Ditanggung Penjual", "Cashback Koin", "Voucher Ditanggung Shopee", "Paket Diskon", "Paket Diskon (Diskon dari Shopee)"),
    *("Paket Diskon (Diskon dari Penjual)", "Potongan Koin Shopee", "Diskon Kartu Kredit", "Ongkos Kirim Dibayar oleh Pembeli"),
    *("Estimasi Potongan Biaya Pengiriman", "Ongkos Kirim Pengembalian Barang", "Total Pembayaran", "Perkiraan Ongkos Kirim"),
    *("Catatan dari Pembeli", "Catatan", "Username (Pembeli)", "Nama Penerima", "No. Telepon", "Alamat Pengiriman", "Kota/Kabupaten"),
    *("Provinsi", "Waktu Pesanan Selesai"),
)
NEVER_USED = dict.fromkeys(
    (
        *(
            "Diskon Dari Shopee",
            "Voucher Ditanggung Penjual",
            "Cashback Koin",
            "Voucher Ditanggung Shopee",
            "Paket Diskon (Diskon dari Shopee)",
        ),
        *("Paket Diskon (Diskon dari Penjual)", "Potongan Koin Shopee", "Diskon Kartu Kredit"),
        *("Ongkos Kirim Pengembalian Barang", "Estimasi Potongan Biaya Pengiriman"),
    ),
    "0",
)
RETURN_PERIOD = dt.timedelta(days=7)
SLIPS = {500: ("Waktu Pesanan Dibuat", "kemarin"), 700: ("Subtotal Pesanan", "nego")}
"""Cells that somebody typed over by hand, by row: a date and an amount that nobody can read."""


def write_export(path: Path, orders: Iterable[Order], today: dt.date = LAST_DAY) -> None:
    """Write ``orders`` to ``path`` as a workbook with the one sheet ``orders``, as it would be exported on ``today``."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("orders")
    sheet.append(COLUMNS)
    for number, row in enumerate((row for order in orders for row in rows(order, today)), start=2):
        if slip := SLIPS.get(number):
            row[slip[0]] = slip[1]
        sheet.append([row.get(column, "") for column in COLUMNS])
    book.save(path)


def rows(order: Order, today: dt.date = LAST_DAY) -> Iterator[dict[str, str]]:
    """One row for each line of ``order``; what belongs to the whole order is repeated in each."""
    whole = {**NEVER_USED, **_course(order, today), **_payment(order), **_contact(order)}
    for line in order.lines:
        yield {**whole, **_goods(order, line)}


def _course(order: Order, today: dt.date) -> dict[str, str]:
    """What happened to the order by ``today``, and when."""
    at = order.ordered_at
    common = {"No. Pesanan": order.number, "Waktu Pesanan Dibuat": _minute(at), "Tipe Pesanan": "Pesanan Reguler"}
    if order.fate is Fate.CANCELLED:
        return {**common, "Status Pesanan": "Batal", "Alasan Pembatalan": "Dibatalkan oleh Pembeli. Alasan: Lainnya/ berubah pikiran"}
    done = at + dt.timedelta(days=4, hours=3)
    open_until = done.date() + RETURN_PERIOD
    received = f"Pesanan diterima, namun Pembeli masih dapat mengajukan pengembalian hingga {open_until}."
    returned = order.fate in (Fate.RETURNED, Fate.PARTLY_RETURNED)
    return {
        **common,
        "Status Pesanan": received if open_until > today and not returned else "Selesai",
        "Status Pembatalan/ Pengembalian": "Permintaan Disetujui" if returned else "",
        "No. Resi": f"SPXID{order.number[-8:]}",
        "Opsi Pengiriman": "Reguler (Cashless)-SPX Standard",
        "Antar ke counter/ pick-up": "Pick-up",
        "Pesanan Harus Dikirimkan Sebelum (Menghindari keterlambatan)": _minute(at + dt.timedelta(days=2)),
        "Waktu Pengiriman Diatur": _minute(at + dt.timedelta(hours=9)),
        "Waktu Pembayaran Dilakukan": _minute(at + dt.timedelta(minutes=6)),
        "Waktu Pesanan Selesai": _minute(done),
    }


def _payment(order: Order) -> dict[str, str]:
    """What the buyer paid for the whole order: nothing in the end, where it was cancelled or sent back."""
    goods = sum(line.price * line.quantity for line in order.lines)
    paid = 0 if order.fate in (Fate.CANCELLED, Fate.RETURNED) else goods + order.shipping
    return {
        "Metode Pembayaran": "ShopeePay" if order.shipping % 3_000 else "COD (Bayar di Tempat)",
        "Jumlah Produk di Pesan": str(sum(line.quantity for line in order.lines)),
        "Total Berat": f"{sum(line.product.grams * line.quantity for line in order.lines)} gr",
        "Paket Diskon": "N",
        "Ongkos Kirim Dibayar oleh Pembeli": _rupiah(order.shipping),
        "Perkiraan Ongkos Kirim": _rupiah(order.shipping),
        "Total Pembayaran": _rupiah(paid),
    }


def _contact(order: Order) -> dict[str, str]:
    """The buyer as an old order shows them: a user name, everything else masked."""
    name = order.buyer.name
    masked = f"{name[0].upper()}******{name.rstrip('0123456789')[-1]}" if name else ""
    return {
        "Username (Pembeli)": name,
        "Nama Penerima": masked,
        "No. Telepon": f"******{order.shipping // 1_000:02d}" if name else "",
        "Alamat Pengiriman": "****** No. 10" if name else "",
        "Kota/Kabupaten": order.buyer.town,
        "Provinsi": order.buyer.province,
    }


def _goods(order: Order, line: Line) -> dict[str, str]:
    """The product line itself."""
    discount = (line.product.price - line.price) * line.quantity
    back = {Fate.RETURNED: line.quantity, Fate.PARTLY_RETURNED: min(1, line.quantity - 1)}.get(order.fate, 0)
    return {
        "SKU Induk": line.product.sku,
        "Nama Produk": line.product.name,
        "Nomor Referensi SKU": f"{line.product.sku}-{line.variation}".replace(" ", "-").upper(),
        "Nama Variasi": line.variation,
        "Harga Awal": _rupiah(line.product.price),
        "Harga Setelah Diskon": _rupiah(line.price),
        "Jumlah": str(line.quantity),
        "Returned quantity": str(back),
        "Subtotal Pesanan": _rupiah(line.price * line.quantity),
        "Total Diskon": _rupiah(discount),
        "Diskon Dari Penjual": _rupiah(discount),
        "Berat Produk": f"{line.product.grams} gr",
    }


def _minute(moment: dt.datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _rupiah(amount: int) -> str:
    """An amount in whole rupiah, dots between the thousands."""
    return f"{amount:,}".replace(",", ".")
