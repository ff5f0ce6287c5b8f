from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from batikrfm_migrations.sql import sql_migration

ID = "core_2026_11_26t104500_declaring_many"
VERSION = "1.38.0"
DESCRIPTION = "A declaration for very many customers is written down, and taken back, some of them at a time."

# How far that is. What is written down without a job begins and ends in one transaction, and nobody sees it under way.
WORK = """
alter table consent_declarations
    add column working text check (working in ('declaring', 'withdrawing')),  -- null: nothing is left to do
    add column reached uuid,                             -- the customer up to whom it is done, in the order of ids; null before the first
    add column people bigint not null default 0,         -- whom the work concerns
    add column done bigint not null default 0,           -- of them
    add column job_id uuid                               -- who does it; a job is forgotten some time after it ended, so no foreign key
"""

# Whom a declaration wrote down, in the order in which it is taken back.
ORDER = """
drop index customer_consents_of_declaration;
create index customer_consents_of_declaration on customer_consents (tenant_id, declaration_id, customer_id) where declaration_id is not null
"""


async def forwards() -> MigrationManager:
    return sql_migration(ID, DESCRIPTION, WORK, ORDER)
