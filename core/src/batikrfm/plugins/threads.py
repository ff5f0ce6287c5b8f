"""Runs a plugin's blocking work in a thread of its own.

Not in the shared pool: a plugin that hangs would use that up and hold up the program's end. A thread of its own is left behind.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from contextvars import Context
from typing import TypeVar

AnswerT = TypeVar("AnswerT")


async def in_thread(work: Callable[[], AnswerT]) -> AnswerT:
    """What ``work`` returns, run in an empty context. ``work`` must not raise. Cancelling stops the waiting, not the thread."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[AnswerT] = loop.create_future()

    def settle(answer: AnswerT) -> None:
        if not future.done():
            future.set_result(answer)

    def run() -> None:
        answer = Context().run(work)
        with suppress(RuntimeError):  # the loop has closed: nobody waits any more
            loop.call_soon_threadsafe(settle, answer)

    threading.Thread(target=run, name="plugin", daemon=True).start()
    return await future
