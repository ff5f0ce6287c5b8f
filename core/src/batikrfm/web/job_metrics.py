"""What is counted of jobs, in Prometheus' words: what one worker does, and how the queue of all tenants stands.

Labels are tasks, states and outcomes: no tenant, no job, no person.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, start_http_server

from batikrfm.jobs.tending import Figures, figures
from batikrfm.sdk.errors import SetupError
from batikrfm.sdk.text import Text
from batikrfm.web.logs import log
from batikrfm.web.metrics import plugin_calls

LONG_SECONDS: Final = (0.01, 0.05, 0.25, 1.0, 5.0, 15.0, 60.0, 300.0, 1800.0, 7200.0)
FRESH_FOR: Final = 10.0  # seconds; a scraper that asks more often is told the same again
PATIENCE: Final = 3.0  # seconds for the database to count


class MetricsPortError(SetupError):
    """Values: host, port."""

    text = Text(
        id="Alamat {host}:{port} untuk angka pekerja tidak bisa dipakai; pilih yang lain dengan --metrics-port.",
        en="The address {host}:{port} for the worker's figures cannot be used; choose another with --metrics-port.",
    )


class WorkerMetrics:
    """The figures of one worker: :class:`batikrfm.jobs.metrics.JobMetrics` and :class:`batikrfm.plugins.metrics.Metrics`."""

    def __init__(self) -> None:
        self._registry = here = CollectorRegistry()
        words, task, ended = "Time that a job was due before a worker took it", ["task"], ["task", "outcome"]
        self._waited = Histogram("batikrfm_job_waited_seconds", words, task, buckets=LONG_SECONDS, registry=here)
        self._seconds = Histogram("batikrfm_job_seconds", "Time that an attempt took", ended, buckets=LONG_SECONDS, registry=here)
        self._running = Gauge("batikrfm_jobs_here", "Jobs that this worker is at", registry=here)
        self._reaped = Counter("batikrfm_jobs_reaped", "Jobs taken from workers that are gone", ended, registry=here)
        self._plugins = plugin_calls(here)

    def job_started(self, *, task: str, waited: float) -> None:
        self._running.inc()
        self._waited.labels(task).observe(max(0.0, waited))

    def job_ended(self, *, task: str, outcome: str, seconds: float) -> None:
        self._running.dec()
        self._seconds.labels(task, outcome).observe(seconds)

    def jobs_reaped(self, *, task: str, outcome: str) -> None:
        self._reaped.labels(task, outcome).inc()

    def plugin_called(self, *, plugin: str, method: str, outcome: str, seconds: float) -> None:
        self._plugins.labels(plugin, method, outcome).observe(seconds)

    def page(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self._registry)

    @contextlib.contextmanager
    def served(self, host: str, port: int | None) -> Iterator[None]:
        """Answer a scraper at ``host``:``port`` for as long as the block lasts; None is nowhere.

        Raises:
            MetricsPortError: nothing can listen there.
        """
        if port is None:
            yield
            return
        try:
            server, thread = start_http_server(port, host, self._registry)
        except OSError:
            raise MetricsPortError(host=host, port=port) from None
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


@dataclass
class QueuePage:
    """How the queue stands, as text for a scraper: counted anew after some seconds, and left out while the database is away."""

    _counted: float = -FRESH_FOR
    _text: bytes = b""
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def text(self) -> bytes:
        """The text, at most ten seconds old."""
        async with self._turn:
            if time.monotonic() - self._counted >= FRESH_FOR:
                self._text, self._counted = await _counted(), time.monotonic()
            return self._text


async def _counted() -> bytes:
    try:
        async with asyncio.timeout(PATIENCE):
            return _said(await figures())
    except (SetupError, TimeoutError, OSError) as error:
        log("batikrfm.web").warning("the queue cannot be counted", problem=type(error).__name__)
        return b""


def _said(stand: Figures) -> bytes:
    registry = CollectorRegistry()
    jobs = Gauge("batikrfm_jobs", "Jobs of all tenants, those that are over as long as they are kept", ["state"], registry=registry)
    for state, count in stand.jobs.items():
        jobs.labels(state).set(count)
    waiting = Gauge("batikrfm_jobs_oldest_waiting_seconds", "For how long the job that is due longest has waited", registry=registry)
    waiting.set(stand.oldest_waiting_seconds or 0)
    running = Gauge("batikrfm_jobs_longest_running_seconds", "For how long the job that runs longest has run", registry=registry)
    running.set(stand.longest_running_seconds or 0)
    return generate_latest(registry)
