from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from batikrfm_migrations.sql import PLATFORM, sql_migration

ID = "tenants_2026_11_25t110000_people"
VERSION = "1.38.0"
DESCRIPTION = "People: accounts, links of mails, sessions, second steps, accounts elsewhere. Of no shop; for the platform role alone."

USERS = """
create table users (
    id uuid primary key,
    email text not null unique check (length(email) <= 254),   -- in small letters
    name text not null check (length(name) <= 100),
    language text not null default 'id' check (language in ('id', 'en')),
    password_hash text,                                  -- Argon2id; null: comes by an account elsewhere
    credentials int not null default 1,                  -- goes up with every new password or second step: a sign-in begun before is void
    confirmed_at timestamptz,
    totp_secret text,                                    -- sealed by the program
    totp_step bigint,                                    -- of the code used last: an older or equal one is refused
    totp_at timestamptz,                                 -- since when it is on; null: being set up, or off
    totp_begun_at timestamptz,
    created_at timestamptz not null default now()
)
"""

# Links of mails and steps of a sign-in. Deleted when used. `payload` is sealed where it is secret.
USER_TOKENS = """
create table user_tokens (
    id uuid primary key,
    token_hash bytea not null unique,
    kind text not null check (kind in ('confirm', 'reset', 'email', 'sign_in', 'oidc')),
    user_id uuid references users (id) on delete cascade,
    payload text,
    attempts int not null default 0,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null
);
create index on user_tokens (user_id);
create index on user_tokens (expires_at)
"""

SESSIONS = """
create table sessions (
    id uuid primary key,
    token_hash bytea not null unique,
    user_id uuid not null references users (id) on delete cascade,
    network text not null,                               -- the address without its last part
    browser text not null,                               -- family and system
    with_totp boolean not null,
    proved_at timestamptz not null default now(),        -- when the person last showed who they are
    created_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    expires_at timestamptz not null
);
create index on sessions (user_id);
create index on sessions (expires_at)
"""

RECOVERY_CODES = """
create table recovery_codes (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    code_hash bytea not null,
    unique (user_id, code_hash)
)
"""

USER_IDENTITIES = """
create table user_identities (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    issuer text not null,
    subject text not null,
    email text not null,
    created_at timestamptz not null default now(),
    last_used_at timestamptz not null default now(),
    unique (issuer, subject)
);
create index on user_identities (user_id)
"""

GRANT = f"grant select, insert, update, delete on users, user_tokens, sessions, recovery_codes, user_identities to {PLATFORM}"


async def forwards() -> MigrationManager:
    return sql_migration(ID, DESCRIPTION, USERS, USER_TOKENS, SESSIONS, RECOVERY_CODES, USER_IDENTITIES, GRANT)
