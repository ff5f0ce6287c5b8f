"""What the guard asks PostgreSQL's catalogue: each question finds one kind of gap, as rows of (subject, detail).

Asked as the app role, so ``has_table_privilege`` and its kin speak of that role, whatever it is a member of. ``TENANT_TABLES`` is
every table with a ``tenant_id``, and the directory itself, whose ``id`` is the tenant.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from batikrfm.sdk.text import Text

SHARED_TABLES: Final[dict[str, str]] = {
    "outgoing_mails": "a shop's transaction puts an invitation in; the app role may insert and nothing else, so it sees nobody's mail",
    "llm_models": "which models a vendor offers to an account, by a hash of its key: a vendor's facts, with no word of whose key it is",
}
"""Tables without tenant_id that the app role may reach, each with the reason why nobody's business is seen there."""

PLATFORM_TABLES: Final[dict[str, str]] = {
    "tenants": "the directory of tenants: who they are, nothing that is theirs",
    "migration": "which migrations have run, to compare with the program's at start-up",
    "users": "accounts: a person is in several shops or in none yet",
    "user_tokens": "links of mails and steps of a sign-in, before anybody is signed in",
    "sessions": "who is signed in where: the cookie is looked up before the shop is known",
    "recovery_codes": "a person's second step, whatever the shop",
    "user_identities": "a person's accounts elsewhere, whatever the shop",
    "outgoing_mails": "mail that waits to be sent, also to people who have no shop",
    "memberships": "which shops a person may walk into; opening one makes its owner; copies of a name follow the account's",
    "invitations": "a link's page finds the shop by its token",
    "api_keys": "an API key says by itself which shop it is for",
    "audit_entries": "opening a shop writes the first line of its log: insert only, nothing is read",
    "jobs": "a worker takes the next job of whichever tenant's turn it is: names of tasks and IDs, never what came of them",
    "job_queues": "whose turn it is, and how many jobs of a tenant run",
    "schedules": "which tenant has something due by the clock: when, not what",
    "webhook_urls": "a vendor's request says by its URL alone which shop it is for: a hash, and which channel",
    "provider_keys": "until when a vendor's key, of which this is a hash, has to wait",
    "provider_key_grants": "who had leave for a vendor's key within the last minute: how many tokens, not what for",
    "provider_key_waits": "who stands in line for a vendor's key just now",
}
"""Tables that the platform role may reach, each with the reason."""

EXPRESSION: Final = (
    """(%s = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))"""  # as PostgreSQL prints it
)

OURS: Final = "n.nspname !~ '^pg_' and n.nspname <> 'information_schema'"

TENANT_TABLES: Final = f"""
with tenant_table as (
    select c.oid, c.oid::regclass::text as name, c.relrowsecurity, c.relforcerowsecurity,
           case when c.oid = to_regclass('public.tenants') then 'id' else 'tenant_id' end as tenant_column
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and {OURS}
      and (c.oid = to_regclass('public.tenants')
           or exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped))
), tenant_column as (
    select t.*, a.attnum, a.atttypid, a.attnotnull
    from tenant_table t join pg_attribute a on a.attrelid = t.oid and a.attname = t.tenant_column
)
"""

REACHED: Final = """
(has_any_column_privilege(c.oid, 'select') or has_any_column_privilege(c.oid, 'insert') or has_any_column_privilege(c.oid, 'update')
 or has_table_privilege(c.oid, 'delete'))
"""


@dataclass(frozen=True)
class Question:
    """A gap: how to find it, and the sentence that says so. ``{subject}`` and ``{detail}`` come from the rows."""

    sql: str
    fault: Text
    args: tuple[object, ...] = ()


