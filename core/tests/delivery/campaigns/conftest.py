"""A shop whose customers are in segments and have said yes, with texts that somebody approved."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest

from batikrfm.content.chain import open_providers
from batikrfm.content.review import Approval, approve_one, keep_drafts
from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.delivery import campaigns
from batikrfm.delivery.campaigns import Campaign, Plan, WantedVariant
from batikrfm.delivery.counting import Place, count, counts_of
from batikrfm.delivery.model import Medium
from batikrfm.delivery.options import Options
from batikrfm.plugins import Plugins, load_plugins
from batikrfm.plugins.registry import Plugin, Registered
from batikrfm.sdk import Extension, Principal, Text
from batikrfm.tenancy import tenant_scope
from reviewing import generated, somebody, words

TENANT: Final = "current_setting('app.tenant_id')::uuid"
CUSTOMERS: Final = f"""
    insert into customers (tenant_id, id, contact_at, key, name, phone, email)
    select {TENANT}, id, now(), id::text, 'Sari', '+62812' || lpad((n + $2)::text, 8, '0'), 'sari' || (n + $2) || '@contoh.id'
    from unnest($1::uuid[]) with ordinality as made (id, n)
"""
PLACED: Final = f"""
    insert into segment_assignments (tenant_id, id, last_day, frequency, monetary_e4, r, f, m, segment, sort_name)
    select {TENANT}, id, date '2026-11-01', 3, 1000000000, 5, 4, 3, $2, id::text from unnest($1::uuid[]) as made (id)
"""
GRANTED: Final = f"""
    insert into consent_states (tenant_id, id, customer_id, consent_id, at, medium, purpose, state)
    select {TENANT}, uuidv7(), id, uuidv7(), now(), medium, 'marketing', 'granted'
    from unnest($1::uuid[]) as made (id), unnest(array['email', 'whatsapp']) as medium
"""
DELIVERIES: Final = "select * from deliveries where campaign_id = $1 order by id"
STATES: Final = """
    select state as what, reason, variant, segment, count(*) as people from deliveries where campaign_id = $1 group by 1, 2, 3, 4
"""
NO_QUIET: Final = Options(quiet=None, hold_out=0)


class Ear(Extension):
    """Hears what owners are told."""

    key = "ear"
    name = Text(id="telinga", en="ear")

    def __init__(self) -> None:
        self.told: list[tuple[Text, Text, str]] = []

    async def tell(self, subject: Text, words: Text, place: str) -> None:
        self.told.append((subject, words, place))


@dataclass
class Shop:
    """Makes what a test needs, in the tenant's shop."""

    tenant: UUID
    boss: Principal
    ear: Ear
    made: int = field(default=0)

    async def people(self, many: int = 3, segment: str | None = "champions", *, consent: bool = True) -> list[UUID]:
        """So many customers in a segment, each with an address of their own, who said yes."""
        ids = [uuid7() for _ in range(many)]
        await current_scope().execute(CUSTOMERS, ids, self.made)
        self.made += many
        if segment is not None:
            await current_scope().execute(PLACED, ids, segment)
        if consent:
            await current_scope().execute(GRANTED, ids)
        return ids

    async def texts(self, many: int = 1, *, approved: bool = True, segment: str = "champions", **more: Any) -> list[UUID]:  # noqa: ANN401 - of generated
        """Contents, approved by the boss."""
        ids = await keep_drafts(await generated(*(words(number) for number in range(many)), segment=segment, **more))
        for content_id in ids if approved else ():
            await approve_one(Approval(content_id, 1), by=self.boss)
        return ids

    async def draft(self, *texts: UUID | WantedVariant, **changed: Any) -> Campaign:  # noqa: ANN401 - fields of a plan
        """A draft that says ``texts``, or one approved text, to the champions by e-mail; no hour is quiet, nobody is held out."""
        said = texts or tuple(await self.texts())
        variants = tuple(one if isinstance(one, WantedVariant) else WantedVariant(one) for one in said)
        plan = Plan("Kain baru", Medium.EMAIL, "outbox_email", ("champions",), variants=variants, options=NO_QUIET)
        return await campaigns.create(replace(plan, **changed), by=self.boss)

    async def begun(self, *texts: UUID | WantedVariant, **changed: Any) -> Campaign:  # noqa: ANN401 - fields of a plan
        """A campaign that has begun."""
        campaign = await self.draft(*texts, **changed)
        await campaigns.schedule(campaign.id, campaign.version, None, by=self.boss)
        assert await campaigns.begin(campaign.id)
        return await campaigns.find_campaign(campaign.id)

    async def deliveries(self, campaign: Campaign) -> list[dict[str, Any]]:
        """Their rows; the counts are what they add up to."""
        counted = {Place(*row[:4]): row["people"] for row in await current_scope().fetch(STATES, campaign.id)}
        states = {place: many for place, many in (await counts_of(campaign.id)).items() if place.what not in {"opened", "clicked"}}
        assert states == counted
        return [dict(row) for row in await current_scope().fetch(DELIVERIES, campaign.id)]

    async def mark(self, campaign: Campaign, state: str, many: int | None = None, **columns: Any) -> None:  # noqa: ANN401 - values of columns
        """As sending would: ``many`` of those who are queued are in ``state`` now, and counted there."""
        given = {"reason": None, "accepted_at": None} | columns
        rows = await current_scope().fetch(MARK, campaign.id, state, given["reason"], given["accepted_at"], many)
        for row in rows:
            places = (Place("queued", None, row["variant"], row["segment"]), Place(state, given["reason"], row["variant"], row["segment"]))
            await count(campaign.id, list(zip(places, (-row["people"], row["people"]), strict=True)))


MARK: Final = """
    with moved as (
        update deliveries set state = $2, reason = $3, accepted_at = $4::timestamptz
        where id in (select id from deliveries where campaign_id = $1 and state = 'queued' and due_at is not null order by id limit $5)
        returning variant, segment
    )
    select variant, segment, count(*) as people from moved group by 1, 2
"""


@pytest.fixture
def ear() -> Ear:
    """Hears what owners are told."""
    return Ear()


@pytest.fixture
async def opened(ear: Ear, tmp_path: Path) -> AsyncIterator[Plugins]:
    """The built-in plugins and the ear, open."""
    plugin = Plugin("ear", "acme-ear", "1.0", "ear", objects=(Registered("extensions", ear.key, ear, "ear"),))
    plugins = Plugins((*load_plugins(only={"builtin"}).all, plugin))
    async with open_providers(plugins, tmp_path, {}):
        yield plugins


@pytest.fixture
def shop(tenant: UUID, ear: Ear) -> Shop:
    """The tenant's shop; its boss is an editor."""
    return Shop(tenant, somebody(tenant), ear)


@pytest.fixture
async def inside(tenant: UUID) -> AsyncIterator[None]:
    """The test runs in the tenant's scope."""
    async with tenant_scope(tenant):
        yield
