"""``/api/channels``: the accounts that a shop sends by, how each stands, and a message to oneself."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Request, get, post, put
from litestar.params import JSONBody, PathParameter

from batikrfm.delivery import channels
from batikrfm.delivery.channels import ChannelInfo as Info
from batikrfm.delivery.channels import Health, PausedBy, Stand
from batikrfm.delivery.model import Medium
from batikrfm.delivery.numbers.rules import NumberRules, rules_of
from batikrfm.delivery.sending.testing import Trial, send_test
from batikrfm.sdk.channels import DomainStanding, Template
from batikrfm.sdk.text import Language, Text
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.deeds import log_deed
from batikrfm.web.guards import needs
from batikrfm.web.params import language
from batikrfm.web.scope import outside, principal_of

Key = Annotated[str, PathParameter(name="channel", min_length=1, max_length=64, description="Key of a channel, such as outbox_email")]


class HealthInfo(msgspec.Struct, frozen=True):
    """How a number or an account fares. `cap` is null where there is no limit of ours; above `most_bad` of the last ones it stops."""

    today: Annotated[int, msgspec.Meta(description="Messages handed in today, where the shop is")]
    cap: Annotated[int | None, msgspec.Meta(description="How many may be, today: grows while the number warms up")]
    warm_days: Annotated[int, msgspec.Meta(description="Days before today on which it sent")]
    outcomes: Annotated[int, msgspec.Meta(description="How many of the latest outcomes are known")]
    bad: Annotated[int, msgspec.Meta(description="How many of those failed or were blocked")]
    most_bad: int
    warning: Annotated[str | None, msgspec.Meta(description="Said of gateways that are not the network's own way")]


class PauseInfo(msgspec.Struct, frozen=True):
    """Why nothing is sent by the channel."""

    since: datetime
    by: PausedBy
    reason: str


class ChannelInfo(msgspec.Struct, frozen=True):
    """A channel as it stands with the shop."""

    key: str
    plugin: str
    name: str
    medium: Medium
    stand: Stand
    problem: Annotated[str | None, msgspec.Meta(description="Why it cannot be used")]
    pause: PauseInfo | None
    shared: Annotated[bool, msgspec.Meta(description="It is the installation's account, not the shop's own")]
    unofficial: bool
    needs_template: bool
    domain_check: Annotated[bool, msgspec.Meta(description="Whether the sender's domain can be looked at")]
    health: HealthInfo


class ChannelList(msgspec.Struct, frozen=True):
    """Every channel that is installed."""

    items: list[ChannelInfo]


class CheckInfo(msgspec.Struct, frozen=True):
    """A check that went well. `facts` are what the vendor says of the account."""

    facts: dict[str, str]


class FindingInfo(msgspec.Struct, frozen=True):
    """One thing that receivers look at, in words."""

    subject: Annotated[str, msgspec.Meta(examples=["spf"])]
    standing: DomainStanding
    words: str
    found: Annotated[str, msgspec.Meta(description="What stands there now")]
    advice: str | None


class FindingList(msgspec.Struct, frozen=True):
    """What the sender's domain tells receivers."""

    items: list[FindingInfo]


class PauseWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why nothing is to be sent."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=300, description="For whoever reads it later")]


class NumberLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a number is kept from being banned. Minutes are after midnight where the shop is."""

    plan: Annotated[
        list[Annotated[int, msgspec.Meta(ge=1, le=10_000)]], msgspec.Meta(max_length=60, description="Messages on its first days")
    ]
    most_a_day: Annotated[int, msgspec.Meta(ge=1, le=10_000)] | None
    shortest_pause: Annotated[float, msgspec.Meta(ge=0, le=600, description="Seconds between two messages, at least")]
    longest_pause: Annotated[float, msgspec.Meta(ge=0, le=600)]
    opens: Annotated[int, msgspec.Meta(ge=0, le=1440)]
    closes: Annotated[int, msgspec.Meta(ge=0, le=1440)]
    most_bad: Annotated[float, msgspec.Meta(gt=0, le=1, description="Part of the last outcomes that may be bad")] = 0.1
    window: Annotated[
        Annotated[int, msgspec.Meta(ge=1, le=1000)] | None,
        msgspec.Meta(description="How many outcomes that is of; null: 50 for gateways that link a phone, 250 for others"),
    ] = None
    known_only: Annotated[bool, msgspec.Meta(description="Only people who wrote to the shop before, or agreed")] = True


class TemplateWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text that the network approved before."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=512)]
    language: Annotated[str, msgspec.Meta(min_length=2, max_length=20)]
    values: Annotated[list[str], msgspec.Meta(max_length=20)] = []


class TestWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A message to oneself."""

    content_id: UUID
    to: Annotated[str, msgspec.Meta(min_length=3, max_length=254, description="Your own address or phone number")]
    name: Annotated[str, msgspec.Meta(max_length=100)] | None = None
    template: TemplateWish | None = None


class TestSent(msgspec.Struct, frozen=True):
    """The vendor took it."""

    status: Literal["accepted"]


@get("/channels", opt=needs(Permission.CAMPAIGNS_READ), operation_id="listChannels", tags=["channels"])
async def list_(request: Request[Any, Any, Any]) -> ChannelList:
    """The channels, as they stand now. Asks no vendor."""
    return ChannelList([_about(one, language(request)) for one in await channels.scoped_channels()])


