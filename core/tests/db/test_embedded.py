"""The embedded server: started once, shared by processes, stopped by the last of them, and whole again after any kill."""

from __future__ import annotations

import asyncio
import os
import pwd
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from batikrfm.db.diagnosis import start_error
from batikrfm.db.embedded import embedded_server
from batikrfm.db.errors import DataFolderError, DiskFullError, PortError, RootRefusedError, ServerStartError, ServerVersionError
from batikrfm.db.passwords import passwords
from batikrfm.db.reaching import embedded_urls

CLIENT = """
import asyncio, sys
from pathlib import Path
from batikrfm.db.embedded import embedded_server

async def main():
    async with embedded_server(Path(sys.argv[1])) as port:
        print(port, flush=True)
        await asyncio.to_thread(sys.stdin.readline)

asyncio.run(main())
"""
FAST = {"fsync": "off"}
NOBODY = pwd.getpwnam("nobody").pw_uid


class Client:
    """Another process that uses the server of a folder until it is told to go, or is killed."""

    def __init__(self, data_dir: Path) -> None:
        command = [sys.executable, "-c", CLIENT, str(data_dir)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def port(self) -> int:
        assert self.process.stdout is not None
        return int(self.process.stdout.readline())

    def go(self) -> None:
        self.process.communicate("\n", timeout=60)
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("embedded") / "data"


@pytest.fixture
def clients(folder: Path) -> Iterator[list[Client]]:
    made = [Client(folder), Client(folder)]
    yield made
    for client in made:
        client.kill()


def postmaster(folder: Path) -> int:
    return int((folder / "postgres" / "postmaster.pid").read_text().split()[0])


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def logged(folder: Path) -> str:
    return (folder / "postgres.log").read_text()


async def until_gone(pid: int) -> None:
    async with asyncio.timeout(60):
        while alive(pid):  # noqa: ASYNC110 - what is waited for is another process
            await asyncio.sleep(0.01)


async def asked(folder: Path, port: int, sql: str) -> object:
    urls = await embedded_urls(folder, port)
    connection = await asyncpg.connect(urls.owner)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def test_what_it_is(folder: Path) -> None:
    async with embedded_server(folder) as port:
        pid = postmaster(folder)
        assert await asked(folder, port, "show jit") == "off"
        assert (
            await asked(folder, port, "select datlocprovider::text || datlocale from pg_database where datname = 'batikrfm'") == "bC.UTF-8"
        )
        assert await asked(folder, port, "show listen_addresses") == "127.0.0.1"
        assert await asked(folder, port, "select uuidv7() is not null")
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(f"postgresql://batikrfm_app:wrong@127.0.0.1:{port}/batikrfm")
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(f"postgresql://postgres@127.0.0.1:{port}/batikrfm", password="")
    assert not alive(pid)
    assert mode(folder) == mode(folder / "postgres") == 0o700
    assert mode(folder / "passwords.json") == 0o600
    assert len(set(passwords(folder).values())) == len(passwords(folder)) == 4


async def test_no_log_holds_what_a_statement_said(folder: Path) -> None:
    async with embedded_server(folder) as port:
        await asked(folder, port, "create table once (phone text unique)")
        with pytest.raises(asyncpg.UniqueViolationError):
            await asked(folder, port, "insert into once values ('+62812000111'), ('+62812000111')")
    log = logged(folder)
    assert "duplicate key value" in log
    assert "62812000111" not in log


async def test_processes_share_it_and_the_last_one_stops_it(folder: Path, clients: list[Client]) -> None:
    ports = {client.port() for client in clients}
    async with embedded_server(folder) as port:
        pid = postmaster(folder)
        assert ports == {port}
        clients[0].go()
    assert alive(pid)
    clients[1].go()
    assert not alive(pid)


async def test_it_ends_when_its_users_are_killed(folder: Path, clients: list[Client]) -> None:
    for client in clients:
        client.port()
    pid = postmaster(folder)
    clients[0].kill()
    assert alive(pid)
    clients[1].kill()
    await until_gone(pid)
    async with embedded_server(folder) as port:
        assert await asked(folder, port, "select 1") == 1


async def test_the_address_stays_good(folder: Path) -> None:
    async with embedded_server(folder) as first:
        pass
    async with embedded_server(folder) as second:
        assert second == first
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # the server's own connections linger for a minute
        stranger.bind(("127.0.0.1", first))
        stranger.listen()
        async with embedded_server(folder) as third:
            assert third != first


async def test_a_killed_server_recovers_with_the_next_start(folder: Path) -> None:
    async with embedded_server(folder) as port:
        await asked(folder, port, "create table kept as select 42 as answer")
        pid = postmaster(folder)
        os.kill(pid, signal.SIGKILL)
        await until_gone(pid)
        async with embedded_server(folder) as again:
            assert await asked(folder, again, "select answer from kept") == 42
            assert postmaster(folder) != pid


async def test_a_killed_supervisor_takes_the_server_with_it(folder: Path) -> None:
    async with embedded_server(folder):
        pid = postmaster(folder)
        os.kill(int((folder / "postgres.lock").read_text()), signal.SIGKILL)
        await until_gone(pid)
        async with embedded_server(folder) as again:
            assert await asked(folder, again, "select 1") == 1
    assert "database system was shut down at" in logged(folder).rpartition("starting PostgreSQL")[2]


async def test_a_pid_that_belongs_to_another_program_now_is_no_server(folder: Path) -> None:
    async with embedded_server(folder):
        lines = (folder / "postgres" / "postmaster.pid").read_text()
    (folder / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n" + lines.partition("\n")[2])
    async with embedded_server(folder) as port:
        assert await asked(folder, port, "select 1") == 1


async def test_an_interrupted_first_start_is_begun_again(tmp_path: Path) -> None:
    (tmp_path / "postgres.new").mkdir()
    (tmp_path / "postgres.new" / "PG_VERSION").write_text("18\n")
    async with embedded_server(tmp_path, FAST) as port:
        assert await asked(tmp_path, port, "select 1") == 1


async def test_a_folder_of_another_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("16\n")
    with pytest.raises(ServerVersionError, match="PostgreSQL 16"):
        await embedded_server(tmp_path).__aenter__()


@pytest.fixture
def a_file(tmp_path: Path) -> None:
    (tmp_path / "a file").touch()


@pytest.mark.usefixtures("a_file")
@pytest.mark.parametrize("inside", ["a file", "nowhere"])
async def test_a_folder_that_cannot_be(tmp_path: Path, inside: str) -> None:
    place = {"a file": tmp_path / "a file" / "data", "nowhere": Path("/proc/nowhere")}[inside]
    with pytest.raises(DataFolderError, match="--data-dir"):
        await embedded_server(place).__aenter__()


async def test_a_broken_cluster_says_where_to_look(tmp_path: Path) -> None:
    async with embedded_server(tmp_path, FAST):
        pass
    (tmp_path / "postgres" / "global" / "pg_control").unlink()
    with pytest.raises(ServerStartError, match=r"postgres\.log"):
        await embedded_server(tmp_path).__aenter__()


async def test_a_setting_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(ServerStartError, match="no_such_setting"):
        await embedded_server(tmp_path, {"no_such_setting": "1"}).__aenter__()


CONTAINER = """
import ctypes, os, sys
from pathlib import Path

ready, go = os.pipe(), os.pipe()
child = os.fork()
if child == 0:
    assert ctypes.CDLL(None).unshare(0x10000000) == 0
    os.write(ready[1], b"x")
    os.read(go[0], 1)
    os.setresgid(0, 0, 0)
    os.setresuid(0, 0, 0)
    Path("/proc/sys/user/max_user_namespaces").write_text("0")
    os.execv(sys.executable, [sys.executable, "-c", *sys.argv[1:]])
os.read(ready[0], 1)
for name in ("uid_map", "gid_map"):
    Path(f"/proc/{child}/{name}").write_text("0 0 65536")
os.write(go[1], b"x")
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
USER = """
import asyncio, os, sys
from pathlib import Path
from batikrfm.db.embedded import embedded_server

async def main():
    async with embedded_server(Path(sys.argv[1])):
        print(os.geteuid(), Path(sys.argv[1], "postgres").stat().st_uid)

try:
    asyncio.run(main())
except Exception as error:
    print(type(error).__name__)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be the root of a container")
def test_root_where_namespaces_are_refused_runs_it_as_nobody() -> None:
    """As in a container: root, and unshare() is refused. What it made once stays usable where namespaces are allowed."""
    with tempfile.TemporaryDirectory() as made:  # not below pytest's own folder, which nobody may pass
        place = Path(made)
        place.chmod(0o755)
        contained = [sys.executable, "-c", CONTAINER, USER]
        assert said(*contained, place / "data") == said(*contained, place / "data") == f"0 {NOBODY}\n"
        assert said(sys.executable, "-c", USER, place / "data") == f"0 {NOBODY}\n"
        assert mode(place / "data") == 0o711
        assert mode(place / "data" / "passwords.json") == 0o600
        assert said(sys.executable, "-c", USER, place / "roots") == "0 0\n"
        assert said(*contained, place / "roots") == f"0 {NOBODY}\n"
        place.chmod(0o700)
        assert said(*contained, place / "unreachable") == "RootRefusedError\n"


def test_an_ordinary_user_runs_it(tmp_path: Path) -> None:
    ordinary = ["unshare", "--user", "--map-user=1000", "--map-group=1000"] if os.geteuid() == 0 else []
    assert said(*ordinary, sys.executable, "-c", USER, tmp_path) == "1000 1000\n"


def said(*command: object) -> str:
    return subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, text=True, check=True).stdout


FULL = """
import asyncio, sys
from pathlib import Path
from batikrfm.db.embedded import embedded_server
try:
    asyncio.run(embedded_server(Path(sys.argv[1])).__aenter__())
except Exception as error:
    print(type(error).__name__)
"""


def test_a_full_disk_is_said_to_be_full(tmp_path: Path) -> None:
    mounted = f"mount -t tmpfs -o size=16m none {tmp_path} && exec {sys.executable} -c '{FULL}' {tmp_path}/data"
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mounted]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "unshare" in done.stderr or "mount" in done.stderr:
        pytest.skip(f"no small file system to be had here: {done.stderr.strip()}")
    assert done.stdout == "DiskFullError\n"


@pytest.mark.parametrize(
    ("kind", "words", "error"),
    [
        ("port", "FATAL:  could not create any TCP/IP sockets", PortError),
        ("root", "user nobody cannot reach /root", RootRefusedError),
        ("initdb", "initdb: error: could not create directory: No space left on device", DiskFullError),
        ("os", "[Errno 13] Permission denied: 'x'", DataFolderError),
        ("start", "LOG:  x\nFATAL:  the sky is falling\n", ServerStartError),
        ("start", "", ServerStartError),
    ],
)
def test_each_failure_has_its_sentence(tmp_path: Path, kind: str, words: str, error: type[Exception]) -> None:
    assert type(start_error(tmp_path, kind, words)) is error