TABLES: Final = (
    Question(
        f"{TENANT_TABLES} select name, tenant_column from tenant_column where not attnotnull",
        Text(id="{subject}: {detail} boleh kosong.", en="{subject}: {detail} may be null."),
    ),
    Question(
        f"{TENANT_TABLES} select name, format_type(atttypid, null) from tenant_column where atttypid <> 'uuid'::regtype",
        Text(id="{subject}: tenant_id bertipe {detail}, bukan uuid.", en="{subject}: tenant_id is {detail}, not uuid."),
    ),
    Question(
        f"""
        {TENANT_TABLES}, key as (
            select k.conrelid, array_agg(a.attname::text order by p.place) as columns
            from pg_constraint k cross join unnest(k.conkey) with ordinality as p (attnum, place)
            join pg_attribute a on a.attrelid = k.conrelid and a.attnum = p.attnum
            where k.contype = 'p' group by k.oid, k.conrelid
        )
        select t.name, coalesce('(' || array_to_string(key.columns, ', ') || ')', 'none') from tenant_table t
        left join key on key.conrelid = t.oid
        where key.columns is distinct from case when t.tenant_column = 'id' then array['id'] else array['tenant_id', 'id'] end
        """,
        Text(
            id="{subject}: kunci utamanya {detail}, bukan (tenant_id, id).",
            en="{subject}: its primary key is {detail}, not (tenant_id, id).",
        ),
    ),
    Question(
        f"""
        {TENANT_TABLES} select t.name, i.indexrelid::regclass::text from tenant_column t join pg_index i on i.indrelid = t.oid
        where i.indisunique and t.tenant_column = 'tenant_id' and not t.attnum = any ((i.indkey::int2[])[0:i.indnkeyatts - 1])
        """,
        Text(
            id="{subject}: kunci unik {detail} tidak memuat tenant_id, jadi satu toko bisa merasakan data toko lain.",
            en="{subject}: the unique key {detail} lacks tenant_id, so that one tenant can feel another's rows.",
        ),
    ),
    Question(
        f"""
        {TENANT_TABLES} select t.name, k.conname::text from pg_constraint k
        join tenant_column t on t.oid = k.conrelid join tenant_column target on target.oid = k.confrelid
        where k.contype = 'f' and not exists (
            select from unnest(k.conkey, k.confkey) as pair (here, there) where pair.here = t.attnum and pair.there = target.attnum)
        """,
        Text(
            id="{subject}: kunci asing {detail} tidak memuat tenant_id, jadi bisa menunjuk data toko lain.",
            en="{subject}: the foreign key {detail} is not composite with tenant_id, so that it can point at another tenant's row.",
        ),
    ),
    Question(
        f"""
        {TENANT_TABLES} select k.conrelid::regclass::text, target.name
        from pg_constraint k join tenant_table target on target.oid = k.confrelid
        where k.contype = 'f' and k.conrelid not in (select oid from tenant_table)
        """,
        Text(
            id="{subject}: tanpa tenant_id, padahal menunjuk ke {detail}.",
            en="{subject}: it has no tenant_id, yet refers to {detail}.",
        ),
    ),
)

POLICIES: Final = (
    Question(
        f"{TENANT_TABLES} select name, '' from tenant_table where not relrowsecurity",
        Text(id="{subject}: row-level security mati.", en="{subject}: row-level security is off."),
    ),
    Question(
        f"{TENANT_TABLES} select name, '' from tenant_table where not relforcerowsecurity",
        Text(
            id="{subject}: row-level security tidak dipaksakan (FORCE) kepada pemiliknya.",
            en="{subject}: row-level security is not forced on its owner (FORCE is off).",
        ),
    ),
    Question(
        f"""
        {TENANT_TABLES} select t.name, '' from tenant_table t where not exists (
            select from pg_policy p where p.polrelid = t.oid and p.polpermissive and p.polcmd = '*' and p.polroles = array[0::oid])
        """,
        Text(id="{subject}: kebijakan tenant tidak ada.", en="{subject}: the tenant policy is missing."),
    ),
    Question(
        f"""
        {TENANT_TABLES} select t.name, format('%s: %s %s', p.polname, part.name, coalesce(part.expression, 'is missing'))
        from tenant_table t join pg_policy p on p.polrelid = t.oid
        cross join lateral (values ('USING', pg_get_expr(p.polqual, t.oid)), ('WITH CHECK', pg_get_expr(p.polwithcheck, t.oid)))
            as part (name, expression)
        where p.polpermissive and part.expression is distinct from format($1, t.tenant_column)
          and exists (select from unnest(p.polroles) as role where role = 0 or pg_has_role(current_user, role, 'member'))
        """,
        Text(
            id="{subject}: kebijakan {detail}, bukan persis tenant dari scope yang terbuka.",
            en="{subject}: policy {detail}, which is not exactly the tenant of the open scope.",
        ),
        (EXPRESSION,),
    ),
    Question(
        f"""
        select c.oid::regclass::text, r.rulename::text from pg_rewrite r join pg_class c on c.oid = r.ev_class
        join pg_namespace n on n.oid = c.relnamespace where {OURS} and r.rulename <> '_RETURN'
        """,
        Text(
            id="{subject}: aturan {detail} berjalan dengan hak pemilik tabel.",
            en="{subject}: the rewrite rule {detail} runs with the rights of the table's owner.",
        ),
    ),
)

