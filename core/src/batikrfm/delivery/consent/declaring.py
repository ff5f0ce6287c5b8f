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
from batikrfm.delivery.consent import waiting
from batikrfm.delivery.consent.errors import DeclarationError, DeclarationNotFoundError, DeclaredError, ImportNotFoundError
from batikrfm.delivery.consent.model import By, Declaration, Proof
from batikrfm.delivery.consent.states import told
from batikrfm.delivery.model import LeftOut, Medium, Purpose
from batikrfm.sdk.extension import Principal

MOST: Final = 200
AT_ONCE: Final = 10_000
"""Customers whose waiting messages are looked up in one statement."""


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

    Who said no before is left at that, and who is on the list of stopped addresses stays there: a file is not the person.
    Raises ImportNotFoundError, DeclaredError, DeclarationError (a day in the future), ConsentError (no source).
    """
    source, scope = told(claim.source), current_scope()
    if claim.since > (today or dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)):  # somewhere it is tomorrow already
        raise DeclarationError
    files: list[str] | None = await scope.fetchval(sql.FIND_IMPORT, import_id)
    if files is None:
        raise ImportNotFoundError
    declaration_id = uuid7()
    what = (claim.medium, claim.purpose, claim.since, source, claim.wording_id, _signed(by))
    if await scope.execute(sql.ADD, declaration_id, import_id, *what) == "INSERT 0 0":
        raise DeclaredError
    at = dt.datetime.combine(claim.since, dt.time.min, dt.UTC)
    proof = msgspec.json.encode(Proof(file=", ".join(files)[:500])).decode()
    words = (claim.medium, claim.purpose, at, source, by.name, claim.wording_id, proof)
    written = (await scope.fetch(sql.WRITE, declaration_id, import_id, *words))[0]
    await scope.execute(sql.NOTE, declaration_id, written["customers"], written["refused"])
    if await scope.fetchval(sql.LOOKS_EMPTY):  # as batikrfm.sales.loading says of the tables that it fills
        await scope.execute(sql.ANALYZE)
    return await find_declaration(declaration_id)


async def withdraw(declaration_id: UUID, by: Principal) -> Declaration:
    """Take it back: for each customer holds again what held without it, and what waits for those who never agreed is left out.

    Raises DeclarationNotFoundError.
    """
    scope = current_scope()
    rows = await scope.fetch(sql.WITHDRAW, declaration_id, _signed(by))
    if not rows:
        raise DeclarationNotFoundError
    medium, purpose = Medium(rows[0]["medium"]), Purpose(rows[0]["purpose"])
    source = f"declaration {declaration_id} withdrawn"
    without = [row["customer_id"] for row in await scope.fetch(sql.TAKE_BACK, declaration_id, medium, purpose, source, by.name)]
    if purpose is Purpose.MARKETING:
        for start in range(0, len(without), AT_ONCE):
            await waiting.leave_out(without[start : start + AT_ONCE], medium, LeftOut.NO_CONSENT, purpose=purpose)
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
    )
