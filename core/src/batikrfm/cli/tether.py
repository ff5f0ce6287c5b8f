"""A child that does not outlive its parent: it holds the reading end of a pipe as its standard input, which ends when the parent does."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def tethered_option(command: Command) -> Command:
    """Add ``--tethered``, for ``batikrfm up``: be told to stop when standard input ends."""

    def tie(_ctx: click.Context, _option: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's signature
        if value:
            threading.Thread(target=_watch, daemon=True).start()

    return click.option("--tethered", is_flag=True, hidden=True, expose_value=False, callback=tie)(command)


def _watch() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
