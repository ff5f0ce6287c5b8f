"""A person's data goes for good; what stays is a salted hash of each address, so that no later import writes to them again.

Gone: the customer with name, phone, e-mail, totals, segments, moves, notes, consents, preferences. Orders stay for the shop's books, with
nobody's name: their link is cut, and a key that was made of the person is made unreadable. Rows of past messages keep the customer's
number, which from now on is nobody's.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.delivery.consent import waiting
from batikrfm.delivery.consent.model import Reason, Recipient
from batikrfm.delivery.consent.settings import require_salt
from batikrfm.delivery.consent.suppressing import suppress
from batikrfm.delivery.model import LeftOut, Medium
from batikrfm.segmentation.errors import CustomerNotFoundError

LOCK: Final = "select id from customers where id = $1 for update"
# A purchase without an order's number has a key made of its time, its amount and its customer: see batikrfm.sales.keys.
BLIND: Final = """
update orders set key = '~' || encode(sha256((select salt from delivery_settings) || convert_to(key, 'UTF8')), 'hex')
where customer_id = $1 and key like '~%' and key not like '~~%'
"""
# Cells of rows that could not be imported, where they hold the person's address however it is written.
BLANK: Final = """
update import_rejections r set "values" = '' from customers c
where c.id = $1 and (
    position(c.email in lower(r."values")) > 0
    or position(right(c.phone, 8) in regexp_replace(r."values", '[^0-9]', '', 'g')) > 0
)
"""
DELETE: Final = "delete from customers where id = $1"


async def erase(customer_id: UUID, *, by: str) -> None:
    """Erase one customer, in the caller's transaction. Cannot be undone. Raises CustomerNotFoundError."""
    scope = current_scope()
    if await scope.fetchval(LOCK, customer_id) is None:
        raise CustomerNotFoundError
    await require_salt()
    for medium in Medium:
        await suppress(Recipient(medium, customer_id=customer_id), Reason.ERASED, by=by)
        await waiting.leave_out([customer_id], medium, LeftOut.SUPPRESSED)
    await scope.execute(BLANK, customer_id)
    await scope.execute(BLIND, customer_id)
    await scope.execute(DELETE, customer_id)
