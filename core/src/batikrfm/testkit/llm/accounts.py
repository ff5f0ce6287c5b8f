"""What every provider promises as an account: a class, an instance for each tenant's settings, nothing shared."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from batikrfm.plugins.http import open_http
from batikrfm.plugins.kinds import KINDS, check_object
from batikrfm.sdk import CompletionRequest, InvalidCredentialsError, LLMProvider, PluginContext
from batikrfm.testkit.conformance import Conformance
from batikrfm.testkit.llm_vendor import VendorServer, still

ONE, OTHER = "sk-first-tenant", "sk-second-tenant"
MOMENT = 0.3
"""Seconds that a test waits for an answer which does not come."""


@dataclass
class Accounts:
    """Makes accounts with the vendor. ``settings`` are the suite's, ``model`` is one that the vendor offers."""

    suite: AccountsConformance
    provider_class: type[LLMProvider[Any]]
    vendor: VendorServer

    def make(self, key: str = ONE, seconds: float = 20) -> LLMProvider[Any]:
        """An account that is not open yet."""
        values = json.dumps(dict(self.suite.settings(self.vendor, key, seconds)))
        context = PluginContext(language="id", log=logging.getLogger("plugin"), http=open_http)
        return self.provider_class(self.provider_class.config_model.model_validate_json(values), context)


def request(model: str, **more: Any) -> CompletionRequest:  # noqa: ANN401 - any field of a request
    """A request as the host makes it; ``more`` are fields of it."""
    fields: dict[str, Any] = {"id": "1", "system": "Kamu penulis iklan batik.", "prompt": "Tulis sapaan untuk pelanggan toko. {nama}"}
    return CompletionRequest(**{**fields, "model": model, **more})


def needs(provider: LLMProvider[Any], capability: str) -> None:
    """Skip the test where ``provider`` does not declare ``capability``."""
    if not getattr(provider.capabilities, capability):
        pytest.skip(f"{provider.key} does not declare {capability}")


class AccountsConformance(Conformance):
    """What a suite is told, and what it makes of it."""

    @pytest.fixture
    def provider_class(self) -> type[LLMProvider[Any]]:
        raise NotImplementedError("override the fixture provider_class()")

    def settings(self, vendor: VendorServer, key: str, seconds: float) -> Mapping[str, Any]:
        """Settings that lead to ``vendor.url`` with ``key`` and wait ``seconds`` for an answer, as a form would send them."""
        raise NotImplementedError("override settings()")

    @pytest.fixture
    async def vendor(self) -> AsyncIterator[VendorServer]:
        async with VendorServer(batch_seconds=100, clock=still) as vendor:
            yield vendor

    @pytest.fixture
    def accounts(self, provider_class: type[LLMProvider[Any]], vendor: VendorServer) -> Accounts:
        return Accounts(self, provider_class, vendor)

    @pytest.fixture
    async def provider(self, accounts: Accounts) -> AsyncIterator[LLMProvider[Any]]:
        async with accounts.make() as provider:
            yield provider

    @pytest.fixture
    def model(self, accounts: Accounts) -> str:
        return accounts.make().models("economy")[0]

    def test_the_host_lets_it_in(self, provider_class: type[LLMProvider[Any]]) -> None:
        assert check_object(KINDS["register_llm_providers"], provider_class) == provider_class.key

    def test_every_tier_has_a_list_of_names(self, accounts: Accounts) -> None:
        for tier in ("economy", "standard", "best"):
            models = accounts.make().models(tier)
            assert not isinstance(models, str), "a list of names, not one"
            assert {type(model) for model in models} <= {str}
            assert all(models), "a model without a name"

    def test_a_key_is_never_shown(self, accounts: Accounts) -> None:
        account = accounts.make()
        assert ONE not in f"{account.config!r} {account.config} {account.config.model_dump_json()} {account!r}"

    async def test_a_check_does_nothing_but_look(self, provider: LLMProvider[Any], vendor: VendorServer) -> None:
        facts = (await provider.check()).facts
        assert vendor.requests, "a check asks the vendor"
        assert {asked.method for asked in vendor.requests} == {"GET"}
        assert ONE not in str(facts)

    async def test_a_check_finds_a_key_that_is_refused(self, provider: LLMProvider[Any], vendor: VendorServer) -> None:
        vendor.revoke(ONE)
        with pytest.raises(InvalidCredentialsError):
            await provider.check()

    async def test_two_accounts_never_share_a_key(self, accounts: Accounts, vendor: VendorServer, model: str) -> None:
        async with accounts.make(ONE) as one, accounts.make(OTHER) as other:
            await asyncio.gather(*(account.complete(request(model, prompt=f"Tulis. {name}")) for account, name in _pairs(one, other)))
        used = {(asked.key, "mine" if b"mine" in asked.body else "theirs") for asked in vendor.requests if asked.method == "POST"}
        assert used == {(ONE, "mine"), (OTHER, "theirs")}

    async def test_closing_one_account_leaves_the_other_open(self, accounts: Accounts, model: str) -> None:
        async with accounts.make(OTHER) as other:
            async with accounts.make(ONE) as one:
                await one.complete(request(model))
            assert (await other.complete(request(model))).text

    async def test_nothing_stays_open(self, accounts: Accounts, vendor: VendorServer, model: str) -> None:
        async with accounts.make() as account:
            await account.complete(request(model))
        for _ in range(100):
            if not vendor.connections:
                break
            await asyncio.sleep(0.01)
        assert vendor.connections == 0


def _pairs(one: LLMProvider[Any], other: LLMProvider[Any]) -> list[tuple[LLMProvider[Any], str]]:
    return [(one, "mine"), (other, "theirs")] * 4
