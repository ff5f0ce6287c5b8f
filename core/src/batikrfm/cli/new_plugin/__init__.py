"""``batikrfm plugins new``: a plugin to begin with, whose contract's tests are green from the first minute."""

from __future__ import annotations

from pathlib import Path

import click

from batikrfm.cli.language import lang_option
from batikrfm.sdk.text import Language, Text

MADE = Text(
    id="{title} siap di {folder}. Coba ujinya: cd {folder} && python -m pytest -q",
    en="{title} is in {folder}. Run its tests: cd {folder} && python -m pytest -q",
)


@click.command("new")
@click.argument("name")
@click.option("--kind", type=click.Choice(["channel"]), default="channel", show_default=True, help="What the plugin offers.")
@click.option(
    "--addresses", type=click.Choice(["email", "phone"]), default="email", show_default=True, help="What a channel's messages go to."
)
@click.option("--title", help="The name that people read; otherwise made of NAME.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where to put it; otherwise ./batikrfm-NAME.")
@lang_option
def new(*, name: str, kind: str, addresses: str, title: str | None, folder: Path | None, lang: Language) -> None:  # noqa: PLR0913 - the options
    """Write a new plugin, NAME, with tests that are green. Begin there and change it into yours."""
    from batikrfm.cli.new_plugin.writing import Plan, write_plugin

    plan = Plan(name, kind, addresses, title)
    made = write_plugin(plan, folder or Path(f"batikrfm-{plan.dashed}"))
    click.echo(MADE.say(lang, title=plan.shown, folder=made))
