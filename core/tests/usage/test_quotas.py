from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections.abc import Awaitable, Callable
from contextvars import Context
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from batikrfm.tenancy import tenant_scope
from batikrfm.usage import (
    GENERATIONS,
    KeyReused,
    QuotaError,
    QuotaUsedUpError,
    Reservation,
    ReservationLostError,
    ReservationNotFoundError,
    ReservationState,
    Standing,
    UsageSettingError,
    extend,
    refund,
    refund_key,
    reserve,
    set_quota,
    settle,
    standing,
)
from batikrfm.usage import queries as usage_queries
from batikrfm.usage.days import day_after, day_of, start_of
from batikrfm.usage.quotas import forget_reservations

OVER = timedelta()  # a lease that has run out


async def take(tenant: UUID, amount: int = 1, *, lease: timedelta = timedelta(minutes=10), key: UUID | None = None) -> Reservation:
    async with tenant_scope(tenant):
        return await reserve(GENERATIONS, amount, lease=lease, key=key)


async def done(tenant: UUID, reservation: Reservation, amount: int | None = None) -> None:
    async with tenant_scope(tenant):
        await settle(reservation.id, amount)


async def back(tenant: UUID, reservation: Reservation) -> bool:
    async with tenant_scope(tenant):
        return await refund(reservation.id)


async def limit(tenant: UUID, amount: int | None) -> None:
    async with tenant_scope(tenant):
        await set_quota(GENERATIONS, amount)


async def stands(tenant: UUID) -> Standing:
    async with tenant_scope(tenant):
        return await standing(GENERATIONS)


async def figures(tenant: UUID) -> tuple[int, int, int, int]:
    now = await stands(tenant)
    return now.limit, now.used, now.reserved, now.left


async def move_to(tenant: UUID, zone: str) -> None:
    async with tenant_scope(tenant) as scope:
        await scope.execute("update tenants set time_zone = $1", zone)


async def undone(tenant: UUID, work: Callable[[], Awaitable[object]]) -> None:
    """Do ``work`` in a transaction that fails afterwards."""
    with contextlib.suppress(ZeroDivisionError):
        async with tenant_scope(tenant):
            await work()
            raise ZeroDivisionError


