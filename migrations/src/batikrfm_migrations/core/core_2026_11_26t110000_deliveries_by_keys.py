from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from batikrfm_migrations.sql import APP, sql_migration

ID = "core_2026_11_26t110000_deliveries_by_keys"
VERSION = "1.38.0"
DESCRIPTION = "Each index of deliveries serves only those who ask for what it leads to, whatever the planner believes of the table."

# Of a campaign that was just written down the planner knows nothing, or the little that was true of the one before. An index of what waits
# then looked as if it had one row of a shop, and a batch that was claimed or marked read all of them. So each says more than 'queued': who
# does not ask for a time, or for a customer, cannot take it.
DUE = (
    "drop index deliveries_due",
    "create index deliveries_due on deliveries (tenant_id, campaign_id, due_at, id) where state = 'queued' and due_at is not null",
)
WAITING = (
    "drop index deliveries_waiting_of_customer",
    "create index deliveries_waiting_of_customer on deliveries (tenant_id, customer_id) where state = 'queued' and customer_id is not null",
)

# A large audience is told of when it is written down: see batikrfm.delivery.audience.freezing.
MAINTAIN = f"grant maintain on deliveries to {APP}"


async def forwards() -> MigrationManager:
    return sql_migration(ID, DESCRIPTION, *DUE, *WAITING, MAINTAIN)
