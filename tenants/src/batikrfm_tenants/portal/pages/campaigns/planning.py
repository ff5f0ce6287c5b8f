"""The addresses of the wizard: each step is a form of its own, held to the server's word, whose draft is kept from the first one on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from batikrfm.content.facts import segment_called
from batikrfm.content.review import find_content
from batikrfm.db.errors import ConflictError
from batikrfm.db.keys import uuid7
from batikrfm.delivery.audience import EVERYBODY, Question
from batikrfm.delivery.campaigns import create, edit, find_campaign, plan_of, preview
from batikrfm.delivery.campaigns.model import Campaign, Plan
from batikrfm.delivery.model import CampaignState
from batikrfm.sdk.errors import BatikError, InputError
from batikrfm.sdk.text import Text
from batikrfm.segmentation.history import PastRun
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.guards import needs
from batikrfm_tenants import audit
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.pages.campaigns import checking
from batikrfm_tenants.portal.pages.campaigns.asking import ALL, SOME, Who, filter_shown, who_of
from batikrfm_tenants.portal.pages.campaigns.channels import Channel, channels_of, usable
from batikrfm_tenants.portal.pages.campaigns.checking import CheckPage, moment_of, spoken, text_of, warnings_of
from batikrfm_tenants.portal.pages.campaigns.counting import Counted, CountedPiece, Names, counted
from batikrfm_tenants.portal.pages.campaigns.texting import WhatPage, approved_texts, texts_of, what_page
from batikrfm_tenants.portal.pages.campaigns.timing import when_of, when_page
from batikrfm_tenants.portal.pages.contents.drafts import Shown, shown
from batikrfm_tenants.portal.pages.contents.showing import latest

STEP: Final = "/kampanye/{campaign_id:uuid}"
SAVED: Final = Text(id="Draf tersimpan.", en="The draft is kept.")


@dataclass(frozen=True)
class Values:
    """The first step's fields as a draft has them."""

    name: str
    channel: str
    whom: str
    segments: tuple[str, ...]
    filter: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class WhoPage(Page):
    """Name, channel, people; how many that are is counted beside it."""

    template: ClassVar[str] = "campaigns/who.html"
    form: Form = field(metadata={"help": "The form as it was sent."})
    action: str = field(metadata={"help": "Where the form goes."})
    campaign: UUID | None = field(metadata={"help": "The draft; None for a new one."})
    version: int = field(metadata={"help": "The draft's version that is shown."})
    values: Values = field(metadata={"help": "What the fields show before anybody changed them."})
    channels: tuple[tuple[str, Text], ...] = field(metadata={"help": "The channels that can send."})
    segments: tuple[tuple[str, Text, int], ...] = field(metadata={"help": "The segments of the latest run, with how many are in each."})
    narrowed: bool = field(metadata={"help": "Whether a filter is set."})
    counted: Counted | None = field(metadata={"help": "The audience in numbers; None where the form cannot be read yet."})


# -- who


@get("/kampanye/baru", opt=needs(Permission.CAMPAIGNS_WRITE))
async def new(desk: Desk, segmen: FromQuery[str | None] = None) -> Response[str]:
    """The first step of a new campaign; a segment may be chosen already."""
    run, channels = await latest(), await channels_of()
    own = tuple(one for one in _segments(run) if one == segmen)
    ready = usable(channels)
    who = Who("", ready[0].key if ready else "", own, EVERYBODY)
    return desk.show(await _who_page(desk, None, Form(), who, run, channels))


@post("/kampanye/baru", opt=needs(Permission.CAMPAIGNS_WRITE))
async def new_sent(desk: Desk) -> Response[str]:
    """Count, or keep a draft and go on: ``do`` says which."""
    return await _who_sent(desk, None)


@post("/kampanye/hitung", opt=needs(Permission.CAMPAIGNS_WRITE))
async def count(desk: Desk) -> Response[str]:
    """The numbers of the form as it stands. Nothing is kept."""
    form, run, channels = await desk.form(), await latest(), await channels_of()
    who, read = _read_who(desk, form, run, channels)
    readable = not [one for one in read.problems if one.field != "name"]
    numbers = await _count(who, channels, _names(run), await _draft_in(form)) if readable else None
    return desk.show(CountedPiece(counted=numbers))


@get(f"{STEP}/siapa", opt=needs(Permission.CAMPAIGNS_WRITE))
async def who(desk: Desk, campaign_id: FromPath[UUID]) -> Response[str]:
    """The first step of a draft."""
    campaign = await find_campaign(campaign_id)
    if campaign.state is not CampaignState.DRAFT:
        return desk.go(address(desk, campaign))
    chosen = Who(campaign.name, campaign.channel, campaign.segments, campaign.filter)
    return desk.show(await _who_page(desk, campaign, Form(), chosen, await latest(), await channels_of()))


