from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from batikrfm_migrations.sql import APP, sql_migration

ID = "core_2026_11_26t005000_llm_models"
VERSION = "1.38.0"
DESCRIPTION = "What LLM vendors offer to an account: which models are gone or go soon. Of accounts, by a hash of the key; of no tenant."

# No tenant_id: tenants on the installation's key share what is known of it, and the row says of nobody that they use it.
LLM_MODELS = """
create table llm_models (
    account text not null check (account ~ '^[0-9a-f]{32}$'),       -- a hash of the API key
    model text not null check (model <> '' and length(model) <= 200),
    provider text not null check (provider ~ '^[a-z][a-z0-9_]{0,62}$'),
    offered boolean not null,                                       -- it was on the vendor's list
    shutdown date,                                                  -- where the vendor says until when
    gone_on date,                                                   -- the first day on which it was not
    checked_at timestamptz not null default now(),
    primary key (account, model),
    check (offered = (gone_on is null))
)
"""


async def forwards() -> MigrationManager:
    return sql_migration(ID, DESCRIPTION, LLM_MODELS, f"grant select, insert, update, delete on llm_models to {APP}")
