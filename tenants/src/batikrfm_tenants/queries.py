"""The SQL of people. Constants only: values are bound.

The first part runs as the platform role (``people_scope``), the second in a tenant's scope.
"""

# ruff: noqa: S105 - SQL that speaks of passwords and tokens is none

from __future__ import annotations

from typing import Final

_TENANT: Final = "current_setting('app.tenant_id')::uuid"

# -- accounts ---------------------------------------------------------------------------------------------------------------------

_USER: Final = """
u.id, u.email, u.name, u.language, u.created_at, u.confirmed_at is not null as confirmed, u.password_hash is not null as has_password,
u.totp_at is not null as has_totp
"""

FIND_USER: Final = f"select {_USER} from users u where u.id = $1"
FIND_USER_BY_EMAIL: Final = f"select {_USER} from users u where u.email = $1"
LIST_USERS: Final = f"select {_USER} from users u order by u.email limit $1"

FIND_CREDENTIALS: Final = (
    "select id, password_hash, credentials, confirmed_at is not null as confirmed, language from users where email = $1"
)
CREDENTIALS_OF: Final = "select id, password_hash, credentials, confirmed_at is not null as confirmed, language from users where id = $1"

# A confirmed account is left alone: no row comes back. One that nobody confirmed is whoever signed up last.
SIGN_UP: Final = """
insert into users (id, email, name, language, password_hash) values ($1, $2, $3, $4, $5)
on conflict (email) do update set name = excluded.name, language = excluded.language, password_hash = excluded.password_hash,
    credentials = users.credentials + 1 where users.confirmed_at is null
returning id
"""
ADD_CONFIRMED_USER: Final = """
insert into users (id, email, name, language, password_hash, confirmed_at) values ($1, $2, $3, $4, $5, now())
on conflict (email) do update set name = excluded.name, language = excluded.language, password_hash = excluded.password_hash,
    credentials = users.credentials + 1, confirmed_at = now() where users.confirmed_at is null
returning id
"""
CONFIRM_USER: Final = "update users set confirmed_at = coalesce(confirmed_at, now()) where id = $1 and credentials = $2 returning id"
REHASH: Final = "update users set password_hash = $3 where id = $1 and password_hash = $2"
SET_PASSWORD: Final = """
update users set password_hash = $2, credentials = credentials + 1, confirmed_at = coalesce(confirmed_at, now()) where id = $1
"""
SET_EMAIL: Final = "update users set email = $2, credentials = credentials + 1 where id = $1"
SET_PROFILE: Final = "update users set name = $2, language = $3 where id = $1"
COPY_TO_SHOPS: Final = """
update memberships m set name = u.name, email = u.email from users u where u.id = $1 and m.user_id = u.id
"""

# -- tokens -----------------------------------------------------------------------------------------------------------------------

ISSUE_TOKEN: Final = """
insert into user_tokens (id, token_hash, kind, user_id, payload, expires_at) values ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))
"""
LOOK_AT_TOKEN: Final = "select user_id, payload from user_tokens where token_hash = $1 and kind = $2 and expires_at > now()"
USE_TOKEN: Final = "delete from user_tokens where token_hash = $1 and kind = $2 and expires_at > now() returning user_id, payload"
ATTEMPT_TOKEN: Final = """
update user_tokens set attempts = attempts + 1 where token_hash = $1 and kind = $2 and expires_at > now() and attempts < $3
returning user_id, payload
"""
DROP_TOKENS: Final = "delete from user_tokens where user_id = $1 and kind = any($2::text[])"
DROP_ALL_TOKENS: Final = "delete from user_tokens where user_id = $1"

# -- sessions ---------------------------------------------------------------------------------------------------------------------

_LIVE: Final = "s.expires_at > now() and s.last_seen_at > now() - interval '14 days'"
_SESSION: Final = f"""
s.id as session_id, s.created_at as began_at, s.last_seen_at, s.network, s.browser, s.with_totp,
s.proved_at > now() - interval '15 minutes' as fresh, {_USER}
"""

