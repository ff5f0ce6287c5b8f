"""Writes the reference of the command line, from the commands themselves. Usage: python tools/cli_reference.py FILE."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path

import click

from batikrfm.cli import cli

INTRODUCTION = """\
# Command line

<!-- Written by `make reference` from the commands themselves; a test compares the two. -->

Exit codes: 0 done; 1 something about the input, said in one sentence on standard error; 2 the command was called wrongly.
"""


def reference() -> str:
    """The whole page, in markdown."""
    return "\n".join([INTRODUCTION, *sections(cli, click.Context(cli, info_name="batikrfm", **cli.context_settings))])


def sections(command: click.Command, context: click.Context) -> Iterator[str]:
    """The section of ``command`` and those of its subcommands."""
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None:
                yield from sections(inner, click.Context(inner, info_name=name, parent=context))
        return
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    yield f"## `{context.command_path}`\n\n```text\n{usage}\n```\n\n{cleandoc(command.help or '')}\n"
    options = [param for param in command.get_params(context) if isinstance(param, click.Option)]
    records = [record for param in options if (record := param.get_help_record(context))]
    yield "\n".join(["| option | meaning |", "| --- | --- |", *(f"| {_code(names)} | {_cell(help_)} |" for names, help_ in records), ""])


def _code(names: str) -> str:
    return " ".join(f"`{name}`" for name in names.replace("|", "\\|").split(", "))


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(reference(), encoding="utf-8")
