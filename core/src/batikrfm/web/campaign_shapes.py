"""Campaigns as the API shows and takes them, and the way to and from the room's own."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import msgspec

from batikrfm.delivery.audience import AudienceFilter, Part, Preview
from batikrfm.delivery.campaigns import Campaign, Funnel, Plan, Results, Variant, Verdict, WantedVariant
from batikrfm.delivery.model import CampaignState, Medium, Purpose
from batikrfm.delivery.options import Clock, Metric, Options
from batikrfm.sdk.channels import Template
from batikrfm.sdk.text import Language
from batikrfm.web.deeds import DeedInfo, deed_info, deed_info_or_none
from batikrfm.web.params import Money, exact_or_none, said

Count = Annotated[int, msgspec.Meta(ge=0)]
Score = Annotated[int, msgspec.Meta(description="1 to 5, 5 is best", ge=1, le=5)] | None
Minute = Annotated[int, msgspec.Meta(description="Minutes after midnight", ge=0, le=1439)]
Key = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class FilterInfo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which customers of the segments; what is null does not matter, conditions all hold at once. Days are of the last purchase."""

    r: Score = None
    f: Score = None
    m: Score = None
    fm: Score = None
    last_from: date | None = None
    last_until: date | None = None
    spent_least: Money | None = None
    spent_most: Money | None = None
    purchases_least: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] | None = None
    purchases_most: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] | None = None


class QuietInfo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Hours in which nothing is sent, over midnight where `end` is not later."""

    start: Minute
    end: Minute


class CapInfo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """At most so many advertising messages of all campaigns together in so many days, for each customer."""

    messages: Annotated[int, msgspec.Meta(ge=1, le=100)]
    days: Annotated[int, msgspec.Meta(ge=1, le=90)]


class WinnerInfo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When the rest gets the better text: `hours` after the test part began, where each text has reached `least` people."""

    metric: Metric = Metric.CLICKED
    hours: Annotated[int, msgspec.Meta(ge=1, le=168)] = 4
    least: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 100


class OptionsInfo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How it is sent. `cap` null: the shop's. `quiet` null: no hour is quiet."""

    hold_out: Annotated[int, msgspec.Meta(description="Percent who get nothing, to compare with; off under 200 people", ge=0, le=50)] = 10
    clock: Annotated[Clock, msgspec.Meta(description="`recipient`: by the country of the phone number, where it has one time zone")] = (
        Clock.SHOP
    )
    quiet: QuietInfo | None = msgspec.field(default_factory=lambda: QuietInfo(20 * 60, 8 * 60))
    spread: Annotated[int, msgspec.Meta(description="Minutes over which messages are handed in, evenly", ge=0, le=10_080)] = 0
    cap: CapInfo | None = None
    winner: WinnerInfo | None = None


class TemplateInfo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text that the network approved before, where it wants one, and what goes into its gaps."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=1_000)]
    language: Annotated[str, msgspec.Meta(min_length=1, max_length=1_000)]
    values: Annotated[list[Annotated[str, msgspec.Meta(min_length=1, max_length=1_000)]], msgspec.Meta(max_length=20)] = []


class VariantWanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text: for one segment, or with null for whomever no other text names. Where shares leave a rest, that waits for the winner."""

    content_id: UUID
    segment: Key | None = None
    share: Annotated[int, msgspec.Meta(description="Percent of those people who get it at first", ge=1, le=100)] = 100
    template: TemplateInfo | None = None


class CampaignPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a campaign is to be. `channel` is the key of an installed channel; the medium follows from it."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    channel: Annotated[str, msgspec.Meta(min_length=1, max_length=100, examples=["outbox_email"])]
    segments: Annotated[list[Key], msgspec.Meta(description="Keys; empty: everybody", max_length=100)] = []
    filter: FilterInfo = msgspec.field(default_factory=FilterInfo)
    variants: Annotated[list[VariantWanted], msgspec.Meta(max_length=400)] = []
    options: OptionsInfo = msgspec.field(default_factory=OptionsInfo)
    purpose: Annotated[Purpose, msgspec.Meta(description="`marketing` needs consent")] = Purpose.MARKETING


class CampaignEdit(CampaignPlan, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Another plan in the place of the one that you read."""

    version: Annotated[int, msgspec.Meta(description="The `version` that you read; 409 if it has another one by now", ge=1, le=2**31 - 1)]


