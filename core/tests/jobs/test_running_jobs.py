from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest
from doing import put, until

from batikrfm.jobs import JobState, complete, current_job, enqueue, job, progress
from batikrfm.jobs.registry import Result
from batikrfm.sdk.errors import InputError
from batikrfm.sdk.text import Text
from batikrfm.tenancy import tenant_scope


@job("test.echo")
async def echo(**said: Any) -> Result:
    return said


async def test_a_job_runs_and_leaves_its_result(tenant: UUID, working: Any) -> None:
    job_id = await put(tenant, echo, {"a": [1, "dua", None]})
    async with working():
        done = await until(tenant, job_id)
    assert (done.state, done.result, done.attempts) == (JobState.DONE, {"a": [1, "dua", None]}, 1)
