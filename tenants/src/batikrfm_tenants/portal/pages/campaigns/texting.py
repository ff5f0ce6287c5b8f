"""The second step: which approved texts go to whom, one for everybody or some for each segment, and how a better one is found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final
from uuid import UUID

from batikrfm.content.review import ContentFilter, State, list_contents
from batikrfm.delivery.campaigns.checking import MOST_TEXTS
from batikrfm.delivery.campaigns.model import Campaign, WantedVariant
from batikrfm.delivery.options import Metric, WinnerRule
from batikrfm.sdk.channels import Template
from batikrfm.sdk.text import Text
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.pages.campaigns.asking import Reader
from batikrfm_tenants.portal.pages.campaigns.channels import Channel
from batikrfm_tenants.portal.pages.campaigns.counting import Names
from batikrfm_tenants.portal.pages.contents.drafts import Shown, shown

MOST: Final = 200
"""So many approved texts are offered at most; older ones are seldom wanted again."""
ONE, EACH = "satu", "segmen"
SPLIT, WINNER = "rata", "menang"
TEST_SHARES: Final = (10, 20, 30, 50)
METRICS: Final = (
    (Metric.CLICKED.value, Text(id="paling banyak diklik", en="most clicks")),
    (Metric.READ.value, Text(id="paling banyak dibaca", en="most readers")),
    (Metric.ORDERED.value, Text(id="paling banyak menghasilkan pesanan", en="most orders")),
)
HOURS: Final = (2, 4, 8, 24, 48)
LEAST: Final = (30, 100, 300)
NONE_FOR: Final = Text(id="Pilih pesan untuk {name}.", en="Choose a message for {name}.")
NONE: Final = Text(id="Pilih paling sedikit satu pesan.", en="Choose one message at least.")
TOO_MANY: Final = Text(id="Paling banyak empat pesan untuk satu kelompok.", en="Four messages for one group at most.")
NEEDS_TEMPLATE: Final = Text(
    id="Jaringan ini meminta nama template yang sudah disetujuinya.", en="This network wants the name of a template that it approved."
)


@dataclass(frozen=True)
class Group:
    """Those who get the same choice of texts: a segment, or (empty key) everybody."""

    key: str
    name: Text
    texts: tuple[Shown, ...]


@dataclass(frozen=True)
class TemplateFields:
    """A text's template as its fields show it."""

    name: str = ""
    language: str = "id"
    values: str = ""


@dataclass(frozen=True, kw_only=True)
class WhatPage(Page):
    """Choose texts, with how they will look."""

    template: ClassVar[str] = "campaigns/what.html"
    form: Form = field(metadata={"help": "The form as it was sent."})
    campaign: Campaign = field(metadata={"help": "The draft."})
    channel: Channel | None = field(metadata={"help": "What it goes by; None where that is not installed any more."})
    everybody: Group = field(metadata={"help": "Every approved text, for one message to all."})
    groups: tuple[Group, ...] = field(metadata={"help": "The campaign's segments with their texts; empty for all customers."})
    chosen: frozenset[str] = field(metadata={"help": "What is chosen, as the boxes name it."})
    templates: Mapping[str, TemplateFields] = field(metadata={"help": "What is known of templates, by the text's id."})
    per: str = field(metadata={"help": "Whether one text goes to all, or each segment has its own."})
    rule: WinnerRule | None = field(metadata={"help": "How the better text is found; None where people are split evenly."})
    test_share: int = field(metadata={"help": "Percent of the people who get the texts of the trial."})
    test_shares: tuple[int, ...] = field(metadata={"help": "What one can choose for that."})
    metrics: tuple[tuple[str, Text], ...] = field(metadata={"help": "What can decide."})
    hours: tuple[int, ...] = field(metadata={"help": "How long one can wait for the decision."})
    least: tuple[int, ...] = field(metadata={"help": "How many each text can have to reach before."})


async def approved_texts(desk: Desk, names: Names) -> tuple[Shown, ...]:
    """Every text that may be sent, the newest first."""
    found = [one for state in (State.APPROVED, State.USED) for one in await list_contents(ContentFilter(state=state), limit=MOST)]
    return tuple(shown(one, names(one.segment), desk.plugins.llm_providers) for one in found)


