"""``/api/contents``: drafts, what was found in them, their review and the texts that they have had."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Request, Response, get, patch, post
from litestar.params import FromPath, JSONBody, QueryParameter

from batikrfm.content import review
from batikrfm.content.model import Copy
from batikrfm.content.model import Origin as OriginKind
from batikrfm.content.review import ContentFilter, State
from batikrfm.content.review.deciding import MOST
from batikrfm.content.rules import Field, Severity
from batikrfm.sdk.errors import BatikError
from batikrfm.sdk.text import Language
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.cursors import cursor_of, last_of
from batikrfm.web.deeds import DeedInfo, deed_info, deed_info_or_none, log_deed
from batikrfm.web.etags import NOT_MODIFIED, tagged
from batikrfm.web.guards import needs
from batikrfm.web.params import Cursor, Limit, Next, language
from batikrfm.web.problems import NAMESPACE, fault_of
from batikrfm.web.scope import principal_of

KIND = "contents"

Version = Annotated[int, msgspec.Meta(description="Counts the texts that it has had", ge=1, le=2**31 - 1)]
ReadVersion = Annotated[int, msgspec.Meta(description="The `version` that you read; 409 if it has another one by now", ge=1, le=2**31 - 1)]


class FindingInfo(msgspec.Struct, frozen=True):
    """What was found in a text. One that blocks has to be acknowledged with a reason before the draft is approved."""

    rule: Annotated[str, msgspec.Meta(description="Stable name", examples=["invented_phone"])]
    severity: Severity
    where: Field
    excerpt: str
    reason: Annotated[str, msgspec.Meta(description="What to do, for a person")]


class CopyInfo(msgspec.Struct, frozen=True):
    """The texts; `{nama}` and the like are filled when it is sent. `email` is markdown."""

    subject: str
    preheader: str
    email: str
    whatsapp: str
    call_to_action: str


class OriginInfo(msgspec.Struct, frozen=True):
    """Where it came from. `template` is copy that no model wrote; `cache` an answer that was paid for before."""

    kind: OriginKind
    provider: str
    model: str
    generation_id: Annotated[UUID, msgspec.Meta(description="Drafts of one answer share it")]
    variant: int
    prompt_id: UUID
    prompt_version: int


class ContentInfo(msgspec.Struct, frozen=True):
    """A draft. `hash` stands for the text with its segment and language; an approval holds for one hash."""

    id: UUID
    segment: str
    language: Language
    purpose: str
    offer: str
    copy: CopyInfo
    version: Version
    hash: str
    state: State
    blocked: Annotated[bool, msgspec.Meta(description="A finding has to be acknowledged before it can be approved")]
    findings: list[FindingInfo]
    origin: OriginInfo
    created: DeedInfo
    edited: DeedInfo | None
    submitted: DeedInfo | None
    approved: DeedInfo | None
    acknowledged: Annotated[str | None, msgspec.Meta(description="Why it was approved in spite of a finding that blocks")]
    rejected: DeedInfo | None
    reason: Annotated[str | None, msgspec.Meta(description="Why it was rejected, the last time that it was")]
    used_at: datetime | None


class ContentPage(msgspec.Struct, frozen=True):
    """Drafts, the newest first."""

    items: list[ContentInfo]
    next: Next


class ContentEdit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another text. What is left out stays as it is."""

    version: ReadVersion
    subject: Annotated[str, msgspec.Meta(min_length=1, max_length=300)] | None = None
    preheader: Annotated[str, msgspec.Meta(max_length=300)] | None = None
    email: Annotated[str, msgspec.Meta(min_length=1, max_length=20_000)] | None = None
    whatsapp: Annotated[str, msgspec.Meta(min_length=1, max_length=4_096)] | None = None
    call_to_action: Annotated[str, msgspec.Meta(max_length=200)] | None = None


Acknowledged = (
    Annotated[str, msgspec.Meta(description="Why it may go in spite of findings that block; needed if there are any", max_length=1_000)]
    | None
)


