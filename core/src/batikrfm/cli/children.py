"""The processes below ``batikrfm up``: started, watched, started again, and gone when it ends, however it ends."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from batikrfm.sdk.errors import SetupError
from batikrfm.sdk.text import Text

PROGRAM = "from batikrfm.cli import main; main()"
LOG_LIMIT = 8 * 2**20  # bytes; a longer log becomes .log.1 at the next start
STEADY = 10.0  # seconds; a child that lives shorter did not really start
TRIES = 3
SHORTEST_PAUSE = 0.5


class PartDiedError(SetupError):
    """A part of the installation does not stay up. Values: part, said, log."""

    text = Text(
        id="Bagian {part} tidak bisa berjalan: {said} Selengkapnya ada di {log}.",
        en="The part {part} does not run: {said} {log} says more.",
    )


@dataclass
class Child:
    """One part, as ``batikrfm <arguments>``. Its log, and whatever else it says, goes to ``log``."""

    part: str
    arguments: Sequence[str]
    log: Path
    process: asyncio.subprocess.Process | None = field(default=None, repr=False)
    begins: int = 0
    pause: float = SHORTEST_PAUSE
    """Seconds before it is started again, the first time."""

    async def start(self) -> None:
        """Start it, in a session of its own: a Ctrl-C in the terminal is for its parent alone."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self.begins = log.tell()
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", PROGRAM, *self.arguments, "--tethered"),
                stdin=asyncio.subprocess.PIPE,  # what it is tethered by: nobody writes to it
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    async def keep_up(self) -> None:
        """Start it again when it dies.

        Raises:
            PartDiedError: it died soon after each of several starts.
        """
        short = 0
        while True:
            started = time.monotonic()
            await self.ended()
            short = short + 1 if time.monotonic() - started < STEADY else 0
            if short >= TRIES:
                raise self.died()
            await asyncio.sleep(self.pause * 2**short)
            await self.start()

    async def ended(self) -> int:
        """Its exit code, once it has ended."""
        assert self.process is not None  # noqa: S101 - it was started
        return await self.process.wait()

    def died(self) -> PartDiedError:
        """The error that says why, in its own last words."""
        with self.log.open("rb") as log:
            log.seek(self.begins)
            lines = [line.strip() for line in log.read().decode(errors="replace").splitlines() if line.strip()]
        return PartDiedError(part=self.part, said=lines[-1] if lines else "-", log=self.log)

    async def stop(self, patience: float) -> None:
        """Ask it to end, and after ``patience`` seconds make it."""
        if self.process is None or self.process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(patience):
                await self.process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)  # it leads its session: all that it started goes along
            await self.process.wait()
