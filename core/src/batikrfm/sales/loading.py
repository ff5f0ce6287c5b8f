"""Staged rows go into the tenant's tables, in the caller's transaction: all of them or none.

PostgreSQL refuses COPY into a table under row-level security, so rows are copied into temporary tables and inserted from there, in the
order of their indexes. Where nothing of an import was there before, which is the rule for the first and biggest one, the inserts are
plain; joins with what is there already run only for what really comes again.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from batikrfm.db.engine import Scope
from batikrfm.sales import queries as sql
from batikrfm.sales.staging import Staged


@dataclass(frozen=True)
class Loaded:
    """What an import changed, in orders and customers."""

    orders_new: int
    orders_changed: int
    orders_unchanged: int
    customers_new: int


async def take_turns(scope: Scope) -> None:
    """Wait for other imports of this tenant to end: two at once could each take an order for new. Lasts as long as the transaction."""
    await scope.execute(sql.TAKE_TURNS)


async def load(scope: Scope, staged: Staged, import_id: UUID) -> Loaded:
    """Load ``staged``: new orders are added, an order that was there is replaced whole unless it is the same.

    Leaves the temporary table ``touched_customers (id)``: everyone whose orders are not what they were, and whose totals are therefore
    to be refreshed. :func:`take_turns` comes first.
    """
    customers_known = await _load_customers(scope, staged)
    await _show_planner(scope, "customers")
    known, changed = await _compare_orders(scope, staged, customers_known=customers_known > 0)
    await scope.execute(sql.TOUCHED_CUSTOMERS if known else sql.CUSTOMERS_OF_STAGED_ORDERS)
    if changed:
        await scope.execute(sql.REMOVE_ITEMS_OF_CHANGED_ORDERS)
        await scope.execute(sql.REPLACE_CHANGED_ORDERS, import_id)
    if known < staged.orders.height:
        await scope.execute(sql.ADD_NEW_ORDERS if known else sql.ADD_ALL_ORDERS, import_id)
        await _show_planner(scope, "orders")
    if known - changed < staged.orders.height:
        await scope.execute(sql.ADD_ITEMS_OF_NEW_AND_CHANGED_ORDERS if known else sql.ADD_ALL_ITEMS)
        await _show_planner(scope, "order_items")
    return Loaded(staged.orders.height - known, changed, known - changed, staged.customers.height - customers_known)


async def _show_planner(scope: Scope, table: str) -> None:
    """Have PostgreSQL count ``table`` where it believes it to be all but empty.

    Autovacuum may have looked while these very rows were not committed, found many pages with no row in them, and said so. To a planner
    that believes it every index is as good as another, also for checking a foreign key: it then reads all the tenant's customers for each
    order (measured: minutes instead of seconds, growing with the square).
    """
    if await scope.fetchval(sql.LOOKS_EMPTY, table):
        await scope.execute(sql.ANALYZE[table])


async def refresh_totals(scope: Scope) -> None:
    """Bring the totals of ``touched_customers`` up to date. Their orders are read again: a sum that is kept by adding up drifts."""
    await scope.execute("analyze touched_customers")
    await scope.execute(sql.REMOVE_TOTALS)
    await scope.execute(sql.ADD_TOTALS)


async def _load_customers(scope: Scope, staged: Staged) -> int:
    """Add the customers that are new, bring the others up to date, and return how many were known."""
    await scope.execute(sql.STAGED_CUSTOMERS)
    await scope.copy_in("staged_customers", staged.customers)
    known = _rows(await scope.execute(sql.KNOWN_CUSTOMERS))
    if known:
        await scope.execute("analyze staged_customers, known_customers")
        await scope.execute(sql.UPDATE_KNOWN_CUSTOMERS)
    if known < staged.customers.height:
        await scope.execute(sql.ADD_NEW_CUSTOMERS if known else sql.ADD_ALL_CUSTOMERS)
    return known


async def _compare_orders(scope: Scope, staged: Staged, *, customers_known: bool) -> tuple[int, int]:
    """Put orders and items beside what is there; returns how many orders were known and how many of these differ."""
    await scope.execute(sql.STAGED_ORDERS)
    await scope.copy_in("staged_orders", staged.orders)
    if customers_known:
        await scope.execute(sql.USE_KNOWN_CUSTOMERS)
    known = _rows(await scope.execute(sql.KNOWN_ORDERS))
    await scope.execute(sql.STAGED_ITEMS)
    await scope.copy_in("staged_items", staged.items)
    if not known:
        return 0, 0
    await scope.execute("analyze staged_orders, known_orders, staged_items")
    await scope.execute(sql.MARK_ORDERS_WITH_OTHER_ITEMS)
    return known, int(await scope.fetchval("select count(*) from known_orders where changed"))


def _rows(command_tag: str) -> int:
    """How many rows a statement made, from a tag such as ``SELECT 3``."""
    return int(command_tag.rpartition(" ")[2])