@get("/channels/{channel:str}", opt=needs(Permission.CAMPAIGNS_READ, not_found=True), operation_id="getChannel", tags=["channels"])
async def one(request: Request[Any, Any, Any], key: Key) -> ChannelInfo:
    """One channel, with the health of its number."""
    return await _found(request, key)


@post(
    "/channels/{channel:str}/check",
    opt=needs(Permission.SETTINGS_WRITE, not_found=True),
    operation_id="checkChannel",
    tags=["channels"],
    status_code=200,
)
async def check(request: Request[Any, Any, Any], key: Key) -> CheckInfo:
    """Ask the vendor whether the account works. Nothing is sent; what is wrong with it is the problem's detail."""
    checked = await outside(channels.check_channel(principal_of(request).tenant_id, key))
    return CheckInfo(dict(checked.facts))


@get(
    "/channels/{channel:str}/domain",
    opt=needs(Permission.SETTINGS_READ, not_found=True),
    operation_id="getChannelDomain",
    tags=["channels"],
)
async def domain(request: Request[Any, Any, Any], key: Key) -> FindingList:
    """What the sender's domain tells receivers: SPF, DKIM, DMARC, in words. Reads the DNS; empty for a channel without a domain."""
    spoken = language(request)
    if not channels.channels().capabilities(key).domain_check:
        return FindingList([])
    found = await outside(channels.findings_of(principal_of(request).tenant_id, key))
    return FindingList(
        [
            FindingInfo(each.subject, each.standing, each.words.say(spoken), each.found, each.advice.say(spoken) if each.advice else None)
            for each in found
        ]
    )


@post(
    "/channels/{channel:str}/pause",
    opt=needs(Permission.CAMPAIGNS_SEND, not_found=True),
    operation_id="pauseChannel",
    tags=["channels"],
    status_code=200,
)
async def pause(request: Request[Any, Any, Any], key: Key, data: JSONBody[PauseWish]) -> ChannelInfo:
    """Stop sending by it: its campaigns pause before their next message."""
    await channels.pause_channel(key, Text(id=data.reason, en=data.reason), by=PausedBy.PERSON)
    await log_deed(request, "channel.paused", key)
    return await _found(request, key)


@post(
    "/channels/{channel:str}/resume",
    opt=needs(Permission.CAMPAIGNS_SEND, not_found=True),
    operation_id="resumeChannel",
    tags=["channels"],
    status_code=200,
)
async def resume(request: Request[Any, Any, Any], key: Key) -> ChannelInfo:
    """Let it send again. Campaigns that it paused go on when somebody resumes them."""
    await channels.resume_channel(key)
    await log_deed(request, "channel.resumed", key)
    return await _found(request, key)


@put(
    "/channels/{channel:str}/limits",
    opt=needs(Permission.SETTINGS_WRITE, not_found=True),
    operation_id="setChannelLimits",
    tags=["channels"],
)
async def limits(request: Request[Any, Any, Any], key: Key, data: JSONBody[NumberLimits]) -> ChannelInfo:
    """Set how fast a number may go, and when it stops by itself."""
    rules = NumberRules(
        tuple(data.plan),
        data.most_a_day,
        (data.shortest_pause, data.longest_pause),
        data.opens,
        data.closes,
        data.window or rules_of(channels.channels().capabilities(key)).window,
        data.most_bad,
        data.known_only,
    )
    await channels.set_rules(key, rules)
    await log_deed(request, "channel.limits", key)
    return await _found(request, key)


@post(
    "/channels/{channel:str}/test",
    opt=needs(Permission.CAMPAIGNS_WRITE, not_found=True),
    operation_id="sendTestMessage",
    tags=["channels"],
    status_code=200,
)
async def test(request: Request[Any, Any, Any], key: Key, data: JSONBody[TestWish]) -> TestSent:
    """Send one message to yourself, marked as a test. It is in no campaign's counts; ten an hour at most."""
    template = None if data.template is None else Template(data.template.name, data.template.language, tuple(data.template.values))
    by = principal_of(request)
    await outside(send_test(by.tenant_id, Trial(data.content_id, key, data.to, data.name, template=template), by=by))
    await log_deed(request, "channel.tested", key)
    return TestSent("accepted")


async def _found(request: Request[Any, Any, Any], key: str) -> ChannelInfo:
    channels.channels().capabilities(key)
    return next(_about(each, language(request)) for each in await channels.scoped_channels() if each.key == key)


def _about(info: Info, spoken: Language) -> ChannelInfo:
    pause = PauseInfo(info.pause.at, info.pause.by, info.pause.reason.say(spoken)) if info.pause else None
    return ChannelInfo(
        key=info.key,
        plugin=info.plugin,
        name=info.name.say(spoken),
        medium=info.medium,
        stand=info.stand,
        problem=info.problem.say(spoken) if info.problem else None,
        pause=pause,
        shared=info.shared,
        unofficial=info.capabilities.unofficial,
        needs_template=info.capabilities.needs_template,
        domain_check=info.capabilities.domain_check,
        health=_health(info.health, spoken),
    )


def _health(health: Health, spoken: Language) -> HealthInfo:
    warning = health.warning.say(spoken) if health.warning else None
    return HealthInfo(health.today, health.cap, health.warm_days, health.outcomes, health.bad, health.most_bad, warning)


ROUTES = (list_, one, check, domain, pause, resume, limits, test)
