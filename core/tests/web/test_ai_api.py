"""Words ordered over the API: a job or what was there already, within the day's quota, and what was used in the end."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from batikrfm.content.review import list_contents
from batikrfm.db.database import Database
from batikrfm.jobs import list_jobs
from batikrfm.sales.uploads import IncomingFile, confirm_upload, receive
from batikrfm.segmentation.history import latest_run
from batikrfm.tenancy import create_tenant, tenant_scope
from batikrfm.tenancy.permissions import Permission
from batikrfm.usage import GENERATIONS, set_quota, standing
from shops import work
from websites import Site

ENGLISH = {"Accept-Language": "en"}
BOUGHT = [
    (f"{customer}-{time}", f"2026-{1 + (customer * 5 + time) % 9:02}-{1 + customer % 27:02}", customer, 20_000 * (1 + customer % 11))
    for customer in range(60)
    for time in range(1 + customer % 7)
]
SALES = "\n".join(
    [
        "no pesanan,tanggal,nama pelanggan,no hp,produk,jumlah,total",
        *(f"{key},{day},Pelanggan {who},081300{who:06},Kain,1,{amount}" for key, day, who, amount in BOUGHT),
    ]
).encode()


@pytest.fixture
async def shop(database: Database) -> UUID:  # noqa: ARG001 - it is open
    """A shop that was segmented. Its name is one that people give: the privacy gate may take a UUID's digits for a phone number."""
    tenant = (await create_tenant("Toko Kata")).id
    async with tenant_scope(tenant):
        upload = await receive([IncomingFile("penjualan.csv", SALES)], by="Bu Sri")
    await work(tenant)
    async with tenant_scope(tenant):
        await confirm_upload(upload.id)
    await work(tenant)
    return tenant


async def segments(shop: UUID) -> list[str]:
    """Those in which there is anybody, the most revenue first."""
    async with tenant_scope(shop):
        results = sorted((await latest_run()).results, key=lambda one: one.revenue, reverse=True)
        return [one.segment for one in results if one.customers]


async def ask(site: Site, shop: UUID, segment: str, **options: Any) -> Any:  # noqa: ANN401 - an answer
    body = {"segment": segment, "options": options}
    return await site.client.post("/api/ai/generate-content", headers=site.headers(shop, **ENGLISH), json=body)


async def test_words_are_ordered_written_and_there_at_once_the_next_time(site: Site, shop: UUID) -> None:
    (segment, *_) = await segments(shop)
    ordered = await ask(site, shop, segment, variants=2)
    assert (ordered.status_code, ordered.json()["task"]) == (202, "content.generate")
    assert (await ask(site, shop, segment, variants=2)).json()["id"] == ordered.json()["id"], "an equal order waits already"
    async with tenant_scope(shop):
        assert (await standing(GENERATIONS)).reserved == 1
    await work(shop)
    job = (await site.client.get(f"/api/jobs/{ordered.json()['id']}", headers=site.headers(shop))).json()
    assert job["state"] == "done"
    drafts = [(await site.client.get(f"/api/contents/{one}", headers=site.headers(shop))).json() for one in job["result"]["contents"]]
    assert [(draft["segment"], draft["state"], draft["origin"]["kind"]) for draft in drafts] == [(segment, "draft", "template")] * 2
    assert {draft["created"]["by"] for draft in drafts} == {"Kasir"}
    again = await ask(site, shop, segment, variants=2)
    assert again.status_code == 200
    assert [draft["id"] for draft in again.json()["contents"]] == job["result"]["contents"]
    async with tenant_scope(shop):
        now = await standing(GENERATIONS)
        assert (now.used, now.reserved) == (1, 0)
        assert len(await list_contents()) == 2
    assert (await ask(site, shop, segment, variants=2, fresh=True)).status_code == 202


