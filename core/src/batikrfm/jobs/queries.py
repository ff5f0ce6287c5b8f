"""The SQL of this room. Constants only: values are bound, and whose rows a statement touches is the scope's business.

Those of a tenant come first; those of the platform role, which sees every tenant's queue, follow. All of the second kind are short
transactions of their own and wait for no lock (``skip locked``): what somebody is at is left for the next time. Those of the first
kind that end an attempt lock the job, then its queue.
"""

from __future__ import annotations

from typing import Final

_TENANT: Final = "(select nullif(current_setting('app.tenant_id', true), '')::uuid)"
CHANNEL: Final = "batikrfm_jobs"
WORK: Final = "work"  # said on the channel when there is work
STOPPED: Final = "stop"  # the same when a running job is asked to stop
_RING: Final = f"pg_notify('{CHANNEL}', '{WORK}')"

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

OPEN: Final = "select id, arguments from jobs where task = any ($1::text[]) and state in ('queued', 'running') order by tenant_id, id"

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
    returning id, task, arguments, state = 'cancelled' as waited
)
select task, arguments, waited, pg_notify('{CHANNEL}', '{STOPPED}') from asked
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

# What two parts say of the same name, the later one says.
KEEP_RESULT: Final = """
update jobs set result = coalesce(result, '{}') || $4::jsonb where tenant_id = $1 and id = $2 and claim = $3
returning result
"""

_BRISK: Final = """
(select set_config('idle_in_transaction_session_timeout', '5s', true), set_config('transaction_timeout', '30s', true)) brisk
"""

# How an attempt ends. Each is "UPDATE 1" if the attempt still had the job, and frees a place in its tenant's queue. From then on its locks
# hold up that queue, so a scope that goes on and stalls is lost.
FINISH: Final = f"""
with ended as (
    update jobs set state = 'done', done = $4, total = $5, message = $6, result = coalesce($7, result), error = null,
        claim = null, lease_until = null, finished_at = clock_timestamp()
    where tenant_id = $1 and id = $2 and claim = $3
    returning tenant_id
)
update job_queues set running = running - 1 from {_BRISK} where tenant_id in (select tenant_id from ended)
"""

# The same for several jobs; those that were still their attempts'.
FINISH_EACH: Final = f"""
with ended as (
    update jobs set state = 'done', done = mine.done, total = mine.total, message = mine.message, error = null,
        result = coalesce(mine.result, jobs.result), claim = null, lease_until = null, finished_at = clock_timestamp()
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::jsonb[], $7::jsonb[])
        as mine (tenant_id, id, claim, done, total, message, result)
    where jobs.tenant_id = mine.tenant_id and jobs.id = mine.id and jobs.claim = mine.claim
    returning jobs.tenant_id, jobs.id
), counted as (
    update job_queues set running = running - freed.jobs
    from (select tenant_id, count(*) as jobs from ended group by tenant_id) freed, {_BRISK}
    where job_queues.tenant_id = freed.tenant_id
)
select id from ended
"""

