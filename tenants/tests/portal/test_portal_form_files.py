"""A file that somebody puts into a form of texts waits for no garbage collector."""

from __future__ import annotations

from typing import Any, cast

import pytest
from litestar import Litestar, Request, post
from litestar.datastructures import UploadFile
from litestar.testing import AsyncTestClient

from batikrfm_tenants.portal.desk import OpenDesk
from batikrfm_tenants.portal.formats import Formats
from batikrfm_tenants.portal.services import Services


@pytest.mark.parametrize("size", [10, 3_000_000], ids=["in memory", "on disk"])
async def test_it_is_closed_when_the_form_is_read(size: int) -> None:
    files: list[UploadFile] = []

    @post("/")
    async def read(request: Request[Any, Any, Any]) -> str:
        form = await OpenDesk(cast("Services", None), request, Formats(language="id")).form()
        files.extend(value for _, value in (await request.form()).multi_items() if isinstance(value, UploadFile))
        return form["name"]

    async with AsyncTestClient(Litestar([read])) as client:
        sent = [("photo", ("a.png", b"x" * size)), ("photo", ("b.png", b"y" * size))]
        answer = await client.post("/", data={"name": "Bu Sri"}, files=sent)
    assert (answer.status_code, answer.text) == (201, "Bu Sri")
    assert [file.filename for file in files] == ["a.png", "b.png"]
    assert all(file.file.closed for file in files)
