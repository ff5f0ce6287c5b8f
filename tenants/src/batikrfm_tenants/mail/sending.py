"""Sends what is in the outbox, at least once, by as many processes as there are.

A sender claims a few mails (``for update skip locked``), sends them, and notes what became of each. One that is killed in between
leaves its claims, which run out; a mail that the server took just before is sent again then, with the same ``Message-ID``, so that
mail programs show one. Bodies are removed as soon as a mail is sent or given up, for they hold links that open doors.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from typing import Final

from batikrfm.sdk.errors import SetupError
from batikrfm_tenants import queries as sql
from batikrfm_tenants.directory import people_scope
from batikrfm_tenants.mail.smtp import SECONDS, Due, Line, NotSent
from batikrfm_tenants.mail.targets import Server, server_of

AT_ONCE: Final = 5
CLAIM: Final = int(AT_ONCE * SECONDS) + 60
"""Seconds: longer than a sender can take for all that it claimed."""
ATTEMPTS: Final = 12
FIRST_WAIT, LONGEST_WAIT = 30, 6 * 3600
SWEEP: Final = 3600
logger = logging.getLogger(__name__)


async def serve(stop: asyncio.Event, url: str, *, pause: float = 2.0) -> None:
    """Send what is due until ``stop`` is set, looking every ``pause`` seconds. With ``outbox:`` mail stays where it is.

    Raises:
        MailUrlError: ``url`` is wrong.
    """
    server = server_of(url)
    swept = 0.0
    while not stop.is_set():
        try:
            if time.monotonic() - swept > SWEEP or not swept:
                await sweep()
                swept = time.monotonic()
            if server is not None:
                await send_due(server, stop)
        except (SetupError, OSError) as error:  # the database is away for a moment: so is mail
            logger.warning("mail waits: %s", type(error).__name__)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await stop.wait()


async def send_due(server: Server, stop: asyncio.Event | None = None) -> int:
    """Send all that is due now; how many the server took. What was claimed is sent even if ``stop`` comes in between."""
    sent = 0
    async with Line(server) as line:
        while not (stop and stop.is_set()) and (mails := await _claim()):
            for mail in mails:
                sent += await _send(line, mail)
    return sent


async def sweep() -> None:
    """Forget what time has made worthless: links, sessions, sign-ups that nobody confirmed, mails of last month."""
    async with people_scope("sweep out what has expired") as scope:
        for statement in (sql.SWEEP_TOKENS, sql.SWEEP_SESSIONS, sql.SWEEP_MAILS, sql.SWEEP_USERS):
            await scope.execute(statement)


def wait_after(attempts: int) -> float:
    """Seconds until the next attempt: twice as long each time, give or take a quarter, at most six hours."""
    return min(LONGEST_WAIT, FIRST_WAIT * float(2 ** (attempts - 1))) * random.uniform(0.75, 1.25)  # noqa: S311 - spreads load, hides nothing


async def _claim() -> list[Due]:
    async with people_scope("claim mails to send", routine=True) as scope:
        return [Due(*row) for row in await scope.fetch(sql.CLAIM_MAILS, AT_ONCE, CLAIM)]


async def _send(line: Line, mail: Due) -> bool:
    if mail.useless:
        await _note(sql.MAIL_FAILED, mail, "too late")
        return False
    try:
        await line.send(mail)
    except NotSent as reason:
        await _note_failure(mail, reason)
        return False
    await _note(sql.MAIL_SENT, mail)
    return True


async def _note_failure(mail: Due, reason: NotSent) -> None:
    given_up = reason.for_good or mail.attempts >= ATTEMPTS
    logger.warning("mail %s not sent (%s), attempt %d%s", mail.id, reason.code, mail.attempts, ", given up" if given_up else "")
    if given_up:
        await _note(sql.MAIL_FAILED, mail, reason.code)
    else:
        await _note(sql.MAIL_LATER, mail, wait_after(mail.attempts), reason.code)


async def _note(statement: str, mail: Due, *values: object) -> None:
    async with people_scope("note what became of a mail") as scope:
        await scope.execute(statement, mail.id, mail.attempts, *values)
