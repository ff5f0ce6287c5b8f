"""A worker that is told to stop stops, also at the very moment at which there is work."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from batikrfm.jobs.broker import JobBroker


@pytest.mark.parametrize("ticks", range(5))
async def test_a_stop_is_not_lost_where_work_comes_at_the_same_moment(ticks: int) -> None:
    """The loop may be at any point between the bell and whoever waits for it."""
    broker = JobBroker("here", slots=1, lease=timedelta(seconds=30), poll=60)
    waiting = asyncio.create_task(broker._wait(60))  # noqa: SLF001 - where listen() spends its time
    for _ in range(5):
        await asyncio.sleep(0)
    broker.work.set()
    for _ in range(ticks):
        await asyncio.sleep(0)
    if waiting.cancel():  # else it had returned before anybody told it to stop
        with pytest.raises(asyncio.CancelledError):
            await waiting
