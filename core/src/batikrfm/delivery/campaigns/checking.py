"""What has to hold for a campaign's plan: while it is a draft, and before anybody can press send."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from batikrfm.content.wording import filled
from batikrfm.db.engine import current_scope
from batikrfm.delivery.audience import AudienceFilter
from batikrfm.delivery.campaigns import queries as sql
from batikrfm.delivery.campaigns.errors import CampaignPlanError
from batikrfm.delivery.campaigns.model import Campaign, Plan, Variant, WantedVariant
from batikrfm.delivery.options import (
    MINUTES,
    MOST_CAP_DAYS,
    MOST_HOLD_OUT,
    MOST_HOURS,
    MOST_IN_CAP,
    MOST_SPREAD,
    Cap,
    Options,
)
from batikrfm.sdk.channels import Template
from batikrfm.sdk.text import Text

LONGEST_NAME: Final = 120
MOST_SEGMENTS: Final = 100
MOST_VARIANTS: Final = 400
MOST_TEXTS: Final = 5
"""For one segment."""
HUNDRED: Final = 100
BEST: Final = 5
LONGEST_KEY: Final = 100
LONGEST_VALUE: Final = 1_000
MOST_VALUES: Final = 20
MOST_LEAST: Final = 1_000_000
MOST_MONEY: Final = Decimal(10) ** 14

_INVISIBLE: Final = re.compile(r"[\x00-\x1f\x7f]+")
_NOT_EMPTY: Final = Text(id="tidak boleh kosong dan paling panjang {longest} huruf", en="is not empty and has at most {longest} characters")
_BETWEEN: Final = Text(id="harus antara {least} dan {most}", en="is between {least} and {most}")
_AT_MOST: Final = Text(id="paling banyak {most}", en="at most {most} of them")
_ORDER: Final = Text(id="batas bawahnya lebih besar dari batas atasnya", en="the lower end is above the upper one")
KNOWN: Final = Text(id="ada yang tidak ditemukan di toko ini", en="there is one that this shop does not have")
_ONE_EACH: Final = Text(
    id="bagian tiap pesan di satu segmen dijumlahkan paling banyak 100", en="the shares of one segment's texts are at most 100 together"
)
_RULE: Final = Text(
    id="sisanya menunggu pesan terbaik, jadi isi aturan pemenangnya dan minimal dua pesan per segmen",
    en="the rest waits for the better text, so say how it is chosen, and give each segment two texts",
)
_FOR_NOBODY: Final = Text(id="ada pesan untuk segmen yang tidak dipilih", en="there is a text for a segment that is not chosen")
_SOMETHING: Final = Text(id="pilih paling sedikit satu", en="choose at least one")
_EVERY: Final = Text(id="segmen {segment} belum punya pesan", en="the segment {segment} has no text")

STARTS: Final = Text(id="Waktu kirim", en="The time to send")
NAME: Final = Text(id="Nama kampanye", en="The campaign's name")
CHANNEL: Final = Text(id="Saluran", en="The channel")
SEGMENTS: Final = Text(id="Segmen", en="The segments")
FILTER: Final = Text(id="Penyaring", en="The filter")
TEXTS: Final = Text(id="Pesan", en="The texts")
TEMPLATE: Final = Text(id="Templat", en="The template")
HOLD_OUT: Final = Text(id="Kelompok pembanding (persen)", en="The hold-out (percent)")
QUIET: Final = Text(id="Jam tenang", en="The quiet hours")
SPREAD: Final = Text(id="Lama pengiriman disebar (menit)", en="The minutes to spread over")
CAP: Final = Text(id="Batas pesan per pelanggan", en="The cap of messages")
CAP_DAYS: Final = Text(id="Batas pesan (hari)", en="The days of the cap")
WINNER: Final = Text(id="Aturan pemenang", en="The rule for the winner")


async def tidy_plan(plan: Plan) -> Plan:
    """``plan`` with a tidy name. Raises CampaignPlanError where a draft could not hold it; what is still missing is fine."""
    tidy = replace(plan, name=" ".join(_INVISIBLE.sub(" ", plan.name).split()), segments=tuple(dict.fromkeys(plan.segments)))
    hold(NAME, filled(_NOT_EMPTY, longest=LONGEST_NAME), good=0 < len(tidy.name) <= LONGEST_NAME)
    hold(CHANNEL, filled(_NOT_EMPTY, longest=LONGEST_KEY), good=_is_key(tidy.channel))
    hold(SEGMENTS, filled(_AT_MOST, most=MOST_SEGMENTS), good=len(tidy.segments) <= MOST_SEGMENTS)
    hold(SEGMENTS, KNOWN, good=all(map(_is_key, tidy.segments)))
    _check_filter(tidy.filter)
    _check_options(tidy.options)
    await _check_texts(tidy)
    return tidy


def require_sendable(campaign: Campaign) -> None:
    """Raises CampaignPlanError where something is missing that sending needs: a text for everybody who is to get one."""
    hold(TEXTS, _SOMETHING, good=bool(campaign.variants))
    named = {variant.segment for variant in campaign.variants}
    if None in named:
        return
    hold(SEGMENTS, _SOMETHING, good=bool(campaign.segments))
    for segment in campaign.segments:
        hold(TEXTS, filled(_EVERY, segment=segment), good=segment in named)


def check_cap(cap: Cap | None) -> None:
    """Raises CampaignPlanError where a cap is out of range."""
    if cap is not None:
        _between(CAP, cap.messages, 1, MOST_IN_CAP)
        _between(CAP_DAYS, cap.days, 1, MOST_CAP_DAYS)


def groups_of(variants: Sequence[Variant]) -> dict[str | None, list[Variant]]:
    """The texts by whom they are for."""
    groups: dict[str | None, list[Variant]] = defaultdict(list)
    for variant in variants:
        groups[variant.segment].append(variant)
    return groups


def hold(what: Text, how: Text, *, good: bool) -> None:
    """Raises CampaignPlanError unless ``good``."""
    if not good:
        raise CampaignPlanError(what=what, how=how)


def _between(what: Text, number: int, least: int, most: int) -> None:
    hold(what, filled(_BETWEEN, least=least, most=most), good=least <= number <= most)


def _check_filter(wanted: AudienceFilter) -> None:
    for score in (wanted.r, wanted.f, wanted.m, wanted.fm):
        _between(FILTER, 1 if score is None else score, 1, BEST)
    for money in (wanted.spent_least, wanted.spent_most):
        hold(
            FILTER,
            filled(_BETWEEN, least=0, most=f"{MOST_MONEY:f}"),
            good=money is None or (money.is_finite() and 0 <= money <= MOST_MONEY),
        )
    for number in (wanted.purchases_least, wanted.purchases_most):
        _between(FILTER, 0 if number is None else number, 0, MOST_LEAST)
    ordered = (
        wanted.last_from is None or wanted.last_until is None or wanted.last_from <= wanted.last_until,
        wanted.spent_least is None or wanted.spent_most is None or wanted.spent_least <= wanted.spent_most,
        wanted.purchases_least is None or wanted.purchases_most is None or wanted.purchases_least <= wanted.purchases_most,
    )
    hold(FILTER, _ORDER, good=all(ordered))


def _check_options(options: Options) -> None:
    _between(HOLD_OUT, options.hold_out, 0, MOST_HOLD_OUT)
    _between(SPREAD, options.spread, 0, MOST_SPREAD)
    check_cap(options.cap)
    if options.quiet is not None:
        for minute in (options.quiet.start, options.quiet.end):
            _between(QUIET, minute, 0, MINUTES - 1)
        hold(QUIET, _ORDER, good=options.quiet.start != options.quiet.end)
    if options.winner is not None:
        _between(WINNER, options.winner.hours, 1, MOST_HOURS)
        _between(WINNER, options.winner.least, 1, MOST_LEAST)


async def _check_texts(plan: Plan) -> None:
    hold(TEXTS, filled(_AT_MOST, most=MOST_VARIANTS), good=len(plan.variants) <= MOST_VARIANTS)
    groups: dict[str | None, list[WantedVariant]] = defaultdict(list)
    for variant in plan.variants:
        groups[variant.segment].append(variant)
    hold(TEXTS, _FOR_NOBODY, good=not plan.segments or set(groups) <= {None, *plan.segments})
    for group in groups.values():
        _check_group(group, plan.options)
    wanted = {variant.content_id for variant in plan.variants}
    known = {row["id"] for row in await current_scope().fetch(sql.KNOWN_CONTENTS, list(wanted))}
    hold(TEXTS, KNOWN, good=wanted <= known)


def _check_group(group: Sequence[WantedVariant], options: Options) -> None:
    hold(TEXTS, filled(_AT_MOST, most=MOST_TEXTS), good=len(group) <= MOST_TEXTS)
    for variant in group:
        _between(TEXTS, variant.share, 1, HUNDRED)
        hold(SEGMENTS, KNOWN, good=variant.segment is None or _is_key(variant.segment))
        hold(TEMPLATE, filled(_NOT_EMPTY, longest=LONGEST_VALUE), good=variant.template is None or _fits(variant.template))
    shares = sum(variant.share for variant in group)
    hold(TEXTS, _ONE_EACH, good=shares <= HUNDRED)
    hold(WINNER, _RULE, good=shares == HUNDRED or (options.winner is not None and len(group) > 1))


def _is_key(text: str) -> bool:
    return 0 < len(text) <= LONGEST_KEY and "\0" not in text


def _fits(template: Template) -> bool:
    texts = (template.name, template.language, *template.values)
    return len(template.values) <= MOST_VALUES and all(0 < len(text) <= LONGEST_VALUE and "\0" not in text for text in texts)