RIGHTS: Final = (
    Question(
        f"""
        select c.oid::regclass::text, case c.relkind when 'm' then 'materialized view' when 'f' then 'foreign table' else 'table' end
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p', 'm', 'f') and {OURS} and {REACHED} and c.oid is distinct from to_regclass('public.tenants')
          and not c.oid::regclass::text = any ($1::text[])
          and (c.relkind in ('m', 'f')
               or not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped))
        """,
        Text(
            id="{subject}: peran aplikasi menjangkau {detail} ini, padahal tanpa tenant_id dan kebijakan.",
            en="{subject}: the app role reaches this {detail}, which has no policy by tenant_id and is not on the list of shared tables.",
        ),
        (list(SHARED_TABLES),),
    ),
    Question(
        f"""
        select c.oid::regclass::text, '' from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'v' and {OURS} and {REACHED}
          and not exists (select from pg_options_to_table(c.reloptions) where option_name = 'security_invoker' and option_value::boolean)
        """,
        Text(
            id="{subject}: view ini membaca dengan hak pemiliknya (security_invoker mati).",
            en="{subject}: this view reads with its owner's rights (security_invoker is off).",
        ),
    ),
    Question(
        f"""
        select p.oid::regprocedure::text, '' from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where p.prosecdef and {OURS} and has_function_privilege(p.oid, 'execute')
        """,
        Text(
            id="{subject}: fungsi ini berjalan dengan hak pemiliknya (security definer).",
            en="{subject}: this function runs with its owner's rights (security definer).",
        ),
    ),
    Question(
        f"""
        select c.oid::regclass::text, privilege.name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        cross join (values ('truncate'), ('references'), ('trigger')) as privilege (name)
        where c.relkind in ('r', 'p', 'f') and {OURS} and has_table_privilege(c.oid, privilege.name)
        """,
        Text(
            id="{subject}: peran aplikasi punya hak {detail}, yang melewati kebijakan.",
            en="{subject}: the app role has the right to {detail}, which no policy holds back.",
        ),
    ),
    Question(
        f"""
        select c.oid::regclass::text, '' from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where {OURS} and pg_has_role(current_user, c.relowner, 'member')
        """,
        Text(id="{subject}: milik peran aplikasi.", en="{subject}: the app role owns it."),
    ),
    Question(
        f"select n.nspname::text, '' from pg_namespace n where {OURS} and has_schema_privilege(n.oid, 'create')",
        Text(id="{subject}: peran aplikasi boleh membuat tabel di skema ini.", en="{subject}: the app role may create in this schema."),
    ),
    Question(
        """
        select current_user::text, r.rolname || ': ' || attribute.name from pg_roles r
        cross join lateral (values ('SUPERUSER', r.rolsuper), ('BYPASSRLS', r.rolbypassrls), ('CREATEROLE', r.rolcreaterole),
                                   ('REPLICATION', r.rolreplication)) as attribute (name, has)
        where attribute.has and pg_has_role(current_user, r.oid, 'member')
        """,
        Text(
            id="{subject}: peran aplikasi bisa melewati semua kebijakan ({detail}).",
            en="{subject}: the app role can get past every policy ({detail}).",
        ),
    ),
)

PLATFORM: Final = (
    Question(
        f"""
        select c.oid::regclass::text, r.rolname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
        join pg_roles r on r.rolname = $2
        where c.relkind in ('r', 'p', 'm', 'f', 'v') and {OURS} and not c.oid::regclass::text = any ($1::text[])
          and (has_any_column_privilege(r.oid, c.oid, 'select') or has_any_column_privilege(r.oid, c.oid, 'insert')
               or has_any_column_privilege(r.oid, c.oid, 'update') or has_table_privilege(r.oid, c.oid, 'delete, truncate'))
        """,
        Text(
            id="{subject}: peran {detail} menjangkau tabel yang bukan urusannya.",
            en="{subject}: the role {detail} reaches a table that is none of its business.",
        ),
        (list(PLATFORM_TABLES), "batikrfm_platform"),
    ),
    Question(
        """
        select r.rolname::text, o.rolname || ': ' || attribute.name from pg_roles r join pg_roles o on pg_has_role(r.oid, o.oid, 'member')
        cross join lateral (values ('SUPERUSER', o.rolsuper), ('BYPASSRLS', o.rolbypassrls), ('CREATEROLE', o.rolcreaterole),
                                   ('REPLICATION', o.rolreplication)) as attribute (name, has)
        where r.rolname = $1 and attribute.has
        """,
        Text(
            id="{subject}: peran ini bisa melewati semua kebijakan ({detail}).",
            en="{subject}: this role can get past every policy ({detail}).",
        ),
        ("batikrfm_platform",),
    ),
)

QUESTIONS: Final = TABLES + POLICIES + RIGHTS + PLATFORM
