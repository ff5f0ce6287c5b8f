"""Chains of tenants over the real database: whose settings, whose keys, which models, what stays open."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from batikrfm.content.chain import NobodyAnsweredError, Providers, ProvidersClosed, complete, model_notices, open_chain
from batikrfm.content.chain.providers import providers
from batikrfm.content.chain.tasks import CHECK, check_models, daily_at
from batikrfm.jobs import JobContext, list_jobs, list_schedules
from batikrfm.jobs.context import in_job
from batikrfm.jobs.cron import parse_cron
from batikrfm.plugins.accounts import PoolLimits
from batikrfm.plugins.activation import switch
from batikrfm.plugins.settings import PluginSettings
from batikrfm.sdk import CrashedError, Model, ModelGoneError, UnavailableError
from batikrfm.tenancy import tenant_scope
from chain_stage import World, wanted
from content_stage import writers

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

ORDER = ("first", "second", "last")
SECOND = ("plug_second", "llm_providers.second")


async def use_second(house: Providers, tenant: UUID, key: str = "sk-own", **more: object) -> None:
    async with tenant_scope(tenant):
        await switch(house.settings.plugins, "plug_second", on=True)
        await house.settings.write(*SECOND, {"api_key": key, **more})


async def check(tenant: UUID) -> dict[str, int] | None:
    with in_job(JobContext(tenant, UUID(int=1), 1)):
        return await check_models()


async def test_a_chain_has_who_is_ready_and_says_why_the_others_are_not(house: Providers, tenant: UUID) -> None:
    async with tenant_scope(tenant):
        await switch(house.settings.plugins, "plug_last", on=True)
    async with open_chain(tenant, order=("nobody", *ORDER)) as chain:
        assert [(link.key, link.shared) for link in chain.links] == [("first", True)]
        said = {one.provider: one.say("en") for one in chain.skipped}
        assert said["nobody"] == "nobody: its plugin is not installed."
        assert said["second"] == "second: its plugin is switched off."
        assert "api_key" in said["last"]
        assert (await complete(chain, wanted())).provider == "first"


async def test_an_empty_chain_is_a_chain_that_nobody_answers(house: Providers, tenant: UUID) -> None:
    async with tenant_scope(tenant):
        await switch(house.settings.plugins, "plug_first", on=False)
    async with open_chain(tenant, order=ORDER) as chain:
        with pytest.raises(NobodyAnsweredError, match="first: its plugin is switched off"):
            await complete(chain, wanted())


async def test_tenants_share_the_installations_account_and_never_their_own(
    house: Providers, world: World, tenant: UUID, other_tenant: UUID
) -> None:
    for one in (tenant, other_tenant):
        await use_second(house, one)
    async with open_chain(tenant, order=ORDER) as mine, open_chain(other_tenant, order=ORDER) as theirs:
        assert mine.links[0].provider is theirs.links[0].provider
        assert mine.links[1].provider is not theirs.links[1].provider
        assert mine.links[1].account.keys == theirs.links[1].account.keys, "the same key is the same account for limits"
    async with open_chain(tenant, order=ORDER):
        assert sorted(world.stage.opened) == ["sk-house", "sk-own", "sk-own"], "what was opened stays open"
    assert world.stage.closed == []


async def test_an_instance_that_holds_nothing_of_a_tenants_is_everybodys(
    house: Providers, world: World, tenant: UUID, other_tenant: UUID
) -> None:
    """Without any account of anybody's, as the built-in template is."""
    keyless = PluginSettings(writers(world.stage), house.settings.vault, {})
    small = Providers(keyless, world.context, {}, means=house.means)
    instances = []
    for one in (tenant, other_tenant):
        async with tenant_scope(one):
            standing = (await keyless.standings("llm_providers"))["template"]
        assert not standing.shared
        async with small.lease(standing, one) as account:
            instances.append(account.provider)
    assert instances[0] is instances[1]
    assert len(small.pool) == 1
    await small.pool.close()


async def test_changed_settings_open_anew_and_close_what_was_open_when_nobody_uses_it(house: Providers, world: World, tenant: UUID) -> None:
    await use_second(house, tenant, "sk-old")
    async with open_chain(tenant, order=["second"]) as before:
        await use_second(house, tenant, "sk-new")
        async with open_chain(tenant, order=["second"]) as after:
            assert (await complete(before, wanted())).provider == "second"
            assert (await complete(after, wanted())).provider == "second"
            assert world.stage.closed == []
    await asyncio.sleep(0.01)
    assert world.stage.closed == ["sk-old"]
    await house.pool.close()
    assert sorted(world.stage.closed) == ["sk-new", "sk-old"]


async def test_the_pool_is_bounded_and_forgets_what_is_not_used(world: World, house: Providers, tenant: UUID, other_tenant: UUID) -> None:
    small = Providers(house.settings, world.context, {}, means=house.means, pool=PoolLimits(most=1, idle=60))
    for one in (tenant, other_tenant):
        await use_second(house, one, f"sk-{one}")
        async with tenant_scope(one):
            standing = (await house.settings.standings("llm_providers"))["second"]
        async with small.lease(standing, one) as account:
            assert account.models["economy"] == ("small",)
    await asyncio.sleep(0.01)
    assert len(small.pool) == 1
    assert world.stage.closed == [f"sk-{tenant}"]
    await small.pool.close()


