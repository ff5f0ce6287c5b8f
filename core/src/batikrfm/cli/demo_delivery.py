"""Something to send in the demonstration's shop: consents that are made up, as its customers are, and this week's words in campaigns."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Final
from uuid import UUID

from batikrfm.content.chain import open_providers
from batikrfm.content.weekly import begin, write_due
from batikrfm.db.keys import uuid7
from batikrfm.delivery.campaigns import Campaign, CampaignWish, edit, find_campaign, list_campaigns, plan_of, prepare_week
from batikrfm.delivery.consent import ConsentState, Said, set_consent
from batikrfm.delivery.consent.declaring import Claim, declare
from batikrfm.delivery.model import Medium, Purpose
from batikrfm.delivery.tracking import Tracking, change_tracking
from batikrfm.plugins import load_plugins
from batikrfm.sales.importing import ImportResult
from batikrfm.sdk.extension import Principal
from batikrfm.segmentation.customers import CustomerFilter, stream_customers
from batikrfm.tenancy import Tenant, tenant_scope
from batikrfm.tenancy.permissions import PERMISSIONS_OF, Role

OWNER: Final = "Bu Sekar (contoh)"
SOURCE: Final = "Karangan: centang di formulir anggota toko contoh"
REFUSED: Final = Said("Karangan: menjawab tidak waktu ditanya", OWNER)
EVERY: Final = 40
"""One in so many of the customers said no."""
SINCE: Final = dt.timedelta(days=30)


async def agree(tenant_id: UUID, imported: ImportResult) -> None:
    """Everybody in the sample's file agreed, which is as made up as they are. Part of the transaction that loads them."""
    for medium in Medium:
        claim = Claim(medium, Purpose.MARKETING, SOURCE, dt.datetime.now(dt.UTC).date() - SINCE)
        await declare(imported.import_id, claim, owner(tenant_id))


async def prepare_campaigns(shop: Tenant, data_dir: Path) -> int:
    """This week's words, written by the template, in campaigns that wait for one press; how many there are.

    What is there already stays. Some customers have said no by then, so that one sees what becomes of them.
    """
    async with tenant_scope(shop.id):
        if await list_campaigns(CampaignWish(), limit=1):
            return 0
        await change_tracking(Tracking(opens=True, clicks=True))
    await _refuse(shop.id)
    async with open_providers(load_plugins(), data_dir):
        batch_id = (await begin(shop.id, started_by=OWNER)).batch_id
        await write_due(shop.id, batch_id)
        async with tenant_scope(shop.id):
            return len([await _at_any_hour(campaign_id, owner(shop.id)) for campaign_id in await prepare_week(batch_id)])


async def _at_any_hour(campaign_id: UUID, by: Principal) -> Campaign:
    """Without quiet hours: whoever looks round at night wants to see it go, and wakes nobody."""
    campaign = await find_campaign(campaign_id)
    plan = replace(plan_of(campaign), options=replace(campaign.options, quiet=None))
    return await edit(campaign_id, campaign.version, plan, by=by)


async def _refuse(tenant_id: UUID) -> None:
    async for rows in stream_customers(tenant_id, CustomerFilter()):
        async with tenant_scope(tenant_id):
            for row in rows[::EVERY]:
                await set_consent(row.id, Medium.WHATSAPP, Purpose.MARKETING, ConsentState.REFUSED, REFUSED)


def owner(tenant_id: UUID) -> Principal:
    """Who did it, for the records."""
    return Principal("user", uuid7(), OWNER, tenant_id, frozenset(PERMISSIONS_OF[Role.OWNER]))
