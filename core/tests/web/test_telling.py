"""Errors and traces arrive where the installation sends them, and nobody's data goes along: seen by whoever receives them."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

SERVED = """
import asyncio, os
from litestar import Litestar, get
from batikrfm.web.guards import public
from batikrfm.web.observing import observed
from batikrfm.web.settings import WebSettings
from opentelemetry import trace

@get("/customers/{name:str}")
async def hello(name: str) -> str:
    return name

app = observed(Litestar([hello]), WebSettings.from_environment())

async def main():
    async def receive(): return {"type": "http.request", "body": b"", "more_body": False}
    async def send(message): ...
    headers = [(b"host", b"toko.example.id"), (b"user-agent", b"Sari-1")]
    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "path": "/customers/Siti",
        "raw_path": b"/customers/Siti", "query_string": b"phone=+62812345", "root_path": "", "scheme": "http", "headers": headers,
        "client": ("203.0.113.7", 5000), "server": ("127.0.0.1", 8000), "state": {}}
    await app(scope, receive, send)

asyncio.run(main())
"""
WORKED = """
import logging, os
from batikrfm.web.logs import log, set_up_logs
from batikrfm.web.observing import tell_sentry
import sentry_sdk

set_up_logs()
tell_sentry(os.environ["SENTRY_DSN"])
try:
    raise ValueError("Siti +62812345")
except ValueError as error:
    log("batikrfm.web").error("failed", exc_info=error)
    log("batikrfm.web").info("not worth telling", exc_info=error)
def in_a_job():
    raise KeyError("Siti +62812345")
try:
    in_a_job()
except KeyError as error:
    logging.getLogger("batikrfm.jobs").error("job 1: %s", type(error).__name__, extra={"about": error})
sentry_sdk.flush(10)
"""


@dataclass
class Receiver:
    """A server that takes whatever is posted to it."""

    port: int = 0
    bodies: dict[str, list[bytes]] = field(default_factory=dict)

    @property
    def all(self) -> bytes:
        return b"".join(body for bodies in self.bodies.values() for body in bodies)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    received = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.bodies.setdefault(self.path, []).append(gzip.decompress(body) if self.headers["Content-Encoding"] == "gzip" else body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    received.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield received
    server.shutdown()
    server.server_close()


def run(script: str, **environment: str) -> str:
    environ = {**os.environ, **environment}
    return subprocess.run([sys.executable, "-W", "ignore", "-c", script], env=environ, capture_output=True, text=True, check=True).stderr


def test_a_trace_of_a_request_arrives_without_who_and_what(receiver: Receiver) -> None:
    run(SERVED, OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{receiver.port}", OTEL_BSP_SCHEDULE_DELAY="50")
    assert list(receiver.bodies) == ["/v1/traces"]
    assert b"batikrfm" in receiver.all
    assert b"GET" in receiver.all
    for datum in (b"Siti", b"62812345", b"203.0.113.7", b"Sari-1"):
        assert datum not in receiver.all


def test_an_error_arrives_by_its_kind_and_place_and_without_its_words(receiver: Receiver) -> None:
    logged = run(WORKED, SENTRY_DSN=f"http://key@127.0.0.1:{receiver.port}/1")
    kinds, places = [], ""
    for line in receiver.all.splitlines():
        said = json.loads(line)
        kinds += [value["type"] for value in said.get("exception", {}).get("values", ())]
        places += json.dumps(said)
    assert sorted(kinds) == ["KeyError", "ValueError"], "each once, and nothing that is no error"
    assert "in_a_job" in places
    assert b"Siti" not in receiver.all
    assert b"62812345" not in receiver.all
    assert "Siti" not in logged