# The lock makes a new password wait for this sign-in, or this sign-in see the new password and come to nothing.
BEGIN_SESSION: Final = """
with person as (select id from users where id = $3 and credentials = $4 and confirmed_at is not null for share)
insert into sessions (id, token_hash, user_id, network, browser, with_totp, expires_at)
select $1, $2, person.id, $5, $6, $7, now() + interval '90 days' from person returning id
"""
FIND_SESSION: Final = f"""
select {_SESSION}, s.last_seen_at < now() - interval '5 minutes' as seen_long_ago
from sessions s join users u on u.id = s.user_id where s.token_hash = $1 and {_LIVE}
"""
SEEN: Final = "update sessions set last_seen_at = now() where id = $1"
LIST_SESSIONS: Final = f"""
select {_SESSION} from sessions s join users u on u.id = s.user_id where s.user_id = $1 and {_LIVE} order by s.last_seen_at desc
"""
ROTATE: Final = "update sessions set token_hash = $3 where id = $1 and user_id = $2 returning id"
ROTATE_PROVED: Final = (
    "update sessions set token_hash = $3, proved_at = now(), with_totp = with_totp or $4 where id = $1 and user_id = $2 returning id"
)
END_SESSION: Final = "delete from sessions where id = $1 and user_id = $2"
END_OTHER_SESSIONS: Final = "with gone as (delete from sessions where user_id = $1 and id <> $2 returning 1) select count(*) from gone"
END_ALL_SESSIONS: Final = "delete from sessions where user_id = $1"
SIGN_OUT: Final = "delete from sessions where token_hash = $1"

# -- second step ------------------------------------------------------------------------------------------------------------------

BEGIN_TOTP: Final = """
update users set totp_secret = $2, totp_step = null, totp_begun_at = now() where id = $1 and totp_at is null returning id
"""
TOTP_BEGUN: Final = """
select totp_secret from users where id = $1 and totp_at is null and totp_secret is not null and totp_begun_at > now() - interval '1 hour'
"""
ENABLE_TOTP: Final = """
update users set totp_at = now(), totp_step = $2, credentials = credentials + 1
where id = $1 and totp_at is null and totp_secret = $3 returning id
"""
TOTP_SECRET: Final = "select totp_secret from users where id = $1 and totp_at is not null"
USE_TOTP_STEP: Final = """
update users set totp_step = $2 where id = $1 and totp_at is not null and (totp_step is null or totp_step < $2) returning id
"""
DISABLE_TOTP: Final = """
update users set totp_at = null, totp_secret = null, totp_step = null, totp_begun_at = null, credentials = credentials + 1
where id = $1 and totp_at is not null returning id
"""
DROP_RECOVERY_CODES: Final = "delete from recovery_codes where user_id = $1"
ADD_RECOVERY_CODE: Final = "insert into recovery_codes (id, user_id, code_hash) values ($1, $2, $3)"
USE_RECOVERY_CODE: Final = "delete from recovery_codes where user_id = $1 and code_hash = $2 returning id"
COUNT_RECOVERY_CODES: Final = "select count(*) from recovery_codes where user_id = $1"

# -- accounts elsewhere -----------------------------------------------------------------------------------------------------------

_IDENTITY: Final = "id, issuer, email, created_at, last_used_at"
USE_IDENTITY: Final = """
update user_identities set last_used_at = now(), email = $3 where issuer = $1 and subject = $2 returning user_id
"""
LINK_IDENTITY: Final = f"""
insert into user_identities (id, user_id, issuer, subject, email) values ($1, $2, $3, $4, $5)
on conflict (issuer, subject) do update set last_used_at = now(), email = excluded.email where user_identities.user_id = excluded.user_id
returning {_IDENTITY}
"""
ADD_USER_FROM_ELSEWHERE: Final = """
insert into users (id, email, name, language, confirmed_at) values ($1, $2, $3, $4, now()) on conflict (email) do nothing returning id
"""
LIST_IDENTITIES: Final = f"select {_IDENTITY} from user_identities where user_id = $1 order by created_at"
# The lock on the person lets two removals at once take turns.
LOCK_USER: Final = "select password_hash is not null as has_password from users where id = $1 for update"
DELETE_USER: Final = """
delete from users where id = $1 and not exists (select from memberships m where m.user_id = users.id) returning id
"""
UNLINK_IDENTITY: Final = "delete from user_identities where user_id = $1 and id = $2"

# -- shops ------------------------------------------------------------------------------------------------------------------------