GIVE_UP: Final = """
with ended as (
    update jobs set state = $4, error = $5, claim = null, lease_until = null, finished_at = clock_timestamp()
    where tenant_id = $1 and id = $2 and claim = $3
    returning tenant_id, task, arguments
), counted as (
    update job_queues set running = running - 1 where tenant_id in (select tenant_id from ended)
)
select task, arguments from ended
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

# The first of two schedulers locks the row; the second finds that it is not due any more.
DUE: Final = """
select schedules.task, schedules.arguments, schedules.cron, schedules.next_at, time_zone, now()
from schedules join tenants on tenants.id = schedules.tenant_id
where schedules.id = $1 and enabled and next_at <= now() for no key update of schedules
"""

TURN_SCHEDULE: Final = "update schedules set next_at = $2, last_at = $3, last_job_id = $4, enabled = enabled and $5 where id = $1"

TAKE: Final = f"""
with head as (
    select id from jobs where state = 'queued' and task = any ($1) and (not $3 or run_at <= now())
    order by priority desc, run_at, id limit 1 for no key update
), taken as (
    update jobs set state = 'running', due = false, attempts = attempts + 1, claim = gen_random_uuid(), worker = 'here',
        lease_until = now() + $2, started_at = now(), done = null, total = null, message = null
    from head where jobs.id = head.id
    returning jobs.id, task, arguments, attempts, max_attempts, claim
), counted as (
    insert into job_queues (tenant_id, id, running) select {_TENANT}, {_TENANT}, 1 from taken
    on conflict (tenant_id) do update set running = job_queues.running + 1
)
select * from taken
"""

# Of the platform role.

# ``known.busy`` is read under the lock; the table's own column, in the same statement, may be older.
FILE_DUE: Final = """
with ready as materialized (
    select tenant_id, id from jobs where state = 'queued' and not due and run_at <= now()
    order by run_at limit $1 for no key update skip locked
), known as materialized (
    select tenant_id, busy from job_queues where tenant_id in (select tenant_id from ready) for no key update skip locked
), fresh as (
    insert into job_queues (tenant_id, id, busy)
    select distinct tenant_id, tenant_id, true from ready
    where not exists (select from job_queues where job_queues.tenant_id = ready.tenant_id) order by tenant_id
    on conflict (tenant_id) do nothing returning tenant_id
), woken as (
    update job_queues set busy = true from known where known.tenant_id = job_queues.tenant_id and not known.busy
)
update jobs set due = true from ready
where jobs.tenant_id = ready.tenant_id and jobs.id = ready.id
    and ready.tenant_id in (select tenant_id from known union all select tenant_id from fresh)
