from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from batikrfm_migrations.sql import identifier, sql_migration

ID = "core_2026_11_25t140000_assignments_by_name"
VERSION = "1.38.0"
DESCRIPTION = "The name that a customer is sorted by stands with their scores, so that a page of any filter by name is a walk of an index."

ADD = 'alter table segment_assignments add column sort_name text collate "C"'

# The owner is held back by the policies like everyone, see core_2026_11_25t101000_customers_seen.
READ = ("customers", "segment_assignments")
FILL = (
    *(f"alter table {identifier(table)} no force row level security" for table in READ),
    """
    update segment_assignments a set sort_name = c.sort_name from customers c where c.tenant_id = a.tenant_id and c.id = a.id
    """,
    *(f"alter table {identifier(table)} force row level security" for table in READ),
    "alter table segment_assignments alter column sort_name set not null",
)

PAGE = "create index segment_assignments_by_name on segment_assignments (tenant_id, segment, r, f, m, sort_name, id)"

# A new name goes along at once, whoever writes it. A run that is under way has read the old one and not shown its rows yet: so this waits
# for it (the lock is that of batikrfm.segmentation.queries), and the next one waits for this. Names that stay cost one comparison.
FOLLOW = """
create function follow_sort_name() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock_shared(hashtextextended('batikrfm.segmentation/' || new.tenant_id::text, 0));
    update segment_assignments set sort_name = new.sort_name where tenant_id = new.tenant_id and id = new.id;
    return null;
end
$$;
create trigger customers_follow_sort_name after update of name, key on customers for each row
    when (old.sort_name is distinct from new.sort_name) execute function follow_sort_name();
"""


async def forwards() -> MigrationManager:
    return sql_migration(ID, DESCRIPTION, ADD, *FILL, PAGE, FOLLOW)
