"""The two ways to open a scope: for one tenant, and, rarely and with a reason, for the directory of tenants."""

from __future__ import annotations

import logging
from contextlib import AbstractAsyncContextManager
from uuid import UUID

from batikrfm.db.engine import DB, NoScope, Scope, current_scope

TENANT = "app.tenant_id"
BRISK = {"idle_in_transaction_session_timeout": "5s", "transaction_timeout": "30s"}
"""For work whose locks would hold up others: a process that stalls in the middle loses its connection, and with it the locks.

The first frees them where it stalls between two statements; the second also where it stalls within one, which counts as being at work.
"""

FLEETING = {"synchronous_commit": "off"}
"""For work that ends by itself if it is lost, as a claim with a lease does: its commit does not wait for the disk.

Lost it is only if the database itself crashes before anything later is kept: what waits for the disk takes all before it along.
"""

logger = logging.getLogger(__name__)


def tenant_scope(tenant_id: UUID, *, brisk: bool = False, fleeting: bool = False) -> AbstractAsyncContextManager[Scope]:
    """A unit of work that sees and changes the rows of ``tenant_id`` only; PostgreSQL holds it to that.

    Lazy: the first query takes a connection. Commits at the end, rolls back on an error. Scopes do not nest.
    One that is ``brisk`` is lost if it asks nothing for some seconds: see :data:`BRISK`. One that is ``fleeting`` commits without waiting
    for the disk: see :data:`FLEETING`.
    """
    return DB.scope("app", {TENANT: str(tenant_id), **(BRISK if brisk else {}), **(FLEETING if fleeting else {})})


def current_tenant() -> UUID:
    """The tenant of the scope that this code runs in. Asks the database nothing. Raises NoScope outside of a tenant's scope."""
    tenant_id = current_scope().setting(TENANT)
    if not tenant_id:
        raise NoScope("this needs a tenant_scope() around it")
    return UUID(tenant_id)


def system_scope(reason: str, *, routine: bool = False) -> AbstractAsyncContextManager[Scope]:
    """A unit of work on the few tables that belong to no single tenant, as the platform role; ``reason`` goes to the log.

    It sees no tenant's business: that role has rights on the directory of tenants and on whose job is next, and on nothing else.
    What a worker does all the time is ``routine``: brisk, and logged for debugging only.
    """
    logger.log(logging.DEBUG if routine else logging.INFO, "system scope: %s", reason)
    return DB.scope("platform", BRISK if routine else {})
