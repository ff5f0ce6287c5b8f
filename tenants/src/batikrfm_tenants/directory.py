"""The one way of this distribution out of every tenant's scope: to the tables of people, before it is known which shop they go to."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager

from batikrfm.db.engine import Scope
from batikrfm.tenancy import system_scope


def people_scope(reason: str, *, routine: bool = False) -> AbstractAsyncContextManager[Scope]:
    """A unit of work on accounts, sessions and look-ups by link or key; ``reason`` goes to the log.

    The platform role sees no shop's business there. Its uses are counted like those of ``system_scope``. Scopes do not nest: whoever
    is inside a tenant's scope uses the services that are meant for it. What a worker does all the time is ``routine``.
    """
    return system_scope(reason=reason, routine=routine)
