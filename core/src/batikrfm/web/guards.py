"""What a route needs, said beside it: ``opt=needs(Permission.IMPORTS_READ)`` or ``opt=public("why")``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.routes import BaseRoute

from batikrfm.tenancy.permissions import Permission
from batikrfm.web.errors import ForbiddenError, UnauthenticatedError
from batikrfm.web.scope import PRINCIPAL

PERMISSION: Final = "permission"
PUBLIC: Final = "public"


class UnguardedRoutes(RuntimeError):
    """A route says neither which permission it needs nor why it needs none: our bug, found before anybody is served."""


def needs(permission: Permission, **more: object) -> dict[str, object]:
    """``opt`` of a route that somebody with ``permission`` may use, in the tenant that they are in."""
    return {PERMISSION: permission, **more}


def public(why: str, **more: object) -> dict[str, object]:
    """``opt`` of a route that everybody may use, or that asks by itself; ``why`` is for the next reader."""
    return {PUBLIC: why, **more}


async def check_permission(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The guard of every route. Nobody is 401, somebody without the permission 403.

    Asynchronous, though it waits for nothing: Litestar would send a plain function through a thread, for each request.
    """
    needed = handler.opt.get(PERMISSION)
    if needed is None:
        return
    principal = connection.scope["state"].get(PRINCIPAL)
    if principal is None:
        raise UnauthenticatedError
    if needed not in principal.permissions:
        raise ForbiddenError(permission=str(needed))


def require_guarded(app: Litestar) -> None:
    """Raises :class:`UnguardedRoutes`, which names every route that says neither."""
    if silent := sorted(_silent(app)):
        raise UnguardedRoutes(f"neither a permission nor a reason to be public: {', '.join(silent)}")


def handlers_of(route: BaseRoute) -> Sequence[BaseRouteHandler]:
    """The handlers of a route: one for each method, or one for all."""
    several: Sequence[BaseRouteHandler] = getattr(route, "route_handlers", ())
    return several or (route.route_handler,)  # type: ignore[attr-defined] # one of the two


def _silent(app: Litestar) -> Iterator[str]:
    for route in app.routes:
        for handler in handlers_of(route):
            methods: set[str] = getattr(handler, "http_methods", set())
            if methods != {"OPTIONS"} and bool(handler.opt.get(PERMISSION)) == bool(handler.opt.get(PUBLIC)):
                yield f"{'/'.join(sorted(map(str, methods)))} {route.path}"
