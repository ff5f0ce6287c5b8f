"""Open the chain of a tenant: read its settings, take its providers from the pool, leave out models that are gone."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from batikrfm.content.chain.circuits import said_of
from batikrfm.content.chain.model import Chain, Link, Policy, Skipped
from batikrfm.content.chain.model_book import Known, known_models_lookup, today
from batikrfm.content.chain.providers import KIND, Account, providers
from batikrfm.content.chain.watching import see_to_checks
from batikrfm.db.lookups import Lookup, Rows, look_up
from batikrfm.plugins.accounts import key_hashes
from batikrfm.plugins.settings import Standing, kept_settings
from batikrfm.sdk.errors import PluginError
from batikrfm.sdk.text import Text
from batikrfm.tenancy import tenant_scope

MISSING: Final = Text(id="pluginnya tidak terpasang.", en="its plugin is not installed.")
OFF: Final = Text(id="pluginnya belum dinyalakan.", en="its plugin is switched off.")


@contextlib.asynccontextmanager
async def open_chain(
    tenant_id: UUID, *, order: Sequence[str] | None = None, policy: Policy | None = None, plan: ChainPlan | None = None
) -> AsyncIterator[Chain]:
    """The chain of ``tenant_id``, in its own order unless another is given, for as long as the block lasts.

    Opens tenant's scopes of its own and closes them again before a provider is opened; whoever has a scope open before can read the
    ``plan`` there. A provider that is off for the tenant, lacks settings or does not open is in ``chain.skipped``, with the reason. The
    chain may be empty.
    """
    read = plan or await _read(tenant_id, order)
    async with _opened(tenant_id, read, policy) as chain:
        await see_to_checks(tenant_id, [link.account for link in chain.links], read.known, providers().reminders)
        yield chain


@contextlib.asynccontextmanager
async def open_everyone(tenant_id: UUID) -> AsyncIterator[Chain]:
    """Every provider that is on for the tenant, whatever its order says. Sees to no checks: this is what the check itself opens."""
    read = await _read(tenant_id, [one.key for one in providers().settings.plugins.objects if one.kind == KIND])
    async with _opened(tenant_id, read, None) as chain:
        yield chain


@contextlib.asynccontextmanager
async def _opened(tenant_id: UUID, read: ChainPlan, policy: Policy | None) -> AsyncIterator[Chain]:
    house = providers()
    links, skipped = [], list(read.skipped)
    async with contextlib.AsyncExitStack() as stack:
        for standing in read.ready:
            try:
                account = await stack.enter_async_context(house.lease(standing, tenant_id))
            except PluginError as error:
                skipped.append(Skipped(standing.registered.key, said_of(error)))
            else:
                links.append(Link(account, gone_of(account, read.known)))
        yield Chain(tenant_id, tuple(links), tuple(skipped), policy or Policy(), house.tools(tenant_id))


@dataclass(frozen=True)
class ChainPlan:
    """What the tenant's scope told: who is ready, in order, who is not, and what is known of their models."""

    ready: tuple[Standing, ...]
    skipped: tuple[Skipped, ...]
    known: Known


async def _read(tenant_id: UUID, order: Sequence[str] | None) -> ChainPlan:
    from batikrfm.content.settings import read_settings

    async with tenant_scope(tenant_id):
        return await plan_chain((await read_settings()).chain if order is None else order)


async def plan_chain(order: Sequence[str]) -> ChainPlan:
    """What :func:`open_chain` has to know, read in the tenant's scope."""
    return await look_up(chain_plan(order, await look_up(kept_settings())))


def chain_plan(order: Sequence[str], kept: Rows) -> Lookup[ChainPlan]:
    """The same with settings of plugins (``kept_settings``) that were read before, in the same scope."""
    standings = providers().settings.standings_of(KIND, kept)
    ready = tuple(standing for key in dict.fromkeys(order) if (standing := standings.get(key)) and standing.config is not None)
    skipped = tuple(Skipped(key, reason) for key in dict.fromkeys(order) if (reason := _unready(standings, key)))
    known = known_models_lookup({name for standing in ready for name in account_keys(standing)})
    return Lookup(known.sql, known.values, lambda rows: ChainPlan(ready, skipped, known.read(rows)))


def _unready(standings: Mapping[str, Standing], key: str) -> Text | None:
    """Why the provider cannot be used; None if it can."""
    standing = standings.get(key)
    if standing is None:
        return MISSING
    if not standing.on:
        return OFF
    return None if standing.problem is None else said_of(standing.problem)


def account_keys(standing: Standing) -> tuple[str, ...]:
    """The hashes of an account's keys, without opening it."""
    return () if standing.config is None else key_hashes(standing.registered.address, standing.config)


def gone_of(account: Account, known: Known) -> frozenset[str]:
    """The models of ``account`` that none of its keys has any more."""
    day = today()
    return frozenset(
        model
        for model in account.all_models
        if all((one := known.get((key, model))) is not None and one.state(day) == "gone" for key in account.keys)
    )
