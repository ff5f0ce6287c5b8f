"""``/api/imports/{id}/consents`` where a file has very many customers: 202 with the job in place of 200, as the document says."""

from __future__ import annotations

from typing import Any, Final

import pytest
import schemathesis

from batikrfm.db.database import Database
from batikrfm.delivery.consent import declaring as declarations
from batikrfm.web.openapi import Documented
from batikrfm.web.routes import ROUTES
from shops import Shop, shop_of, work
from websites import Site

CLAIM: Final = {"medium": "whatsapp", "source": "formulir anggota", "since": "2026-01-05"}
DOCUMENT: Final = Documented(ROUTES).document


@pytest.fixture
async def shop(database: Database) -> Shop:
    return await shop_of(database, "Toko Banyak")  # of this module alone: it is changed


def as_documented(answer: Any, path: str, method: str) -> Any:  # noqa: ANN401 - an answer, and what it says
    """Its body, where it is what the document promises for this status."""
    operation = schemathesis.openapi.from_dict(DOCUMENT)[path][method]
    operation.validate_response(answer)
    return answer.json()


async def test_declaring_for_many_and_taking_it_back_answer_with_the_job(site: Site, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(declarations, "MANY", 3)
    headers, place = site.headers(shop.tenant_id), f"/api/imports/{shop.import_id}/consents"

    async def now() -> Any:  # noqa: ANN401 - of an answer
        found = (await site.client.get(place, headers=headers)).json()["items"]
        return next(one for one in found if one["medium"] == "whatsapp")

    sent = await site.client.post(place, headers=headers, json=CLAIM)
    job = as_documented(sent, "/api/imports/{import_id}/consents", "POST")
    assert (sent.status_code, job["task"], job["state"]) == (202, "delivery.declaration", "queued")
    under_way = await now()
    people = under_way["work"]["people"]
    assert people > 3
    assert under_way["work"] == {"doing": "declaring", "done": 0, "people": people, "job_id": job["id"]}
    assert (await site.client.post(place, headers=headers, json=CLAIM)).status_code == 422
    await work(shop.tenant_id)
    done = await now()
    assert (done["work"], done["customers"] + done["refused"]) == (None, people)
    gone = await site.client.delete(f"/api/consents/declarations/{done['id']}", headers=headers)
    job = as_documented(gone, "/api/consents/declarations/{declaration_id}", "DELETE")
    assert (gone.status_code, (await now())["work"]["doing"]) == (202, "withdrawing")
    await work(shop.tenant_id)
    assert (await site.client.get(f"/api/jobs/{job['id']}", headers=headers)).json()["state"] == "done"
    again = await site.client.delete(f"/api/consents/declarations/{done['id']}", headers=headers)
    assert again.status_code == 404


async def test_few_are_answered_at_once(site: Site, shop: Shop) -> None:
    headers, place = site.headers(shop.tenant_id), f"/api/imports/{shop.import_id}/consents"
    sent = await site.client.post(place, headers=headers, json={**CLAIM, "purpose": "service"})
    done = as_documented(sent, "/api/imports/{import_id}/consents", "POST")
    assert (sent.status_code, done["work"], done["customers"] > 3) == (200, None, True)
