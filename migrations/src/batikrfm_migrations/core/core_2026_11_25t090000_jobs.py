from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from batikrfm_migrations.sql import PLATFORM, sql_migration, tenant_table

ID = "core_2026_11_25t090000_jobs"
VERSION = "1.38.0"
DESCRIPTION = "Jobs: what is to be done in the background, whose turn it is, and what comes again by the clock."

# A job is queued (waiting for its time until `due`), running under a claim, or over. Whoever holds the claim may say how it went.
JOBS = """
create table jobs (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,
    task text not null check (task <> '' and length(task) <= 100),
    arguments jsonb not null default '{}',               -- IDs and choices, never a person's data: the platform role reads them
    state text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed', 'dead', 'cancelled')),
    due boolean not null default false,                  -- its time has come, and its tenant's queue knows
    priority smallint not null default 0,                -- the higher, the sooner, among the jobs of one tenant
    run_at timestamptz not null default now(),           -- not before
    attempts integer not null default 0,
    max_attempts integer not null default 3 check (max_attempts > 0),
    dedup_key text check (dedup_key <> '' and length(dedup_key) <= 200),
    cancel_asked boolean not null default false,
    claim uuid,                                          -- a new one each time that a worker takes the job
    worker text,
    lease_until timestamptz,                             -- unless the worker renews it, the job is taken from it then
    done bigint,
    total bigint,
    message jsonb,                                       -- {"id": ..., "en": ...}
    result jsonb,
    error jsonb,                                         -- {"id": ..., "en": ..., "kind": the error's class}
    created_at timestamptz not null default now(),
    started_at timestamptz,
    finished_at timestamptz,
    primary key (tenant_id, id),
    constraint jobs_claimed check ((state = 'running') = (claim is not null) and (state = 'running') = (lease_until is not null)),
    constraint jobs_due check (not due or state = 'queued'),
    constraint jobs_finished check ((state in ('queued', 'running')) = (finished_at is null))
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500)
"""

# One row for each tenant that ever had a job. Only the platform role changes it, in short transactions: no enqueue waits for another.
QUEUES = """
create table job_queues (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,
    busy boolean not null default false,                 -- there may be due jobs
    running integer not null default 0 check (running >= 0),
    max_running integer not null default 4 check (max_running > 0),
    weight integer not null default 1 check (weight > 0),
    served_at timestamptz not null default '-infinity',
    primary key (tenant_id, id),
    unique (tenant_id)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500)
"""

SCHEDULES = """
create table schedules (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,
    task text not null check (task <> '' and length(task) <= 100),
    arguments jsonb not null default '{}',
    cron text not null,                                  -- minute hour day month weekday, where the shop is
    enabled boolean not null default true,
    next_at timestamptz not null,
    last_at timestamptz,                                 -- the due time that was last acted on
    last_job_id uuid,
    created_at timestamptz not null default now(),
    primary key (tenant_id, id)
)
"""

INDEXES = """
create unique index jobs_dedup on jobs (tenant_id, dedup_key) where state in ('queued', 'running');
create index jobs_due on jobs (tenant_id, priority desc, run_at, id) where due;
create index jobs_waiting on jobs (run_at) where state = 'queued' and not due;
create index jobs_leases on jobs (lease_until) where state = 'running';
create index jobs_over on jobs (finished_at) include (state) where finished_at is not null;
create index jobs_troubled on jobs (tenant_id, id) where state in ('failed', 'dead');
create index job_queues_ready on job_queues ((running::double precision / weight), served_at) where busy and running < max_running;
create index schedules_next on schedules (next_at) where enabled;
"""

PLATFORM_RIGHTS = f"""
create policy platform_jobs on jobs to {PLATFORM} using (true) with check (true);
create policy platform_job_queues on job_queues to {PLATFORM} using (true) with check (true);
create policy platform_schedules on schedules to {PLATFORM} using (true);
grant select (tenant_id, id, task, arguments, state, due, priority, run_at, attempts, max_attempts, cancel_asked, claim, worker,
              lease_until, created_at, started_at, finished_at),
      update (state, due, run_at, attempts, claim, worker, lease_until, done, total, message, result, error, started_at, finished_at),
      delete on jobs to {PLATFORM};
grant select, insert, update on job_queues to {PLATFORM};
grant select (tenant_id, id, enabled, next_at) on schedules to {PLATFORM};
"""

TABLES = ("jobs", "job_queues", "schedules")


async def forwards() -> MigrationManager:
    walls = [statement for table in TABLES for statement in tenant_table(table)]
    return sql_migration(ID, DESCRIPTION, JOBS, QUEUES, SCHEDULES, INDEXES, *walls, PLATFORM_RIGHTS)
