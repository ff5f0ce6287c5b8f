from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from batikrfm.db.keys import uuid7
from batikrfm.sales.importing import import_files
from batikrfm.sales.lines import Outcome
from batikrfm.sales.loading import Loaded
from batikrfm.sales.rejections import rejections_of
from batikrfm.tenancy import find_tenant, tenant_scope

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from uuid import UUID

    from core.tests.sales.loading.conftest import Shop

HEADER = "no pesanan,tanggal,nama pelanggan,produk,jumlah,harga satuan"


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def write(*rows: str, name: str = "sales.csv", header: str = HEADER) -> Path:
        path = tmp_path / name
        path.write_text("\n".join([header, *rows]), encoding="utf-8")
        return path

    return write


async def test_an_import_is_recorded_with_every_row_accounted_for(shop: Shop, file: Callable[..., Path]) -> None:
    result = await import_files(
        await find_tenant(str(shop.tenant_id)),
        [file("A1,2026-01-02,Sari,Kain,2,50000", "A2,no date,Sari,Kain,1,1000", "A3,2026-01-03,Sari,Kain,-1,1000")],
        chosen={"ordered_at": "tanggal"},
    )
    assert {outcome: rows for outcome, rows in result.rows_by_outcome.items() if rows} == {
        Outcome.IMPORTED: 1,
        Outcome.REFUND: 1,
        Outcome.REJECTED: 1,
    }
    (record,) = await shop.fetch("select * from imports")
    assert record["id"] == result.import_id
    assert record["files"] == ["sales.csv"]
    counted = ("rows", "imported", "refund", "rejected", "cancelled", "without_customer", "orders_new", "customers_new")
    assert [record[name] for name in counted] == [3, 1, 1, 1, 0, 0, 2, 1]


async def test_times_are_those_of_the_tenants_zone(shop: Shop, file: Callable[..., Path]) -> None:
    await import_files(await find_tenant(str(shop.tenant_id)), [file("A1,2026-01-02 03:30,Sari,Kain,2,50000")])
    (order,) = await shop.fetch("select ordered_at from orders")
    assert order["ordered_at"].isoformat() == "2026-01-01T20:30:00+00:00"


async def test_rejected_rows_can_be_fetched_later_by_their_owner_only(shop: Shop, other_tenant: UUID, file: Callable[..., Path]) -> None:
    rows = [f"A{n},never,Sari,Kain,1,1000" for n in range(50)]
    sales = file(*rows, "A99,2026-01-01,Sari,Kain,1,1000")
    result = await import_files(await find_tenant(str(shop.tenant_id)), [sales], chosen={"ordered_at": "tanggal"})
    async with tenant_scope(shop.tenant_id) as scope:
        kept = await rejections_of(scope, result.import_id)
        assert kept.equals(result.rejected)
        assert (await rejections_of(scope, uuid7())).is_empty()
    async with tenant_scope(other_tenant) as scope:
        assert (await rejections_of(scope, result.import_id)).is_empty()
    assert kept.height == 50
    assert kept.row(0)[:3] == ("sales.csv", None, 2)


async def test_files_of_one_import_are_one_shop_and_their_lines_say_where_they_come_from(shop: Shop, file: Callable[..., Path]) -> None:
    first = file("A1,2026-01-02,Sari,Kain,1,50000", "A2,2026-01-03,Budi,Kain,1,50000", name="a.csv")
    second = file("A2,2026-01-03,Budi,Kain,1,50000", "A2,2026-01-03,Budi,Topi,1,20000", name="b.csv")
    result = await import_files(await find_tenant(str(shop.tenant_id)), [first, second])
    assert result.loaded == Loaded(2, 0, 0, 2)
    items = await shop.fetch(
        "select m.files[i.source] as file, i.line, i.product from order_items i join orders o on o.id = i.order_id"
        " join imports m on m.id = o.import_id order by i.id"
    )
    assert sorted(tuple(item.values()) for item in items) == [("a.csv", 2, "Kain"), ("b.csv", 2, "Kain"), ("b.csv", 3, "Topi")]


async def test_a_mapping_is_kept_for_its_tenant_and_found_by_the_header(shop: Shop, other_tenant: UUID, file: Callable[..., Path]) -> None:
    tenant = await find_tenant(str(shop.tenant_id))
    unclear: dict[str, Any] = {"header": "x1,x2,x3"}
    choices = {"ordered_at": "x1", "name": "x2", "line_total": "x3"}
    assert (await import_files(tenant, [file("2026-01-02,Sari,3000", **unclear)], chosen=choices)).mappings_kept == 1
    result = await import_files(tenant, [file("2026-01-05,Budi,4000", **unclear)])
    assert (result.loaded.orders_new, result.mappings_kept) == (1, 0)
    assert await shop.count("import_mappings") == 1
    with pytest.raises(Exception, match="--map"):
        await import_files(await find_tenant(str(other_tenant)), [file("2026-01-05,Budi,4000", **unclear)])


async def test_a_file_that_cannot_be_read_leaves_no_record(shop: Shop, tmp_path: Path, file: Callable[..., Path]) -> None:
    empty = tmp_path / "empty.csv"
    empty.touch()
    with pytest.raises(Exception, match=r"empty\.csv"):
        await import_files(await find_tenant(str(shop.tenant_id)), [file("A1,2026-01-02,Sari,Kain,1,50000"), empty])
    assert await shop.count("imports") == await shop.count("orders") == 0
