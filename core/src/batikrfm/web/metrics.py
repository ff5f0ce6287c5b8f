"""What is counted of the web application. Labels are route templates, methods and statuses: no path, no tenant, no person."""

from __future__ import annotations

import os
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess

SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
SHARED: Final = "PROMETHEUS_MULTIPROC_DIR"
"""The folder where the workers of one server add up their figures; :mod:`batikrfm.web.serving` sets it for its workers."""


class WebMetrics:
    """The figures of one application. Also takes those of plugins (:class:`batikrfm.plugins.metrics.Metrics`)."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter("batikrfm_http_requests", "Requests answered", ["route", "method", "status"], registry=self._registry)
        self._seconds = Histogram(
            "batikrfm_http_request_seconds", "Time until the answer started", ["route", "method"], buckets=SECONDS, registry=self._registry
        )
        self._open = Gauge("batikrfm_http_requests_open", "Requests being worked on", registry=self._registry, multiprocess_mode="livesum")
        self._limited = Counter("batikrfm_http_limited", "Requests refused by a limit", ["limit"], registry=self._registry)
        self._plugins = plugin_calls(self._registry)

    def began(self) -> None:
        """A request came in."""
        self._open.inc()

    def ended(self, *, route: str, method: str, status: int, seconds: float) -> None:
        """A request was answered; ``seconds`` until the answer started."""
        self._open.dec()
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route, method).observe(seconds)

    def limited(self, limit: str) -> None:
        """A request was refused by the limit of this name."""
        self._limited.labels(limit).inc()

    def plugin_called(self, *, plugin: str, method: str, outcome: str, seconds: float) -> None:
        self._plugins.labels(plugin, method, outcome).observe(seconds)

    def page(self) -> bytes:
        """All of it in Prometheus' text format: of this process, or of all workers where they share a folder."""
        if SHARED not in os.environ:
            return generate_latest(self._registry)
        everyone = CollectorRegistry()
        multiprocess.MultiProcessCollector(everyone)  # type: ignore[no-untyped-call] # it has no types
        return generate_latest(everyone)


def plugin_calls(registry: CollectorRegistry) -> Histogram:
    """What every process counts of plugins alike."""
    labels = ["plugin", "method", "outcome"]
    return Histogram("batikrfm_plugin_call_seconds", "Calls of plugins", labels, buckets=SECONDS, registry=registry)
