"""What a shop says of itself."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from batikrfm.sdk.errors import InputError
from batikrfm.tenancy import find_tenant, tenant_scope
from batikrfm.tenancy.errors import BrandVoiceError, TenantNameError, UnknownCurrencyError, UnknownTimeZoneError
from batikrfm.tenancy.profile import Profile, brand_voice, change_profile

pytestmark = pytest.mark.usefixtures("database")
PROFILE = Profile("Batik  Sekar\nJagad", "Asia/Makassar", "usd", "en", "Hangat,\r\nseperti tetangga.")


async def test_a_profile_is_kept_and_the_slug_stays(tenant: UUID) -> None:
    before = await find_tenant(str(tenant))
    async with tenant_scope(tenant):
        changed = await change_profile(PROFILE)
    assert changed == await find_tenant(before.slug)
    assert (changed.name, changed.time_zone, changed.currency, changed.language) == ("Batik Sekar Jagad", "Asia/Makassar", "USD", "en")
    async with tenant_scope(tenant):
        assert await brand_voice() == "Hangat,\nseperti tetangga."


async def test_a_voice_is_replaced_and_forgotten(tenant: UUID) -> None:
    for words in ("satu", "dua", "  ", "tiga"):
        async with tenant_scope(tenant):
            await change_profile(replace(PROFILE, voice=words))
            assert await brand_voice() == words.strip()


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"name": " \n"}, TenantNameError),
        ({"time_zone": "Asia/Atlantis"}, UnknownTimeZoneError),
        ({"currency": "XXZ"}, UnknownCurrencyError),
        ({"voice": "a" * 2001}, BrandVoiceError),
        ({"voice": "a\0b"}, BrandVoiceError),
    ],
)
async def test_what_does_not_fit_changes_nothing(tenant: UUID, wrong: dict[str, str], error: type[InputError]) -> None:
    before = await find_tenant(str(tenant))
    with pytest.raises(error):
        async with tenant_scope(tenant):
            await change_profile(replace(PROFILE, **wrong))  # type: ignore[arg-type] # the values are wrong on purpose
    assert await find_tenant(str(tenant)) == before


async def test_another_shops_voice_and_profile_are_not_ones_own(tenant: UUID, other_tenant: UUID) -> None:
    other = await find_tenant(str(other_tenant))
    async with tenant_scope(tenant):
        await change_profile(PROFILE)
    async with tenant_scope(other_tenant):
        assert await brand_voice() == ""
    assert await find_tenant(str(other_tenant)) == other
