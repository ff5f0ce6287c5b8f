"""Drafts and what people do with them: kept once, changed by one at a time, approved as they were read, used as they were approved."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from batikrfm.content.model import Copy
from batikrfm.content.review import (
    Approval,
    ContentFilter,
    Deed,
    State,
    approve,
    approve_one,
    comment,
    comments,
    count_contents,
    edit,
    find_content,
    keep_drafts,
    list_contents,
    mark_used,
    reject,
    submit,
    versions,
)
from batikrfm.content.review.deciding import MOST
from batikrfm.content.review.errors import (
    ContentCommentError,
    ContentNotFoundError,
    ContentReasonError,
    ContentStateError,
    ContentTextError,
    ContentUsedError,
    MayNotApproveError,
    NotApprovedError,
    StaleContentError,
    TooManyContentsError,
    UnacknowledgedError,
)
from batikrfm.db.keys import uuid7
from batikrfm.sdk import BatikError
from batikrfm.tenancy import tenant_scope
from batikrfm.tenancy.permissions import Role
from reviewing import BLOCKING, WARNING, WORDS, a_draft, generated, somebody, words

REASON = "Nomor itu memang nomor toko yang baru."


async def test_what_was_generated_is_kept_once_with_where_it_came_from(tenant: UUID) -> None:
    async with tenant_scope(tenant):
        answer = await generated(words(1), words(2), origin="template", findings=(WARNING,), offer="Gratis ongkir")
        asked = somebody(tenant, name="Pak Joko")
        kept = await keep_drafts(answer, by=asked)
        assert await keep_drafts(answer, by=asked) == kept
        first, second = [await find_content(one) for one in kept]
        assert [one.id for one in await list_contents()] == [second.id, first.id]
        assert (first.copy, first.offer, first.state, first.version) == (words(1), "Gratis ongkir", State.DRAFT, 1)
        assert (first.origin.kind, first.origin.provider, first.origin.variant) == ("template", "template", 1)
        assert first.origin.generation_id == second.origin.generation_id == answer.id
        assert (first.origin.prompt_id, first.origin.prompt_version) == (answer.prompt_id, 1)
        assert first.findings == (WARNING,)
        assert not first.blocked
        assert (first.created.kind, first.created.id, first.created.by) == ("user", asked.id, "Pak Joko")
        (kept_text,) = await versions(first.id)
        assert (kept_text.version, kept_text.copy, kept_text.hash) == (1, words(1), first.hash)


async def test_asking_again_for_what_was_paid_for_fills_nobodys_desk(tenant: UUID) -> None:
    async with tenant_scope(tenant):
        kept = await keep_drafts(await generated(words(1), words(2)))
        assert await keep_drafts(await generated(words(1), words(2), origin="cache")) == kept
        await reject(kept[0], 1, "Terlalu kaku.", by=somebody(tenant))
        again = await keep_drafts(await generated(words(1), words(2), origin="cache"))
        assert (again[0] not in kept, again[1]) == (True, kept[1])
        assert (await find_content(again[0])).origin.kind == "cache"
        other = await keep_drafts(await generated(words(1), segment="at_risk", origin="cache"))
        assert other[0] not in {*kept, *again}


async def test_lists_are_filtered_and_go_on(tenant: UUID) -> None:
    async with tenant_scope(tenant):
        champions = await keep_drafts(await generated(words(1), words(2)))
        lost = await keep_drafts(await generated(words(3), segment="lost"))
        await submit(lost[0], 1, by=None)
        assert [one.id for one in await list_contents(ContentFilter(segment="lost"))] == lost
        assert [one.id for one in await list_contents(ContentFilter(state=State.DRAFT))] == champions[::-1]
        assert await list_contents(ContentFilter(language="en")) == []
        assert [one.id for one in await list_contents(limit=1)] == lost
        assert [one.id for one in await list_contents(after=lost[0], limit=1)] == champions[1:]
        assert [(one.segment, one.state, one.contents) for one in await count_contents()] == [
            ("champions", State.DRAFT, 2),
            ("lost", State.IN_REVIEW, 1),
        ]


async def test_a_draft_is_approved_and_used_as_it_was_read(tenant: UUID) -> None:
    draft = await a_draft(tenant, handed_in=True)
    boss = somebody(tenant, Role.OWNER, "Bu Ratna")
    async with tenant_scope(tenant):
        with pytest.raises(NotApprovedError):
            await mark_used(draft.id, draft.hash)
        approved = await approve_one(Approval(draft.id, 1), by=boss)
        assert approved.approved is not None
        assert (approved.state, approved.approved.by, approved.approved.id) == (State.APPROVED, "Bu Ratna", boss.id)
        with pytest.raises(NotApprovedError):
            await mark_used(draft.id, "0" * 64)
        used = await mark_used(draft.id, approved.hash)
        assert (used.state, used.used_at is not None) == (State.USED, True)
        assert await mark_used(draft.id, approved.hash) == used
        for change in (edit(draft.id, 1, words(5), by=boss), reject(draft.id, 1, "Ternyata salah.", by=boss), submit(draft.id, 1, by=boss)):
            with pytest.raises(ContentUsedError):
                await change
        (verdict,) = await approve([Approval(draft.id, 1)], by=boss)
        assert isinstance(verdict.problem, ContentUsedError)
        assert await find_content(draft.id) == used


async def test_an_edit_loses_the_approval_and_a_rejected_text_is_a_draft_again(tenant: UUID) -> None:
    draft, by = await a_draft(tenant, handed_in=True), somebody(tenant)
    async with tenant_scope(tenant):
        approved = await approve_one(Approval(draft.id, 1), by=by)
        edited = await edit(draft.id, 1, words(7), by=by)
        assert (edited.state, edited.version, edited.approved, edited.acknowledged) == (State.IN_REVIEW, 2, None, None)
        with pytest.raises(NotApprovedError):
            await mark_used(draft.id, approved.hash)
        rejected = await reject(draft.id, 2, "  Terlalu kaku.\x00 ", by=by)
        assert (rejected.state, rejected.reason) == (State.REJECTED, "Terlalu kaku.")
        with pytest.raises(ContentStateError, match="is rejected"):
            await approve_one(Approval(draft.id, 2), by=by)
        again = await edit(draft.id, 2, WORDS, by=by)
        assert (again.state, again.version, again.hash) == (State.DRAFT, 3, draft.hash)
        assert again.reason == "Terlalu kaku.", "who edits it still sees why"
        assert [one.version for one in await versions(draft.id)] == [3, 2, 1]


async def test_the_same_text_again_changes_nothing(tenant: UUID) -> None:
    draft, by = await a_draft(tenant, handed_in=True), somebody(tenant)
    async with tenant_scope(tenant):
        approved = await approve_one(Approval(draft.id, 1), by=by)
        same = replace(WORDS, email=WORDS.email.replace("\n", "\r\n") + "  ")
        assert await edit(draft.id, 1, same, by=by) == approved


async def test_who_read_an_old_version_is_told(tenant: UUID) -> None:
    draft, by = await a_draft(tenant, handed_in=True), somebody(tenant)
    async with tenant_scope(tenant):
        await edit(draft.id, 1, words(1), by=by)
        with pytest.raises(StaleContentError, match="version 2"):
            await edit(draft.id, 1, words(2), by=by)
        with pytest.raises(StaleContentError):
            await approve_one(Approval(draft.id, 1), by=by)
        with pytest.raises(StaleContentError):
            await reject(draft.id, 1, "Tidak cocok.", by=by)
        assert (await find_content(draft.id)).copy == words(1)


async def test_what_blocks_needs_a_reason_and_an_edit_is_looked_at_anew(tenant: UUID) -> None:
    draft, by = await a_draft(tenant, findings=(BLOCKING,)), somebody(tenant)
    async with tenant_scope(tenant):
        assert draft.blocked
        with pytest.raises(UnacknowledgedError):
            await approve_one(Approval(draft.id, 1), by=by)
        with pytest.raises(ContentReasonError):
            await approve_one(Approval(draft.id, 1, "  "), by=by)
        approved = await approve_one(Approval(draft.id, 1, REASON), by=by)
        assert approved.acknowledged == REASON
        mended = await edit(draft.id, 1, words(1), by=by)
        assert (mended.blocked, mended.acknowledged) == (False, None)
        worse = await edit(draft.id, 2, replace(WORDS, whatsapp="Halo {nama_lengkap}, kain baru sudah datang."), by=by)
        assert [one.rule for one in worse.findings if one.severity == "block"] == ["unknown_placeholder"]
        assert worse.blocked


async def test_what_moderation_found_stays_until_all_is_rewritten(tenant: UUID) -> None:
    found = replace(BLOCKING, rule="moderation")
    draft, by = await a_draft(tenant, findings=(found, WARNING)), somebody(tenant)
    async with tenant_scope(tenant):
        some = await edit(draft.id, 1, replace(words(1), whatsapp=WORDS.whatsapp.replace("waktu itu", "dulu")), by=by)
        assert found in some.findings
        assert WARNING not in some.findings, "our own rules look anew"
        names = ("subject", "preheader", "email", "whatsapp", "call_to_action")
        other = Copy(**{name: f"{getattr(some.copy, name)} lagi" for name in names})
        assert found not in (await edit(draft.id, 2, other, by=by)).findings


async def test_several_are_approved_each_by_itself(tenant: UUID) -> None:
    fine, handed_in, blocked, changed = [
        await a_draft(tenant),
        await a_draft(tenant, handed_in=True),
        await a_draft(tenant, findings=(BLOCKING,)),
        await a_draft(tenant),
    ]
    by = somebody(tenant)
    async with tenant_scope(tenant):
        await edit(changed.id, 1, words(9), by=by)
        wanted = [Approval(one, 1) for one in (fine.id, blocked.id, uuid7(), changed.id, handed_in.id, fine.id)]
        verdicts = await approve(wanted, by=by)
        assert [verdict.content_id for verdict in verdicts] == [one.content_id for one in wanted]
        problems = [type(verdict.problem) for verdict in verdicts]
        nothing = type(None)
        assert problems == [nothing, UnacknowledgedError, ContentNotFoundError, StaleContentError, nothing, nothing]
        assert [verdict.changed for verdict in verdicts] == [True, False, False, False, True, False]
        states = {one.id: one.state for one in await list_contents()}
        assert states == {
            fine.id: State.APPROVED,
            handed_in.id: State.APPROVED,
            blocked.id: State.DRAFT,
            changed.id: State.DRAFT,
        }
        with pytest.raises(TooManyContentsError):
            await approve([Approval(fine.id, 1)] * (MOST + 1), by=by)


@pytest.mark.parametrize("role", Role)
async def test_only_an_editor_or_above_decides(tenant: UUID, role: Role) -> None:
    draft, by = await a_draft(tenant, handed_in=True), somebody(tenant, role)
    async with tenant_scope(tenant):
        if role is Role.VIEWER:
            for decision in (approve_one(Approval(draft.id, 1), by=by), reject(draft.id, 1, "Jangan.", by=by)):
                with pytest.raises(MayNotApproveError):
                    await decision
            assert await find_content(draft.id) == draft
        else:
            assert (await approve_one(Approval(draft.id, 1), by=by)).state is State.APPROVED


async def test_a_person_who_asked_through_a_job_is_named(tenant: UUID) -> None:
    asked = Deed("api_key", uuid7(), "Kasir", (await a_draft(tenant)).created_at)
    async with tenant_scope(tenant):
        (kept,) = await keep_drafts(await generated(words(4)), by=asked)
        assert (await find_content(kept)).created == asked


@pytest.mark.parametrize(
    "copy",
    [
        replace(WORDS, subject=""),
        replace(WORDS, email=" \n "),
        replace(WORDS, whatsapp="\x00"),
        replace(WORDS, subject="x" * 301),
        replace(WORDS, email="x" * 20_001),
        replace(WORDS, call_to_action="x" * 201),
    ],
    ids=range(6),
)
async def test_a_text_that_is_none(tenant: UUID, copy: Copy) -> None:
    draft = await a_draft(tenant)
    async with tenant_scope(tenant):
        with pytest.raises(ContentTextError) as refused:
            await edit(draft.id, 1, copy, by=somebody(tenant))
        assert "{" not in refused.value.say("id") + refused.value.say("en")
        assert await find_content(draft.id) == draft


async def test_comments_stay_with_the_version_they_speak_of(tenant: UUID) -> None:
    draft, by = await a_draft(tenant), somebody(tenant)
    async with tenant_scope(tenant):
        first = await comment(draft.id, "  Sapaannya bagus.\r\nEmail masih panjang. ", by=by)
        await edit(draft.id, 1, words(1), by=by)
        second = await comment(draft.id, "<script>alert(1)</script>", by=by)
        assert await comments(draft.id) == [first, second]
        assert (first.text, first.version, second.version) == ("Sapaannya bagus.\nEmail masih panjang.", 1, 2)
        for text in ("", " \n ", "\x00", "x" * 2_001):
            with pytest.raises(ContentCommentError):
                await comment(draft.id, text, by=by)


async def test_another_shops_drafts_are_not_found(tenant: UUID, other_tenant: UUID) -> None:
    draft, by = await a_draft(tenant, handed_in=True), somebody(other_tenant, Role.OWNER)
    async with tenant_scope(other_tenant):
        for asked in (
            find_content(draft.id),
            edit(draft.id, 1, words(1), by=by),
            submit(draft.id, 1, by=by),
            approve_one(Approval(draft.id, 1), by=by),
            reject(draft.id, 1, "Jangan.", by=by),
            mark_used(draft.id, draft.hash),
            comment(draft.id, "Halo", by=by),
            comments(draft.id),
            versions(draft.id),
        ):
            with pytest.raises(ContentNotFoundError):
                await asked
        assert await list_contents() == []
    async with tenant_scope(tenant):
        assert await find_content(draft.id) == draft


def test_every_error_speaks_both_languages() -> None:
    from batikrfm.content.review import STANDS, errors

    values = {"version": 3, "longest": 10, "most": 100, "state": STANDS[State.USED], "field": STANDS[State.USED]}
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, BatikError) and kind.__module__ == errors.__name__:
            said = {kind(**values).say("id"), kind(**values).say("en")}
            assert len(said) == 2
            assert not [sentence for sentence in said if "{" in sentence or "Text(" in sentence]
