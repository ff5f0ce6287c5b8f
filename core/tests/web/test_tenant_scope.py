"""A request is one unit of work: kept before the answer starts, or undone, and never somebody else's."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from litestar import Request, Response, Router, get, post
from litestar.background_tasks import BackgroundTask
from litestar.di import NamedDependency, Provide
from litestar.middleware import ASGIMiddleware
from litestar.params import FromQuery
from litestar.response import ServerSentEvent, Stream
from litestar.types import ASGIApp, Receive, Scope, Send

from batikrfm.db.engine import NoScope, current_scope
from batikrfm.sdk import InputError, Principal
from batikrfm.tenancy import find_tenant, tenant_scope
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.guards import needs, public
from batikrfm.web.scope import TenantScope, enter_tenant, outside, principal_of
from websites import ORIGIN, Opening, Site

OPEN = needs(Permission.CUSTOMERS_READ)
NAME = "select name from tenants"


SESSIONS: dict[str, Principal] = {}
SEEN: list[object] = []


class SessionDoor(ASGIMiddleware):
    """Lets people in by a header, as a portal does by a session."""

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        session = dict(scope["headers"]).get(b"x-session", b"").decode()
        if session in SESSIONS:
            await enter_tenant(scope, SESSIONS[session])
        await next_app(scope, receive, send)


@get("/toko/name", opt=OPEN)
async def name() -> dict[str, str]:
    return {"name": await current_scope().fetchval(NAME)}


@post("/toko/name", opt=OPEN)
async def change(to: FromQuery[str], end: FromQuery[str] = "well") -> Response[Any]:
    await current_scope().execute("update tenants set name = $1", to)
    await ENDS[end]()
    return Response({"ok": True}, status_code=409 if end == "refused" else 201)


async def go_well() -> None: ...


async def refuse_input() -> None:
    raise InputError


async def crash() -> None:
    raise ZeroDivisionError("Ibu Sri 0812")


async def collide() -> None:
    await current_scope().execute("create temp table d (x int unique deferrable initially deferred) on commit drop")
    await current_scope().execute("insert into d values (1), (1)")


async def swallow() -> None:
    with contextlib.suppress(Exception):
        await current_scope().fetch("select 1 / 0")


ENDS = {"well": go_well, "refused": go_well, "input": refuse_input, "crash": crash, "conflict": collide, "swallowed": swallow}


async def one() -> int:
    return 1


async def tenants_name() -> str:
    return str(await current_scope().fetchval(NAME))


@get("/toko/dependencies", opt=OPEN, dependencies={"a": Provide(one), "b": Provide(tenants_name)})
async def dependencies(a: NamedDependency[int], b: NamedDependency[str]) -> list[object]:
    return [a, b, await current_scope().fetchval(NAME)]


@get("/toko/gathered", opt=OPEN)
async def gathered() -> list[str]:
    return list(await asyncio.gather(*(tenants_name() for _ in range(5))))


async def scope_or_none() -> object:
    try:
        return current_scope()
    except NoScope:
        return None


@get("/toko/stream", opt=OPEN)
async def stream() -> Stream:
    async def pieces() -> AsyncIterator[str]:
        yield str(await scope_or_none())

    return Stream(pieces())


@get("/toko/events", opt=OPEN)
async def events(request: Request[Any, Any, Any]) -> ServerSentEvent:
    principal = principal_of(request)

    async def told() -> AsyncIterator[str]:
        for _ in range(2):
            async with tenant_scope(principal.tenant_id):
                yield await tenants_name()

    return ServerSentEvent(told())


@get("/toko/background", opt=OPEN)
async def background() -> Response[str]:
    async def later() -> None:
        SEEN.append(await scope_or_none())

    return Response("ok", background=BackgroundTask(later))


@get("/toko/outside", opt=OPEN)
async def directory(request: Request[Any, Any, Any]) -> list[str]:
    found = await outside(find_tenant(str(principal_of(request).tenant_id)))
    return [found.name, await tenants_name()]


@get("/toko/twice", opt=OPEN)
async def twice(request: Request[Any, Any, Any]) -> None:
    await enter_tenant(request, principal_of(request))


@get("/front", opt=public("a front page"))
async def front() -> str:
    return "nobody's" if await scope_or_none() is None else "somebody's"


HANDLERS = [name, change, dependencies, gathered, stream, events, background, directory, twice, front]
PAGES = (Router("/", route_handlers=HANDLERS, middleware=[SessionDoor()]),)


@pytest.fixture
async def shop(open_site: Opening) -> AsyncIterator[Site]:
    """An application whose extension has pages behind a session."""
    async with open_site(routes=PAGES) as site:
        SESSIONS.clear()
        SEEN.clear()
        yield site


def session(site: Site, tenant_id: UUID) -> dict[str, str]:
    token = site.desk.admit(tenant_id, kind="user")
    SESSIONS[token] = site.desk.principals[token]
    return {"x-session": token}


async def name_of(tenant_id: UUID) -> str:
    return (await find_tenant(str(tenant_id))).name


async def test_a_request_runs_in_the_tenant_of_who_asks(shop: Site, tenant: UUID, other_tenant: UUID) -> None:
    for one in (tenant, other_tenant):
        answer = await shop.client.get("/toko/name", headers=session(shop, one))
        assert answer.json() == {"name": await name_of(one)}


async def test_nobody_is_401_and_gets_no_scope(shop: Site) -> None:
    assert (await shop.client.get("/toko/name")).status_code == 401
    assert (await shop.client.get("/front")).text == "nobody's"


async def test_what_goes_well_is_kept_before_the_answer_is_there(shop: Site, tenant: UUID) -> None:
    answer = await shop.client.post("/toko/name", params={"to": "Baru"}, headers=session(shop, tenant))
    assert answer.status_code == 201
    assert await name_of(tenant) == "Baru"


@pytest.mark.parametrize(("end", "status"), [("refused", 409), ("input", 422), ("crash", 500), ("conflict", 409), ("swallowed", 500)])
async def test_what_does_not_go_well_is_undone(end: str, status: int, shop: Site, tenant: UUID) -> None:
    before = await name_of(tenant)
    answer = await shop.client.post("/toko/name", params={"to": "Hilang", "end": end}, headers=session(shop, tenant))
    assert answer.status_code == status
    assert "Sri" not in answer.text
    assert await name_of(tenant) == before


async def test_a_commit_that_fails_replaces_the_handlers_answer(shop: Site, tenant: UUID) -> None:
    answer = await shop.client.post(
        "/toko/name", params={"to": "Hilang", "end": "conflict"}, headers={**session(shop, tenant), "Accept-Language": "en"}
    )
    assert answer.status_code == 409
    assert "ok" not in answer.text
    assert "Something else changed at the same moment" in answer.text
    assert answer.headers["content-length"] == str(len(answer.content))


async def test_connections_come_back_however_a_request_ends(shop: Site, tenant: UUID) -> None:
    headers = session(shop, tenant)
    for end in ("well", "refused", "input", "crash", "conflict", "swallowed") * 4:  # more than the pool has
        await shop.client.post("/toko/name", params={"to": "Bolak", "end": end}, headers=headers)
    async with asyncio.timeout(10):
        answers = await asyncio.gather(*(shop.client.get("/toko/name", headers=headers) for _ in range(40)))
    assert {answer.status_code for answer in answers} == {200}


async def test_requests_of_two_tenants_at_once_stay_apart(shop: Site, tenant: UUID, other_tenant: UUID) -> None:
    ours, theirs = session(shop, tenant), session(shop, other_tenant)
    answers = await asyncio.gather(*(shop.client.get("/toko/name", headers=ours if n % 2 else theirs) for n in range(40)))
    names = [await name_of(other_tenant), await name_of(tenant)]
    assert [answer.json()["name"] for answer in answers] == [names[n % 2] for n in range(40)]


async def test_dependencies_and_gathered_queries_share_the_scope(shop: Site, tenant: UUID) -> None:
    name = await name_of(tenant)
    assert (await shop.client.get("/toko/dependencies", headers=session(shop, tenant))).json() == [1, name, name]
    assert (await shop.client.get("/toko/gathered", headers=session(shop, tenant))).json() == [name] * 5


async def test_a_stream_comes_after_the_scope_and_opens_its_own(shop: Site, tenant: UUID) -> None:
    assert (await shop.client.get("/toko/stream", headers=session(shop, tenant))).text == "None"
    assert (await shop.client.get("/toko/events", headers=session(shop, tenant))).text.count(await name_of(tenant)) == 2


async def test_work_in_the_background_comes_after_the_scope(shop: Site, tenant: UUID) -> None:
    await shop.client.get("/toko/background", headers=session(shop, tenant))
    assert SEEN == [None]


async def test_another_scope_can_be_opened_outside(shop: Site, tenant: UUID) -> None:
    assert (await shop.client.get("/toko/outside", headers=session(shop, tenant))).json() == [await name_of(tenant)] * 2


async def test_a_tenant_is_entered_once(shop: Site, tenant: UUID) -> None:
    assert (await shop.client.get("/toko/twice", headers=session(shop, tenant))).status_code == 500


async def test_a_client_that_goes_away_leaves_nothing_open(shop: Site, tenant: UUID) -> None:
    entered = asyncio.Event()

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        await enter_tenant(scope, shop.desk.principals[session(shop, tenant)["x-session"]])
        await current_scope().execute("update tenants set name = 'Hilang'")
        entered.set()
        await asyncio.sleep(60)

    middleware = TenantScope()

    async def nothing(*_: object) -> dict[str, object]:
        return {}

    scope: Any = {"type": "http", "state": {}, "headers": [], "path": "/", "base": ORIGIN}
    running = asyncio.create_task(middleware.handle(scope, nothing, nothing, app))  # type: ignore[arg-type] # as little as it takes
    await entered.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await name_of(tenant) != "Hilang"
