"""The SQL of reports. Row-level security keeps every statement to the tenant of its scope."""

from __future__ import annotations

from typing import Final

TENANT: Final = "(select current_setting('app.tenant_id')::uuid)"
COLUMNS: Final = "id, kind, language, created_at, created_by, job_id, made_at, run_id, as_of, bytes, expires_at"

TAKE_TURNS: Final = "select pg_advisory_xact_lock(hashtextextended('batikrfm.reports/' || current_setting('app.tenant_id'), 0))"
"""So that two orders at once of the same report become one."""

ORDERED: Final = f"""
    select {COLUMNS} from report_files where kind = $1 and language = $2 and made_at is null and expires_at > now() order by id desc limit 1
"""
ORDER: Final = f"""
    insert into report_files (tenant_id, id, kind, language, created_by, job_id, expires_at)
    values ({TENANT}, $1, $2, $3, $4, $5, now() + $6::interval) returning {COLUMNS}
"""
FIND: Final = f"select {COLUMNS} from report_files where id = $1 and expires_at > now()"
LIST: Final = f"""
    select {COLUMNS} from report_files where expires_at > now() and ($2::uuid is null or id < $2) order by id desc limit $1
"""
MADE: Final = "update report_files set made_at = now(), run_id = $2, as_of = $3, bytes = $4 where id = $1 and made_at is null"
DELETE: Final = "delete from report_files where id = $1"
EXPIRED: Final = "select id, kind from report_files where expires_at <= now()"
