"""Files that come: whatever their name, size and speed, nothing but their bytes reaches the disk, and no more than allowed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Request, post

from batikrfm.web.forms import LONGEST_NAME, received_form, shown_name
from batikrfm.web.guards import public
from websites import Opening, Site

LIMIT = 100_000


@post("/api/forms", opt=public("a test"), request_max_body_size=None, status_code=200)
async def take(request: Request[Any, Any, Any]) -> dict[str, Any]:
    async with received_form(request, limit=LIMIT) as form:
        contents = [b"".join([piece async for piece in file.pieces()]).decode() for file in form.files]
        places = [str(file.path) for file in form.files]
        return {"names": [file.name for file in form.files], "contents": contents, "values": form.values, "places": places}


@pytest.fixture
async def desk(open_site: Opening) -> AsyncIterator[Site]:
    async with open_site(routes=(take,)) as site:
        yield site


async def test_several_files_and_values_arrive_whole(desk: Site) -> None:
    big = "x" * 60_000
    answer = await desk.client.post(
        "/api/forms", files=[("files", ("satu.csv", "a,b\n1,2\n")), ("files", ("dua.csv", big))], data={"token": "1234"}
    )
    told = answer.json()
    assert (told["names"], told["contents"], told["values"]) == (["satu.csv", "dua.csv"], ["a,b\n1,2\n", big], {"token": "1234"})
    assert not any(map(os.path.exists, told["places"])), "the files are gone when the request is over"


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system.ini", "system.ini"),
        ("/abs/olute.csv", "olute.csv"),
        ("C:\\data\\toko.xlsx", "toko.xlsx"),
        ("..", "file"),
        ("nul\x00byte.csv", "nulbyte.csv"),
        ("Penjualan Toko Ibu.csv", "Penjualan Toko Ibu.csv"),
    ],
)
async def test_a_name_is_shown_and_never_a_path(given_name: str, shown: str, desk: Site) -> None:
    assert shown_name(given_name) == shown
    body = (
        b'--b\r\ncontent-disposition: form-data; name="files"; filename="'
        + given_name.replace("\\", "\\\\").encode()
        + b'"\r\n\r\nx\r\n--b--\r\n'
    )
    answer = await desk.client.post("/api/forms", content=body, headers={"Content-Type": "multipart/form-data; boundary=b"})
    if answer.status_code == 200:
        assert all(os.sep not in name and "\\" not in name for name in answer.json()["names"])
        assert all(Path(place).parent.parent == Path(tempfile.gettempdir()) for place in answer.json()["places"])
    else:
        assert answer.status_code == 415


@given(st.text())
def test_no_name_is_too_strange(name: str) -> None:
    shown = shown_name(name)
    assert 0 < len(shown) <= LONGEST_NAME
    assert "/" not in shown
    assert "\\" not in shown
    assert shown.isprintable()


async def test_what_says_that_it_is_too_large_is_refused_before_it_is_read(desk: Site) -> None:
    async def body() -> AsyncIterator[bytes]:
        for piece in (b"--b", b"--"):
            read.append(piece)
            yield piece

    read: list[bytes] = []
    headers = {"Content-Type": "multipart/form-data; boundary=b", "Content-Length": str(2 * 10**9)}
    answer = await desk.client.post("/api/forms", content=body(), headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:batikrfm:problem:too-large")
    assert read == []


async def test_what_turns_out_to_be_too_large_is_refused(desk: Site) -> None:
    before = left_behind()

    async def body() -> AsyncIterator[bytes]:
        yield b'--b\r\ncontent-disposition: form-data; name="files"; filename="x.csv"\r\n\r\n'
        for _ in range(10_000):
            yield b"x" * 1_000

    answer = await desk.client.post("/api/forms", content=body(), headers={"Content-Type": "multipart/form-data; boundary=b"})
    assert answer.status_code == 413
    assert left_behind() <= before


def left_behind() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob("batikrfm-upload-*"))


async def test_a_value_that_is_no_file_does_not_fill_the_memory(desk: Site) -> None:
    answer = await desk.client.post("/api/forms", data={"note": "x" * 70_000}, files=[("files", ("a", "b"))])
    assert answer.status_code == 415


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "multipart/form-data; boundary=b"),
        (b"--b\r\n", "multipart/form-data; boundary=b"),
        (b"garbage", "multipart/form-data; boundary=b"),
        (b"--b--", "multipart/form-data"),
        (b"{}", "application/json"),
        (b"a=b", "application/x-www-form-urlencoded"),
        (b'--b\r\ncontent-disposition: form-data; name="files"; filename="x"\r\n\r\nhalf', "multipart/form-data; boundary=b"),
        (b"--b\r\n" + b"x" * 10_000 + b"\r\n\r\n--b--", "multipart/form-data; boundary=b"),
        (b'--b\r\ncontent-disposition: form-data; name="a"\r\n\r\n\r\n' * 80 + b"--b--", "multipart/form-data; boundary=b"),
    ],
)
async def test_what_is_no_form_is_refused_in_words(body: bytes, kind: str, desk: Site) -> None:
    answer = await desk.client.post("/api/forms", content=body, headers={"Content-Type": kind})
    assert (answer.status_code, answer.headers["content-type"]) == (415, "application/problem+json")
