"""Reports of shops of 20,000 and of 1,000,000 customers. Usage: python bench/reports.py [RUNS [CUSTOMERS...]].

Whole processes: seconds and peak memory of `python bench/reports.py` making one report of a tenant in PostgreSQL, under row-level
security, read, written and done. The PDF is compared with typst setting an empty page; the workbook with openpyxl, write-only, writing
as many cells of the same kinds to one sheet from rows that it need not read. Each once to warm up and then in turn.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import subprocess
import sys
import tempfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from measuring import Run, in_turn, process, table

SIZES = (20_000, 1_000_000)
ROW = ("Sari Dewi Kusumawardhani", "pembeli123456", "+6281234567890", None, dt.date(2026, 11, 25), 12, Decimal(1_250_000), 5, 5, 5)


async def make(data_dir: Path, tenant: str, kind: str) -> None:
    """One report, into a file that goes with the process."""
    from batikrfm.reports.making import write_report
    from batikrfm.reports.model import Kind
    from batikrfm.settings import Settings
    from batikrfm.tenancy import open_database, tenant_scope

    with tempfile.TemporaryDirectory() as folder:
        async with open_database(Settings(data_dir=data_dir)), tenant_scope(UUID(tenant)):
            await write_report(Path(folder) / "report", Kind(kind), "id")


def empty_page() -> None:
    """The least that a PDF by typst can cost."""
    import typst

    typst.compile(b" ")


def plain_workbook(rows: int) -> None:
    """The least that openpyxl takes for so many rows."""
    from openpyxl import Workbook

    with tempfile.TemporaryDirectory() as folder:
        workbook = Workbook(write_only=True)
        sheet = workbook.create_sheet("Pelanggan")
        for _ in range(rows):
            sheet.append(ROW)
        workbook.save(Path(folder) / "report.xlsx")


async def stock(data_dir: Path, size: int) -> None:
    """A tenant of ``size`` customers, segmented; its id is printed."""
    from segmenting import add_orders, open_shop

    from batikrfm.builtin.rfm.strategies import Rfm5
    from batikrfm.segmentation.asking import Question
    from batikrfm.segmentation.running import run_segmentation
    from batikrfm.settings import Settings
    from batikrfm.tenancy import open_database

    async with open_database(Settings(data_dir=data_dir)):
        shop = await open_shop(size)
        await add_orders(shop, 1)
        await run_segmentation(shop.tenant, Question(Rfm5()))
        print(shop.tenant)


async def main(runs: int, sizes: tuple[int, ...]) -> None:
    """Keeps the server running and stays small itself: a child's peak memory is never below its parent's."""
    from batikrfm.db.embedded import embedded_server

    with tempfile.TemporaryDirectory() as folder:
        async with embedded_server(Path(folder)):
            for size in sizes:
                tenant = subprocess.check_output(command("stock", folder, size), text=True).strip()  # noqa: ASYNC221 - nothing else goes on
                results = in_turn(measured(folder, tenant, size), runs)
                print(f"\n{size:,} customers\n\n{table(results, FLOOR_OF)}")


EMPTY, PLAIN = "typst: an empty page (floor)", "openpyxl: as many cells (floor)"
FLOOR_OF = {"batikrfm: PDF": EMPTY, "batikrfm: XLSX": PLAIN}


def measured(data_dir: str, tenant: str, size: int) -> dict[str, Callable[[], Run]]:
    return {
        EMPTY: lambda: process(command("empty")),
        "batikrfm: PDF": lambda: process(command("make", data_dir, tenant, "pdf")),
        PLAIN: lambda: process(command("plain", size)),
        "batikrfm: XLSX": lambda: process(command("make", data_dir, tenant, "xlsx")),
    }


def command(*arguments: object) -> list[str]:
    return [sys.executable, __file__, "child", *map(str, arguments)]


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["child", "make", data_dir, tenant, kind]:
            asyncio.run(make(Path(data_dir), tenant, kind))
        case ["child", "stock", data_dir, customers]:
            asyncio.run(stock(Path(data_dir), int(customers)))
        case ["child", "empty"]:
            empty_page()
        case ["child", "plain", rows]:
            plain_workbook(int(rows))
        case [*numbers]:
            asyncio.run(main(int(numbers[0]) if numbers else 5, tuple(map(int, numbers[1:])) or SIZES))
