"""How long each field may be: what fits a phone's screen, and what a mail program or WhatsApp takes at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from batikrfm.content.rules.model import Field, Finding, Passage, ShopRules
from batikrfm.sdk.text import Text

Unit = Literal["signs", "words"]


@dataclass(frozen=True, slots=True)
class Length:
    """From ``least`` to ``most`` reads well, above ``limit`` it does not go out. ``lines``: may have more than one."""

    unit: Unit
    least: int
    most: int
    limit: int
    lines: bool = False

    def of(self, text: str) -> int:
        """How long ``text`` is in this unit."""
        return len(text.split()) if self.unit == "words" else len(text)


LENGTHS: Final[dict[Field, Length]] = {
    "subject": Length("signs", 5, 60, 78),
    "preheader": Length("signs", 10, 100, 150),
    "email": Length("words", 60, 180, 400, lines=True),
    "whatsapp": Length("signs", 200, 600, 1_024, lines=True),
    "call_to_action": Length("signs", 2, 30, 40),
}
"""78 signs are what a subject line holds unbroken (RFC 5322), 1,024 what the body of a WhatsApp template holds."""

EMPTY: Final = Text(id="Bagian ini masih kosong. Isi dulu.", en="This part is still empty. Fill it in first.")
ONE_LINE: Final = Text(id="Bagian ini harus satu baris saja. Gabungkan barisnya.", en="This part must be a single line. Join its lines.")
_UNITS: Final[dict[Unit, Text]] = {"signs": Text(id="karakter", en="characters"), "words": Text(id="kata", en="words")}
_TOO_LONG: Final = Text(
    id="Terlalu panjang: {length} {unit}, sebaiknya paling banyak {bound}.", en="Too long: {length} {unit}, better {bound} at most."
)
_OVER: Final = Text(
    id="Terlalu panjang: {length} {unit}, batasnya {bound}. Pendekkan dulu.",
    en="Too long: {length} {unit}, the limit is {bound}. Shorten it first.",
)
_TOO_SHORT: Final = Text(
    id="Terlalu pendek: {length} {unit}, sebaiknya paling sedikit {bound}.", en="Too short: {length} {unit}, better {bound} at least."
)


def length(passage: Passage, rules: ShopRules) -> Iterator[Finding]:  # noqa: ARG001 - every rule is asked the same way
    """Empty and broken lines, too short, too long. Counted as they were written, placeholders unfilled."""
    allowed, text = LENGTHS[passage.where], passage.raw.strip()
    if not passage.text.strip():
        yield passage.find("empty", "block", "", EMPTY)
        return
    if not allowed.lines and len(text.splitlines()) > 1:
        yield passage.find("one_line", "block", "", ONE_LINE)
    long = allowed.of(text)
    if long > allowed.limit:
        yield passage.find("too_long", "block", "", _said(_OVER, long, allowed.unit, allowed.limit))
    elif long > allowed.most:
        yield passage.find("too_long", "warn", "", _said(_TOO_LONG, long, allowed.unit, allowed.most))
    elif long < allowed.least:
        yield passage.find("too_short", "warn", "", _said(_TOO_SHORT, long, allowed.unit, allowed.least))


def _said(text: Text, long: int, unit: Unit, bound: int) -> Text:
    return Text(
        id=text.say("id", length=f"{long:,}".replace(",", "."), unit=_UNITS[unit].id, bound=f"{bound:,}".replace(",", ".")),
        en=text.say("en", length=f"{long:,}", unit=_UNITS[unit].en, bound=f"{bound:,}"),
    )
