"""Freeze an audience of 1,000,000 customers, under row-level security. Usage: python bench/audience.py [RUNS [CUSTOMERS]].

Freezing asks who of all customers gets a message and who does not and why (address, suppression, consent, cap, hold-out, same address),
draws texts and times, and writes a delivery for each with the counts. The floor is one INSERT ... SELECT of the same customers' ids into
the same table by the same role: its keys, foreign keys and indexes, and nothing asked. The preview and a campaign's results are timed
beside. One process and one embedded server, each once to warm up and then in turn; emptying tables is not timed.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from batikrfm.db.keys import uuid7
from batikrfm.delivery.audience import Choice, Question, When, freeze, preview_audience
from batikrfm.delivery.campaigns import results
from batikrfm.delivery.model import Medium
from batikrfm.delivery.options import Cap, Clock, Options, WinnerRule
from batikrfm.settings import Settings
from batikrfm.tenancy import create_tenant, open_database, tenant_scope
from batikrfm.testkit.database import superuser_url

TENANT: Final = "current_setting('app.tenant_id')::uuid"
# Nine in ten have an address and said yes; one in a hundred is suppressed, some share an address, some are in no segment.
FILL: Final = (
    f"""
    insert into customers (tenant_id, id, contact_at, key, name, phone, email)
    select {TENANT}, uuidv7(), now(), n::text, 'Sari ' || n,
        case when n % 50 = 0 then '+81901234' else '+62812' end || lpad(n::text, 8, '0'),
        case when n % 20 <> 0 then 'sari' || n - (n % 500 = 1)::integer || '@contoh.id' end
    from generate_series(1, $1::integer) n
    """,
    f"""
    insert into segment_assignments (tenant_id, id, last_day, frequency, monetary_e4, r, f, m, segment, sort_name)
    select {TENANT}, id, date '2026-11-01', 3, 1000000000, 5, 4, 3,
        (array['champions', 'loyal', 'at_risk', 'lost'])[1 + key::integer % 4], name
    from customers where key::integer % 10 <> 0 and $1 > 0
    """,
    f"""
    insert into consent_states (tenant_id, id, customer_id, consent_id, at, medium, purpose, state)
    select {TENANT}, uuidv7(), id, uuidv7(), now(), 'email', 'marketing', case when key::integer % 15 = 0 then 'refused' else 'granted' end
    from customers where key::integer % 12 <> 0 and $1 > 0
    """,
    f"insert into delivery_settings (tenant_id, id, salt) select {TENANT}, uuidv7(), sha256('salt') where $1 > 0",
    f"""
    insert into suppressions (tenant_id, id, medium, reason, entered_by, personal, address_hash)
    select {TENANT}, uuidv7(), 'email', 'bounced', 'x', false, delivery_hash(sha256('salt'), 'sari' || n || '@contoh.id')
    from generate_series(100, $1::integer, 100) n
    """,
)
CAMPAIGN: Final = f"""
    insert into campaigns (tenant_id, id, name, medium, channel, created) values ({TENANT}, $1, 'Bench', 'email', 'outbox_email', '{{}}')
"""
FLOOR: Final = f"""
    insert into deliveries (tenant_id, id, campaign_id, customer_id, medium, state, reason)
    select {TENANT}, uuidv7(), $1, id, 'email', 'left_out', 'no_address' from customers
