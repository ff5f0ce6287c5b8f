from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from batikrfm_migrations.sql import APP, sql_migration, tenant_table

ID = "core_2026_11_22t100000_sales"
VERSION = "1.38.0"
DESCRIPTION = "Sales: imports, customers and their totals, orders and their items. Money and quantities are ten-thousandths."

IMPORTS = """
create table imports (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,
    created_at timestamptz not null default now(),
    files text[] not null,                               -- each sheet that was read; order_items.source points here, from 1
    rows integer not null,
    imported integer not null,
    cancelled integer not null,
    refund integer not null,
    without_customer integer not null,
    rejected integer not null,
    orders_new integer not null default 0,
    orders_changed integer not null default 0,
    orders_unchanged integer not null default 0,
    customers_new integer not null default 0,
    primary key (tenant_id, id),
    constraint imports_every_row_is_accounted_for check (rows = imported + cancelled + refund + without_customer + rejected)
)
"""

REJECTIONS = """
create table import_rejections (
    tenant_id uuid not null,
    id uuid not null,
    import_id uuid not null,
    file text not null,
    sheet text,
    line integer not null,
    reason text not null,
    "values" text not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, import_id) references imports (tenant_id, id) on delete cascade
)
"""

MAPPINGS = """
create table import_mappings (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,
    fingerprint text not null,
    mapping jsonb not null,
    updated_at timestamptz not null default now(),
    primary key (tenant_id, id),
    unique (tenant_id, fingerprint)
)
"""

CUSTOMERS = """
create table customers (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,
    contact_at timestamptz not null,                     -- when the order was made that name, phone and email come from
    key text not null,
    name text,
    phone text,
    email text,
    primary key (tenant_id, id),
    unique (tenant_id, key)
)
"""

# One row for each customer with an order. The never-null columns come first and have a fixed width, for reading in bulk.
TOTALS = """
create table customer_totals (
    tenant_id uuid not null,
    id uuid not null,
    purchases bigint not null,
    net_e4 bigint not null,
    sales bigint not null,
    gross_e4 bigint not null,
    first_purchase_at timestamptz,
    last_purchase_at timestamptz,
    first_sale_at timestamptz,
    last_sale_at timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, id) references customers (tenant_id, id) on delete cascade,
    constraint customer_totals_purchases_have_times check ((purchases > 0) = (last_purchase_at is not null)),
    constraint customer_totals_sales_have_times check ((sales > 0) = (last_sale_at is not null))
)
"""

ORDERS = """
create table orders (
    tenant_id uuid not null,
    id uuid not null,
    import_id uuid not null,                             -- the import that this version came with
    customer_id uuid,
    ordered_at timestamptz not null,
    net_e4 bigint not null,
    gross_e4 bigint not null,
    key text not null,
    channel text,
    primary key (tenant_id, id),
    unique (tenant_id, key),
    foreign key (tenant_id, import_id) references imports (tenant_id, id) on delete cascade,
    foreign key (tenant_id, customer_id) references customers (tenant_id, id) on delete set null (customer_id)
)
"""

ITEMS = """
create table order_items (
    tenant_id uuid not null,
    id uuid not null,
    order_id uuid not null,
    amount_e4 bigint not null,                           -- what the line says
    net_e4 bigint not null,                              -- what it does to the customer's money
    quantity_e4 bigint,
    line integer not null,                               -- the row of that sheet
    source smallint not null,                            -- the sheet: imports.files[source]
    status text,
    product text,
    primary key (tenant_id, id),
    foreign key (tenant_id, order_id) references orders (tenant_id, id) on delete cascade
)
"""

INDEXES = """
create index import_rejections_of_import on import_rejections (tenant_id, import_id, id);
create index orders_of_customer on orders (tenant_id, customer_id);
create index order_items_of_order on order_items (tenant_id, order_id);
"""

# The app tells the planner about a table that an import fills from nothing: see batikrfm.sales.loading.
MAINTAIN = f"grant maintain on customers, orders, order_items to {APP}"

TABLES = ("imports", "import_rejections", "import_mappings", "customers", "customer_totals", "orders", "order_items")


async def forwards() -> MigrationManager:
    walls = [statement for table in TABLES for statement in tenant_table(table)]
    return sql_migration(ID, DESCRIPTION, IMPORTS, REJECTIONS, MAPPINGS, CUSTOMERS, TOTALS, ORDERS, ITEMS, INDEXES, MAINTAIN, *walls)
