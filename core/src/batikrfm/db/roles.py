"""The three roles: the owner migrates, the app works inside one tenant, the platform keeps the directory of tenants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from batikrfm_migrations.sql import APP, OWNER, PLATFORM

if TYPE_CHECKING:
    from asyncpg import Connection

ROLES = (OWNER, APP, PLATFORM)
LOCK = 4_207_220_002  # see batikrfm_migrations.running.LOCK; two processes may set up one server at once

GRANTS = f"""
revoke create on schema public from public;
grant usage, create on schema public to {OWNER};
grant usage on schema public to {APP}, {PLATFORM};
"""

DATABASE_GRANTS = f"""
select format('grant connect, create, temporary on database %I to {OWNER}', current_database())
union all select format('grant connect, temporary on database %I to {APP}, {PLATFORM}', current_database())
"""


async def make_roles(admin: Connection, passwords: Mapping[str, str]) -> bool:
    """Make the roles that the server lacks and let them into the current database. True if any role was made.

    A role that exists keeps its password and its rights: another installation may use it, too.
    """
    async with admin.transaction():
        await admin.execute("select pg_advisory_xact_lock($1)", LOCK)
        there = {row["rolname"] for row in await admin.fetch("select rolname from pg_roles where rolname = any($1)", ROLES)}
        for role in ROLES:
            if role not in there:
                # No parameter can stand in DDL; PostgreSQL itself quotes the password.
                create = "select format('create role %I login nosuperuser nobypassrls password %L', $1::text, $2::text)"
                await admin.execute(await admin.fetchval(create, role, passwords[role]))
        if not await _let_in(admin):
            await admin.execute(GRANTS)
            for row in await admin.fetch(DATABASE_GRANTS):
                await admin.execute(row[0])
    return len(there) < len(ROLES)


async def _let_in(admin: Connection) -> bool:
    """Whether the roles have what GRANTS gives them, so that a second start needs no rights to grant it again."""
    ask = """
        select has_schema_privilege($1, 'public', 'usage, create') and has_schema_privilege($2, 'public', 'usage')
           and has_schema_privilege($3, 'public', 'usage') and has_database_privilege($2, current_database(), 'temporary')
           and has_database_privilege($1, current_database(), 'create') and not has_schema_privilege($2, 'public', 'create')
    """
    return bool(await admin.fetchval(ask, *ROLES))
