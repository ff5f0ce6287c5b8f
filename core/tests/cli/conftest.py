"""The command line as a user calls it: a process of its own, or the same entry point in this one."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from batikrfm.cli import main
from batikrfm.cli.options import run_with_database
from batikrfm.db import database as databases
from batikrfm.db.embedded import embedded_server
from batikrfm.db.urls import Urls
from batikrfm.sales.importing import import_files
from batikrfm.storage import Storage, folder_store, opened_storage
from batikrfm.tenancy import create_tenant


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


@pytest.fixture
def batikrfm(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Call the entry point with arguments, here in this process."""

    def call(*arguments: object) -> Said:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Said(int(ended.value.code or 0), out, err)

    return call


@pytest.fixture
def batikrfm_process() -> Callable[..., Said]:
    """Call the installed command as a process."""

    def call(*arguments: object, **environ: str) -> Said:
        command = [str(Path(sys.executable).with_name("batikrfm")), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **environ})
        return Said(done.returncode, done.stdout, done.stderr)

    return call


SHOP = """No Pesanan;Tanggal;Nama Pelanggan;No HP;Produk;Jumlah;Harga Satuan;Total;Status
A1;02/01/2026 09:15;Sari;0812-3456-7890;Kain Parang;2;150.000;300.000;Selesai
A1;02/01/2026 09:15;Sari;0812-3456-7890;Selendang;1;80.000;80.000;Selesai
A2;15/01/2026 13:00;Budi;0813 1111 2222;Kemeja Kawung;1;250.000;250.000;Selesai
A3;20/02/2026 20:30;Sari;+62 812 3456 7890;Kain Sogan;1;500.000;500.000;Selesai
A4;21/02/2026 08:00;Budi;081311112222;Kain Parang;1;150.000;150.000;Batal
A5;25/02/2026 10:00;Sari;081234567890;Kain Sogan (retur);-1;500.000;-500.000;Selesai
A6;28/02/2026 23:30;;;Masker Batik;3;10.000;30.000;Selesai
A7;tidak tahu;Wati;081355556666;Kain;1;100.000;100.000;Selesai
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A home-made file with one of everything: two lines of an order, a cancellation, a refund, no customer, no date."""
    path = tmp_path / "penjualan.csv"
    path.write_text(SHOP, encoding="utf-8-sig")
    return path


@pytest.fixture
async def demo_database(spare_database: Urls, tmp_path: Path) -> AsyncIterator[None]:
    """An open database with nothing in it: there is one demonstration's shop in each, and what a test does to it stays."""
    async with databases.opened(spare_database):
        with opened_storage(Storage(folder_store(tmp_path / "files"))):
            yield


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One installation for the commands of a module, its server kept running between them; each test makes a tenant of its own."""
    folder = tmp_path_factory.mktemp("installation")
    with asyncio.Runner() as runner:
        server = embedded_server(folder)
        runner.run(server.__aenter__())
        try:
            yield folder
        finally:
            runner.run(server.__aexit__(None, None, None))


@pytest.fixture
def tenant(data_dir: Path, shop: Path) -> str:
    """A tenant with the home-made file imported."""

    async def made() -> str:
        tenant = await create_tenant("Toko Batik")
        await import_files(tenant, [shop])
        return tenant.slug

    return run_with_database(data_dir, made)