async def test_ten_a_day_unless_the_installation_says_otherwise(tenant: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await figures(tenant) == (10, 0, 0, 10)
    monkeypatch.setenv("BATIKRFM_GENERATIONS_PER_DAY", "3")
    assert await figures(tenant) == (3, 0, 0, 3)
    await take(tenant, 3)
    with pytest.raises(QuotaUsedUpError):
        await take(tenant)


@pytest.mark.parametrize("value", ["ten", "-1", "1.5", "99999999"])
async def test_a_setting_that_is_no_number_is_said_before_anything_is_done(
    tenant: UUID, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("BATIKRFM_GENERATIONS_PER_DAY", value)
    with pytest.raises(UsageSettingError, match="BATIKRFM_GENERATIONS_PER_DAY"):
        await take(tenant)


async def test_reserve_settle_refund(tenant: UUID) -> None:
    first, second = await take(tenant, 2), await take(tenant, 3)
    assert await figures(tenant) == (10, 0, 5, 5)
    await done(tenant, first)
    assert await figures(tenant) == (10, 2, 3, 5)
    assert await back(tenant, second)
    assert await figures(tenant) == (10, 2, 0, 8)


async def test_less_may_come_of_it_than_was_reserved(tenant: UUID) -> None:
    held = await take(tenant, 5)
    await done(tenant, held, 2)
    assert await figures(tenant) == (10, 2, 0, 8)


async def test_nothing_is_reserved_by_a_transaction_that_is_undone(tenant: UUID) -> None:
    await undone(tenant, lambda: reserve(GENERATIONS, 4))
    assert await figures(tenant) == (10, 0, 0, 10)


async def test_nothing_is_settled_by_a_transaction_that_is_undone(tenant: UUID) -> None:
    held = await take(tenant)
    await undone(tenant, lambda: settle(held.id))
    assert await figures(tenant) == (10, 0, 1, 9)


async def test_what_is_left_and_when_it_renews_is_said(tenant: UUID) -> None:
    await move_to(tenant, "Asia/Jayapura")
    await take(tenant, 8)
    with pytest.raises(QuotaUsedUpError) as caught:
        await take(tenant, 3)
    error, now = caught.value, await stands(tenant)
    assert (error.limit, error.left, error.wanted) == (10, 2, 3)
    assert error.renews_at == now.renews_at
    assert error.renews_at.utcoffset() == timedelta(hours=9)
    assert (error.renews_at.hour, error.renews_at.minute) == (0, 0)
    assert "tinggal 2 dari 10" in error.say("id")
    assert "00:00" in error.say("en")
    await take(tenant, 2)
    with pytest.raises(QuotaUsedUpError) as caught:
        await take(tenant)
    assert "sudah terpakai semua" in caught.value.say("id")


async def test_what_is_left_can_be_taken_without_asking_first(tenant: UUID) -> None:
    await take(tenant, 7)
    async with tenant_scope(tenant):
        assert (await reserve(GENERATIONS, 5, at_least=1)).amount == 3
        with pytest.raises(QuotaUsedUpError):
            await reserve(GENERATIONS, 5, at_least=1)


async def test_the_same_key_is_the_same_reservation(tenant: UUID) -> None:
    key = uuid4()
    first, again = await take(tenant, 2, key=key), await take(tenant, 2, key=key)
    assert again.id == first.id
    assert await figures(tenant) == (10, 0, 2, 8)
    await done(tenant, first)
    assert (await take(tenant, 2, key=key)).settled
    assert await figures(tenant) == (10, 2, 0, 8)


async def test_a_repeated_attempt_renews_the_lease(tenant: UUID) -> None:
    key = uuid4()
    await take(tenant, key=key, lease=OVER)
    again = await take(tenant, key=key, lease=timedelta(hours=1))
    assert again.lease_until > dt.datetime.now(dt.UTC) + timedelta(minutes=50)
    await take(tenant, 9)
    with pytest.raises(QuotaUsedUpError):
        await take(tenant)


async def test_a_key_is_for_one_thing(tenant: UUID) -> None:
    key = uuid4()
    await take(tenant, 2, key=key)
    with pytest.raises(KeyReused):
        await take(tenant, 3, key=key)


async def test_a_refunded_key_is_reserved_anew(tenant: UUID) -> None:
    key = uuid4()
    await back(tenant, await take(tenant, 2, key=key))
    assert (await take(tenant, 4, key=key)).amount == 4
    assert await figures(tenant) == (10, 0, 4, 6)


async def test_the_same_key_of_another_tenant_is_another_reservation(tenant: UUID, other_tenant: UUID) -> None:
    key = uuid4()
    assert (await take(tenant, key=key)).id != (await take(other_tenant, key=key)).id


async def test_settling_twice_counts_once(tenant: UUID) -> None:
    held = await take(tenant)
    await done(tenant, held)
    await done(tenant, held)
    assert await figures(tenant) == (10, 1, 0, 9)


async def test_what_is_settled_is_not_refunded(tenant: UUID) -> None:
    held = await take(tenant)
    await done(tenant, held)
    assert not await back(tenant, held)
    assert await figures(tenant) == (10, 1, 0, 9)


async def test_what_was_reserved_under_a_key_can_be_given_back_by_it(tenant: UUID, other_tenant: UUID) -> None:
    key = uuid4()
    await take(tenant, 2, key=key)
    async with tenant_scope(other_tenant):
        assert not await refund_key(GENERATIONS, key)
    async with tenant_scope(tenant):
        assert await refund_key(GENERATIONS, key)
        assert not await refund_key(GENERATIONS, key)
    assert await figures(tenant) == (10, 0, 0, 10)


async def test_another_tenants_reservation_is_not_found(tenant: UUID, other_tenant: UUID) -> None:
    held = await take(tenant)
    with pytest.raises(ReservationNotFoundError):
        await done(other_tenant, held)
    with pytest.raises(ReservationNotFoundError):
        await back(other_tenant, held)
    async with tenant_scope(other_tenant):
        assert not await extend(held.id)
    assert await figures(tenant) == (10, 0, 1, 9)
    assert await figures(other_tenant) == (10, 0, 0, 10)


async def test_a_dead_workers_reservation_returns(tenant: UUID) -> None:
    await take(tenant, 10, lease=OVER)
    assert await figures(tenant) == (10, 0, 0, 10)
    await take(tenant, 10)
    with pytest.raises(QuotaUsedUpError):
        await take(tenant)


async def test_a_late_settlement_counts_as_long_as_nobody_has_the_place(tenant: UUID) -> None:
    late = await take(tenant, 10, lease=OVER)
    await done(tenant, late)
    assert await figures(tenant) == (10, 10, 0, 0)


async def test_a_late_settlement_takes_another_place_where_there_is_one(tenant: UUID) -> None:
    late = await take(tenant, 4, lease=OVER)
    await take(tenant, 6)
    await done(tenant, late)
    assert await figures(tenant) == (10, 4, 6, 0)


async def test_a_late_settlement_never_exceeds_the_quota(tenant: UUID) -> None:
    late = await take(tenant, 4, lease=OVER)
    await take(tenant, 7)
    with pytest.raises(ReservationLostError):
        await done(tenant, late)
    assert await figures(tenant) == (10, 0, 7, 3)


async def test_two_attempts_of_one_job_are_counted_once(tenant: UUID) -> None:
    """The first one's worker seemed dead; its successor failed and gave the place back; then the first one ended well after all."""
    key = uuid4()
    first = await take(tenant, key=key, lease=OVER)
    second = await take(tenant, key=key)
    await back(tenant, second)
    await done(tenant, first)
    await done(tenant, second)
    assert await figures(tenant) == (10, 1, 0, 9)


async def test_a_lease_can_be_extended_until_it_is_over(tenant: UUID) -> None:
    held = await take(tenant, 10, lease=OVER)
    async with tenant_scope(tenant):
        assert await extend(held.id, timedelta(hours=25))
    with pytest.raises(QuotaUsedUpError):
        await take(tenant)
    await back(tenant, held)
    async with tenant_scope(tenant):
        assert not await extend(held.id)


async def test_a_lower_quota_lets_what_has_begun_end(tenant: UUID) -> None:
    held = await take(tenant, 8)
    await limit(tenant, 5)
    assert await figures(tenant) == (5, 0, 8, 0)
    with pytest.raises(QuotaUsedUpError):
        await take(tenant)
    await done(tenant, held)
    assert await figures(tenant) == (5, 8, 0, 0)


async def test_a_higher_quota_counts_at_once(tenant: UUID) -> None:
    await take(tenant, 10)
    await limit(tenant, 12)
    await take(tenant, 2)
    assert await figures(tenant) == (12, 0, 12, 0)
    await limit(tenant, None)
    assert await figures(tenant) == (10, 0, 12, 0)


async def test_a_quota_of_nothing(tenant: UUID) -> None:
    await limit(tenant, 0)
    with pytest.raises(QuotaUsedUpError):
        await take(tenant)
    with pytest.raises(QuotaError):
        await limit(tenant, -1)


EAST, WEST = "Pacific/Kiritimati", "Etc/GMT+12"  # 26 hours apart: never the same day


async def test_it_counts_for_the_day_on_which_it_was_reserved(tenant: UUID) -> None:
    """The shop's day changes between reserving and settling, as it does at midnight and when the shop moves."""
    await move_to(tenant, WEST)
    held = await take(tenant, 6)
    await move_to(tenant, EAST)
    assert await figures(tenant) == (10, 0, 0, 10)
    await done(tenant, held)
    assert await figures(tenant) == (10, 0, 0, 10)
    await move_to(tenant, WEST)
    assert await figures(tenant) == (10, 6, 0, 4)


async def test_moving_to_and_fro_gives_no_day_twice(tenant: UUID) -> None:
    for zone in (WEST, EAST):
        await move_to(tenant, zone)
        await take(tenant, 10)
    for zone in (WEST, EAST, WEST):
        await move_to(tenant, zone)
        with pytest.raises(QuotaUsedUpError):
            await take(tenant)


async def test_a_late_settlement_looks_for_room_in_its_own_day(tenant: UUID) -> None:
    await move_to(tenant, WEST)
    late = await take(tenant, 4, lease=OVER)
    await take(tenant, 7)
    await move_to(tenant, EAST)
    with pytest.raises(ReservationLostError):
        await done(tenant, late)


@pytest.mark.parametrize(
    ("zone", "day", "hours", "first"),
    [
        ("Asia/Jakarta", dt.date(2026, 11, 25), 24, "00:00"),
        ("America/Santiago", dt.date(2026, 9, 6), 23, "01:00"),  # clocks go forward at midnight: the day begins at one
        ("America/Havana", dt.date(2026, 11, 1), 25, "00:00"),  # midnight comes twice
        ("Europe/Berlin", dt.date(2026, 3, 29), 23, "00:00"),
        ("Africa/Cairo", dt.date(2026, 4, 24), 23, "01:00"),
    ],
)
def test_days_where_clocks_change(zone: str, day: dt.date, hours: int, first: str) -> None:
    start, end = start_of(day, zone), day_after(day, zone)
    assert f"{start:%H:%M}" == first
    assert end.astimezone(dt.UTC) - start.astimezone(dt.UTC) == timedelta(hours=hours)
    assert [day_of(at.astimezone(dt.UTC) - timedelta(microseconds=1), zone) for at in (start, end)] == [day - timedelta(days=1), day]
    assert [day_of(at.astimezone(dt.UTC), zone) for at in (start, end)] == [day, day + timedelta(days=1)]


async def test_reservations_of_long_ago_are_forgotten(tenant: UUID) -> None:
    await done(tenant, await take(tenant))
    async with tenant_scope(tenant) as scope:
        await scope.execute("update quota_reservations set day = day - 100")
        await reserve(GENERATIONS)
        assert await forget_reservations(60, 100) == 1
        assert await scope.fetchval("select count(*) from quota_reservations") == 1


async def second_waits_for_the_first(tenant: UUID) -> bool:
    """Whether somebody who reserves the last place waits until another's transaction has said whether it takes it."""
    await limit(tenant, 1)
    async with tenant_scope(tenant):
        await reserve(GENERATIONS)
        other = asyncio.create_task(take(tenant), context=Context())
        await asyncio.wait([other], timeout=0.3)
        waited = not other.done()
    outcome = (await asyncio.gather(other, return_exceptions=True))[0]
    return waited and isinstance(outcome, QuotaUsedUpError)


async def test_the_last_place_is_given_once(tenant: UUID) -> None:
    assert await second_waits_for_the_first(tenant)


async def test_sabotage_without_the_lock_it_is_given_twice(tenant: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    await take(tenant)
    lockless = usage_queries.LOCK_QUOTA.replace("for no key update of quotas", "")
    monkeypatch.setattr(usage_queries, "LOCK_QUOTA", lockless)
    await limit(tenant, 2)
    async with tenant_scope(tenant):
        await reserve(GENERATIONS)
        await asyncio.create_task(take(tenant), context=Context())
    assert (await stands(tenant)).reserved == 3


async def test_a_settlement_in_flight_keeps_its_place(tenant: UUID) -> None:
    """Its lease has run out, but it is being settled: whoever needs the place passes it by instead of taking it."""
    late = await take(tenant, 10, lease=OVER)
    async with tenant_scope(tenant):
        await settle(late.id)
        other = asyncio.create_task(take(tenant), context=Context())
        with pytest.raises(QuotaUsedUpError):
            await other
    assert await figures(tenant) == (10, 10, 0, 0)


async def test_states_are_those_of_the_table(tenant: UUID) -> None:
    held = await take(tenant)
    assert held.state is ReservationState.HELD
    async with tenant_scope(tenant) as scope:
        for state in ReservationState:
            await scope.execute(
                "update quota_reservations set state = $1, ended_at = case when $1 = 'held' then null else now() end", state.value
            )
