"""What a worker counts of jobs. Labels name tasks, never tenants or customers.

How the queue stands is :func:`batikrfm.jobs.tending.figures`.
"""

from __future__ import annotations

from typing import Protocol


class JobMetrics(Protocol):
    """Takes one figure per event."""

    def job_started(self, *, task: str, waited: float) -> None:
        """A worker took a job that had been due for ``waited`` seconds."""

    def job_ended(self, *, task: str, outcome: str, seconds: float) -> None:
        """An attempt ended. ``outcome``: done, failed, dead, cancelled, retried, released (the worker stops) or lost (taken away)."""

    def jobs_reaped(self, *, task: str, outcome: str) -> None:
        """A job was taken from a worker that is gone. ``outcome`` is its new state."""


class NoMetrics:
    """Counts nothing."""

    def job_started(self, *, task: str, waited: float) -> None:
        """Nobody asked."""

    def job_ended(self, *, task: str, outcome: str, seconds: float) -> None:
        """Nobody asked."""

    def jobs_reaped(self, *, task: str, outcome: str) -> None:
        """Nobody asked."""
