"""Settings that the installation gives: filled in, never shown or kept, and never mixed with a tenant's own account."""

from __future__ import annotations

from uuid import UUID

import asyncpg
import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from batikrfm.plugins import Plugins
from batikrfm.plugins.activation import active, switch
from batikrfm.plugins.environment import fill, problem_with
from batikrfm.plugins.errors import BadSettingsError
from batikrfm.plugins.settings import PluginSettings, Standing
from batikrfm.plugins.vault import Vault
from batikrfm.sdk import MASK, PluginConfig, Secret
from batikrfm.tenancy import tenant_scope
from batikrfm.testkit.distributions import PluginFolder

KEY = "sk-milik-pemasangan-77"
ENVIRON = {"WRITER_KEY": KEY, "WRITER_ORG": "org-1", "WRITER_TOKENS": "500", "WRITER_MODELS": "besar, kecil"}
WRITER = ("writer", "llm_providers.writer")

PROVIDER = """
from pydantic import Field
from typing import Literal
from batikrfm.sdk import Check, LLMCapabilities, LLMProvider, PluginConfig, Secret, Text, hookimpl

class Config(PluginConfig):
    api_key: Secret = Field(json_schema_extra={"environment": "WRITER_KEY"})
    organisation: str | None = Field(default=None, json_schema_extra={"environment": "WRITER_ORG"})
    base_url: str = "https://writer.example"
    max_tokens: int | None = Field(default=None, ge=16, json_schema_extra={"environment": "WRITER_TOKENS"})
    models: tuple[str, ...] = Field(default=("kecil",), json_schema_extra={"environment": "WRITER_MODELS"})
    style: Literal["plain", "loud"] = "plain"
    store: bool = False

class Writer(LLMProvider):
    key = "writer"
    name = Text(id="Penulis", en="Writer")
    config_model = Config
    capabilities = LLMCapabilities()
    def models(self, tier): return self.config.models
    async def check(self): return Check()
    async def complete(self, request): ...

@hookimpl
def register_llm_providers(): return [Writer]
"""


class Config(PluginConfig):
    api_key: Secret = Field(json_schema_extra={"environment": "WRITER_KEY"})
    base_url: str = "https://writer.example"
    region: str | None = Field(default=None, json_schema_extra={"environment": "WRITER_ORG"})
    max_tokens: int = Field(default=100, json_schema_extra={"environment": "WRITER_TOKENS"})
    ratio: float | None = None


@pytest.fixture
def plugins(plugin_folder: PluginFolder) -> Plugins:
    plugin_folder.add("writer", PROVIDER)
    return plugin_folder.load()


@pytest.fixture
def settings(plugins: Plugins) -> PluginSettings:
    return PluginSettings(plugins, Vault([Fernet.generate_key().decode()]), ENVIRON)


async def test_what_a_tenant_leaves_out_comes_from_the_environment(settings: PluginSettings, tenant: UUID) -> None:
    async with tenant_scope(tenant):
        config = await settings.config(*WRITER)
    assert config.api_key.reveal() == KEY  # type: ignore[attr-defined] # the model is the plugin's own
    dump = config.model_dump(exclude={"api_key"})
    assert (dump["organisation"], dump["max_tokens"], dump["models"]) == ("org-1", 500, ("besar", "kecil"))


async def test_a_form_says_what_is_given_and_shows_nothing_of_it(settings: PluginSettings, tenant: UUID) -> None:
    async with tenant_scope(tenant):
        form = await settings.form(*WRITER)
    assert form.given == {"api_key", "organisation", "max_tokens", "models"}
    assert form.values == {}
    assert "required" not in form.schema
    assert not any(text in repr(form) for text in (KEY, "org-1", "besar"))


async def test_numbers_beside_the_installations_key_are_kept_and_the_key_is_not(
    settings: PluginSettings, tenant: UUID, admin_url: str
) -> None:
    async with tenant_scope(tenant):
        await settings.write(*WRITER, {"max_tokens": 64, "store": True, "style": "plain"})
        config, form = await settings.config(*WRITER), await settings.form(*WRITER)
    connection = await asyncpg.connect(admin_url)
    try:
        kept = await connection.fetchval("select settings::text from plugin_settings where tenant_id = $1", tenant)
    finally:
        await connection.close()
    assert config.api_key.reveal() == KEY  # type: ignore[attr-defined] # the model is the plugin's own
    assert config.model_dump()["max_tokens"] == 64
    assert form.values == {"max_tokens": 64, "store": True, "style": "plain"}
    assert "sealed" not in kept
    assert "org-1" not in kept


@pytest.mark.parametrize(
    "sent",
    [
        {"base_url": "https://evil.example"},
        {"organisation": "org-2"},
        {"models": ["besar"]},
        {"style": "loud"},
        {"base_url": "https://evil.example", "max_tokens": 64},
    ],
    ids=str,
)
async def test_the_installations_key_goes_nowhere_that_a_tenant_chooses(
    sent: dict[str, object], settings: PluginSettings, tenant: UUID
) -> None:
    async with tenant_scope(tenant):
        with pytest.raises(BadSettingsError, match="means an account of your own"):
            await settings.write(*WRITER, sent)
        with pytest.raises(BadSettingsError):
            await settings.write(*WRITER, {**sent, "api_key": MASK})
        assert (await settings.form(*WRITER)).values == {}


