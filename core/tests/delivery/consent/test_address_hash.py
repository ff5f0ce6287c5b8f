"""The hash of an address: one for each spelling, another in each shop, nothing of the address in it."""

from __future__ import annotations

import os
import re
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from batikrfm.db.engine import current_scope
from batikrfm.delivery.consent.settings import require_salt
from batikrfm.tenancy import tenant_scope

HASHES = "select delivery_hash($1, address) from unnest($2::text[]) with ordinality as a (address, place) order by place"
SALT = b"s" * 32
MAILS = st.from_regex(r"[a-z0-9.é]{1,10}@[a-z]{1,10}\.id", fullmatch=True)
PHONES = st.from_regex(r"62[1-9][0-9]{7,11}", fullmatch=True)
MANY = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


async def hashes(tenant: UUID, addresses: list[str], salt: bytes = SALT) -> list[bytes]:
    async with tenant_scope(tenant) as scope:
        return [row[0] for row in await scope.fetch(HASHES, salt, addresses)]


@MANY
@given(addresses=st.lists(MAILS, min_size=2, max_size=8, unique=True))
async def test_case_and_space_around_a_mail_address_change_nothing(tenant: UUID, addresses: list[str]) -> None:
    told = await hashes(tenant, addresses)
    assert told == await hashes(tenant, [f"  {address.upper()} " for address in addresses])
    assert len(set(told)) == len(addresses)


@MANY
@given(number=PHONES, gaps=st.lists(st.sampled_from(" -.()"), min_size=3, max_size=3))
async def test_however_a_number_is_written_it_is_the_same(tenant: UUID, number: str, gaps: list[str]) -> None:
    written = re.sub(r"^(\d{2})(\d{3})(\d{3})", lambda m: f"{m[1]}{gaps[0]}{m[2]}{gaps[1]}{m[3]}{gaps[2]}", number)
    assert len(set(await hashes(tenant, [f"+{number}", number, f"+{written}", written]))) == 1
    assert (await hashes(tenant, [f"+{number}"]))[0] not in await hashes(tenant, [f"+{number}1", f"{number}@contoh.id"])


async def test_a_shops_hash_says_nothing_to_another_shop(tenant: UUID, other_tenant: UUID) -> None:
    """Per-tenant salt: made at random, once. Sabotage: one salt for all; red."""
    salts = []
    for shop in (tenant, other_tenant, tenant):
        async with tenant_scope(shop):
            await require_salt()
            salts.append(await current_scope().fetchval("select salt from delivery_settings"))
    assert salts[0] == salts[2] != salts[1]
    (one,), (other,) = await hashes(tenant, ["a@b.id"], salts[0]), await hashes(tenant, ["a@b.id"], salts[1])
    assert one != other
    assert await hashes(tenant, ["a@b.id"], os.urandom(32)) != [one]
