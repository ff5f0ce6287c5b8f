"""What a tenant's columns mean, kept from one import to the next and found again by the header's fingerprint."""

from __future__ import annotations

from collections.abc import Iterable

from batikrfm.db.engine import Scope
from batikrfm.db.keys import uuid7
from batikrfm.sales import queries as sql
from batikrfm.sales.mapping import Mapping, from_json, to_json


async def find_mappings(scope: Scope, fingerprints: Iterable[str]) -> dict[str, Mapping]:
    """The tenant's kept mappings of these headers, by fingerprint."""
    rows = await scope.fetch(sql.FIND_MAPPINGS, list(fingerprints))
    mappings = (from_json(row["mapping"]) for row in rows)
    return {mapping.fingerprint: mapping for mapping in mappings}


async def keep_mapping(scope: Scope, mapping: Mapping) -> None:
    """Keep ``mapping`` for the next file with its header; it takes the place of an earlier one."""
    await scope.execute(sql.KEEP_MAPPING, uuid7(), mapping.fingerprint, to_json(mapping))
