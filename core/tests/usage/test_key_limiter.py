"""The pace on a vendor's key: limits that hold for all processes together, and first calls that wait for nobody's thousand."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from batikrfm.db.engine import NestedScope
from batikrfm.tenancy import tenant_scope
from batikrfm.usage import KeyBusyError, KeyLimiter, Limits, Permit, key_id, pace_queries
from batikrfm.usage.pace import forget_pace

LOG = """
create unlogged table pace_log (
    n bigint generated always as identity, key_id text, asker uuid, requests integer, tokens bigint, at timestamptz
);
grant insert on pace_log to batikrfm_platform;
create function note_pace() returns trigger language plpgsql as $$
begin
    insert into pace_log (key_id, asker, requests, tokens, at) values (new.key_id, new.asker, new.requests, new.tokens, new.at);
    return null;
end $$;
create trigger note_pace after insert on provider_key_grants for each row execute function note_pace();
"""
NO_LOG = "drop trigger note_pace on provider_key_grants; drop function note_pace(); drop table pace_log"
MOST_IN_A_WINDOW = """
select max(total) from (
    select sum(amount) over (order by at range between $2::interval preceding and current row) as total
    from (select at, case when $3 then requests else tokens end as amount from pace_log where key_id = $1) one
) each
"""
LONG = Limits(requests=1_000_000, tokens=1_000_000_000)


@pytest.fixture
def key() -> str:
    return key_id("openai", uuid4().hex)


@pytest.fixture
async def limiters(database: object) -> AsyncIterator[list[KeyLimiter]]:  # noqa: ARG001 - it is open
    """Three, as if in three processes, for which a minute is over soon."""
    every = [KeyLimiter(minute=timedelta(seconds=1.2), look_every=0.02) for _ in range(3)]
    yield every
    for one in every:
        await one.close()


@pytest.fixture
async def slow(database: object) -> AsyncIterator[list[KeyLimiter]]:  # noqa: ARG001 - it is open
    """Three for which a minute is a minute."""
    every = [KeyLimiter(look_every=0.02) for _ in range(3)]
    yield every
    for one in every:
        await one.close()


@pytest.fixture
async def log(admin_url: str, database: object) -> AsyncIterator[asyncpg.Connection]:  # noqa: ARG001 - it is open
    """What was granted, for longer than the limiter itself remembers."""
    admin = await asyncpg.connect(admin_url)
    await admin.execute(LOG)
    yield admin
    await admin.execute(NO_LOG)
    await admin.close()


def test_a_key_is_known_by_its_hash_alone() -> None:
    assert key_id("openai", "sk-secret") == key_id("openai", "sk-secret")
    assert len({key_id(provider, key) for provider in ("openai", "groq") for key in ("sk-1", "sk-2")}) == 4
    assert "secret" not in key_id("openai", "sk-secret")


@pytest.mark.parametrize(
    ("limits", "tokens", "most"), [(Limits(requests=12), 50, 12), (Limits(tokens=600), 50, 600), (Limits(3, None), 0, 3)]
)
async def test_no_minute_has_more_than_the_limit(
    limiters: list[KeyLimiter], log: asyncpg.Connection, key: str, limits: Limits, tokens: int, most: int
) -> None:
    asked = min(most * 2, 30)
    await asyncio.gather(
        *(limiters[n % 3].acquire(key, 1, tokens, tenant_id=UUID(int=n % 5), per_minute=limits, patience=30) for n in range(asked))
    )
    assert await log.fetchval("select count(*) from pace_log where key_id = $1", key) == asked
    just_under = timedelta(seconds=1.2) - timedelta(microseconds=1)
    assert await log.fetchval(MOST_IN_A_WINDOW, key, just_under, limits.requests is not None) <= most


async def test_a_thousand_calls_do_not_delay_anothers_first(limiters: list[KeyLimiter], log: asyncpg.Connection, key: str) -> None:
    many, few = uuid4(), uuid4()
    limits = Limits(requests=60)
    crowd = [asyncio.create_task(limiters[n % 2].acquire(key, tenant_id=many, per_minute=limits, patience=600)) for n in range(1_000)]
    await asyncio.wait(crowd, return_when=asyncio.FIRST_COMPLETED)
    await limiters[2].acquire(key, tenant_id=few, per_minute=limits, patience=30)
    asked_before = await log.fetchval("select count(*) from pace_log where asker = $1", many)
    assert asked_before <= 60  # of a thousand that asked before
    for task in crowd:
        task.cancel()
    await asyncio.gather(*crowd, return_exceptions=True)


async def test_tenants_take_turns_when_all_ask_for_much(limiters: list[KeyLimiter], log: asyncpg.Connection, key: str) -> None:
    tenants = [uuid4() for _ in range(4)]
    limits = Limits(requests=24)
    crowd = [
        asyncio.create_task(limiters[n % 3].acquire(key, tenant_id=tenant, per_minute=limits, patience=600))
        for n, tenant in enumerate(tenant for tenant in tenants for _ in range(50))
    ]
    while await log.fetchval("select count(*) from pace_log where key_id = $1", key) < 40:  # noqa: ASYNC110 - the database counts
        await asyncio.sleep(0.05)
    shares = await log.fetch(
        "select asker, count(*) as had from (select * from pace_log where key_id = $1 order by n limit 40) x group by 1", key
    )
    assert max(row["had"] for row in shares) - min(row["had"] for row in shares) <= 2
    for task in crowd:
        task.cancel()
    await asyncio.gather(*crowd, return_exceptions=True)


async def test_sabotage_in_the_order_of_asking_the_first_call_waits_for_all(
    limiters: list[KeyLimiter], key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the fair line is compared with: first come, first served, as a plain bucket does it."""
    unfair = pace_queries.GIVE_LEAVE.replace("coalesce(had, 0) + place as turn", "0 as turn")
    monkeypatch.setattr(pace_queries, "GIVE_LEAVE", unfair)
    limits = Limits(requests=60)
    crowd = [asyncio.create_task(limiters[0].acquire(key, tenant_id=UUID(int=1), per_minute=limits, patience=600)) for _ in range(200)]
    await asyncio.wait(crowd, return_when=asyncio.FIRST_COMPLETED)
    with pytest.raises(KeyBusyError):
        await limiters[1].acquire(key, tenant_id=UUID(int=2), per_minute=limits, patience=0.8)
    for task in crowd:
        task.cancel()
    await asyncio.gather(*crowd, return_exceptions=True)


