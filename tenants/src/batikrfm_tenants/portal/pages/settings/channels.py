"""Saluran: what a shop can send by, how each stands, and what keeps a number or a domain in good health."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final

from litestar import Response, get, post
from litestar.params import FromPath

from batikrfm.delivery.channels import (
    ChannelInfo,
    ChannelNotFoundError,
    Health,
    Stand,
    check_channel,
    findings_of,
    scoped_channels,
    state_of,
)
from batikrfm.delivery.events import list_urls, make_url
from batikrfm.delivery.numbers.rules import NumberRules, rules_of
from batikrfm.sdk.account import Check
from batikrfm.sdk.channels import DomainFinding, DomainStanding
from batikrfm.sdk.errors import BatikError, InputError, PluginError
from batikrfm.sdk.text import Text
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.guards import needs
from batikrfm.web.scope import aside
from batikrfm_tenants import audit
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.pages.campaigns.words import MEDIA
from batikrfm_tenants.portal.pages.settings.limits import Limits, limits_of
from batikrfm_tenants.portal.pages.settings.tabs import HELP, Tabs, tabs

STEP: Final = "/pengaturan/saluran/{channel:str}"
STANDS: Final = {
    Stand.READY: (Text(id="siap", en="ready"), "badge-success badge-soft"),
    Stand.PAUSED: (Text(id="dihentikan", en="stopped"), "badge-error badge-soft"),
    Stand.OFF: (Text(id="mati", en="off"), ""),
    Stand.INCOMPLETE: (Text(id="belum diatur", en="not set up"), "badge-warning badge-soft"),
}
"""What a channel's state is called on its badge, and how that looks."""
SUBJECTS: Final = {
    "spf": Text(id="SPF (siapa yang boleh mengirim)", en="SPF (who may send)"),
    "dkim": Text(id="DKIM (tanda tangan surat)", en="DKIM (the mail's signature)"),
    "dmarc": Text(id="DMARC (apa yang dilakukan dengan yang palsu)", en="DMARC (what becomes of forged mail)"),
    "alignment": Text(id="Kecocokan alamat pengirim", en="Whether the sender's address fits"),
}
STANDINGS: Final = {
    DomainStanding.GOOD: (Text(id="baik", en="good"), "good", "check"),
    DomainStanding.WEAK: (Text(id="bisa lebih baik", en="could be better"), "watch", "info"),
    DomainStanding.BAD: (Text(id="perlu diperbaiki", en="needs repair"), "bad", "warning"),
    DomainStanding.UNKNOWN: (Text(id="tidak bisa dilihat", en="could not be looked up"), "watch", "info"),
}
WARM: Final = Text(
    id="hari kirim ke-{day} dari {days}; batasnya naik sampai {most} sehari",
    en="sending day {day} of {days}; the limit grows to {most} a day",
)
HOURS: Final = Text(id="{opens} sampai {closes} menurut jam toko", en="{opens} to {closes} by the shop's clock")
ANY_HOUR: Final = Text(id="kapan saja, di luar jam tenang kampanye", en="at any time but a campaign's quiet hours")
PACE: Final = Text(id="{least} sampai {most} detik, acak", en="{least} to {most} seconds, by chance")
NO_PAUSE: Final = Text(id="tidak ada", en="none")
NO_DOMAIN: Final = Text(id="Saluran ini tidak punya domain untuk diperiksa.", en="This channel has no domain to look at.")


@dataclass(frozen=True)
class ChannelView:
    """A channel as its pages show it. ``broken``: it was stopped, and a person may let it go on."""

    key: str
    plugin: str
    name: Text
    medium: Text
    state: Text
    badge: str
    reason: Text | None
    usable: bool
    broken: bool
    unofficial: bool
    domain: bool
    reports: bool
    has_settings: bool
    has_webhook: bool = False


