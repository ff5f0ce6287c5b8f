"""The command line. Each command lives in a module of its own, imported only when it is called."""

from __future__ import annotations

import functools
import gc
import sys
from collections.abc import Mapping
from importlib import import_module

import click

from batikrfm.cli.outcome import exit_with

COMMANDS = {
    "analyze": "batikrfm.cli.analyze:analyze",
    "db": "batikrfm.cli.db:db",
    "demo": "batikrfm.cli.demo:demo",
    "demo-customers": "batikrfm.cli.demo_playing:demo_customers",
    "import": "batikrfm.cli.sales:import_",
    "jobs": "batikrfm.cli.jobs:jobs",
    "moves": "batikrfm.cli.segment:moves",
    "plugins": "batikrfm.cli.plugins:plugins",
    "report": "batikrfm.cli.report:report",
    "scheduler": "batikrfm.cli.services:scheduler",
    "segment": "batikrfm.cli.segment:segment",
    "tenant": "batikrfm.cli.tenant:tenant",
    "up": "batikrfm.cli.up:up",
    "usage": "batikrfm.cli.usage:usage",
    "web": "batikrfm.cli.services:web",
    "worker": "batikrfm.cli.services:worker",
}
"""Where each command is; importing one costs only what that command needs."""

SUMMARIES = {
    "analyze": "Read sales files and show who the customers are. Needs no account and no server.",
    "db": "Start, migrate and check the database.",
    "demo": "Analyse a made-up batik shop, to see what comes out.",
    "demo-customers": "Play the customers of the sample shop, whose messages go to nobody.",
    "import": "Load sales files into a tenant's shop.",
    "jobs": "See a tenant's background jobs, stop one, run one again.",
    "moves": "Show who moved from which segment to which.",
    "plugins": "List plugins, find out why one is off, begin a new one.",
    "report": "Write a tenant's report, to read or to work with.",
    "scheduler": "Enqueue what is due by the clock.",
    "segment": "Score and segment a tenant's customers.",
    "tenant": "Create and list tenants.",
    "up": "Run BatikRFM on this machine: database, portal, API and jobs.",
    "usage": "See and limit what tenants use of AI, and estimate what it will cost.",
    "web": "Serve the portal and the API.",
    "worker": "Run jobs.",
}


SELDOM = 300_000
"""New objects until the collector looks for garbage. Loading a command makes so many that stay; looking every 700 takes 0.1 s."""


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one when it is asked for; plugins are asked for what we have not."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted({*COMMANDS, *extension_commands()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in COMMANDS:
            return extension_commands().get(cmd_name)
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)  # noqa: S101 - a wrong line in COMMANDS is our bug
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """List the commands from SUMMARIES, so that ``--help`` imports none of ours."""
        others = {name: command.get_short_help_str(limit=100) for name, command in extension_commands().items()}
        with formatter.section("Commands"):
            formatter.write_dl(sorted({**others, **SUMMARIES}.items()))


@functools.cache
def extension_commands() -> Mapping[str, click.Command]:
    """The commands that extensions bring, by name; none can take the name of one of ours."""
    from batikrfm.plugins import load_plugins

    brought = [command for extension in load_plugins().extensions.values() for command in extension.commands()]
    return {str(command.name): command for command in brought if isinstance(command, click.Command) and command.name not in COMMANDS}


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="batikrfm", prog_name="batikrfm")
def cli() -> None:
    """BatikRFM reads a shop's sales files, finds out who the customers are and what to do for them.

    Start with:  batikrfm analyze FILE
    """


def main(arguments: list[str] | None = None) -> None:
    """Entry point of ``batikrfm``. Exit codes: 0 done, 1 the input, 2 the way it was called."""
    is_process = arguments is None
    if is_process:
        gc.set_threshold(SELDOM)
    code = exit_with(lambda: cli.main(args=arguments, prog_name="batikrfm", standalone_mode=False))
    if is_process:
        gc.freeze()  # or the interpreter goes over everything three times before it ends
    sys.exit(code)
