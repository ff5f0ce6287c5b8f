"""The SQL of addresses that get nothing any more."""

from __future__ import annotations

from typing import Final

from batikrfm.delivery.consent.model import PERSONAL, Reason
from batikrfm.delivery.model import Medium

_TENANT: Final = "(select current_setting('app.tenant_id')::uuid)"
_SALT: Final = "(select salt from delivery_settings)"
_RANKS: Final = "array[" + ", ".join(f"'{reason}'" for reason in Reason) + "]"
_PERSONAL: Final = ", ".join(f"'{reason}'" for reason in sorted(PERSONAL))

CURRENCY: Final = "select currency from tenants"

ADDRESS_OF: Final = {
    Medium.EMAIL: "select email as address from customers where id = $1",
    Medium.WHATSAPP: "select phone as address from customers where id = $1",
}
WHOSE: Final = {
    Medium.EMAIL: "select id from customers where email = $1 order by id",
    Medium.WHATSAPP: "select id from customers where phone = $1 order by id",
}

SUPPRESS: Final = f"""
insert into suppressions (tenant_id, id, medium, address_hash, reason, entered_by, personal, customer_id)
values ({_TENANT}, $1, $2, delivery_hash({_SALT}, $3), $4, $5, $4 in ({_PERSONAL}), $6)
on conflict (tenant_id, medium, address_hash) do update set
    personal = suppressions.personal or excluded.personal,
    customer_id = coalesce(suppressions.customer_id, excluded.customer_id),
    (reason, at, entered_by) = (
        select said.reason, said.at, said.entered_by from (
            values (suppressions.reason, suppressions.at, suppressions.entered_by), (excluded.reason, excluded.at, excluded.entered_by)
        ) as said (reason, at, entered_by)
        order by array_position({_RANKS}, said.reason) desc, said.at limit 1
    )
"""

ALLOW_AGAIN: Final = f"""
delete from suppressions where medium = $1 and address_hash = delivery_hash({_SALT}, $2) and reason in ({_PERSONAL})
"""
NO_LONGER_PERSONAL: Final = f"""
update suppressions set personal = false where medium = $1 and address_hash = delivery_hash({_SALT}, $2)
"""

REMOVE: Final = "delete from suppressions where id = $1"
LOCK: Final = "select personal from suppressions where id = $1 for update"

_COLUMNS: Final = """
    s.id, s.medium, s.reason, s.at, s.entered_by, s.customer_id, coalesce(c.name, c.key) as name, s.personal
    from suppressions s left join customers c on c.id = s.customer_id
"""
FIND: Final = f"select {_COLUMNS} where s.id = $1"
FIND_BY_ADDRESS: Final = f"select {_COLUMNS} where s.medium = $1 and s.address_hash = delivery_hash({_SALT}, $2)"
LIST: Final = f"""
select {_COLUMNS}
where ($1::uuid is null or s.id < $1) and ($2::text is null or s.medium = $2) and ($3::text is null or s.reason = $3)
order by s.id desc limit $4
"""
OF_CUSTOMER: Final = f"""
select {_COLUMNS} join customers p on p.id = $1
where (s.medium = 'email' and s.address_hash = delivery_hash({_SALT}, p.email))
    or (s.medium = 'whatsapp' and s.address_hash = delivery_hash({_SALT}, p.phone))
order by s.medium
"""

FORGET_OLD_BOUNCES: Final = f"""
delete from soft_bounces where medium = $1 and address_hash = delivery_hash({_SALT}, $2) and at < $3
"""
ADD_BOUNCE: Final = f"""
insert into soft_bounces (tenant_id, id, at, delivery_id, medium, address_hash)
values ({_TENANT}, $1, $2, $3, $4, delivery_hash({_SALT}, $5)) on conflict (tenant_id, delivery_id) do nothing
"""
COUNT_BOUNCES: Final = f"""
select count(*) from soft_bounces where medium = $1 and address_hash = delivery_hash({_SALT}, $2) and at >= $3
"""