async def test_a_lone_tenant_leaves_a_tenth_for_others(slow: list[KeyLimiter], key: str) -> None:
    limits = Limits(requests=20)
    alone = [slow[0].acquire(key, tenant_id=UUID(int=1), per_minute=limits, patience=0.5) for _ in range(20)]
    had = [one for one in await asyncio.gather(*alone, return_exceptions=True) if isinstance(one, Permit)]
    assert len(had) == 3  # a burst: a sixth of what it may have in a minute
    for tenant in (2, 3):
        await slow[1].acquire(key, tenant_id=UUID(int=tenant), per_minute=limits, patience=0.5)


async def test_tokens_are_corrected_when_they_are_known(slow: list[KeyLimiter], key: str) -> None:
    limits, tenant = Limits(tokens=1_000), uuid4()
    permit = await slow[0].acquire(key, tokens=900, tenant_id=tenant, per_minute=limits)
    with pytest.raises(KeyBusyError):
        await slow[1].acquire(key, tokens=200, tenant_id=tenant, per_minute=limits, patience=0.3)
    await slow[0].correct(permit, 100)
    await slow[1].acquire(key, tokens=200, tenant_id=tenant, per_minute=limits, patience=5)


async def test_more_than_a_minutes_limit_goes_alone(slow: list[KeyLimiter], key: str) -> None:
    limits = Limits(tokens=1_000)
    await slow[0].acquire(key, tokens=5_000, tenant_id=uuid4(), per_minute=limits, patience=5)
    with pytest.raises(KeyBusyError):
        await slow[0].acquire(key, tokens=10, tenant_id=uuid4(), per_minute=limits, patience=0.3)


@pytest.mark.parametrize("limits", [LONG, Limits()])
async def test_a_wait_that_the_vendor_asked_for_slows_everybody(slow: list[KeyLimiter], key: str, limits: Limits) -> None:
    for one in slow:
        await one.acquire(key, tenant_id=uuid4(), per_minute=limits)
    await slow[0].slow_down(key, 60.0)
    for one in (slow[0], KeyLimiter()):
        with pytest.raises(KeyBusyError) as caught:
            await one.acquire(key, tenant_id=uuid4(), per_minute=limits, patience=10)
        assert 50 < caught.value.wait <= 60
    await slow[0].acquire(key_id("groq", "another"), tenant_id=uuid4(), per_minute=limits, patience=5)


@pytest.mark.parametrize("limits", [LONG, Limits()])
async def test_a_short_wait_is_waited_for(slow: list[KeyLimiter], key: str, limits: Limits) -> None:
    await slow[0].slow_down(key, 0.4)
    started = dt.datetime.now(dt.UTC)
    await slow[1].acquire(key, tenant_id=uuid4(), per_minute=limits, patience=20)
    assert dt.datetime.now(dt.UTC) - started > timedelta(seconds=0.2)


