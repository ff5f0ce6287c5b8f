"""What the owner declares of a file: "the customers in it agreed". Without that, nobody in an imported file ever said yes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import msgspec

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.delivery.consent import declaring_queries as sql
from batikrfm.delivery.consent.errors import DeclarationError, DeclarationNotFoundError, DeclaredError, ImportNotFoundError
from batikrfm.delivery.consent.model import By, Declaration, Doing, Work
from batikrfm.delivery.consent.states import told
from batikrfm.delivery.consent.tasks import work_off_declaration
from batikrfm.delivery.consent.writing_down import step
from batikrfm.delivery.model import Medium, Purpose
from batikrfm.jobs import enqueue
from batikrfm.sdk.extension import Principal

MOST: Final = 200
MANY: Final = 20_000
"""More customers than somebody waits for."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What is declared: ``source`` is how they agreed, in words; ``since`` the day from which it holds."""

    medium: Medium
    purpose: Purpose
    source: str
    since: dt.date
    wording_id: UUID | None = None


async def declare(import_id: UUID, claim: Claim, by: Principal, *, today: dt.date | None = None) -> Declaration:
    """Everybody who bought something in this import agreed: one consent for each, with the file as its proof.

    Who said no before is left at that, and who is on the list of stopped addresses stays there: a file is not the person. Where it concerns
    many, a job writes them down one after the other (``work``), and nobody counts as willing before their turn.
    Raises ImportNotFoundError, DeclaredError, DeclarationError (a day in the future), ConsentError (no source).
    """
    source, scope = told(claim.source), current_scope()
    if claim.since > (today or dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)):  # somewhere it is tomorrow already
        raise DeclarationError
    if await scope.fetchval(sql.FIND_IMPORT, import_id) is None:
        raise ImportNotFoundError
    declaration_id, people = uuid7(), await scope.fetchval(sql.COUNT_PEOPLE, import_id)
    what = (claim.medium, claim.purpose, claim.since, source, claim.wording_id, _signed(by))
    if await scope.execute(sql.ADD, declaration_id, import_id, *what, people) == "INSERT 0 0":
        raise DeclaredError
    return await _worked_off(declaration_id, Doing.DECLARING, people)


async def withdraw(declaration_id: UUID, by: Principal) -> Declaration:
    """Take it back: for each customer holds again what held without it, and what waits for those who never agreed is left out.

    Also one that is still being written down: that ends then. Many customers are a job's work. Raises DeclarationNotFoundError.
    """
    people: int | None = await current_scope().fetchval(sql.WITHDRAW, declaration_id, _signed(by))
    if people is None:
        raise DeclarationNotFoundError
    return await _worked_off(declaration_id, Doing.WITHDRAWING, people)


async def carry_on(declaration_id: UUID) -> Declaration:
    """Have a job go on with what is not done yet: somebody stopped the one before, or it broke off. Again is harmless.

    Raises DeclarationNotFoundError.
    """
    found = await find_declaration(declaration_id)
    if found.work is not None:
        await _hand_over(declaration_id, found.work.doing)
    return await find_declaration(declaration_id)


async def find_declaration(declaration_id: UUID) -> Declaration:
    """Raises DeclarationNotFoundError."""
    rows = await current_scope().fetch(sql.FIND, declaration_id)
    if not rows:
        raise DeclarationNotFoundError
    return _declaration(rows[0])


async def list_declarations(import_id: UUID | None = None) -> list[Declaration]:
    """What was declared, of one import or of all, also what was taken back; the latest first."""
    return [_declaration(row) for row in await current_scope().fetch(sql.LIST, import_id, MOST)]


async def _worked_off(declaration_id: UUID, doing: Doing, people: int) -> Declaration:
    if people > MANY:
        await _hand_over(declaration_id, doing)
    else:
        while await step(declaration_id, doing):
            pass
    return await find_declaration(declaration_id)


async def _hand_over(declaration_id: UUID, doing: Doing) -> None:
    arguments = {"declaration_id": str(declaration_id), "doing": doing.value}
    job_id = await enqueue(work_off_declaration, arguments, dedup_key=f"{work_off_declaration.name}/{declaration_id}/{doing}")
    await current_scope().execute(sql.HAND_OVER, declaration_id, job_id)


def _signed(by: Principal) -> str:
    return msgspec.json.encode(By(by.kind, by.id, by.name, dt.datetime.now(dt.UTC))).decode()


def _declaration(row: Mapping[str, Any]) -> Declaration:
    return Declaration(
        id=row["id"],
        import_id=row["import_id"],
        medium=Medium(row["medium"]),
        purpose=Purpose(row["purpose"]),
        since=row["since"],
        source=row["source"],
        wording=row["wording"],
        customers=row["customers"],
        refused=row["refused"],
        declared=msgspec.json.decode(row["declared"], type=By),
        withdrawn=msgspec.json.decode(row["withdrawn"], type=By) if row["withdrawn"] else None,
        work=Work(Doing(row["working"]), row["done"], row["people"], row["job_id"]) if row["working"] else None,
    )
