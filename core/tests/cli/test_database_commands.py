"""``batikrfm db`` and ``batikrfm tenant`` as a person calls them."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest

Call = Callable[..., Any]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cli") / "data"


def test_a_tenant_is_created_and_listed(batikrfm: Call, data: Path) -> None:
    made = batikrfm("tenant", "create", "Batik [bold]Sri[/]", "--lang", "en", "--timezone", "Asia/Makassar", "--data-dir", data)
    assert (made.code, made.err) == (0, "")
    assert "batikrfm import batik-bold-sri FILE" in made.out
    listed = batikrfm("tenant", "list", "--data-dir", data)
    (one,) = json.loads(batikrfm("tenant", "list", "--json", "--data-dir", data).out)["tenants"]
    assert (one["slug"], one["time_zone"], one["currency"], one["language"]) == ("batik-bold-sri", "Asia/Makassar", "IDR", "en")
    for shown in ("Nama pendek", "batik-bold-sri", "Batik [bold]Sri[/]"):
        assert shown in listed.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["tenant", "create", "X", "--timezone", "Mars/One"], "There is no time zone Mars/One; "),
        (["tenant", "create", "X", "--currency", "ZZZ"], "There is no currency ZZZ; "),
        (["tenant", "create", " "], "A tenant's name is not empty "),
    ],
)
def test_what_a_tenant_cannot_be(batikrfm: Call, data: Path, arguments: list[str], said: str) -> None:
    answer = batikrfm(*arguments, "--lang", "en", "--data-dir", data)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith(said)
    assert answer.err.count("\n") == 1


def test_there_are_no_tenants_yet(batikrfm: Call, tmp_path: Path) -> None:
    assert "batikrfm tenant create NAMA" in batikrfm("tenant", "list", "--data-dir", tmp_path).out


def test_the_walls_and_the_schema(batikrfm: Call, data: Path) -> None:
    assert batikrfm("db", "migrate", "--lang", "en", "--data-dir", data).out.endswith("The database is up to date.\n")
    assert batikrfm("db", "guard", "--lang", "en", "--data-dir", data).out == "The walls between tenants are whole.\n"


def test_a_place_where_no_database_can_be(batikrfm: Call) -> None:
    answer = batikrfm("db", "guard", "--data-dir", "/proc/nowhere", "--lang", "en")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("The data folder /proc/nowhere cannot be used")


def test_start_until_told_to_stop(batikrfm: Call, data: Path) -> None:
    command = [str(Path(sys.executable).with_name("batikrfm")), "db", "start", "--lang", "en", "--data-dir", str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert "The database is running at 127.0.0.1:" in server.stdout.readline()
        for role in ("app", "platform", "owner"):
            url = batikrfm("db", "url", "--role", role, "--data-dir", data).out.strip()
            assert asyncio.run(who_answers(url)) == f"batikrfm_{role}"
        server.send_signal(signal.SIGINT)
        assert server.wait(60) == 0
    assert not (data / "postgres" / "postmaster.pid").exists()


async def who_answers(url: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval("select current_user")
    finally:
        await connection.close()
