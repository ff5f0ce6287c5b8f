"""Rules tried on a shop that is too large to be worked out while somebody waits for the page: a job, and the way to its answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from batikrfm.jobs import enqueue, find_job
from batikrfm.sdk.text import Text
from batikrfm.segmentation.preferences import Preferences
from batikrfm.segmentation.tasks import TRYING, try_segments
from batikrfm.segmentation.whatif import WhatIf, contact_names
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.guards import needs
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.errors import NoSuchPageError
from batikrfm_tenants.portal.pages.going import Going, GoingPiece, going
from batikrfm_tenants.portal.pages.segments.moving import MovingPage, Sent, moving_page

NOT_TRIED = Text(
    id="Percobaannya berhenti di tengah jalan. Coba sekali lagi dari halaman aturan.",
    en="Trying them stopped half-way. Try once more from the page of rules.",
)


@dataclass(frozen=True, kw_only=True)
class TryingPage(Page):
    """Rules being tried on a large shop, or why that did not come about."""

    template: ClassVar[str] = "segments/trying.html"
    going: Going | None = field(metadata={"help": "How far it is; None where it is over."})
    problem: Text | None = field(metadata={"help": "Why it did not come about."})


@get("/segmen/dicoba/{trial_id:uuid}", opt=needs(Permission.SEGMENTS_WRITE))
async def trying(desk: Desk, trial_id: FromPath[UUID]) -> Response[str]:
    """How far it is to try the rules on a large shop; once it is done, who would move."""
    job, address = await find_job(trial_id), f"{desk.shop_path}/segmen/dicoba/{trial_id}"
    if job.task != try_segments.name:
        raise NoSuchPageError
    if not job.state.over:
        now = going(job, address, TRYING)
        return desk.show(GoingPiece(going=now) if desk.piece else TryingPage(going=now, problem=None))
    if desk.piece:
        return desk.go(address)
    if job.result is None:
        return desk.show(TryingPage(going=None, problem=job.error or NOT_TRIED))
    return desk.show(await moving(desk, msgspec.convert(job.result["answer"], WhatIf), job.result["sent"]))


async def start_trying(desk: Desk, preferences: Preferences, sent: list[list[str]]) -> str:
    """Have the rules tried on every customer, and where to watch that."""
    job_id = await enqueue(try_segments, {"preferences": msgspec.to_builtins(preferences), "sent": sent})
    return f"{desk.shop_path}/segmen/dicoba/{job_id}"


async def moving(desk: Desk, answer: WhatIf, sent: Sent) -> MovingPage:
    """The page that says who would move."""
    key = answer.preferences.strategy
    there = desk.plugins.segmentation_strategies
    strategy = there[key].name if key in there else Text(id=key, en=key)
    return moving_page(answer, strategy, await contact_names(answer), sent, desk.shop_path)
