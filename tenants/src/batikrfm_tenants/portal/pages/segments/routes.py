"""The addresses of segments and of their rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from batikrfm.jobs import JobState, enqueue, find_job
from batikrfm.plugins.activation import active
from batikrfm.sdk.errors import InputError
from batikrfm.sdk.text import Text
from batikrfm.segmentation.customers import CustomerFilter, list_customers
from batikrfm.segmentation.errors import NoRunsError, StrategySettingsError
from batikrfm.segmentation.history import past_runs
from batikrfm.segmentation.overview import overview
from batikrfm.segmentation.preferences import preferences_form, read_preferences, save_preferences
from batikrfm.segmentation.tasks import run_segments
from batikrfm.segmentation.whatif import takes_long, what_if
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.guards import needs
from batikrfm_tenants import audit
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.errors import NoSuchPageError
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.pages.going import Going, GoingPiece, going
from batikrfm_tenants.portal.pages.segments.moving import sent_of
from batikrfm_tenants.portal.pages.segments.origin import MODES, origin
from batikrfm_tenants.portal.pages.segments.rules import RulesPage, Strategy, rules_page, wanted
from batikrfm_tenants.portal.pages.segments.standing import NoSegmentsPage, SegmentsPage, grid, lines, segment_page
from batikrfm_tenants.portal.pages.segments.trying import moving, start_trying, trying
from batikrfm_tenants.portal.schema_forms import PREFIX

BEST = 20
RUNS = 20
WORKING = Text(id="Menghitung segmen…", en="Working out the segments…")
COUNTED = Text(id="Segmen sudah dihitung ulang.", en="The segments were worked out anew.")
NOT_COUNTED = Text(
    id="Hitungannya berhenti di tengah jalan. Coba hitung ulang sekali lagi.", en="The count stopped half-way. Try counting once more."
)


@dataclass(frozen=True)
class RunLine:
    """A stored run, as the list shows it."""

    created_at: Any
    as_of: Any
    strategy: Text | str
    mode: Text | str
    customers: int
    revenue: Decimal


@dataclass(frozen=True, kw_only=True)
class HistoryPage(Page):
    """The stored runs."""

    template: ClassVar[str] = "segments/history.html"
    runs: tuple[RunLine, ...] = field(metadata={"help": "The runs, the latest first."})
    after: str | None = field(metadata={"help": "The last one's id where there are more of them."})


@dataclass(frozen=True, kw_only=True)
class CountingPage(Page):
    """A run on its way, or why it did not come about."""

    template: ClassVar[str] = "segments/counting.html"
    going: Going | None = field(metadata={"help": "How far it is; None where it is over."})
    problem: Text | None = field(metadata={"help": "Why it did not come about."})


@get("/segmen", opt=needs(Permission.SEGMENTS_READ))
async def segments(desk: Desk) -> Response[str]:
    """All segments."""
    try:
        found = await overview()
    except NoRunsError:
        return desk.show(NoSegmentsPage())
    page = SegmentsPage(
        origin=origin(found.run, _name(desk, found.run.strategy)),
        lines=lines(found, desk.shop_path),
        grid=grid(found.cells, {one.key: one.name for one in found.segments}, desk.shop_path),
        without_segment=max(0, found.customers_in_all - found.run.customers),
    )
    return desk.show(page)


@get("/segmen/riwayat", opt=needs(Permission.SEGMENTS_READ))
async def history(desk: Desk, after: FromQuery[UUID | None] = None) -> Response[str]:
    """The stored runs."""
    found = await past_runs(RUNS + 1, after)
    runs = tuple(
        RunLine(one.created_at, one.as_of, _name(desk, one.strategy), MODES.get(one.mode, one.mode), one.customers, one.revenue)
        for one in found[:RUNS]
    )
    return desk.show(HistoryPage(runs=runs, after=str(found[RUNS - 1].id) if len(found) > RUNS else None))


@get("/segmen/{key:str}", opt=needs(Permission.SEGMENTS_READ))
async def segment(desk: Desk, key: FromPath[str]) -> Response[str]:
    """One segment."""
    try:
        found = await overview()
    except NoRunsError:
        return desk.show(NoSegmentsPage())
    standing = next((one for one in found.segments if one.key == key), None)
    if standing is None:
        raise NoSuchPageError
    return desk.show(segment_page(found, standing, await list_customers(CustomerFilter(segment=key), limit=BEST), desk.shop_path))


@get("/segmen/aturan", opt=needs(Permission.SEGMENTS_WRITE))
async def rules(desk: Desk, strategi: FromQuery[str | None] = None) -> Response[str]:
    """The rules as they are set, or another strategy's."""
    return desk.show(await _rules_page(desk, strategi, Form()))


