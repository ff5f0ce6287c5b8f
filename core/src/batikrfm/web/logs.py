"""Structured logs: JSON lines with request and tenant, and nobody's data.

Whatever is logged, by us or by a library, goes through :data:`CLEANED`: an exception is told by its kind and where it was raised, not by
its words, for those may repeat a customer's name or a query's values.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from functools import cache
from pathlib import PurePath
from types import TracebackType
from typing import Any, Final, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

TALKATIVE: Final = ("httpx", "httpcore", "httpx2", "httpcore2")
"""Libraries that log whole URLs, with whatever is in them."""
SERIOUS: Final = {"error", "critical"}
DEEPEST: Final = 12
"""Frames of a traceback that are kept, the innermost ones."""


ABOUT: Final = "about"
"""``extra={"about": error}`` on a record of a room that must not log the error itself, for it does not know how logs are set up."""
TOLD: Final[list[Callable[[BaseException], None]]] = []
"""Who else hears of every exception that is logged as an error: see :mod:`batikrfm.web.observing`."""


def _without_words(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """``exc_info`` as the chain of kinds and places."""
    found = event.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    if isinstance(found, tuple):
        found = found[1]
    if isinstance(found, BaseException):
        event["error"] = type(found).__name__
        event["trace"] = places(found)
    found = found or getattr(event.get("_record"), ABOUT, None)
    if isinstance(found, BaseException) and event.get("level") in SERIOUS:
        for tell in TOLD:
            tell(found)
    return event


def places(error: BaseException) -> list[str]:
    """``file.py:12 function`` of each frame, the outermost first, then of the errors that caused it."""
    told: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        told.append(type(current).__name__)
        told += _frames(current.__traceback__)[-DEEPEST:]
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return told


def _frames(trace: TracebackType | None) -> list[str]:
    frames: list[str] = []
    while trace is not None:
        code = trace.tb_frame.f_code
        path = PurePath(code.co_filename)
        frames.append(f"{path.parent.name}/{path.name}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return frames


CLEANED: Final[tuple[Processor, ...]] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _without_words,
)


def set_up_logs(stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Send every log of this process, also of libraries, to ``stream`` (standard error) as JSON lines. For a process of its own only."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=CLEANED,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.JSONRenderer(ensure_ascii=False)],
        )
    )
    _ask_less()
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def _ask_less() -> None:
    """Nobody is told which line, thread or process logged, so nobody finds out for each (Python's logging HOWTO, "Optimization")."""
    logging._srcfile = None  # noqa: SLF001 - as the HOWTO says
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False


@cache
def log(name: str) -> Any:  # noqa: ANN401 - structlog's types say nothing of its methods
    """A logger of ours: ``log("batikrfm.web").info("request", status=200)``. It is as careful where nobody has set logs up."""
    return structlog.wrap_logger(
        logging.getLogger(name),
        processors=[structlog.stdlib.filter_by_level, *CLEANED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
    )
