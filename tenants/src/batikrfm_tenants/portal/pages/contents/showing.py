"""The pages of Konten and how they are put together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from batikrfm.content.facts import FEWEST, segment_called
from batikrfm.content.model import MOST_VARIANTS
from batikrfm.content.review import Comment, ContentFilter, Piece, State, Version, count_contents, list_contents
from batikrfm.content.rules import FIELDS
from batikrfm.content.settings import ContentSettings
from batikrfm.jobs import JobState, list_jobs, list_schedules
from batikrfm.sdk.text import Text
from batikrfm.segmentation.history import PastRun, past_runs
from batikrfm.usage import Standing
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.pages.campaigns.listing import WEEK_HELP, WeekReady, week_ready
from batikrfm_tenants.portal.pages.contents.drafts import Deed, Shown, shown
from batikrfm_tenants.portal.pages.going import Going

if TYPE_CHECKING:
    from batikrfm.content.weekly import Week

WAITING = 20
"""So many drafts that wait are on the first page; the rest is with their segments."""
SEGMENT_PAGE = 12
WRITING = "content.generate"
WEEKLY_DUE = "content.weekly_due"
WEEKLY = frozenset({"content.weekly", "content.weekly_rest"})
NOT_YET = "waiting"
ITEM_STATES = {
    NOT_YET: Text(id="menunggu", en="waits"),
    "handed_in": Text(id="sedang ditulis, setengah harga", en="being written, at half the price"),
    "written": Text(id="sudah ditulis", en="written"),
    "left_out": Text(id="dilewati", en="left out"),
    "failed": Text(id="gagal", en="failed"),
}


@dataclass(frozen=True)
class Group:
    """A segment of the latest run, and how many drafts it has in each state. ``few``: too few people to be described to a model."""

    key: str
    name: Text
    customers: int
    few: bool
    counts: Mapping[str, int]


@dataclass(frozen=True)
class WeeklyItem:
    """A segment in this week's words."""

    name: Text
    key: str
    state: Text
    later: dt.date | None
    reason: Text | None


@dataclass(frozen=True)
class WeeklyCard:
    """The weekly words: whether they are on, when they come next, and this week's."""

    on: bool
    next_at: dt.datetime | None
    started_by: str
    began_at: dt.datetime | None
    items: tuple[WeeklyItem, ...]
    running: bool


@dataclass(frozen=True, kw_only=True)
class ContentsPage(Page):
    """What waits for approval, every segment, and the weekly words."""

    template: ClassVar[str] = "contents/page.html"
    groups: tuple[Group, ...] = field(metadata={"help": "The segments, those with the most money first."})
    waiting: tuple[Shown, ...] = field(metadata={"help": "The newest drafts that somebody has to decide about."})
    waiting_in_all: int = field(metadata={"help": "How many of them there are."})
    writing: tuple[str, ...] = field(metadata={"help": "Addresses of orders that are being written."})
    weekly: WeeklyCard = field(metadata={"help": "The weekly words."})
    week: WeekReady | None = field(metadata=WEEK_HELP)


@dataclass(frozen=True, kw_only=True)
class NoContentsPage(Page):
    """There are no segments yet, so there is nobody to write to."""

    template: ClassVar[str] = "contents/none.html"


@dataclass(frozen=True, kw_only=True)
class SegmentContentsPage(Page):
    """A segment's drafts side by side, and the form that orders more."""

    template: ClassVar[str] = "contents/segment.html"
    form: Form = field(metadata={"help": "The order's form as it was sent."})
    group: Group = field(metadata={"help": "The segment."})
    drafts: tuple[Shown, ...] = field(metadata={"help": "Its drafts, the newest first."})
    older: str | None = field(metadata={"help": "The last one's id where there are more of them."})
    settings: ContentSettings = field(metadata={"help": "What the shop set up; the form begins with it."})
    language: str = field(metadata={"help": "The language to begin with."})
    quota: Standing = field(metadata={"help": "What is left of today's quota."})
    most_variants: int = field(metadata={"help": "How many variants one can order at most."})
    fewest: int = field(metadata={"help": "How many customers a group has that is described to a model."})
    writing: tuple[str, ...] = field(metadata={"help": "Addresses of orders that are being written."})


@dataclass(frozen=True, kw_only=True)
class WritingPage(Page):
    """An order on its way, or why nothing came of it."""

    template: ClassVar[str] = "contents/writing.html"
    going: Going | None = field(metadata={"help": "How far it is; None where it is over."})
    problem: Text | None = field(metadata={"help": "Why nothing came of it."})


@dataclass(frozen=True, kw_only=True)
class ContentPage(Page):
    """One draft: how it looks, what was found, what one can do with it, what was said and done."""

    template: ClassVar[str] = "contents/one.html"
    form: Form = field(metadata={"help": "The form that was sent, with its problems."})
    draft: Shown = field(metadata={"help": "The draft."})
    siblings: tuple[Shown, ...] = field(metadata={"help": "The other variants of the same answer."})
    history: tuple[Deed, ...] = field(metadata={"help": "Who did what with it."})
    versions: tuple[Version, ...] = field(metadata={"help": "Every text that it has had, the latest first."})
    comments: tuple[Comment, ...] = field(metadata={"help": "What was said of it, the first first."})