@post(f"{STEP}/siapa", opt=needs(Permission.CAMPAIGNS_WRITE))
async def who_sent(desk: Desk, campaign_id: FromPath[UUID]) -> Response[str]:
    """As for a new one."""
    return await _who_sent(desk, await find_campaign(campaign_id))


async def _who_sent(desk: Desk, campaign: Campaign | None) -> Response[str]:
    form, run, channels = await desk.form(), await latest(), await channels_of()
    chosen, read = _read_who(desk, form, run, channels)
    if form["do"] == "count" or read.problems:
        page = await _who_page(desk, campaign, read, chosen, run, channels)
        return desk.refuse(page) if read.problems else desk.show(page)
    try:
        kept = await _keep_who(desk, campaign, form, chosen, channels[chosen.channel])
    except (InputError, ConflictError) as error:
        return desk.refuse(await _who_page(desk, campaign, read.refused(error), chosen, run, channels), error)
    if campaign is None:
        await audit.record(desk.principal, "campaign.created", str(kept.id))
    return desk.go(f"{address(desk, kept)}/apa")


async def _keep_who(desk: Desk, campaign: Campaign | None, form: Form, who: Who, channel: Channel) -> Campaign:
    if campaign is None:
        plan = Plan(who.name, channel.medium, channel.key, who.segments, who.filter)
        return await create(plan, by=desk.principal)
    kept = tuple(one for one in campaign.variants if one.segment is None or one.segment in who.segments)
    before = plan_of(replace(campaign, variants=kept))
    plan = replace(before, name=who.name, medium=channel.medium, channel=channel.key, segments=who.segments, filter=who.filter)
    return await edit(campaign.id, version_of(form), plan, by=desk.principal)


def _read_who(desk: Desk, form: Form, run: PastRun | None, channels: dict[str, Channel]) -> tuple[Who, Form]:
    return who_of(form, [one.key for one in usable(channels)], _segments(run), desk.formats.language)


async def _who_page(  # noqa: PLR0913, PLR0917 - all that the page is made of
    desk: Desk, campaign: Campaign | None, form: Form, who: Who, run: PastRun | None, channels: dict[str, Channel]
) -> WhoPage:
    names = _names(run)
    return WhoPage(
        form=form,
        action=f"{address(desk, campaign)}/siapa" if campaign else f"{desk.shop_path}/kampanye/baru",
        campaign=campaign.id if campaign else None,
        version=campaign.version if campaign else 0,
        values=Values(who.name, who.channel, SOME if who.segments else ALL, who.segments, filter_shown(who.filter, desk.formats.language)),
        channels=tuple((one.key, one.name) for one in usable(channels)),
        segments=tuple((one.segment, names(one.segment), one.customers) for one in run.results if one.customers) if run else (),
        narrowed=who.filter != EVERYBODY,
        counted=None if form.problems or who.channel not in channels else await _count(who, channels, names, campaign),
    )


async def _count(who: Who, channels: dict[str, Channel], names: Names, campaign: Campaign | None) -> Counted:
    plan = plan_of(campaign) if campaign else Plan(who.name, channels[who.channel].medium, who.channel)
    question = Question(
        campaign.id if campaign else uuid7(), channels[who.channel].medium, plan.purpose, who.segments, who.filter, plan.options
    )
    return await ask(question, names)


async def _draft_in(form: Form) -> Campaign | None:
    """The draft that the form is of; none where it names none of ours."""
    try:
        return await find_campaign(UUID(form["campaign"]))
    except (ValueError, BatikError):
        return None


# -- what


@get(f"{STEP}/apa", opt=needs(Permission.CAMPAIGNS_WRITE))
async def what(desk: Desk, campaign_id: FromPath[UUID]) -> Response[str]:
    """The second step."""
    campaign = await find_campaign(campaign_id)
    if campaign.state is not CampaignState.DRAFT:
        return desk.go(address(desk, campaign))
    return desk.show(await _what_page(desk, campaign, Form()))


@post(f"{STEP}/apa", opt=needs(Permission.CAMPAIGNS_WRITE))
async def what_sent(desk: Desk, campaign_id: FromPath[UUID]) -> Response[str]:
    """Keep which texts go to whom."""
    campaign, form = await find_campaign(campaign_id), await desk.form()
    page = await _what_page(desk, campaign, form)
    variants, rule, read = texts_of(page, form)
    if read.problems:
        return desk.refuse(replace(page, form=read))
    plan = replace(plan_of(campaign), variants=variants, options=replace(campaign.options, winner=rule))
    try:
        await edit(campaign.id, version_of(form), plan, by=desk.principal)
    except (InputError, ConflictError) as error:
        return desk.refuse(replace(page, form=read.refused(error)), error)
    return desk.go(f"{address(desk, campaign)}/kapan")


