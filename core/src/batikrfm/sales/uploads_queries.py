"""The SQL of uploads."""

from __future__ import annotations

from typing import Final

_TENANT: Final = "(select current_setting('app.tenant_id')::uuid)"

TENANT: Final = "select id, slug, name, time_zone, currency, language, created_at from tenants"

TIME_ZONE: Final = "select time_zone from tenants"

ADD: Final = f"""
insert into uploads (tenant_id, id, created_by, files) values ({_TENANT}, $1, $2, $3::jsonb)
"""

_RESULT: Final = """
    i.id as import_id, i.created_at as imported_at, i.files as sheets, i.rows, i.imported, i.cancelled, i.refund, i.without_customer,
    i.rejected, i.orders_new, i.orders_changed, i.orders_unchanged, i.customers_new
"""

_COLUMNS: Final = f"""
    u.id, u.created_at, u.created_by, u.state, u.chosen, u.save_mapping, u.job_id, u.run_id, u.unknown_statuses, u.problem,
    (select jsonb_agg(file || jsonb_build_object('seen_at', (
        select max(before.ended_at) from uploads before where before.id < u.id and before.state = 'done'
            and before.files @> jsonb_build_array(jsonb_build_object('sha256', file -> 'sha256'))
    )) order by place) from jsonb_array_elements(u.files) with ordinality as each (file, place)) as files, {_RESULT}
"""

FIND: Final = f"select {_COLUMNS}, u.preview from uploads u left join imports i on i.id = u.import_id where u.id = $1"

LIST: Final = f"""
select {_COLUMNS}, null::jsonb as preview from uploads u left join imports i on i.id = u.import_id
where $1::uuid is null or u.id < $1 order by u.id desc limit $2
"""

LOCK: Final = "select state, chosen, save_mapping, job_id, import_id, run_id, files, preview from uploads where id = $1 for update"

SET_JOB: Final = "update uploads set job_id = $2 where id = $1"

LOOK: Final = "update uploads set state = 'looking' where id = $1 and state in ('received', 'looking') returning files, chosen"

ASK: Final = """
update uploads set state = 'asking', preview = $2::jsonb, problem = $3::jsonb, unknown_statuses = $4
where id = $1 and state in ('looking', 'importing')
"""

CONFIRM: Final = """
update uploads set state = 'importing', chosen = $2::jsonb, save_mapping = $3, problem = null where id = $1 and state = 'asking'
"""

NOTE_IMPORT: Final = "update uploads set import_id = $2, unknown_statuses = $3 where id = $1 and state = 'importing' and import_id is null"
NOTE_RUN: Final = "update uploads set run_id = $2 where id = $1 and state = 'importing' and run_id is null"

END: Final = """
update uploads set state = $2, problem = $3::jsonb, preview = null, ended_at = now()
where id = $1 and state not in ('done', 'failed', 'discarded')
"""

FORGET_FILES: Final = "update uploads set files_kept = false where id = $1"

KNOWN: Final = "select id from uploads where id = any ($1::uuid[])"

REJECTIONS: Final = """
select file, sheet, line, reason, "values" from import_rejections where import_id = $1 order by id offset $3 limit $2
"""
