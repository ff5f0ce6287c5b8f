"""Every route of the application against two shops, from the route table: a new route is attacked without a line written for it.

A route with a path parameter that :meth:`shops.Shop.ids` does not know, or with a body that is missing below, fails until somebody
teaches the matrix; whoever exempts one says why.
"""

from __future__ import annotations

from typing import Any

import pytest
from litestar import get

from batikrfm.db.database import Database
from batikrfm.db.keys import uuid7
from batikrfm.plugins import load_plugins
from batikrfm.tenancy import tenant_scope
from batikrfm.web.app import create_app
from batikrfm.web.guards import UnguardedRoutes, needs, public, require_guarded
from batikrfm.web.settings import WebSettings
from route_matrix import Route, routes_of
from shops import Shop, shop_of
from websites import Opening, Site, made_app

ROUTES = routes_of(made_app(), under="/api")
WITH_IDS = [route for route in ROUTES if route.parameters]
GUARDED = [route for route in ROUTES if route.permission]

NOT_BY_TENANT = {
    "/api/segments/{key:str}": "the key is a word of the strategy's, the same for all; each shop sees its own numbers",
    "/api/segments/{key:str}/customers": "likewise; that they are each shop's own is tried below",
    **{
        f"/api/channels/{{channel:str}}{what}": "the key is a word of the plugin's, the same for all; each shop has its own account"
        for what in ("", "/check", "/domain", "/pause", "/resume", "/limits", "/test")
    },
    "/api/channels/{channel:str}/webhook": "likewise; that URLs are each shop's own is tried in core/tests/delivery/events",
}
BODIES: dict[str, Any] = {
    "POST /api/imports/{import_id:uuid}/mapping": {"columns": {}},
    "POST /api/reports": {"kind": "xlsx"},
    "POST /api/imports/{import_id:uuid}/consents": {"medium": "whatsapp", "source": "chat", "since": "2026-01-05"},
    "POST /api/consents": {"customer_id": str(uuid7()), "medium": "email", "state": "granted", "source": "chat"},
    "POST /api/consents/opt-outs": {"customer_id": str(uuid7()), "medium": "email", "source": "chat"},
    "POST /api/consents/wordings": {"words": "Saya mau dikirimi promo."},
    "POST /api/suppressions": {"medium": "email", "address": "budi@contoh.id"},
    "PUT /api/suppressions/settings": {"words": ["cukup"]},
    "POST /api/imports": None,
    "POST /api/runs": None,
    "POST /api/jobs/{job_id:uuid}/cancel": None,
    "POST /api/jobs/{job_id:uuid}/rerun": None,
    "POST /api/ai/generate-content": {"segment": "champions"},
    "POST /api/ai/batch-generate": {},
    "PATCH /api/contents/{content_id:uuid}": {"version": 1, "subject": "Kain baru"},
    "POST /api/contents/{content_id:uuid}/submit": {"version": 1},
    "POST /api/contents/{content_id:uuid}/approve": {"version": 1},
    "POST /api/contents/{content_id:uuid}/reject": {"version": 1, "reason": "Terlalu kaku."},
    "POST /api/contents/{content_id:uuid}/comments": {"text": "Bagus."},
    "POST /api/contents/approve": {"items": [{"id": str(uuid7()), "version": 1}]},
    "POST /api/campaigns": {"name": "Kain baru", "channel": "outbox_email"},
    "PUT /api/campaigns/{campaign_id:uuid}": {"version": 1, "name": "Kain baru", "channel": "outbox_email"},
    "POST /api/campaigns/{campaign_id:uuid}/duplicate": None,
    "POST /api/campaigns/preview": {"name": "Kain baru", "channel": "outbox_email"},
    "POST /api/campaigns/{campaign_id:uuid}/schedule": {"version": 1, "at": "2026-12-24T09:00:00+07:00"},
    "POST /api/campaigns/{campaign_id:uuid}/start": {"version": 1},
    "POST /api/campaigns/{campaign_id:uuid}/unschedule": None,
    "POST /api/campaigns/{campaign_id:uuid}/pause": None,
    "POST /api/campaigns/{campaign_id:uuid}/resume": None,
    "POST /api/campaigns/{campaign_id:uuid}/cancel": None,
    "POST /api/campaigns/{campaign_id:uuid}/resend-failed": None,
    "POST /api/campaigns/approve": {"ids": [str(uuid7())]},
    "PUT /api/tracking": {"clicks": True},
    "POST /api/channels/{channel:str}/webhook": None,
    "PUT /api/campaigns/settings": {"cap": {"messages": 2, "days": 7}},
    "POST /api/prompts": {"segment": "champions", "template": "Tulis pesan untuk {{ shop }}."},
    "POST /api/prompts/{prompt_id:uuid}/restore": None,
    "POST /api/prompts/reset": {"segment": "champions"},
    "POST /api/prompts/preview": {"segment": "champions"},
    "POST /api/channels/{channel:str}/check": None,
    "POST /api/channels/{channel:str}/pause": {"reason": "Ganti nomor."},
    "POST /api/channels/{channel:str}/resume": None,
    "POST /api/channels/{channel:str}/test": {"content_id": str(uuid7()), "to": "bu.sri@contoh.id"},
    "PUT /api/channels/{channel:str}/limits": {
        "plan": [10],
        "most_a_day": 100,
        "shortest_pause": 5,
        "longest_pause": 9,
        "opens": 480,
        "closes": 1200,
    },
}
QUERIES = {"GET /api/contents/{content_id:uuid}/comparison": {"older": 1, "newer": 1}}
STATE_OF_A_SHOP = """
select (select json_agg(u order by id) from uploads u)::text, (select json_agg(j order by id) from jobs j)::text,
       (select json_agg(r order by id) from report_files r)::text, (select count(*) from segmentation_runs),
       (select json_agg(c order by id) from customers c)::text, (select json_agg(c order by id) from contents c)::text,
       (select json_agg(c order by id) from content_comments c)::text, (select json_agg(p order by id) from ai_prompts p)::text,
       (select json_agg(c order by id) from campaigns c)::text, (select json_agg(v order by id) from campaign_variants v)::text,
       (select json_agg(d order by id) from consent_declarations d)::text, (select json_agg(s order by id) from suppressions s)::text,
       (select json_agg(s order by id) from consent_states s)::text, (select count(*) from customer_consents),
       (select json_agg(u order by id) from webhook_urls u)::text
"""


