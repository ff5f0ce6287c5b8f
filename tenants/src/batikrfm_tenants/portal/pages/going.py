"""How far a piece of work in the background is: what every waiting page shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from batikrfm.jobs import Job
from batikrfm.sdk.text import Text
from batikrfm_tenants.portal.contract import Page

QUEUED = Text(id="Menunggu giliran…", en="Waiting for its turn…")


@dataclass(frozen=True)
class Going:
    """``done`` of ``total`` (0: nobody knows), what is being done, and where the next answer comes from."""

    address: str
    done: int
    total: int
    words: Text


@dataclass(frozen=True, kw_only=True)
class GoingPiece(Page):
    """How far the work is; htmx asks for it again and again."""

    template: ClassVar[str] = "going.html"
    going: Going = field(metadata={"help": "How far it is."})


def going(job: Job | None, address: str, doing: Text) -> Going:
    """How far ``job`` is; ``doing`` is said where it says nothing itself."""
    if job is None or job.started_at is None:
        return Going(address, 0, 0, QUEUED)
    return Going(address, job.done or 0, job.total or 0, job.message or doing)
