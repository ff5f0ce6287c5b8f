from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from batikrfm_migrations.sql import sql_migration, tenant_table

ID = "core_2026_11_26t040800_outbox"
VERSION = "1.38.0"
DESCRIPTION = "What channels without a vendor were handed: kept to be looked at, for a while."

# The id is the message's, which is the delivery's; a message to oneself has no delivery and no customer.
OUTBOX = """
create table outbox_messages (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,
    customer_id uuid,
    created_at timestamptz not null default now(),
    medium text not null check (medium in ('email', 'whatsapp')),
    channel text not null,
    address text not null,
    subject text,
    text text not null,
    html text,
    headers jsonb not null default '{}',
    primary key (tenant_id, id),
    foreign key (tenant_id, customer_id) references customers (tenant_id, id) on delete cascade
);
create index outbox_messages_by_time on outbox_messages (tenant_id, created_at);
create index outbox_messages_of_customer on outbox_messages (tenant_id, customer_id) where customer_id is not null
"""


async def forwards() -> MigrationManager:
    return sql_migration(ID, DESCRIPTION, OUTBOX, *tenant_table("outbox_messages"))
