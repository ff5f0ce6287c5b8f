"""Postfix's smtp-sink as the receiver, where it is installed: another implementation than the one that the other tests use."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from batikrfm.sdk import Accepted, RetryAfter
from mail_accounts import message, smtp
from smtp_vendor import SmtpVendor

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
SINK = shutil.which("smtp-sink", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"]))


@asynccontextmanager
async def sink(*options: str) -> AsyncIterator[SmtpVendor]:
    """The sink's port, on a vendor that is nothing else."""
    if SINK is None:
        pytest.skip("smtp-sink (Postfix) is not installed")
    there = SmtpVendor(login=False)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        there.port = free.getsockname()[1]
    unprivileged = ("-u", "nobody") if os.geteuid() == 0 else ()
    process = await asyncio.create_subprocess_exec(SINK, *unprivileged, *options, f"127.0.0.1:{there.port}", "100")
    try:
        for _ in range(200):
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", there.port)
                writer.close()
                break
            await asyncio.sleep(0.02)
        yield there
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def test_a_sink_takes_them_all() -> None:
    async with sink() as there, smtp(there, connections=4) as channel:
        for start in range(0, 400, 100):
            receipts = await channel.send([message(number) for number in range(start, start + 100)])
            assert {type(receipt) for receipt in receipts} == {Accepted}


async def test_a_sink_that_refuses_softly_is_tried_again_later() -> None:
    async with sink("-r", "RCPT") as there, smtp(there) as channel:
        assert {type(receipt) for receipt in await channel.send([message(1), message(2)])} == {RetryAfter}


async def test_a_sink_that_hangs_up_costs_nothing_that_was_not_begun() -> None:
    async with sink("-q", "RCPT") as there, smtp(there) as channel:
        assert {type(receipt) for receipt in await channel.send([message(1), message(2)])} == {RetryAfter}
