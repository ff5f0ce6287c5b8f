"""Campaigns for tests: consents, approved words, a draft by the portal's own forms or by the rooms, and what comes of it."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from batikrfm.content import review
from batikrfm.content.review import Approval, Content
from batikrfm.delivery.campaigns import Campaign, Plan, WantedVariant, create, find_campaign, schedule
from batikrfm.delivery.consent import ConsentState, Said, set_consent
from batikrfm.delivery.events import DeliveryWish, apply, list_deliveries
from batikrfm.delivery.message_ids import message_id
from batikrfm.delivery.model import CampaignState, DeliveryState, Medium, Purpose
from batikrfm.delivery.options import DEFAULT
from batikrfm.sdk.channels import DeliveryEvent, DeliveryEvents, EventKind
from batikrfm.segmentation.customers import list_customers
from batikrfm.tenancy import tenant_scope
from batikrfm_tenants.shops import Shop
from shop_work import somebody

AWAKE = replace(DEFAULT, quiet=None, hold_out=0)
"""How a campaign of a test is sent: at any hour, to everybody."""
SAID = Said("formulir di toko", "Bu Sri")


async def everybody_agrees(shop: Shop, medium: Medium = Medium.WHATSAPP) -> list[UUID]:
    """Every customer of the shop wants messages; their ids."""
    async with tenant_scope(shop.tenant.id):
        people = [one.id for one in (await list_customers(limit=200)).rows]
        for customer_id in people:
            await set_consent(customer_id, medium, Purpose.MARKETING, ConsentState.GRANTED, SAID)
    return people


async def approved(shop: Shop, drafts: Sequence[Content]) -> list[Content]:
    """These drafts, approved."""
    async with tenant_scope(shop.tenant.id):
        wanted = [Approval(one.id, one.version, "dibaca") for one in drafts]
        return [verdict.approved() for verdict in await review.approve(wanted, by=somebody(shop))]


async def drafted(shop: Shop, texts: Sequence[Content], *, name: str = "Sapa pelanggan", medium: Medium = Medium.WHATSAPP) -> Campaign:
    """A draft that says ``texts`` to everybody."""
    shares = [100 // len(texts)] * len(texts)
    shares[0] += 100 - sum(shares)
    variants = tuple(WantedVariant(text.id, None, share) for text, share in zip(texts, shares, strict=True))
    plan = Plan(name, medium, f"outbox_{medium}", variants=variants, options=AWAKE)
    async with tenant_scope(shop.tenant.id):
        return await create(plan, by=somebody(shop))


async def begun(shop: Shop, campaign: Campaign, at: dt.datetime | None = None) -> Campaign:
    """The same after somebody pressed send."""
    async with tenant_scope(shop.tenant.id):
        return await schedule(campaign.id, campaign.version, at, by=somebody(shop))


async def until_state(shop: Shop, campaign_id: UUID, state: CampaignState) -> Campaign:
    """The campaign once a worker has brought it this far."""
    for _ in range(1_200):
        async with tenant_scope(shop.tenant.id):
            campaign = await find_campaign(campaign_id)
        if campaign.state is state:
            return campaign
        await asyncio.sleep(0.05)
    raise TimeoutError(state)


async def answered(shop: Shop, campaign: Campaign, *kinds: EventKind, text: str | None = None) -> None:
    """Have everything of ``kinds`` happen to the first of a campaign's messages, and delivery to all of them."""
    async with tenant_scope(shop.tenant.id):
        sent = await list_deliveries(DeliveryWish(campaign.id, state=DeliveryState.ACCEPTED), limit=200)
        now = dt.datetime.now(dt.UTC)
        told = [DeliveryEvent(f"sampai-{one.id}", EventKind.DELIVERED, now, message_id=message_id(one.id)) for one in sent]
        told += [DeliveryEvent(f"{kind}-{sent[0].id}", kind, now, message_id=message_id(sent[0].id), text=text) for kind in kinds]
        await apply(campaign.channel, campaign.medium, DeliveryEvents(tuple(told)))
