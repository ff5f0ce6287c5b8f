"""Sentences about what was read, the same for every command that reads."""

from __future__ import annotations

from batikrfm.sdk.text import Text

ROWS = Text(
    id="{rows} baris dibaca: {imported} terpakai, {cancelled} dibatalkan, {refund} dikembalikan, "
    "{without_customer} tanpa pelanggan, {rejected} ditolak.",
    en="{rows} rows read: {imported} used, {cancelled} cancelled, {refund} returned, "
    "{without_customer} without a customer, {rejected} rejected.",
)
UNKNOWN_STATUSES = Text(
    id="Status yang belum kami kenal dihitung sebagai penjualan: {words}. Kalau bukan, ulangi dengan --map status.<kata>=cancelled.",
    en="Statuses that we do not know were counted as sales: {words}. If they are not, repeat with --map status.<word>=cancelled.",
)