@dataclass(frozen=True, kw_only=True)
class EditPage(Page):
    """A draft's text in a form."""

    template: ClassVar[str] = "contents/edit.html"
    form: Form = field(metadata={"help": "The form as it was sent."})
    draft: Shown = field(metadata={"help": "The draft as it is."})
    longest: Mapping[str, int] = field(metadata={"help": "How long each field may be."})
    blanks: tuple[tuple[str, Text], ...] = field(metadata={"help": "The placeholders, each with what it becomes."})


@dataclass(frozen=True, kw_only=True)
class ComparePage(Page):
    """Two versions of a draft, word by word."""

    template: ClassVar[str] = "contents/compare.html"
    draft: Shown = field(metadata={"help": "The draft."})
    versions: tuple[Version, ...] = field(metadata={"help": "Every text that it has had, to choose two from."})
    older: int = field(metadata={"help": "The older version that is compared."})
    newer: int = field(metadata={"help": "The newer one."})
    fields: tuple[tuple[Text, tuple[Piece, ...]], ...] = field(metadata={"help": "What changed in each field."})


async def latest() -> PastRun | None:
    """The latest run, if there is one."""
    return next(iter(await past_runs(1)), None)


async def contents_page(desk: Desk, run: PastRun) -> ContentsPage:
    """The first page."""
    counted: dict[str, dict[str, int]] = {}
    for count in await count_contents():
        counted.setdefault(count.segment, {})[count.state] = count.contents
    waiting = await list_contents(ContentFilter(state=State.IN_REVIEW), limit=WAITING)
    if len(waiting) < WAITING:
        waiting += await list_contents(ContentFilter(state=State.DRAFT), limit=WAITING - len(waiting))
    providers = desk.plugins.llm_providers
    jobs = [job for state in (JobState.RUNNING, JobState.QUEUED) for job in await list_jobs(50, state=state)]
    return ContentsPage(
        groups=groups(run, counted),
        waiting=tuple(shown(one, segment_called(one.segment, run.strategy).name, providers) for one in waiting),
        waiting_in_all=sum(states.get(state, 0) for states in counted.values() for state in (State.DRAFT, State.IN_REVIEW)),
        writing=tuple(f"{desk.shop_path}/konten/menulis/{job.id}" for job in jobs if job.task == WRITING),
        weekly=await _weekly(run.strategy, running=any(job.task in WEEKLY and job.run_at <= desk.formats.now for job in jobs)),
        week=await week_ready(),
    )


def groups(run: PastRun, counted: Mapping[str, Mapping[str, int]]) -> tuple[Group, ...]:
    """The segments of ``run``; and those of earlier runs that still have drafts, with nobody in them."""
    results = {one.segment: one.customers for one in sorted(run.results, key=lambda one: one.revenue, reverse=True)}
    keys = dict.fromkeys([*results, *counted])
    return tuple(group(run, key, counted.get(key, {})) for key in keys if results.get(key) or counted.get(key))


def group(run: PastRun, key: str, counts: Mapping[str, int]) -> Group:
    """One segment."""
    customers = next((one.customers for one in run.results if one.segment == key), 0)
    return Group(key, segment_called(key, run.strategy).name, customers, 0 < customers < FEWEST, counts)


def segment_page(  # noqa: PLR0913 - what the page shows
    desk: Desk,
    run: PastRun,
    key: str,
    form: Form,
    *,
    drafts: Sequence[Shown],
    settings: ContentSettings,
    quota: Standing,
    writing: Sequence[str],
) -> SegmentContentsPage:
    """A segment's page; ``drafts`` are one more than a page where there are more."""
    return SegmentContentsPage(
        form=form,
        group=group(run, key, {}),
        drafts=tuple(drafts[:SEGMENT_PAGE]),
        older=str(drafts[SEGMENT_PAGE - 1].content.id) if len(drafts) > SEGMENT_PAGE else None,
        settings=settings,
        language=settings.language or desk.inside.shop.tenant.language,
        quota=quota,
        most_variants=MOST_VARIANTS,
        fewest=FEWEST,
        writing=tuple(writing),
    )


async def writing_now(desk: Desk) -> list[str]:
    """Addresses of the orders that are being written or wait."""
    jobs = [job for state in (JobState.RUNNING, JobState.QUEUED) for job in await list_jobs(50, state=state)]
    return [f"{desk.shop_path}/konten/menulis/{job.id}" for job in jobs if job.task == WRITING]


async def _weekly(strategy: str, *, running: bool) -> WeeklyCard:
    from batikrfm.content.weekly import this_week  # it imports polars

    schedule = next((one for one in await list_schedules() if one.task == WEEKLY_DUE), None)
    week = await this_week()
    return WeeklyCard(
        on=schedule is not None and schedule.enabled,
        next_at=schedule.next_at if schedule is not None and schedule.enabled else None,
        started_by=week.started_by if week else "",
        began_at=week.created_at if week else None,
        items=_items(week, strategy) if week else (),
        running=running,
    )


def _items(week: Week, strategy: str) -> tuple[WeeklyItem, ...]:
    return tuple(
        WeeklyItem(
            name=segment_called(item.segment, strategy).name,
            key=item.segment,
            state=ITEM_STATES[item.state],
            later=item.due if item.state == NOT_YET else None,
            reason=item.reason,
        )
        for item in week.items
    )


def field_texts(fields: Mapping[str, tuple[Piece, ...]], names: Mapping[str, Text]) -> tuple[tuple[Text, tuple[Piece, ...]], ...]:
    """A comparison's fields with their names, in the order of a letter."""
    return tuple((names[name], fields[name]) for name in FIELDS)
