"""The engine that Piccolo's tables name: pools of the app role and of the platform role, and no way past a scope.

What a scope is, :mod:`batikrfm.db.scopes` says; its names are those of this module, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, NoReturn

import asyncpg
from piccolo.engine.postgres import PostgresEngine

from batikrfm.db.scopes import LostWork, NestedScope, NoScope, Scope, current_scope, open_scope, savepoint

if TYPE_CHECKING:
    from asyncpg.pool import Pool, PoolConnectionProxy
    from piccolo.querystring import QueryString

__all__ = ["DB", "LostWork", "NestedScope", "NoScope", "Scope", "ScopedEngine", "current_scope", "savepoint"]

SEARCH_PATH = "public, pg_temp"  # temporary tables come last, so that none can stand in for a real one


class ScopedEngine(PostgresEngine):
    """Piccolo's engine with the scope as its only transaction, over a pool of the app role and a pool of the platform role."""

    def __init__(self) -> None:
        super().__init__(config={})
        self._pools: dict[str, Pool] = {}

    async def check_version(self) -> None:
        """Nothing: the stock engine would connect when this module is imported."""

    async def prep_database(self) -> None:
        """Nothing: see check_version."""

    async def open(self, *, app_url: str, platform_url: str, max_size: int = 10) -> None:
        """Make the pools. They connect at their first query."""
        if self._pools:
            raise RuntimeError("the database is open already")
        self._pools = {
            "app": await _pool(app_url, max_size=max_size),
            "platform": await _pool(platform_url, max_size=max(2, max_size // 2)),
        }

    async def close(self) -> None:
        """Close the pools; scopes that are open end first."""
        pools, self._pools = self._pools, {}
        for pool in pools.values():
            await pool.close()

    def scope(self, role: str, settings: Mapping[str, str]) -> AbstractAsyncContextManager[Scope]:
        """Open a scope on the pool of ``role``. Rooms use tenant_scope() and system_scope(), not this."""
        if role not in self._pools:
            raise NoScope("the database is not open: open_database() comes first")
        return open_scope(self._pools[role], settings)

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> list[asyncpg.Record]:  # noqa: ARG002, FBT001, FBT002 - Piccolo's signature
        """Piccolo's queries run in the scope like all others."""
        sql, args = querystring.compile_string(engine_type=self.engine_type)
        return await current_scope().fetch(sql, *args)

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> list[asyncpg.Record]:  # noqa: ARG002, FBT001, FBT002 - Piccolo's signature
        """As run_querystring; the app role may create temporary tables and nothing else."""
        return await current_scope().fetch(ddl)

    def transaction(self, allow_nested: bool = True) -> NoReturn:  # noqa: ARG002, FBT001, FBT002 - Piccolo's signature
        """Refused: the scope is the transaction."""
        raise NoScope("use tenant_scope() and savepoint(): the scope is the transaction")

    def atomic(self) -> NoReturn:
        """Refused: the scope is the transaction."""
        raise NoScope("use tenant_scope(): the scope is the transaction")

    async def batch(self, *_args: object, **_kwargs: object) -> NoReturn:
        """Refused: a batch would open a connection of its own, without a scope."""
        raise NoScope("batch() would leave the scope; use copy_out()")

    async def get_new_connection(self) -> NoReturn:
        """Refused: every query has a scope."""
        raise NoScope("a connection of its own would leave the scope")


async def _pool(url: str, *, max_size: int) -> Pool:
    return await asyncpg.create_pool(
        url,
        min_size=0,
        max_size=max_size,
        reset=_forget_nothing_yet,
        server_settings={
            "search_path": SEARCH_PATH,
            "application_name": "batikrfm",
            "jit": "off",
            # A worker that is killed in a long statement would keep its locks until the statement ends.
            "client_connection_check_interval": "2s",
        },
    )


async def _forget_nothing_yet(_connection: PoolConnectionProxy) -> None:
    """The next scope forgets this one, in the message in which it begins (see :mod:`batikrfm.db.scopes`): one message less for each."""


DB = ScopedEngine()
"""The engine that Piccolo's tables name (``class Customer(Table, db=DB)``). It has no pools until the database is opened."""