@pytest.fixture
async def ours(database: Database) -> Shop:
    return await shop_of(database)


@pytest.fixture
async def theirs(database: Database) -> Shop:
    return await shop_of(database, "Warung Sebelah")


async def ask(site: Site, route: Route, shop: Shop, headers: dict[str, str]) -> Any:  # noqa: ANN401 - an answer
    body, ids = BODIES.get(str(route)), shop.ids
    return await site.client.request(route.method, route.url(ids), headers=headers, json=body, params=QUERIES.get(str(route)))


async def state(shop: Shop) -> object:
    async with tenant_scope(shop.tenant_id) as scope:
        return tuple((await scope.fetch(STATE_OF_A_SHOP))[0])


def test_the_matrix_knows_every_route() -> None:
    for route in ROUTES:
        assert route.permission or route.public, f"{route} says neither a permission nor why it is public"
        assert route.method in {"GET", "DELETE"} or str(route) in BODIES, f"teach BODIES what {route} takes"
    assert set(NOT_BY_TENANT) <= {route.path for route in WITH_IDS}, "an exemption for a route that is not there"
    assert len(WITH_IDS) > 10


@pytest.mark.parametrize("route", [route for route in WITH_IDS if route.path not in NOT_BY_TENANT], ids=str)
async def test_another_shops_things_are_not_found_and_stay_as_they_are(route: Route, site: Site, ours: Shop, theirs: Shop) -> None:
    before = await state(ours)
    answer = await ask(site, route, ours, site.headers(theirs.tenant_id))
    assert answer.status_code == 404, f"{route} answered {answer.status_code}: {answer.text[:200]}"
    assert str(ours.tenant_id) not in answer.text
    assert await state(ours) == before


ANSWERED = [
    route for route in WITH_IDS if route.method == "GET" and not route.path.endswith(("progress", "/domain"))
]  # a stream; a vendor's


@pytest.mark.parametrize("route", ANSWERED, ids=str)
async def test_the_same_question_by_its_owner_is_answered(route: Route, site: Site, ours: Shop) -> None:
    """Else the matrix would be green because it asks for nothing that exists."""
    answer = await ask(site, route, ours, site.headers(ours.tenant_id))
    assert answer.status_code in {200, 422}, f"{route} answered {answer.status_code}: {answer.text[:200]}"
    assert answer.status_code == 200 or route.path.endswith("/file"), "only a report that is not ready yet may be refused"


async def test_a_segment_of_the_same_name_holds_each_shops_own(site: Site, ours: Shop, theirs: Shop) -> None:
    pages = []
    for shop in (ours, theirs):
        answer = await site.client.get(f"/api/segments/{ours.key}/customers", headers=site.headers(shop.tenant_id))
        pages.append({item["id"] for item in answer.json()["items"]})
    assert pages[0]
    assert pages[1]
    assert pages[0].isdisjoint(pages[1])


@pytest.mark.parametrize("route", GUARDED, ids=str)
async def test_nobody_is_401_and_who_may_not_is_403(route: Route, site: Site, ours: Shop) -> None:
    from batikrfm.tenancy.permissions import Permission

    before = await state(ours)
    nobody = await ask(site, route, ours, {})
    assert (nobody.status_code, nobody.headers["www-authenticate"].split()[0]) == (401, "Bearer")
    others = [permission for permission in Permission if permission != route.permission]
    refused = await ask(site, route, ours, site.headers(ours.tenant_id, *others))
    assert refused.status_code == 403, f"{route} let somebody without {route.permission} in"
    assert await state(ours) == before


@get("/api/forgotten/{thing_id:uuid}")
async def forgotten() -> None: ...


@get("/api/both", opt=needs(GUARDED[0].permission, public="x") if GUARDED[0].permission else {})
async def both() -> None: ...


@pytest.mark.parametrize("route", [forgotten, both], ids=str)
def test_a_route_that_says_nothing_stops_the_start(route: object) -> None:
    with pytest.raises(UnguardedRoutes, match="/api/"):
        made_app((route,))


async def test_a_new_route_is_found_by_the_matrix(open_site: Opening) -> None:
    @get("/api/things/{thing_id:uuid}", opt=public("a test"))
    async def things() -> None: ...

    async with open_site(routes=(things,)) as site:
        (found,) = routes_of(site.app, "/api/things")
        assert found.parameters == ["thing_id"]
        with pytest.raises(KeyError, match="thing_id"):
            found.url({})


def test_the_product_as_it_is_says_who_may_use_it() -> None:
    def never() -> Any:  # noqa: ANN401 - it is not opened
        raise AssertionError

    require_guarded(create_app(WebSettings(), never, load_plugins(only={"builtin"})))
