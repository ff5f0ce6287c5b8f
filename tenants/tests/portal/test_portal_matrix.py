"""Every route of a shop, tried by who has no business there. Routes are read from the running program: a new one is attacked at once.

A route whose address has a part that nothing here can fill fails with a sentence until somebody teaches TABLE_OF or WORDS; whoever
exempts one says why.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from batikrfm.db.database import Database
from batikrfm.jobs import enqueue
from batikrfm.segmentation.tasks import run_segments, try_segments
from batikrfm.tenancy import tenant_scope
from batikrfm.tenancy.permissions import PERMISSIONS_OF, Permission, Role
from batikrfm.testkit.rows import Rows
from batikrfm.web.guards import needs, public
from batikrfm_tenants import shops
from batikrfm_tenants.portal import routes as portal
from batikrfm_tenants.portal.pages import SHOP
from batikrfm_tenants.portal.services import Services
from batikrfm_tenants.shops import Shop
from batikrfm_tenants.signing_in import SignedIn
from portal_site import Site, application, csrf_of, new_member, new_person, site_of
from route_matrix import Route, routes_of
from shop_work import somebody
from visits import at_work, sold

BELOW = "/toko/{slug:str}"
SLUG = "slug"
TABLE_OF = {
    "member_id": "memberships",
    "invitation_id": "invitations",
    "key_id": "api_keys",
    "upload_id": "uploads",
    "job_id": "jobs",
    "order_id": "orders",
    "report_id": "report_files",
    "customer_id": "customers",
    "note_id": "customer_notes",
    "content_id": "contents",
    "writing_id": "jobs",
    "trial_id": "jobs",
    "prompt_id": "ai_prompts",
    "campaign_id": "campaigns",
    "batch_id": "weekly_batches",
    "message_id": "outbox_messages",
    "suppression_id": "suppressions",
    "declaration_id": "consent_declarations",
}
"""Whose id a route takes: an id of another kind needs its table here, or the test says so."""
PART_OF = {"note_id": {"customer_id"}}
"""Ids that mean something below others alone: they are made together."""
WORDS = {"plugin": "builtin", "address": "segmentation_strategies.rfm5", "key": "champions", "channel": "outbox_email"}
"""Parts of addresses that are the same in every shop: names of what is installed, and of the strategy's segments."""
FILES = {f"POST {BELOW}/unggah": {"files": ("a.csv", b"a,b\n1,2", "text/csv")}}
"""What else a form has to be for its route to look at it."""
ASKED = {f"GET {BELOW}/telusur": "?of=customers"}
"""What an address has to ask."""


@dataclass
class Inside:
    """A shop, its owner, and something of everything in it."""

    shop: Shop
    owner: SignedIn
    values: dict[str, object]


@dataclass
class Two:
    """What the attacks need: one's own shop and a stranger's, and how all that they hold is compared."""

    site: Site
    rows: Rows
    own: Inside
    theirs: Inside

    @property
    def routes(self) -> list[Route]:
        return routes_of(self.site.app, BELOW)

    async def held(self) -> dict[str, list[str]]:
        """Every row of both shops, as text."""
        kept = {}
        for table in await self.rows.tenant_tables():
            both = [self.own.shop.tenant.id, self.theirs.shop.tenant.id]
            found = await self.rows.admin.fetch(f"select t::text as row from {table} t where tenant_id = any ($1) order by 1", both)
            kept[table] = [row["row"] for row in found]
        return kept

    async def ask(self, route: Route, values: dict[str, object], *, token: bool = True) -> int:
        """What the route answers to a form of ours, or (no ``token``) to somebody else's."""
        url = route.url(WORDS | values)
        if route.method == "GET":
            return (await self.site.open(url)).status_code
        csrf = {"csrf": csrf_of(await self.site.open("/akun"))} if token else {}
        files = FILES.get(str(route))
        return (await self.site.client.request(route.method, url, data=csrf, files=files, follow_redirects=False)).status_code


