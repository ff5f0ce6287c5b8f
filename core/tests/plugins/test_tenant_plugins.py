"""Switches and settings of plugins per tenant, in the real database: secrets go in, and come out nowhere but in the plugin."""

from __future__ import annotations

import json
import logging
import traceback
from uuid import UUID

import asyncpg
import pytest
from cryptography.fernet import Fernet

from batikrfm.plugins import Plugins
from batikrfm.plugins.activation import active, switch
from batikrfm.plugins.errors import BadSettingsError, NoSuchObjectError, NoSuchPluginError, NotUsableError, SecretLostError
from batikrfm.plugins.settings import PluginSettings
from batikrfm.plugins.vault import Vault
from batikrfm.sdk import MASK
from batikrfm.tenancy import tenant_scope
from batikrfm.testkit.distributions import PluginFolder

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
TOKEN = "tok-sangat-rahasia-42"
WA = ("wa", "channels.wa")

CHANNEL = """
from pydantic import Field, model_validator
from batikrfm.sdk import Capabilities, Channel, Check, PluginConfig, Secret, Text, hookimpl

class Server(PluginConfig):
    host: str = "localhost"
    password: Secret | None = None

class Config(PluginConfig):
    token: Secret = Field(description="From the vendor's page")
    device: str = "main"
    per_day: int = Field(default=15, ge=1)
    server: Server | None = None

    @model_validator(mode="after")
    def _spoken(self):
        if self.device == "loud":
            raise ValueError("no device for token " + self.token.reveal())
        return self

class WhatsApp(Channel):
    key = "wa"
    name = Text(id="WA", en="WA")
    config_model = Config
    capabilities = Capabilities(addresses="phone", batch_size=1, per_second=1)
    async def check(self): return Check()
    async def send(self, batch): return []
    def parse_events(self, request): ...

@hookimpl
def register_channels(): return [WhatsApp]
"""


@pytest.fixture
def plugins(plugin_folder: PluginFolder) -> Plugins:
    plugin_folder.add("wa", CHANNEL)
    plugin_folder.add_strategy("kota", distribution="batikrfm")
    plugin_folder.add("broken", "raise RuntimeError('x')")
    return plugin_folder.load()


@pytest.fixture
def settings(plugins: Plugins) -> PluginSettings:
    return PluginSettings(plugins, Vault([OLD]))


def names(plugins: Plugins) -> list[str]:
    return [plugin.name for plugin in plugins.all]


async def test_built_in_plugins_are_on_and_others_are_switched_on(plugins: Plugins, tenant: UUID, other_tenant: UUID) -> None:
    async with tenant_scope(tenant):
        assert names(await active(plugins)) == ["kota"]
        await switch(plugins, "wa", on=True)
        await switch(plugins, "kota", on=False)
        assert names(await active(plugins)) == ["wa"]
    async with tenant_scope(other_tenant):
        assert names(await active(plugins)) == ["kota"]
    async with tenant_scope(tenant):
        assert list((await active(plugins)).channels) == ["wa"]
        await switch(plugins, "wa", on=False)
        assert names(await active(plugins)) == []


async def test_only_a_plugin_that_works_is_switched_on(plugins: Plugins, tenant: UUID) -> None:
    async with tenant_scope(tenant):
        with pytest.raises(NotUsableError, match=r"broken cannot be enabled yet\. .*RuntimeError") as raised:
            await switch(plugins, "broken", on=True)
        assert "belum bisa diaktifkan" in raised.value.say("id")
        assert "gagal dimuat" in raised.value.say("id")
        with pytest.raises(NoSuchPluginError, match=r"no plugin nobody\. Installed: kota, broken, wa"):
            await switch(plugins, "nobody", on=True)
        await switch(plugins, "broken", on=False)


async def test_a_plugin_that_breaks_later_is_off_and_on_again_when_mended(plugin_folder: PluginFolder, tenant: UUID) -> None:
    plugin_folder.add_strategy("bloom")
    works = plugin_folder.load()
    outdated = plugin_folder.load(running="9.0")
    async with tenant_scope(tenant):
        await switch(works, "bloom", on=True)
        assert names(await active(outdated)) == []
        assert names(await active(works)) == ["bloom"]


async def test_settings_come_back_whole_and_a_form_shows_the_mask(settings: PluginSettings, tenant: UUID) -> None:
    async with tenant_scope(tenant):
        await settings.write(*WA, {"token": TOKEN, "server": {"password": "p4ss"}})
    async with tenant_scope(tenant):
        config = await settings.config(*WA)
        form = await settings.form(*WA)
    assert config.token.reveal() == TOKEN  # type: ignore[attr-defined]  # the model is the plugin's own
    assert config.server.password.reveal() == "p4ss"  # type: ignore[attr-defined]  # the model is the plugin's own
    assert config.per_day == 15  # type: ignore[attr-defined]  # the model is the plugin's own
    assert form.values == {"token": MASK, "server": {"password": MASK}}
    token = form.schema["properties"]["token"]
    assert (token["format"], token["writeOnly"], token["description"]) == ("password", True, "From the vendor's page")


