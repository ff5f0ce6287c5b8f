"""The sample shop's orders as a list of the shop's own, such as a till writes: names and contacts in full, a CSV with semicolons.

Nobody can be reached by it: the addresses are of a domain that is kept for examples, the numbers of a block that is given to nobody.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from batikrfm.sales.sample.catalogue import FIRST_NAMES
from batikrfm.sales.sample.shop import Fate, Line, Order

COLUMNS = (
    *("No. Pesanan", "Tanggal", "Status", "Nama Pelanggan", "No. HP", "Email", "Kota"),
    *("Nama Produk", "Jumlah", "Harga Satuan", "Total", "Kanal"),
)
STATUSES = {Fate.DONE: "Selesai", Fate.CANCELLED: "Batal", Fate.RETURNED: "Retur", Fate.PARTLY_RETURNED: "Selesai"}
USER_NAME = re.compile(rf"({'|'.join(FIRST_NAMES)})[._]?([a-z]+)(\d+)")
CHANNELS = ("Toko", "WhatsApp", "Instagram")


def write_list(path: Path, orders: Iterable[Order]) -> None:
    """Write ``orders`` to ``path``, one row a product line; what belongs to an order is repeated in each of its rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(COLUMNS)
        writer.writerows(row for order in orders for row in _rows(order))


def _rows(order: Order) -> Iterator[tuple[object, ...]]:
    buyer = order.buyer.name
    whole = (order.number, f"{order.ordered_at:%d/%m/%Y %H:%M}", STATUSES[order.fate], *_contact(buyer), order.buyer.town)
    channel = CHANNELS[order.shipping // 1_000 % len(CHANNELS)]
    for line in order.lines:
        yield (*whole, *_goods(line), channel)


def _contact(buyer: str) -> tuple[str, str, str]:
    """Name, phone and e-mail of a user name such as ``siti.rahayu12``; nothing for who left none."""
    found = USER_NAME.fullmatch(buyer)
    if found is None:
        return "", "", ""
    first, last, number = found[1], found[2], int(found[3])
    return f"{first} {last}".title(), f"0899-00{number // 10_000 % 100:02d}-{number % 10_000:04d}", f"{buyer}@example.com"


def _goods(line: Line) -> tuple[str, int, int, int]:
    return line.product.name, line.quantity, line.price, line.price * line.quantity