@dataclass(frozen=True)
class Checked:
    """What asking the vendor came to."""

    facts: tuple[tuple[str, str], ...] = ()
    problem: BatikError | None = None


@dataclass(frozen=True)
class FindingView:
    """One thing about a domain."""

    subject: Text
    standing: Text
    tone: str
    icon: str
    words: Text
    found: str
    advice: Text | None


@dataclass(frozen=True)
class NumberView:
    """How a number fares."""

    used: int
    cap: int | None
    warming: Text | None
    hours: Text
    pace: Text
    bad: int
    outcomes: int
    most_bad: int
    share: float
    paused: Text | None
    limits: Limits


@dataclass(frozen=True)
class Asked:
    """What a press on the page came to: the page shows it once. ``stop`` and ``limits`` are forms that were refused."""

    checked: Checked | None = None
    findings: tuple[FindingView, ...] | None = None
    webhook: str | None = None
    stop: Form = field(default_factory=Form)
    limits: Form = field(default_factory=Form)


@dataclass(frozen=True, kw_only=True)
class ChannelsPage(Page):
    """Every channel that is installed."""

    template: ClassVar[str] = "settings/channels.html"
    tabs: Tabs = field(metadata=HELP)
    channels: tuple[ChannelView, ...] = field(metadata={"help": "The channels as they stand with the shop."})


@dataclass(frozen=True, kw_only=True)
class ChannelPage(Page):
    """One channel."""

    template: ClassVar[str] = "settings/channel.html"
    tabs: Tabs = field(metadata=HELP)
    channel: ChannelView = field(metadata={"help": "The channel."})
    checked: Checked | None = field(metadata={"help": "What the vendor said just now; None where nobody asked."})
    findings: tuple[FindingView, ...] | None = field(metadata={"help": "What the domain says; None where nobody looked."})
    number: NumberView | None = field(metadata={"help": "How the number fares; None of what is no number."})
    webhook: str | None = field(metadata={"help": "An address for reports that was just made; it is never shown again."})
    stop: Form = field(metadata={"help": "The form that stops the channel, as it was sent."})
    limits: Form = field(metadata={"help": "The form of the number's limits, as it was sent."})


@get("/pengaturan/saluran", opt=needs(Permission.PLUGINS_READ))
async def channels(desk: Desk) -> Response[str]:
    """The channels."""
    return desk.show(ChannelsPage(tabs=tabs(desk), channels=tuple(view(desk, one) for one in await scoped_channels())))


@get(STEP, opt=needs(Permission.PLUGINS_READ))
async def channel(desk: Desk, channel: FromPath[str]) -> Response[str]:
    """One of them."""
    return desk.show(await channel_page(desk, channel))


@post(f"{STEP}/periksa", opt=needs(Permission.PLUGINS_WRITE))
async def check(desk: Desk, channel: FromPath[str]) -> Response[str]:
    """Ask the vendor whether the account works. Nothing is sent."""
    await info_of(channel)
    found = await aside(desk.request, _checked(check_channel(desk.principal.tenant_id, channel)))
    return desk.show(await channel_page(desk, channel, Asked(checked=found)))


@post(f"{STEP}/domain", opt=needs(Permission.PLUGINS_WRITE))
async def domain(desk: Desk, channel: FromPath[str]) -> Response[str]:
    """Read what the domain says of who may send in its name."""
    await info_of(channel)
    found = await aside(desk.request, _looked_up(findings_of(desk.principal.tenant_id, channel)))
    if isinstance(found, Checked):
        return desk.show(await channel_page(desk, channel, Asked(checked=found)))
    return desk.show(await channel_page(desk, channel, Asked(findings=found)))


@post(f"{STEP}/webhook", opt=needs(Permission.PLUGINS_WRITE))
async def webhook(desk: Desk, channel: FromPath[str]) -> Response[str]:
    """Make an address for the vendor's reports, shown this once."""
    await info_of(channel)
    made = await make_url(channel, by=desk.user.name)
    await audit.record(desk.principal, "webhook.made", channel)
    return desk.show(await channel_page(desk, channel, Asked(webhook=desk.services.office.site + made.path)))


