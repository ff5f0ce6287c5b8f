"""The SQL of what people agreed to: the history, what holds now, and the words."""

from __future__ import annotations

from typing import Final

_TENANT: Final = "(select current_setting('app.tenant_id')::uuid)"

LOCK_CUSTOMER: Final = "select id from customers where id = $1 for no key update"

STATE: Final = "select state from consent_states where customer_id = $1 and medium = $2 and purpose = $3"

ADD: Final = f"""
    insert into customer_consents
        (tenant_id, id, customer_id, medium, purpose, state, at, means, source, entered_by, wording_id, proof)
    select {_TENANT}, $1, id, $3, $4, $5, coalesce($6, now()), $7, $8, $9, $10, $11::jsonb from customers where id = $2
"""

HOLD: Final = f"""
    insert into consent_states (tenant_id, id, customer_id, consent_id, at, medium, purpose, state)
    select {_TENANT}, $1, customer_id, id, at, medium, purpose, state from customer_consents where id = $2
    on conflict (tenant_id, customer_id, medium, purpose)
        do update set consent_id = excluded.consent_id, at = excluded.at, state = excluded.state
"""

_COLUMNS: Final = """
    c.medium, c.purpose, c.state, c.at, c.source, c.entered_by, c.means, w.version as wording, c.proof::text as proof, c.declaration_id
"""

NOW: Final = f"""
    select {_COLUMNS}
    from consent_states s join customer_consents c on c.id = s.consent_id left join consent_wordings w on w.id = c.wording_id
    where s.customer_id = $1
"""

ONE: Final = f"select {_COLUMNS} from customer_consents c left join consent_wordings w on w.id = c.wording_id where c.id = $1"

HISTORY: Final = f"""
    select {_COLUMNS} from customer_consents c left join consent_wordings w on w.id = c.wording_id
    where c.customer_id = $1 order by c.id desc
"""

LIST: Final = """
    select s.customer_id as id, c.medium, c.purpose, c.state, c.at, c.source, c.means, w.version as wording
    from consent_states s join customer_consents c on c.id = s.consent_id left join consent_wordings w on w.id = c.wording_id
    where s.medium = $1 and s.purpose = $2 and ($3::text is null or s.state = $3) and ($4::uuid is null or s.customer_id > $4)
    order by s.customer_id limit $5
"""

TAKE_TURNS: Final = "select pg_advisory_xact_lock(hashtextextended('batikrfm.delivery.wordings/' || current_setting('app.tenant_id'), 0))"

ADD_WORDING: Final = f"""
    insert into consent_wordings (tenant_id, id, created_by, purpose, version, words)
    select {_TENANT}, $1, $2, $3, coalesce(max(version), 0) + 1, $4 from consent_wordings where purpose = $3
"""

_WORDING: Final = "select id, created_at, created_by, purpose, version, words from consent_wordings"
FIND_WORDS: Final = f"{_WORDING} where purpose = $1 and md5(words) = md5($2) and words = $2"
FIND_WORDING: Final = f"{_WORDING} where id = $1"
WORDINGS: Final = f"{_WORDING} order by purpose, version desc"
