"""API keys: shown once, hashed, no stronger than their maker."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batikrfm.db.keys import uuid7
from batikrfm.db.listening import listening
from batikrfm.db.reaching import connection
from batikrfm.db.urls import Urls
from batikrfm.sdk import Credentials
from batikrfm.sdk.extension import Principal
from batikrfm.tenancy import tenant_scope
from batikrfm.tenancy.permissions import PERMISSIONS_OF, Permission, Role
from batikrfm.web.door import CHANNEL
from batikrfm_tenants import api_keys, audit
from batikrfm_tenants.api_keys import NewApiKey
from batikrfm_tenants.errors import KeyExpiryError, KeyNameError, KeyNotFoundError, NoPermissionsError, NotYoursToGiveError
from batikrfm_tenants.plugin import People

READ = [Permission.CUSTOMERS_READ, Permission.SEGMENTS_READ]


@pytest.fixture
def admin(tenant: UUID) -> Principal:
    return Principal("user", uuid7(), "Ibu Sri", tenant, frozenset(map(str, PERMISSIONS_OF[Role.ADMIN])))


async def make(by: Principal, *permissions: Permission, expires_at: datetime | None = None) -> NewApiKey:
    async with tenant_scope(by.tenant_id):
        return await api_keys.create(by, " Kasir  toko ", permissions or READ, expires_at=expires_at)


async def test_a_key_is_its_shops_and_can_do_what_it_says(admin: Principal) -> None:
    made = await make(admin)
    assert made.token.startswith(f"batik_{made.key.prefix}_")
    principal = await api_keys.authenticate(made.token)
    assert principal == Principal("api_key", made.key.id, "Kasir toko", admin.tenant_id, frozenset(map(str, READ)))
    assert await People({}).authenticate(Credentials("bearer", made.token)) == principal
    assert await People({}).authenticate(Credentials("basic", made.token)) is None
    assert made.token not in repr(made)


async def test_the_secret_is_nowhere(admin: Principal, admin_url: str) -> None:
    made = await make(admin)
    secret = made.token.rpartition("_")[2]
    async with connection(admin_url) as owner:
        kept = await owner.fetchval("select to_jsonb(k)::text from api_keys k where id = $1", made.key.id)
        log = await owner.fetchval("select string_agg(to_jsonb(e)::text, '') from audit_entries e where tenant_id = $1", admin.tenant_id)
    assert secret not in kept + log


BENT: dict[str, Callable[[str], str]] = {
    "shorter": lambda token: token[:-1],
    "longer": lambda token: token + "x",
    "another end": lambda token: token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1],
    "large letters": lambda token: token.upper(),
    "another prefix": lambda token: token.replace("batik_", "batik_0"),
    "a space": lambda token: f" {token}",
    "a line": lambda token: f"{token}\n",
    "no such prefix": lambda token: "batik_000000000000_" + token.rpartition("_")[2],
    "a nul": lambda token: "\0" + token,
    "no text": lambda token: token[:9] + "\ud800",
    "nothing": lambda token: token[:0],
}


@pytest.mark.parametrize("how", BENT)
async def test_a_key_that_is_a_little_wrong(admin: Principal, how: str) -> None:
    assert await api_keys.authenticate(BENT[how]((await make(admin)).token)) is None


async def test_two_keys_of_one_prefix(admin: Principal, other_tenant: UUID, admin_url: str) -> None:
    """The prefix finds rows of any shop; the secret says which it is."""
    mine = await make(admin)
    other = Principal("user", uuid7(), "Lain", other_tenant, admin.permissions)
    theirs = await make(other)
    async with connection(admin_url) as owner:
        await owner.execute("update api_keys set prefix = $2 where id = $1", theirs.key.id, mine.key.prefix)
    found = await api_keys.authenticate(f"batik_{mine.key.prefix}_{theirs.token[19:]}")
    assert found is not None
    assert found.tenant_id == other_tenant


async def test_a_revoked_key_and_one_that_ran_out(admin: Principal, admin_url: str) -> None:
    revoked, old = await make(admin), await make(admin, expires_at=datetime.now(UTC) + timedelta(days=1))
    async with tenant_scope(admin.tenant_id):
        await api_keys.revoke(admin, revoked.key.id)
        with pytest.raises(KeyNotFoundError):
            await api_keys.revoke(admin, revoked.key.id)
    async with connection(admin_url) as owner:
        await owner.execute("update api_keys set expires_at = now() where id = $1", old.key.id)
    assert [await api_keys.authenticate(key.token) for key in (revoked, old)] == [None, None]
    async with tenant_scope(admin.tenant_id):
        assert [(key.id, key.revoked_at is None) for key in await api_keys.list_keys()] == [(old.key.id, True), (revoked.key.id, False)]


async def test_a_key_that_is_not_what_it_was_is_called_out(admin: Principal, database_urls: Urls, admin_url: str) -> None:
    """By the database itself, whoever changed it: the API's doors forget it. Being used is no change."""
    said: list[str] = []
    changes = ["permissions = '{}'", "expires_at = now()", "revoked_at = now()"]
    keys = [await make(admin) for _ in range(5)]
    async with listening(database_urls.platform, CHANNEL, said.append), connection(admin_url) as owner:
        await until(lambda: said == [""])
        await api_keys.authenticate(keys[0].token)
        for key, change in zip(keys, changes, strict=False):
            await owner.execute(f"update api_keys set {change} where id = $1", key.key.id)
        async with tenant_scope(admin.tenant_id):
            await api_keys.revoke(admin, keys[3].key.id)
        await owner.execute("delete from api_keys where id = $1", keys[4].key.id)
        await until(lambda: len(said) == 6)
    assert said[1:] == [str(key.key.id) for key in keys]