class Submission(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is handed in."""

    version: ReadVersion


class ApprovalOf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is approved."""

    version: ReadVersion
    acknowledged: Acknowledged = None


class ApprovalItem(ApprovalOf, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One of several that are approved."""

    id: UUID


class Approvals(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Several to approve. Each is approved by itself."""

    items: Annotated[list[ApprovalItem], msgspec.Meta(min_length=1, max_length=MOST)]


class Rejection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is rejected, and why."""

    version: ReadVersion
    reason: Annotated[str, msgspec.Meta(description="For whoever wrote it", min_length=1, max_length=1_000)]


class Refusal(msgspec.Struct, frozen=True):
    """Why one of several was not approved: `type` and `detail` of the problem that it would be by itself."""

    type: str
    detail: str


class VerdictInfo(msgspec.Struct, frozen=True):
    """What became of one of several: the draft, approved now or before, or why it is not."""

    id: UUID
    content: ContentInfo | None
    problem: Refusal | None


class Verdicts(msgspec.Struct, frozen=True):
    """What became of each, in the order in which they were asked for."""

    items: list[VerdictInfo]


class VersionInfo(msgspec.Struct, frozen=True):
    """A text that a draft has had, and who wrote it: version 1 is what was generated."""

    version: Version
    copy: CopyInfo
    hash: str
    written: DeedInfo


class VersionList(msgspec.Struct, frozen=True):
    """Every text that a draft has had, the latest first."""

    items: list[VersionInfo]


class PieceInfo(msgspec.Struct, frozen=True):
    """A run of words."""

    kind: Literal["same", "removed", "added"]
    text: str


class ComparisonInfo(msgspec.Struct, frozen=True):
    """What changed, field by field. Without the `added` pieces the texts are the older ones, without the `removed` ones the newer."""

    older: Version
    newer: Version
    subject: list[PieceInfo]
    preheader: list[PieceInfo]
    email: list[PieceInfo]
    whatsapp: list[PieceInfo]
    call_to_action: list[PieceInfo]


class CommentText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to say of a draft."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]


class CommentInfo(msgspec.Struct, frozen=True):
    """What somebody said of a draft, as of a version of it."""

    id: UUID
    version: Version
    written: DeedInfo
    text: str


class CommentList(msgspec.Struct, frozen=True):
    """What was said of a draft, the first first."""

    items: list[CommentInfo]


InSegment = Annotated[str | None, QueryParameter(name="segment", min_length=1, max_length=100, description="Key of a segment")]
InState = Annotated[State | None, QueryParameter(name="state", description="Only those that stand here")]
InLanguage = Annotated[Language | None, QueryParameter(name="language", description="Only those in this language")]
OfGeneration = Annotated[UUID | None, QueryParameter(name="generation", description="Only the drafts of this answer")]
Older = Annotated[int, QueryParameter(name="older", ge=1, le=2**31 - 1, description="One version")]
Newer = Annotated[int, QueryParameter(name="newer", ge=1, le=2**31 - 1, description="The other one")]


@get("/contents", opt=needs(Permission.CONTENTS_READ), operation_id="listContents", tags=["contents"], responses=NOT_MODIFIED)
async def list_(  # noqa: PLR0913, PLR0917 - each is a parameter of the query
    request: Request[Any, Any, Any],
    limit: Limit = 50,
    cursor: Cursor = None,
    segment: InSegment = None,
    in_state: InState = None,
    in_language: InLanguage = None,
    generation: OfGeneration = None,
) -> Response[ContentPage]:
    """List drafts. Ask again with `If-None-Match` to see whether anything has changed."""
    wanted = ContentFilter(segment, in_state, in_language, generation)
    found = await review.list_contents(wanted, after=last_of(cursor, KIND), limit=limit + 1)
    page, more = found[:limit], len(found) > limit
    items = [about(content, language(request)) for content in page]
    return tagged(request, ContentPage(items, cursor_of(page[-1].id, KIND) if more else None))


@get(
    "/contents/{content_id:uuid}",
    opt=needs(Permission.CONTENTS_READ),
    operation_id="getContent",
    tags=["contents"],
    responses=NOT_MODIFIED,
)
async def one(request: Request[Any, Any, Any], content_id: FromPath[UUID]) -> Response[ContentInfo]:
    """One draft."""
    return tagged(request, about(await review.find_content(content_id), language(request)))


@patch("/contents/{content_id:uuid}", opt=needs(Permission.CONTENTS_WRITE), operation_id="editContent", tags=["contents"])
async def edit(request: Request[Any, Any, Any], content_id: FromPath[UUID], data: JSONBody[ContentEdit]) -> ContentInfo:
    """Change a draft. What was approved goes back to review, what was rejected is a draft again; what was used stays as it was sent."""
    before = await review.find_content(content_id)
    after = await review.edit(content_id, data.version, _edited(before.copy, data), by=principal_of(request))
    if after.version != before.version:
        await log_deed(request, "content.edited", str(content_id), version=after.version)
    return about(after, language(request))


@post(
    "/contents/{content_id:uuid}/submit",
    opt=needs(Permission.CONTENTS_WRITE),
    operation_id="submitContent",
    tags=["contents"],
    status_code=200,
)
async def submit(request: Request[Any, Any, Any], content_id: FromPath[UUID], data: JSONBody[Submission]) -> ContentInfo:
    """Hand a draft in for review. One that is in review already stays there."""
    content = await review.submit(content_id, data.version, by=principal_of(request))
    await log_deed(request, "content.submitted", str(content_id), version=content.version)
    return about(content, language(request))


@post(
    "/contents/{content_id:uuid}/approve",
    opt=needs(Permission.CONTENTS_APPROVE),
    operation_id="approveContent",
    tags=["contents"],
    status_code=200,
)
async def approve(request: Request[Any, Any, Any], content_id: FromPath[UUID], data: JSONBody[ApprovalOf]) -> ContentInfo:
    """Approve the text that you read. A draft that nobody handed in yet is handed in by you; what is approved already stays so."""
    (verdict,) = await _approve(request, [review.Approval(content_id, data.version, data.acknowledged)])
    return about(verdict.approved(), language(request))


@post("/contents/approve", opt=needs(Permission.CONTENTS_APPROVE), operation_id="approveContents", tags=["contents"], status_code=200)
async def approve_many(request: Request[Any, Any, Any], data: JSONBody[Approvals]) -> Verdicts:
    """Approve several at once, each by itself: one that cannot be approved holds up none of the rest, and says why."""
    wanted = [review.Approval(item.id, item.version, item.acknowledged) for item in data.items]
    verdicts = await _approve(request, wanted)
    return Verdicts([_verdict(verdict, language(request)) for verdict in verdicts])


@post(
    "/contents/{content_id:uuid}/reject",
    opt=needs(Permission.CONTENTS_APPROVE),
    operation_id="rejectContent",
    tags=["contents"],
    status_code=200,
)
async def reject(request: Request[Any, Any, Any], content_id: FromPath[UUID], data: JSONBody[Rejection]) -> ContentInfo:
    """Reject a draft, or take an approval back, with a reason."""
    content = await review.reject(content_id, data.version, data.reason, by=principal_of(request))
    await log_deed(request, "content.rejected", str(content_id), version=content.version)
    return about(content, language(request))


@get("/contents/{content_id:uuid}/versions", opt=needs(Permission.CONTENTS_READ), operation_id="listContentVersions", tags=["contents"])
async def versions(content_id: FromPath[UUID]) -> VersionList:
    """Every text that a draft has had."""
    found = await review.versions(content_id)
    return VersionList([VersionInfo(one.version, _copy(one.copy), one.hash, deed_info(one.written)) for one in found])


@get("/contents/{content_id:uuid}/comparison", opt=needs(Permission.CONTENTS_READ), operation_id="compareContent", tags=["contents"])
async def compare(content_id: FromPath[UUID], older: Older, newer: Newer) -> ComparisonInfo:
    """What changed between two versions, word by word."""
    found = await review.compare(content_id, older, newer)
    fields = {name: [PieceInfo(piece.kind, piece.text) for piece in pieces] for name, pieces in found.fields.items()}
    return ComparisonInfo(found.older, found.newer, **fields)


@get("/contents/{content_id:uuid}/comments", opt=needs(Permission.CONTENTS_READ), operation_id="listContentComments", tags=["contents"])
async def comments(content_id: FromPath[UUID]) -> CommentList:
    """What was said of a draft."""
    return CommentList([_comment(one) for one in await review.comments(content_id)])


@post(
    "/contents/{content_id:uuid}/comments",
    opt=needs(Permission.CONTENTS_WRITE),
    operation_id="commentOnContent",
    tags=["contents"],
)
async def say(request: Request[Any, Any, Any], content_id: FromPath[UUID], data: JSONBody[CommentText]) -> CommentInfo:
    """Say something of a draft as it is now."""
    said = await review.comment(content_id, data.text, by=principal_of(request))
    await log_deed(request, "content.commented", str(content_id), version=said.version)
    return _comment(said)


def about(content: review.Content, language: Language) -> ContentInfo:
    """``content`` as the API shows it."""
    return ContentInfo(
        id=content.id,
        segment=content.segment,
        language=content.language,
        purpose=content.purpose,
        offer=content.offer,
        copy=_copy(content.copy),
        version=content.version,
        hash=content.hash,
        state=content.state,
        blocked=content.blocked,
        findings=[FindingInfo(one.rule, one.severity, one.where, one.excerpt, one.reason.say(language)) for one in content.findings],
        origin=_origin(content.origin),
        created=deed_info(content.created),
        edited=deed_info_or_none(content.edited),
        submitted=deed_info_or_none(content.submitted),
        approved=deed_info_or_none(content.approved),
        acknowledged=content.acknowledged,
        rejected=deed_info_or_none(content.rejected),
        reason=content.reason,
        used_at=content.used_at,
    )


async def _approve(request: Request[Any, Any, Any], wanted: list[review.Approval]) -> list[review.Verdict]:
    verdicts = await review.approve(wanted, by=principal_of(request))
    for verdict in verdicts:
        if verdict.changed and verdict.content is not None:
            acknowledged = verdict.content.acknowledged is not None
            await log_deed(request, "content.approved", str(verdict.content_id), version=verdict.content.version, acknowledged=acknowledged)
    return verdicts


def _edited(copy: Copy, edit: ContentEdit) -> Copy:
    given = {name: getattr(edit, name) for name in CopyInfo.__struct_fields__}
    return Copy(**{name: getattr(copy, name) if text is None else text for name, text in given.items()})


def _verdict(verdict: review.Verdict, language: Language) -> VerdictInfo:
    content = None if verdict.content is None else about(verdict.content, language)
    return VerdictInfo(verdict.content_id, content, None if verdict.problem is None else _refusal(verdict.problem, language))


def _refusal(problem: BatikError, language: Language) -> Refusal:
    fault = fault_of(problem)
    return Refusal(NAMESPACE + fault.slug, fault.detail.say(language))


def _copy(copy: Copy) -> CopyInfo:
    return CopyInfo(copy.subject, copy.preheader, copy.email, copy.whatsapp, copy.call_to_action)


def _origin(origin: review.Origin) -> OriginInfo:
    return OriginInfo(
        kind=origin.kind,
        provider=origin.provider,
        model=origin.model,
        generation_id=origin.generation_id,
        variant=origin.variant,
        prompt_id=origin.prompt_id,
        prompt_version=origin.prompt_version,
    )


def _comment(comment: review.Comment) -> CommentInfo:
    return CommentInfo(comment.id, comment.version, deed_info(comment.written), comment.text)


ROUTES = (list_, one, edit, submit, approve, approve_many, reject, versions, compare, comments, say)
