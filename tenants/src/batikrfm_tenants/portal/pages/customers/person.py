"""The page of one customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from batikrfm.delivery.consent import Consent, ConsentState
from batikrfm.delivery.consent.model import Suppression
from batikrfm.sdk.text import Text
from batikrfm.segmentation.profile import OrderEntry, Profile, ScorePoint, Timeline
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.desk import OpenDesk
from batikrfm_tenants.portal.formats import Formats
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.pages.customers.listing import segment_name
from batikrfm_tenants.portal.pages.links import traced
from batikrfm_tenants.portal.states import CONSENTS, MEANS, MEDIA, PURPOSES, REASONS


@dataclass(frozen=True)
class ConsentLine:
    """What a customer said about one medium and purpose. ``proof`` is what shows it, in words."""

    medium: Text
    purpose: Text
    state: Text
    means: Text | None
    known: Consent
    proof: str


@dataclass(frozen=True)
class StopLine:
    """An address of the customer's that gets nothing any more."""

    medium: Text
    reason: Text
    known: Suppression


@dataclass(frozen=True)
class Will:
    """What a customer wants, as far as the shop knows."""

    now: Sequence[Consent]
    history: Sequence[Consent]
    stopped: Sequence[Suppression]


@dataclass(frozen=True)
class HistoryLine:
    """Where the customer stood in a run."""

    point: ScorePoint
    segment: Text


@dataclass(frozen=True, kw_only=True)
class CustomerPage(Page):
    """One customer: who they are, where they stand, what they bought, what the shop knows of them."""

    template: ClassVar[str] = "customers/one.html"
    customer: Profile = field(metadata={"help": "Everything about the customer."})
    segment: Text = field(metadata={"help": "The segment that they are in."})
    money_rows: str = field(metadata={"help": "Address of the orders behind their money."})
    history: tuple[HistoryLine, ...] = field(metadata={"help": "Where they stood, the latest run first."})
    scores: dict[str, Any] = field(metadata={"help": "The chart of their scores over time."})
    consents: tuple[ConsentLine, ...] = field(metadata={"help": "What holds for each medium and purpose."})
    said: tuple[ConsentLine, ...] = field(metadata={"help": "Everything that they ever said, the latest first."})
    stopped: tuple[StopLine, ...] = field(metadata={"help": "Which of their addresses get nothing any more."})
    media: tuple[tuple[str, Text], ...] = field(metadata={"help": "The media that one can choose."})
    purposes: tuple[tuple[str, Text], ...] = field(metadata={"help": "The purposes that one can choose."})
    states: tuple[tuple[str, Text], ...] = field(metadata={"help": "What a customer can have said."})
    note_form: Form = field(metadata={"help": "The form for a note."})
    consent_form: Form = field(metadata={"help": "The form for what a customer said."})


@dataclass(frozen=True, kw_only=True)
class OrdersPage(Page):
    """Earlier orders of one customer."""

    template: ClassVar[str] = "customers/orders.html"
    name: str = field(metadata={"help": "What the customer is called."})
    href: str = field(metadata={"help": "Address of the customer's page."})
    orders: tuple[OrderEntry, ...] = field(metadata={"help": "The orders of this page, the latest first."})
    after: str | None = field(metadata={"help": "Cursor of the page after; None on the last."})


def customer_page(desk: OpenDesk, found: Profile, will: Will, names: Mapping[str, Text], forms: tuple[Form, Form]) -> CustomerPage:
    """The page of ``found``. ``forms`` are that of a note and that of a consent."""
    history = tuple(HistoryLine(point, segment_name(point.segment, names)) for point in reversed(found.history))
    return CustomerPage(
        customer=found,
        segment=segment_name(found.standing.segment if found.standing else None, names),
        money_rows=traced(desk.shop_path, found.totals.trace),
        history=history,
        scores=_chart(found.history, desk.formats),
        consents=tuple(map(_line, will.now)),
        said=tuple(map(_line, will.history)),
        stopped=tuple(StopLine(MEDIA[one.medium], REASONS[one.reason], one) for one in will.stopped),
        media=tuple((medium.value, label) for medium, label in MEDIA.items()),
        purposes=tuple((purpose.value, label) for purpose, label in PURPOSES.items()),
        states=tuple((state.value, label) for state, label in CONSENTS.items() if state is not ConsentState.UNKNOWN),
        note_form=forms[0],
        consent_form=forms[1],
    )


def _line(one: Consent) -> ConsentLine:
    proof = one.proof
    shown = (proof.file, proof.message_id, proof.address, proof.agent) if proof else ()
    means = MEANS[one.means] if one.means else None
    return ConsentLine(MEDIA[one.medium], PURPOSES[one.purpose], CONSENTS[one.state], means, one, " · ".join(filter(None, shown)))


def orders_page(found: Profile, shown: Timeline, shop_path: str) -> OrdersPage:
    """A later page of a customer's orders."""
    return OrdersPage(name=found.name or found.key, href=f"{shop_path}/pelanggan/{found.id}", orders=shown.orders, after=shown.next)


def _chart(history: Sequence[ScorePoint], formats: Formats) -> dict[str, Any]:
    """R, F and M over time; empty where no run gave scores."""
    scored = [point for point in history if point.r is not None]
    lines = {"R": [point.r for point in scored], "F": [point.f for point in scored], "M": [point.m for point in scored]}
    series = [{"name": name, "values": values} for name, values in lines.items()]
    return {"x": [formats.day(point.as_of) for point in scored], "series": series}
