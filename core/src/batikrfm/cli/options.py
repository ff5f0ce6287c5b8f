"""``--data-dir``, wherever a command uses the database, and the way for such a command to run."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import click

from batikrfm.settings import Settings

Command = TypeVar("Command", bound=Callable[..., Any])
Result = TypeVar("Result")


def data_dir_option(command: Command) -> Command:
    """Add ``--data-dir DIR`` (``data_dir: Path | None``), which wins over ``BATIKRFM_DATA_DIR``."""
    return click.option(
        "--data-dir",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        help="Folder of the built-in database and its files [default: BATIKRFM_DATA_DIR, or your user's data folder].",
    )(command)


def settings_of(data_dir: Path | None) -> Settings:
    """The installation's settings, with what ``--data-dir`` said."""
    return Settings.from_environment(data_dir=data_dir)


def run_with_database(data_dir: Path | None, work: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
    """Run ``work()`` with the database open and its walls checked."""
    import asyncio

    from batikrfm.tenancy import open_database

    async def main() -> Result:
        async with open_database(settings_of(data_dir)):
            return await work()

    return asyncio.run(main())
