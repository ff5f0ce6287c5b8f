"""The last look before a message goes out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.delivery.consent import standing_queries as sql
from batikrfm.delivery.consent.addresses import EMAIL
from batikrfm.delivery.consent.model import ConsentState
from batikrfm.delivery.model import LeftOut, Medium, Purpose

_FITS: Final = {Medium.EMAIL: EMAIL, Medium.WHATSAPP: re.compile(r"\+[1-9][0-9]{6,14}")}


async def standing_of(customer_ids: Sequence[UUID], medium: Medium, purpose: Purpose) -> dict[UUID, LeftOut | None]:
    """Why each of these customers gets no message, None for those who may get one. Who is erased has no address.

    Marketing needs a yes. Service needs that nobody said no. What holds is read anew each time: somebody may have stopped a second ago.
    """
    rows = await current_scope().fetch(sql.STANDING[medium], list(customer_ids), medium, purpose)
    return {row["id"]: _why(row, medium, purpose) for row in rows}


def _why(row: Mapping[str, Any], medium: Medium, purpose: Purpose) -> LeftOut | None:
    if row["address"] is None:
        return LeftOut.NO_ADDRESS
    if not _FITS[medium].fullmatch(row["address"]):
        return LeftOut.BAD_ADDRESS
    if row["suppressed"]:
        return LeftOut.SUPPRESSED
    if row["state"] == ConsentState.REFUSED:
        return LeftOut.REFUSED
    agreed = row["state"] == ConsentState.GRANTED or purpose is Purpose.SERVICE
    return None if agreed else LeftOut.NO_CONSENT
