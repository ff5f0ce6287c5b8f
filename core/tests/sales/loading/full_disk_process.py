"""Imports on a disk that fills up: ``unshare -Urm python full_disk_process.py FOLDER`` writes what happened as one JSON object.

In a mount namespace of its own FOLDER becomes a small file system in memory that holds a whole embedded database. First only a megabyte is
left, so that tables cannot grow; then an import takes all the rest, and what fails may be the write-ahead log, which stops the server.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

from batikrfm.sales.importing import import_files
from batikrfm.sdk.errors import SetupError
from batikrfm.settings import Settings
from batikrfm.tenancy import Tenant, create_tenant, find_tenant, open_database, tenant_scope

TABLES = ("imports", "customers", "customer_totals", "orders", "order_items", "import_mappings")
MIB = 1 << 20


async def main(folder: Path) -> None:
    mount(folder, "size=112m")
    settings = Settings(data_dir=folder / "data")
    told: dict[str, object] = {}
    async with open_database(settings):
        tenant = await create_tenant("Toko Penuh")
        await import_files(tenant, [sales(folder.parent, 60)])
        before = await rows(tenant)
        ballast = folder / "ballast"
        ballast.write_bytes(bytes(free(folder) - MIB))
        told["no room for tables"] = await refused(tenant, sales(folder.parent, 60_000))
        told["shop afterwards"] = await rows(tenant) == before
        ballast.unlink()
        told["no room for anything"] = await refused(tenant, sales(folder.parent, 120_000))
    mount(folder, "remount,size=600m")
    async with open_database(settings):
        tenant = await find_tenant(tenant.slug)
        told["shop after recovery"] = await rows(tenant) == before
        loaded = (await import_files(tenant, [sales(folder.parent, 60_000)])).loaded
        told["import with room"] = loaded.orders_new + loaded.orders_changed + loaded.orders_unchanged
    sys.stdout.write(json.dumps(told))


def mount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=True)


def free(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def sales(folder: Path, lines: int) -> Path:
    rows = [f"A{n // 3},2026-01-{n % 28 + 1:02d},budi{n // 3 % 900},Batik {n % 7},{n % 5 + 1},{n % 90 + 10}000" for n in range(lines)]
    path = folder / "sales.csv"
    path.write_text("\n".join(["no pesanan,tanggal,nama pelanggan,produk,jumlah,harga satuan", *rows]), encoding="utf-8")
    return path


async def rows(tenant: Tenant) -> list[int]:
    async with tenant_scope(tenant.id) as scope:
        return [int(await scope.fetchval(f"select count(*) from {table}")) for table in TABLES]


async def refused(tenant: Tenant, file: Path) -> str:
    """The name of the error that an import ends with."""
    try:
        await import_files(tenant, [file])
    except SetupError as error:
        return type(error).__name__
    return "imported"


asyncio.run(main(Path(sys.argv[1])))
