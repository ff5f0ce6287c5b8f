"""``batikrfm plugins``: which there are, why one is off, and which are on for a tenant."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from batikrfm.cli.language import lang_option
from batikrfm.cli.new_plugin import new
from batikrfm.cli.options import data_dir_option, run_with_database
from batikrfm.sdk.text import Language, Text

if TYPE_CHECKING:
    from batikrfm.plugins import Plugin, Plugins

COLUMNS = (
    Text(id="Plugin", en="Plugin"),
    Text(id="Versi", en="Version"),
    Text(id="Keadaan", en="State"),
    Text(id="Menyediakan", en="Offers"),
)
WORKS = Text(id="siap", en="works")
OFF = Text(id="mati", en="off")
ALL_WELL = Text(id="Semua plugin siap dipakai.", en="Every plugin works.")
NO_RANGE = Text(
    id="tidak menyebut versi batikrfm yang didukung. Pembuatnya sebaiknya menulis, misalnya: batikrfm>=0.1,<0.2",
    en="does not say which versions of batikrfm it supports. Its author should write, for example: batikrfm>=0.1,<0.2",
)
SET_UP = Text(
    id="dinyalakan oleh pemasangan ini ({variables}) untuk setiap toko yang tidak mematikannya.",
    en="is set up by this installation ({variables}): on for every shop that has not switched it off.",
)
BADLY_SET_UP = Text(
    id="tidak bisa memakai nilai dari lingkungan pemasangan. {problem}",
    en="cannot use what the installation's environment says. {problem}",
)
SWITCHED_ON = Text(id="{plugin} aktif untuk {tenant}.", en="{plugin} is on for {tenant}.")
SWITCHED_OFF = Text(id="{plugin} tidak aktif untuk {tenant}.", en="{plugin} is off for {tenant}.")


@click.group()
def plugins() -> None:
    """List plugins, find out why one is off, begin a new one."""


@plugins.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@lang_option
def list_(*, as_json: bool, lang: Language) -> None:
    """Show every plugin installed: its version, whether it works, and what it offers."""
    from batikrfm.plugins import load_plugins

    found = load_plugins()
    if as_json:
        click.echo(_json(found, lang))
    else:
        _show(found, lang)


@plugins.command()
@lang_option
@click.pass_context
def doctor(ctx: click.Context, lang: Language) -> None:
    """Say of each plugin that is off why, and what to do; and which the environment sets up for every shop. Exit code 1 if one is off."""
    from batikrfm.plugins import load_plugins

    ill = False
    for plugin in load_plugins().all:
        if plugin.off is not None:
            click.echo(f"{_full_name(plugin)}: {plugin.off.say(lang)}")
        elif plugin.requires is None and not plugin.builtin:
            click.echo(f"{_full_name(plugin)} {NO_RANGE.say(lang)}")
        ill = _say_environment(plugin, lang) or plugin.off is not None or ill
    if ill:
        ctx.exit(1)
    click.echo(ALL_WELL.say(lang))


def _say_environment(plugin: Plugin, lang: Language) -> bool:
    """Say what the environment does for ``plugin``; whether it is wrong."""
    from batikrfm.plugins.activation import is_set_up
    from batikrfm.plugins.environment import problem_with, variables_of

    models = [one.config_model for one in plugin.objects]
    for model in models:
        if (problem := problem_with(model, plugin.name)) is not None:
            click.echo(f"{_full_name(plugin)} {BADLY_SET_UP.say(lang, problem=problem.say(lang))}")
            return True
    if is_set_up(plugin):
        variables = ", ".join(name for model in models for name in variables_of(model))
        click.echo(f"{_full_name(plugin)} {SET_UP.say(lang, variables=variables)}")
    return False


@plugins.command()
@click.argument("plugin")
@click.option("--tenant", required=True, help="The tenant's slug or ID.")
@data_dir_option
@lang_option
def enable(plugin: str, tenant: str, data_dir: Path | None, lang: Language) -> None:
    """Switch PLUGIN on for a tenant."""
    click.echo(SWITCHED_ON.say(lang, plugin=plugin, tenant=_switch(plugin, tenant, data_dir, on=True)))


@plugins.command()
@click.argument("plugin")
@click.option("--tenant", required=True, help="The tenant's slug or ID.")
@data_dir_option
@lang_option
def disable(plugin: str, tenant: str, data_dir: Path | None, lang: Language) -> None:
    """Switch PLUGIN off for a tenant."""
    click.echo(SWITCHED_OFF.say(lang, plugin=plugin, tenant=_switch(plugin, tenant, data_dir, on=False)))


plugins.add_command(new)


def _switch(plugin: str, tenant: str, data_dir: Path | None, *, on: bool) -> str:
    """Switch, and return the tenant's name."""
    from batikrfm.plugins import load_plugins
    from batikrfm.plugins.activation import switch
    from batikrfm.tenancy import find_tenant, tenant_scope

    async def work() -> str:
        found = await find_tenant(tenant)
        async with tenant_scope(found.id):
            await switch(load_plugins(), plugin, on=on)
        return found.name

    return run_with_database(data_dir, work)


def _full_name(plugin: Plugin) -> str:
    return f"{plugin.name} ({plugin.distribution} {plugin.version})"


def _show(found: Plugins, lang: Language) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text as Plain

    table = Table(*(column.say(lang) for column in COLUMNS))
    for plugin in found.all:
        state = OFF if plugin.off else WORKS
        offers = plugin.off.say(lang) if plugin.off else "\n".join(one.address for one in plugin.objects)
        table.add_row(plugin.name, f"{plugin.distribution} {plugin.version}", state.say(lang), Plain(offers))
    Console().print(table)


def _json(found: Plugins, lang: Language) -> str:
    import json

    return json.dumps({"plugins": [_about(plugin, lang) for plugin in found.all]}, ensure_ascii=False, indent=2)


def _about(plugin: Plugin, lang: Language) -> dict[str, object]:
    return {
        "name": plugin.name,
        "distribution": plugin.distribution,
        "version": plugin.version,
        "entry_point": plugin.value,
        "requires": plugin.requires,
        "builtin": plugin.builtin,
        "works": plugin.off is None,
        "reason": plugin.off.say(lang) if plugin.off else None,
        "objects": [{"kind": one.kind, "key": one.key} for one in plugin.objects],
    }
