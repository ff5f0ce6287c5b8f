"""Which shop is the demonstration's: its people and orders are made up, and pages say so."""

from __future__ import annotations

from typing import Final

from batikrfm.db.engine import current_scope
from batikrfm.tenancy import Tenant
from batikrfm_tenants import queries as sql
from batikrfm_tenants.operators import DEMO_EMAIL

SLUG: Final = "batik-contoh"
"""What ``batikrfm up --demo`` names its shop."""


async def is_demonstration(shop: Tenant) -> bool:
    """Whether ``shop`` is the one that ``batikrfm up --demo`` has made. In the shop's scope; asks nothing for shops of other names.

    A real shop may have that name, too: it lacks the demonstration's owner, whom nobody can be but by that command.
    """
    return shop.slug == SLUG and bool(await current_scope().fetchval(sql.MEMBER_WITH_EMAIL, DEMO_EMAIL))
