"""Whole ten-thousandths and doubled medians as decimals that say exactly the same."""

from __future__ import annotations

from decimal import Context, Decimal

_EXACT = Context(prec=60)  # more digits than a 128-bit sum of ten-thousandths has


def amount(e4: int) -> Decimal:
    """Ten-thousandths in the currency's unit, without trailing zeros or exponent."""
    if not e4 % 10_000:  # nearly always, for rupiah have no cents
        return Decimal(e4 // 10_000)
    return plain(_EXACT.scaleb(Decimal(e4), Decimal(-4)))


def half(doubled: int) -> Decimal:
    """Half of a whole number: 12 or 12.5."""
    return plain(_EXACT.divide(Decimal(doubled), Decimal(2)))


def half_amount(doubled_e4: int) -> Decimal:
    """Half of so many ten-thousandths, in the currency's unit."""
    return plain(_EXACT.scaleb(_EXACT.divide(Decimal(doubled_e4), Decimal(2)), Decimal(-4)))


def plain(number: Decimal) -> Decimal:
    """The same number with no trailing zeros and no exponent, as people and JSON write it."""
    return Decimal(f"{_EXACT.normalize(number):f}")


def number(cut: float | str) -> float | str | Decimal:
    """A strategy's exact decimal text as a number; other text, and numbers, as they are."""
    if isinstance(cut, str) and cut.removeprefix("-").replace(".", "", 1).isdecimal():
        return plain(Decimal(cut))
    return cut
