"""The catalogue guard: what the catalogue holds is what the walls between tenants need, or the program stops."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from batikrfm.db.engine import DB
from batikrfm.tenancy.catalogue import QUESTIONS
from batikrfm.tenancy.errors import Fault, WallsError


class Asked(Protocol):
    """Who answers: a scope, or any connection that is the app role."""

    async def fetch(self, sql: str, /, *args: object) -> Sequence[tuple[str, str]]:
        """The rows of a query."""


async def require_walls() -> None:
    """Look for gaps in the walls of the open database: as the app role and without a tenant, so it sees what that role could reach.

    Raises:
        WallsError: there are some.
    """
    async with DB.scope("app", {}) as scope:
        faults = await find_faults(scope)
    if faults:
        raise WallsError(faults)


async def find_faults(asked: Asked) -> list[Fault]:
    """Every gap, by table."""
    faults = [
        Fault(question.fault, subject, detail)
        for question in QUESTIONS
        for subject, detail in await asked.fetch(question.sql, *question.args)
    ]
    return sorted(faults, key=lambda fault: (fault.subject, fault.say("en")))