async def _what_page(desk: Desk, campaign: Campaign, form: Form) -> WhatPage:
    names = _names(await latest())
    channel = (await channels_of()).get(campaign.channel)
    return what_page(campaign, form, channel, await approved_texts(desk, names), names)


# -- when


@get(f"{STEP}/kapan", opt=needs(Permission.CAMPAIGNS_WRITE))
async def when(desk: Desk, campaign_id: FromPath[UUID]) -> Response[str]:
    """The third step."""
    campaign = await find_campaign(campaign_id)
    if campaign.state is not CampaignState.DRAFT:
        return desk.go(address(desk, campaign))
    return desk.show(when_page(campaign, Form(), desk.formats.time_zone, desk.formats.now))


@post(f"{STEP}/kapan", opt=needs(Permission.CAMPAIGNS_WRITE))
async def when_sent(desk: Desk, campaign_id: FromPath[UUID]) -> Response[str]:
    """Keep how it is sent. When it begins is chosen here and said with the button that sends it."""
    campaign, form = await find_campaign(campaign_id), await desk.form()
    zone, now = desk.formats.time_zone, desk.formats.now
    chosen, read = when_of(form, campaign.options, zone, now)
    if read.problems:
        return desk.refuse(when_page(campaign, read, zone, now))
    try:
        await edit(campaign.id, version_of(form), replace(plan_of(campaign), options=chosen.options), by=desk.principal)
    except (InputError, ConflictError) as error:
        return desk.refuse(when_page(campaign, read.refused(error), zone, now), error)
    return desk.go(f"{address(desk, campaign)}/periksa?pada={text_of(chosen.at, zone)}")


# -- check


@get(f"{STEP}/periksa", opt=needs(Permission.CAMPAIGNS_READ))
async def check(desk: Desk, campaign_id: FromPath[UUID], pada: FromQuery[str] = checking.NOW) -> Response[str]:
    """The fourth step: all of it."""
    campaign = await find_campaign(campaign_id)
    if campaign.state is not CampaignState.DRAFT:
        return desk.go(address(desk, campaign))
    return desk.show(await check_page(desk, campaign, Form(), pada))


async def check_page(desk: Desk, campaign: Campaign, form: Form, at_text: str) -> CheckPage:
    """The page of a draft with ``form``."""
    names, zone = _names(await latest()), desk.formats.time_zone
    channel = (await channels_of()).get(campaign.channel)
    numbers = await ask(campaign.question, names)
    said = spoken(campaign.variants, await _own_texts(desk, campaign, names), names)
    at = moment_of(at_text, zone, desk.formats.now)
    first = checking.first_leaves(campaign, at, zone, desk.formats.now)
    return CheckPage(
        form=form,
        campaign=campaign,
        channel=channel,
        counted=numbers,
        segments=tuple(names(key) for key in campaign.segments),
        spoken=said,
        at=at,
        at_text=text_of(at, zone),
        warnings=tuple(warnings_of(campaign, channel, numbers, said, names, desk.formats.moment(first) if first else None)),
        to=checking.own_address(campaign.medium, desk.user.email),
    )


async def _own_texts(desk: Desk, campaign: Campaign, names: Names) -> dict[UUID, Shown]:
    """What the campaign says, approved or not: the week's words wait for whoever sends them."""
    found = {one.content.id: one for one in await approved_texts(desk, names)}
    for content_id in {one.content_id for one in campaign.variants} - set(found):
        content = await find_content(content_id)
        found[content_id] = shown(content, names(content.segment), desk.plugins.llm_providers)
    return found


async def ask(question: Question, names: Names) -> Counted:
    """The answer to ``question`` in numbers."""
    return counted(await preview(question), names)


async def named() -> Names:
    """What segments are called."""
    return _names(await latest())


def address(desk: Desk, campaign: Campaign) -> str:
    """Where a campaign's pages begin."""
    return f"{desk.shop_path}/kampanye/{campaign.id}"


def version_of(form: Form) -> int:
    """The version that was read; none that exists where the form does not say."""
    text = form["version"]
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 - what an integer column holds


def _names(run: PastRun | None) -> Names:
    strategy = run.strategy if run else ""
    return lambda key: segment_called(key, strategy).name


def _segments(run: PastRun | None) -> tuple[str, ...]:
    return tuple(one.segment for one in run.results) if run else ()


ROUTES: list[Any] = [new, new_sent, count, who, who_sent, what, what_sent, when, when_sent, check]