async def test_a_provider_that_does_not_open_is_passed_over_and_tried_again(house: Providers, world: World, tenant: UUID) -> None:
    await use_second(house, tenant)
    second = world.classes["second"]
    real = second.open

    async def broken(_self: object) -> None:
        raise UnavailableError

    second.open = broken  # type: ignore[assignment, method-assign] # for once
    async with open_chain(tenant, order=["second", "first"]) as chain:
        assert [link.key for link in chain.links] == ["first"]
        assert [one.provider for one in chain.skipped if one.provider == "second"]
    second.open = real  # type: ignore[method-assign] # as it was
    async with open_chain(tenant, order=["second", "first"]) as chain:
        assert [link.key for link in chain.links] == ["second", "first"]


async def test_what_a_plugins_constructor_raises_does_not_come_out(house: Providers, world: World, tenant: UUID) -> None:
    await use_second(house, tenant, "sk-rahasia")
    second = world.classes["second"]
    original = second.__init__

    def broken(_self: object, config: object, _context: object) -> None:
        raise ValueError(f"{config!r} sk-rahasia")

    second.__init__ = broken  # type: ignore[assignment, method-assign] # for once
    async with tenant_scope(tenant):
        standing = (await house.settings.standings("llm_providers"))["second"]
    with pytest.raises(CrashedError) as raised:
        async with house.lease(standing, tenant):
            pass
    assert "sk-rahasia" not in str(raised.value)
    assert raised.value.__context__ is None or raised.value.__suppress_context__
    second.__init__ = original  # type: ignore[method-assign] # as it was


async def test_a_gone_model_is_remembered_and_passed_over_from_then_on(house: Providers, world: World, tenant: UUID) -> None:
    await use_second(house, tenant, "sk-models", small=["old", "new"])
    world.stage.always["second/old"] = ModelGoneError(model="old")
    async with open_chain(tenant, order=["second"]) as chain:
        assert (await complete(chain, wanted())).model == "new"
    async with open_chain(tenant, order=["second"]) as chain:
        assert chain.links[0].gone == {"old"}
        assert (await complete(chain, wanted())).model == "new"
    assert world.stage.asked.count("second/old") == 1
    async with tenant_scope(tenant):
        (notice,) = await model_notices()
    assert (notice.provider, notice.model, notice.state) == ("second", "old", "gone")
    assert notice.text.en.startswith("Second has switched off its model old (")
    assert notice.text.id.endswith("Pilih penggantinya di pengaturan plugin.")


async def test_the_daily_check_reads_each_account_once_and_tells_owners_in_time(
    house: Providers, world: World, tenant: UUID, other_tenant: UUID, admin_url: str
) -> None:
    await use_second(house, tenant, f"sk-{tenant}", small=["old", "late", "new"])
    soon, today = datetime.now(UTC).date() + timedelta(days=16), datetime.now(UTC).date()
    world.stage.offered["second"] = [Model("late", shutdown=soon), Model("new", shutdown=today + timedelta(days=200))]
    world.stage.offered["first"] = [Model("small")]
    await check(tenant)
    assert await check(tenant) == {"lists": 0}
    assert await check(other_tenant) == {"lists": 0}, "the installation's list was read for another tenant already"
    assert world.stage.asked.count("second/models") == 1
    async with tenant_scope(tenant):
        notices = {one.model: one for one in await model_notices()}
    assert {name: one.state for name, one in notices.items()} == {"old": "gone", "late": "ending"}
    assert notices["late"].day == soon
    assert str(soon.year) in notices["late"].text.id
    assert "akan dimatikan penyedianya" in notices["late"].text.id
    async with tenant_scope(other_tenant):
        assert await model_notices() == ()
    connection = await asyncpg.connect(admin_url)
    try:
        await connection.execute("update llm_models set checked_at = checked_at - interval '27 hours'")
    finally:
        await connection.close()
    world.stage.offered["second"] = [Model("old"), Model("late"), Model("new")]
    assert await check(tenant) == {"lists": 2}
    async with tenant_scope(tenant):
        assert await model_notices() == (), "the vendor's last word counts"


async def test_a_list_that_cannot_be_read_changes_nothing(house: Providers, world: World, tenant: UUID) -> None:
    await use_second(house, tenant, f"sk-{tenant}")
    world.stage.always["second/models"] = UnavailableError()
    with pytest.raises(UnavailableError):
        await check(tenant)
    world.stage.always["second/models"] = None
    world.stage.offered["second"] = []
    with pytest.raises(UnavailableError):
        await check(tenant)
    async with open_chain(tenant, order=["second"]) as chain:
        assert chain.links[0].models("economy") == ("small",)


async def test_the_first_chain_sees_to_the_daily_check(house: Providers, tenant: UUID) -> None:
    await use_second(house, tenant, f"sk-{tenant}")
    for _ in range(3):
        async with open_chain(tenant, order=["second"]):
            pass
    async with tenant_scope(tenant):
        schedules = [one for one in await list_schedules() if one.task == CHECK]
        jobs = [one for one in await list_jobs() if one.task == CHECK]
    assert len(schedules) == 1
    assert len(jobs) == 1
    assert schedules[0].cron == daily_at(tenant)
    parse_cron(daily_at(tenant))


def test_providers_that_are_not_open_are_our_bug() -> None:
    with pytest.raises(ProvidersClosed):
        providers()
