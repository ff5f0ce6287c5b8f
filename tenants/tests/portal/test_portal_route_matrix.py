"""Every route of a shop, tried by who has no business there. The routes are read from the program: a new one is in here at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg
import pytest

from batikrfm.db.reaching import connection
from batikrfm.tenancy.permissions import PERMISSIONS_OF, Role
from batikrfm.testkit.rows import Rows
from batikrfm_tenants import shops
from batikrfm_tenants.portal.pages import SHOP
from portal_site import Site, csrf_of, new_member, new_person

if TYPE_CHECKING:
    import asyncpg
    import pytest

TABLE_OF = {
    "member_id": "memberships",
    "invitation_id": "invitations",
    "key_id": "api_keys",
    "upload_id": "uploads",
    "job_id": "jobs",
    "order_id": "orders",
    "report_id": "report_files",
    "customer_id": "customers",
    "run_id": "segmentation_runs",
    "note_id": "customer_notes",
}
"""Whose id a route takes: an id of another kind needs its table here, or the test says so."""
NAMES = {"plugin": "builtin", "address": "segmentation_strategies.rfm5", "key": "champions", "kind": "pdf", "name": "x", "segment": "x"}
"""Parts of addresses that are the same in every shop."""
PARAMETER = re.compile(r"\{(\w+):(\w+)\}")


@dataclass(frozen=True)
class Route:
    """One method at one address of a shop."""

    method: str
    path: str
    permission: str

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(name for name, kind in PARAMETER.findall(self.path) if kind == "uuid")

    def at(self, shop: str, ids: dict[str, UUID]) -> str:
        path = PARAMETER.sub(lambda found: str(ids.get(found[1], NAMES.get(found[1], "x"))), self.path)
        return f"/toko/{shop}{path}".rstrip("/")


ROUTES = [
    Route(method, path, str(handler.opt["permission"]))
    for handler in SHOP
    for path in sorted(handler.paths)
    for method in handler.http_methods
]
WITH_IDS = [route for route in ROUTES if route.ids]


async def ask(site: Site, route: Route, path: str) -> int:
    """What the route answers to a form that is ours."""
    if route.method == "GET":
        return (await site.open(path)).status_code
    token = csrf_of(await site.open("/akun"))
    return (await site.client.request(route.method, path, headers={"X-CSRF-Token": token}, data={}, follow_redirects=False)).status_code


def test_every_id_of_a_route_has_its_table() -> None:
    assert {name for route in ROUTES for name in route.ids} <= set(TABLE_OF)
    assert len(WITH_IDS) > 10


async def test_another_shop_is_not_found(site: Site, rows: Rows, subtests: pytest.Subtests) -> None:
    owner, stranger = await new_person(site.services.office), await new_person(site.services.office)
    shop = await shops.create_shop(owner.user, "Batik Orang Lain")
    await shops.create_shop(stranger.user, "Batik Sendiri")
    ids = {name: (await rows.put(table, shop.tenant.id))["id"] for name, table in TABLE_OF.items()}
    site.sign_in(stranger)
    for route in ROUTES:
        with subtests.test(route=f"{route.method} {route.path}"):
            assert await ask(site, route, route.at(shop.tenant.slug, ids)) == 404


async def test_who_is_not_signed_in_gets_no_further_than_the_door(site: Site, subtests: pytest.Subtests) -> None:
    owner = await new_person(site.services.office)
    shop = await shops.create_shop(owner.user, "Batik Terkunci")
    ids = dict.fromkeys(TABLE_OF, shop.tenant.id)
    for route in ROUTES:
        with subtests.test(route=f"{route.method} {route.path}"):
            answer = await site.client.request(route.method, route.at(shop.tenant.slug, ids), follow_redirects=False)
            assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/masuk")


async def test_another_shops_things_are_not_found_in_ones_own(site: Site, rows: Rows, admin_url: str, subtests: pytest.Subtests) -> None:
    owner, stranger = await new_person(site.services.office), await new_person(site.services.office)
    theirs, own = await shops.create_shop(owner.user, "Batik Mereka"), await shops.create_shop(stranger.user, "Batik Saya")
    ids = {name: (await rows.put(table, theirs.tenant.id))["id"] for name, table in TABLE_OF.items()}
    site.sign_in(stranger)
    async with connection(admin_url) as admin:
        before = await _all(admin, theirs.tenant.id)
        for route in WITH_IDS:
            with subtests.test(route=f"{route.method} {route.path}"):
                assert await ask(site, route, route.at(own.tenant.slug, ids)) == 404
        assert await _all(admin, theirs.tenant.id) == before


async def test_a_viewer_changes_nothing(site: Site, rows: Rows, subtests: pytest.Subtests) -> None:
    owner = await new_person(site.services.office)
    shop = await shops.create_shop(owner.user, "Batik Etalase")
    viewer = await new_member(site.services.office, shop, owner, Role.VIEWER)
    ids = {name: (await rows.put(table, shop.tenant.id))["id"] for name, table in TABLE_OF.items()}
    site.sign_in(viewer)
    for route in ROUTES:
        if route.permission not in PERMISSIONS_OF[Role.VIEWER]:
            with subtests.test(route=f"{route.method} {route.path}"):
                assert await ask(site, route, route.at(shop.tenant.slug, ids)) == 403


async def _all(admin: asyncpg.Connection, tenant: UUID) -> dict[str, list[str]]:
    """Every row of these tables that is the tenant's, as text."""
    kept = {}
    for table in TABLE_OF.values():
        found = await admin.fetch(f"select t::text as row from {table} t where tenant_id = $1 order by 1", tenant)
        kept[table] = [row["row"] for row in found]
    return kept
