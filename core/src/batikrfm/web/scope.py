"""One request, one unit of work in one tenant: entered once it is known who asks, committed before the answer starts.

:class:`TenantScope` stands around every route. It opens nothing by itself. Whoever finds out who asks calls :func:`enter_tenant`:

- the API's door (:mod:`batikrfm.web.door`) after it has recognised the key;
- an extension's own middleware or guard, such as the portal's, after it has read the session and made sure that the shop in the URL
  is one of the person's::

      class SessionDoor(ASGIMiddleware):
          async def handle(self, scope, receive, send, next_app):
              principal = await self._who(scope)              # None: nobody; system scopes are fine here
              if principal is not None:
                  await enter_tenant(scope, principal)
              await next_app(scope, receive, send)

From there on, guards, dependencies, the handler and its template run inside ``tenant_scope(principal.tenant_id)``, which takes a
connection at its first query. When the answer starts:

- status below 400: the work is committed first; if that fails, the answer is a 409 (or what the error says) and the
  handler's own is dropped;
- anything else, and whatever raises: the work is undone.

So what is streamed, sent by server-sent events or done in the background comes after the end of the scope. It opens its own
``tenant_scope(principal.tenant_id)``, and gets ``NoScope`` if it forgets. Code that needs another scope while this one is open (a look into
the directory of tenants, say) runs with :func:`outside`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import AbstractAsyncContextManager
from contextvars import Context
from typing import Any, Final, TypeVar

import structlog
from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Send
from litestar.types import Scope as AsgiScope

from batikrfm.sdk.extension import Principal
from batikrfm.tenancy import tenant_scope
from batikrfm.web.answering import send_error

PRINCIPAL: Final = "principal"
"""Where a request's state keeps who asks."""
_UNIT: Final = "batikrfm_unit"
_FIRST_ERROR: Final = 400

AnswerT = TypeVar("AnswerT")


async def enter_tenant(connection: AsgiScope | ASGIConnection[Any, Any, Any, Any], principal: Principal) -> None:
    """Run the rest of the request inside the tenant of ``principal``. Once a request; twice is our bug."""
    scope = connection.scope if isinstance(connection, ASGIConnection) else connection
    unit: _Unit = scope["state"][_UNIT]
    await unit.open(principal)
    scope["state"][PRINCIPAL] = principal
    structlog.contextvars.bind_contextvars(tenant=str(principal.tenant_id))


def principal_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Principal:
    """Who asks. For code behind a route with a permission: there is always somebody."""
    principal: Principal = connection.scope["state"][PRINCIPAL]
    return principal


async def outside(work: Coroutine[Any, Any, AnswerT]) -> AnswerT:
    """Await ``work`` outside of the request's scope, so that it can open one of its own. What is not committed yet, it does not see."""
    return await asyncio.create_task(work, context=Context())


async def aside(connection: ASGIConnection[Any, Any, Any, Any], work: Coroutine[Any, Any, AnswerT]) -> AnswerT:
    """Await ``work`` while the request has no transaction: what was done so far is committed, and a new unit begins afterwards.

    For asking somebody outside, who may take long: nothing of the database is held meanwhile. ``work`` opens scopes of its own.
    """
    unit: _Unit = connection.scope["state"][_UNIT]
    await unit.end()
    try:
        return await work
    finally:
        await unit.open(principal_of(connection))


class _Unit:
    """The unit of work of one request, if somebody opens it."""

    def __init__(self) -> None:
        self._opened: AbstractAsyncContextManager[object] | None = None

    async def open(self, principal: Principal) -> None:
        if self._opened is not None:
            raise RuntimeError("this request is in a tenant already")
        self._opened = tenant_scope(principal.tenant_id)
        await self._opened.__aenter__()

    async def end(self, error: BaseException | None = None) -> None:
        """Commit, or with an ``error`` undo. Only the first call counts. Raises what committing raises."""
        opened, self._opened = self._opened, None
        if opened is None:
            return
        try:
            await opened.__aexit__(type(error) if error else None, error, error.__traceback__ if error else None)
        except BaseException as raised:
            if raised is not error:
                raise


class _Refused(Exception):
    """The answer is an error."""


class TenantScope(ASGIMiddleware):
    """See the module."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: AsgiScope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        unit = scope["state"][_UNIT] = _Unit()
        replaced = False

        async def send_ended(message: Message) -> None:
            nonlocal replaced
            if replaced:
                return
            if message["type"] == "http.response.start":
                try:
                    await unit.end(None if message["status"] < _FIRST_ERROR else _Refused())
                except Exception as error:  # noqa: BLE001 - nothing has been sent yet, so the error is the answer
                    replaced = True
                    await send_error(error, scope, receive, send)
                    return
            await send(message)

        try:
            await next_app(scope, receive, send_ended)
        except BaseException as error:
            await unit.end(error)
            raise
        await unit.end()
