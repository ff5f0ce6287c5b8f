"""What the words of a status column mean for the money: ``paid``, ``cancelled``, ``unpaid`` or ``returned``."""

from __future__ import annotations

from typing import Final

import polars as pl

STATUSES: Final = ("paid", "cancelled", "unpaid", "returned")


_CANCELLED = (
    r"batal|cancel|^void|voided|gagal bayar|ditolak|reject|declin|kedaluwarsa|kadaluarsa|kadaluwarsa|expired|abandon|gagal$|^failed"
)
_UNPAID = r"belum (di)?bayar|unpaid|not paid|(menunggu|pending|awaiting|waiting for).*(bayar|payment|lunas)|pembayaran tertunda|^draft$"
_SOLD = (
    r"selesai|complet|success|sukses|berhasil|paid|dibayar|lunas|bayar|kirim|ship|deliver|diterima|received|done|finish|proses|process|"
    r"pickup|pengambilan|dicetak|disiapkan|dikemas|siap|ready|diambil|sold|terjual|sale|penjualan|confirm|konfirmasi|settle|closed|"
    r"transit|perjalanan|cuci|setrika|^(ok|ya|yes|cod|baru|new|normal|aktif|active)$"
)
_RETURNED = r"^pengembalian|pengembalian (barang|dana|disetujui|selesai)|refund|retur(\b|$)|diretur|returned|^return|dikembalikan"

# In this order: "Pesanan diterima, namun Pembeli masih dapat mengajukan pengembalian hingga ..." is a sale although it speaks of a return;
# "Belum lunas" is money still owed for a sale that happened, "Belum bayar" an order that may never become one.
_MEANINGS: Final = (
    ("paid", r"masih dapat mengajukan|can still request|return.*(reject|declin|cancel)|pengembalian.*(ditolak|dibatalkan)"),
    ("paid", r"belum lunas|hutang|utang|kasbon|piutang|cicil|sebagian|not cancel|tidak (jadi )?batal"),
    ("cancelled", _CANCELLED),
    ("unpaid", _UNPAID),
    ("returned", _RETURNED),
    ("paid", _SOLD),
)


def meanings(values: pl.Series, words: dict[str, str] | None = None) -> pl.Series:
    """The status of each cleaned text, null where nothing is known. ``words`` (casefolded text to status) goes before our own list."""
    text = pl.col("text")
    known = [pl.when(text.str.contains(pattern)).then(pl.lit(status)) for status, pattern in _MEANINGS]
    told = text.replace_strict(words, default=None, return_dtype=pl.String) if words else pl.lit(None, pl.String)
    return values.alias("text").to_frame().select(text.str.to_lowercase()).select(pl.coalesce(told, *known).alias("status")).to_series()