async def inside(site: Site, rows: Rows, name: str) -> Inside:
    owner = await new_person(site.services.office)
    shop = await shops.create_shop(owner.user, name)
    ids: dict[str, object] = {}
    for parameter, table in TABLE_OF.items():
        row = await rows.put(table, shop.tenant.id)
        ids[parameter] = row["id"]
        ids |= {parent: row[parent] for parent in PART_OF.get(parameter, ())}
    async with tenant_scope(shop.tenant.id):
        ids["job_id"] = await enqueue(run_segments)
        ids["trial_id"] = await enqueue(try_segments, {"preferences": {}, "sent": []})
    return Inside(shop, owner, {SLUG: shop.tenant.slug, **ids})


async def two_shops(site: Site, rows: Rows) -> Two:
    return Two(site, rows, await inside(site, rows, "Batik Sendiri"), await inside(site, rows, "Batik Orang Lain"))


@pytest.fixture
async def two(site: Site, rows: Rows) -> Two:
    return await two_shops(site, rows)


# -- the attacks: each says what it found, a sentence for every route


def unknown(routes: list[Route]) -> Iterator[str]:
    """Routes that cannot be attacked before somebody says something about them."""
    for route in routes:
        if route.permission is None:
            yield f"{route} is a shop's and names no permission"
        for name in route.parameters:
            if name not in {SLUG, *TABLE_OF, *WORDS}:
                yield f"{route} is new here: say in TABLE_OF whose id {name} is, or in WORDS why it is the same in every shop"


async def open_to_nobody(two: Two) -> list[str]:
    two.site.sign_in(None)
    found = []
    for route in two.routes:
        answer = await two.site.client.request(route.method, route.url(WORDS | two.own.values), follow_redirects=False)
        if (answer.status_code, answer.headers.get("location", "").partition("?")[0]) != (303, "/masuk"):
            found.append(f"{route} answers {answer.status_code} to who is not signed in")
    return found


async def open_to_strangers(two: Two) -> list[str]:
    two.site.sign_in(two.own.owner)
    answers = [(route, await two.ask(route, two.theirs.values)) for route in two.routes]
    return [f"{route} answers {status} in a shop of others" for route, status in answers if status != 404]


async def leaking(two: Two) -> list[str]:
    """With each id in turn another shop's, and with all of them."""
    two.site.sign_in(two.own.owner)
    found = []
    for route in two.routes:
        ids = [name for name in route.parameters if name in TABLE_OF]
        for foreign in [[name] for name in ids] + ([ids] if len(ids) > 1 else []):
            status = await two.ask(route, two.own.values | {name: two.theirs.values[name] for name in foreign})
            if status != 404:
                found.append(f"{route} answers {status} for another shop's {' and '.join(foreign)}")
    return found


async def forgeable(two: Two) -> list[str]:
    two.site.sign_in(two.own.owner)
    changing = [route for route in two.routes if route.method != "GET"]
    answers = [(route, await two.ask(route, two.own.values, token=False)) for route in changing]
    return [f"{route} answers {status} to a form that is not ours" for route, status in answers if status != 403]


async def beyond(two: Two, role: Role) -> list[str]:
    """What somebody of this role may do beyond the role's permissions."""
    member = await new_member(two.site.services.office, two.own.shop, two.own.owner, role)
    two.site.sign_in(member)
    found = []
    for route in two.routes:
        if route.permission not in PERMISSIONS_OF[role]:
            status = await two.ask(route, two.own.values)
            if status != 403:
                found.append(f"{route} answers {status} to {role} without {route.permission}")
    return found


# -- the portal as it is


def test_every_route_is_known(site: Site) -> None:
    routes = routes_of(site.app, BELOW)
    assert list(unknown(routes)) == []
    assert {str(route) for route in routes} >= {*FILES, *ASKED}, "something said of a route that is not there"
    assert len(routes) == sum(len(handler.http_methods) for handler in SHOP for _ in handler.paths), "one that nobody sees"
    assert len([route for route in routes if set(route.parameters) & set(TABLE_OF)]) > 15