async def test_the_days_quota_is_exact_and_says_when_it_renews(site: Site, shop: UUID) -> None:
    first, second, *_ = await segments(shop)
    async with tenant_scope(shop):
        await set_quota(GENERATIONS, 1)
    assert (await ask(site, shop, first)).status_code == 202
    refused = await ask(site, shop, second)
    assert (refused.status_code, refused.headers["content-type"]) == (429, "application/problem+json")
    problem = refused.json()
    assert (problem["type"], problem["limit"], problem["left"]) == ("urn:batikrfm:problem:quota-used-up", 1, 0)
    assert datetime.fromisoformat(problem["renews_at"]).utcoffset() is not None
    assert 0 < int(refused.headers["retry-after"]) <= 86_400
    async with tenant_scope(shop):
        assert len([job for job in await list_jobs() if job.task == "content.generate"]) == 1, "no job without its quota"


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ({"segment": "nobody_knows"}, 422, "unknown-segment"),
        ({"segment": ""}, 422, "invalid"),
        ({"segment": "x" * 101}, 422, "invalid"),
        ({}, 422, "invalid"),
        ({"segment": "champions", "options": {"variants": 99}}, 422, "invalid"),
        ({"segment": "champions", "options": {"tier": "gold"}}, 422, "invalid"),
        ({"segment": "champions", "options": {"model": "gpt"}}, 422, "invalid"),
        ({"segment": "champions", "tenant_id": "x"}, 422, "invalid"),
    ],
    ids=str,
)
async def test_an_order_that_is_none(site: Site, shop: UUID, body: dict[str, Any], status: int, kind: str) -> None:
    answer = await site.client.post("/api/ai/generate-content", headers=site.headers(shop), json=body)
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:batikrfm:problem:{kind}")
    async with tenant_scope(shop):
        assert (await standing(GENERATIONS)).reserved == 0


async def test_a_person_in_the_offer_stops_it_before_there_is_a_job(site: Site, shop: UUID) -> None:
    (segment, *_) = await segments(shop)
    answer = await ask(site, shop, segment, offer="Hubungi 0812-3456-7890 atas nama Pelanggan 7")
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:batikrfm:problem:privacy-gate")
    assert "Pelanggan 7" not in answer.text
    async with tenant_scope(shop):
        assert not [job for job in await list_jobs() if job.task == "content.generate"]


async def test_a_shop_without_a_run_has_nobody_to_write_to(site: Site, tenant: UUID) -> None:
    assert (await ask(site, tenant, "champions")).status_code == 404
    assert (await site.client.post("/api/ai/batch-generate", headers=site.headers(tenant), json={})).status_code == 404


async def test_all_segments_are_ordered_and_what_does_not_fit_is_said(site: Site, shop: UUID) -> None:
    keys = await segments(shop)
    assert len(keys) > 2
    async with tenant_scope(shop):
        await set_quota(GENERATIONS, 2)
    answer = await site.client.post("/api/ai/batch-generate", headers=site.headers(shop, **ENGLISH), json={})
    assert answer.status_code == 202, answer.text
    items = answer.json()["items"]
    assert [item["segment"] for item in items] == keys, "the most valuable first"
    assert [item["job_id"] is not None for item in items] == [True, True, *[False] * (len(keys) - 2)]
    assert all("quota" in item["problem"] and item["renews_at"] for item in items[2:])
    (job,) = answer.json()["jobs"]
    assert [item["job_id"] for item in items[:2]] == [job["id"]] * 2, "one job for all that has to be written"
    waiting = await site.client.post("/api/ai/batch-generate", headers=site.headers(shop), json={"segments": keys[1:2]})
    assert [item["job_id"] for item in waiting.json()["items"]] == [job["id"]], "an equal order waits already"
    async with tenant_scope(shop):
        assert (await standing(GENERATIONS)).reserved == 2
    await work(shop)
    result = (await site.client.get(f"/api/jobs/{job['id']}", headers=site.headers(shop))).json()["result"]
    assert set(result) == set(keys[:2])
    for segment in keys[:2]:
        drafts = [(await site.client.get(f"/api/contents/{one}", headers=site.headers(shop))).json() for one in result[segment]["contents"]]
        assert {(draft["segment"], draft["created"]["by"]) for draft in drafts} == {(segment, "Kasir")}
    async with tenant_scope(shop):
        now = await standing(GENERATIONS)
        assert (now.used, now.reserved) == (2, 0)
    again = (await site.client.post("/api/ai/batch-generate", headers=site.headers(shop), json={"segments": keys[:3]})).json()["items"]
    assert [(item["job_id"], len(item["contents"]) > 0) for item in again] == [(None, True), (None, True), (None, False)]
    nothing = await site.client.post("/api/ai/batch-generate", headers=site.headers(shop), json={"segments": keys[2:]})
    assert (nothing.status_code, nothing.json()["left"]) == (429, 0)


