"""The one way to the database: a query runs inside a scope, and a scope says whose rows it may see.

A scope is a unit of work. It takes a connection at its first query, begins a transaction, hands its settings to PostgreSQL
(``app.tenant_id``, which the row-level policies read) and commits when it ends; an error rolls everything back. A query
outside a scope, or after it, raises :class:`NoScope`: it never quietly returns nothing.

Tasks started inside a scope (``asyncio.gather``) share its transaction and take turns. A task that outlives the scope gets
``NoScope``; it opens its own, in an empty context: ``asyncio.create_task(work(), context=contextvars.Context())``.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import asyncpg

from batikrfm.db.errors import ConflictError, LostConnectionError, ServerDiskFullError
from batikrfm.db.names import identifier
from batikrfm.sdk.errors import BatikError

if TYPE_CHECKING:
    from types import TracebackType

    import polars as pl
    from asyncpg.pool import Pool, PoolConnectionProxy

LOST = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InternalClientError,  # the server's goodbye came between two queries, and asyncpg did not expect one
)
CONFLICTS = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
LONGEST_NAME = 63
"""PostgreSQL cuts a longer name off, in bytes; as a value of ``set`` that would be another value."""
LOST_WORDS = ("connection is closed", "connection has been released back to the pool")  # of asyncpg's InterfaceError


class NoScope(RuntimeError):
    """A query ran outside a scope, or after its scope or savepoint had ended."""


class NestedScope(RuntimeError):
    """A scope was opened inside another one. One unit of work is one transaction; use :func:`savepoint`."""


class LostWork(RuntimeError):
    """A statement failed, the code went on, and the scope could not commit: PostgreSQL undoes all of it. Use :func:`savepoint`."""


@dataclass
class _Level:
    """A transaction or a savepoint of it. Its lock makes tasks take turns; a savepoint holds the one above it until it ends."""

    depth: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    closed: bool = False


class Scope:
    """A unit of work, as :func:`current_scope` hands it out. All SQL gets its values as ``$1, $2, ...``."""

    def __init__(self, pool: Pool, settings: Mapping[str, str]) -> None:
        self._pool = pool
        self._settings = settings
        self.root = _Level()
        self._connection: PoolConnectionProxy | None = None

    @property
    def closed(self) -> bool:
        """Whether the unit of work is over."""
        return self.root.closed

    def setting(self, name: str) -> str | None:
        """A setting that the scope was opened with."""
        return self._settings.get(name)

    async def begin(self) -> None:
        """Begin the transaction now and not with the first query, for work that is to go on beside that query."""
        async with self.connection():
            return

    async def fetch(self, sql: str, *args: object) -> list[asyncpg.Record]:
        """Every row of a query."""
        async with self.connection() as connection:
            return list(await connection.fetch(sql, *args))

    async def fetchval(self, sql: str, *args: object) -> Any:  # noqa: ANN401 - what it is, only the SQL says
        """The first column of the first row, or None."""
        async with self.connection() as connection:
            return await connection.fetchval(sql, *args)

    async def execute(self, sql: str, *args: object) -> str:
        """Run one statement and return PostgreSQL's command tag, such as ``INSERT 0 3``."""
        async with self.connection() as connection:
            return str(await connection.execute(sql, *args))

    async def execute_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for each of ``rows``, in one message to the server: all of them or, where one fails, none."""
        async with self.connection() as connection:
            await connection.executemany(sql, rows)

    async def copy_in(self, table: str, frame: pl.DataFrame) -> None:
        """See :func:`batikrfm.db.bulk.copy_in`."""
        from batikrfm.db import bulk

        await bulk.copy_in(self, table, frame)

    async def copy_out(self, sql: str, *args: object, schema: Mapping[str, pl.DataType | type[pl.DataType]]) -> pl.DataFrame:
        """See :func:`batikrfm.db.bulk.copy_out`."""
        from batikrfm.db import bulk

        return await bulk.copy_out(self, sql, *args, schema=schema)

    def connection(self) -> AbstractAsyncContextManager[PoolConnectionProxy]:
        """The scope's connection, for one piece of work at a time; the first use begins the transaction."""
        return _Turn(self, plainly=True)

    def turn(self) -> AbstractAsyncContextManager[PoolConnectionProxy]:
        """As :meth:`connection`, for a block that runs others' code too, whose errors are theirs."""
        return _Turn(self, plainly=False)

    def level(self) -> _Level:
        """The transaction or savepoint that the running task is in, for :class:`_Turn`."""
        position = _position.get()
        return position.level if position is not None and position.scope is self else self.root

    async def begun(self, level: _Level) -> PoolConnectionProxy:
        """The connection with its transaction begun, for whoever holds the lock of ``level``."""
        if level.closed or self.root.closed:
            raise NoScope("the scope or savepoint of this query has ended")
        if self._connection is None:
            self._connection = await self._begin()
        return self._connection

    async def _begin(self) -> PoolConnectionProxy:
        connection = await self._pool.acquire()
        try:
            await _begin_transaction(connection, self._settings)
        except BaseException:  # also a cancelled task: the pool gets its connection back
            await self._pool.release(connection)
            raise
        return connection

    async def close(self, *, commit: bool) -> None:
        """End the unit of work, for :func:`open_scope`."""
        self.root.closed = True
        async with self.root.lock:  # a task of the scope may be in the middle of a query
            connection, self._connection = self._connection, None
            if connection is None:
                return
            try:
                with _said_plainly():
                    await _end_transaction(connection, commit=commit)
            finally:  # a commit can fail (a deferred constraint); the connection goes back all the same
                await self._pool.release(connection)


