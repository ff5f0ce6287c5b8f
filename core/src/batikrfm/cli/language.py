"""``--lang``: the language that tables, reports and errors of this call are in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import click

from batikrfm.cli.outcome import language
from batikrfm.sdk.text import Language

Command = TypeVar("Command", bound=Callable[..., Any])


def _remember(_ctx: click.Context, _option: click.Parameter, value: str) -> Language:
    chosen = cast("Language", value)
    language.set(chosen)
    return chosen


def lang_option(command: Command) -> Command:
    """Add ``--lang id|en`` (default ``id``, or ``BATIKRFM_LANG``), read before the rest so that errors speak it."""
    return click.option(
        "--lang",
        "lang",
        type=click.Choice(["id", "en"]),
        default="id",
        envvar="BATIKRFM_LANG",
        show_default=True,
        is_eager=True,
        callback=_remember,
        help="Language of what is shown and written.",
    )(command)
