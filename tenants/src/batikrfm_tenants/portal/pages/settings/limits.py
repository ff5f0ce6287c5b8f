"""A number's limits as a form shows them, what a form says of them, and what to tell of those that are less careful than ours."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from batikrfm.delivery.numbers.comparing import Looser, looser
from batikrfm.delivery.numbers.rules import LONGEST_PAUSE, MOST_A_DAY, NumberRules
from batikrfm.delivery.options import MINUTES
from batikrfm.sdk.text import Text
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.pages.campaigns.asking import Reader

LONGEST_PLAN: Final = 60  # days
AMOUNT: Final = re.compile(r"[0-9]{1,4}(?:[.,][0-9]{1,3})?")
PLAN: Final = Text(
    id="Tulis jumlah pesan tiap hari, dipisah koma, misalnya 20, 40, 60. Tiap angka 1 sampai 10.000, paling banyak 60 hari.",
    en="Write how many messages on each day, with commas between, such as 20, 40, 60. Each from 1 to 10,000, 60 days at most.",
)
MOST: Final = Text(id="Isi dengan angka dari 1 sampai 10.000, atau kosongkan.", en="Fill in a number from 1 to 10,000, or leave it empty.")
SECONDS: Final = Text(id="Isi dengan detik dari 0 sampai 600, misalnya 8.", en="Fill in seconds from 0 to 600, such as 8.")
SHORTER: Final = Text(id="Jeda terlama tidak boleh kurang dari yang tersingkat.", en="The longest pause cannot be less than the shortest.")
EARLIER: Final = Text(id="Jam selesai harus sesudah jam mulai.", en="The last hour has to come after the first.")
SHARE: Final = Text(
    id="Isi dengan persen, lebih dari 0 sampai 100, misalnya 10.", en="Fill in a percentage, above 0 and up to 100, such as 10."
)
WAYS: Final[Mapping[Looser, Text]] = {
    Looser.AMOUNT: Text(id="pesan sehari lebih banyak", en="more messages a day"),
    Looser.PAUSE: Text(id="jeda antarpesan lebih singkat", en="shorter pauses between messages"),
    Looser.HOURS: Text(id="jam kirim lebih panjang", en="longer hours"),
    Looser.STOP: Text(id="berhenti sendirinya lebih lambat", en="stopping by itself later"),
    Looser.STRANGERS: Text(
        id="juga kepada orang yang belum pernah berkirim pesan atau memberi izin", en="also to people who neither wrote before nor agreed"
    ),
}
"""What is less careful: what follows ``lebih longgar dari saran kami:``."""
LOOSER: Final = Text(
    id="Batas nomor ini lebih longgar dari saran kami: {ways}. Nomor di jalur tidak resmi jadi lebih mudah diblokir WhatsApp.",
    en="This number's limits are less careful than we suggest: {ways}. On an unofficial gateway WhatsApp bans a number more easily then.",
)


@dataclass(frozen=True)
class Limits:
    """A number's limits as the fields of the form show them. ``own``: the shop has set them."""

    plan: str
    most: str
    pause_from: str
    pause_to: str
    opens: str
    closes: str
    bad: str
    known: bool
    own: bool
    warning: Text | None


def limits_of(rules: NumberRules, usual: NumberRules) -> Limits:
    """``rules`` for the form, beside the ``usual`` ones of such a number."""
    return Limits(
        plan=", ".join(map(str, rules.plan)),
        most="" if rules.most_a_day is None else str(rules.most_a_day),
        pause_from=_written(rules.pause[0]),
        pause_to=_written(rules.pause[1]),
        opens=_clock(rules.opens),
        closes=_clock(rules.closes),
        bad=_written(rules.most_bad * 100),
        known=rules.known_only,
        own=rules != usual,
        warning=warning_of(rules, usual),
    )


def warning_of(rules: NumberRules, usual: NumberRules) -> Text | None:
    """What to say where ``rules`` are less careful than the ``usual`` ones."""
    ways = [WAYS[way] for way in looser(rules, usual)]
    if not ways:
        return None
    spoken = {"id": "; ".join(way.id for way in ways), "en": "; ".join(way.en for way in ways)}
    return Text(id=LOOSER.say("id", ways=spoken["id"]), en=LOOSER.say("en", ways=spoken["en"]))


def rules_said(form: Form, now: NumberRules) -> tuple[NumberRules, Form]:
    """The rules as ``form`` says them, and the form with its problems; what it does not speak of stays as it is ``now``."""
    reader = Reader(form)
    said = replace(
        now,
        plan=_plan(reader),
        most_a_day=_most(reader),
        pause=_pause(reader),
        most_bad=_share(reader),
        known_only=form.ticked("known", "on"),
        **_hours(reader),
    )
    return said, reader.form


def _plan(reader: Reader) -> tuple[int, ...]:
    parts = [part.strip() for part in reader.form["plan"].split(",")] if reader.form["plan"] else []
    amounts = tuple(int(part) for part in parts if part.isascii() and part.isdecimal() and len(part) < 6)  # noqa: PLR2004 - 10,000 has five
    if len(amounts) < len(parts) or len(parts) > LONGEST_PLAN or not all(0 < amount <= MOST_A_DAY for amount in amounts):
        reader.refuse("plan", PLAN)
    return amounts


def _most(reader: Reader) -> int | None:
    text = reader.form["most"]
    if not text:
        return None
    amount = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0  # noqa: PLR2004 - as above
    if not 0 < amount <= MOST_A_DAY:
        reader.refuse("most", MOST)
    return amount


def _pause(reader: Reader) -> tuple[float, float]:
    least, most = (_amount(reader, name, 0, LONGEST_PAUSE, SECONDS) for name in ("pause_from", "pause_to"))
    if least > most:
        reader.refuse("pause_to", SHORTER)
    return least, most


def _hours(reader: Reader) -> dict[str, int]:
    """Midnight as an end is that of the day."""
    opens, closes = reader.minute("opens"), reader.minute("closes")
    if opens is not None and closes is not None and opens >= (closes or MINUTES):
        reader.refuse("closes", EARLIER)
    return {"opens": opens or 0, "closes": closes or MINUTES}


def _share(reader: Reader) -> float:
    return _amount(reader, "bad", 0.001, 100, SHARE) / 100


def _amount(reader: Reader, name: str, least: float, most: float, words: Text) -> float:
    """A number, its fraction after a comma or a point; one that is refused is none (NaN), which is neither more nor less than another."""
    text = reader.form[name]
    amount = float(text.replace(",", ".")) if AMOUNT.fullmatch(text) else math.nan
    if not least <= amount <= most:
        reader.refuse(name, words)
        return math.nan
    return amount


def _written(amount: float) -> str:
    return f"{round(amount, 3):g}".replace(".", ",")


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"