class _Turn(AbstractAsyncContextManager["PoolConnectionProxy"]):
    """A task's turn at a scope's connection. A class and no generator: every statement takes one."""

    def __init__(self, scope: Scope, *, plainly: bool) -> None:
        self._scope = scope
        self._plainly = plainly
        self._level = scope.root

    async def __aenter__(self) -> PoolConnectionProxy:
        self._level = self._scope.level()
        await self._level.lock.acquire()
        try:
            return await self._scope.begun(self._level)
        except BaseException as error:
            self._level.lock.release()
            if self._plainly and (plain := _plain(error)):
                raise plain from error
            raise

    async def __aexit__(self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None) -> None:
        self._level.lock.release()
        if error is not None and self._plainly and (plain := _plain(error)):
            raise plain from error


async def _begin_transaction(connection: PoolConnectionProxy, settings: Mapping[str, str]) -> None:
    """Forget the scope before, and begin with ``settings``: in one message to the server where their values are short, as a tenant's id is.

    What is forgotten is what asyncpg's reset forgets, and temporary tables that outlived their transaction. ``set`` takes a quoted name as
    a value, so that the quoting of names is all that is needed.
    """
    begin = f"{connection.get_reset_query()}discard temp; begin"
    if all(0 < len(value.encode()) <= LONGEST_NAME for value in settings.values()):
        await connection.execute("; ".join([begin, *(_set_local(name, value) for name, value in settings.items())]))
        return
    await connection.execute(begin)
    for name, value in settings.items():
        await connection.fetch("select set_config($1, $2, true)", name, value)


def _set_local(name: str, value: str) -> str:
    return f"set local {identifier(name)} to {identifier(value)}"  # a quoted name may have its dot within the quotes


async def _end_transaction(connection: PoolConnectionProxy, *, commit: bool) -> None:
    if commit:
        try:
            ended = await connection.execute("commit")
        except asyncpg.IntegrityConstraintViolationError as error:  # of a deferred constraint
            raise ConflictError from error
        if ended != "COMMIT":
            raise LostWork("a statement of this scope failed and its error was swallowed, so nothing was kept: use savepoint()")
    elif not _lost(connection):
        await connection.execute("rollback")


def _lost(connection: PoolConnectionProxy) -> bool:
    """Whether the connection broke. The pool has it back then, and the proxy refuses even to say so."""
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:
        return True


@contextlib.contextmanager
def _said_plainly() -> Iterator[None]:
    """Raise what :func:`_plain` makes of an error."""
    try:
        yield
    except Exception as error:
        if plain := _plain(error):
            raise plain from error
        raise


def _plain(error: BaseException) -> BatikError | None:
    """What a person can do something about, as a sentence for that person; None for all else, which is a bug and stays what it is."""
    if isinstance(error, asyncpg.DiskFullError):
        return ServerDiskFullError()
    if isinstance(error, CONFLICTS):
        return ConflictError()
    if isinstance(error, LOST) or (isinstance(error, asyncpg.InterfaceError) and any(words in str(error) for words in LOST_WORDS)):
        return LostConnectionError()
    return None


async def _to_its_end(work: Coroutine[None, None, None]) -> None:
    """Await ``work`` even if this task is cancelled meanwhile; the cancellation follows when the work is done."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


@dataclass(frozen=True)
class _Position:
    scope: Scope
    level: _Level


_position: ContextVar[_Position | None] = ContextVar("batikrfm_scope", default=None)


def current_scope() -> Scope:
    """The scope that this code runs in.

    Raises:
        NoScope: there is none, or it has ended.
    """
    position = _position.get()
    if position is None or position.scope.closed:
        raise NoScope("a query needs a tenant_scope() or a system_scope() around it")
    return position.scope


@contextlib.asynccontextmanager
async def savepoint() -> AsyncIterator[None]:
    """A part of the scope's work that is undone alone when it raises. Savepoints nest; other tasks of the scope wait outside."""
    scope = current_scope()
    async with scope.turn() as connection:
        before = _position.get()
        level = _Level(depth=before.level.depth + 1 if before is not None else 1)
        name = f"level_{level.depth}"
        with _said_plainly():
            await connection.execute(f"savepoint {name}")
        _position.set(_Position(scope, level))
        try:
            yield
            await _end_level(level)
            with _said_plainly():
                await connection.execute(f"release savepoint {name}")
        except BaseException:
            await _to_its_end(_undo_level(level, connection, name))
            raise
        finally:
            _position.set(before)


async def _end_level(level: _Level) -> None:
    level.closed = True
    async with level.lock:  # a task of the savepoint may be in the middle of a query
        return


async def _undo_level(level: _Level, connection: PoolConnectionProxy, name: str) -> None:
    await _end_level(level)
    if not _lost(connection):
        await connection.execute(f"rollback to savepoint {name}")


@contextlib.asynccontextmanager
async def open_scope(pool: Pool, settings: Mapping[str, str]) -> AsyncIterator[Scope]:
    """A unit of work on a connection of ``pool``, with ``settings`` of PostgreSQL for its transaction."""
    outer = _position.get()
    if outer is not None and not outer.scope.closed:
        raise NestedScope("scopes do not nest")
    scope = Scope(pool, settings)
    _position.set(_Position(scope, scope.root))
    try:
        yield scope
    except BaseException:
        await _to_its_end(scope.close(commit=False))
        raise
    else:
        await _to_its_end(scope.close(commit=True))
    finally:
        _position.set(None)
