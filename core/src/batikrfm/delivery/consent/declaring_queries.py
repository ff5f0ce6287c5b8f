"""The SQL of what an owner declares for the customers of a file: some of them at a time, in the order of their ids."""

from __future__ import annotations

from typing import Final

_TENANT: Final = "(select current_setting('app.tenant_id')::uuid)"

FIND_IMPORT: Final = "select id from imports where id = $1 for share"

COUNT_PEOPLE: Final = """
select count(*) from (select distinct customer_id from orders where import_id = $1 and customer_id is not null) people
"""

ADD: Final = f"""
insert into consent_declarations (tenant_id, id, import_id, medium, purpose, since, source, wording_id, declared, working, people)
values ({_TENANT}, $1, $2, $3, $4, $5, $6, $7, $8::jsonb, 'declaring', $9)
on conflict (tenant_id, import_id, medium, purpose) where withdrawn is null do nothing
"""

# What was written down so far is what has to be taken back, also where declaring had not come to its end.
WITHDRAW: Final = """
update consent_declarations set withdrawn = $2::jsonb, working = 'withdrawing', reached = null, people = customers, done = 0, job_id = null
where id = $1 and withdrawn is null returning people
"""

HAND_OVER: Final = "update consent_declarations set job_id = $2 where id = $1"

# Two workers of one declaration take turns, and the second goes on where the first one stopped.
HOLD: Final = """
select d.id, d.import_id, d.medium, d.purpose, d.since, d.source, d.wording_id, d.declared::text as declared,
    d.withdrawn::text as withdrawn, d.reached, d.people, d.done, d.job_id, i.files
from consent_declarations d join imports i on i.id = d.import_id
where d.id = $1 and d.working = $2 for update of d
"""

# A no that was said stays a no, and a yes that was said stays where it came from: also where it was said a moment ago, for the row that
# holds is looked at anew under its lock.
WRITE: Final = f"""
with people as materialized (
    select distinct customer_id from orders where import_id = $2 and customer_id > $10 order by customer_id limit $11
), willing as (
    select customer_id from people where not exists (
        select from consent_states s
        where s.customer_id = people.customer_id and s.medium = $3 and s.purpose = $4 and s.state = 'refused'
    ) order by customer_id
), said as (
    insert into customer_consents
        (tenant_id, id, customer_id, medium, purpose, state, at, means, source, entered_by, wording_id, declaration_id, proof)
    select {_TENANT}, uuidv7(), customer_id, $3, $4, 'granted', $5, 'import', $6, $7, $8, $1, $9::jsonb from willing
    returning id, customer_id
), held as (
    insert into consent_states (tenant_id, id, customer_id, consent_id, at, medium, purpose, state)
    select {_TENANT}, uuidv7(), customer_id, id, $5, $3, $4, 'granted' from said order by customer_id
    on conflict (tenant_id, customer_id, medium, purpose)
        do update set consent_id = excluded.consent_id, at = excluded.at, state = excluded.state where consent_states.state = 'unknown'
)
select (select count(*) from people) as people, (select count(*) from said) as customers,
    (select customer_id from people order by customer_id desc limit 1) as last
"""

# Where the declaration is what holds, what was said besides it holds again: the latest word that no withdrawn declaration brought.
# ``affected`` is read under the lock: whoever said no a moment ago is not among them.
TAKE_BACK: Final = f"""
with people as materialized (
    select id, customer_id from customer_consents
    where declaration_id = $1 and means = 'import' and customer_id > $6 order by customer_id limit $7
), affected as materialized (
    select s.customer_id from consent_states s join people on people.customer_id = s.customer_id and people.id = s.consent_id
    where s.medium = $2 and s.purpose = $3 order by s.customer_id for update of s
), before as (
    select distinct on (c.customer_id) c.customer_id, c.id, c.at, c.state
    from customer_consents c join affected using (customer_id)
    left join consent_declarations d on d.id = c.declaration_id
    where c.medium = $2 and c.purpose = $3 and c.means <> 'withdrawn' and (c.declaration_id is null or d.withdrawn is null)
    order by c.customer_id, c.id desc
), said as (
    insert into customer_consents (tenant_id, id, customer_id, medium, purpose, state, means, source, entered_by, declaration_id)
    select {_TENANT}, uuidv7(), customer_id, $2, $3, coalesce(before.state, 'unknown'), 'withdrawn', $4, $5, $1
    from affected left join before using (customer_id)
    returning id, customer_id, at, state
), held as (
    update consent_states s set consent_id = coalesce(before.id, said.id), at = coalesce(before.at, said.at), state = said.state
    from said left join before using (customer_id)
    where s.customer_id = said.customer_id and s.medium = $2 and s.purpose = $3
)
select (select count(*) from people) as people, array(select customer_id from said where state <> 'granted') as without,
    (select customer_id from people order by customer_id desc limit 1) as last
"""

NOTE: Final = """
update consent_declarations set reached = $2, done = done + $3, customers = customers + $4, refused = refused + $5,
    working = case when $6 then working end
where id = $1
"""

_COLUMNS: Final = """
select d.id, d.import_id, d.medium, d.purpose, d.since, d.source, w.version as wording, d.customers, d.refused,
    d.declared::text as declared, d.withdrawn::text as withdrawn, d.working, d.people, d.done, d.job_id
from consent_declarations d left join consent_wordings w on w.id = d.wording_id
"""
FIND: Final = f"{_COLUMNS} where d.id = $1"
LIST: Final = f"{_COLUMNS} where $1::uuid is null or d.import_id = $1 order by d.id desc limit $2"

LOOKS_EMPTY: Final = "select reltuples < 1000 from pg_class where oid = to_regclass('consent_states')"
ANALYZE: Final = "analyze consent_states"
