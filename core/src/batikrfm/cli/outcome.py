"""The one place that turns what happened into an exit code and one sentence on standard error."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import click

from batikrfm.sdk.errors import BatikError
from batikrfm.sdk.text import Language, Text

DONE, INPUT, USAGE = 0, 1, 2
INTERRUPTED = 130  # 128 + SIGINT, as shells have it

language: ContextVar[Language] = ContextVar("language", default="id")
"""The reader's language; ``--lang`` sets it, so that errors speak it too."""

UNEXPECTED = Text(
    id="Ada kesalahan di program kami ({kind}). Rinciannya disimpan di {path}; kirimkan berkas itu kepada kami supaya bisa diperbaiki.",
    en="There is a mistake in our program ({kind}). The details are in {path}; send us that file and we will mend it.",
)
OUT_OF_MEMORY = Text(
    id="Memori komputer ini tidak cukup untuk berkas sebesar itu. Bagi berkasnya per tahun, lalu coba lagi.",
    en="This computer has too little memory for a file of that size. Split the file by year and try again.",
)


def exit_with(run: Callable[[], Any]) -> int:
    """Run a command line and answer its exit code; whatever went wrong is said in one sentence on standard error."""
    try:
        code = run()
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the last stop before the shell: each kind has its outcome below
        return _ended(error)
    return code if isinstance(code, int) else DONE


def _ended(error: Exception | KeyboardInterrupt) -> int:  # noqa: PLR0911 - one line for each kind of end
    match error:
        case click.UsageError():
            return _say(_usage(error), USAGE)
        case click.ClickException():
            return _say(error.format_message(), INPUT)
        case BatikError():
            return _say(error.say(language.get()), INPUT)
        case click.Abort() | KeyboardInterrupt():
            return INTERRUPTED
        case BrokenPipeError():  # the reader of our output went away, as `| head` does
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return DONE
        case MemoryError():
            return _say(OUT_OF_MEMORY.say(language.get()), INPUT)
    return _say(UNEXPECTED.say(language.get(), kind=type(error).__name__, path=_kept(error)), INPUT)


def _usage(error: click.UsageError) -> str:
    """Click's message and where to read more, as one line."""
    command = error.ctx.command_path if error.ctx else "batikrfm"
    return f"{error.format_message()} Try '{command} --help'."


def _kept(error: BaseException) -> str:
    """A bug of ours, kept in a file for a developer instead of being thrown at a shop owner."""
    with tempfile.NamedTemporaryFile("w", prefix="batikrfm-", suffix=".txt", delete=False, encoding="utf-8") as file:
        traceback.print_exception(error, file=file)
    return file.name


def _say(sentence: str, code: int) -> int:
    click.echo(sentence, err=True)
    return code
