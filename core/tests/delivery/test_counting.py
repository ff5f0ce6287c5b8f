"""The counts of a campaign are what its deliveries add up to, however they are changed."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.delivery.counting import Place, count, counts_of
from batikrfm.tenancy import tenant_scope

CAMPAIGN = """
    insert into campaigns (tenant_id, id, name, medium, channel, created)
    values (current_setting('app.tenant_id')::uuid, $1, 'Lebaran', 'email', 'outbox_email', '{}')
"""


@pytest.fixture
async def campaign(tenant: UUID) -> UUID:
    """A campaign of the tenant's."""
    made = uuid7()
    async with tenant_scope(tenant):
        await current_scope().execute(CAMPAIGN, made)
    return made


async def test_what_leaves_a_place_is_gone_from_it(tenant: UUID, campaign: UUID) -> None:
    queued, accepted = Place("queued", variant=0, segment="champions"), Place("accepted", variant=0, segment="champions")
    async with tenant_scope(tenant):
        await count(campaign, [(queued, 3)])
        await count(campaign, [(queued, -1), (accepted, 1), (queued, -2), (accepted, 2)])
        assert await counts_of(campaign) == {accepted: 3}


async def test_transactions_that_count_the_same_do_not_wait_for_each_other_for_ever(tenant: UUID, campaign: UUID) -> None:
    places = [Place("failed", "address"), Place("failed", "content"), Place("accepted", variant=1), Place("accepted")]

    async def add(order: int) -> None:
        async with tenant_scope(tenant):
            await count(campaign, [(place, 1) for place in places[order:] + places[:order]])

    await asyncio.gather(*(add(number % 4) for number in range(40)))
    async with tenant_scope(tenant):
        assert await counts_of(campaign) == dict.fromkeys(places, 40)


async def test_another_shop_sees_no_count(tenant: UUID, other_tenant: UUID, campaign: UUID) -> None:
    async with tenant_scope(tenant):
        await count(campaign, [(Place("queued"), 1)])
    async with tenant_scope(other_tenant):
        assert await counts_of(campaign) == {}