async def test_one_unknown_segment_among_several_orders_nothing(site: Site, shop: UUID) -> None:
    (segment, *_) = await segments(shop)
    body = {"segments": [segment, "nobody_knows"]}
    assert (await site.client.post("/api/ai/batch-generate", headers=site.headers(shop), json=body)).status_code == 422
    async with tenant_scope(shop):
        assert (await standing(GENERATIONS)).reserved == 0
    twice = await site.client.post("/api/ai/batch-generate", headers=site.headers(shop), json={"segments": [segment, segment]})
    assert len(twice.json()["items"]) == 1


async def test_what_was_used_is_said(site: Site, shop: UUID) -> None:
    (segment, *_) = await segments(shop)
    await ask(site, shop, segment)
    await work(shop)
    await ask(site, shop, segment)
    headers = site.headers(shop, Permission.USAGE_READ)
    answer = await site.client.get("/api/ai/usage", headers=headers)
    used = answer.json()
    assert (used["quota"]["used"], used["quota"]["left"]) == (1, used["quota"]["limit"] - 1)
    assert (used["total"]["calls"], used["total"]["cached"], Decimal(used["total"]["cost"])) == (2, 1, Decimal(0))
    assert [line["name"] for line in used["segments"]] == [segment]
    assert (await site.client.get("/api/ai/usage", headers=headers | {"If-None-Match": answer.headers["etag"]})).status_code == 304
    past = (await site.client.get("/api/ai/usage", headers=headers, params={"month": "2026-01"})).json()
    assert (past["month"], past["total"]["calls"]) == ("2026-01-01", 0)
    for month in ("2026-13", "26-01", "2026-1", "x"):
        assert (await site.client.get("/api/ai/usage", headers=headers, params={"month": month})).status_code == 422
    assert (await ask(site, shop, segment)).status_code == 200
    refused = await site.client.post("/api/ai/generate-content", headers=headers, json={"segment": segment})
    assert refused.status_code == 403


async def test_a_prompt_is_written_looked_at_and_given_up(site: Site, shop: UUID) -> None:
    (segment, *_) = await segments(shop)
    headers = site.headers(shop, **ENGLISH)
    before = {one["segment"]: one for one in (await site.client.get("/api/prompts", headers=headers)).json()["items"]}
    assert not any(one["own"] for one in before.values())
    body = {"segment": segment, "template": "Tulis pesan untuk {{ shop }}, kelompok {{ segment_name }}."}
    own = await site.client.post("/api/prompts", headers=headers, json=body)
    assert (own.status_code, own.json()["own"], own.json()["created_by"]) == (201, True, "Kasir")
    assert (await site.client.post("/api/prompts", headers=headers, json=body)).json()["version"] == own.json()["version"]
    second = (await site.client.post("/api/prompts", headers=headers, json=body | {"max_tokens": 300})).json()
    versions = (await site.client.get(f"/api/prompts/{second['id']}/versions", headers=headers)).json()["items"]
    assert [one["id"] for one in versions][:2] == [second["id"], own.json()["id"]]
    restored = (await site.client.post(f"/api/prompts/{own.json()['id']}/restore", headers=headers)).json()
    assert (restored["max_tokens"], restored["version"]) == (own.json()["max_tokens"], second["version"] + 1)
    seen = (await site.client.post("/api/prompts/preview", headers=headers, json={"segment": segment})).json()
    assert "Tulis pesan untuk" in seen["prompt"]
    assert seen["blocked"] is None
    other = {"segment": segment, "template": "{{ nobody }}"}
    assert (await site.client.post("/api/prompts/preview", headers=headers, json=other)).status_code == 422
    assert (await site.client.post("/api/prompts", headers=headers, json=other)).json()["type"] == "urn:batikrfm:problem:prompt"
    reset = (await site.client.post("/api/prompts/reset", headers=headers, json={"segment": segment})).json()
    assert (reset["own"], reset["template"]) == (False, before.get(segment, before["*"])["template"])
    assert (await site.client.get(f"/api/prompts/{own.json()['id']}", headers=headers)).json()["current"] is False


async def test_a_prompt_for_any_segment_goes_before_the_products(site: Site, tenant: UUID) -> None:
    headers = site.headers(tenant)
    await site.client.post("/api/prompts", headers=headers, json={"segment": "*", "template": "Sapa {{ segment_name }}."})
    items = (await site.client.get("/api/prompts", headers=headers)).json()["items"]
    assert [one["segment"] for one in items if one["current"]] == ["*"]
