"""The addresses of Konten: what there is, and ordering more."""

from __future__ import annotations

from typing import Any, get_args
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from batikrfm.content import ordering
from batikrfm.content.facts import segment_called
from batikrfm.content.model import Order
from batikrfm.content.ordering import Queued
from batikrfm.content.review import Approval, Content, ContentFilter, approve, find_content, list_contents
from batikrfm.content.settings import read_settings
from batikrfm.jobs import JobState, find_job
from batikrfm.sdk.errors import InputError
from batikrfm.sdk.llm import Tier
from batikrfm.sdk.text import Language, Text
from batikrfm.segmentation.history import PastRun
from batikrfm.tenancy.permissions import Permission
from batikrfm.usage import GENERATIONS, standing
from batikrfm.web.guards import needs
from batikrfm_tenants import audit
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.errors import NoSuchPageError
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.pages.contents.drafts import Shown, shown
from batikrfm_tenants.portal.pages.contents.showing import (
    SEGMENT_PAGE,
    WRITING,
    NoContentsPage,
    SegmentContentsPage,
    WritingPage,
    contents_page,
    latest,
    segment_page,
    writing_now,
)
from batikrfm_tenants.portal.pages.going import GoingPiece, going

BEING_WRITTEN = Text(id="Pesan sedang ditulis…", en="The messages are being written…")
THERE = Text(
    id="Pesannya sudah ada dari pesanan yang sama, jadi tidak memakai kuota.", en="They were there from an equal order, at no cost."
)
DONE = Text(id="Pesan baru sudah siap dibaca.", en="New messages are ready to be read.")
NOT_WRITTEN = Text(id="Pesannya belum jadi ditulis. Coba pesan sekali lagi.", en="The messages were not written. Order them once more.")
APPROVED = Text(id="{count} konten disetujui.", en="{count} approved.")
SOME_NOT = Text(id="{count} konten disetujui, {others} belum: {reason}", en="{count} approved, {others} not: {reason}")
CHOOSE = Text(id="Pilih dulu konten yang mau disetujui.", en="Choose what to approve first.")
WEEK_BEGUN = Text(id="Pesan minggu ini sedang ditulis.", en="This week's messages are being written.")


@get("/konten", opt=needs(Permission.CONTENTS_READ))
async def contents(desk: Desk) -> Response[str]:
    """What waits, the segments, the week."""
    run = await latest()
    return desk.show(NoContentsPage() if run is None else await contents_page(desk, run))


@get("/konten/segmen/{key:str}", opt=needs(Permission.CONTENTS_READ))
async def segment(desk: Desk, key: FromPath[str], after: FromQuery[UUID | None] = None) -> Response[str]:
    """A segment's drafts."""
    return desk.show(await _segment_page(desk, key, Form(), after))


@post("/konten/segmen/{key:str}", opt=needs(Permission.CONTENTS_WRITE))
async def order(desk: Desk, key: FromPath[str]) -> Response[str]:
    """Order words for a segment: on to where one sees them come, or to the drafts that were there."""
    form = await desk.form()
    page = await _segment_page(desk, key, form)
    try:
        ordered = await ordering.order(_order(key, form), by=desk.principal)
    except InputError as error:
        return desk.refuse(page_with(page, form.refused(error)), error)
    await audit.record(desk.principal, "content.ordered", key)
    if isinstance(ordered, Queued):
        return desk.go(f"{desk.shop_path}/konten/menulis/{ordered.job_id}")
    return desk.go(f"{desk.shop_path}/konten/segmen/{key}", say=THERE, tone="info")


@get("/konten/menulis/{writing_id:uuid}", opt=needs(Permission.CONTENTS_READ))
async def writing(desk: Desk, writing_id: FromPath[UUID]) -> Response[str]:
    """How far an order is; once it is done, its segment. The page may be closed and opened again."""
    job = await find_job(writing_id)
    if job.task != WRITING:
        raise NoSuchPageError
    here = f"{desk.shop_path}/konten/menulis/{writing_id}"
    if job.state is JobState.DONE and job.result:
        return desk.go(f"{desk.shop_path}/konten/segmen/{job.result['segment']}", say=DONE)
    now = None if job.state.over else going(job, here, BEING_WRITTEN)
    if desk.piece:
        return desk.go(here) if now is None else desk.show(GoingPiece(going=now))
    return desk.show(WritingPage(going=now, problem=None if now else job.error or NOT_WRITTEN))