async def test_a_shorter_wait_does_not_end_a_longer_one(slow: list[KeyLimiter], key: str) -> None:
    await slow[0].slow_down(key, 60)
    await slow[1].slow_down(key, 1)
    with pytest.raises(KeyBusyError) as caught:
        await slow[2].acquire(key, tenant_id=uuid4(), per_minute=LONG, patience=5)
    assert caught.value.wait > 50


async def test_waiting_is_bounded_and_said_at_once_where_it_can_be_seen(slow: list[KeyLimiter], key: str) -> None:
    limits = Limits(requests=6)
    crowd = [asyncio.create_task(slow[0].acquire(key, tenant_id=UUID(int=1), per_minute=limits, patience=600)) for _ in range(60)]
    await asyncio.wait(crowd, return_when=asyncio.FIRST_COMPLETED)
    with pytest.raises(KeyBusyError) as caught:  # the tenant's own sixty are before it: that takes minutes
        await slow[0].acquire(key, tenant_id=UUID(int=1), per_minute=limits, patience=120)
    assert caught.value.wait > 120
    for task in crowd:
        task.cancel()
    await asyncio.gather(*crowd, return_exceptions=True)


async def test_who_gave_up_leaves_the_line(slow: list[KeyLimiter], key: str, admin_url: str) -> None:
    limits, tenant = Limits(requests=6), uuid4()
    await slow[0].acquire(key, tenant_id=tenant, per_minute=limits)
    with pytest.raises(KeyBusyError):
        await slow[0].acquire(key, tenant_id=tenant, per_minute=limits, patience=0.2)
    cancelled = asyncio.create_task(slow[0].acquire(key, tenant_id=tenant, per_minute=limits))
    await asyncio.sleep(0.2)
    cancelled.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await cancelled
    admin = await asyncpg.connect(admin_url)
    while await admin.fetchval("select count(*) from provider_key_waits where key_id = $1", key):  # noqa: ASYNC110 - as above
        await asyncio.sleep(0.02)
    await admin.close()


async def test_a_dead_process_holds_nobody_up(slow: list[KeyLimiter], key: str, admin_url: str) -> None:
    admin = await asyncpg.connect(admin_url)
    await admin.execute(
        """
        insert into provider_key_waits
        select uuidv7(), $1, uuidv7(), 1, 1000000, uuidv7(), now() - interval '1 s' from generate_series(1, 50)
        """,
        key,
    )
    await slow[0].acquire(key, tokens=10, tenant_id=uuid4(), per_minute=Limits(6, 1_000), patience=5)
    assert await admin.fetchval("select count(*) from provider_key_waits where key_id = $1", key) == 0
    await admin.close()


async def test_a_clock_that_was_set_back_holds_nobody_up(slow: list[KeyLimiter], key: str, admin_url: str) -> None:
    admin = await asyncpg.connect(admin_url)
    await admin.execute("insert into provider_key_grants values (uuidv7(), $1, uuidv7(), 100, 100000, now() + interval '1 hour')", key)
    await slow[0].acquire(key, tokens=10, tenant_id=uuid4(), per_minute=Limits(6, 1_000), patience=5)
    await admin.close()


async def test_nobody_waits_with_a_transaction_open(slow: list[KeyLimiter], key: str, tenant: UUID) -> None:
    async with tenant_scope(tenant):
        with pytest.raises(NestedScope):
            await slow[0].acquire(key, tenant_id=tenant, per_minute=LONG)


async def test_keys_that_nobody_uses_any_more_are_forgotten(slow: list[KeyLimiter], key: str, admin_url: str) -> None:
    await slow[0].acquire(key, tenant_id=uuid4(), per_minute=LONG)
    admin = await asyncpg.connect(admin_url)
    await forget_pace()
    assert await admin.fetchval("select count(*) from provider_key_grants where key_id = $1", key) == 1
    await admin.execute("update provider_key_grants set at = at - interval '2 hours' where key_id = $1", key)
    await forget_pace()
    assert await admin.fetchval("select count(*) from provider_key_grants where key_id = $1", key) == 0
    await admin.close()


async def test_the_tables_hold_no_key(slow: list[KeyLimiter], admin_url: str) -> None:
    await slow[0].acquire(key_id("openai", "sk-very-secret"), tenant_id=uuid4(), per_minute=LONG)
    admin = await asyncpg.connect(admin_url)
    rows = await admin.fetch(
        "select provider_keys::text from provider_keys union all select provider_key_grants::text from provider_key_grants"
    )
    assert not any("secret" in row[0] for row in rows)
    await admin.close()
