"""The page that says who would move, before anything is saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar
from uuid import UUID

from batikrfm.sdk.text import Text
from batikrfm.segmentation.whatif import WhatIf
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.pages.segments.origin import MODES, CutRow, cut_rows

NONE = Text(id="di luar segmen", en="in no segment")


@dataclass(frozen=True)
class Count:
    """A segment's customers now and then; None where there is no such segment at that time."""

    name: Text
    now: int | None
    then: int | None

    @property
    def change(self) -> int:
        return (self.then or 0) - (self.now or 0)


@dataclass(frozen=True)
class Way:
    """So many would go from one segment to another."""

    before: Text
    after: Text
    customers: int


@dataclass(frozen=True)
class Mover:
    """One customer who would move."""

    href: str
    name: str
    before: Text
    after: Text


@dataclass(frozen=True, kw_only=True)
class MovingPage(Page):
    """Who would move; save from here, or go back and change the rules again."""

    template: ClassVar[str] = "segments/moving.html"
    strategy: Text = field(metadata={"help": "Name of the strategy."})
    mode: Text | str = field(metadata={"help": "The way of scoring that would be used."})
    reason: Text = field(metadata={"help": "Why this way."})
    notices: tuple[Text, ...] = field(metadata={"help": "What the owner should know."})
    cuts: tuple[CutRow, ...] = field(metadata={"help": "The cut-points, where there are any."})
    moving: int = field(metadata={"help": "How many customers would be in another segment."})
    staying: int = field(metadata={"help": "How many would not."})
    counts: tuple[Count, ...] = field(metadata={"help": "Each segment now and then."})
    ways: tuple[Way, ...] = field(metadata={"help": "From where to where, the most first."})
    movers: tuple[Mover, ...] = field(metadata={"help": "Some of the customers who would move."})
    sent: tuple[tuple[str, str], ...] = field(metadata={"help": "The form's values, to be sent again when saving."})


Sent = Sequence[Sequence[str]]
"""Names and values of the form that asked."""


def sent_of(form: Form) -> list[list[str]]:
    """The form's values, to be sent again when saving."""
    return [[name, value] for name, values in form.sent.items() for value in values if name not in {"csrf", "do"}]


def moving_page(answer: WhatIf, strategy: Text, customers: Mapping[UUID, str], sent: Sent, shop_path: str) -> MovingPage:
    """The page for what would change; ``customers`` is how those among the samples are called."""
    names = {one.key: one.name for one in answer.segments}

    def said(key: str | None) -> Text:
        return NONE if key is None else names.get(key, Text(id=key, en=key))

    moved = [flow for flow in answer.flows if flow.from_segment != flow.to_segment]
    return MovingPage(
        strategy=strategy,
        mode=MODES.get(answer.mode, answer.mode),
        reason=answer.reason,
        notices=answer.notices,
        cuts=cut_rows(answer.cut_points),
        moving=answer.moving,
        staying=sum(flow.customers for flow in answer.flows) - sum(flow.customers for flow in moved),
        counts=tuple(Count(one.name, one.now, one.then) for one in answer.segments),
        ways=tuple(Way(said(flow.from_segment), said(flow.to_segment), flow.customers) for flow in moved),
        movers=tuple(
            Mover(f"{shop_path}/pelanggan/{one.customer_id}", customers[one.customer_id], said(one.from_segment), said(one.to_segment))
            for one in answer.samples
            if one.customer_id in customers
        ),
        sent=tuple((name, value) for name, value in sent),
    )
