"""What others see of a job and of a schedule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from batikrfm.sdk.text import Text

Arguments = Mapping[str, Any]
"""What a task is called with: JSON values by name. IDs and choices, never a person's data."""


class JobState(StrEnum):
    """Where a job is in its life.

    ``failed``: it said what is wrong with its input, and trying again would not help. ``dead``: every attempt went wrong.
    """

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    DEAD = "dead"
    CANCELLED = "cancelled"

    @property
    def over(self) -> bool:
        """Whether nothing more happens by itself."""
        return self not in {JobState.QUEUED, JobState.RUNNING}


@dataclass(frozen=True, slots=True)
class Job:
    """A job of the scope's tenant as it is now.

    ``done`` of ``total`` and ``message`` are what it last said of its progress; ``result`` is what it returned; ``error`` is a sentence
    for the shop's people, also after an attempt that will be repeated. ``attempts`` counts those that have begun.
    """

    id: UUID
    task: str
    state: JobState
    done: int | None
    total: int | None
    message: Text | None
    result: dict[str, Any] | None
    error: Text | None
    attempts: int
    max_attempts: int
    cancel_asked: bool
    run_at: datetime
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Schedule:
    """Something that comes again by the clock. ``next_at`` is when it is due next, also while it is switched off."""

    id: UUID
    task: str
    arguments: dict[str, Any]
    cron: str
    enabled: bool
    next_at: datetime
    last_at: datetime | None
    last_job_id: UUID | None
