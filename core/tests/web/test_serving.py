"""The server as a process: it starts, answers, tells its workers to stop, and leaves nobody behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

import httpx
import pytest

from batikrfm.db.urls import Urls

HEAVY: Final = ("polars", "litellm", "openai", "typst", "openpyxl", "fastexcel", "pyarrow", "taskiq")
SERVE: Final = """
import sys
from batikrfm.web.serving import Bind, serve
serve(Bind(port=int(sys.argv[1]), workers=int(sys.argv[2])))
"""

pytestmark = [pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc"), pytest.mark.timeout(300)]
Running = Callable[..., AbstractContextManager[tuple[subprocess.Popen[bytes], int]]]


@pytest.fixture
def running(database_urls: Urls, tmp_path: Path) -> Running:
    """A server on the test's database, as an operator starts it."""

    @contextmanager
    def start(*, workers: int = 1, **environment: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = int(free.getsockname()[1])
        environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("BATIKRFM_")},
            "BATIKRFM_APP_URL": database_urls.app,
            "BATIKRFM_PLATFORM_URL": database_urls.platform,
            "BATIKRFM_DATA_DIR": str(tmp_path / "data"),
            **environment,
        }
        with subprocess.Popen([sys.executable, "-c", SERVE, str(port), str(workers)], env=environ, stderr=subprocess.DEVNULL) as server:
            try:
                until(lambda: server.poll() is not None or ready(port))
                yield server, port
            finally:
                server.terminate()

    return start


def until(condition: Callable[[], bool], seconds: float = 150) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.05)


def children(process: int) -> list[int]:
    """The processes that this one started."""
    return [int(word) for task in Path(f"/proc/{process}/task").iterdir() for word in (task / "children").read_text().split()]


def lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health/ready", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def test_it_serves_adds_up_its_workers_figures_and_stops_when_it_is_told(running: Running) -> None:
    with running(workers=2) as (server, port):
        assert httpx.get(f"http://127.0.0.1:{port}/api/openapi.json", timeout=60).status_code == 200
        workers = children(server.pid)
        assert len(workers) >= 2
        for _ in range(20):
            httpx.get(f"http://127.0.0.1:{port}/health/live", timeout=60)  # a connection each, so that both get some
        page = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=60).text
        counted = next(line for line in page.splitlines() if line.startswith("batikrfm_http_requests_total{") and "/health/live" in line)
        assert float(counted.split()[-1]) == 20
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=60) == 0
        until(lambda: not any(map(lives, workers)))
        assert not ready(port)


def test_workers_of_a_killed_server_end(running: Running) -> None:
    with running() as (server, port):
        workers = children(server.pid)
        assert workers
        server.kill()
        until(lambda: not any(map(lives, workers)))
        assert not ready(port)


def test_a_worker_that_cannot_start_ends_the_server(running: Running) -> None:
    with running(BATIKRFM_APP_URL="postgresql://nobody:x@127.0.0.1:1/nothing") as (server, _):
        assert server.wait(timeout=60) == 1


def test_the_web_process_is_light() -> None:
    """Of what the routes stand on nothing heavy is imported, not even when every installed plugin is asked what it offers."""
    script = f"""
import sys
from batikrfm.plugins import load_plugins
from batikrfm.web.app import create_app
from batikrfm.web.settings import WebSettings
load_plugins(only={{"builtin"}})
create_app(WebSettings(), None, load_plugins(only={{"builtin"}}))
print(*sorted(set({HEAVY}) & {{name.partition(".")[0] for name in sys.modules}}))
print(*sorted(name for name in sys.modules if name in ("sentry_sdk", "opentelemetry.sdk", "redis", "granian")))
"""
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert said.stdout == "\n\n"