"""
OPTIONS: Final = Options(clock=Clock.RECIPIENT, spread=180, winner=WinnerRule())
ZONE: Final = ZoneInfo("Asia/Jakarta")


@dataclass(frozen=True)
class Shop:
    """A tenant with made-up customers, and the hash of a text that may be sent."""

    tenant: UUID
    admin: str


async def open_shop(size: int, admin: str) -> Shop:
    """A tenant of ``size`` customers with segments, consent and suppressions."""
    tenant = (await create_tenant(f"Toko {size}")).id
    async with tenant_scope(tenant) as scope:
        for statement in FILL:
            await scope.execute(statement, size)
    connection = await asyncpg.connect(admin)
    await connection.execute("vacuum (analyze) customers, segment_assignments, consent_states, suppressions")
    await connection.close()
    return Shop(tenant, admin)


async def campaign_of(shop: Shop) -> UUID:
    """An empty campaign with two texts, whose rows the superuser makes: what stands in a text is not what this is about."""
    campaign = uuid7()
    async with tenant_scope(shop.tenant) as scope:
        await scope.execute(CAMPAIGN, campaign)
    connection = await asyncpg.connect(shop.admin)
    async with connection.transaction():
        await connection.execute("set local session_replication_role = replica")
        for number in range(2):
            await connection.execute(
                """
                insert into campaign_variants (tenant_id, id, campaign_id, variant, content_id, approved_hash, share)
                values ($1, uuidv7(), $2, $3, uuidv7(), 'hash', 20)
                """,
                *(shop.tenant, campaign, number),
            )
    await connection.close()
    return campaign


async def emptied(shop: Shop) -> None:
    connection = await asyncpg.connect(shop.admin)
    await connection.execute("truncate campaigns cascade")
    await connection.execute("checkpoint")
    await connection.close()


async def floor(shop: Shop, campaign: UUID) -> None:
    async with tenant_scope(shop.tenant) as scope:
        await scope.execute(FLOOR, campaign)


async def frozen(shop: Shop, campaign: UUID) -> None:
    now = dt.datetime.now(dt.UTC)
    async with tenant_scope(shop.tenant):
        choices = [Choice(number, None, 20, "hash") for number in range(2)]
        await freeze(_question(campaign), choices, Cap(), When(now, now, ZONE))


async def simply_frozen(shop: Shop, campaign: UUID) -> None:
    now = dt.datetime.now(dt.UTC)
    async with tenant_scope(shop.tenant):
        question = replace(_question(campaign), options=Options())
        await freeze(question, [Choice(0, None, 100, "hash")], Cap(), When(now, now, ZONE))


async def previewed(shop: Shop, campaign: UUID) -> None:
    async with tenant_scope(shop.tenant):
        await preview_audience(_question(campaign), Cap())


async def looked_at(shop: Shop, campaign: UUID) -> None:
    async with tenant_scope(shop.tenant):
        await results(campaign)


def _question(campaign: UUID) -> Question:
    return Question(campaign, Medium.EMAIL, options=OPTIONS)


Work = Callable[[Shop, UUID], Awaitable[None]]
ROWS: Final[dict[str, Work]] = {
    "INSERT ... SELECT of the ids (floor)": floor,
    "freeze, one text, the shop's clock": simply_frozen,
    "freeze, two texts in a test, recipients' clocks, spread": frozen,
    "preview": previewed,
    "results of a frozen campaign": looked_at,
}


async def timed(work: Work, shop: Shop) -> float:
    """Seconds of ``work`` on a campaign of its own; for results one that is frozen."""
    campaign = await campaign_of(shop)
    if work is looked_at:
        await simply_frozen(shop, campaign)
    started = time.perf_counter()
    await work(shop, campaign)
    seconds = time.perf_counter() - started
    await emptied(shop)
    return seconds


async def main(runs: int, size: int) -> None:
    """Run it all and print a table."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder) / "data")
        async with open_database(settings) as database:
            shop = await open_shop(size, superuser_url(settings.data_dir, database.urls))
            taken: dict[str, list[float]] = {name: [] for name in ROWS}
            for number in range(runs + 1):
                for name, work in ROWS.items():
                    seconds = await timed(work, shop)
                    if number:
                        taken[name].append(seconds)
    least = statistics.median(next(iter(taken.values())))
    print(f"| {size:,} customers | seconds (median) | min-max | x floor |\n|---|---|---|---|")
    for name, all_of_them in taken.items():
        median = statistics.median(all_of_them)
        print(f"| {name} | {median:.3f} | {min(all_of_them):.3f}-{max(all_of_them):.3f} | {median / least:.2f} |")


if __name__ == "__main__":
    asyncio.run(main(int((sys.argv[1:] or ["5"])[0]), int((sys.argv[2:] or ["1000000"])[0])))
