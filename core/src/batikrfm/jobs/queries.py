"""The SQL of this room. Constants only: values are bound, and whose rows a statement touches is the scope's business.

Those of a tenant come first; those of the platform role, which sees every tenant's queue, follow. All of the second kind are short
transactions of their own, and lock jobs before queues except for CLAIM, which waits for neither: so no two of them wait for each other.
"""

from __future__ import annotations

from typing import Final

_TENANT: Final = "(select nullif(current_setting('app.tenant_id', true), '')::uuid)"
_RING: Final = "pg_notify('batikrfm_jobs', '')"

ENQUEUE: Final = f"""
with made as (
    insert into jobs (tenant_id, id, task, arguments, max_attempts, dedup_key, priority, run_at)
    values ({_TENANT}, $1, $2, $3, $4, $5, $6, coalesce($7, now()))
    on conflict (tenant_id, dedup_key) where state in ('queued', 'running') do nothing
    returning id
)
select id, {_RING} from made
"""

TWIN: Final = "select id from jobs where dedup_key = $1 and state in ('queued', 'running')"

_JOB: Final = """
id, task, state, done, total, message, result, error, attempts, max_attempts, cancel_asked, run_at, created_at, started_at, finished_at
"""

FIND: Final = f"select {_JOB} from jobs where id = $1"

LIST: Final = f"""
select {_JOB} from jobs
where ($2::uuid is null or id < $2) and ($3::text is null or state = $3) order by tenant_id desc, id desc limit $1
"""

LIST_TROUBLED: Final = f"""
select {_JOB} from jobs
where ($2::uuid is null or id < $2) and state in ('failed', 'dead') and state = $3 order by tenant_id desc, id desc limit $1
"""

CANCEL: Final = f"""
with asked as (
    update jobs set cancel_asked = true, due = false,
        state = case state when 'queued' then 'cancelled' else state end,
        finished_at = case state when 'queued' then now() end
    where id = $1 and state in ('queued', 'running')
    returning id
)
select id, {_RING} from asked
"""

RERUN: Final = f"""
with again as (
    update jobs set state = 'queued', run_at = now(), attempts = 0, cancel_asked = false, done = null, total = null, message = null,
        result = null, error = null, started_at = null, finished_at = null
    where id = $1 and state not in ('queued', 'running')
        and not exists (select from jobs twin where twin.dedup_key = jobs.dedup_key and twin.state in ('queued', 'running'))
    returning id
)
select id, {_RING} from again
"""

PROGRESS: Final = """
update jobs set done = $4, total = $5, message = $6 where tenant_id = $1 and id = $2 and claim = $3 returning cancel_asked
"""

# How an attempt ends. Each is "UPDATE 1" if the attempt still had the job, and frees a place in its tenant's queue.
FINISH: Final = """
with ended as (
    update jobs set state = 'done', done = $4, total = $5, message = $6, result = $7, error = null,
        claim = null, lease_until = null, finished_at = clock_timestamp()
    where tenant_id = $1 and id = $2 and claim = $3
    returning tenant_id
)
update job_queues set running = running - 1 where tenant_id in (select tenant_id from ended)
"""

GIVE_UP: Final = """
with ended as (
    update jobs set state = $4, error = $5, claim = null, lease_until = null, finished_at = clock_timestamp()
    where tenant_id = $1 and id = $2 and claim = $3
    returning tenant_id
)
update job_queues set running = running - 1 where tenant_id in (select tenant_id from ended)
"""

TRY_AGAIN: Final = """
with ended as (
    update jobs set state = 'queued', error = $4, run_at = clock_timestamp() + $5, attempts = attempts - $6, claim = null,
        lease_until = null
    where tenant_id = $1 and id = $2 and claim = $3
    returning tenant_id
)
update job_queues set running = running - 1 where tenant_id in (select tenant_id from ended)
"""

CLOCK: Final = "select now(), time_zone from tenants"

_SCHEDULE: Final = "id, task, arguments, cron, enabled, next_at, last_at, last_job_id"

CREATE_SCHEDULE: Final = f"""
insert into schedules (tenant_id, id, task, arguments, cron, enabled, next_at) values ({_TENANT}, $1, $2, $3, $4, $5, $6)
returning {_SCHEDULE}
"""

LIST_SCHEDULES: Final = f"select {_SCHEDULE} from schedules order by tenant_id, id"

CRON: Final = "select cron from schedules where id = $1"

CHANGE_SCHEDULE: Final = f"""
update schedules set cron = $2, enabled = coalesce($3, enabled), next_at = $4 where id = $1 returning {_SCHEDULE}
"""

DELETE_SCHEDULE: Final = "delete from schedules where id = $1"
