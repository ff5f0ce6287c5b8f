"""``batikrfm db``: start the built-in database, say where it is, migrate it, check its walls."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from batikrfm.cli.language import lang_option
from batikrfm.cli.options import data_dir_option, run_with_database, settings_of
from batikrfm.sdk.text import Language, Text

if TYPE_CHECKING:
    from batikrfm.db.urls import Urls

RUNNING = Text(
    id="Basis data berjalan di {where}. `batikrfm db url` menunjukkan alamat lengkapnya. Tekan Ctrl-C untuk berhenti.",
    en="The database is running at {where}. `batikrfm db url` shows its full address. Press Ctrl-C to stop.",
)
MIGRATED = Text(id="{count} migrasi dijalankan.", en="Ran {count} migrations.")
UP_TO_DATE = Text(id="Basis data sudah mutakhir.", en="The database is up to date.")
WHOLE = Text(id="Pemisah data antartoko utuh.", en="The walls between tenants are whole.")
NO_OWNER = Text(id="BATIKRFM_OWNER_URL belum diisi.", en="BATIKRFM_OWNER_URL is not set.")


@click.group()
def db() -> None:
    """Start, migrate and check the database.

    No command needs a database to be started first: each starts the built-in one for as long as it works.
    """


@db.command()
@data_dir_option
@lang_option
def start(*, data_dir: Path | None, lang: Language) -> None:
    """Keep the built-in database running until Ctrl-C; other commands join it meanwhile."""
    from batikrfm.db.urls import without_password
    from batikrfm.tenancy import open_database

    async def main() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        async with open_database(settings_of(data_dir)) as database:
            click.echo(RUNNING.say(lang, where=without_password(database.urls.app)))
            await stop.wait()

    asyncio.run(main())


@db.command()
@click.option("--role", type=click.Choice(["app", "owner", "platform"]), default="app", show_default=True, help="Whose address.")
@data_dir_option
@lang_option
def url(*, role: str, data_dir: Path | None, lang: Language) -> None:
    """Print the database's address, password and all. The built-in one answers there while `batikrfm db start` runs."""
    from batikrfm.db.reaching import reach

    async def main() -> Urls:
        async with reach(settings_of(data_dir)) as urls:
            return urls

    address = getattr(asyncio.run(main()), role)
    if address is None:
        raise click.ClickException(NO_OWNER.say(lang))
    click.echo(address)


@db.command()
@data_dir_option
@lang_option
def migrate(*, data_dir: Path | None, lang: Language) -> None:
    """Bring the schema up to date, as the owner role. The built-in database does so by itself."""
    from batikrfm.db import database
    from batikrfm.db.reaching import reach

    async def main() -> list[str]:
        async with reach(settings_of(data_dir)) as urls:
            return await database.migrate(urls)

    done = asyncio.run(main())
    for name in done:
        click.echo(name)
    click.echo(MIGRATED.say(lang, count=len(done)) if done else UP_TO_DATE.say(lang))


@db.command()
@data_dir_option
@lang_option
def guard(*, data_dir: Path | None, lang: Language) -> None:
    """Check that the walls between tenants have no gap; every start does so, too."""

    async def nothing_more() -> None: ...

    run_with_database(data_dir, nothing_more)
    click.echo(WHOLE.say(lang))
