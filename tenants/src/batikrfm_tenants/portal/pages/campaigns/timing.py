"""The third step: when, by whose clock, how fast, how often at most, and how many get nothing to compare with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

from batikrfm.delivery.campaigns.model import Campaign
from batikrfm.delivery.options import (
    MOST_CAP_DAYS,
    MOST_HOLD_OUT,
    MOST_IN_CAP,
    NIGHT,
    Cap,
    Clock,
    Options,
    QuietHours,
)
from batikrfm.sdk.text import Text
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.pages.campaigns.asking import Reader

NOW, LATER = "sekarang", "nanti"
SHOP, OWN = "toko", "sendiri"
SPREADS: Final = (
    ("0", Text(id="Secepatnya", en="As fast as can be")),
    ("60", Text(id="Selama 1 jam", en="Over 1 hour")),
    ("240", Text(id="Selama 4 jam", en="Over 4 hours")),
    ("480", Text(id="Selama 8 jam", en="Over 8 hours")),
    ("1440", Text(id="Selama sehari", en="Over a day")),
    ("4320", Text(id="Selama 3 hari", en="Over 3 days")),
)
CLOCKS: Final = (
    (Clock.SHOP.value, Text(id="Jam toko", en="The shop's clock")),
    (
        Clock.RECIPIENT.value,
        Text(id="Jam penerima, sejauh diketahui dari nomornya", en="The recipient's clock, as far as the number tells"),
    ),
)
HOLD_OUTS: Final = (
    ("0", Text(id="Tidak ada", en="Nobody")),
    ("5", Text(id="5% orang", en="5% of the people")),
    ("10", Text(id="10% orang (disarankan)", en="10% of the people (recommended)")),
    ("20", Text(id="20% orang", en="20% of the people")),
    ("50", Text(id="Separuhnya", en="Half of them")),
)
PAST: Final = Text(id="Waktu itu sudah lewat. Pilih waktu nanti, atau kirim sekarang.", en="That time is over. Choose a later one, or now.")
WHEN: Final = Text(id="Isi tanggal dan jamnya.", en="Fill in the day and the time.")
RANGE: Final = Text(id="Isi dengan bilangan dari {least} sampai {most}.", en="Fill in a number from {least} to {most}.")


@dataclass(frozen=True, kw_only=True)
class WhenPage(Page):
    """Time, speed and limits."""

    template: ClassVar[str] = "campaigns/when.html"
    form: Form = field(metadata={"help": "The form as it was sent."})
    campaign: Campaign = field(metadata={"help": "The draft."})
    values: Mapping[str, str] = field(metadata={"help": "What the fields show before anybody changed them."})
    quiet: bool = field(metadata={"help": "Whether there are quiet hours."})
    time_zone: str = field(metadata={"help": "The shop's time zone."})
    spreads: tuple[tuple[str, Text], ...] = field(metadata={"help": "Over how long messages can be spread."})
    clocks: tuple[tuple[str, Text], ...] = field(metadata={"help": "By whose clock it can go."})
    hold_outs: tuple[tuple[str, Text], ...] = field(metadata={"help": "How many can be held out."})


@dataclass(frozen=True)
class When:
    """The third step: ``at`` None is now."""

    at: dt.datetime | None
    options: Options


def when_page(campaign: Campaign, form: Form, time_zone: str, now: dt.datetime) -> WhenPage:
    """The page of a draft with ``form``; the time proposed is tomorrow morning."""
    options, quiet = campaign.options, campaign.options.quiet or NIGHT
    tomorrow = now.astimezone(ZoneInfo(time_zone)).date() + dt.timedelta(days=1)
    cap = options.cap or Cap()
    values = {
        "start": NOW,
        "date": tomorrow.isoformat(),
        "time": "09:00",
        "clock": options.clock.value,
        "quiet_start": _clock(quiet.start),
        "quiet_end": _clock(quiet.end),
        "spread": str(options.spread),
        "limit": OWN if options.cap else SHOP,
        "messages": str(cap.messages),
        "days": str(cap.days),
        "hold_out": str(options.hold_out),
    }
    return WhenPage(
        form=form,
        campaign=campaign,
        values=values,
        quiet=options.quiet is not None,
        time_zone=time_zone,
        spreads=_with(SPREADS, str(options.spread)),
        clocks=CLOCKS,
        hold_outs=_with(HOLD_OUTS, str(options.hold_out)),
    )


def when_of(form: Form, before: Options, time_zone: str, now: dt.datetime) -> tuple[When, Form]:
    """The third step as ``form`` says it, and the form with its problems."""
    reader = Reader(form)
    at = _moment(reader, time_zone, now) if form["start"] == LATER else None
    options = replace(
        before,
        clock=Clock.RECIPIENT if form["clock"] == Clock.RECIPIENT else Clock.SHOP,
        quiet=_quiet(reader) if form.ticked("quiet", "on") else None,
        spread=_number(reader, "spread", 0, 7 * 24 * 60),
        cap=_cap(reader) if form["limit"] == OWN else None,
        hold_out=_number(reader, "hold_out", 0, MOST_HOLD_OUT),
    )
    return When(at, options), reader.form


def _moment(reader: Reader, time_zone: str, now: dt.datetime) -> dt.datetime | None:
    day, minute = reader.day("date"), reader.minute("time")
    if day is None or minute is None:
        if not reader.form.problems:
            reader.refuse("date", WHEN)
        return None
    moment = dt.datetime.combine(day, dt.time(minute // 60, minute % 60), ZoneInfo(time_zone))
    if moment <= now:
        reader.refuse("date", PAST)
    return moment


def _quiet(reader: Reader) -> QuietHours:
    start, end = reader.minute("quiet_start"), reader.minute("quiet_end")
    return QuietHours(NIGHT.start if start is None else start, NIGHT.end if end is None else end)


def _cap(reader: Reader) -> Cap:
    return Cap(_number(reader, "messages", 1, MOST_IN_CAP), _number(reader, "days", 1, MOST_CAP_DAYS))


def _number(reader: Reader, name: str, least: int, most: int) -> int:
    number = reader.whole(name)
    if number is not None and least <= number <= most:
        return number
    if reader.form.problem(name) is None:
        reader.refuse(name, Text(id=RANGE.say("id", least=least, most=most), en=RANGE.say("en", least=least, most=most)))
    return least


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _with(choices: tuple[tuple[str, Text], ...], own: str) -> tuple[tuple[str, Text], ...]:
    """``choices`` with what the campaign has, if it is none of them."""
    return choices if any(value == own for value, _ in choices) else ((own, Text(id=own, en=own)), *choices)
