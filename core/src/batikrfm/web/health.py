"""Whether this process lives, and whether it can serve: for load balancers and supervisors."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import msgspec
from litestar import Request, Response, get

from batikrfm.db.database import Database, require_migrated
from batikrfm.sdk.errors import SetupError
from batikrfm.web.guards import public
from batikrfm.web.logs import log

PATIENCE: Final = 3.0  # seconds for the database to answer
DATABASE: Final = "database"
"""Where the application's state keeps the open database."""


class Health(msgspec.Struct, frozen=True):
    """``status`` is ``ok`` or ``down``."""

    status: str


@get("/health/live", opt=public("a supervisor asks it, and it says nothing but that it lives"), include_in_schema=False)
async def live() -> Health:
    """The process answers."""
    return Health("ok")


@get("/health/ready", opt=public("a load balancer asks it, and it says yes or no"), include_in_schema=False)
async def ready(request: Request[Any, Any, Any]) -> Response[Health]:
    """The database answers and has the schema that this program knows."""
    database: Database = request.app.state[DATABASE]
    try:
        async with asyncio.timeout(PATIENCE):
            await require_migrated(database.urls)
    except (SetupError, TimeoutError, OSError) as error:
        log("batikrfm.web").warning("not ready", problem=type(error).__name__)
        return Response(Health("down"), status_code=503)
    return Response(Health("ok"))
