"""A server that speaks S3, on this machine, with a bucket for each test."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from batikrfm.settings import Settings
from batikrfm.storage import open_storage

_NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of a server that keeps buckets as long as the session lasts."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3_server: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The storage in a bucket of its own, opened as an operator would: by the settings."""
    import httpx2

    name = f"toko-{next(_NUMBERS)}"
    httpx2.put(f"{s3_server}/{name}").raise_for_status()
    given = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL": s3_server}
    for variable, value in {**given, "AWS_ALLOW_HTTP": "true"}.items():
        monkeypatch.setenv(variable, value)
    with open_storage(Settings(data_dir=tmp_path_factory.mktemp("data"), storage_url=f"s3://{name}/folder")):
        yield name
