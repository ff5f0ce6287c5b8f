"""Every route from the route table, to be attacked: a new one is found without a line written for it, or the test says what it lacks.

For core's routes and for those of any extension::

    @pytest.mark.parametrize("route", routes_of(app), ids=str)
    async def test_another_tenant(route): ...
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from litestar import Litestar

from batikrfm.tenancy.permissions import Permission
from batikrfm.web.guards import PERMISSION, PUBLIC, handlers_of

PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")


@dataclass(frozen=True)
class Route:
    """One way to ask: a method and a path template. ``permission`` or ``public`` says who may."""

    method: str
    path: str
    permission: Permission | None
    public: str | None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def parameters(self) -> list[str]:
        """Names of what is filled into the path."""
        return PARAMETER.findall(self.path)

    def url(self, values: dict[str, Any]) -> str:
        """The path with ``values`` in it. A ``KeyError`` names what a test does not know how to fill."""
        return PARAMETER.sub(lambda found: str(values[found[1]]), self.path)


def routes_of(app: Litestar, under: str = "/") -> list[Route]:
    """Every route of ``app`` below a path, in order; OPTIONS apart, which Litestar makes."""
    return sorted(set(_routes(app, under)), key=str)


def _routes(app: Litestar, under: str) -> Iterator[Route]:
    for route in app.routes:
        if not route.path.startswith(under):
            continue
        for handler in handlers_of(route):
            for method in sorted(set(map(str, getattr(handler, "http_methods", {"GET"}))) - {"OPTIONS"}):
                yield Route(method, route.path, handler.opt.get(PERMISSION), handler.opt.get(PUBLIC))