async def until(come: Callable[[], bool]) -> None:
    for _ in range(1_000):
        if come():
            return
        await asyncio.sleep(0.01)
    raise TimeoutError


async def test_being_used_is_noted_now_and_then(admin: Principal) -> None:
    made = await make(admin)
    async with tenant_scope(admin.tenant_id):
        assert (await api_keys.list_keys())[0].last_used_at is None
    seen = []
    for _ in range(2):
        await api_keys.authenticate(made.token)
        async with tenant_scope(admin.tenant_id):
            seen.append((await api_keys.list_keys())[0].last_used_at)
    assert seen[0] == seen[1] is not None


async def test_a_key_of_another_shop_is_not_found(admin: Principal, other_tenant: UUID) -> None:
    made = await make(admin)
    async with tenant_scope(other_tenant):
        assert await api_keys.list_keys() == []
        with pytest.raises(KeyNotFoundError):
            await api_keys.revoke(admin, made.key.id)
    assert await api_keys.authenticate(made.token) is not None


@given(held=st.frozensets(st.sampled_from(Permission)), wanted=st.frozensets(st.sampled_from(Permission)))
def test_a_key_is_no_stronger_than_its_maker(held: frozenset[Permission], wanted: frozenset[Permission]) -> None:
    by = Principal("user", uuid7(), "x", uuid7(), frozenset(map(str, held)))
    if wanted and Permission.KEYS_WRITE in held and wanted <= held - {Permission.SHOP_DELETE}:
        api_keys.require_givable(by, wanted)
    else:
        with pytest.raises(NotYoursToGiveError if wanted else NoPermissionsError):
            api_keys.require_givable(by, wanted)


async def test_a_key_makes_no_keys(admin: Principal) -> None:
    """Else a member who is taken out would leave one behind that nobody connects with them."""
    made = await make(admin, Permission.KEYS_WRITE, Permission.CUSTOMERS_READ)
    key = await api_keys.authenticate(made.token)
    assert key is not None
    with pytest.raises(NotYoursToGiveError):
        await make(key, Permission.CUSTOMERS_READ)


async def test_a_key_that_may_not_be_made_is_not_made(admin: Principal) -> None:
    async with tenant_scope(admin.tenant_id):
        with pytest.raises(NotYoursToGiveError):
            await api_keys.create(admin, "kunci", [Permission.SHOP_DELETE])
        assert await api_keys.list_keys() == []


async def test_what_a_form_can_get_wrong(admin: Principal) -> None:
    async with tenant_scope(admin.tenant_id):
        for name in ("", " ", "x" * 81, "a\0b"):
            with pytest.raises(KeyNameError):
                await api_keys.create(admin, name, READ)
        with pytest.raises(KeyExpiryError):
            await api_keys.create(admin, "kunci", READ, expires_at=datetime.now(UTC))
        assert await audit.list_entries() == []


async def test_a_permission_of_another_version_grants_nothing_that_we_know(admin: Principal, admin_url: str) -> None:
    made = await make(admin)
    async with connection(admin_url) as owner:
        await owner.execute("update api_keys set permissions = array['tenant:moon:write'] where id = $1", made.key.id)
    async with tenant_scope(admin.tenant_id):
        assert (await api_keys.list_keys())[0].permissions == frozenset()