@post("/segmen/aturan", opt=needs(Permission.SEGMENTS_WRITE))
async def rules_sent(desk: Desk) -> Response[str]:
    """Show who would move, save, or go back to the form: ``do`` says which."""
    form = await desk.form()
    strategy = form["strategy"]
    if form["do"] == "edit":
        return desk.show(await _rules_page(desk, strategy, form))
    try:
        preferences, form = wanted(form, (await preferences_form(strategy)).schema, strategy)
        if form.problems:
            return desk.refuse(await _rules_page(desk, strategy, form))
        if form["do"] == "save":
            await save_preferences(preferences)
            await audit.record(desk.principal, "segments.rules_changed", strategy)
            return desk.go(await _count(desk))
        if await takes_long():
            return desk.go(await start_trying(desk, preferences, sent_of(form)))
        return desk.show(await moving(desk, await what_if(preferences), sent_of(form)))
    except InputError as error:
        return desk.refuse(await _rules_page(desk, strategy, form.refused(error, _field_of(error))))


@post("/segmen/hitung", opt=needs(Permission.RUNS_WRITE))
async def count(desk: Desk) -> Response[str]:
    """Work the segments out anew, as they are set."""
    return desk.go(await _count(desk))


@get("/segmen/hitung/{job_id:uuid}", opt=needs(Permission.SEGMENTS_READ))
async def counting(desk: Desk, job_id: FromPath[UUID]) -> Response[str]:
    """How far the run is; once it is done, the segments."""
    job = await find_job(job_id)
    if job.task != run_segments.name:
        raise NoSuchPageError
    if job.state is JobState.DONE:
        return desk.go(f"{desk.shop_path}/segmen", say=COUNTED)
    now = None if job.state.over else going(job, f"{desk.shop_path}/segmen/hitung/{job_id}", WORKING)
    if desk.piece and now is not None:
        return desk.show(GoingPiece(going=now))
    if desk.piece:
        return desk.go(f"{desk.shop_path}/segmen/hitung/{job_id}")
    return desk.show(CountingPage(going=now, problem=None if now else job.error or NOT_COUNTED))


async def _count(desk: Desk) -> str:
    """Have the segments worked out, and where to watch that. Asking twice while one waits makes one."""
    job_id = await enqueue(run_segments, dedup_key="segmentation.run")
    await audit.record(desk.principal, "segments.counted")
    return f"{desk.shop_path}/segmen/hitung/{job_id}"


async def _rules_page(desk: Desk, strategy: str | None, form: Form) -> RulesPage:
    there = (await active(desk.plugins)).segmentation_strategies
    kept = await read_preferences()
    shown = await preferences_form(strategy if strategy in there else None)
    choices = [Strategy(key, one.name, tuple(s.name for s in one.segments), key == shown.strategy) for key, one in there.items()]
    return rules_page(kept, shown, choices, form)


def _field_of(error: InputError) -> str:
    """The form's field that the error speaks of, if it speaks of one."""
    name = str(error.values.get("field", "")) if isinstance(error, StrategySettingsError) else ""
    name = name.partition(".")[0]
    return name if name in {"", "mode", "recency_days", "frequency", "monetary"} else f"{PREFIX}{name}"


def _name(desk: Desk, strategy: str) -> Text | str:
    """What the strategy is called; its key where it is no longer installed."""
    found: Mapping[str, Any] = desk.plugins.segmentation_strategies
    return found[strategy].name if strategy in found else strategy


ROUTES: list[Any] = [segments, history, segment, rules, rules_sent, trying, count, counting]
