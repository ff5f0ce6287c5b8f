"""Why a row is rejected."""

from __future__ import annotations

from enum import StrEnum

from batikrfm.sdk.text import Text


class Reason(StrEnum):
    """The code of a rejection. Where several hold, the first in this order is given."""

    NO_DATE = "no_date"
    DATE_NOT_UNDERSTOOD = "date_not_understood"
    DATE_STYLE = "date_style"
    DATE_UNDECIDED = "date_undecided"
    DATE_OUT_OF_RANGE = "date_out_of_range"
    NO_AMOUNT = "no_amount"
    AMOUNT_NOT_UNDERSTOOD = "amount_not_understood"
    AMOUNT_STYLE = "amount_style"
    AMOUNT_UNDECIDED = "amount_undecided"
    AMOUNT_ABSURD = "amount_absurd"
    QUANTITY_NOT_UNDERSTOOD = "quantity_not_understood"
    QUANTITY_STYLE = "quantity_style"
    QUANTITY_UNDECIDED = "quantity_undecided"
    QUANTITY_ABSURD = "quantity_absurd"


REASON_TEXTS: dict[Reason, Text] = {
    Reason.NO_DATE: Text(id="Tanggalnya kosong.", en="There is no date."),
    Reason.DATE_NOT_UNDERSTOOD: Text(id="Tanggalnya tidak bisa dibaca.", en="The date cannot be read."),
    Reason.DATE_STYLE: Text(
        id="Urutan hari dan bulannya berbeda dari baris lain di kolom ini.",
        en="The order of day and month differs from the other rows of this column.",
    ),
    Reason.DATE_UNDECIDED: Text(
        id="Tidak pasti mana hari dan mana bulan. Sebutkan dengan --map ordered_at.style=dmy atau mdy.",
        en="It is not certain which is the day and which the month. Say so with --map ordered_at.style=dmy or mdy.",
    ),
    Reason.DATE_OUT_OF_RANGE: Text(
        id="Tanggalnya sebelum 1990 atau lebih dari setahun ke depan.",
        en="The date is before 1990 or more than a year ahead.",
    ),
    Reason.NO_AMOUNT: Text(id="Tidak ada nilai uangnya.", en="There is no amount of money."),
    Reason.AMOUNT_NOT_UNDERSTOOD: Text(id="Nilai uangnya tidak bisa dibaca.", en="The amount of money cannot be read."),
    Reason.AMOUNT_STYLE: Text(
        id="Titik dan koma di angka ini dipakai berbeda dari baris lain di kolom ini.",
        en="Dots and commas mean something else here than in the other rows of this column.",
    ),
    Reason.AMOUNT_UNDECIDED: Text(
        id="Tidak pasti apakah titik atau komanya pemisah ribuan. Sebutkan dengan --map <bidang>.style=1.234,5 atau 1,234.5.",
        en="It is not certain whether the dot or the comma separates thousands. Say so with --map <field>.style=1.234,5 or 1,234.5.",
    ),
    Reason.AMOUNT_ABSURD: Text(id="Nilai uangnya lebih dari satu triliun.", en="The amount is more than 10^12."),
    Reason.QUANTITY_NOT_UNDERSTOOD: Text(id="Jumlah barangnya tidak bisa dibaca.", en="The quantity cannot be read."),
    Reason.QUANTITY_STYLE: Text(
        id="Titik dan koma di jumlah barang ini dipakai berbeda dari baris lain di kolom ini.",
        en="Dots and commas mean something else in this quantity than in the other rows of this column.",
    ),
    Reason.QUANTITY_UNDECIDED: Text(
        id="Tidak pasti apakah 1.000 di jumlah barang berarti satu atau seribu. Sebutkan dengan --map quantity.style=1.234,5 atau 1,234.5.",
        en="It is not certain whether 1.000 is one piece or a thousand. Say so with --map quantity.style=1.234,5 or 1,234.5.",
    ),
    Reason.QUANTITY_ABSURD: Text(id="Jumlah barangnya lebih dari satu juta.", en="The quantity is more than a million."),
}
