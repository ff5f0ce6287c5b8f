"""Options that say how files are read and what is asked of them, shared by the commands that need them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

_RUPIAH = "IDR"
Command = TypeVar("Command", bound=Callable[..., Any])


def chosen_columns(_ctx: click.Context, _option: click.Parameter, pairs: tuple[str, ...]) -> dict[str, str]:
    """``--map field=column`` as a dict; the last of two for one field wins."""
    chosen = {}
    for pair in pairs:
        field, equals, column = pair.partition("=")
        if not (field.strip() and equals and column.strip()):
            raise click.BadParameter(f"{pair!r} should read FIELD=COLUMN, for example ordered_at=Tanggal.")
        chosen[field.strip()] = column.strip()
    return chosen


def known_zone(_ctx: click.Context, _option: click.Parameter, name: str) -> str:
    """A time zone's name, if there is such a zone."""
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise click.BadParameter(f"{name!r} is no time zone; write it like Asia/Jakarta.") from error


def known_currency(_ctx: click.Context, _option: click.Parameter, code: str) -> str:
    """A currency's three letters, if there is such a currency."""
    if code == _RUPIAH:  # the default, for which babel need not be loaded
        return code
    from babel.numbers import is_currency

    if not is_currency(code.upper()):
        raise click.BadParameter(f"{code!r} is no currency; write its three letters, like IDR.")
    return code.upper()


def question_options(command: Command) -> Command:
    """What is asked of the customers: strategy, day, returns, window."""
    for option in reversed(
        (
            click.option("--strategy", default="rfm5", show_default=True, help="Segmentation strategy; see `batikrfm plugins list`."),
            click.option(
                "--as-of",
                type=click.DateTime(["%Y-%m-%d"]),
                metavar="DATE",
                help="Count up to this day. [default: the day after the last sale]",
            ),
            click.option(
                "--returns",
                type=click.Choice(["net", "ignore"]),
                default="net",
                show_default=True,
                help="Refunds lower the money (net), or are left out with cancelled and free lines (ignore).",
            ),
            click.option("--since-days", type=click.IntRange(min=1), metavar="N", help="Look only at the last N days."),
        )
    ):
        command = option(command)
    return command


def reading_options(command: Command) -> Command:
    """How the files are to be read."""
    for option in reversed(
        (
            click.option("--map", "chosen", multiple=True, callback=chosen_columns, metavar="FIELD=COLUMN", help="Which column is what."),
            click.option("--sheet", metavar="NAME", help="Read this sheet of a workbook only."),
        )
    ):
        command = option(command)
    return command
