"""The embedded database below ``batikrfm up``: started again when it is killed, and those who use it with it if need be."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from batikrfm.cli.children import SHORTEST_PAUSE, STEADY, TRIES, Child
from batikrfm.sdk.errors import SetupError
from batikrfm.sdk.text import Text
from batikrfm.settings import Settings


class ServerDiedError(SetupError):
    """The embedded server does not stay up. Values: log."""

    text = Text(
        id="PostgreSQL bawaan berhenti lagi setiap kali dinyalakan. Selengkapnya ada di {log}.",
        en="The built-in PostgreSQL ends again each time it is started. {log} says more.",
    )


@dataclass(frozen=True)
class Server:
    """The server of an installation, whose ``parts`` use it. This process uses it, too: nobody else may stop it meanwhile."""

    settings: Settings
    parts: Sequence[Child]
    patience: float
    """Seconds that the parts have to end where they must."""
    pause: float = SHORTEST_PAUSE
    """Seconds before it is started again, the first time."""
    steady: float = STEADY
    """Seconds; one that lives shorter did not really start."""

    @property
    def folder(self) -> Path:
        """Where its data is, whatever the working directory."""
        return self.settings.data_dir.absolute()

    async def keep_up(self) -> None:
        """Start it again when it is gone; never returns. A server that is not ours is its operator's.

        Its address stays what it was, so the parts just connect again; where another program took it meanwhile, they start anew.

        Raises:
            SetupError: it does not start, or ends soon after each of several starts.
        """
        if not self.settings.embedded:
            await asyncio.Event().wait()
        from batikrfm.db.embedded import server_gone, server_port, start_again  # needs fcntl, which Windows has not

        folder, short = self.folder, 0
        port = server_port(folder)
        while True:
            started = time.monotonic()
            await server_gone(folder)
            short = short + 1 if time.monotonic() - started < self.steady else 0
            if short >= TRIES:
                raise ServerDiedError(log=folder / "postgres.log")
            await asyncio.sleep(self.pause * 2**short)
            before, port = port, await start_again(folder)
            if port != before:
                await asyncio.gather(*(part.stop(self.patience) for part in self.parts))  # their keepers do the rest
