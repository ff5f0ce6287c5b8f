"""Who a customer is: names, phones, e-mails and codes, cleaned; masked ones ("J***i", "0812****") say nothing and are absent."""

from __future__ import annotations

from typing import Final

import polars as pl

from batikrfm.sales.values.distinct import NOT_GIVEN
from batikrfm.sales.values.phone_numbers import e164
from batikrfm.sales.values.regions import country_code, metadata

_MASKED_DIGITS: Final = r"[*•●✱\uff0a]|[xX]{2,}"
_MASK: Final = r"[*•●✱\uff0a]{2,}"
_NOBODY: Final = (
    *("umum", "pelanggan umum", "customer umum", "konsumen umum", "pelanggan", "pembeli", "konsumen", "customer", "walk in", "walk-in"),
    *("walkin", "walk in customer", "walk-in customer", "guest", "guest customer", "tamu", "tunai", "cash", "cash customer"),
    *(
        "non member",
        "non-member",
        "nonmember",
        "no name",
        "noname",
        "tanpa nama",
        "anonim",
        "anonymous",
        "tidak ada",
        "tidak diketahui",
        "unknown",
    ),
)
"""What cash registers write where nobody was named, casefolded."""


def ids(values: pl.Series) -> pl.Series:
    """Codes as they are meant: without the marks that make a spreadsheet keep text, without the ``.0`` of number cells.

    ``8.12E+11`` has lost digits for good: two codes would become one, so it is absent.
    """
    text = pl.col("text").str.replace_all(r"^['\"`‘’“”=]+|['\"`‘’“”]+$", "").str.strip_chars()  # noqa: RUF001 - quotes that people type
    text = _written_out(text.str.replace(r"^(\d+)\.0+$", "${1}"))
    return values.alias("text").to_frame().select(pl.when(_given(text)).then(text).alias("id")).to_series()


def _written_out(text: pl.Expr) -> pl.Expr:
    """``8.123456789E+09`` in digits; null where a spreadsheet dropped some of them."""
    scientific = r"^(\d)[.,]?(\d*)[eE]\+(\d{1,2})$"
    digits = text.str.replace(scientific, "${1}${2}")
    whole = digits.str.len_bytes() == text.str.extract(scientific, 3).cast(pl.UInt32, strict=False) + 1
    return pl.when(~text.str.contains(scientific)).then(text).when(whole).then(digits)


def customer_keys(values: pl.Series) -> pl.Series:
    """Codes of customers: as :func:`ids`, absent where masked or where they name nobody."""
    text = pl.col("id")
    return ids(values).to_frame().select(pl.when(_somebody(text)).then(text)).to_series()


def names(values: pl.Series) -> pl.Series:
    """Names, absent where masked or where they name nobody."""
    text = pl.col("name").str.replace(r"^'+", "")
    return values.alias("name").to_frame().select(pl.when(_given(text) & _somebody(text)).then(text)).to_series()


def emails(values: pl.Series) -> pl.Series:
    """E-mail addresses in lower case, absent where masked or not an address."""
    text = pl.col("email")
    return values.alias("email").to_frame().select(pl.when(is_email(text)).then(_bare_email(text))).to_series()


def is_email(text: pl.Expr) -> pl.Expr:
    """Whether a cleaned text is an e-mail address, and not a masked one."""
    return _bare_email(text).str.contains(r"^[^@\s,;<>*•]+@[^@\s,;<>*•]+\.[a-z]{2,}$")


def _bare_email(text: pl.Expr) -> pl.Expr:
    return text.str.to_lowercase().str.replace(r"^mailto:", "")


def _given(text: pl.Expr) -> pl.Expr:
    return ~text.str.to_lowercase().is_in(NOT_GIVEN)


def _somebody(text: pl.Expr) -> pl.Expr:
    return ~text.str.contains(_MASK) & ~text.str.to_lowercase().is_in(_NOBODY)


def phones(values: pl.Series, region: str) -> pl.Series:
    """Phone numbers as E.164 (``+628123456789``), absent where masked, invalid, or short of digits (``8.12E+11``).

    Ordinary mobile numbers go through the pattern of ``phonenumbers`` for the region all at once; it looks at each other one itself.
    """
    text = _written_out(pl.col("text").str.replace_all(r"^['\"`]+|\.0$", ""))
    worth_it = text.str.contains(r"\d{2}") & ~text.str.contains(_MASKED_DIGITS)
    digits = text.str.replace_all(r"[\s().\-/]", "").str.extract(_mobile_pattern(region))
    frame = values.alias("text").to_frame().select(pl.when(worth_it).then(text).alias("text"))
    frame = frame.with_columns(pl.concat_str(pl.lit(country_code(region)), pl.when(worth_it).then(digits)).alias("phone"))
    unusual = frame.filter(pl.col("phone").is_null() & pl.col("text").is_not_null())["text"].unique()
    found = {number: e164(number, region) for number in unusual}
    return frame.select(
        pl.coalesce("phone", pl.col("text").replace_strict(found, default=None, return_dtype=pl.String)).alias("phone")
    ).to_series()


def _mobile_pattern(region: str) -> str:
    """A mobile number of the region in digits, with or without country code or national prefix; the group is what E.164 wants."""
    found = metadata(region)
    prefix, mobile = found.national_prefix or "", found.mobile
    if mobile is None:
        raise LookupError(region)
    return rf"^(?:(?:\+|00)?{found.country_code}(?:{prefix})?|{prefix})?((?:{mobile.national_number_pattern}))$"