class VariantInfo(VariantWanted, frozen=True, kw_only=True):
    """A text of a campaign. `approved_hash` is that of the very text that goes out, null until it begins."""

    number: int
    approved_hash: str | None
    won_at: datetime | None


class TallyInfo(msgspec.Struct, frozen=True):
    """A text in its test."""

    number: int
    reached: Count
    did: Count


class DecisionInfo(msgspec.Struct, frozen=True):
    """Which text those of a segment get who waited. `tie` and `too_few`: nobody can tell, so it is the first one."""

    segment: str | None
    number: int
    verdict: Verdict
    tallies: list[TallyInfo]


class CampaignInfo(msgspec.Struct, frozen=True):
    """A campaign. `approved` is who pressed send; `frozen_at` is when its audience was written down."""

    id: UUID
    name: str
    state: CampaignState
    version: int
    medium: Medium
    channel: str
    purpose: Purpose
    segments: list[str]
    filter: FilterInfo
    options: OptionsInfo
    variants: list[VariantInfo]
    created: DeedInfo
    edited: DeedInfo | None
    approved: DeedInfo | None
    updated_at: datetime
    starts_at: datetime | None
    frozen_at: datetime | None
    finished_at: datetime | None
    decides_at: Annotated[datetime | None, msgspec.Meta(description="When the better text is chosen")]
    decisions: list[DecisionInfo]
    reason: Annotated[str | None, msgspec.Meta(description="Why it is paused or cancelled, for a person")]
    run_id: UUID | None
    weekly_batch_id: UUID | None


class PartInfo(msgspec.Struct, frozen=True):
    """People of an audience: who gets it, who is held out to compare with, who is left out and why."""

    people: Count
    receiving: Count
    held_out: Count
    left_out: Annotated[dict[str, Count], msgspec.Meta(description="By reason")]


class SegmentPart(PartInfo, frozen=True, kw_only=True):
    """The same for one segment; null is who is in none."""

    segment: str | None


class PreviewInfo(msgspec.Struct, frozen=True):
    """What an audience would be if it were frozen now, the largest segments first."""

    total: PartInfo
    segments: list[SegmentPart]


class FunnelInfo(msgspec.Struct, frozen=True):
    """How far messages got. `sent` holds those that were `delivered`, and these those that were `read`; `failed` are apart."""

    people: Count
    left_out: Annotated[dict[str, Count], msgspec.Meta(description="By reason")]
    held_out: Count
    waiting: Count
    unknown: Annotated[int, msgspec.Meta(description="Nobody knows yet whether they went out", ge=0)]
    cancelled: Count
    sent: Count
    delivered: Count
    read: Count
    clicked: Count
    replied: Count
    unsubscribed: Count
    failed: Annotated[dict[str, Count], msgspec.Meta(description="By reason")]


class SegmentFunnel(FunnelInfo, frozen=True, kw_only=True):
    """The same for one segment."""

    segment: str | None


class VariantFunnel(FunnelInfo, frozen=True, kw_only=True):
    """The same for one text."""

    number: int


class ResultsInfo(msgspec.Struct, frozen=True):
    """What a campaign has come to."""

    state: CampaignState
    total: FunnelInfo
    segments: list[SegmentFunnel]
    variants: list[VariantFunnel]


