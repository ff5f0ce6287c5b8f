"""Sales files into a tenant's shop: read without holding the database, loaded in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from collections.abc import Mapping as Table
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from batikrfm.db.engine import Scope
from batikrfm.db.failures import out_of_range
from batikrfm.db.keys import uuid7
from batikrfm.sales import queries as sql
from batikrfm.sales.errors import TooMuchMoney
from batikrfm.sales.lines import Outcome
from batikrfm.sales.loading import Loaded, load, refresh_totals, take_turns
from batikrfm.sales.mapping import Mapping, fingerprint
from batikrfm.sales.mappings import find_mappings, keep_mapping
from batikrfm.sales.orders import Orders
from batikrfm.sales.reading import Limits, Sheet, Source, read_files
from batikrfm.sales.reading_orders import map_sheets, parse_orders
from batikrfm.sales.rejections import keep_rejections
from batikrfm.sales.staging import Staged, stage
from batikrfm.sdk.text import Text
from batikrfm.tenancy import Tenant, tenant_scope

if TYPE_CHECKING:
    import polars as pl

_DEFAULT = Limits()

CHANGED = Text(
    id="{orders_new} pesanan baru, {orders_changed} diperbarui, {orders_unchanged} sama seperti dulu; {customers_new} pelanggan baru.",
    en="Orders: {orders_new} new, {orders_changed} updated, {orders_unchanged} as before. New customers: {customers_new}.",
)
NOTHING_NEW = Text(
    id="Tidak ada yang berubah: {orders_unchanged} pesanan di file ini sudah ada dan isinya sama.",
    en="Nothing changed: everything in this file was there already (orders: {orders_unchanged}).",
)


@dataclass(frozen=True)
class ImportResult:
    """What an import did.

    ``rows_by_outcome`` adds up to the rows read; ``rejected`` has the columns of ``parsing.REJECTED``; ``unknown_statuses`` are words that
    were taken for a sale because we do not know them; ``mappings_kept`` counts the headers newly remembered.
    """

    import_id: UUID
    rows_by_outcome: dict[Outcome, int]
    loaded: Loaded
    rejected: pl.DataFrame
    unknown_statuses: tuple[str, ...] = ()
    mappings_kept: int = 0

    @property
    def rows(self) -> int:
        return sum(self.rows_by_outcome.values())

    @property
    def sentence(self) -> Text:
        """What changed; its placeholders are the fields of :class:`~batikrfm.sales.loading.Loaded`."""
        return CHANGED if self.loaded.orders_new or self.loaded.orders_changed else NOTHING_NEW


Also = Callable[[ImportResult], Awaitable[None]]


async def import_files(  # noqa: PLR0913 - one for each thing that a person may say
    tenant: Tenant,
    paths: Sequence[Path | Source],
    *,
    chosen: Table[str, str] | None = None,
    chosen_of: Table[str, Table[str, str]] | None = None,
    sheet: str | None = None,
    limits: Limits = _DEFAULT,
    save_mapping: bool = True,
    also: Also | None = None,
) -> ImportResult:
    """Import sales files into the shop of ``tenant``; whole, or not at all. Opens its own scopes, and none while it reads.

    ``chosen``, ``chosen_of`` and ``sheet`` are as in :func:`~batikrfm.sales.reading_orders.map_sheets`. ``also`` runs in the transaction
    that loads: what it writes is kept if and only if the import is. Mappings that the tenant kept earlier are used; those that were
    guessed or chosen now are kept if ``save_mapping``.

    Raises:
        InputError: a file cannot be read, or not be understood without a word from a person.
        SetupError: the database ran out of room or went away.
    """
    sheets = await asyncio.to_thread(read_files, paths, sheet=sheet, limits=limits)
    async with tenant_scope(tenant.id) as scope:
        saved = await find_mappings(scope, {fingerprint(table.header) for table in sheets})
    mappings = await asyncio.to_thread(map_sheets, sheets, chosen=chosen, chosen_of=chosen_of, saved=saved)
    files = [_label(table) for table in sheets]
    orders = await asyncio.to_thread(parse_orders, sheets, mappings, timezone=tenant.time_zone, currency=tenant.currency, keep_lines=True)
    staged = await asyncio.to_thread(stage, orders)
    to_keep = _worth_keeping(mappings, saved, told=bool(chosen or chosen_of)) if save_mapping else []
    async with tenant_scope(tenant.id) as scope:
        import_id, loaded = await store(scope, orders, staged, files)
        for mapping in to_keep:
            await keep_mapping(scope, mapping)
        result = ImportResult(import_id, orders.rows_by_outcome, loaded, orders.rejected, orders.unknown_statuses, len(to_keep))
        if also:
            await also(result)
    return result


async def store(scope: Scope, orders: Orders, staged: Staged, files: Sequence[str]) -> tuple[UUID, Loaded]:
    """Store an import in the scope's transaction: its orders, the customers' totals, its rejected rows and its own record."""
    await take_turns(scope)
    import_id = uuid7()
    counts = [orders.rows_by_outcome[outcome] for outcome in _COUNTED]
    await scope.execute(sql.ADD_IMPORT, import_id, list(files), orders.rows, *counts)
    loaded = await load(scope, staged, import_id)
    with out_of_range(TooMuchMoney):
        await refresh_totals(scope)
    await keep_rejections(scope, import_id, orders.rejected)
    changes = (loaded.orders_new, loaded.orders_changed, loaded.orders_unchanged, loaded.customers_new)
    await scope.execute(sql.NOTE_WHAT_CHANGED, import_id, *changes)
    return import_id, loaded


_COUNTED = (Outcome.IMPORTED, Outcome.CANCELLED, Outcome.REFUND, Outcome.WITHOUT_CUSTOMER, Outcome.REJECTED)  # as the statement has them


def _worth_keeping(mappings: Sequence[Mapping], saved: Table[str, Mapping], *, told: bool) -> list[Mapping]:
    """What we would not find out again by ourselves for certain: one mapping for each header that is no known export, if it is news."""
    unsure = {mapping.fingerprint: mapping for mapping in mappings if told or mapping.layout is None}
    return [mapping for header, mapping in unsure.items() if mapping != saved.get(header)]


def _label(table: Sheet) -> str:
    return f"{table.file} ({table.sheet})" if table.sheet else table.file
