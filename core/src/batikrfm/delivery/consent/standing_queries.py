"""The SQL of the last look: may this person be written to, on this medium, for this purpose?

For a statement over all customers the same is joined: ``suppressions`` by hash, ``consent_states`` by customer.
"""

from __future__ import annotations

from typing import Final

from batikrfm.delivery.model import Medium

_SALT: Final = "(select salt from delivery_settings)"

# Each person by keys, whatever PostgreSQL believes of the tables: after a first import it knows nothing of them yet.
_LOOK: Final = f"""
select asked.id, c.address,
    exists (
        select from suppressions s
        where s.medium = $2 and s.address_hash = delivery_hash({_SALT}, c.address) and delivery_blocks(s.reason, $3)
    ) as suppressed,
    (select t.state from consent_states t where t.customer_id = c.id and t.medium = $2 and t.purpose = $3) as state
from unnest($1::uuid[]) as asked (id) left join
"""
_EMAIL: Final = f"{_LOOK} (select id, email as address from customers) c on c.id = asked.id"
_WHATSAPP: Final = f"{_LOOK} (select id, phone as address from customers) c on c.id = asked.id"
STANDING: Final = {Medium.EMAIL: _EMAIL, Medium.WHATSAPP: _WHATSAPP}
