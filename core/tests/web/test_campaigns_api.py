"""``/api/campaigns``: from a draft to its results, as a program goes through it."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import pytest

from batikrfm.content.review import Approval, approve_one, keep_drafts
from batikrfm.delivery import campaigns
from batikrfm.delivery.counting import Place, count
from batikrfm.delivery.model import DeliveryState, Failure
from batikrfm.tenancy import tenant_scope
from batikrfm.tenancy.permissions import PERMISSIONS_OF, Permission, Role
from reviewing import generated, somebody, words
from websites import Site

CUSTOMERS = """
    insert into customers (tenant_id, id, contact_at, key, email)
    select current_setting('app.tenant_id')::uuid, uuidv7(), now(), n::text, 'sari' || n || '@contoh.id' from generate_series(1, $1) n
"""
GRANTED = """
    insert into consent_states (tenant_id, id, customer_id, consent_id, at, medium, purpose, state)
    select tenant_id, uuidv7(), id, uuidv7(), now(), 'email', 'marketing', 'granted' from customers order by id limit $1
"""
LOST = """
    update deliveries set state = 'failed', reason = 'not_found'
    where id = (select id from deliveries where campaign_id = $1 and state = 'queued' limit 1) returning variant, segment
"""
PLAN: dict[str, Any] = {
    "name": "Kain baru",
    "channel": "outbox_email",
    "segments": [],
    "filter": {"spent_least": "1000.50", "last_from": "2026-01-31"},
    "options": {"hold_out": 0, "quiet": None, "cap": {"messages": 3, "days": 30}, "winner": {"metric": "read"}},
}


@pytest.fixture
async def text(tenant: UUID) -> UUID:
    """A content of the shop's, approved."""
    return (await texts(tenant))[0]


async def texts(tenant: UUID, many: int = 1, *, approved: bool = True) -> list[UUID]:
    boss = somebody(tenant)
    async with tenant_scope(tenant):
        ids = await keep_drafts(await generated(*(words(number) for number in range(many))))
        for content_id in ids if approved else ():
            await approve_one(Approval(content_id, 1), by=boss)
    return ids