@post("/konten/setujui", opt=needs(Permission.CONTENTS_APPROVE))
async def approve_many(desk: Desk) -> Response[str]:
    """Approve the drafts that are ticked, each as it was read."""
    form = await desk.form()
    wanted = [approval for text in form.all("content") if (approval := _approval(text))]
    back = f"{desk.shop_path}/konten/segmen/{form['segment']}" if form["segment"].isidentifier() else f"{desk.shop_path}/konten"
    if not wanted:
        return desk.go(back, say=CHOOSE, tone="warning")
    verdicts = await approve(wanted, by=desk.principal)
    for verdict in verdicts:
        if verdict.content is not None and verdict.changed:
            await audit.record(desk.principal, "content.approved", str(verdict.content_id))
    problems = [verdict.problem for verdict in verdicts if verdict.problem is not None]
    approved = len(verdicts) - len(problems)
    if not problems:
        return desk.go(back, say=_filled(APPROVED, count=approved))
    said = {"count": approved, "others": len(problems)}
    words = Text(id=SOME_NOT.say("id", **said, reason=problems[0].say("id")), en=SOME_NOT.say("en", **said, reason=problems[0].say("en")))
    return desk.go(back, say=words, tone="warning")


@post("/konten/mingguan", opt=needs(Permission.CONTENTS_WRITE))
async def week_now(desk: Desk) -> Response[str]:
    """Write this week's words now; those that are there already stay."""
    from batikrfm.content.weekly.tasks import order_week  # it imports polars

    await order_week(started_by=desk.user.name)
    await audit.record(desk.principal, "content.ordered", "mingguan")
    return desk.go(f"{desk.shop_path}/konten", say=WEEK_BEGUN, tone="info")


async def draft_of(desk: Desk, content_id: UUID) -> Shown:
    """One draft with its segment's name."""
    return await named(desk, await find_content(content_id))


async def named(desk: Desk, content: Content) -> Shown:
    """A draft as pages show it."""
    run = await latest()
    return shown(content, segment_called(content.segment, run.strategy if run else "").name, desk.plugins.llm_providers)


def page_with(page: SegmentContentsPage, form: Form) -> SegmentContentsPage:
    """The same page with another form."""
    return SegmentContentsPage(**{**page.context(), "form": form})


async def _segment_page(desk: Desk, key: str, form: Form, after: UUID | None = None) -> SegmentContentsPage:
    run = await latest()
    drafts = await list_contents(ContentFilter(segment=key), after=after, limit=SEGMENT_PAGE + 1)
    if run is None or not (drafts or _has(run, key)):
        raise NoSuchPageError
    name, providers = segment_called(key, run.strategy).name, desk.plugins.llm_providers
    return segment_page(
        desk,
        run,
        key,
        form,
        drafts=[shown(one, name, providers) for one in drafts],
        settings=await read_settings(),
        quota=await standing(GENERATIONS),
        writing=await writing_now(desk),
    )


def _has(run: PastRun, key: str) -> bool:
    return any(one.segment == key for one in run.results)


def _order(key: str, form: Form) -> Order:
    language: Language | None = next((one for one in get_args(Language) if one == form["language"]), None)
    tier: Tier | None = next((one for one in get_args(Tier) if one == form["tier"]), None)
    variants = int(form["variants"]) if form["variants"].isdecimal() and form["variants"].isascii() else None
    return Order(key, language, variants, tier, form["offer"], fresh=form.ticked("fresh", "on"))


def _approval(text: str) -> Approval | None:
    """``<id>:<version>`` of a box that is ticked."""
    content_id, _, version = text.partition(":")
    try:
        return Approval(UUID(content_id), int(version))
    except ValueError:
        return None


def _filled(text: Text, **values: object) -> Text:
    return Text(id=text.say("id", **values), en=text.say("en", **values))


ROUTES: list[Any] = [contents, segment, order, writing, approve_many, week_now]
