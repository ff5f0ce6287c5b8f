"""Read a campaign and make its texts ready, once for a job."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from batikrfm.content.model import Copy
from batikrfm.db.engine import current_scope
from batikrfm.delivery.channels.opening import channels
from batikrfm.delivery.channels.states import ChannelState, state_of
from batikrfm.delivery.letters.letter import compile_letter
from batikrfm.delivery.letters.model import Shop
from batikrfm.delivery.letters.settings import shop_of
from batikrfm.delivery.model import CampaignState, Medium, Purpose
from batikrfm.delivery.options import Options
from batikrfm.delivery.sending import queries as sql
from batikrfm.delivery.sending.model import Pacing, Run, Words
from batikrfm.delivery.tracking import link_maker
from batikrfm.sdk.channels import Template
from batikrfm.tenancy import tenant_scope

Row = Mapping[str, Any]


@contextlib.asynccontextmanager
async def open_run(tenant_id: UUID, campaign_id: UUID, pacing: Pacing) -> AsyncIterator[Run | None]:
    """The campaign with its account open, for as long as the block lasts; None if it is not being sent.

    Raises:
        ChannelNotFoundError, ChannelOffError, PluginError: its account cannot be used.
    """
    async with tenant_scope(tenant_id):
        read = await _read(campaign_id)
    if read is None:
        yield None
        return
    row, words, state = read
    async with channels().open(tenant_id, row["channel"]) as account:
        yield Run(
            tenant_id,
            campaign_id,
            Medium(row["medium"]),
            Purpose(row["purpose"]),
            msgspec.json.decode(row["options"], type=Options),
            ZoneInfo(row["time_zone"]),
            account,
            words,
            state.rules_for(account.capabilities),
            pacing,
        )


async def _read(campaign_id: UUID) -> tuple[Row, dict[int, Words], ChannelState] | None:
    rows = await current_scope().fetch(sql.CAMPAIGN, campaign_id)
    if not rows or rows[0]["state"] != CampaignState.SENDING:
        return None
    variants = await current_scope().fetch(sql.VARIANTS, campaign_id)
    shops = {language: await shop_of(language) for language in {one["language"] for one in variants}}
    words = {one["variant"]: await _words(campaign_id, one, shops[one["language"]]) for one in variants}
    return rows[0], words, await state_of(rows[0]["channel"])


async def _words(campaign_id: UUID, row: Row, shop: Shop) -> Words:
    copy = Copy(row["subject"], row["preheader"], row["email"], row["whatsapp"], row["call_to_action"])
    template = None if row["template"] is None else msgspec.json.decode(row["template"], type=Template)
    letter = compile_letter(copy, shop)
    links = await link_maker(campaign_id, row["variant"], letter.urls, channels().links)
    return Words(row["content_id"], row["approved_hash"], letter, template, links)
