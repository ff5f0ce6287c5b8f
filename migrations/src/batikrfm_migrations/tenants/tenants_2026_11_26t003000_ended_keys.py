from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from batikrfm_migrations.sql import sql_migration

ID = "tenants_2026_11_26t003000_ended_keys"
VERSION = "1.38.0"
DESCRIPTION = "An API key that is not what it was is called out, whoever changed it, so that no process goes on believing it."

# An id alone: whoever listens forgets what they know of that key, and asks again.
CALL_OUT = """
create function call_out_key() returns trigger language plpgsql as $$
begin
    perform pg_notify('batikrfm_keys', old.id::text);
    return null;
end
$$;
create trigger key_changed after update of permissions, expires_at, revoked_at on api_keys for each row execute function call_out_key();
create trigger key_gone after delete on api_keys for each row execute function call_out_key()
"""


async def forwards() -> MigrationManager:
    return sql_migration(ID, DESCRIPTION, CALL_OUT)
