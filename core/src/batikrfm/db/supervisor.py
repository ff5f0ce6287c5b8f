"""The process that owns the embedded server: makes the cluster, starts ``postgres``, and stops it when nobody uses it.

Run as a file with the standard library alone; :mod:`batikrfm.db.embedded` starts it and talks JSON: one object in on stdin, one
line out on stdout, then it lives on by itself. Two lock files in the data folder say everything, and the kernel lets go of them
however a process ends:

``postgres.lease``  shared by every process that uses the server; whoever gets it alone knows that nobody else does
``postgres.lock``   held by this process and, inherited, by every process of the server; free means that nothing of it is left
"""

from __future__ import annotations

import contextlib
import ctypes
import dataclasses
import fcntl
import json
import os
import pwd
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
START_LIMIT = 300  # seconds; recovery of a large database after a crash takes its time
PORT_TRIES = 3
LOG_LIMIT = 8 * 2**20  # bytes; a longer log of the server becomes postgres.log.1 at the next start


class StartFailedError(Exception):
    """Why the server is not up, for the one who asked: a kind and the server's own words."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail


@dataclass(frozen=True)
class Order:
    """What to start: the folder, where the programs are, the superuser's password and settings of the server."""

    data_dir: Path
    bin_dir: Path
    password: str
    options: dict[str, str]
    user: tuple[int, int] | None = None

    def identity(self) -> dict[str, Any]:
        """Who the server's processes are, as keyword arguments of subprocess."""
        return {"user": self.user[0], "group": self.user[1], "extra_groups": []} if self.user else {}

    @property
    def cluster(self) -> Path:
        """PostgreSQL's own data directory."""
        return self.data_dir / "postgres"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.data_dir / "postgres.log"


def main() -> None:
    """Serve one order: answer on stdout, then stay until the server has ended."""
    given = json.load(sys.stdin)
    order = Order(Path(given["data_dir"]), Path(given["bin_dir"]), given["password"], given["options"])
    if os.fork():  # the one who asked waits for the first process only, and need not outlive the second
        os._exit(0)
    try:
        server = start(order)
    except StartFailedError as failure:
        answer({"error": failure.kind, "detail": failure.detail})
    except OSError as error:
        answer({"error": "os", "detail": str(error)})
    else:
        answer({"ready": True})
        stay(order, server)


def answer(message: dict[str, object]) -> None:
    """Say ``message`` to the one who asked and let go of the pipe."""
    with contextlib.suppress(BrokenPipeError):  # the one who asked was killed meanwhile; its lease is gone, too
        os.write(1, json.dumps(message).encode() + b"\n")
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)


def start(order: Order) -> subprocess.Popen[bytes]:
    """The running server, ready for connections."""
    lock = take_server_lock(order.data_dir)
    if os.geteuid() == 0:
        order = stop_being_root(order)
    if not order.cluster.exists():
        make_cluster(order)
    forget_dead_server(order.cluster)
    port = last_port(order.cluster)
    for _ in range(PORT_TRIES - 1):
        try:
            return launch(order, lock, port)
        except StartFailedError as failure:
            if failure.kind != "port":
                raise
            port = free_port()  # another program has the old one, or was quicker to take a free one
    return launch(order, lock, port)


