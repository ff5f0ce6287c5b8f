"""A vendor that asked to go slower gets less from everybody, and slowly more again."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest

from batikrfm.usage import KeyBusyError, KeyLimiter, Limits, key_id


async def test_a_429_halves_the_share_for_everybody_and_it_grows_back(database: object, admin_url: str) -> None:  # noqa: ARG001 - it is open
    """Provider 429s lower the rate by themselves, and it recovers slowly: half as much again each quarter of an hour."""
    key, first, other = key_id("smtp", uuid4().hex), KeyLimiter(), KeyLimiter()
    assert await other.share(key) == 1
    await first.slower(key)
    assert await other.share(key) == pytest.approx(0.5, abs=0.01)
    await other.slower(key)  # of the same storm
    assert await first.share(key) == pytest.approx(0.5, abs=0.01)
    admin = await asyncpg.connect(admin_url)
    for minutes, share in ((15, 0.75), (30, 1.0), (10_000, 1.0)):
        await admin.execute(
            "update provider_keys set share = 0.5, share_at = now() - $2::interval where key_id = $1", key, timedelta(minutes=minutes)
        )
        assert await first.share(key) == pytest.approx(share, abs=0.01)
    for _ in range(10):
        await admin.execute("update provider_keys set share_at = now() - interval '3 seconds' where key_id = $1", key)
        await first.slower(key)
    assert 0.02 <= await first.share(key) < 0.03
    await admin.close()
    await first.close()
    await other.close()


async def test_a_lowered_key_lets_less_through(database: object) -> None:  # noqa: ARG001 - it is open
    key, limiter, tenant, limits = key_id("smtp", uuid4().hex), KeyLimiter(look_every=0.02), uuid4(), Limits(requests=600)
    await limiter.slower(key)
    await limiter.acquire(key, 50, tenant_id=tenant, per_minute=limits)
    with pytest.raises(KeyBusyError):  # a burst of the half is 50
        await limiter.acquire(key, 250, tenant_id=tenant, per_minute=limits, patience=0.5)
    await limiter.close()