async def test_the_mask_keeps_a_secret_and_a_text_replaces_it(settings: PluginSettings, tenant: UUID) -> None:
    async with tenant_scope(tenant):
        await settings.write(*WA, {"token": TOKEN, "server": {"password": "p4ss"}})
        sent = (await settings.form(*WA)).values
        await settings.write(*WA, {**sent, "device": "second"})
        kept = await settings.config(*WA)
        await settings.write(*WA, {**sent, "server": {"password": "new"}})
        replaced = await settings.config(*WA)
        await settings.write(*WA, {**sent, "server": {}})
        forgotten = await settings.config(*WA)
    assert (kept.token.reveal(), kept.device, kept.server.password.reveal()) == (TOKEN, "second", "p4ss")  # type: ignore[attr-defined]  # the model is the plugin's own
    assert (replaced.token.reveal(), replaced.server.password.reveal()) == (TOKEN, "new")  # type: ignore[attr-defined]  # the model is the plugin's own
    assert forgotten.server.password is None  # type: ignore[attr-defined]  # the model is the plugin's own


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "The setting token of wa cannot be used: it is required."),
        ({"token": MASK}, "The setting token of wa cannot be used: it is required."),
        ({"token": ""}, "The setting token of wa cannot be used: it must be a text that is not empty."),
        ({"token": {"sealed": "x"}}, "The setting token of wa cannot be used: it must be a text that is not empty."),
        ({"token": TOKEN, "toke": 1}, "The setting toke of wa cannot be used: there is no such setting."),
        ({"token": TOKEN, "per_day": 0}, "The setting per_day of wa cannot be used: it must be at least 1."),
        ({"token": TOKEN, "server": 3}, "The setting server of wa cannot be used: Input should be an object"),
        ({"token": TOKEN, "device": "loud"}, f"The setting * of wa cannot be used: {MASK}"),
        ({"token": TOKEN, "server": {"hots": "x"}}, "The setting server.hots of wa cannot be used: there is no such setting."),
    ],
)
async def test_settings_that_do_not_fit_change_nothing_and_are_not_repeated(
    sent: dict[str, object], said: str, settings: PluginSettings, tenant: UUID
) -> None:
    async with tenant_scope(tenant):
        with pytest.raises(BadSettingsError) as raised:
            await settings.write(*WA, sent)
        assert str(raised.value) == said
        assert TOKEN not in "".join(traceback.format_exception(raised.value))
        assert raised.value.__context__ is None
        assert (await settings.form(*WA)).values == {}


async def test_no_trace_of_a_secret_is_left(
    settings: PluginSettings, tenant: UUID, admin_url: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    async with tenant_scope(tenant):
        await settings.write(*WA, {"token": TOKEN})
        config = await settings.config(*WA)
        form = await settings.form(*WA)
    logging.getLogger("plugin").warning("%s %r %s %s", config, config, form, config.model_dump())
    connection = await asyncpg.connect(admin_url)
    try:
        rows = await connection.fetch("select plugin_settings::text from plugin_settings where tenant_id = $1", tenant)
    finally:
        await connection.close()
    seen = [caplog.text, str(capsys.readouterr()), str(rows), repr(config), str(config), config.model_dump_json(), json.dumps(form.values)]
    assert len(rows) == 1
    assert all(TOKEN not in text for text in seen)


async def test_a_sealed_secret_carried_to_another_tenant_does_not_open(
    settings: PluginSettings, tenant: UUID, other_tenant: UUID, admin_url: str
) -> None:
    for one in (tenant, other_tenant):
        async with tenant_scope(one):
            await settings.write(*WA, {"token": f"{TOKEN} of {one}"})
    connection = await asyncpg.connect(admin_url)
    try:
        await connection.execute(
            "update plugin_settings set settings = (select settings from plugin_settings where tenant_id = $1) where tenant_id = $2",
            tenant,
            other_tenant,
        )
    finally:
        await connection.close()
    async with tenant_scope(other_tenant):
        with pytest.raises(SecretLostError):
            await settings.config(*WA)
        await settings.write(*WA, {"token": "entered again"})
        assert (await settings.config(*WA)).token.reveal() == "entered again"  # type: ignore[attr-defined]  # the model is the plugin's own


async def test_rotating_seals_everything_under_the_new_key(plugins: Plugins, settings: PluginSettings, tenant: UUID) -> None:
    async with tenant_scope(tenant):
        await settings.write(*WA, {"token": TOKEN, "server": {"host": "h", "password": "p4ss"}})
        assert await PluginSettings(plugins, Vault([NEW, OLD])).rotate() == 2
    async with tenant_scope(tenant):
        config = await PluginSettings(plugins, Vault([NEW])).config(*WA)
        assert (config.token.reveal(), config.server.host) == (TOKEN, "h")  # type: ignore[attr-defined]  # the model is the plugin's own
        with pytest.raises(SecretLostError):
            await settings.config(*WA)


async def test_writing_settings_does_not_switch_a_plugin(plugins: Plugins, settings: PluginSettings, tenant: UUID) -> None:
    async with tenant_scope(tenant):
        await settings.write("kota", "segmentation_strategies.kota", {})
        await settings.write(*WA, {"token": TOKEN})
        assert names(await active(plugins)) == ["kota"]


async def test_settings_are_for_what_is_registered(settings: PluginSettings, tenant: UUID) -> None:
    async with tenant_scope(tenant):
        with pytest.raises(NoSuchObjectError, match=r"wa has no channels\.kota"):
            await settings.form("wa", "channels.kota")
        with pytest.raises(NoSuchPluginError):
            await settings.config("nobody", "channels.wa")
