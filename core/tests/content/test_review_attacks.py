"""What a determined query could try, as the app role: the database lets nothing be used that nobody approved as it is."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import asyncpg
import pytest

from batikrfm.content.review import Approval, State, approve_one, find_content, keep_drafts, mark_used, versions
from batikrfm.db.keys import uuid7
from batikrfm.tenancy import tenant_scope
from batikrfm.testkit.rows import Rows
from reviewing import BLOCKING, a_draft, generated, somebody, words

SIGNED: Final = "approved_at = now(), approved_kind = 'user', approved_id = gen_random_uuid(), approved_by = 'Bu Sri'"
APPROVED: Final = f"state = 'approved', approved_hash = content_hash, {SIGNED}"
USED: Final = "state = 'used', used_at = now()"
OTHER_TEXT: Final = "subject = 'Kain murah', version = version + 1"
REFUSED: Final = {
    # a decision that is none
    "approve without anybody": ("in_review", "state = 'approved'", "contents_approved"),
    "approve without a name": ("in_review", APPROVED.replace("'Bu Sri'", "''"), "contents_approved_by_somebody"),
    "approve without a person": ("in_review", "state = 'approved', approved_hash = content_hash", "contents_approved_by_somebody"),
    "approve as the program": ("in_review", APPROVED.replace("'user'", "'system'"), "contents_approved_kind_check"),
    "approve another text": ("in_review", APPROVED.replace("= content_hash", "= 'x'"), "contents_approved_as_it_is"),
    "approve what was never looked at": ("in_review", f"{APPROVED}, checked_hash = null", "contents_approved_as_it_is"),
    "approve what blocks": ("blocked", APPROVED, "contents_acknowledged"),
    "approve what blocks for no reason": ("blocked", f"{APPROVED}, acknowledged = ''", "contents_acknowledged"),
    "reject without a reason": ("in_review", "state = 'rejected', rejected = '{}'", "contents_rejected"),
    "reject by nobody": ("in_review", "state = 'rejected', reason = 'x'", "contents_rejected"),
    # a step that is none
    "approve a draft": ("draft", APPROVED, "contents_steps"),
    "use a draft": ("draft", f"{USED}, approved_hash = content_hash, {SIGNED}", "contents_steps"),
    "use what waits": ("in_review", f"{USED}, approved_hash = content_hash, {SIGNED}", "contents_steps"),
    "use without a time": ("approved", "state = 'used'", "contents_used"),
    "say that it was used": ("approved", "used_at = now()", "contents_used"),
    "an approval on the side": ("in_review", f"approved_hash = content_hash, {SIGNED}", "contents_approved"),
    # another text under an approval
    "change the text": ("approved", "subject = 'Kain murah'", "contents_count_versions"),
    "change the text and count": ("approved", OTHER_TEXT, "contents_edited_lose_approval"),
    "change the text and approve": ("in_review", f"{OTHER_TEXT}, {APPROVED}", "contents_edited_lose_approval"),
    "change the text and use": ("approved", f"{OTHER_TEXT}, {USED}", "contents_edited_lose_approval"),
    "change the text and keep the approval": ("approved", f"{OTHER_TEXT}, state = 'in_review'", "contents_approved"),
    "send it to another segment": ("approved", "segment = 'lost'", "contents_count_versions"),
    "call it another language": ("approved", "language = 'en'", "contents_count_versions"),
    "count without a change": ("approved", "version = 7", "contents_count_versions"),
    # another approval
    "sign for somebody else": ("approved", "approved_by = 'Orang Lain'", "contents_approvals_stay"),
    "sign for another time": ("approved", "approved_at = '2020-01-01'", "contents_approvals_stay"),
    "forget a finding": ("acknowledged", "findings = '[]'", "contents_approvals_stay"),
    "another reason": ("acknowledged", "acknowledged = 'x'", "contents_approvals_stay"),
    "sign for somebody else and use": ("approved", f"{USED}, approved_by = 'Orang Lain'", "contents_approvals_stay"),
    # another past
    "say that a model wrote it": ("draft", "origin = 'provider', provider = 'openai'", "contents_origin_stays"),
    "another answer": ("draft", "generation_id = gen_random_uuid()", "contents_origin_stays"),
    "change what was used": ("used", "segment = 'lost', version = version + 1", "contents_used_stay"),
    "use it for nothing": ("used", "state = 'approved', used_at = null", "contents_used_stay"),
    "touch what was used": ("used", "purpose = 'x'", "contents_used_stay"),
}


async def standing(tenant: UUID, name: str) -> UUID:
    """A draft that stands where an attack wants it."""
    if name == "draft":
        async with tenant_scope(tenant):
            (content_id,) = await keep_drafts(await generated(origin="template"))
            return content_id
    draft = await a_draft(tenant, handed_in=True, findings=(BLOCKING,) if name in {"blocked", "acknowledged"} else ())
    async with tenant_scope(tenant):
        if name in {"approved", "used", "acknowledged"}:
            reason = "Nomor baru." if name == "acknowledged" else None
            await approve_one(Approval(draft.id, 1, reason), by=somebody(tenant))
        if name == "used":
            await mark_used(draft.id, draft.hash)
    return draft.id


@pytest.mark.parametrize("attack", REFUSED)
async def test_refused(tenant: UUID, attack: str) -> None:
    where, change, rule = REFUSED[attack]
    content_id = await standing(tenant, where)
    async with tenant_scope(tenant):
        before = await find_content(content_id)
    with pytest.raises(asyncpg.CheckViolationError, match=rule):
        async with tenant_scope(tenant) as scope:
            await scope.execute(f"update contents set {change} where id = $1", content_id)
    async with tenant_scope(tenant):
        assert await find_content(content_id) == before


async def test_what_is_refused_above_is_taken_step_by_step(tenant: UUID) -> None:
    """The control: the attacks fail for what they leave out."""
    content_id = await standing(tenant, "in_review")
    async with tenant_scope(tenant) as scope:
        assert await scope.execute(f"update contents set {APPROVED} where id = $1", content_id) == "UPDATE 1"
        assert await scope.execute(f"update contents set {USED} where id = $1", content_id) == "UPDATE 1"
        assert (await find_content(content_id)).state is State.USED


@pytest.mark.parametrize(
    "changed",
    ["state = 'approved'", "state = 'used'", "state = 'rejected'", "version = 2"],
)
async def test_nothing_begins_decided(rows: Rows, tenant: UUID, changed: str) -> None:
    row = await rows.valid("contents", tenant)
    name, _, value = changed.partition(" = ")
    with pytest.raises(asyncpg.CheckViolationError, match="contents_begin_as_drafts"):
        async with tenant_scope(tenant) as scope:
            await rows.insert(scope, "contents", row | {name: value.strip("'")})


async def test_whoever_changes_a_text_the_one_of_before_is_kept(tenant: UUID) -> None:
    content_id = await standing(tenant, "in_review")
    async with tenant_scope(tenant) as scope:
        before = await find_content(content_id)
        await scope.execute(f"update contents set {OTHER_TEXT} where id = $1", content_id)
        await scope.execute("update contents set email = 'Halo', version = version + 1 where id = $1", content_id)
        texts = await versions(content_id)
    assert [(text.version, text.copy.subject, text.copy.email) for text in texts] == [
        (3, "Kain murah", "Halo"),
        (2, "Kain murah", before.copy.email),
        (1, before.copy.subject, before.copy.email),
    ]
    assert (texts[2].copy, texts[2].hash, texts[2].written) == (before.copy, before.hash, before.created)


COLUMNS: Final = "tenant_id, id, content_id, version, subject, preheader, email, whatsapp, call_to_action, content_hash, written"
PUT_BY: Final = f"""
    insert into content_versions ({COLUMNS})
    select tenant_id, gen_random_uuid(), id, version, coalesce($2, subject), preheader, email, whatsapp, call_to_action, content_hash,
        created
    from contents where id = $1
