"""Every gap that can be torn into the walls is named by the guard: the table, and what is wrong with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from batikrfm.settings import Settings
from batikrfm.tenancy import open_database
from batikrfm.tenancy.errors import WallsError
from batikrfm.tenancy.guard import find_faults, require_walls
from batikrfm.testkit.database import superuser_url

MINE = "tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)"
SPOIL = "create table spoil (tenant_id uuid not null references tenants, id uuid, primary key (tenant_id, id))"
WALLED = f"""
    alter table spoil enable row level security, force row level security;
    create policy tenant_isolation on spoil using ({MINE}) with check ({MINE});
    grant select, insert, update, delete on spoil to batikrfm_app
"""

SABOTAGES = {
    "policy dropped": ("drop policy tenant_isolation on customers", "customers: the tenant policy is missing."),
    "row security off": ("alter table customers disable row level security", "customers: row-level security is off."),
    "not forced": ("alter table customers no force row level security", "customers: row-level security is not forced"),
    "no with check": (
        f"drop policy tenant_isolation on orders; create policy tenant_isolation on orders using ({MINE})",
        "orders: policy tenant_isolation: WITH CHECK is missing,",
    ),
    "with check true": ("alter policy tenant_isolation on orders with check (true)", "orders: policy tenant_isolation: WITH CHECK true,"),
    "using true": ("alter policy tenant_isolation on orders using (true)", "orders: policy tenant_isolation: USING true,"),
    "a policy that is nearly right": (
        f"alter policy tenant_isolation on orders using ({MINE} or channel = 'shared')",
        "orders: policy tenant_isolation: USING ",
    ),
    "a per-row setting": (
        "alter policy tenant_isolation on orders using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)",
        "orders: policy tenant_isolation: USING ",
    ),
    "a second policy": ("create policy also on customers for select to batikrfm_app using (true)", "customers: policy also: USING true,"),
    "a second policy for all": ("create policy also on customers for select using (true)", "customers: policy also: USING true,"),
    "a policy for the app alone": (
        f"""
        drop policy tenant_isolation on orders;
        create policy tenant_isolation on orders to batikrfm_app using ({MINE}) with check ({MINE})
        """,
        "orders: the tenant policy is missing.",
    ),
    "primary key without the tenant": (
        "alter table import_rejections drop constraint import_rejections_pkey, add primary key (id)",
        "import_rejections: its primary key is (id), not (tenant_id, id).",
    ),
    "primary key the other way round": (
        "alter table import_rejections drop constraint import_rejections_pkey, add primary key (id, tenant_id)",
        "import_rejections: its primary key is (id, tenant_id), not (tenant_id, id).",
    ),
    "no primary key": (
        "alter table import_rejections drop constraint import_rejections_pkey",
        "import_rejections: its primary key is none, not (tenant_id, id).",
    ),
    "tenant may be null": (
        "alter table import_rejections drop constraint import_rejections_pkey, alter tenant_id drop not null",
        "import_rejections: tenant_id may be null.",
    ),
    "tenant is text": ("create table spoil (tenant_id text not null, id uuid)", "spoil: tenant_id is text, not uuid."),
    "unique over all tenants": (
        "alter table customers add constraint one_phone unique (phone)",
        "customers: the unique key one_phone lacks tenant_id",
    ),
    "simple foreign key": (
        """
        alter table customers add constraint alone unique (id);
        alter table orders drop constraint orders_tenant_id_customer_id_fkey;
        alter table orders add constraint single foreign key (customer_id) references customers (id)
        """,
        "orders: the foreign key single is not composite with tenant_id",
    ),
    "crossed foreign key": (
        """
        create table spoil (tenant_id uuid not null, id uuid, other uuid, primary key (tenant_id, id),
                            constraint crossed foreign key (other, id) references customers (tenant_id, id))
        """,
        "spoil: the foreign key crossed is not composite with tenant_id",
    ),
    "reference from outside": (
        "create table spoil (id uuid primary key, t uuid, c uuid, foreign key (t, c) references customers (tenant_id, id))",
        "spoil: it has no tenant_id, yet refers to customers.",
    ),
    "a new table without walls": (SPOIL, "spoil: row-level security is off."),
    "a table for all": ("create table spoil (id int); grant select on spoil to batikrfm_app", "spoil: the app role reaches this table,"),
    "a column for all": (
        "create table spoil (id int, x int); grant update (x) on spoil to batikrfm_app",
        "spoil: the app role reaches this table,",
    ),
    "a table for the world": ("create table spoil (id int); grant insert on spoil to public", "spoil: the app role reaches this table,"),
    "a partition": (
        f"{SPOIL} partition by list (tenant_id); {WALLED}; create table spoil_0 partition of spoil default",
        "spoil_0: row-level security is off.",
    ),
    "a view": (
        "create view spoil as select * from customers; grant select on spoil to batikrfm_app",
        "spoil: this view reads with its owner's",
    ),
    "a stored view": (
        "create materialized view spoil as select * from customers; grant select on spoil to batikrfm_app",
        "spoil: the app role reaches this materialized view,",
    ),
    "a function": (
        "create function spoil() returns bigint security definer language sql begin atomic select count(*) from customers; end",
        "spoil(): this function runs with its owner's rights",
    ),
    "a rule": ("create rule spoil as on delete to customers do also delete from orders", "customers: the rewrite rule spoil runs with"),
    "truncate": ("grant truncate on customers to batikrfm_app", "customers: the app role has the right to truncate,"),
    "a trigger of its own": ("grant trigger on customers to batikrfm_app", "customers: the app role has the right to trigger,"),
    "owned by the app": ("alter table customers owner to batikrfm_app", "customers: the app role owns it."),
    "a schema to build in": ("grant create on schema public to batikrfm_app", "public: the app role may create in this schema."),
    "the platform reads": ("grant select on customers to batikrfm_platform", "customers: the role batikrfm_platform reaches"),
    "the platform reads a column": (
        "grant select (phone) on customers to batikrfm_platform",
        "customers: the role batikrfm_platform reaches",
    ),
    "app past policies": (
        "alter role batikrfm_app bypassrls",
        "batikrfm_app: the app role can get past every policy (batikrfm_app: BYPASSRLS).",
    ),
    "app a superuser": (
        "alter role batikrfm_app superuser",
        "batikrfm_app: the app role can get past every policy (batikrfm_app: SUPERUSER).",
    ),
    "app a member": ("grant batikrfm_owner to batikrfm_app", "customers: the app role owns it."),
    "platform past policies": ("alter role batikrfm_platform bypassrls", "batikrfm_platform: this role can get past every policy"),
}


@pytest.fixture
async def saboteur(admin_url: str) -> AsyncIterator[asyncpg.Connection]:
    """The superuser, in a transaction that is undone: what it tears down, it alone sees."""
    connection = await asyncpg.connect(admin_url)
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("truncate tenants cascade")  # what other tests left may not fit the keys that are made here
    yield connection
    await transaction.rollback()
    await connection.close()


async def faults_after(saboteur: asyncpg.Connection, sabotage: str) -> WallsError:
    await saboteur.execute(sabotage)
    await saboteur.execute("set local role batikrfm_app")
    return WallsError(await find_faults(saboteur))


@pytest.mark.usefixtures("database")
async def test_the_walls_are_whole() -> None:
    await require_walls()


async def test_a_new_table_with_walls_is_fine(saboteur: asyncpg.Connection) -> None:
    view = "create view spoiled with (security_invoker) as select * from spoil; grant select on spoiled to batikrfm_app"
    assert (await faults_after(saboteur, f"{SPOIL}; {WALLED}; {view}")).faults == ()


@pytest.mark.parametrize("name", SABOTAGES)
async def test_the_guard_names_the_table_and_the_fault(saboteur: asyncpg.Connection, name: str) -> None:
    sabotage, fault = SABOTAGES[name]
    said = await faults_after(saboteur, sabotage)
    assert f"- {fault}" in said.say("en")
    assert f"- {fault.partition(':')[0]}: " in said.say("id")


async def test_a_gap_stops_the_program(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "data")
    async with open_database(settings) as database:
        admin = await asyncpg.connect(superuser_url(settings.data_dir, database.urls))
        await admin.execute("alter table customers disable row level security; alter role batikrfm_app bypassrls")
        await admin.close()
    with pytest.raises(WallsError, match=r"get past every policy \(batikrfm_app: BYPASSRLS\)\.\n- customers: row-level security is off"):
        async with open_database(settings):
            pytest.fail("the program went on")
