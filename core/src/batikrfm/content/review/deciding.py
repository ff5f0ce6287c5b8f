"""Approving, rejecting, using: what stands between a draft and a customer. The database holds to it, too (ADR 23)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from batikrfm.content.review import queries as sql
from batikrfm.content.review.checking import tidy_reason
from batikrfm.content.review.drafts import locked, require_open
from batikrfm.content.review.errors import (
    ContentNotFoundError,
    ContentStateError,
    MayNotApproveError,
    NotApprovedError,
    TooManyContentsError,
    UnacknowledgedError,
)
from batikrfm.content.review.model import Approval, Content, State, Verdict
from batikrfm.content.review.rows import as_json, content_of, deed_of
from batikrfm.content.review.words import STANDS
from batikrfm.db.engine import current_scope
from batikrfm.sdk.errors import BatikError
from batikrfm.sdk.extension import Principal
from batikrfm.tenancy.permissions import Permission

MOST: Final = 100


async def approve(wanted: Sequence[Approval], *, by: Principal) -> list[Verdict]:
    """Approve each draft that can be approved, and say of every other why not, in the order of ``wanted``.

    One that somebody changed meanwhile holds up none of the rest. A draft that nobody handed in yet is handed in by the approver.

    Raises:
        MayNotApproveError: ``by`` has no permission to approve. Nothing is looked at.
        TooManyContentsError: more than MOST.
    """
    if Permission.CONTENTS_APPROVE not in by.permissions:
        raise MayNotApproveError
    if len(wanted) > MOST:
        raise TooManyContentsError(most=MOST)
    rows = await current_scope().fetch(sql.LOCK, [one.content_id for one in wanted])
    found = {content.id: content for content in map(content_of, rows)}
    verdicts = []
    for one in wanted:
        verdict = await _judged(one, found.get(one.content_id), by)
        if verdict.content is not None:
            found[one.content_id] = verdict.content  # named twice: the second time it is approved already
        verdicts.append(verdict)
    return verdicts


async def approve_one(wanted: Approval, *, by: Principal) -> Content:
    """As :func:`approve`; raises what keeps it from being approved."""
    (verdict,) = await approve([wanted], by=by)
    return verdict.approved()


async def reject(content_id: UUID, version: int, reason: str, *, by: Principal) -> Content:
    """Reject a draft, or take an approval back. ``version`` is the one that was read.

    Raises:
        MayNotApproveError: who may not approve may not reject either.
        ContentReasonError: no reason, or a very long one.
        ContentNotFoundError, ContentUsedError, StaleContentError: see :func:`~batikrfm.content.review.drafts.locked`.
        ContentStateError: it was rejected already.
    """
    if Permission.CONTENTS_APPROVE not in by.permissions:
        raise MayNotApproveError
    why = tidy_reason(reason)
    before = await locked(content_id, version)
    if before.state is State.REJECTED:
        raise ContentStateError(state=STANDS[before.state])
    (row,) = await current_scope().fetch(sql.REJECT, content_id, as_json(deed_of(by)), why)
    return content_of(row)


async def mark_used(content_id: UUID, content_hash: str) -> Content:
    """Note that messages go out with this text, before the first one does: from now on it never changes. Again is harmless.

    ``content_hash`` is the :attr:`Content.hash` that will be sent.

    Raises:
        NotApprovedError: it is not approved, or the text is another one by now. Nothing may be sent.
        ContentNotFoundError: there is no such draft.
    """
    rows = await current_scope().fetch(sql.LOCK, [content_id])
    if not rows:
        raise ContentNotFoundError
    content = content_of(rows[0])
    if content.hash != content_hash or content.state not in {State.APPROVED, State.USED}:
        raise NotApprovedError
    if content.state is State.USED:
        return content
    (row,) = await current_scope().fetch(sql.USE, content_id)
    return content_of(row)


async def _judged(wanted: Approval, content: Content | None, by: Principal) -> Verdict:
    try:
        if content is None:
            raise ContentNotFoundError
        if content.state is State.APPROVED and content.version == wanted.version:
            return Verdict(content.id, content)
        return Verdict(content.id, await _approve(wanted, content, by), changed=True)
    except BatikError as problem:
        return Verdict(wanted.content_id, problem=problem)


async def _approve(wanted: Approval, content: Content, by: Principal) -> Content:
    require_open(content, wanted.version)
    if content.state is State.REJECTED:
        raise ContentStateError(state=STANDS[content.state])
    why = tidy_reason(wanted.acknowledged) if wanted.acknowledged is not None else None
    if content.blocked and why is None:
        raise UnacknowledgedError
    deed = deed_of(by)
    if content.state is State.DRAFT:
        await current_scope().fetch(sql.SUBMIT, content.id, as_json(deed))
    (row,) = await current_scope().fetch(sql.APPROVE, content.id, deed.kind, deed.id, deed.by, deed.at, why)
    return content_of(row)