async def test_an_account_of_ones_own_gets_nothing_of_the_installations_but_numbers(settings: PluginSettings, tenant: UUID) -> None:
    async with tenant_scope(tenant):
        await settings.write(*WRITER, {"api_key": "sk-mine", "base_url": "https://mine.example"})
        config, form = await settings.config(*WRITER), await settings.form(*WRITER)
        standing = (await settings.standings("llm_providers"))["writer"]
    dump = config.model_dump()
    assert dump["api_key"].reveal() == "sk-mine"
    assert (dump["organisation"], dump["models"], dump["max_tokens"]) == (None, ("kecil",), 500)
    assert form.given == {"max_tokens"}
    assert form.values["api_key"] == MASK
    assert not standing.shared


async def test_a_plugin_that_the_installation_set_up_is_on_until_it_is_switched_off(
    plugins: Plugins, tenant: UUID, other_tenant: UUID
) -> None:
    async with tenant_scope(tenant):
        assert list((await active(plugins, ENVIRON)).llm_providers) == ["writer"]
        assert list((await active(plugins, {"WRITER_ORG": "org-1"})).llm_providers) == []
        await switch(plugins, "writer", on=False)
        assert list((await active(plugins, ENVIRON)).llm_providers) == []
    async with tenant_scope(other_tenant):
        assert list((await active(plugins, ENVIRON)).llm_providers) == ["writer"]
        await switch(plugins, "writer", on=True)
        assert list((await active(plugins, {})).llm_providers) == ["writer"]


async def test_how_it_stands_is_told_without_raising(plugins: Plugins, settings: PluginSettings, tenant: UUID) -> None:
    alone = PluginSettings(plugins, settings.vault, {})
    async with tenant_scope(tenant):
        standing = (await settings.standings("llm_providers"))["writer"]
        off = (await alone.standings("llm_providers"))["writer"]
        await switch(plugins, "writer", on=True)
        unready = (await alone.standings("llm_providers"))["writer"]
    assert (standing.on, standing.shared, standing.problem) == (True, True, None)
    assert KEY not in repr(standing)
    assert (off.on, off.config) == (False, None)
    assert unready.on
    assert "api_key" in str(unready.problem)


async def test_the_environment_is_read_anew_though_what_it_said_is_remembered(
    plugins: Plugins, settings: PluginSettings, tenant: UUID, other_tenant: UUID
) -> None:
    environ = dict(ENVIRON)
    mine = PluginSettings(plugins, settings.vault, environ)

    async def standing(one: UUID) -> Standing:
        async with tenant_scope(one):
            return (await mine.standings("llm_providers"))["writer"]

    first = await standing(tenant)
    assert await standing(other_tenant) is first
    environ["WRITER_KEY"] = "sk-renewed"
    renewed = await standing(tenant)
    assert renewed.fingerprint != first.fingerprint
    assert "sk-renewed" not in repr(renewed)
    async with tenant_scope(tenant):
        await mine.write(*WRITER, {"max_tokens": 70})
    own = await standing(tenant)
    assert own.own == {"max_tokens"}
    assert own.fingerprint != renewed.fingerprint
    assert (await standing(other_tenant)).fingerprint == renewed.fingerprint


def test_a_value_that_does_not_fit_is_blamed_on_its_variable(plugins: Plugins) -> None:
    model = plugins.objects[0].config_model
    problem = problem_with(model, "writer", {**ENVIRON, "WRITER_TOKENS": "banyak"})
    assert problem is not None
    assert "WRITER_TOKENS of the installation: it must be a whole number." in str(problem)
    assert "banyak" not in str(problem)
    assert problem_with(model, "writer", ENVIRON) is None
    assert problem_with(model, "writer", {}) is None


VALUES = st.fixed_dictionaries(
    {},
    optional={
        "api_key": st.just("sk-own"),
        "base_url": st.sampled_from(["https://writer.example", "https://evil.example"]),
        "region": st.sampled_from(["org-1", "org-9"]),
        "max_tokens": st.integers(1, 9),
        "ratio": st.floats(0, 1),
    },
)
VARIABLES = st.sets(st.sampled_from(list(ENVIRON))).map(lambda names: {name: ENVIRON[name] for name in names})


@given(VALUES, VARIABLES)
def test_the_installations_secret_is_never_beside_a_text_of_the_tenants(values: dict[str, object], environ: dict[str, str]) -> None:
    filled = fill(values, Config, environ)
    if filled.values.get("api_key") == KEY:
        assert filled.shared
        assert "region" not in values
        assert values.get("base_url", "https://writer.example") == "https://writer.example"
    assert filled.own(filled.values) == values
    assert all(name not in values for name in filled.given)
