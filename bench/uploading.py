"""From the end of an upload to a dashboard that is right, beside importing and segmenting the same file from the command line.

Usage: python bench/uploading.py [ROUNDS [FILE]]. The file is "Online Retail.xlsx" (541,909 rows) of ``../shared/data/online_retail``.

*upload*: ``batikrfm up`` as anybody runs it; a real upload by the API (its sending is not timed), the look that a person is shown, a
confirmation at once, the import, the segments, and the overview, whose figures must be the command line's. *command line*: ``batikrfm
import`` and ``batikrfm segment``, each a process of its own, on the same running database. A shop of its own for each.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2

from batikrfm.settings import Settings
from batikrfm.tenancy import Tenant, create_tenant, open_database, tenant_scope

FILE = Path(__file__).parents[2] / "shared" / "data" / "online_retail" / "Online Retail.xlsx"
LOOK_EVERY = 0.05
PROGRAM = (sys.executable, "-c", "from batikrfm.cli import main; main()")


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@asynccontextmanager
async def installation(folder: Path, port: int) -> AsyncIterator[None]:
    environ = {**os.environ, "BATIKRFM_UPLOAD_LIMIT_MB": "500", "BATIKRFM_RATE_PER_KEY": "10000000"}
    command = (*PROGRAM, "up", "--data-dir", str(folder), "--port", str(port))
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL) as up:  # noqa: ASYNC220 - it only starts it
        try:
            async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
                while not await ready(client):
                    if up.poll() is not None:
                        sys.exit("it did not start")
                    await asyncio.sleep(LOOK_EVERY)
            yield
        finally:
            up.send_signal(signal.SIGTERM)


async def ready(client: httpx2.AsyncClient) -> bool:
    try:
        return (await client.get("/health/ready")).status_code == 200
    except httpx2.TransportError:
        return False


async def key_of(tenant: Tenant) -> str:
    from batikrfm.db.keys import uuid7
    from batikrfm.sdk import Principal
    from batikrfm.tenancy.permissions import PERMISSIONS_OF, Role
    from batikrfm_tenants import api_keys

    owner = Principal("user", uuid7(), "Bench", tenant.id, PERMISSIONS_OF[Role.OWNER])
    wanted = [permission for permission in PERMISSIONS_OF[Role.OWNER] if permission.resource in {"imports", "segments"}]
    async with tenant_scope(tenant.id):
        return (await api_keys.create(owner, "bench", wanted)).token


async def by_upload(port: int, name: str, file: Path) -> tuple[float, dict[str, int]]:
    """Seconds from the end of the upload, and how many customers are in each segment."""
    tenant = await create_tenant(name)
    headers = {"Authorization": f"Bearer {await key_of(tenant)}"}
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}/api", headers=headers, timeout=300) as client:
        sent = await client.post("/imports", files={"file": (file.name, await asyncio.to_thread(file.read_bytes))})
        started = time.perf_counter()
        upload = sent.raise_for_status().json()["id"]
        await until(client, upload, "asking")
        (await client.post(f"/imports/{upload}/mapping", json={})).raise_for_status()
        await until(client, upload, "done")
        found = (await client.get("/segments")).raise_for_status().json()
        async with tenant_scope(tenant.id):
            seen = await overview()
        seconds = time.perf_counter() - started
    assert {one["key"]: one["customers"] for one in found["items"]} == seen  # noqa: S101 - a bench of something wrong is worth nothing
    return seconds, seen


async def overview() -> dict[str, int]:
    """What the dashboard's page asks for."""
    from batikrfm.segmentation.overview import overview as look

    return {standing.key: standing.customers for standing in (await look()).segments}


async def until(client: httpx2.AsyncClient, upload: str, state: str) -> None:
    while (now := (await client.get(f"/imports/{upload}")).raise_for_status().json())["state"] != state:
        if now["problem"]:
            sys.exit(str(now["problem"]))
        await asyncio.sleep(LOOK_EVERY)


async def by_command(folder: Path, name: str, file: Path) -> tuple[float, dict[str, int]]:
    tenant = await create_tenant(name)
    started = time.perf_counter()
    await run("import", tenant.slug, str(file), "--json", "--data-dir", str(folder))
    said = await run("segment", tenant.slug, "--json", "--data-dir", str(folder))
    return time.perf_counter() - started, {one["key"]: one["customers"] for one in said["segments"]}


async def run(*arguments: str) -> Any:  # noqa: ANN401 - JSON
    process = await asyncio.create_subprocess_exec(*PROGRAM, *arguments, stdout=subprocess.PIPE)
    said, _ = await process.communicate()
    if process.returncode:
        sys.exit(f"{arguments[0]} ended with {process.returncode}")
    return json.loads(said)


async def main(rounds: int, file: Path) -> None:
    ways: dict[str, list[float]] = {"command line: import, then segment (floor)": [], "upload, looked at, confirmed, dashboard right": []}
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        async with installation(folder, port), open_database(Settings(folder)):
            for round_ in range(rounds + 1):
                command, there = await by_command(folder, f"Perintah {round_}", file)
                upload, here = await by_upload(port, f"Unggah {round_}", file)
                assert here == there  # noqa: S101 - as above
                if round_:  # the first warms up
                    for taken, seconds in zip(ways.values(), (command, upload), strict=True):
                        taken.append(seconds)
    floor = statistics.median(next(iter(ways.values())))
    print("| | seconds (median) | min-max | x floor |\n|---|---|---|---|")
    for way, taken in ways.items():
        median = statistics.median(taken)
        print(f"| {way} | {median:.2f} | {min(taken):.2f}-{max(taken):.2f} | {median / floor:.2f} |")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if sys.argv[1:] else 5, Path(sys.argv[2]) if sys.argv[2:] else FILE))
