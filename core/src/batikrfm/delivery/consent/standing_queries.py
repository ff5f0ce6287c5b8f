"""The SQL of the last look: may this person be written to, on this medium, for this purpose?

For a statement over all customers, the same joins: ``suppressions`` by hash, ``consent_states`` by customer.
"""

from __future__ import annotations

from typing import Final

from batikrfm.delivery.model import Medium

_FROM: Final = "from unnest($1::uuid[]) as asked (id) left join customers c on c.id = asked.id"
_SALT: Final = "(select salt from delivery_settings)"
_STATE: Final = "left join consent_states t on t.customer_id = c.id and t.medium = $2 and t.purpose = $3"

_EMAIL: Final = f"""
select asked.id, c.email as address, s.id is not null as suppressed, t.state {_FROM}
left join suppressions s on s.medium = $2 and s.address_hash = delivery_hash({_SALT}, c.email) and delivery_blocks(s.reason, $3)
{_STATE}
"""
_WHATSAPP: Final = f"""
select asked.id, c.phone as address, s.id is not null as suppressed, t.state {_FROM}
left join suppressions s on s.medium = $2 and s.address_hash = delivery_hash({_SALT}, c.phone) and delivery_blocks(s.reason, $3)
{_STATE}
"""
STANDING: Final = {Medium.EMAIL: _EMAIL, Medium.WHATSAPP: _WHATSAPP}
