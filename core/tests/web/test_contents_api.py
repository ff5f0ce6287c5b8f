"""Drafts over the API: read, changed, approved, refused, with the version that was read; and what a log of deeds is told."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from batikrfm.content.review import keep_drafts
from batikrfm.db.keys import uuid7
from batikrfm.tenancy import tenant_scope
from batikrfm.tenancy.permissions import PERMISSIONS_OF, Permission, Role
from reviewing import BLOCKING, WORDS, a_draft, generated, words
from websites import Site

ENGLISH = {"Accept-Language": "en"}


async def test_a_draft_is_read_changed_approved_and_refused(site: Site, tenant: UUID) -> None:
    draft, headers = await a_draft(tenant), site.headers(tenant, **ENGLISH)
    where = f"/api/contents/{draft.id}"
    read = (await site.client.get(where, headers=headers)).json()
    assert (read["state"], read["version"], read["copy"]["subject"], read["blocked"]) == ("draft", 1, WORDS.subject, False)
    assert (read["origin"]["kind"], read["origin"]["provider"], read["created"]["kind"]) == ("provider", "openai", "system")
    edited = (await site.client.patch(where, headers=headers, json={"version": 1, "subject": "Kain baru untuk {nama}"})).json()
    assert (edited["version"], edited["copy"]["subject"], edited["copy"]["email"]) == (2, "Kain baru untuk {nama}", WORDS.email)
    assert (await site.client.post(f"{where}/submit", headers=headers, json={"version": 2})).json()["state"] == "in_review"
    stale = await site.client.post(f"{where}/approve", headers=headers, json={"version": 1})
    assert (stale.status_code, stale.json()["type"]) == (409, "urn:batikrfm:problem:stale-content")
    approved = (await site.client.post(f"{where}/approve", headers=headers, json={"version": 2})).json()
    assert (approved["state"], approved["approved"]["by"], approved["hash"] != read["hash"]) == ("approved", "Kasir", True)
    refused = (await site.client.post(f"{where}/reject", headers=headers, json={"version": 2, "reason": "Berubah pikiran."})).json()
    assert (refused["state"], refused["reason"], refused["approved"]) == ("rejected", "Berubah pikiran.", None)
    assert (await site.client.post(f"{where}/approve", headers=headers, json={"version": 2})).status_code == 422


async def test_texts_are_compared(site: Site, tenant: UUID) -> None:
    draft, headers = await a_draft(tenant), site.headers(tenant)
    where = f"/api/contents/{draft.id}"
    await site.client.patch(where, headers=headers, json={"version": 1, "call_to_action": "Lihat kain lama"})
    versions = (await site.client.get(f"{where}/versions", headers=headers)).json()["items"]
    assert [(one["version"], one["written"]["kind"]) for one in versions] == [(2, "api_key"), (1, "system")]
    changed = (await site.client.get(f"{where}/comparison", headers=headers, params={"older": 1, "newer": 2})).json()
    assert changed["subject"] == [{"kind": "same", "text": WORDS.subject}]
    assert [piece["kind"] for piece in changed["call_to_action"]] == ["same", "removed", "added"]
    assert (await site.client.get(f"{where}/comparison", headers=headers, params={"older": 1, "newer": 9})).status_code == 404
    assert (await site.client.get(f"{where}/comparison", headers=headers, params={"older": 0, "newer": 9})).status_code == 422


async def test_a_finding_that_blocks_is_said_and_acknowledged(site: Site, tenant: UUID) -> None:
    draft, headers = await a_draft(tenant, findings=(BLOCKING,)), site.headers(tenant, **ENGLISH)
    where = f"/api/contents/{draft.id}"
    (finding,) = (await site.client.get(where, headers=headers)).json()["findings"]
    assert (finding["rule"], finding["severity"], finding["reason"]) == ("invented_phone", "block", "Not the shop's number.")
    plain = await site.client.post(f"{where}/approve", headers=headers, json={"version": 1})
    assert (plain.status_code, plain.json()["type"]) == (422, "urn:batikrfm:problem:unacknowledged")
    approved = await site.client.post(f"{where}/approve", headers=headers, json={"version": 1, "acknowledged": "Nomor baru toko."})
    assert (approved.status_code, approved.json()["acknowledged"]) == (200, "Nomor baru toko.")


async def test_several_are_approved_each_by_itself(site: Site, tenant: UUID) -> None:
    fine, blocked, nobodys = await a_draft(tenant), await a_draft(tenant, findings=(BLOCKING,)), uuid7()
    items = [{"id": str(one), "version": 1} for one in (fine.id, blocked.id, nobodys)]
    headers = site.headers(tenant, **ENGLISH)
    verdicts = (await site.client.post("/api/contents/approve", headers=headers, json={"items": items})).json()["items"]
    assert [one["id"] for one in verdicts] == [item["id"] for item in items]
    assert verdicts[0]["content"]["state"] == "approved"
    kinds = [one["problem"] and one["problem"]["type"].rpartition(":")[2] for one in verdicts]
    assert kinds == [None, "unacknowledged", "content-not-found"]
    assert verdicts[2]["problem"]["detail"] == "There is no such content."
    assert (await site.client.post("/api/contents/approve", headers=headers, json={"items": []})).status_code == 422
    assert (await site.client.post("/api/contents/approve", headers=headers, json={"items": items * 40})).status_code == 422


async def test_another_shops_draft_among_several_is_not_found_and_stays(site: Site, tenant: UUID, other_tenant: UUID) -> None:
    theirs = await a_draft(other_tenant, handed_in=True)
    answer = await site.client.post(
        "/api/contents/approve", headers=site.headers(tenant), json={"items": [{"id": str(theirs.id), "version": 1}]}
    )
    (verdict,) = answer.json()["items"]
    assert (verdict["content"], verdict["problem"]["type"]) == (None, "urn:batikrfm:problem:content-not-found")
    now = (await site.client.get(f"/api/contents/{theirs.id}", headers=site.headers(other_tenant))).json()
    assert now["state"] == "in_review"


async def test_lists_are_filtered_go_on_and_are_not_sent_twice(site: Site, tenant: UUID) -> None:
    async with tenant_scope(tenant):
        kept = await keep_drafts(await generated(words(1), words(2), words(3)))
        (lost,) = await keep_drafts(await generated(words(1), segment="lost"))
    headers = site.headers(tenant)

    async def ids(**params: Any) -> list[str]:  # noqa: ANN401 - whatever a query takes
        return [item["id"] for item in (await site.client.get("/api/contents", headers=headers, params=params)).json()["items"]]

    assert await ids() == [str(lost), *map(str, reversed(kept))]
    assert await ids(segment="lost") == [str(lost)]
    assert await ids(state="approved") == []
    assert await ids(language="en") == []
    first = (await site.client.get("/api/contents", headers=headers, params={"limit": 3})).json()
    assert await ids(limit=3, cursor=first["next"]) == [str(kept[0])]
    again = await site.client.get("/api/contents", headers=headers)
    assert (await site.client.get("/api/contents", headers=headers | {"If-None-Match": again.headers["etag"]})).status_code == 304
    jobs_cursor = await site.client.get("/api/jobs", headers=headers, params={"cursor": first["next"]})
    assert jobs_cursor.status_code == 422


async def test_comments(site: Site, tenant: UUID) -> None:
    draft, headers = await a_draft(tenant), site.headers(tenant)
    where = f"/api/contents/{draft.id}/comments"
    said = await site.client.post(where, headers=headers, json={"text": "<b>Bagus</b>"})
    assert (said.status_code, said.json()["written"]["by"], said.json()["version"]) == (201, "Kasir", 1)
    assert (await site.client.get(where, headers=headers)).json()["items"] == [said.json()]
    assert (await site.client.post(where, headers=headers, json={"text": " "})).status_code == 422


@pytest.mark.parametrize("role", Role)
async def test_who_may_do_what(site: Site, tenant: UUID, role: Role) -> None:
    draft, headers = await a_draft(tenant), site.headers(tenant, *PERMISSIONS_OF[role])
    where = f"/api/contents/{draft.id}"
    assert (await site.client.get(where, headers=headers)).status_code == 200
    assert (await site.client.get("/api/prompts", headers=headers)).status_code == 200
    allowed = 200 if role is not Role.VIEWER else 403
    assert (await site.client.patch(where, headers=headers, json={"version": 1, "subject": "Kain"})).status_code == allowed
    version = 2 if allowed == 200 else 1
    assert (await site.client.post(f"{where}/approve", headers=headers, json={"version": version})).status_code == allowed
    pile = {"items": [{"id": str(draft.id), "version": version}]}
    assert (await site.client.post("/api/contents/approve", headers=headers, json=pile)).status_code == allowed
    assert (await site.client.post(f"{where}/reject", headers=headers, json={"version": version, "reason": "x"})).status_code == allowed


async def test_a_key_that_may_write_may_not_approve(site: Site, tenant: UUID) -> None:
    draft, headers = await a_draft(tenant), site.headers(tenant, Permission.CONTENTS_READ, Permission.CONTENTS_WRITE)
    where = f"/api/contents/{draft.id}"
    assert (await site.client.post(f"{where}/submit", headers=headers, json={"version": 1})).status_code == 200
    assert (await site.client.post(f"{where}/approve", headers=headers, json={"version": 1})).status_code == 403


async def test_what_was_done_is_told_once_and_holds_no_words(site: Site, tenant: UUID) -> None:
    draft, headers = await a_draft(tenant), site.headers(tenant)
    where = f"/api/contents/{draft.id}"
    await site.client.patch(where, headers=headers, json={"version": 1, "subject": "Rahasia toko"})
    await site.client.patch(where, headers=headers, json={"version": 2, "subject": "Rahasia toko"})
    await site.client.post(f"{where}/approve", headers=headers, json={"version": 1})
    await site.client.post(f"{where}/approve", headers=headers, json={"version": 2})
    await site.client.post(f"{where}/approve", headers=headers, json={"version": 2})
    await site.client.post(f"{where}/comments", headers=headers, json={"text": "Rahasia juga"})
    await site.client.post(f"{where}/reject", headers=headers, json={"version": 2, "reason": "Rahasia lagi"})
    told = [one for one in site.desk.deeds if one[1] == str(draft.id)]
    assert [action for action, *_ in told] == ["content.edited", "content.approved", "content.commented", "content.rejected"]
    assert "Rahasia" not in str(told)


async def test_a_log_that_fails_undoes_the_deed(site: Site, tenant: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    draft, headers = await a_draft(tenant), site.headers(tenant)

    async def broken(*_: object) -> None:
        raise RuntimeError("the log is full")

    monkeypatch.setattr(site.desk, "log_deed", broken)
    answer = await site.client.post(f"/api/contents/{draft.id}/approve", headers=headers, json={"version": 1})
    assert answer.status_code == 500
    assert (await site.client.get(f"/api/contents/{draft.id}", headers=headers)).json()["state"] == "draft"
