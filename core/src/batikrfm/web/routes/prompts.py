"""``/api/prompts``: what a model is asked for each segment, in versions; a shop may write its own, look at it filled in, and go back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from batikrfm.content import asking, prompts, shipped
from batikrfm.content.model import Order
from batikrfm.content.prompts import FEWEST_TOKENS, HOTTEST, MOST_TOKENS, Prompt
from batikrfm.content.templates import LONGEST
from batikrfm.sdk.text import Language
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.deeds import log_deed
from batikrfm.web.etags import NOT_MODIFIED, tagged
from batikrfm.web.guards import needs
from batikrfm.web.params import language
from batikrfm.web.scope import principal_of

SegmentType = Annotated[
    str, msgspec.Meta(description="Key of a segment, or `*` for all that have none of their own", min_length=1, max_length=100)
]
Template = Annotated[
    str, msgspec.Meta(description="Prose with `{{ variables }}` and `{% if variable %}`", min_length=1, max_length=LONGEST)
]


class PromptInfo(msgspec.Struct, frozen=True):
    """A version of a prompt. `own` is the shop's, else it is the product's, and has no `id` before the shop first used it."""

    id: UUID | None
    segment: SegmentType
    language: Language
    own: bool
    version: int
    current: Annotated[bool, msgspec.Meta(description="It is the one that is used now")]
    template: str
    max_tokens: Annotated[int, msgspec.Meta(description="For one variant")]
    temperature: Annotated[float | None, msgspec.Meta(description="null is the model's own")]
    created_by: str
    created_at: datetime | None


class PromptList(msgspec.Struct, frozen=True):
    """Prompts."""

    items: list[PromptInfo]


class NewPrompt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shop's own prompt for a segment: a new version, used from now on."""

    segment: SegmentType
    template: Template
    language: Language = "id"
    max_tokens: Annotated[int, msgspec.Meta(ge=FEWEST_TOKENS, le=MOST_TOKENS)] = shipped.MAX_TOKENS
    temperature: Annotated[float, msgspec.Meta(ge=0, le=HOTTEST)] | None = shipped.TEMPERATURE


class PromptReset(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which prompt to give up."""

    segment: SegmentType
    language: Language = "id"


class PreviewOf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to look at: a template that is not kept yet, or none for the one that is used."""

    segment: Annotated[str, msgspec.Meta(description="Key of a segment of the latest run", min_length=1, max_length=100)]
    language: Language = "id"
    template: Template | None = None


class PreviewInfo(msgspec.Struct, frozen=True):
    """What would be sent to a model: figures of the group, never of one customer."""

    system: str
    prompt: str
    blocked: Annotated[str | None, msgspec.Meta(description="Why the privacy gate would not let it pass, for a person")]


InLanguage = Annotated[Language, QueryParameter(name="language", description="Language of the copy that it asks for")]


@get("/prompts", opt=needs(Permission.PROMPTS_READ), operation_id="listPrompts", tags=["prompts"], responses=NOT_MODIFIED)
async def list_(request: Request[Any, Any, Any], in_language: InLanguage = "id") -> Response[PromptList]:
    """By segment: the shop's own, and the product's for all others, which are used unless the shop has one of its own for `*`."""
    own = await prompts.own_prompts(in_language)
    used = shipped.ANY not in own
    theirs = [_shipped(segment, in_language, current=used) for segment in shipped.GOALS if segment not in own]
    return tagged(request, PromptList([*(_about(prompt) for prompt in own.values()), *theirs]))


@get("/prompts/{prompt_id:uuid}", opt=needs(Permission.PROMPTS_READ), operation_id="getPrompt", tags=["prompts"], responses=NOT_MODIFIED)
async def one(request: Request[Any, Any, Any], prompt_id: FromPath[UUID]) -> Response[PromptInfo]:
    """One version, also one that is not used any more: what every draft was asked for stays."""
    return tagged(request, _about(await prompts.find_prompt(prompt_id)))


@get("/prompts/{prompt_id:uuid}/versions", opt=needs(Permission.PROMPTS_READ), operation_id="listPromptVersions", tags=["prompts"])
async def versions(prompt_id: FromPath[UUID]) -> PromptList:
    """All versions of the same segment and language, the newest first."""
    prompt = await prompts.find_prompt(prompt_id)
    return PromptList([_about(found) for found in await prompts.prompt_versions(prompt.segment_type, prompt.language)])


@post("/prompts", opt=needs(Permission.PROMPTS_WRITE), operation_id="savePrompt", tags=["prompts"])
async def save(request: Request[Any, Any, Any], data: JSONBody[NewPrompt]) -> PromptInfo:
    """Make it the shop's own prompt. The same text again is no new version."""
    by = principal_of(request).name
    prompt = await prompts.save_prompt(
        data.segment, data.language, data.template, max_tokens=data.max_tokens, temperature=data.temperature, by=by
    )
    return await _changed(request, prompt)


@post("/prompts/{prompt_id:uuid}/restore", opt=needs(Permission.PROMPTS_WRITE), operation_id="restorePrompt", tags=["prompts"])
async def restore(request: Request[Any, Any, Any], prompt_id: FromPath[UUID]) -> PromptInfo:
    """Use an old version again, as a new one."""
    return await _changed(request, await prompts.restore_prompt(prompt_id, by=principal_of(request).name))


@post("/prompts/reset", opt=needs(Permission.PROMPTS_WRITE), operation_id="resetPrompt", tags=["prompts"], status_code=200)
async def reset(request: Request[Any, Any, Any], data: JSONBody[PromptReset]) -> PromptInfo:
    """Give the shop's own prompt up; the answer is the one that is used instead. Its versions stay."""
    prompt = await prompts.reset_prompt(data.segment, data.language)
    await log_deed(request, "prompt.reset", data.segment, language=data.language)
    return _about(prompt)


@post(
    "/prompts/preview",
    opt=needs(Permission.PROMPTS_READ, not_found=True),
    operation_id="previewPrompt",
    tags=["prompts"],
    status_code=200,
)
async def preview(request: Request[Any, Any, Any], data: JSONBody[PreviewOf]) -> PreviewInfo:
    """A prompt filled in with what the shop's latest run says of the segment. Nothing is sent and nothing is kept."""
    found = await asking.preview(Order(data.segment, data.language), data.template)
    blocked = None if found.blocked is None else found.blocked.say(language(request))
    return PreviewInfo(found.system, found.text, blocked)


async def _changed(request: Request[Any, Any, Any], prompt: Prompt) -> PromptInfo:
    await log_deed(request, "prompt.changed", prompt.segment_type, language=prompt.language, version=prompt.version)
    return _about(prompt)


def _about(prompt: Prompt) -> PromptInfo:
    own = prompt.scope == "tenant"
    return PromptInfo(
        id=prompt.id,
        segment=prompt.segment_type,
        language=prompt.language,
        own=own,
        version=prompt.version,
        current=prompt.current,
        template=prompt.template,
        max_tokens=prompt.max_tokens,
        temperature=prompt.temperature,
        created_by=prompt.created_by,
        created_at=prompt.created_at,
    )


def _shipped(segment: str, language: Language, *, current: bool) -> PromptInfo:
    return PromptInfo(
        id=None,
        segment=segment,
        language=language,
        own=False,
        version=shipped.VERSION,
        current=current,
        template=shipped.template(segment, language),
        max_tokens=shipped.MAX_TOKENS,
        temperature=shipped.TEMPERATURE,
        created_by="",
        created_at=None,
    )


ROUTES = (list_, one, versions, save, restore, reset, preview)
