"""How often somebody may ask: one exact limit for all processes that share a Redis, or for this process where there is none."""

from __future__ import annotations

import asyncio
import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from limits import RateLimitItem, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError

from batikrfm.web.logs import log

if TYPE_CHECKING:
    from limits.aio.storage import RedisStorage
    from redis.asyncio import ConnectionPool

WINDOW: Final = 60  # seconds
PATIENCE: Final = 2.0  # seconds for Redis to answer, or for a connection to be free
CONNECTIONS: Final = 32
REST: Final = 1.0  # seconds between two looks for counts that are over


class _Memory(MemoryStorage):
    """The library's storage, which looks for what is over at every hit: through all of it, with a thread for each. Here: now and then."""

    _look: asyncio.Task[None] | None = None

    @property
    def timer(self) -> asyncio.Task[None] | None:
        """The look that is going on, or the rest after it: the library begins none while there is one."""
        return self._look

    @timer.setter
    def timer(self, look: asyncio.Task[None] | None) -> None:
        self._look = None if look is None else asyncio.create_task(_and_rest(look))


async def _and_rest(look: asyncio.Task[None]) -> None:
    await look
    await asyncio.sleep(REST)


@dataclass(frozen=True, slots=True)
class Verdict:
    """``allowed``, and what is left: ``remaining`` more in the window, which frees a place in ``reset`` seconds."""

    allowed: bool
    limit: int
    remaining: int
    reset: int

    def headers(self, name: str) -> list[tuple[bytes, bytes]]:
        """``RateLimit-Policy`` and ``RateLimit`` as the IETF's draft has them."""
        return [
            (b"ratelimit-policy", f'"{name}";q={self.limit};w={WINDOW}'.encode()),
            (b"ratelimit", f'"{name}";r={self.remaining};t={self.reset}'.encode()),
        ]


class RateLimits:
    """Never more than so many in any minute. If Redis does not answer, each process counts for itself: late is better than closed."""

    def __init__(self, redis_url: str | None) -> None:
        self._own = MovingWindowRateLimiter(_Memory())
        self._pool = _pool(redis_url) if redis_url else None
        self._shared = MovingWindowRateLimiter(_storage(self._pool)) if self._pool else None

    def __deepcopy__(self, memo: object) -> RateLimits:
        """Litestar copies what hangs on a router; there is one count, though."""
        return self

    async def close(self) -> None:
        """Forget what this process counted, and let go of Redis: what comes next may run on another event loop."""
        self._own = MovingWindowRateLimiter(_Memory())
        if self._pool is not None:
            await self._pool.aclose()

    async def hit(self, name: str, who: str, limit: int) -> Verdict:
        """Count one more by ``who``."""
        return await self.count(RateLimitItemPerMinute(limit, namespace="batikrfm"), name, who)

    async def count(self, item: RateLimitItem, name: str, who: str) -> Verdict:
        """As :meth:`hit`, against a limit over any time."""
        if self._shared is not None:
            try:
                return await _hit(self._shared, item, name, who)
            except StorageError as error:
                log("batikrfm.web").warning("redis does not answer, so limits are counted by each process", error=type(error).__name__)
        return await _hit(self._own, item, name, who)


class Counters:
    """What people's throttles count with (``batikrfm_tenants.throttles.Counters``): the same store, any amount over any time."""

    def __init__(self, limits: RateLimits) -> None:
        self._limits = limits

    async def hit(self, key: str, amount: int, seconds: int) -> float:
        """Count one event of ``key``, of which ``amount`` are allowed in any ``seconds``. 0 if it is allowed, else how long to wait."""
        verdict = await self._limits.count(RateLimitItemPerSecond(amount, seconds, namespace="batikrfm"), "count", key)
        return 0.0 if verdict.allowed else float(verdict.reset)


async def _hit(limiter: MovingWindowRateLimiter, item: RateLimitItem, name: str, who: str) -> Verdict:
    allowed = await limiter.hit(item, name, who)
    stats = await limiter.get_window_stats(item, name, who)
    reset = max(1, math.ceil(stats.reset_time - time.time()))
    return Verdict(allowed, item.amount, max(0, stats.remaining), min(reset, item.get_expiry()))


def _pool(url: str) -> ConnectionPool:
    from redis.asyncio import BlockingConnectionPool  # most installations have no Redis

    return BlockingConnectionPool.from_url(
        url, max_connections=CONNECTIONS, timeout=PATIENCE, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
    )


def _storage(pool: ConnectionPool) -> RedisStorage:
    from limits.aio.storage import RedisStorage

    options: dict[str, Any] = {"connection_pool": pool}
    return RedisStorage("async+redis://", wrap_exceptions=True, implementation="redispy", **options)