def plan_of(wanted: CampaignPlan, medium: Medium) -> Plan:
    """What was sent, as the room takes it."""
    variants = tuple(
        WantedVariant(one.content_id, one.segment, one.share, msgspec.convert(one.template, Template | None, from_attributes=True))
        for one in wanted.variants
    )
    asked = (
        tuple(wanted.segments),
        _filter(wanted.filter),
        variants,
        msgspec.convert(wanted.options, Options, from_attributes=True),
        wanted.purpose,
    )
    return Plan(wanted.name, medium, wanted.channel, *asked)


def about(campaign: Campaign, language: Language) -> CampaignInfo:
    """``campaign`` as the API shows it."""
    return CampaignInfo(
        id=campaign.id,
        name=campaign.name,
        state=campaign.state,
        version=campaign.version,
        medium=campaign.medium,
        channel=campaign.channel,
        purpose=campaign.purpose,
        segments=list(campaign.segments),
        filter=_filter_info(campaign.filter),
        options=msgspec.convert(campaign.options, OptionsInfo, from_attributes=True),
        variants=[_variant(one) for one in campaign.variants],
        created=deed_info(campaign.created),
        edited=deed_info_or_none(campaign.edited),
        approved=deed_info_or_none(campaign.approved),
        updated_at=campaign.updated_at,
        starts_at=campaign.starts_at,
        frozen_at=campaign.frozen_at,
        finished_at=campaign.finished_at,
        decides_at=campaign.decides_at,
        decisions=msgspec.convert(campaign.decisions, list[DecisionInfo], from_attributes=True),
        reason=said(campaign.reason, language),
        run_id=campaign.run_id,
        weekly_batch_id=campaign.weekly_batch_id,
    )


def preview_info(preview: Preview) -> PreviewInfo:
    """``preview`` as the API shows it."""
    segments = [SegmentPart(segment=segment, **_part(part)) for segment, part in preview.segments.items()]
    return PreviewInfo(PartInfo(**_part(preview.total)), segments)


def results_info(campaign: Campaign, results: Results) -> ResultsInfo:
    """``results`` as the API shows them."""
    return ResultsInfo(
        campaign.state,
        FunnelInfo(**_funnel(results.total)),
        [SegmentFunnel(segment=segment, **_funnel(funnel)) for segment, funnel in results.segments.items()],
        [VariantFunnel(number=number, **_funnel(funnel)) for number, funnel in results.variants.items()],
    )


def _filter(wanted: FilterInfo) -> AudienceFilter:
    least, most = (None if money is None else Decimal(money) for money in (wanted.spent_least, wanted.spent_most))
    return AudienceFilter(
        r=wanted.r,
        f=wanted.f,
        m=wanted.m,
        fm=wanted.fm,
        last_from=wanted.last_from,
        last_until=wanted.last_until,
        spent_least=least,
        spent_most=most,
        purchases_least=wanted.purchases_least,
        purchases_most=wanted.purchases_most,
    )


def _filter_info(wanted: AudienceFilter) -> FilterInfo:
    return FilterInfo(
        *(wanted.r, wanted.f, wanted.m, wanted.fm),
        *(wanted.last_from, wanted.last_until),
        *(exact_or_none(wanted.spent_least), exact_or_none(wanted.spent_most)),
        *(wanted.purchases_least, wanted.purchases_most),
    )


def _variant(variant: Variant) -> VariantInfo:
    return VariantInfo(
        content_id=variant.content_id,
        segment=variant.segment,
        share=variant.share,
        template=msgspec.convert(variant.template, TemplateInfo | None, from_attributes=True),
        number=variant.number,
        approved_hash=variant.approved_hash,
        won_at=variant.won_at,
    )


def _part(part: Part) -> dict[str, Any]:
    left_out = {str(why): many for why, many in part.left_out.items()}
    return {"people": part.people, "receiving": part.receiving, "held_out": part.held_out, "left_out": left_out}


def _funnel(funnel: Funnel) -> dict[str, Any]:
    return {name: getattr(funnel, name) for name in FunnelInfo.__struct_fields__} | {
        "left_out": {str(why): many for why, many in funnel.left_out.items()},
        "failed": {str(why): many for why, many in funnel.failed.items()},
    }