_SHOP: Final = "t.id, t.slug, t.name, t.time_zone, t.currency, t.language, t.created_at, m.role"
LIST_SHOPS: Final = f"""
select {_SHOP} from memberships m join tenants t on t.id = m.tenant_id where m.user_id = $1 order by lower(t.name), t.slug
"""
SHOP_OF: Final = f"select {_SHOP} from memberships m join tenants t on t.id = m.tenant_id where m.user_id = $1 and t.slug = $2"
SHOP_BY_ID: Final = f"select {_SHOP} from memberships m join tenants t on t.id = m.tenant_id where m.user_id = $1 and t.id = $2"
OWNED_ALONE: Final = f"""
select {_SHOP} from memberships m join tenants t on t.id = m.tenant_id
where m.user_id = $1 and m.role = 'owner' and not exists (
    select from memberships o where o.tenant_id = m.tenant_id and o.role = 'owner' and o.user_id <> m.user_id)
order by lower(t.name), t.slug
"""
COUNT_OWNED: Final = "select count(*) from memberships where user_id = $1 and role = 'owner'"
FIRST_OWNER: Final = """
insert into memberships (tenant_id, id, user_id, role, name, email) select $1, $2, u.id, $4, u.name, u.email from users u where u.id = $3
"""
FIRST_ENTRY: Final = """
insert into audit_entries (tenant_id, id, actor_kind, actor_id, actor_name, action, target) values ($1, $2, 'user', $3, $4, $5, $6)
"""
FIND_INVITATION_TENANT: Final = """
select i.tenant_id, t.name as shop_name, i.email, i.role, i.invited_by, exists(select from users u where u.email = i.email
    and u.confirmed_at is not null) as has_account
from invitations i join tenants t on t.id = i.tenant_id
where i.token_hash = $1 and i.accepted_at is null and i.revoked_at is null and i.expires_at > now()
"""
FIND_KEYS: Final = """
select k.tenant_id, k.id, k.name, k.secret_hash, k.permissions, t.language,
    (k.last_used_at is null or k.last_used_at < now() - interval '5 minutes') as used_long_ago
from api_keys k join tenants t on t.id = k.tenant_id
where k.prefix = $1 and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
"""
KEY_USED: Final = "update api_keys set last_used_at = now() where tenant_id = $1 and id = $2"

# -- outgoing mail ----------------------------------------------------------------------------------------------------------------

PUT_MAIL: Final = """
insert into outgoing_mails (id, kind, recipient, subject, body_text, body_html, useless_at)
values ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7))
"""
PUT_NOTHING: Final = """
insert into outgoing_mails (id, kind, recipient, subject, body_text, body_html, useless_at, failed_at, problem)
values ($1, $2, '', '', '', '', now() + make_interval(secs => $3), now(), 'nobody')
"""
LIST_OUTBOX: Final = """
select id, kind, recipient, subject, body_text, body_html, created_at, sent_at from outgoing_mails
where problem is distinct from 'nobody' order by created_at desc, id desc limit $1
"""
CLAIM_MAILS: Final = """
update outgoing_mails set claimed_until = now() + make_interval(secs => $2), attempts = attempts + 1
where id in (
    select id from outgoing_mails
    where sent_at is null and failed_at is null and due_at <= now() and (claimed_until is null or claimed_until < now())
    order by due_at limit $1 for update skip locked)
returning id, recipient, subject, body_text, body_html, created_at, attempts, coalesce(useless_at < now(), false) as useless
"""
# An attempt's number goes with the note, so that a sender whose claim ran out does not speak for the one who took over.
MAIL_SENT: Final = """
update outgoing_mails set sent_at = now(), claimed_until = null, problem = null, body_text = '', body_html = ''
where id = $1 and attempts = $2 and sent_at is null
"""
MAIL_FAILED: Final = """
update outgoing_mails set failed_at = now(), claimed_until = null, problem = $3, body_text = '', body_html = ''
where id = $1 and attempts = $2
"""
MAIL_LATER: Final = """
update outgoing_mails set due_at = now() + make_interval(secs => $3), claimed_until = null, problem = $4 where id = $1 and attempts = $2
"""

# -- what time has made worthless -------------------------------------------------------------------------------------------------

SWEEP_TOKENS: Final = "delete from user_tokens where expires_at < now()"
SWEEP_SESSIONS: Final = "delete from sessions where expires_at < now() or last_seen_at < now() - interval '14 days'"
SWEEP_MAILS: Final = """
delete from outgoing_mails
where created_at < now() - interval '30 days' or (problem = 'nobody' and created_at < now() - interval '1 hour')
"""
SWEEP_USERS: Final = """
delete from users where confirmed_at is null and created_at < now() - interval '7 days'
and not exists (select from user_tokens t where t.user_id = users.id)
and not exists (select from memberships m where m.user_id = users.id)
"""

