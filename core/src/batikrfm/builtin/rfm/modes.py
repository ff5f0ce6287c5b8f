"""Which way of scoring fits a shop, and the sentences that say why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from batikrfm.builtin.rfm.config import RfmConfig
from batikrfm.sdk.text import Text

if TYPE_CHECKING:
    import polars as pl

REPEATER = 2
"""Purchases that make a customer one who came back."""

ENOUGH_REPEATERS = 100
"""So many customers with two purchases or more make a fifth of them mean something."""

ENOUGH_CUSTOMERS = 10

Mode = Literal["quantile", "rules"]

TOO_LITTLE_DATA = Text(
    id="Datanya masih terlalu sedikit: baru {customers} pelanggan. Segmennya tetap kami hitung, tetapi anggap saja sebagai gambaran awal.",
    en="There is too little data yet (customers: {customers}). We worked out the segments all the same; take them as a first impression.",
)

_REASONS = {
    ("auto", "quantile"): Text(
        id="{repeaters} pelanggan sudah belanja dua kali atau lebih, cukup untuk membandingkan pelanggan Anda satu sama lain.",
        en="Customers who have bought twice or more: {repeaters}. That is enough to compare your customers with each other.",
    ),
    ("auto", "rules"): Text(
        id="Baru {repeaters} pelanggan yang belanja dua kali atau lebih (perlu {enough}), jadi nilainya memakai batas tetap.",
        en="Customers who have bought twice or more: {repeaters}. Comparing them takes {enough}, so the scores use fixed cut-points.",
    ),
    ("quantile", "quantile"): Text(
        id="Sesuai pengaturan, pelanggan Anda dibandingkan satu sama lain.",
        en="As set, your customers are compared with each other.",
    ),
    ("rules", "rules"): Text(
        id="Sesuai pengaturan, nilainya memakai batas tetap.",
        en="As set, the scores use fixed cut-points.",
    ),
}


@dataclass(frozen=True)
class Choice:
    """The mode to score by, why, and what the owner should know about it."""

    mode: Mode
    reason: Text
    notices: tuple[Text, ...]


def choose(customers: pl.DataFrame, config: RfmConfig) -> Choice:
    """The mode that was set, or for ``auto``: ``quantile`` from 100 customers with two purchases or more on, else ``rules``."""
    repeaters = int((customers["frequency"] >= REPEATER).sum())
    mode: Mode = ("quantile" if repeaters >= ENOUGH_REPEATERS else "rules") if config.mode == "auto" else config.mode
    reason = _filled(_REASONS[config.mode, mode], repeaters=repeaters, enough=ENOUGH_REPEATERS)
    few = len(customers) < ENOUGH_CUSTOMERS
    return Choice(mode, reason, (_filled(TOO_LITTLE_DATA, customers=len(customers)),) if few else ())


def _filled(text: Text, **counts: int) -> Text:
    """The text with its numbers in it, grouped as each language does."""
    english = {name: f"{number:,}" for name, number in counts.items()}
    indonesian = {name: number.replace(",", ".") for name, number in english.items()}
    return Text(id=text.say("id", **indonesian), en=text.say("en", **english))
