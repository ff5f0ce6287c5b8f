"""Any steps that anybody may try, against a model of what must come of them, and two who do something at the same moment."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from batikrfm.content.review import (
    Approval,
    Content,
    State,
    approve,
    approve_one,
    edit,
    find_content,
    keep_drafts,
    mark_used,
    reject,
    submit,
    versions,
)
from batikrfm.content.review.errors import StaleContentError
from batikrfm.db.errors import ConflictError
from batikrfm.sdk import BatikError
from batikrfm.tenancy import tenant_scope
from reviewing import a_draft, generated, somebody, words

Deed = Literal["edit", "submit", "approve", "reject", "use"]


@dataclass(frozen=True)
class Try:
    """One step that somebody tries: with what they read (``old``: the version before the latest), on which text."""

    deed: Deed
    old: bool
    number: int


tries = st.builds(
    Try,
    st.sampled_from(["edit", "submit", "approve", "approve", "reject", "use"]),
    st.sampled_from([False, False, True]),
    st.integers(0, 2),
)


@dataclass
class Model:
    """What must be so, said once more and in no SQL."""

    texts: list[int] = field(default_factory=lambda: [0])
    state: State = State.DRAFT
    approved: int | None = None

    @property
    def version(self) -> int:
        return len(self.texts)

    def takes(self, tried: Try) -> bool:
        """Whether ``tried`` succeeds; what it changes then."""
        if tried.old and self.version > 1 and tried.deed != "use":
            return False
        return getattr(self, f"_{tried.deed}")(tried)  # type: ignore[no-any-return] # each of the five is below

    def _edit(self, tried: Try) -> bool:
        if self.state is State.USED:
            return False
        if tried.number != self.texts[-1]:
            self.texts.append(tried.number)
            self.state = {State.APPROVED: State.IN_REVIEW, State.REJECTED: State.DRAFT}.get(self.state, self.state)
            self.approved = None
        return True

    def _submit(self, _: Try) -> bool:
        if self.state is State.DRAFT:
            self.state = State.IN_REVIEW
            return True
        return self.state is State.IN_REVIEW

    def _approve(self, _: Try) -> bool:
        if self.state in {State.DRAFT, State.IN_REVIEW}:
            self.state, self.approved = State.APPROVED, self.texts[-1]
            return True
        return self.state is State.APPROVED

    def _reject(self, _: Try) -> bool:
        if self.state in {State.USED, State.REJECTED}:
            return False
        self.state, self.approved = State.REJECTED, None
        return True

    def _use(self, tried: Try) -> bool:
        if tried.number != self.texts[-1] or self.state not in {State.APPROVED, State.USED}:
            return False
        self.state = State.USED
        return True


@dataclass
class Shop:
    """The real thing, and the hash of each text."""

    tenant: UUID
    content_id: UUID
    hashes: dict[int, str]

    async def attempt(self, tried: Try, version: int) -> bool:
        by, read = somebody(self.tenant), max(1, version - tried.old)
        deeds: dict[Deed, Callable[[], Awaitable[object]]] = {
            "edit": lambda: edit(self.content_id, read, words(tried.number), by=by),
            "submit": lambda: submit(self.content_id, read, by=by),
            "approve": lambda: approve_one(Approval(self.content_id, read), by=by),
            "reject": lambda: reject(self.content_id, read, "Kurang cocok.", by=by),
            "use": lambda: mark_used(self.content_id, self.hashes[tried.number]),
        }
        with contextlib.suppress(BatikError):
            async with tenant_scope(self.tenant):
                await deeds[tried.deed]()
            return True
        return False


@given(plan=st.lists(tries, max_size=14))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
async def test_any_steps_come_to_what_the_model_says(tenant: UUID, plan: list[Try]) -> None:
    async with tenant_scope(tenant):
        (content_id,) = await keep_drafts(await generated(words(0)))
        others = [(await keep_drafts(await generated(words(number))))[0] for number in range(3)]
        hashes = {number: (await find_content(one)).hash for number, one in enumerate(others)}
    shop, model = Shop(tenant, content_id, hashes), Model()
    for tried in plan:
        version = model.version
        assert await shop.attempt(tried, version) == model.takes(tried), tried
        async with tenant_scope(tenant):
            now, past = await find_content(content_id), await versions(content_id)
        assert (now.state, now.version, now.copy) == (model.state, model.version, words(model.texts[-1]))
        assert (now.approved is not None) == (model.state in {State.APPROVED, State.USED}) == (model.approved is not None)
        assert [one.copy for one in reversed(past)] == [words(number) for number in model.texts], "every text is kept"


async def together(tenant: UUID, *works: Callable[[], Awaitable[object]]) -> list[object]:
    """What came of each, all begun at once, each in a scope of its own."""

    async def alone(work: Callable[[], Awaitable[object]]) -> object:
        async with tenant_scope(tenant):
            return await work()

    return list(await asyncio.gather(*(asyncio.create_task(alone(work)) for work in works), return_exceptions=True))


async def now(tenant: UUID, content_id: UUID) -> Content:
    async with tenant_scope(tenant):
        return await find_content(content_id)


async def test_of_many_who_approve_at_once_one_did(tenant: UUID) -> None:
    draft = await a_draft(tenant, handed_in=True)
    people = [somebody(tenant, name=f"Orang {number}") for number in range(8)]
    came = await together(tenant, *(lambda by=by: approve([Approval(draft.id, 1)], by=by) for by in people))
    changed = [verdicts[0].changed for verdicts in came]  # type: ignore[index] # all are verdicts, or the test fails here
    assert sorted(changed) == [False] * 7 + [True]
    approved = await now(tenant, draft.id)
    assert approved.approved is not None
    assert approved.approved.by == people[changed.index(True)].name


async def test_of_many_who_edit_at_once_one_does_and_the_others_are_told(tenant: UUID) -> None:
    draft, by = await a_draft(tenant), somebody(tenant)
    came = await together(tenant, *(lambda number=number: edit(draft.id, 1, words(number), by=by) for number in range(1, 7)))
    (kept,) = [one for one in came if isinstance(one, Content)]
    assert sum(isinstance(one, StaleContentError) for one in came) == 5
    assert await now(tenant, draft.id) == kept
    async with tenant_scope(tenant):
        assert len(await versions(draft.id)) == 2


@pytest.mark.parametrize("times", range(5))
async def test_nobody_approves_what_another_changes_at_that_moment(tenant: UUID, times: int) -> None:
    draft, by = await a_draft(tenant, handed_in=True), somebody(tenant)
    works = [lambda: approve_one(Approval(draft.id, 1), by=by), lambda: edit(draft.id, 1, words(3), by=by)]
    await together(tenant, *(works if times % 2 else works[::-1]))
    after = await now(tenant, draft.id)
    assert (after.state, after.version) == (State.IN_REVIEW, 2), "edited, and not approved: whoever came first"


async def test_who_uses_and_who_edits_at_once_never_both(tenant: UUID) -> None:
    draft, by = await a_draft(tenant, handed_in=True), somebody(tenant)
    async with tenant_scope(tenant):
        await approve_one(Approval(draft.id, 1), by=by)
    used, edited = await together(tenant, lambda: mark_used(draft.id, draft.hash), lambda: edit(draft.id, 1, words(3), by=by))
    assert isinstance(used, BatikError) != isinstance(edited, BatikError)
    assert ((await now(tenant, draft.id)).state is State.USED) == isinstance(edited, BatikError)


async def test_piles_approved_in_other_orders_at_once_end(tenant: UUID) -> None:
    drafts = [await a_draft(tenant) for _ in range(12)]
    by = somebody(tenant)
    piles = [[Approval(draft.id, 1) for draft in order] for order in (drafts, drafts[::-1], drafts[6:] + drafts[:6])]
    came = await together(tenant, *(lambda pile=pile: approve(pile, by=by) for pile in piles))
    assert not [one for one in came if isinstance(one, ConflictError)]
    assert {(await now(tenant, draft.id)).state for draft in drafts} == {State.APPROVED}
