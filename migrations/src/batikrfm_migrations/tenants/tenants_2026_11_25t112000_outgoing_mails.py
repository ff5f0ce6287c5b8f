from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from batikrfm_migrations.sql import APP, PLATFORM, sql_migration

ID = "tenants_2026_11_25t112000_outgoing_mails"
VERSION = "1.38.0"
DESCRIPTION = "Mail to be sent. A shop's transaction may put an invitation in and never read what is there; the platform role sends."

OUTGOING_MAILS = """
create table outgoing_mails (
    id uuid primary key,
    kind text not null,
    recipient text not null,
    subject text not null,
    body_text text not null,                             -- bodies are emptied when sent: their links open doors
    body_html text not null,
    created_at timestamptz not null default now(),
    due_at timestamptz not null default now(),
    useless_at timestamptz,                              -- when its link expires: not sent any more then
    attempts int not null default 0,
    claimed_until timestamptz,
    sent_at timestamptz,
    failed_at timestamptz,
    problem text                                         -- a short code, never the server's words, which may repeat an address
);
create index on outgoing_mails (due_at) where sent_at is null and failed_at is null
"""


async def forwards() -> MigrationManager:
    return sql_migration(
        ID,
        DESCRIPTION,
        OUTGOING_MAILS,
        f"grant select, insert, update, delete on outgoing_mails to {PLATFORM}",
        f"grant insert (id, kind, recipient, subject, body_text, body_html, useless_at) on outgoing_mails to {APP}",
    )