async def made(site: Site, tenant: UUID, text: UUID, **changed: Any) -> Any:  # noqa: ANN401 - an answer
    plan = {"name": "Kain baru", "channel": "outbox_email", "variants": [{"content_id": str(text)}], "options": PLAN["options"]} | changed
    answer = await site.client.post("/api/campaigns", headers=site.headers(tenant), json=plan)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def do(site: Site, tenant: UUID, campaign: Any, deed: str, body: Any = None, status: int = 200) -> Any:  # noqa: ANN401 - an answer
    answer = await site.client.post(f"/api/campaigns/{campaign['id']}/{deed}", headers=site.headers(tenant), json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_from_a_draft_to_its_results(site: Site, tenant: UUID, text: UUID) -> None:
    async with tenant_scope(tenant) as scope:
        await scope.execute(CUSTOMERS, 5)
        await scope.execute(GRANTED, 3)
    draft = await made(site, tenant, text)
    assert (draft["state"], draft["medium"], draft["created"]["by"]) == ("draft", "email", "Kasir")
    preview = (await site.client.get(f"/api/campaigns/{draft['id']}/preview", headers=site.headers(tenant))).json()
    assert preview["total"] == {"people": 5, "receiving": 3, "held_out": 0, "left_out": {"no_consent": 2}}
    started = await do(site, tenant, draft, "start", {"version": 1})
    assert (started["state"], started["approved"]["by"]) == ("scheduled", "Kasir")
    async with tenant_scope(tenant):
        assert await campaigns.begin(UUID(draft["id"]))
    assert (await do(site, tenant, draft, "pause"))["reason"] == "Dijeda oleh Kasir."
    assert (await do(site, tenant, draft, "resume"))["state"] == "sending"
    assert await do(site, tenant, draft, "resend-failed") == {"messages": 0}
    async with tenant_scope(tenant) as scope:
        ((variant, segment),) = await scope.fetch(LOST, UUID(draft["id"]))
        gone = Place(DeliveryState.QUEUED, None, variant, segment), Place(DeliveryState.FAILED, Failure.NOT_FOUND, variant, segment)
        await count(UUID(draft["id"]), [(gone[0], -1), (gone[1], 1)])
    assert await do(site, tenant, draft, "resend-failed") == {"messages": 0}, "what may have arrived is left alone"
    assert await do(site, tenant, draft, "resend-failed?include_not_found=true") == {"messages": 1}
    assert await do(site, tenant, draft, "resend-failed?include_not_found=true") == {"messages": 0}
    address, headers = f"/api/campaigns/{draft['id']}/results", site.headers(tenant)
    results = await site.client.get(address, headers=headers)
    found = results.json()
    assert (found["total"]["people"], found["total"]["waiting"], found["total"]["left_out"]) == (5, 3, {"no_consent": 2})
    assert found["variants"][0]["number"] == 0
    assert (await site.client.get(address, headers=headers | {"If-None-Match": results.headers["etag"]})).status_code == 304
    assert (await do(site, tenant, draft, "cancel"))["state"] == "cancelled"
    assert (await do(site, tenant, draft, "resume", status=409))["type"].endswith("campaign-state")
    deeds = [action for action, target, _ in site.desk.deeds if target == draft["id"]]
    assert deeds == [
        "campaign.created",
        "campaign.scheduled",
        "campaign.paused",
        "campaign.resumed",
        *["campaign.resent"] * 4,
        "campaign.cancelled",
    ], "who did what is kept"


async def test_a_plan_comes_back_as_it_was_sent(site: Site, tenant: UUID, text: UUID) -> None:
    wanted = PLAN | {"variants": [{"content_id": str(text), "template": {"name": "kabar", "language": "id", "values": ["{nama}"]}}]}
    draft = await made(site, tenant, text, **wanted)
    assert draft["filter"] == dict.fromkeys(draft["filter"]) | {"spent_least": "1000.5", "last_from": "2026-01-31"}
    assert draft["options"]["winner"] == {"metric": "read", "hours": 4, "least": 100}
    assert draft["options"] | {"winner": None} == PLAN["options"] | {"winner": None, "clock": "shop", "spread": 0}
    assert draft["variants"][0]["template"] == {"name": "kabar", "language": "id", "values": ["{nama}"]}
    address = f"/api/campaigns/{draft['id']}"
    edit = PLAN | {"version": 1, "channel": "outbox_whatsapp"}
    answer = await site.client.put(address, headers=site.headers(tenant), json=edit)
    assert (answer.status_code, answer.json()["medium"], answer.json()["version"]) == (200, "whatsapp", 2)
    assert (await site.client.put(address, headers=site.headers(tenant), json=edit)).status_code == 409
    copy = await do(site, tenant, draft, "duplicate", status=201)
    assert (copy["name"], copy["state"]) == ("Salinan Kain baru", "draft")


async def test_what_is_wrong_is_said(site: Site, tenant: UUID, text: UUID) -> None:
    headers = site.headers(tenant)
    plan = {"name": "Kain baru", "channel": "outbox_email"}
    for changed, said in (
        ({"channel": "merpati"}, "campaign-plan"),
        ({"filter": {"spent_least": "5", "spent_most": "4"}}, "campaign-plan"),
        ({"filter": {"spent_least": "9" * 400}}, "campaign-plan"),
        ({"segments": ["a\0b"]}, "campaign-plan"),
        ({"variants": [{"content_id": str(text), "segment": "a\0b"}]}, "campaign-plan"),
        ({"variants": [{"content_id": str(text), "template": {"name": "a\0b", "language": "id"}}]}, "campaign-plan"),
        ({"options": {"hold_out": 80}}, "invalid"),
        ({"state": "sending"}, "invalid"),
    ):
        for address in ("/api/campaigns", "/api/campaigns/preview"):
            answer = await site.client.post(address, headers=headers, json=plan | changed)
            assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (422, said), changed


async def test_a_time_is_chosen_and_taken_back(site: Site, tenant: UUID, text: UUID) -> None:
    draft = await made(site, tenant, text)
    at = (dt.datetime.now(dt.UTC) + dt.timedelta(days=2)).replace(microsecond=0)
    scheduled = await do(site, tenant, draft, "schedule", {"version": 1, "at": at.isoformat()})
    assert dt.datetime.fromisoformat(scheduled["starts_at"]) == at
    assert (await do(site, tenant, draft, "unschedule"))["starts_at"] is None
    await do(site, tenant, draft, "schedule", {"version": 1, "at": "2020-01-01T00:00:00Z"}, status=422)
    await do(site, tenant, draft, "schedule", {"version": 1, "at": "2026-12-24T09:00:00"}, status=422)


async def test_one_call_approves_and_sends_what_a_week_has_prepared(site: Site, tenant: UUID) -> None:
    (waiting,) = await texts(tenant, approved=False)
    draft = await made(site, tenant, waiting)
    ids = [draft["id"], str(UUID(int=1))]
    answer = await site.client.post("/api/campaigns/approve", headers=site.headers(tenant), json={"ids": ids})
    good, bad = answer.json()["items"]
    assert (good["campaign"]["state"], good["problem"]) == ("scheduled", None)
    assert bad["problem"]["type"].endswith("campaign-not-found")
    again = await site.client.post("/api/campaigns/approve", headers=site.headers(tenant), json={"ids": ids[:1]})
    assert again.json()["items"][0]["campaign"]["state"] == "scheduled"


async def test_a_viewer_looks_and_does_nothing(site: Site, tenant: UUID, text: UUID) -> None:
    draft = await made(site, tenant, text)
    viewer = site.headers(tenant, *PERMISSIONS_OF[Role.VIEWER])
    assert (await site.client.get(f"/api/campaigns/{draft['id']}", headers=viewer)).status_code == 200
    assert (await site.client.post(f"/api/campaigns/{draft['id']}/start", headers=viewer, json={"version": 1})).status_code == 403
    writer = site.headers(tenant, Permission.CAMPAIGNS_READ, Permission.CAMPAIGNS_WRITE)
    assert (await site.client.post(f"/api/campaigns/{draft['id']}/start", headers=writer, json={"version": 1})).status_code == 403


async def test_campaigns_are_listed_in_pages(site: Site, tenant: UUID, text: UUID) -> None:
    ids = [(await made(site, tenant, text))["id"] for _ in range(3)]
    headers = site.headers(tenant)
    first = (await site.client.get("/api/campaigns?limit=2", headers=headers)).json()
    second = (await site.client.get(f"/api/campaigns?limit=2&cursor={first['next']}", headers=headers)).json()
    assert [one["id"] for page in (first, second) for one in page["items"]] == ids[::-1]
    assert second["next"] is None
    assert (await site.client.get("/api/campaigns?state=sending", headers=headers)).json()["items"] == []


async def test_the_cap_of_the_shop_is_set(site: Site, tenant: UUID) -> None:
    headers = site.headers(tenant)
    address = "/api/campaigns/settings"
    assert (await site.client.get(address, headers=headers)).json() == {"cap": {"messages": 2, "days": 7}}
    for cap in ({"messages": 4, "days": 30}, None):
        assert (await site.client.put(address, headers=headers, json={"cap": cap})).json() == {"cap": cap}
        assert (await site.client.get(address, headers=headers)).json() == {"cap": cap}
