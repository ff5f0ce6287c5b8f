from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from batikrfm_migrations.sql import sql_migration, tenant_table

ID = "core_2026_11_26t010000_content"
VERSION = "1.38.0"
DESCRIPTION = "Words for segments: prompts and their versions, answers that were paid for, how a shop wants its words."

# A version is never changed: a new text is a new row. Of a shop's own, one is current; the product's are written down when a shop first
# uses them, so that every answer can point at the very text that asked for it.
PROMPTS = """
create table ai_prompts (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,
    scope text not null check (scope in ('global', 'tenant')),   -- the product's, or the shop's own
    segment_type text not null check (segment_type <> ''),       -- a segment's key, or * for any
    language text not null check (language in ('id', 'en')),
    version integer not null check (version > 0),
    current boolean not null default false,
    prompt_template text not null,
    max_tokens integer not null check (max_tokens > 0),
    temperature double precision,                        -- null: the model's own
    created_by text not null default '',                 -- a colleague's name, as it was then
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),       -- when it became current, or stopped being so
    primary key (tenant_id, id),
    unique (tenant_id, scope, segment_type, language, version),
    constraint ai_prompts_only_own_are_current check (scope = 'tenant' or not current)
)
"""

# One row for each question that was ever asked: who works on the answer now (a claim with a lease, so that equal orders make one call),
# and the answer for as long as it holds.
CACHE = """
create table generated_contents_cache (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,
    business_id uuid not null generated always as (tenant_id) stored,   -- the tenant, under the name that its owner gave it
    segment text not null,
    content_hash text not null,                          -- of everything that shapes the answer
    content jsonb,                                       -- the variants; null until somebody has answered
    tokens_used integer not null default 0,
    output_tokens integer not null default 0,            -- of tokens_used: to say what a hit saves
    provider_used text,
    model_used text,
    prompt_id uuid not null,
    claim uuid,
    claimed_until timestamptz,
    created_at timestamptz not null default now(),       -- of the answer
    expires_at timestamptz not null default now(),
    primary key (tenant_id, id),
    unique (tenant_id, content_hash),
    foreign key (tenant_id, prompt_id) references ai_prompts (tenant_id, id) on delete cascade,
    constraint generated_contents_claimed check ((claim is null) = (claimed_until is null)),
    constraint generated_contents_answered check ((content is null) = (model_used is null) and (content is null) = (provider_used is null))
)
"""

SETTINGS = """
create table content_settings (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,
    trade text not null default '',
    offer text not null default '',
    banned_words text[] not null default '{}',
    domains text[] not null default '{}',
    phones text[] not null default '{}',
    language text check (language in ('id', 'en')),      -- null: the shop's
    chain text[] not null default '{openai,groq,template}',
    tier text not null default 'economy' check (tier in ('economy', 'standard', 'best')),
    variants smallint not null default 2 check (variants between 1 and 5),
    cache_days smallint not null default 7 check (cache_days between 1 and 90),
    weekly boolean not null default true,
    weekly_day smallint not null default 1 check (weekly_day between 1 and 7),              -- 1 is Monday
    weekly_minute smallint not null default 360 check (weekly_minute between 0 and 1439),   -- after midnight where the shop is
    triggers text[] not null default '{}',
    batch boolean not null default true,
    updated_at timestamptz not null default now(),
    primary key (tenant_id, id),
    unique (tenant_id)
)
"""

# What sold best to each segment of a run, counted once; the row without a segment is the whole shop. Only what at least five customers
# bought: a thing that was made for one person often has that person's name.
PRODUCTS = """
create table segment_products (
    tenant_id uuid not null,
    id uuid not null,
    run_id uuid not null,
    segment text,
    products text[] not null,
    primary key (tenant_id, id),
    unique nulls not distinct (tenant_id, run_id, segment),
    foreign key (tenant_id, run_id) references segmentation_runs (tenant_id, id) on delete cascade
)
"""

# The privacy gate looks for every customer's name in a prompt, however it is written: letters only, in small, without the marks on them,
# without "Ibu" in front and "S.E." behind. A column and not an expression of the index, as for sort_name. batikrfm.content.gate.words
# makes the same of what it reads; a test compares them. An import pays for this with each name, so what few names need is done for those.
SMALL_NAME = "lower(case when octet_length(name) = char_length(name) then name else normalize(name, NFKD) end collate pg_c_utf8)"
HONORIFICS = "^(?:(?:ibu|bu|bapak|bpk|pak|mbak|mba|mas|kakak|kak|bang|om|tante|hj|haji|hajah|h|dr|drs|ir|prof|mr|mrs|ms)[. ]+)+"
DEGREES = "[, ]+(?:s ?[.]? ?(?:e|h|t|pd|kom|si|sos|ag|ked|kep|farm|psi)|m ?[.]? ?(?:m|h|t|pd|si|kom|sc|ba|kes)|a ?[.]? ?md)[.]?$"
NO_LETTERS = r"[\u0001-\u0060\u007b-\u00bf\u0300-\u036f\u2000-\u206f\u3000-\u303f]+"
BARE_NAME = f"regexp_replace({SMALL_NAME}, '{HONORIFICS}', '')"
NAME_KEY = f"""
alter table customers add column name_key text collate "C" generated always as (
    nullif(left(regexp_replace(
        case when strpos(name, '.') > 0 or strpos(name, ',') > 0 then regexp_replace({BARE_NAME}, '{DEGREES}', '') else {BARE_NAME} end,
        '{NO_LETTERS}', '', 'g'
    ), 200), '')
) stored;
create index customers_by_name_key on customers (tenant_id, name_key) where name_key is not null;
"""

INDEXES = """
create unique index ai_prompts_current on ai_prompts (tenant_id, segment_type, language) where current;
create index generated_contents_of_prompt on generated_contents_cache (tenant_id, prompt_id);
create index generated_contents_expire on generated_contents_cache (tenant_id, expires_at);
"""

TABLES = ("ai_prompts", "generated_contents_cache", "content_settings", "segment_products")


async def forwards() -> MigrationManager:
    walls = [statement for table in TABLES for statement in tenant_table(table)]
    return sql_migration(ID, DESCRIPTION, PROMPTS, CACHE, SETTINGS, PRODUCTS, NAME_KEY, INDEXES, *walls)