"""


async def test_no_other_text_passes_for_the_one_of_before(tenant: UUID) -> None:
    """The control is a draft of the time when each text was written down at once."""
    attacked, control = await standing(tenant, "draft"), await standing(tenant, "draft")
    async with tenant_scope(tenant) as scope:
        await scope.execute(PUT_BY, attacked, "Kain mahal")
        await scope.execute(PUT_BY, control, None)
    with pytest.raises(asyncpg.CheckViolationError, match="contents_changed_are_kept"):
        async with tenant_scope(tenant) as scope:
            await scope.execute(f"update contents set {OTHER_TEXT} where id = $1", attacked)
    async with tenant_scope(tenant) as scope:
        before = await find_content(control)
        await scope.execute(f"update contents set {OTHER_TEXT} where id = $1", control)
        assert [text.copy.subject for text in await versions(control)] == ["Kain murah", before.copy.subject]


@pytest.mark.parametrize(
    "attack",
    [
        "alter table contents disable trigger all",
        "alter table contents drop constraint contents_approved",
        "drop trigger contents_step on contents",
        "create or replace function public.contents_hash(variadic text[]) returns text language sql as 'select ''x'''",
        "create or replace function public.contents_refuse(rule text) returns void language sql as 'select'",
        "set session_replication_role = replica",
        "update content_versions set subject = 'x'",
        "delete from content_versions",
    ],
)
async def test_the_rules_are_nobodys_to_change(tenant: UUID, attack: str) -> None:
    await standing(tenant, "approved")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with tenant_scope(tenant) as scope:
            await scope.execute(attack)


SHADOWS: Final = """
    create temp table content_versions as select * from public.content_versions;
    create function pg_temp.contents_hash(variadic text[]) returns text language sql as 'select ''x''';
    create temp table tenants (id uuid);