def take_server_lock(data_dir: Path) -> int:
    """The descriptor of ``postgres.lock``, held alone, with our process id in it."""
    lock = os.open(data_dir / "postgres.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise StartFailedError("busy", "another process starts or stops the server") from None
    os.ftruncate(lock, 0)
    os.write(lock, str(os.getpid()).encode())
    return lock


def stop_being_root(order: Order) -> Order:
    """PostgreSQL refuses to run as root, so its processes are somebody else.

    In a user namespace root looks like user 1000 and keeps its rights on files: nothing is chowned or opened up. Where
    namespaces are refused (containers often do), the server runs as nobody, and the cluster is nobody's from then on.
    """
    nobody = pwd.getpwnam("nobody")
    is_nobodys = order.cluster.exists() and order.cluster.stat().st_uid == nobody.pw_uid
    if not is_nobodys and entered_namespace():
        return order
    order.data_dir.chmod(0o711)  # nobody passes through to the cluster, and can read or list nothing else
    order = dataclasses.replace(order, user=(nobody.pw_uid, nobody.pw_gid))
    if not is_nobodys:
        give_away(order.cluster, nobody.pw_uid, nobody.pw_gid)
    for folder in (*order.cluster.resolve().parents, *(order.bin_dir / "postgres").resolve().parents):
        if not folder.stat().st_mode & stat.S_IXOTH:
            raise StartFailedError("root", f"user nobody cannot pass {folder}")
    return order


def entered_namespace() -> bool:
    """Be user 1000 of a new user namespace, if the system lets us."""
    if sys.platform != "linux" or ctypes.CDLL(None).unshare(CLONE_NEWUSER):
        return False
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text("1000 0 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text("1000 0 1", encoding="ascii")
    return True


def give_away(folder: Path, user: int, group: int) -> None:
    """Change the owner of ``folder`` and all in it."""
    for path, _, files in os.walk(folder):
        for owned in (path, *(f"{path}/{file}" for file in files)):
            os.chown(owned, user, group)


def make_cluster(order: Order) -> None:
    """Make the cluster beside its place and move it there whole: a start that was killed half-way leaves nothing behind."""
    fresh = order.data_dir / "postgres.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    with tempfile.NamedTemporaryFile("w", dir=order.data_dir, prefix="password", encoding="utf-8") as password:
        password.write(order.password)
        password.flush()
        if order.user:
            os.chown(fresh, *order.user)
            os.chown(password.name, *order.user)
        initdb(order, fresh, password.name)
    fresh.rename(order.cluster)


def initdb(order: Order, cluster: Path, password_file: str) -> None:
    """Run PostgreSQL's initdb."""
    command = [
        str(order.bin_dir / "initdb"),
        f"--pgdata={cluster}",
        "--username=postgres",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale-provider=builtin",  # the embedded server has no ICU, and C.UTF-8 is the same on every machine
        "--locale=C.UTF-8",
    ]
    done = subprocess.run(command, capture_output=True, cwd="/", check=False, **order.identity())  # noqa: S603 - our own program, no shell
    if done.returncode:
        shutil.rmtree(cluster, ignore_errors=True)
        raise StartFailedError("initdb", done.stderr.decode(errors="replace"))


def forget_dead_server(cluster: Path) -> None:
    """Remove ``postmaster.pid`` of a server that was killed.

    PostgreSQL takes any living process with that number for the old server: a zombie that nobody reaps, or a stranger that got
    the number after a reboot. We hold ``postgres.lock``, so no server of ours lives; one that somebody started by hand shows
    in /proc, and PostgreSQL itself refuses a second one then.
    """
    pid_file = cluster / "postmaster.pid"
    if sys.platform != "linux" or not pid_file.exists():
        return
    words = pid_file.read_text(encoding="utf-8").split()
    if not words or not is_running_postgres(words[0]):
        pid_file.unlink()


def is_running_postgres(pid: str) -> bool:
    """Whether process ``pid`` is a PostgreSQL that is not a zombie."""
    try:
        name, _, rest = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").partition("(")[2].rpartition(")")
    except OSError:
        return False
    return name == "postgres" and rest.split()[0] != "Z"


def launch(order: Order, lock: int, port: int) -> subprocess.Popen[bytes]:
    """Start ``postgres`` on ``port`` and wait until it takes connections."""
    options = {"listen_addresses": "127.0.0.1", "port": str(port), "unix_socket_directories": ""} | order.options
    command = [str(order.bin_dir / "postgres"), "-D", str(order.cluster), *(f"-c{name}={value}" for name, value in options.items())]
    if order.log.exists() and order.log.stat().st_size > LOG_LIMIT:
        order.log.replace(order.log.with_suffix(".log.1"))
    with order.log.open("ab") as log:
        log_start = log.tell()
        server = subprocess.Popen(  # noqa: S603 - our own program, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            pass_fds=[lock],
            **order.identity(),
            preexec_fn=follow_parent,  # noqa: PLW1509 - this process has one thread so far
        )
    wait_until_ready(order, server, log_start)
    return server


def last_port(cluster: Path) -> int:
    """The port of the last time, which PostgreSQL noted in postmaster.opts, so that addresses stay good; or a free one."""
    with contextlib.suppress(FileNotFoundError):
        noted = re.search(r'"-cport=(\d+)"', (cluster / "postmaster.opts").read_text(encoding="utf-8"))
        if noted:
            return int(noted[1])
    return free_port()


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def follow_parent() -> None:
    """Have Linux stop the server (fast shutdown) when this process is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def wait_until_ready(order: Order, server: subprocess.Popen[bytes], log_start: int) -> None:
    """PostgreSQL writes its state into the eighth line of postmaster.pid."""
    deadline = time.monotonic() + START_LIMIT
    pid_file = order.cluster / "postmaster.pid"
    while time.monotonic() < deadline:
        with contextlib.suppress(FileNotFoundError):
            lines = pid_file.read_text(encoding="utf-8").splitlines()
            if lines[7:] and lines[0] == str(server.pid) and lines[7].strip() == "ready":  # PostgreSQL writes line by line
                return
        if server.poll() is not None:
            with order.log.open("rb") as log:
                log.seek(log_start)
                words = log.read().decode(errors="replace")
            raise StartFailedError("port" if "could not bind" in words else "start", words)
        time.sleep(0.01)
    server.send_signal(signal.SIGQUIT)
    raise StartFailedError("start", f"it was not ready after {START_LIMIT} seconds")


def stay(order: Order, server: subprocess.Popen[bytes]) -> None:
    """Wait for the server's end, which comes when the last user lets go of the lease or asks by SIGTERM."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: server.send_signal(signal.SIGINT))  # PostgreSQL's SIGINT is the fast, clean shutdown

    def stop_when_unused() -> None:
        lease = os.open(order.data_dir / "postgres.lease", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(lease, fcntl.LOCK_EX)  # the kernel grants it when the last user is gone, however it went
        server.send_signal(signal.SIGINT)
        server.wait()

    threading.Thread(target=stop_when_unused, daemon=True).start()
    server.wait()


if __name__ == "__main__":
    main()
