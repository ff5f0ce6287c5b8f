"""The API as a program uses it: bring files, answer, watch, read, order; in pages, with ETags, in two languages."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from batikrfm.db.database import Database
from batikrfm.db.keys import uuid7
from batikrfm.db.reaching import connection
from batikrfm.sdk import Principal
from batikrfm.tenancy import tenant_scope
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.door import CHANNEL, MOST_REMEMBERED, Remembered
from shops import ROWS, SALES, Shop, shop_of, work
from websites import GENEROUS, Opening, Site


@pytest.fixture
async def shop(database: Database) -> Shop:
    return await shop_of(database)


async def test_files_are_brought_looked_at_answered_and_imported(site: Site, tenant: UUID) -> None:
    headers = site.headers(tenant, **{"Accept-Language": "en"})
    created = await site.client.post("/api/imports", headers=headers, files=[("files", ("../../penjualan.csv", SALES))])
    assert (created.status_code, created.json()["state"]) == (201, "received")
    assert created.json()["files"] == [{"name": "penjualan.csv", "size": len(SALES), "seen_at": None}]
    where = created.headers["location"]
    await work(tenant)
    asking = (await site.client.get(where, headers=headers)).json()
    assert asking["state"] == "asking"
    (sheet,) = asking["preview"]["sheets"]
    assert {guess["field"]: guess["column"] for guess in sheet["guesses"]}["order_id"] == "no pesanan"
    confirmed = await site.client.post(f"{where}/mapping", headers=headers, json={"columns": {}, "save": False})
    assert (confirmed.status_code, confirmed.json()["state"]) == (202, "importing")
    await work(tenant)
    done = (await site.client.get(where, headers=headers)).json()
    assert (done["state"], done["result"]["orders_new"], done["result"]["rejected"]) == ("done", len(ROWS), 2)
    assert (await site.client.get(f"/api/runs/{done['run_id']}", headers=headers)).status_code == 200


async def test_an_import_that_runs_can_be_given_up_and_leaves_nothing(site: Site, tenant: UUID) -> None:
    headers = site.headers(tenant, **{"Accept-Language": "en"})
    where = (await site.client.post("/api/imports", headers=headers, files=[("files", ("a.csv", SALES))])).headers["location"]
    await work(tenant)
    assert (await site.client.post(f"{where}/mapping", headers=headers, json={"columns": {}})).json()["state"] == "importing"
    stopped = (await site.client.delete(where, headers=headers)).json()
    assert (stopped["state"], stopped["problem"]) == ("discarded", "Stopped before anything was imported.")
    await work(tenant)
    assert (await site.client.get("/api/customers", headers=headers)).json()["items"] == []
    again = await site.client.delete(where, headers=headers)
    assert again.status_code == 422


async def test_an_import_whose_sales_are_in_cannot_be_given_up(site: Site, tenant: UUID) -> None:
    headers = site.headers(tenant, **{"Accept-Language": "en"})
    where = (await site.client.post("/api/imports", headers=headers, files=[("files", ("a.csv", SALES))])).headers["location"]
    await work(tenant)
    await site.client.post(f"{where}/mapping", headers=headers, json={"columns": {}})
    await work(tenant)
    async with tenant_scope(tenant) as scope:  # as between the import and the run that follows it
        await scope.execute("update uploads set state = 'importing', ended_at = null, run_id = null")
    refused = await site.client.delete(where, headers=headers)
    assert refused.status_code == 422
    assert "can no longer be stopped" in refused.json()["detail"]


async def test_rejected_rows_are_said_and_safe_in_a_spreadsheet(site: Site, shop: Shop) -> None:
    headers = site.headers(shop.tenant_id, **{"Accept-Language": "en"})
    where = f"/api/imports/{shop.import_id}/rejected"
    first = (await site.client.get(where, params={"limit": 1}, headers=headers)).json()
    second = (await site.client.get(where, params={"limit": 1, "after": first["next"]}, headers=headers)).json()
    assert (len(first["items"]), len(second["items"]), second["next"]) == (1, 1, None)
    assert first["items"][0]["line"] < second["items"][0]["line"]
    answer = await site.client.get(f"{where}.csv", headers=headers)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows[0] == ["file", "sheet", "line", "reason", "values"]
    assert len(rows) == 3
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "@", "+"))]


async def test_an_import_that_is_over_or_asks_is_watched_once(site: Site, shop: Shop) -> None:
    for import_id, state in ((shop.import_id, "done"), (shop.asking_id, "asking")):
        answer = await site.client.get(f"/api/imports/{import_id}/progress", headers=site.headers(shop.tenant_id))
        assert answer.headers["content-type"].startswith("text/event-stream")
        (event,) = [line for line in answer.text.splitlines() if line.startswith("data:")]
        assert json.loads(event.removeprefix("data:"))["state"] == state


async def test_customers_come_in_pages_that_add_up(site: Site, shop: Shop) -> None:
    headers = site.headers(shop.tenant_id)
    page = (await site.client.get("/api/customers", params={"limit": 5}, headers=headers)).json()
    found = page["items"]
    while page["next"]:
        page = (await site.client.get("/api/customers", params={"limit": 5, "cursor": page["next"]}, headers=headers)).json()
        found += page["items"]
    assert len({item["id"] for item in found}) == len(found) == page["total"] == 23
    assert sum(Decimal(item["money"]) for item in found) == sum(row[-1] for row in ROWS)
    assert found == sorted(found, key=lambda item: -Decimal(item["money"]))


async def test_customers_are_found_and_filtered(site: Site, shop: Shop) -> None:
    headers = site.headers(shop.tenant_id)
    found = (await site.client.get("/api/customers", params={"search": "Pelanggan 7"}, headers=headers)).json()
    assert [item["name"] for item in found["items"]] == ["Pelanggan 7"]
    assert found["total"] is None
    segments = (await site.client.get("/api/segments", headers=headers)).json()["items"]
    for segment in segments:
        page = (await site.client.get("/api/customers", params={"segment": segment["key"], "limit": 200}, headers=headers)).json()
        same = (await site.client.get(f"/api/segments/{segment['key']}/customers", params={"limit": 200}, headers=headers)).json()
        assert page == same
        assert len(page["items"]) == segment["customers"]


async def test_one_customer_with_orders_down_to_the_row_of_the_file(site: Site, shop: Shop) -> None:
    headers = site.headers(shop.tenant_id)
    one = (await site.client.get(f"/api/customers/{shop.customer_id}", headers=headers)).json()
    orders = (await site.client.get(f"/api/customers/{shop.customer_id}/orders", params={"limit": 100}, headers=headers)).json()
    assert sum(Decimal(order["money"]) for order in orders["items"]) == Decimal(one["money"])
    assert one["purchases"] == len(orders["items"])
    assert all(item["file"] == "penjualan.csv" and item["line"] > 1 for order in orders["items"] for item in order["items"])


async def test_runs_and_what_moved(site: Site, shop: Shop) -> None:
    headers = site.headers(shop.tenant_id, **{"Accept-Language": "en"})
    page = (await site.client.get("/api/runs", headers=headers)).json()
    run = (await site.client.get(f"/api/runs/{shop.run_id}", headers=headers)).json()
    assert page["items"][0] == {key: value for key, value in run.items() if key != "segments"}
    assert sum(segment["customers"] for segment in run["segments"]) == run["customers"] == 23
    movement = (await site.client.get(f"/api/runs/{shop.run_id}/moves", headers=headers)).json()
    assert (movement["compared_with"], movement["flows"], movement["moves"]) == (None, [], [])


async def test_a_run_is_started_once_however_often_it_is_asked_for(site: Site, tenant: UUID) -> None:
    headers = site.headers(tenant)
    first, second = [(await site.client.post("/api/runs", headers=headers)) for _ in range(2)]
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json()["id"] == second.json()["id"]


@pytest.mark.parametrize("path", ["/api/imports", "/api/jobs", "/api/reports"])
async def test_a_list_that_has_not_changed_is_not_sent_again(path: str, site: Site, shop: Shop) -> None:
    headers = site.headers(shop.tenant_id)
    first = await site.client.get(path, headers=headers)
    assert first.json()["items"]
    again = await site.client.get(path, headers=headers | {"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert (await site.client.get(path, headers=headers | {"If-None-Match": '"other"'})).status_code == 200


@pytest.mark.parametrize("path", ["/api/imports", "/api/jobs", "/api/runs"])
async def test_pages_follow_each_other_to_the_end(path: str, site: Site, shop: Shop) -> None:
    headers = site.headers(shop.tenant_id)
    everything = [item["id"] for item in (await site.client.get(path, headers=headers)).json()["items"]]
    seen: list[str] = []
    cursor = None
    while len(seen) < len(everything):
        page = (await site.client.get(path, params={"limit": 1, **({"cursor": cursor} if cursor else {})}, headers=headers)).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
    assert (seen, cursor) == (everything, None)


@pytest.mark.parametrize("path", ["/api/imports", "/api/jobs", "/api/runs", "/api/reports", "/api/customers"])
@pytest.mark.parametrize("cursor", ["x", "AAAA", "ünï", "' or 1=1", "a" * 900])
async def test_a_cursor_that_is_none_is_422(path: str, cursor: str, site: Site, shop: Shop) -> None:
    answer = await site.client.get(path, params={"cursor": cursor}, headers=site.headers(shop.tenant_id))
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:batikrfm:problem:bad-cursor")


async def test_a_cursor_of_another_list_is_422(site: Site, shop: Shop) -> None:
    headers = site.headers(shop.tenant_id)
    cursor = (await site.client.get("/api/jobs", params={"limit": 1}, headers=headers)).json()["next"]
    assert cursor
    assert (await site.client.get("/api/imports", params={"cursor": cursor}, headers=headers)).status_code == 422


async def test_jobs_are_cancelled_and_run_again(site: Site, tenant: UUID) -> None:
    headers = site.headers(tenant)
    job = (await site.client.post("/api/runs", headers=headers)).json()
    cancelled = await site.client.post(f"/api/jobs/{job['id']}/cancel", headers=headers)
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    again = await site.client.post(f"/api/jobs/{job['id']}/rerun", headers=headers)
    assert (again.status_code, again.json()["state"]) == (202, "queued")
    assert (await site.client.post(f"/api/jobs/{job['id']}/rerun", headers=headers)).status_code == 422
    states = (await site.client.get("/api/jobs", params={"state": "queued"}, headers=headers)).json()["items"]
    assert job["id"] in {one["id"] for one in states}


async def test_a_report_is_ordered_once_made_and_removed(site: Site, shop: Shop) -> None:
    headers = site.headers(shop.tenant_id)
    ordered = [(await site.client.post("/api/reports", headers=headers, json={"kind": "xlsx", "language": "en"})).json() for _ in range(2)]
    assert ordered[0]["id"] == ordered[1]["id"]
    where = f"/api/reports/{ordered[0]['id']}"
    assert (await site.client.get(f"{where}/file", headers=headers)).status_code == 422
    await work(shop.tenant_id)
    report = (await site.client.get(where, headers=headers)).json()
    file = await site.client.get(f"{where}/file", headers=headers)
    assert (report["state"], report["bytes"]) == ("ready", len(file.content))
    assert file.content.startswith(b"PK")
    assert 'filename="customer-report-' in file.headers["content-disposition"]
    assert (await site.client.delete(where, headers=headers)).status_code == 204
    assert (await site.client.get(where, headers=headers)).status_code == 404


async def test_a_shop_without_a_run_is_told_so(site: Site, tenant: UUID) -> None:
    headers = site.headers(tenant)
    assert (await site.client.get("/api/customers", headers=headers)).json()["items"] == []
    assert (await site.client.get("/api/segments", headers=headers)).status_code == 404
    assert (await site.client.post("/api/reports", headers=headers, json={"kind": "pdf"})).status_code == 404


async def test_an_import_is_given_up_once(site: Site, tenant: UUID) -> None:
    headers = site.headers(tenant)
    created = (await site.client.post("/api/imports", headers=headers, files=[("files", ("a.csv", SALES))])).json()
    assert (await site.client.delete(f"/api/imports/{created['id']}", headers=headers)).json()["state"] == "discarded"
    assert (await site.client.get(f"/api/imports/{uuid7()}", headers=headers)).status_code == 404


async def test_files_that_are_none_are_refused_in_words(site: Site, tenant: UUID) -> None:
    headers = site.headers(tenant)
    assert (await site.client.post("/api/imports", headers=headers, files=[("files", ("a.csv", b""))])).status_code == 422
    assert (await site.client.post("/api/imports", headers=headers, data={"x": "y"})).status_code == 415
    assert (await site.client.get("/api/imports", headers=headers)).json()["items"] == []


async def test_a_key_can_do_what_it_was_given_and_nothing_else(site: Site, shop: Shop) -> None:
    reader = site.headers(shop.tenant_id, Permission.CUSTOMERS_READ)
    assert (await site.client.get("/api/customers", headers=reader)).status_code == 200
    assert (await site.client.get("/api/jobs", headers=reader)).status_code == 403


@pytest.mark.parametrize("header", ["Basic abc", "Bearer", "Bearer ", "bearer nobody", "Bearer \xe9", "Bearer " + "x" * 600, "Token x"])
async def test_credentials_that_are_none_are_401(header: str, site: Site) -> None:
    answer = await site.client.get("/api/jobs", headers={b"Authorization": header.encode("latin-1")})
    assert answer.status_code == 401


async def test_a_cookie_is_no_key(site: Site, shop: Shop) -> None:
    token = site.headers(shop.tenant_id)["Authorization"].split()[1]
    answer = await site.client.get("/api/jobs", headers={"Cookie": f"session={token}; token={token}"})
    assert answer.status_code == 401


async def test_a_key_that_has_ended_is_forgotten_as_soon_as_that_is_said(open_site: Opening, tenant: UUID, admin_url: str) -> None:
    """However long it would be remembered otherwise: an hour here."""
    async with open_site(replace(GENEROUS, remember_seconds=3600)) as site, connection(admin_url) as said_by:
        ended, other = [site.headers(tenant, Permission.JOBS_READ) for _ in range(2)]
        key = site.desk.principals[ended["Authorization"].split()[1]].id

        async def answers(headers: dict[str, str]) -> int:
            return (await site.client.get("/api/jobs", headers=headers)).status_code

        for _ in range(1_000):  # until it is remembered: the door listens a moment after the start
            calls = site.desk.asked
            assert await answers(ended) == 200
            if site.desk.asked == calls:
                break
            await asyncio.sleep(0.01)
        else:
            pytest.fail("nothing is ever remembered")
        assert await answers(other) == 200
        site.desk.principals.clear()
        assert [await answers(ended), await answers(other)] == [200, 200], "both are remembered"
        await said_by.execute("select pg_notify($1, $2)", CHANNEL, str(key))
        for _ in range(1_000):
            if await answers(ended) == 401:
                break
            await asyncio.sleep(0.01)
        assert [await answers(ended), await answers(other)] == [401, 200]


def test_who_hears_nothing_remembers_nothing() -> None:
    principal = Principal("api_key", uuid7(), "Kasir", uuid7(), frozenset())
    remembered = Remembered(60)
    remembered.keep("kunci", principal, remembered.said)
    assert remembered.find("kunci") is None
    remembered.heard("")
    remembered.keep("kunci", principal, remembered.said)
    assert remembered.find("kunci") is principal
    remembered.deaf()
    assert remembered.find("kunci") is None
    remembered.keep("kunci", principal, remembered.said)
    assert remembered.find("kunci") is None


def test_a_key_that_ends_while_it_is_looked_up_is_not_remembered() -> None:
    principal = Principal("api_key", uuid7(), "Kasir", uuid7(), frozenset())
    remembered = Remembered(60)
    remembered.heard("")
    since = remembered.said
    remembered.heard(str(principal.id))
    remembered.keep("kunci", principal, since)
    assert remembered.find("kunci") is None


def test_what_is_remembered_of_keys_is_bounded_and_no_key() -> None:
    principal = Principal("api_key", uuid7(), "Kasir", uuid7(), frozenset())
    remembered = Remembered(60)
    remembered.heard("")
    for number in range(MOST_REMEMBERED + 100):
        remembered.keep(f"kunci-{number}", principal, remembered.said)
    assert remembered.find("kunci-1") is principal
    assert remembered.find(f"kunci-{MOST_REMEMBERED + 50}") is None
    assert "kunci-1" not in str(vars(remembered))
    soon = Remembered(seconds=0)
    soon.heard("")
    soon.keep("kunci-1", principal, soon.said)
    assert soon.find("kunci-1") is None