"""

_CLAIMED: Final = """
claimed as (
    update jobs set state = 'running', due = false, attempts = attempts + 1, claim = gen_random_uuid(), worker = $2,
        lease_until = now() + $3, started_at = now(), done = null, total = null, message = null
    from head where jobs.tenant_id = head.tenant_id and jobs.id = head.id
    returning jobs.tenant_id, jobs.id, task, arguments, attempts, max_attempts, claim, extract(epoch from now() - run_at)::float8 as waited
), served as (
    update job_queues set running = running + taken.jobs, served_at = clock_timestamp()
    from (select tenant_id, count(*) as jobs from claimed group by tenant_id) taken where taken.tenant_id = job_queues.tenant_id
)
"""

# Whose turn it is, by share of running jobs, then by who was served longest ago. The lock on the queue makes its limit exact: another
# claimer passes it by, and its row is read anew under the lock. A queue without a job comes back too, as a row without one.
CLAIM: Final = f"""
with queue as materialized (
    select tenant_id, max_running - running as room from job_queues where busy and running < max_running
    order by running::double precision / weight, served_at limit $1 for no key update skip locked
), head as materialized (
    select queue.tenant_id, first.id from queue left join lateral (
        select id from jobs where jobs.tenant_id = queue.tenant_id and jobs.due order by priority desc, run_at, id
        limit least(queue.room, greatest(1, $1 / (select count(*) from queue))) for no key update skip locked
    ) first on true
), {_CLAIMED}
select head.tenant_id, claimed.id, task, arguments, attempts, max_attempts, claim, waited
from head left join claimed on claimed.tenant_id = head.tenant_id and claimed.id = head.id
"""

# Those that are next behind what CLAIM has just taken, under its locks: each tenant's that are of that task and begin for the first time.
# They count as running, but a tenant's limit does not stop them: it says when another place may be taken.
CLAIM_BEHIND: Final = f"""
with head as materialized (
    select led.tenant_id, next.id
    from unnest($1::uuid[], $4::text[], $5::integer[]) as led (tenant_id, task, most)
    cross join lateral (
        select id, task, attempts from jobs where jobs.tenant_id = led.tenant_id and jobs.due order by priority desc, run_at, id
        limit led.most for no key update skip locked
    ) next
    where next.task = led.task and next.attempts = 0
), {_CLAIMED}
select tenant_id, id, task, arguments, attempts, max_attempts, claim, waited from claimed
"""

# Queues that came to their end, from those whose turn is next on: so many shops that have no more to do are passed in one go.
IDLE: Final = """
select tenant_id from job_queues
where tenant_id in (
    select tenant_id from job_queues where busy and running < max_running order by running::double precision / weight, served_at limit $1
) and not exists (select from jobs where jobs.tenant_id = job_queues.tenant_id and jobs.due)
for no key update skip locked
"""

# A statement of its own, after the lock: it sees jobs that were filed since CLAIM began.
REST: Final = """
update job_queues set busy = false
where tenant_id = any ($1) and not exists (select from jobs where jobs.tenant_id = job_queues.tenant_id and jobs.due)
"""

NEXT_TIME: Final = """
select extract(epoch from min(run_at) - clock_timestamp())::float8 from jobs where state = 'queued' and not due
"""

# Passes by rows that are locked: a job may be ending within a transaction of its own.
BEAT: Final = """
with held as (
    select jobs.tenant_id, jobs.id from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as mine (tenant_id, id, claim)
    join jobs on jobs.tenant_id = mine.tenant_id and jobs.id = mine.id and jobs.claim = mine.claim
    for no key update of jobs skip locked
)
update jobs set lease_until = now() + $4 from held where jobs.tenant_id = held.tenant_id and jobs.id = held.id
"""

HELD: Final = """
select jobs.id, jobs.cancel_asked from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as mine (tenant_id, id, claim)
join jobs on jobs.tenant_id = mine.tenant_id and jobs.id = mine.id and jobs.claim = mine.claim
"""

# Those whose row or queue somebody has locked are left out, to be ended one by one.
FINISH_MANY: Final = """
with held as materialized (
    select jobs.tenant_id, jobs.id, mine.done, mine.total, mine.message, mine.result
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::jsonb[], $7::jsonb[])
        as mine (tenant_id, id, claim, done, total, message, result)
    join jobs on jobs.tenant_id = mine.tenant_id and jobs.id = mine.id and jobs.claim = mine.claim
    for no key update of jobs skip locked
), queue as materialized (
    select tenant_id from job_queues where tenant_id in (select tenant_id from held) for no key update skip locked
), ended as (
    update jobs set state = 'done', done = held.done, total = held.total, message = held.message, result = held.result, error = null,
        claim = null, lease_until = null, finished_at = clock_timestamp()
    from held join queue using (tenant_id) where jobs.tenant_id = held.tenant_id and jobs.id = held.id
    returning jobs.tenant_id, jobs.id
), counted as (
    update job_queues set running = running - freed.jobs
    from (select tenant_id, count(*) as jobs from ended group by tenant_id) freed where job_queues.tenant_id = freed.tenant_id
)
select id from ended
"""

REAP: Final = """
with expired as materialized (
    select tenant_id, id from jobs where state = 'running' and lease_until < now() order by lease_until limit $1
    for no key update skip locked
), queue as materialized (
    select tenant_id from job_queues where tenant_id in (select tenant_id from expired) for no key update skip locked
), ended as (
    update jobs set error = $2, claim = null, lease_until = null, run_at = now(),
        state = case when cancel_asked then 'cancelled' when attempts < max_attempts then 'queued' else 'dead' end,
        finished_at = case when cancel_asked or attempts >= max_attempts then now() end
    from expired join queue using (tenant_id) where jobs.tenant_id = expired.tenant_id and jobs.id = expired.id
    returning jobs.tenant_id, jobs.task, jobs.state
), counted as (
    update job_queues set running = running - freed.jobs
    from (select tenant_id, count(*) as jobs from ended group by tenant_id) freed where job_queues.tenant_id = freed.tenant_id
)
select task, state from ended
"""

FORGET: Final = """
delete from jobs where (tenant_id, id) in (
    select tenant_id, id from jobs where finished_at < now() - $1::interval order by finished_at limit $2 for update skip locked
)
"""

SET_QUEUE: Final = """
insert into job_queues (tenant_id, id, max_running, weight) values ($1, $1, coalesce($2, 4), coalesce($3, 1))
on conflict (tenant_id) do update set max_running = coalesce($2, job_queues.max_running), weight = coalesce($3, job_queues.weight)
"""

FIGURES: Final = """
select 'queued' as state, count(*) as jobs, extract(epoch from now() - min(run_at) filter (where run_at <= now()))::float8 as oldest
from jobs where state = 'queued'
union all select 'running', count(*), extract(epoch from now() - min(started_at))::float8 from jobs where state = 'running'
union all select state, count(*), null from jobs where finished_at is not null group by state
"""

DUE_SCHEDULES: Final = "select tenant_id, id from schedules where enabled and next_at <= now() order by next_at limit $1"

NEXT_SCHEDULE: Final = "select extract(epoch from min(next_at) - clock_timestamp())::float8 from schedules where enabled"
