"""A draft as pages show it: who wrote it, how it will look, what was found in it, where it stands, who did what with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from batikrfm.content.model import TEMPLATE
from batikrfm.content.review import Content, State
from batikrfm.content.review.checking import NAMES
from batikrfm.content.rules import Severity
from batikrfm.sdk.text import Text
from batikrfm_tenants.portal.letters import email_html, line_html, whatsapp_html

if TYPE_CHECKING:
    from markupsafe import Markup

STATES: Final[Mapping[State, tuple[Text, str]]] = {
    State.DRAFT: (Text(id="Draf", en="Draft"), ""),
    State.IN_REVIEW: (Text(id="Menunggu persetujuan", en="Waits for approval"), "badge-info badge-soft"),
    State.APPROVED: (Text(id="Disetujui", en="Approved"), "badge-success badge-soft"),
    State.REJECTED: (Text(id="Ditolak", en="Rejected"), "badge-error badge-soft"),
    State.USED: (Text(id="Sudah dikirim", en="Sent"), "badge-success badge-soft"),
}
"""What a state is called on its badge, and how that looks."""
OPEN: Final = (State.DRAFT, State.IN_REVIEW)
BY_TEMPLATE: Final = Text(id="Template, bukan AI", en="A template, no AI")
BY_MODEL: Final = Text(id="Ditulis {provider}, model {model}", en="Written by {provider}, model {model}")
KEPT: Final = Text(
    id="{writer}; jawabannya diambil dari simpanan, tanpa biaya", en="{writer}; the answer was kept from before and cost nothing"
)
LANGUAGES: Final = {"id": Text(id="Indonesia", en="Indonesian"), "en": Text(id="Inggris", en="English")}


@dataclass(frozen=True)
class Problem:
    """One thing that was found in a text."""

    severity: Severity
    where: Text
    excerpt: str
    reason: Text


@dataclass(frozen=True)
class Deed:
    """Who did what, when."""

    what: Text
    by: str
    at: dt.datetime
    why: str = ""


@dataclass(frozen=True)
class Shown:
    """A draft, ready to be shown. ``writer`` is a sentence; ``template`` says that no model wrote it."""

    content: Content
    segment: Text
    state: Text
    badge: str
    writer: Text
    template: bool
    subject: Markup
    preheader: Markup
    email: Markup
    whatsapp: Markup
    button: Markup
    problems: tuple[Problem, ...]

    @property
    def open(self) -> bool:
        """Whether somebody has to decide."""
        return self.content.state in OPEN

    @property
    def fixed(self) -> bool:
        """Whether it was sent, and stays as it is."""
        return self.content.state is State.USED


def shown(content: Content, segment: Text, providers: Mapping[str, Any]) -> Shown:
    """``content``, of a ``segment`` that is called so; ``providers`` are those that are installed, for their names."""
    state, badge = STATES[content.state]
    copy = content.copy
    return Shown(
        content=content,
        segment=segment,
        state=state,
        badge=badge,
        writer=_writer(content, providers),
        template=content.origin.provider == TEMPLATE or content.origin.kind == "template",
        subject=line_html(copy.subject),
        preheader=line_html(copy.preheader),
        email=email_html(copy.email),
        whatsapp=whatsapp_html(copy.whatsapp),
        button=line_html(copy.call_to_action),
        problems=tuple(Problem(one.severity, NAMES[one.where], one.excerpt, one.reason) for one in content.findings),
    )


def history(content: Content) -> tuple[Deed, ...]:
    """What happened to a draft, as far as it still holds, the first first."""
    return tuple(sorted(_deeds(content), key=lambda deed: deed.at))


def _writer(content: Content, providers: Mapping[str, Any]) -> Text:
    origin = content.origin
    if origin.kind == "template" or origin.provider == TEMPLATE:
        return BY_TEMPLATE
    provider = providers[origin.provider].name if origin.provider in providers else Text(id=origin.provider, en=origin.provider)
    writer = Text(
        id=BY_MODEL.say("id", provider=provider.id, model=origin.model), en=BY_MODEL.say("en", provider=provider.en, model=origin.model)
    )
    if origin.kind == "cache":
        return Text(id=KEPT.say("id", writer=writer.id), en=KEPT.say("en", writer=writer.en))
    return writer


def _deeds(content: Content) -> Iterator[Deed]:
    for what, deed, why in (
        (Text(id="Dibuat", en="Made"), content.created, ""),
        (Text(id="Terakhir diubah", en="Last changed"), content.edited, ""),
        (Text(id="Diajukan", en="Handed in"), content.submitted, ""),
        (Text(id="Disetujui", en="Approved"), content.approved, content.acknowledged or ""),
        (Text(id="Ditolak", en="Rejected"), content.rejected, content.reason or ""),
    ):
        if deed is not None:
            yield Deed(what, deed.by, deed.at, why)
    if content.used_at is not None:
        yield Deed(Text(id="Mulai dikirim", en="First sent"), "BatikRFM", content.used_at)
