"""What is said of columns, of how dates and numbers are written, and of words of a status column."""

from __future__ import annotations

from typing import Final

from batikrfm.sdk.text import Text

NOT_IN_FILE: Final = Text(id="Tidak ada di berkas ini", en="Not in this file")
AS_READ: Final = Text(id="Otomatis", en="Automatic")

STYLES: Final = {
    "dmy": Text(id="Hari dulu: 31/12/2026", en="Day first: 31/12/2026"),
    "mdy": Text(id="Bulan dulu: 12/31/2026", en="Month first: 12/31/2026"),
    "ymd": Text(id="Tahun dulu: 2026/12/31", en="Year first: 2026/12/31"),
    "1.234,5": Text(id="Titik untuk ribuan: 1.234,5", en="Dot for thousands: 1.234,5"),
    "1,234.5": Text(id="Koma untuk ribuan: 1,234.5", en="Comma for thousands: 1,234.5"),
}
"""How a column is written, by the style's own name."""

MEANINGS: Final = {
    "paid": Text(id="Penjualan yang jadi", en="A sale that went through"),
    "unpaid": Text(id="Belum dibayar, jangan dihitung", en="Not paid yet, do not count"),
    "cancelled": Text(id="Dibatalkan, jangan dihitung", en="Cancelled, do not count"),
    "returned": Text(id="Barang kembali", en="The goods came back"),
}
"""What a word of the status column can mean; the first is what an unknown word is taken for."""

ANSWER_NEEDED: Final = Text(id="Jawab dahulu: {about}", en="Please answer first: {about}")

REASONS: Final = {
    "no_date": Text(id="Tanggalnya kosong.", en="There is no date."),
    "date_not_understood": Text(id="Tanggalnya tidak bisa dibaca.", en="The date cannot be read."),
    "date_style": Text(
        id="Urutan hari dan bulannya berbeda dari baris lain.", en="The order of day and month differs from the other rows."
    ),
    "date_undecided": Text(
        id="Tidak pasti mana hari dan mana bulan. Unggah lagi, lalu pilih cara penulisan tanggalnya.",
        en="It is not certain which is the day and which the month. Upload again and choose how dates are written.",
    ),
    "date_out_of_range": Text(
        id="Tanggalnya sebelum 1990 atau lebih dari setahun ke depan.", en="The date is before 1990 or more than a year ahead."
    ),
    "no_amount": Text(id="Nilai uangnya kosong.", en="There is no amount of money."),
    "amount_not_understood": Text(id="Nilai uangnya tidak bisa dibaca.", en="The amount of money cannot be read."),
    "amount_style": Text(
        id="Titik dan koma di angka ini dipakai berbeda dari baris lain.", en="Dots and commas are used differently than in the other rows."
    ),
    "amount_undecided": Text(
        id="Tidak pasti apakah titik atau komanya pemisah ribuan. Unggah lagi, lalu pilih cara penulisan angkanya.",
        en="It is not certain whether the dot or the comma separates thousands. Upload again and choose how numbers are written.",
    ),
    "amount_absurd": Text(id="Nilai uangnya lebih dari satu triliun.", en="The amount is more than 10^12."),
    "quantity_not_understood": Text(id="Jumlah barangnya tidak bisa dibaca.", en="The quantity cannot be read."),
    "quantity_style": Text(
        id="Titik dan koma di jumlah barang ini dipakai berbeda dari baris lain.",
        en="Dots and commas are used differently in this quantity than in the other rows.",
    ),
    "quantity_undecided": Text(
        id="Tidak pasti apakah 1.000 berarti satu atau seribu. Unggah lagi, lalu pilih cara penulisan jumlahnya.",
        en="It is not certain whether 1.000 is one or a thousand. Upload again and choose how quantities are written.",
    ),
    "quantity_absurd": Text(id="Jumlah barangnya lebih dari satu juta.", en="The quantity is more than a million."),
}
"""Why a row was not imported, by :class:`batikrfm.sales.parsing.reasons.Reason`, said to somebody in front of a page."""
NOT_UNDERSTOOD: Final = Text(id="Baris ini tidak bisa dibaca.", en="The row cannot be read.")