"""
TRUE_IN_SHADOW: Final = """
    update pg_temp.content_versions v set subject = c.subject from public.contents c where c.id = v.content_id;
"""


async def test_nothing_stands_in_for_what_the_rules_read(tenant: UUID) -> None:
    content_id, used = await standing(tenant, "in_review"), await standing(tenant, "used")
    with pytest.raises(asyncpg.CheckViolationError, match="contents_used_stay"):
        async with tenant_scope(tenant) as scope:
            await scope.execute(f"{SHADOWS} delete from contents where id = '{used}'")
    async with tenant_scope(tenant) as scope:
        await scope.execute(f"{SHADOWS} update contents set {OTHER_TEXT} where id = '{content_id}'")
    async with tenant_scope(tenant):
        assert [text.version for text in await versions(content_id)] == [2, 1]
    passed_off = await standing(tenant, "draft")
    async with tenant_scope(tenant) as scope:
        await scope.execute(PUT_BY, passed_off, "Kain mahal")
    with pytest.raises(asyncpg.CheckViolationError, match="contents_changed_are_kept"):
        async with tenant_scope(tenant) as scope:
            await scope.execute(f"{SHADOWS} {TRUE_IN_SHADOW} update contents set {OTHER_TEXT} where id = '{passed_off}'")


@pytest.mark.parametrize("column", ["content_hash = 'x'", "blocked = false"])
async def test_what_the_database_works_out_is_not_written(tenant: UUID, column: str) -> None:
    content_id = await standing(tenant, "blocked")
    with pytest.raises(asyncpg.GeneratedAlwaysError):
        async with tenant_scope(tenant) as scope:
            await scope.execute(f"update contents set {column} where id = $1", content_id)


async def test_what_was_used_goes_with_its_shop_and_not_before(rows: Rows, tenant: UUID) -> None:
    used, draft = await standing(tenant, "used"), await standing(tenant, "draft")
    async with tenant_scope(tenant) as scope:
        assert await scope.execute("delete from contents where id = $1", draft) == "DELETE 1"
    with pytest.raises(asyncpg.CheckViolationError, match="contents_used_stay"):
        async with tenant_scope(tenant) as scope:
            await scope.execute("delete from contents where id = $1", used)
    await rows.admin.execute("delete from tenants where id = $1", tenant)
    assert await rows.admin.fetchval("select count(*) from contents where tenant_id = $1", tenant) == 0


async def test_equal_texts_have_one_hash_and_others_another(tenant: UUID) -> None:
    async with tenant_scope(tenant):
        hashes = set()
        for copy, segment in ((words(1), "champions"), (words(2), "champions"), (words(1), "lost")):
            first, second = [(await keep_drafts(await generated(copy, segment=segment)))[0] for _ in range(2)]
            assert (await find_content(first)).hash == (await find_content(second)).hash
            hashes.add((await find_content(first)).hash)
        assert len(hashes) == 3


async def test_fields_that_run_into_each_other_are_other_texts(tenant: UUID) -> None:
    async with tenant_scope(tenant) as scope:
        sql = "select contents_hash($1, $2) = contents_hash($3, $4)"
        assert await scope.fetchval(sql, "ab", "c", "a", "bc") is False
        assert await scope.fetchval(sql, 'a","b', "c", "a", 'b","c') is False
        assert await scope.fetchval(sql, "a", "b", "a", "b") is True
        assert await scope.fetchval(sql, str(uuid7()), "b", str(uuid7()), "b") is False
