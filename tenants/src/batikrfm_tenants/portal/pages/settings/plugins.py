"""Plugins: which are on, why one is off, and their settings, by forms made from what each says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from litestar import Response, get, post
from litestar.params import FromPath

from batikrfm.content.chain import model_notices
from batikrfm.plugins import activation
from batikrfm.plugins.errors import BadSettingsError
from batikrfm.plugins.registry import Plugin, Registered
from batikrfm.plugins.settings import PluginSettings
from batikrfm.sdk.text import Text
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.guards import needs
from batikrfm_tenants import audit
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.errors import FORM_ERRORS
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.pages.settings.tabs import HELP, Tabs, tabs
from batikrfm_tenants.portal.schema_forms import PREFIX, SettingField, fields, sent_values

SAVED = Text(id="Pengaturan plugin tersimpan.", en="The plugin's settings are saved.")
ON = Text(id="Plugin dinyalakan.", en="The plugin is on.")
OFF = Text(id="Plugin dimatikan. Pengaturannya tetap tersimpan.", en="The plugin is off. Its settings are kept.")
KINDS: Mapping[str, Text] = {
    "segmentation_strategies": Text(id="Cara membagi segmen", en="Way to segment"),
    "llm_providers": Text(id="Penulis pesan (AI)", en="Writer of messages (AI)"),
    "channels": Text(id="Saluran kirim", en="Channel to send by"),
    "extensions": Text(id="Bagian aplikasi", en="Part of the application"),
}


@dataclass(frozen=True)
class Part:
    """One thing that a plugin brings."""

    name: Text
    kind: Text
    address: str
    configured: bool


@dataclass(frozen=True)
class PluginRow:
    """One plugin, as the list shows it."""

    plugin: Plugin
    on: bool
    switchable: bool
    parts: tuple[Part, ...]


@dataclass(frozen=True, kw_only=True)
class PluginsPage(Page):
    """Every plugin that is installed."""

    template: ClassVar[str] = "settings/plugins.html"
    tabs: Tabs = field(metadata=HELP)
    form: Form = field(metadata={"help": "What was wrong with the last deed on this page."})
    models: tuple[Text, ...] = field(metadata={"help": "What to know of models that their vendors have switched off or will."})
    plugins: tuple[PluginRow, ...] = field(metadata={"help": "Each plugin with its state, what it brings, and why it is off."})


@dataclass(frozen=True, kw_only=True)
class PluginSettingsPage(Page):
    """The settings of one thing that a plugin brings."""

    template: ClassVar[str] = "settings/plugin.html"
    tabs: Tabs = field(metadata=HELP)
    form: Form = field(metadata={"help": "The form as it was sent."})
    plugin: Plugin = field(metadata={"help": "Whose settings these are."})
    part: Part = field(metadata={"help": "Which of its things they are for."})
    fields: tuple[SettingField, ...] = field(metadata={"help": "The fields, with what was set; of a secret only a mask."})


async def page(desk: Desk, form: Form) -> PluginsPage:
    """The page with ``form``."""
    plugins = desk.plugins
    on = {plugin.name for plugin in (await activation.active(plugins)).all}
    notices = await model_notices(PluginSettings(plugins, desk.services.office.vault))
    return PluginsPage(
        tabs=tabs(desk),
        form=form,
        models=tuple(one.text for one in notices),
        plugins=tuple(row(plugin, on=plugin.name in on) for plugin in plugins.all),
    )


async def settings_page(desk: Desk, plugin: str, address: str, form: Form) -> PluginSettingsPage:
    """The settings of ``address`` with ``form``. Raises what is not found where there is no such thing with settings."""
    found = await PluginSettings(desk.plugins, desk.services.office.vault).form(plugin, address)
    owner = activation.require(desk.plugins, plugin)
    one = next(one for one in owner.objects if one.address == address)
    return PluginSettingsPage(
        tabs=tabs(desk), form=form, plugin=owner, part=part(one), fields=fields(found.schema, found.values, found.given)
    )


@get("/pengaturan/plugin", opt=needs(Permission.PLUGINS_READ))
async def plugins(desk: Desk) -> Response[str]:
    """The plugins."""
    return desk.show(await page(desk, Form()))


@post("/pengaturan/plugin/{plugin:str}/nyala", opt=needs(Permission.PLUGINS_WRITE))
async def switch(desk: Desk, plugin: FromPath[str]) -> Response[str]:
    """Switch a plugin on or off for this shop."""
    form = await desk.form()
    on = form["on"] == "yes"
    try:
        await activation.switch(desk.plugins, plugin, on=on)
    except FORM_ERRORS as error:
        return desk.refuse(await page(desk, form.refused(error)), error)
    await audit.record(desk.principal, "plugin.switched", plugin, {"on": on})
    return desk.go(f"{desk.shop_path}/pengaturan/plugin", say=ON if on else OFF)


@get("/pengaturan/plugin/{plugin:str}/{address:str}", opt=needs(Permission.PLUGINS_WRITE))
async def settings(desk: Desk, plugin: FromPath[str], address: FromPath[str]) -> Response[str]:
    """The settings of one thing."""
    return desk.show(await settings_page(desk, plugin, address, Form()))


@post("/pengaturan/plugin/{plugin:str}/{address:str}", opt=needs(Permission.PLUGINS_WRITE))
async def settings_sent(desk: Desk, plugin: FromPath[str], address: FromPath[str]) -> Response[str]:
    """Keep them: all or none. A secret whose field still has the mask stays what it is."""
    form = await desk.form()
    keeper = PluginSettings(desk.plugins, desk.services.office.vault)
    schema = (await keeper.form(plugin, address)).schema
    try:
        await keeper.write(plugin, address, sent_values(schema, form))
    except BadSettingsError as error:
        problem: Any = error.values["problem"]
        return desk.refuse(await settings_page(desk, plugin, address, form.refused(problem, f"{PREFIX}{error.values['field']}")), error)
    await audit.record(desk.principal, "plugin.changed", f"{plugin}/{address}")
    return desk.go(f"{desk.shop_path}/pengaturan/plugin", say=SAVED)


def row(plugin: Plugin, *, on: bool) -> PluginRow:
    """``plugin`` as the list shows it. An extension serves the whole installation: no shop switches it."""
    switchable = plugin.off is None and any(one.kind != "extensions" for one in plugin.objects)
    return PluginRow(plugin, on, switchable, tuple(part(one) for one in plugin.objects))


def part(one: Registered) -> Part:
    """A registered thing as pages show it."""
    model = getattr(one.value, "config_model", None)
    return Part(one.value.name, KINDS.get(one.kind, Text(id=one.kind, en=one.kind)), one.address, bool(model and model.model_fields))


ROUTES = [plugins, switch, settings, settings_sent]
