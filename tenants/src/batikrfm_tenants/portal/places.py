"""Time zones and currencies that a shop chooses from, those of home first."""

from __future__ import annotations

from typing import Final, TypeVar

from batikrfm.sdk.text import Text

NameT = TypeVar("NameT")

TIME_ZONES: Final = (
    ("Asia/Jakarta", Text(id="WIB: Jakarta, Yogyakarta, Medan", en="Western Indonesia (Jakarta, Yogyakarta, Medan)")),
    ("Asia/Makassar", Text(id="WITA: Makassar, Denpasar, Balikpapan", en="Central Indonesia (Makassar, Denpasar, Balikpapan)")),
    ("Asia/Jayapura", Text(id="WIT: Jayapura, Ambon", en="Eastern Indonesia (Jayapura, Ambon)")),
    ("Asia/Singapore", Text(id="Singapura", en="Singapore")),
    ("Asia/Kuala_Lumpur", Text(id="Kuala Lumpur", en="Kuala Lumpur")),
    ("Asia/Bangkok", Text(id="Bangkok", en="Bangkok")),
    ("Asia/Manila", Text(id="Manila", en="Manila")),
    ("Asia/Tokyo", Text(id="Tokyo", en="Tokyo")),
    ("Australia/Sydney", Text(id="Sydney", en="Sydney")),
    ("Europe/London", Text(id="London", en="London")),
    ("Etc/UTC", Text(id="UTC", en="UTC")),
)
CURRENCIES: Final = (
    ("IDR", "Rupiah (IDR)"),
    ("SGD", "Singapore dollar (SGD)"),
    ("MYR", "Ringgit (MYR)"),
    ("USD", "US dollar (USD)"),
    ("EUR", "Euro (EUR)"),
    ("GBP", "Pound sterling (GBP)"),
    ("AUD", "Australian dollar (AUD)"),
    ("JPY", "Yen (JPY)"),
)


def with_own(choices: tuple[tuple[str, NameT], ...], own: tuple[str, NameT]) -> tuple[tuple[str, NameT], ...]:
    """``choices`` with ``own`` in front if it is none of them: a form never loses what a shop has."""
    return choices if any(value == own[0] for value, _ in choices) else (own, *choices)
