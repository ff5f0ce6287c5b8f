"""Hear what PostgreSQL's NOTIFY says, on a connection of its own. Nobody may rely on it: what is said while it is away is lost."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import asyncpg

from batikrfm.db.scopes import LOST

PAUSE = 0.5  # seconds before it calls again


@contextlib.asynccontextmanager
async def listening(url: str, channel: str, heard: Callable[[str], None], lost: Callable[[], None] = lambda: None) -> AsyncIterator[None]:
    """Call ``heard`` with each payload on ``channel``, with an empty one whenever there is a new connection, ``lost`` when it is gone."""
    ear = asyncio.create_task(_listen(url, channel, heard, lost))
    try:
        yield
    finally:
        ear.cancel()
        await asyncio.gather(ear, return_exceptions=True)


async def _listen(url: str, channel: str, heard: Callable[[str], None], lost: Callable[[], None]) -> None:
    while True:
        try:
            with contextlib.suppress(*LOST, asyncpg.PostgresError, asyncpg.InterfaceError):
                await _until_lost(url, channel, heard)
        finally:
            lost()
        await asyncio.sleep(PAUSE)


async def _until_lost(url: str, channel: str, heard: Callable[[str], None]) -> None:
    connection = await asyncpg.connect(url, server_settings={"application_name": "batikrfm ear"})
    try:
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        await connection.add_listener(channel, lambda _connection, _pid, _channel, payload: heard(payload))
        heard("")  # whatever was said meanwhile
        await lost.wait()
    finally:
        connection.terminate()  # at once: closing politely can wait for a server that is gone
