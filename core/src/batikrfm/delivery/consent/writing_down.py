"""The customers of a declaration, some at a time in the order of their ids: how it is written down, and how it is taken back.

A step is part of the caller's transaction, which keeps with it how far it got. So the work can be broken off at any instruction and gone on
with: nobody is left out, and nobody is written down twice. Whoever is not written down yet has said nothing, and gets nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import msgspec

from batikrfm.db.engine import current_scope
from batikrfm.delivery.consent import declaring_queries as sql
from batikrfm.delivery.consent import waiting
from batikrfm.delivery.consent.model import By, Doing, Proof, Work
from batikrfm.delivery.model import LeftOut, Medium, Purpose

AT_ONCE: Final = 10_000
"""Customers of one step: what it locks is free again within a second."""
NOBODY: Final = UUID(int=0)
"""Comes before every customer."""


@dataclass(frozen=True, slots=True)
class _Step:
    """What a step did: of ``people``, up to the ``last``, so many consents were written (``customers``)."""

    people: int
    last: UUID | None
    customers: int = 0
    refused: int = 0


async def step(declaration_id: UUID, doing: Doing) -> Work | None:
    """Write down the next customers, or take them back; None once there are no more, or something else is to be done with it by now.

    In the tenant's scope. Two who are at the same declaration take turns.
    """
    rows = await current_scope().fetch(sql.HOLD, declaration_id, doing)
    if not rows:
        return None
    row = rows[0]
    done = await (_declare if doing is Doing.DECLARING else _take_back)(row)
    more = done.people == AT_ONCE
    await current_scope().execute(sql.NOTE, declaration_id, done.last, done.people, done.customers, done.refused, more)
    return Work(doing, row["done"] + done.people, row["people"], row["job_id"]) if more else None


async def _declare(row: Mapping[str, Any]) -> _Step:
    scope = current_scope()
    at = dt.datetime.combine(row["since"], dt.time.min, dt.UTC)
    proof = msgspec.json.encode(Proof(file=", ".join(row["files"])[:500])).decode()
    words = (row["medium"], row["purpose"], at, row["source"], _name(row["declared"]), row["wording_id"], proof)
    written = (await scope.fetch(sql.WRITE, row["id"], row["import_id"], *words, row["reached"] or NOBODY, AT_ONCE))[0]
    if await scope.fetchval(sql.LOOKS_EMPTY):  # as batikrfm.sales.loading says of the tables that it fills
        await scope.execute(sql.ANALYZE)
    return _Step(written["people"], written["last"], written["customers"], written["people"] - written["customers"])


async def _take_back(row: Mapping[str, Any]) -> _Step:
    """For each customer holds again what held without it, and what waits for those who never agreed is left out."""
    medium, purpose = Medium(row["medium"]), Purpose(row["purpose"])
    source = f"declaration {row['id']} withdrawn"
    what = (row["id"], medium, purpose, source, _name(row["withdrawn"]), row["reached"] or NOBODY, AT_ONCE)
    taken = (await current_scope().fetch(sql.TAKE_BACK, *what))[0]
    if purpose is Purpose.MARKETING:
        await waiting.leave_out(taken["without"], medium, LeftOut.NO_CONSENT, purpose=purpose)
    return _Step(taken["people"], taken["last"])


def _name(signed: str) -> str:
    return msgspec.json.decode(signed, type=By).by
