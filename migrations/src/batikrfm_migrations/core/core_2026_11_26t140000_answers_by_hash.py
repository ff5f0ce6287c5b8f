from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from batikrfm_migrations.sql import sql_migration

ID = "core_2026_11_26t140000_answers_by_hash"
VERSION = "1.38.0"
DESCRIPTION = "A kept answer is found by its hash alone."

# Looking for an answer asks for its hash and that it still holds; while the planner knew nothing of the table, the index of when answers
# end looked as good as the one of hashes, and the look read all of a shop's answers that hold. Keeping an answer also had to change it.
# What holds no longer is cleared away once a day, by a look at all that the shop has.
EXPIRE = "drop index generated_contents_expire"


async def forwards() -> MigrationManager:
    return sql_migration(ID, DESCRIPTION, EXPIRE)
