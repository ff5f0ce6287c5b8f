"""The directory of tenants."""

from __future__ import annotations

import asyncio
import logging
import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batikrfm.sdk.errors import InputError
from batikrfm.tenancy import create_tenant, delete_tenant, find_tenant, list_tenants, system_scope, tenant_scope
from batikrfm.tenancy.errors import TenantNameError, TenantNotFoundError, UnknownCurrencyError, UnknownTimeZoneError
from batikrfm.tenancy.tenants import slug_of
from batikrfm.testkit.rows import Rows

pytestmark = pytest.mark.usefixtures("database")


async def test_a_tenant_is_found_by_slug_and_by_id() -> None:
    made = await create_tenant("  Toko Batik\nIbu Sri ", time_zone="Asia/Makassar", currency="usd", language="en")
    assert (made.name, made.time_zone, made.currency, made.language) == ("Toko Batik Ibu Sri", "Asia/Makassar", "USD", "en")
    assert made.slug.startswith("toko-batik-ibu-sri")
    assert made in await list_tenants()
    for text in (made.slug, made.slug.upper(), f" {made.id} ", made.id.hex):
        assert await find_tenant(text) == made


@pytest.mark.parametrize("text", ["tidak-ada", "", "00000000-0000-0000-0000-000000000000", "' or true --", "a\0b", "toko\ud800"])
async def test_what_is_not_there_is_not_found(text: str) -> None:
    with pytest.raises(TenantNotFoundError, match="batikrfm tenant list"):
        await find_tenant(text)


async def test_equal_names_get_different_slugs_even_at_once() -> None:
    made = await asyncio.gather(*(asyncio.create_task(create_tenant("Warung Kembar")) for _ in range(8)))
    assert len({tenant.slug for tenant in made}) == 8
    assert all(re.fullmatch(r"warung-kembar(-\d+)?", tenant.slug) for tenant in made)


async def test_a_name_like_anothers_numbered_slug() -> None:
    names = ["Kios Satu 2", "Kios Satu", "Kios Satu", "Kios Satu 2"]
    slugs = [(await create_tenant(name)).slug for name in names]
    assert len(set(slugs)) == 4


@pytest.mark.parametrize("name", ["", "  \t", "x" * 201, "nama\x1b[31m", "nul\0"])
async def test_a_name_that_is_none(name: str) -> None:
    with pytest.raises(TenantNameError):
        await create_tenant(name)


@pytest.mark.parametrize("zone", ["Mars/One", "", "../../etc/passwd", "/etc/localtime", "Asia", "a\0b"])
async def test_a_time_zone_that_does_not_exist(zone: str) -> None:
    with pytest.raises(UnknownTimeZoneError):
        await create_tenant("Toko", time_zone=zone)


@pytest.mark.parametrize("currency", ["", "Rp", "ZZZ", "IDRX"])
async def test_a_currency_that_does_not_exist(currency: str) -> None:
    with pytest.raises(UnknownCurrencyError):
        await create_tenant("Toko", currency=currency)


@given(st.text(max_size=300))
def test_any_name_has_a_slug(name: str) -> None:
    slug = slug_of(name)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert len(slug) <= 48
    assert slug_of(slug) == slug


@given(st.text("ab -'é漢\u202e", min_size=1, max_size=20))
async def test_any_printable_name_is_kept(name: str) -> None:
    try:
        made = await create_tenant(name)
    except InputError:
        assert not name.strip() or not name.isprintable()
    else:
        assert made.name == " ".join(name.split())


async def test_a_tenant_knows_itself_only(tenant: UUID, other_tenant: UUID) -> None:
    async with tenant_scope(tenant) as scope:
        assert [row["id"] for row in await scope.fetch("select id from tenants")] == [tenant]
        assert await scope.execute("update tenants set name = 'x' where id = $1", other_tenant) == "UPDATE 0"


async def test_a_deleted_tenant_leaves_nothing(rows: Rows, tenant: UUID, other_tenant: UUID) -> None:
    for table in await rows.tenant_tables():
        await rows.put(table, tenant)
        await rows.put(table, other_tenant)
    await delete_tenant(tenant)
    for table in await rows.tenant_tables():
        left = [row["tenant_id"] for row in await rows.admin.fetch(f"select tenant_id from {table}")]
        assert tenant not in left
        assert other_tenant in left


async def test_a_system_scope_says_why(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="batikrfm.tenancy"):
        async with system_scope(reason="count the tenants") as scope:
            await scope.fetch("select count(*) from tenants")
    assert caplog.messages == ["system scope: count the tenants"]
