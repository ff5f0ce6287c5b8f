"""The whole installation as one command: what a person gets, and that nothing is left when it ends, however it ends."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from batikrfm.cli.children import Child, PartDiedError
from batikrfm.cli.server import Server, ServerDiedError
from batikrfm.cli.up import PortTakenError, answers, free_port
from batikrfm.db.reaching import reach
from batikrfm.jobs import JobState, Task, enqueue
from batikrfm.jobs.trying import wait_for_job
from batikrfm.settings import Settings
from batikrfm.tenancy import create_tenant, open_database, tenant_scope

LIMIT = 90.0  # seconds; a busy machine takes its time


@contextlib.contextmanager
def up(data_dir: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The running installation and its address."""
    command = [sys.executable, "-c", "from batikrfm.cli import main; main()", "up", "--data-dir", str(data_dir), "--lang", "en", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        assert process.stdout is not None
        try:
            said = process.stdout.readline()
            assert said.startswith("BatikRFM is ready: http://127.0.0.1:"), said
            yield process, said.split()[3]
        finally:
            process.kill()


def below(pid: int) -> set[int]:
    """Every process below ``pid`` by now."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                parents.setdefault(int((entry / "stat").read_text().rpartition(")")[2].split()[1]), []).append(int(entry.name))
    found: set[int] = set()
    todo = [pid]
    while todo:
        new = parents.get(todo.pop(), [])
        found |= set(new)
        todo += new
    return found


def server_of(data_dir: Path) -> int:
    return int((data_dir / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def assert_gone(pids: set[int]) -> None:
    deadline = time.monotonic() + LIMIT
    while left := {pid for pid in pids if lives(pid)}:
        assert time.monotonic() < deadline, f"still there: {left}"
        time.sleep(0.05)


def watcher_of(data_dir: Path) -> int:
    """The process that owns the server, see :mod:`batikrfm.db.supervisor`."""
    return int((data_dir / "postgres.lock").read_text())


async def server_runs(data_dir: Path, but: int = 0) -> bool:
    """Whether a server takes connections, another one than ``but``."""
    with contextlib.suppress(OSError, IndexError):
        lines = (data_dir / "postgres" / "postmaster.pid").read_text().splitlines()
        return lines[7].strip() == "ready" and int(lines[0]) != but and lives(int(lines[0]))
    return False


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(LIMIT):
        while not await holds():  # noqa: ASYNC110 - what is waited for is another process
            await asyncio.sleep(0.02)


async def echo(**said: object) -> None:
    """Stands for a task of the other process."""


async def test_everything_is_up_and_ends_in_order(tmp_path: Path) -> None:
    with up(tmp_path) as (process, url):
        assert await answers(int(url.rpartition(":")[2]))
        async with open_database(Settings(tmp_path)):
            tenant = (await create_tenant("Toko")).id
            async with tenant_scope(tenant):
                job_id = await enqueue(Task("sales.forget", echo, 1, None, 1.0), {"upload_id": str(tenant)})
            assert (await wait_for_job(tenant, job_id, timeout=LIMIT)).state == JobState.DONE
        processes = below(process.pid) | {server_of(tmp_path)}
        assert len(processes) >= 3
        process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.wait, LIMIT) == 0
        assert process.stdout is not None
        assert process.stdout.read() == ""  # one address, and not a word more
    assert_gone(processes)
    assert not (tmp_path / "postgres" / "postmaster.pid").exists()


def test_nothing_is_left_when_it_is_killed(tmp_path: Path) -> None:
    with up(tmp_path) as (process, _):
        processes = below(process.pid) | {server_of(tmp_path)}
        os.kill(process.pid, signal.SIGKILL)
    assert_gone(processes)


async def test_a_killed_database_comes_back(tmp_path: Path) -> None:
    """Nobody stops it in order: neither PostgreSQL nor the process that watches over it. Then a page and a job are served as before."""
    with up(tmp_path) as (process, url):
        port = int(url.rpartition(":")[2])
        for victim in (server_of, watcher_of):
            killed = server_of(tmp_path)
            os.kill(victim(tmp_path), signal.SIGKILL)
            await until(lambda: server_runs(tmp_path, killed))  # noqa: B023 - awaited here
            await until(lambda: answers(port))
        async with open_database(Settings(tmp_path)):
            tenant = (await create_tenant("Toko")).id
            async with tenant_scope(tenant):
                job_id = await enqueue(Task("sales.forget", echo, 1, None, 1.0), {"upload_id": str(tenant)})
            assert (await wait_for_job(tenant, job_id, timeout=LIMIT)).state == JobState.DONE
        assert process.poll() is None
        processes = below(process.pid) | {server_of(tmp_path), watcher_of(tmp_path)}
        process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.wait, LIMIT) == 0
    assert_gone(processes)


async def test_a_database_that_does_not_stay_up_says_why(tmp_path: Path) -> None:
    async with reach(Settings(tmp_path)):
        keeping = asyncio.create_task(Server(Settings(tmp_path), (), 1.0, pause=0.0, steady=LIMIT).keep_up())
        killed = 0

        async def runs_again_or_never() -> bool:
            return keeping.done() or await server_runs(tmp_path, killed)

        while not keeping.done():
            await until(runs_again_or_never)
            if not keeping.done():
                os.kill(killed := server_of(tmp_path), signal.SIGKILL)
        with pytest.raises(ServerDiedError, match=r"postgres\.log"):
            await keeping


async def test_a_server_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    given = Settings(tmp_path, database_url="postgresql://nobody@127.0.0.1:1/none")
    keeping = asyncio.create_task(Server(given, (), 1.0).keep_up())
    done, _ = await asyncio.wait([keeping], timeout=0.2)
    assert not done
    keeping.cancel()


def test_a_port_that_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(PortTakenError, match="--port"):
            free_port("127.0.0.1", taken.getsockname()[1])


async def test_a_part_that_does_not_stay_up_says_why(tmp_path: Path) -> None:
    child = Child("web", ["no-such-command"], tmp_path / "logs" / "web.log", pause=0.0)
    await child.start()
    with pytest.raises(PartDiedError, match="No such command"):
        await child.keep_up()
