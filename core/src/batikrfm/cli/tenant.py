"""``batikrfm tenant``: create and list tenants."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import click

from batikrfm.cli.language import lang_option
from batikrfm.cli.options import data_dir_option, run_with_database
from batikrfm.sdk.text import Language, Text

CREATED = Text(
    id="{name} sudah dibuat, nama pendeknya {slug}. Lanjutkan dengan: batikrfm import {slug} BERKAS",
    en="Created {name}, called {slug}. Go on with: batikrfm import {slug} FILE",
)
NONE = Text(
    id="Belum ada toko; buat yang pertama dengan: batikrfm tenant create NAMA",
    en="There are no tenants; create the first with: batikrfm tenant create NAME",
)
HEADINGS = (
    Text(id="Nama pendek", en="Slug"),
    Text(id="Nama", en="Name"),
    Text(id="Zona waktu", en="Time zone"),
    Text(id="Mata uang", en="Currency"),
    Text(id="Bahasa", en="Language"),
)


@click.group()
def tenant() -> None:
    """Create and list tenants: the merchants who share this installation."""


@tenant.command()
@click.argument("name")
@click.option("--timezone", default="Asia/Jakarta", show_default=True, help="Time zone of the shop.")
@click.option("--currency", default="IDR", show_default=True, help="Currency of its sales.")
@lang_option
@data_dir_option
def create(name: str, *, timezone: str, currency: str, lang: Language, data_dir: Path | None) -> None:
    """Create the tenant NAME. `--lang` is also the language that it will be written to in."""
    from batikrfm.tenancy import create_tenant

    made = run_with_database(data_dir, lambda: create_tenant(name, time_zone=timezone, currency=currency, language=lang))
    click.echo(CREATED.say(lang, name=made.name, slug=made.slug))


@tenant.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@lang_option
@data_dir_option
def list_(*, as_json: bool, lang: Language, data_dir: Path | None) -> None:
    """Show every tenant."""
    from batikrfm.tenancy import list_tenants

    tenants = run_with_database(data_dir, list_tenants)
    if as_json:
        click.echo(json.dumps({"tenants": [dataclasses.asdict(one) for one in tenants]}, default=str, indent=2, ensure_ascii=False))
    elif not tenants:
        click.echo(NONE.say(lang))
    else:
        _table([(one.slug, one.name, one.time_zone, one.currency, one.language) for one in tenants], lang)


def _table(rows: list[tuple[str, ...]], lang: Language) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text as Plain

    slug, *others = (heading.say(lang) for heading in HEADINGS)
    table = Table(box=None)
    table.add_column(slug, no_wrap=True)  # it is there to be copied
    for heading in others:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*map(Plain, row))  # a name is a name, whatever brackets are in it
    Console().print(table)
