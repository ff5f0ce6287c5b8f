"""/api/deliveries, the inbox, webhook URLs, tracking and earnings, as programs ask for them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from batikrfm.delivery.attribution.measuring import measure
from batikrfm.delivery.events import apply
from batikrfm.sdk.channels import DeliveryEvents, EventKind
from batikrfm.tenancy import tenant_scope
from batikrfm.tenancy.permissions import Permission
from posted import Posted, event
from websites import Opening, Site


@pytest.fixture
async def site(open_site: Opening) -> AsyncIterator[Site]:
    async with open_site() as site:
        yield site


async def test_messages_are_listed_by_campaign_customer_and_state_page_by_page(posted: Posted, site: Site) -> None:
    campaign = await posted.campaign()
    letters = [await posted.letter(campaign) for _ in range(3)]
    await posted.letter()
    async with tenant_scope(posted.tenant):
        await apply(
            posted.channel, posted.medium, DeliveryEvents((event(EventKind.READ, letters[1], 2), event(EventKind.DELIVERED, letters[1], 1)))
        )
    headers = site.headers(posted.tenant, Permission.CAMPAIGNS_READ)

    async def ask(**params: Any) -> Any:  # noqa: ANN401 - an answer
        answer = await site.client.get("/api/deliveries", headers=headers, params={"campaign_id": str(campaign), **params})
        assert answer.status_code == 200, answer.text
        return answer.json()

    first = await ask(limit=2)
    rest = await ask(limit=2, cursor=first["next"])
    assert [one["id"] for page in (first, rest) for one in page["items"]] == [str(letter.id) for letter in letters]
    assert rest["next"] is None
    (read,) = (await ask(state="read"))["items"]
    assert read["id"] == str(letters[1].id)
    (one,) = (await ask(customer_id=str(letters[0].customer_id)))["items"]
    assert one["state"] == "accepted"
    found = (await site.client.get(f"/api/deliveries/{letters[1].id}", headers=headers)).json()
    assert [happened["kind"] for happened in found["events"]] == ["delivered", "read"]
    assert "0812" not in str(found)


async def test_the_inbox_needs_its_own_permission(posted: Posted, site: Site) -> None:
    told = event(EventKind.REPLIED, None, 3, address="+628999111222", text="Ada ukuran L?")
    async with tenant_scope(posted.tenant):
        await apply(posted.channel, posted.medium, DeliveryEvents((told,)))
    answer = await site.client.get("/api/replies", headers=site.headers(posted.tenant, Permission.REPLIES_READ))
    (reply,) = answer.json()["items"]
    assert (reply["words"], reply["address"], reply["customer_id"]) == ("Ada ukuran L?", "+628999111222", None)
    assert (await site.client.get("/api/replies", headers=site.headers(posted.tenant, Permission.CAMPAIGNS_READ))).status_code == 403


async def test_a_webhook_url_is_shown_once_renewed_and_ended(posted: Posted, site: Site) -> None:
    headers, path = site.headers(posted.tenant), "/api/channels/fake_whatsapp/webhook"
    made = [(await site.client.post(path, headers=headers)).json() for _ in range(2)]
    assert made[0]["url"] != made[1]["url"]
    assert made[1]["url"].startswith("https://batik.example/hooks/")
    listed = await site.client.get(path, headers=headers)
    assert [item["ends_at"] is None for item in listed.json()["items"]] == [True, False]
    assert not any(one["url"].rpartition("/")[2] in listed.text for one in made)
    assert (await site.client.delete(f"{path}/{made[0]['webhook']['id']}", headers=headers)).status_code == 204
    assert len((await site.client.get(path, headers=headers)).json()["items"]) == 1
    assert [deed[:2] for deed in site.desk.deeds][-3:] == [
        ("webhook.made", "fake_whatsapp"),
        ("webhook.made", "fake_whatsapp"),
        ("webhook.ended", "fake_whatsapp"),
    ]
    for answer in (
        await site.client.get("/api/channels/none/webhook", headers=headers),
        await site.client.post("/api/channels/none/webhook", headers=headers),
    ):
        assert answer.status_code == 404


async def test_tracking_is_off_and_is_switched_on_by_whoever_may(posted: Posted, site: Site) -> None:
    headers = site.headers(posted.tenant)
    off = {"opens": False, "clicks": False, "anonymous": False, "window_days": 7}
    assert (await site.client.get("/api/tracking", headers=headers)).json() == off
    wanted = {**off, "clicks": True, "anonymous": True, "window_days": 14}
    assert (await site.client.put("/api/tracking", headers=headers, json=wanted)).json() == wanted
    assert (await site.client.get("/api/tracking", headers=headers)).json() == wanted
    may_not = site.headers(posted.tenant, Permission.CAMPAIGNS_READ)
    assert (await site.client.put("/api/tracking", headers=may_not, json=wanted)).status_code == 403


async def test_earnings_say_plainly_what_cannot_be_said(posted: Posted, site: Site) -> None:
    letter = await posted.letter()
    headers, path = site.headers(posted.tenant), f"/api/campaigns/{letter.campaign_id}/earnings"
    assert (await site.client.get(path, headers=headers)).json()["total"] is None
    async with tenant_scope(posted.tenant):
        await measure(letter.campaign_id)
    total = (await site.client.get(path, headers={**headers, "Accept-Language": "en"})).json()["total"]
    assert total["sold"] == {"reached": 1, "buyers": 0, "orders": 0, "revenue": "0"}
    assert total["comparison"]["verdict"] == "no_hold_out"
    assert total["comparison"]["words"].startswith("Everybody was written to")
    assert (await site.client.get(f"{path}/orders", headers=headers)).json() == {"items": [], "next": None}