# -- in a tenant's scope ----------------------------------------------------------------------------------------------------------

_MEMBER: Final = "id, user_id, name, email, role, created_at"
LIST_MEMBERS: Final = f"""
select {_MEMBER} from memberships order by array_position(array['owner', 'admin', 'editor', 'viewer'], role), lower(name), id
"""
FIND_MEMBER: Final = f"select {_MEMBER} from memberships where id = $1"
FIND_MEMBER_OF_USER: Final = f"select {_MEMBER} from memberships where user_id = $1"
MEMBER_WITH_EMAIL: Final = "select true from memberships where email = $1"
# In one order, so that two who take the owners' locks wait for each other and never in a ring.
LOCK_OWNERS: Final = "select id from memberships where role = 'owner' order by id for update"
LOCK_MEMBER: Final = f"select {_MEMBER} from memberships where id = $1 for update"
SET_ROLE: Final = f"update memberships set role = $2 where id = $1 returning {_MEMBER}"
REMOVE_MEMBER: Final = "delete from memberships where id = $1"
JOIN: Final = f"""
insert into memberships (tenant_id, id, user_id, role, name, email) values ({_TENANT}, $1, $2, $3, $4, $5)
on conflict (tenant_id, user_id) do nothing
"""

_INVITATION: Final = "id, email, role, invited_by, sent_at, expires_at, expires_at <= now() as expired"
_OPEN: Final = "accepted_at is null and revoked_at is null"
INVITE: Final = f"""
insert into invitations (tenant_id, id, email, role, token_hash, language, invited_by, expires_at)
values ({_TENANT}, $1, $2, $3, $4, $5, $6, now() + interval '7 days')
on conflict (tenant_id, email) where accepted_at is null and revoked_at is null do update set
    role = excluded.role, token_hash = excluded.token_hash, language = excluded.language, invited_by = excluded.invited_by,
    sent_at = now(), expires_at = excluded.expires_at
returning {_INVITATION}
"""
LIST_INVITATIONS: Final = f"select {_INVITATION} from invitations where {_OPEN} order by sent_at desc, id desc"
RESEND: Final = f"""
update invitations set token_hash = $2, sent_at = now(), expires_at = now() + interval '7 days', invited_by = $3 where id = $1 and {_OPEN}
returning {_INVITATION}, language
"""
FIND_INVITATION: Final = f"select {_INVITATION}, language from invitations where id = $1 and {_OPEN}"
REVOKE_INVITATION: Final = f"update invitations set revoked_at = now() where id = $1 and {_OPEN} returning email"
ACCEPT: Final = f"""
update invitations set accepted_at = now() where token_hash = $1 and {_OPEN} and expires_at > now() returning id, email, role, invited_by
"""
SHOP_NAME: Final = f"select name from tenants where id = {_TENANT}"

_KEY: Final = "id, name, prefix, permissions, made_by_name, created_at, last_used_at, expires_at, revoked_at"
ADD_KEY: Final = f"""
insert into api_keys (tenant_id, id, name, prefix, secret_hash, permissions, made_by, made_by_name, expires_at)
values ({_TENANT}, $1, $2, $3, $4, $5, $6, $7, $8) returning {_KEY}
"""
LIST_KEYS: Final = f"select {_KEY} from api_keys order by revoked_at is not null, created_at desc, id desc"
REVOKE_KEY: Final = "update api_keys set revoked_at = now() where id = $1 and revoked_at is null returning name"
KEYS_BEYOND: Final = """
update api_keys set revoked_at = now() where made_by = $1 and revoked_at is null and not permissions <@ $2::text[] returning name
"""

RECORD: Final = f"""
insert into audit_entries (tenant_id, id, actor_kind, actor_id, actor_name, action, target, details)
values ({_TENANT}, $1, $2, $3, $4, $5, $6, $7::jsonb)
"""
_ENTRY: Final = "id, at, actor_kind, actor_id, actor_name, action, target, details"
LIST_ENTRIES: Final = f"""
select {_ENTRY} from audit_entries
where ($1::uuid is null or id < $1) and ($3::text is null or split_part(action, '.', 1) = $3)
order by id desc limit $2
"""
NEXT_ENTRIES: Final = f"select {_ENTRY} from audit_entries where $1::uuid is null or id > $1 order by id limit $2"