async def channel_page(desk: Desk, key: str, asked: Asked | None = None) -> ChannelPage:
    """The page of a channel, with what was just ``asked`` of it. Raises ChannelNotFoundError."""
    info = await info_of(key)
    urls = await list_urls(key) if info.capabilities.events else []
    rules = (await state_of(key)).rules_for(info.capabilities) if info.capabilities.unofficial else None
    return ChannelPage(
        tabs=tabs(desk),
        channel=view(desk, info, has_webhook=bool(urls)),
        number=number(info.health, rules, info) if rules else None,
        **vars(asked or Asked()),
    )


async def info_of(key: str) -> ChannelInfo:
    """An installed channel. Raises ChannelNotFoundError."""
    found = next((one for one in await scoped_channels() if one.key == key), None)
    if found is None:
        raise ChannelNotFoundError(channel=key)
    return found


async def _checked(asking: Awaitable[Check]) -> Checked:
    try:
        return Checked(tuple((await asking).facts.items()))
    except (PluginError, InputError) as error:
        return Checked(problem=error)


async def _looked_up(asking: Awaitable[Sequence[DomainFinding]]) -> tuple[FindingView, ...] | Checked:
    try:
        return tuple(_finding(one) for one in await asking)
    except (PluginError, InputError) as error:
        return Checked(problem=error)


def view(desk: Desk, info: ChannelInfo, *, has_webhook: bool = False) -> ChannelView:
    """A channel as pages show it."""
    state, badge = STANDS[info.stand]
    model = next((one.value.config_model for one in desk.plugins.objects if one.address == f"channels.{info.key}"), None)
    return ChannelView(
        key=info.key,
        plugin=info.plugin,
        name=info.name,
        medium=MEDIA[info.medium],
        state=state,
        badge=badge,
        reason=info.pause.reason if info.pause else info.problem,
        usable=info.stand in {Stand.READY, Stand.PAUSED},
        broken=info.stand is Stand.PAUSED,
        unofficial=info.capabilities.unofficial,
        domain=info.capabilities.domain_check,
        reports=bool(info.capabilities.events),
        has_settings=bool(model and model.model_fields),
        has_webhook=has_webhook,
    )


def number(health: Health, rules: NumberRules, info: ChannelInfo) -> NumberView:
    """How a number fares, in words where those say more."""
    days = len(rules.plan)
    warm = {"day": health.warm_days + 1, "days": days, "most": rules.most_a_day or 0}
    hours = {"opens": _clock(rules.opens), "closes": _clock(rules.closes)}
    pace = {"least": round(rules.pause[0]), "most": round(rules.pause[1])}
    return NumberView(
        used=health.today,
        cap=health.cap,
        warming=_filled(WARM, warm) if health.warm_days < days else None,
        hours=_filled(HOURS, hours) if rules.closes - rules.opens < 24 * 60 else ANY_HOUR,
        pace=_filled(PACE, pace) if rules.pause[1] else NO_PAUSE,
        bad=health.bad,
        outcomes=health.outcomes,
        most_bad=health.most_bad,
        share=health.share,
        paused=info.pause.reason if info.pause else None,
        limits=limits_of(rules, rules_of(info.capabilities)),
    )


def _finding(one: DomainFinding) -> FindingView:
    standing, tone, icon = STANDINGS[one.standing]
    subject = SUBJECTS.get(one.subject, Text(id=one.subject, en=one.subject))
    return FindingView(subject, standing, tone, icon, one.words, one.found, one.advice)


def _filled(text: Text, values: Mapping[str, object]) -> Text:
    return Text(id=text.say("id", **values), en=text.say("en", **values))


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}.{minute % 60:02d}"


ROUTES = [channels, channel, check, domain, webhook]
