"""The list of customers as a file: by the same filters and in the same order as its pages, each shop's own, and harmless."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from batikrfm.builtin.rfm.strategies import Rfm5
from batikrfm.db.database import Database
from batikrfm.segmentation.asking import Question
from batikrfm.segmentation.running import run_segmentation
from batikrfm.tenancy import tenant_scope
from batikrfm.tenancy.permissions import Permission
from shops import Shop, shop_of
from websites import Site

ADD = "insert into customers (tenant_id, id, contact_at, key, name, email) select id, uuidv7(), now(), $1, $2, $3 from tenants"


@pytest.fixture
async def shop(database: Database) -> Shop:
    return await shop_of(database)


async def exported(site: Site, shop: Shop, **asked: str | int) -> list[dict[str, str]]:
    answer = await site.client.get("/api/customers/export", params=asked, headers=site.headers(shop.tenant_id))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["cache-control"] == "no-store"
    return list(csv.DictReader(io.StringIO(answer.text)))


async def listed(site: Site, shop: Shop, **asked: str | int) -> list[dict[str, Any]]:
    answer = await site.client.get("/api/customers", params={**asked, "limit": 200}, headers=site.headers(shop.tenant_id))
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


@pytest.mark.parametrize(
    "asked", [{}, {"sort": "name"}, {"sort": "recency"}, {"r": 5}, {"f": 1, "m": 2}, {"search": "pelanggan 1"}, {"segment": "-"}], ids=str
)
async def test_it_is_the_list(site: Site, shop: Shop, asked: dict[str, str | int]) -> None:
    items = await listed(site, shop, **asked)
    rows = await exported(site, shop, **asked)
    expected = [{name: "" if value is None else str(value) for name, value in item.items()} for item in items]
    assert rows == expected
    if not asked:
        assert len(rows) == 23


async def test_one_segment(site: Site, shop: Shop) -> None:
    assert {row["segment"] for row in await exported(site, shop, segment=shop.key)} == {shop.key}


async def test_nothing_of_another_shop_is_in_it(site: Site, shop: Shop, database: Database) -> None:
    theirs = await shop_of(database, "Warung Sebelah")
    ours, others = [{row["id"] for row in await exported(site, one)} for one in (shop, theirs)]
    assert ours
    assert others
    assert ours.isdisjoint(others)


async def test_to_see_customers_is_not_to_take_them_along(site: Site, shop: Shop) -> None:
    headers = site.headers(shop.tenant_id, Permission.CUSTOMERS_READ)
    assert (await site.client.get("/api/customers", headers=headers)).status_code == 200
    assert (await site.client.get("/api/customers/export", headers=headers)).status_code == 403


async def test_no_cell_comes_alive(site: Site, database: Database) -> None:
    shop = await shop_of(database, "Toko Nakal")
    async with tenant_scope(shop.tenant_id) as scope:
        await scope.execute(ADD, "=1+1", "@SUM(A1)", "+x;=cmd|' /c calc'!A1")
    await run_segmentation(shop.tenant_id, Question(Rfm5()))
    (row,) = [row for row in await exported(site, shop, segment="-") if "1+1" in row["key"]]
    assert [row[name][0] for name in ("key", "name", "email")] == ["'", "'", "'"]
    assert ";'=cmd" in row["email"]


async def test_what_cannot_be_is_said_before_the_file_begins(site: Site, shop: Shop) -> None:
    answer = await site.client.get("/api/customers/export", params={"r": 9}, headers=site.headers(shop.tenant_id))
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
