"""How the shop wants its words: what it sells and offers, what it never says, who writes, when. Its voice is in the profile."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import ClassVar, Final, get_args

from litestar import Response, get, post

from batikrfm.content import settings as content
from batikrfm.content.errors import ContentSettingsError
from batikrfm.content.model import MOST_VARIANTS
from batikrfm.content.settings import ContentSettings, read_settings, save_settings
from batikrfm.sdk.llm import Tier
from batikrfm.sdk.text import Language, Text
from batikrfm.segmentation.overview import words_of
from batikrfm.segmentation.preferences import read_preferences
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.guards import needs
from batikrfm_tenants import audit
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.pages.settings.tabs import HELP, Tabs, tabs

SAVED = Text(id="Pengaturan konten tersimpan.", en="The settings of content are saved.")
DAYS: Final = (
    ("1", Text(id="Senin", en="Monday")),
    ("2", Text(id="Selasa", en="Tuesday")),
    ("3", Text(id="Rabu", en="Wednesday")),
    ("4", Text(id="Kamis", en="Thursday")),
    ("5", Text(id="Jumat", en="Friday")),
    ("6", Text(id="Sabtu", en="Saturday")),
    ("7", Text(id="Minggu", en="Sunday")),
)
FIELDS: Final = {
    content.TRADE: "trade",
    content.OFFER: "offer",
    content.BANNED: "banned_words",
    content.DOMAINS: "domains",
    content.PHONES: "phones",
    content.CHAIN: "chain",
    content.VARIANTS: "variants",
    content.CACHE_DAYS: "cache_days",
    content.WEEKLY_DAY: "weekly_day",
    content.WEEKLY_MINUTE: "weekly_time",
    content.TRIGGERS: "triggers",
    content.TIER: "tier",
    content.LANGUAGE: "language",
}
"""Which field of the form a refused setting is."""
CLOCK: Final = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])")
LINES: Final = re.compile(r"[\r\n,;]+")
WRONG_NUMBER: Final = -1


@dataclass(frozen=True, kw_only=True)
class ContentSettingsPage(Page):
    """The settings of content in a form; who may not change them reads them."""

    template: ClassVar[str] = "settings/contents.html"
    tabs: Tabs = field(metadata=HELP)
    form: Form = field(metadata={"help": "The form as it was sent."})
    settings: ContentSettings = field(metadata={"help": "What is set."})
    weekly_time: str = field(metadata={"help": "When the weekly words are written, as the form has it."})
    days: tuple[tuple[str, Text], ...] = field(metadata={"help": "The days of the week."})
    providers: str = field(metadata={"help": "The keys of the providers that are installed."})
    segments: tuple[tuple[str, Text], ...] = field(metadata={"help": "The segments that somebody can come into, by key."})
    most_variants: int = field(metadata={"help": "How many variants one order may have."})


async def page(desk: Desk, form: Form) -> ContentSettingsPage:
    """The page with ``form``."""
    settings = await read_settings()
    return ContentSettingsPage(
        tabs=tabs(desk),
        form=form,
        settings=settings,
        weekly_time=f"{settings.weekly_minute // 60:02d}:{settings.weekly_minute % 60:02d}",
        days=DAYS,
        providers=", ".join(desk.plugins.llm_providers),
        segments=tuple((key, one.name) for key, one in words_of((await read_preferences()).strategy).items()),
        most_variants=MOST_VARIANTS,
    )


@get("/pengaturan/konten", opt=needs(Permission.SETTINGS_READ))
async def contents(desk: Desk) -> Response[str]:
    """The settings."""
    return desk.show(await page(desk, Form()))


@post("/pengaturan/konten", opt=needs(Permission.SETTINGS_WRITE))
async def contents_sent(desk: Desk) -> Response[str]:
    """Keep all of them or none; the weekly schedule follows."""
    form = await desk.form()
    try:
        await save_settings(_wanted(form, await read_settings()))
    except ContentSettingsError as error:
        name = next((name for what, name in FIELDS.items() if what == error.values["what"]), "")
        return desk.refuse(await page(desk, form.refused(error, name)), error)
    await audit.record(desk.principal, "content.settings_changed")
    return desk.go(f"{desk.shop_path}/pengaturan/konten", say=SAVED)


def _wanted(form: Form, before: ContentSettings) -> ContentSettings:
    """The settings that the form asks for; what it does not speak of stays."""
    language: Language | None = next((one for one in get_args(Language) if one == form["language"]), None)
    tier: Tier = next((one for one in get_args(Tier) if one == form["tier"]), before.tier)
    return replace(
        before,
        trade=form["trade"],
        offer=form["offer"],
        banned_words=_lines(form["banned_words"]),
        domains=_lines(form["domains"]),
        phones=_lines(form["phones"]),
        language=language,
        chain=_lines(form["chain"]),
        tier=tier,
        variants=_number(form["variants"]),
        cache_days=_number(form["cache_days"]),
        weekly=form.ticked("weekly", "on"),
        weekly_day=_number(form["weekly_day"]),
        weekly_minute=_minute(form["weekly_time"]),
        triggers=form.all("triggers"),
        batch=form.ticked("batch", "on"),
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in LINES.split(text) if line.strip())


def _number(text: str) -> int:
    """A number that no setting can be where it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else WRONG_NUMBER  # noqa: PLR2004 - far beyond every limit


def _minute(text: str) -> int:
    """``06:30`` as minutes after midnight."""
    clock = CLOCK.fullmatch(text)
    return int(clock[1]) * 60 + int(clock[2]) if clock else WRONG_NUMBER


ROUTES = [contents, contents_sent]