def what_page(campaign: Campaign, form: Form, channel: Channel | None, texts: Sequence[Shown], names: Names) -> WhatPage:
    """The page of a draft with ``form``."""
    own = frozenset(f"{one.segment or ''}:{one.content_id}" for one in campaign.variants)
    one_for_all = not campaign.segments or (bool(campaign.variants) and all(one.segment is None for one in campaign.variants))
    tested = sum(one.share for one in campaign.variants if one.segment == campaign.variants[0].segment)
    return WhatPage(
        form=form,
        campaign=campaign,
        channel=channel,
        everybody=Group("", Text(id="Semua", en="Everybody"), tuple(texts)),
        groups=tuple(Group(key, names(key), tuple(one for one in texts if one.content.segment == key)) for key in campaign.segments),
        chosen=own,
        templates={str(one.content_id): _fields(one.template) for one in campaign.variants if one.template},
        per=ONE if one_for_all else EACH,
        rule=campaign.options.winner,
        test_share=tested if tested in TEST_SHARES else 20,
        test_shares=TEST_SHARES,
        metrics=METRICS,
        hours=HOURS,
        least=LEAST,
    )


def texts_of(page: WhatPage, form: Form) -> tuple[tuple[WantedVariant, ...], WinnerRule | None, Form]:
    """The texts that ``form`` chooses, how the better one is found, and the form with its problems."""
    reader = Reader(form)
    groups = page.groups if form["per"] == EACH and page.groups else (page.everybody,)
    rule = _rule(form)
    wanted: list[WantedVariant] = []
    for group in groups:
        ids = [one.content.id for one in group.texts if f"{group.key}:{one.content.id}" in form.all("text")]
        if not ids or len(ids) > MOST_TEXTS:
            reader.refuse(f"kelompok-{group.key or 'semua'}", _complaint(group, ids))
        test = _test_share(form) if rule and len(ids) > 1 else 100
        wanted += [
            WantedVariant(content_id, group.key or None, share, _template(reader, page, content_id))
            for content_id, share in zip(ids, _shares(test, len(ids)), strict=True)
        ]
    tried = any(one.share < 100 for one in wanted) and sum(one.share for one in wanted) < 100 * len(groups)  # noqa: PLR2004 - percent
    return tuple(wanted), rule if tried else None, reader.form


def _complaint(group: Group, ids: Sequence[UUID]) -> Text:
    if ids:
        return TOO_MANY
    if not group.key:
        return NONE
    return Text(id=NONE_FOR.say("id", name=group.name.id), en=NONE_FOR.say("en", name=group.name.en))


def _shares(percent: int, parts: int) -> Iterator[int]:
    """``percent`` in whole parts as even as can be."""
    for part in range(parts):
        yield percent * (part + 1) // parts - percent * part // parts


def _rule(form: Form) -> WinnerRule | None:
    if form["ab"] != WINNER:
        return None
    metric = next((one for one in Metric if one.value == form["metric"]), Metric.CLICKED)
    return WinnerRule(metric, _one_of(form["hours"], HOURS, 4), _one_of(form["least"], LEAST, 100))


def _test_share(form: Form) -> int:
    return _one_of(form["test_share"], TEST_SHARES, 20)


def _one_of(text: str, choices: Sequence[int], otherwise: int) -> int:
    return next((one for one in choices if str(one) == text), otherwise)


def _template(reader: Reader, page: WhatPage, content_id: UUID) -> Template | None:
    if page.channel is None or not page.channel.capabilities.needs_template:
        return None
    name = reader.form[f"t.{content_id}.name"]
    if not name:
        reader.refuse(f"t.{content_id}.name", NEEDS_TEMPLATE)
    values = tuple(line.strip() for line in reader.form[f"t.{content_id}.values"].splitlines() if line.strip())
    return Template(name, reader.form[f"t.{content_id}.language"] or "id", values)


def _fields(template: Template | None) -> TemplateFields:
    return TemplateFields(template.name, template.language, "\n".join(template.values)) if template else TemplateFields()
