"""Between the rows of the tables and the dataclasses of :mod:`~batikrfm.delivery.campaigns.model`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from batikrfm.content.review import Deed
from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.delivery.audience import AudienceFilter
from batikrfm.delivery.campaigns import queries as sql
from batikrfm.delivery.campaigns.model import Campaign, Decision, Variant, WantedVariant
from batikrfm.delivery.model import CampaignState, Medium, Purpose
from batikrfm.delivery.options import Options
from batikrfm.sdk.channels import Template
from batikrfm.sdk.text import Text

Row = Mapping[str, Any]
ValueT = TypeVar("ValueT")


def as_json(value: object) -> str:
    """``value`` as a column holds it."""
    return msgspec.json.encode(value).decode()


async def campaigns_of(rows: Sequence[Row]) -> list[Campaign]:
    """Rows of ``campaigns`` with their texts, which are read for all of them at once."""
    variants: dict[UUID, list[Variant]] = {row["id"]: [] for row in rows}
    if rows:
        for row in await current_scope().fetch(sql.VARIANTS, list(variants)):
            variants[row["campaign_id"]].append(_variant(row))
    return [_campaign(row, tuple(variants[row["id"]])) for row in rows]


async def add_variants(campaign_id: UUID, wanted: Sequence[WantedVariant]) -> None:
    """Write down what a campaign is to say, numbered from 0."""
    await current_scope().execute(
        sql.ADD_VARIANTS,
        campaign_id,
        [uuid7() for _ in wanted],
        list(range(len(wanted))),
        [one.segment for one in wanted],
        [one.content_id for one in wanted],
        [one.share for one in wanted],
        [None if one.template is None else as_json(one.template) for one in wanted],
    )


def _campaign(row: Row, variants: tuple[Variant, ...]) -> Campaign:
    return Campaign(
        id=row["id"],
        name=row["name"],
        state=CampaignState(row["state"]),
        version=row["version"],
        medium=Medium(row["medium"]),
        channel=row["channel"],
        purpose=Purpose(row["purpose"]),
        segments=tuple(row["segments"]),
        filter=msgspec.json.decode(row["filter"], type=AudienceFilter),
        options=msgspec.json.decode(row["options"], type=Options),
        variants=variants,
        created=msgspec.json.decode(row["created"], type=Deed),
        edited=_decoded(row["edited"], Deed),
        approved=_decoded(row["approved"], Deed),
        updated_at=row["updated_at"],
        starts_at=row["starts_at"],
        frozen_at=row["frozen_at"],
        finished_at=row["finished_at"],
        decides_at=row["decides_at"],
        decisions=msgspec.json.decode(row["decisions"], type=tuple[Decision, ...]),
        reason=_decoded(row["reason"], Text),
        run_id=row["run_id"],
        weekly_batch_id=row["weekly_batch_id"],
    )


def _variant(row: Row) -> Variant:
    return Variant(
        row["id"],
        row["variant"],
        row["content_id"],
        row["segment"],
        row["share"],
        row["approved_hash"],
        row["won_at"],
        _decoded(row["template"], Template),
    )


def _decoded(text: str | None, kind: type[ValueT]) -> ValueT | None:
    return None if text is None else msgspec.json.decode(text, type=kind)