@pytest.mark.parametrize("attack", [open_to_nobody, open_to_strangers, leaking, forgeable], ids=lambda attack: attack.__name__)
async def test_no_route_gives_way_and_nothing_changes(two: Two, attack: Callable[[Two], Awaitable[list[str]]]) -> None:
    before = await two.held()
    assert await attack(two) == []
    assert await two.held() == before


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR, Role.ADMIN])
async def test_no_role_goes_further_than_its_permissions(two: Two, role: Role) -> None:
    assert await beyond(two, role) == []


async def test_the_owner_finds_what_others_do_not(site: Site, database: Database) -> None:
    """Else the matrix would be green because it asks for nothing that exists."""
    owner = await new_person(site.services.office)
    shop = await shops.create_shop(owner.user, "Batik Lengkap")
    made = await sold(shop, database)
    async with tenant_scope(shop.tenant.id) as scope:
        customer = await scope.fetchval("select customer_id from orders where id = $1", UUID(made["order"]))
        report = await scope.fetchval("select id from report_files where made_at is not null")
        imported = await scope.fetchval("select import_id from orders where id = $1", UUID(made["order"]))
        ids = {
            "content_id": made["content"],
            "declaration_id": (await at_work(imported, somebody(shop)))["declaring"],
            "writing_id": made["writing"],
            "prompt_id": made["prompt"],
            "customer_id": customer,
            "report_id": report,
            "campaign_id": made["finished"],
            "message_id": made["letter"],
            "job_id": await enqueue(run_segments),
            "trial_id": await enqueue(try_segments, {"preferences": {}, "sent": []}),
        }
    site.sign_in(owner)
    values = {SLUG: shop.tenant.slug, "upload_id": made["done"], "order_id": made["order"], **WORDS, **ids}
    looking = [route.url(values) + ASKED.get(str(route), "") for route in routes_of(site.app, BELOW) if route.method == "GET"]
    answers = {url: (await site.open(url)).status_code for url in looking}
    assert {url: status for url, status in answers.items() if status not in {200, 303}} == {}


# -- the matrix can fail


@get("/bocor/{order_id:uuid}", opt=needs(Permission.CUSTOMERS_READ))
async def tells_all(order_id: FromPath[UUID]) -> str:
    return f"whoever's {order_id} is"


@post("/bocor/{report_id:uuid}/hapus", opt=needs(Permission.SETTINGS_READ))
async def deletes_any(report_id: FromPath[UUID]) -> str:
    return f"{report_id} is gone"


@get("/toko/{slug:str}/terbuka", opt=public("a forgotten door"))
async def no_door(slug: FromPath[str]) -> str:
    return slug


@post("/toko/{slug:str}/terbuka", opt=public("a forgotten door"))
async def no_token(slug: FromPath[str]) -> str:
    return slug


@get("/benda/{thing_id:uuid}", opt=needs(Permission.CUSTOMERS_READ))
async def new_thing(thing_id: FromPath[UUID]) -> str:
    return str(thing_id)


@pytest.fixture
async def broken(services: Services, database: Database, rows: Rows, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Two]:
    """The portal with routes that nobody thought through: two inside its doors, two that go round them."""
    careless: list[HTTPRouteHandler] = [tells_all, deletes_any]
    monkeypatch.setattr(portal, "SHOP", careless)
    app = application(services, database)
    for handler in (no_door, no_token):
        app.register(handler)
    async with site_of(app, services) as site:
        yield await two_shops(site, rows)


async def test_every_attack_sees_a_route_that_gives_way(broken: Two) -> None:
    assert "names no permission" in "\n".join(unknown(broken.routes))
    assert [line.split()[1] for line in await open_to_nobody(broken)] == [f"{BELOW}/terbuka"] * 2
    assert [line.split()[1] for line in await open_to_strangers(broken)] == [f"{BELOW}/terbuka"] * 2
    assert len(await leaking(broken)) == 2
    assert [line.split()[1] for line in await forgeable(broken)] == [f"{BELOW}/terbuka"]
    assert len(await beyond(broken, Role.VIEWER)) == 2


async def test_a_new_route_says_what_it_lacks(services: Services, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portal, "SHOP", [new_thing])
    (sentence,) = unknown(routes_of(application(services, database), BELOW))
    assert "say in TABLE_OF whose id thing_id is" in sentence
