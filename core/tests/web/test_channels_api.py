"""``/api/channels``: how each stands, pausing and resuming, a number's limits, and a message to oneself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from batikrfm.content.review import keep_drafts
from batikrfm.delivery.outbox import list_outbox
from batikrfm.tenancy import tenant_scope
from reviewing import generated
from websites import Site

ENGLISH = {"Accept-Language": "en"}


async def get(site: Site, tenant: UUID, path: str = "") -> Any:  # noqa: ANN401 - an answer
    return await site.client.get(f"/api/channels{path}", headers=site.headers(tenant, **ENGLISH))


async def post(site: Site, tenant: UUID, path: str, body: object = None) -> Any:  # noqa: ANN401 - an answer
    return await site.client.post(f"/api/channels{path}", headers=site.headers(tenant, **ENGLISH), json=body)


async def test_every_installed_channel_is_there_as_it_stands(site: Site, tenant: UUID) -> None:
    items = {one["key"]: one for one in (await get(site, tenant)).json()["items"]}
    assert set(items) == {"outbox_email", "outbox_whatsapp"}
    assert {one["stand"] for one in items.values()} == {"ready"}
    assert items["outbox_email"]["medium"] == "email"
    assert (await get(site, tenant, "/outbox_email")).json() == items["outbox_email"]
    assert (await get(site, tenant, "/outbox_email/domain")).json() == {"items": []}
    assert (await post(site, tenant, "/outbox_email/check")).status_code == 200
    missing = await get(site, tenant, "/pigeon")
    assert (missing.status_code, missing.json()["type"]) == (404, "urn:batikrfm:problem:channel-not-found")


async def test_a_channel_is_paused_with_a_reason_and_resumed_in_this_shop_alone(site: Site, tenant: UUID, other_tenant: UUID) -> None:
    paused = (await post(site, tenant, "/outbox_email/pause", {"reason": "Ganti alamat."})).json()
    assert (paused["stand"], paused["pause"]["reason"], paused["pause"]["by"]) == ("paused", "Ganti alamat.", "person")
    assert (await get(site, other_tenant, "/outbox_email")).json()["stand"] == "ready"
    assert (await post(site, tenant, "/outbox_email/resume")).json()["stand"] == "ready"


async def test_a_numbers_limits_are_set_or_refused(site: Site, tenant: UUID) -> None:
    wanted = {"plan": [7, 9], "most_a_day": 100, "shortest_pause": 5, "longest_pause": 9, "opens": 480, "closes": 1200}
    headers = site.headers(tenant, **ENGLISH)
    kept = await site.client.put("/api/channels/outbox_whatsapp/limits", headers=headers, json=wanted)
    assert (kept.status_code, kept.json()["health"]["cap"], kept.json()["health"]["most_bad"]) == (200, 7, 25)
    refused = await site.client.put("/api/channels/outbox_whatsapp/limits", headers=headers, json=wanted | {"opens": 1300})
    assert refused.status_code == 422


async def test_a_message_to_oneself_is_marked_and_in_no_count(site: Site, tenant: UUID) -> None:
    """Test send to oneself: one message, marked as a test, not in counts, rate-limited."""
    async with tenant_scope(tenant):
        (content,) = await keep_drafts(await generated())
    body = {"content_id": str(content), "to": "Bu.Sri@contoh.id", "name": "Bu Sri"}
    sent = await post(site, tenant, "/outbox_email/test", body)
    assert (sent.status_code, sent.json()) == (200, {"status": "accepted"})
    async with tenant_scope(tenant) as scope:
        (message,) = await list_outbox()
        assert message.subject == "[Uji] Bu Sri, kain baru sudah datang"
        assert message.address == "bu.sri@contoh.id"
        assert await scope.fetchval("select count(*) from deliveries") == 0
        assert await scope.fetchval("select count(*) from campaign_counts") == 0
    for _ in range(9):
        assert (await post(site, tenant, "/outbox_email/test", body)).status_code == 200
    more = await post(site, tenant, "/outbox_email/test", body)
    assert (more.status_code, more.json()["type"]) == (429, "urn:batikrfm:problem:too-many-tests")


@pytest.mark.parametrize("to", ["a@x.id, b@x.id", "bukan alamat", "Ani <ani@x.id>", "ani@x.id\nBcc: b@x.id"])
async def test_a_list_or_a_header_is_no_address(site: Site, tenant: UUID, to: str) -> None:
    async with tenant_scope(tenant):
        (content,) = await keep_drafts(await generated())
    refused = await post(site, tenant, "/outbox_email/test", {"content_id": str(content), "to": to})
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:batikrfm:problem:own-address")


async def test_anothers_text_is_not_found(site: Site, tenant: UUID, other_tenant: UUID) -> None:
    async with tenant_scope(other_tenant):
        (content,) = await keep_drafts(await generated())
    answer = await post(site, tenant, "/outbox_email/test", {"content_id": str(content), "to": "a@contoh.id"})
    assert answer.status_code == 404
