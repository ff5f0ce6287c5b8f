"""The prompts: what a model is asked for each segment, changed by the shop with a look at it filled in, in versions, and back again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from batikrfm.content import asking, prompts, shipped
from batikrfm.content.errors import OrderError, PromptError
from batikrfm.content.facts import segment_called
from batikrfm.content.model import Order
from batikrfm.content.prompts import Prompt
from batikrfm.content.templates import LONGEST, VARIABLES
from batikrfm.sdk.errors import InputError
from batikrfm.sdk.text import Language, Text
from batikrfm.segmentation.errors import NoRunsError
from batikrfm.segmentation.history import PastRun
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.guards import needs
from batikrfm_tenants import audit
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.errors import NoSuchPageError
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.pages.contents.showing import latest

ALL = "semua"
"""In an address: the shop's prompt for every segment that has none of its own."""
FOR_ALL = Text(id="Semua segmen lainnya", en="All other segments")
SAVED = Text(id="Prompt tersimpan. Pesanan berikutnya memakainya.", en="The prompt is kept. The next order uses it.")
RESET = Text(id="Kembali ke prompt bawaan. Versi Anda tetap tersimpan.", en="Back to the built-in prompt. Your versions are kept.")
NO_NUMBER = Text(id="Isi dengan bilangan bulat.", en="Fill in a whole number.")
NOTHING_TO_SHOW = Text(
    id="Pratinjau perlu segmen yang sudah dihitung. Unggah dulu penjualan Anda.",
    en="A preview needs segments. Upload your sales first.",
)
HELP_LANGUAGE = {"help": "The language of the copy that is asked for."}


@dataclass(frozen=True)
class PromptLine:
    """A segment's prompt in the list."""

    key: str
    name: Text
    own: Prompt | None


@dataclass(frozen=True, kw_only=True)
class PromptsPage(Page):
    """The prompts by segment."""

    template: ClassVar[str] = "contents/prompts.html"
    lines: tuple[PromptLine, ...] = field(metadata={"help": "One for each segment, and the one for all others."})
    language: Language = field(metadata=HELP_LANGUAGE)


@dataclass(frozen=True, kw_only=True)
class PromptPage(Page):
    """One prompt in a form, filled in where that was asked for, with its versions."""

    template: ClassVar[str] = "contents/prompt.html"
    form: Form = field(metadata={"help": "The form as it was sent."})
    key: str = field(metadata={"help": "The segment's key as the address has it."})
    name: Text = field(metadata={"help": "What the segment is called."})
    language: Language = field(metadata=HELP_LANGUAGE)
    text: str = field(metadata={"help": "The prompt that is used now."})
    max_tokens: int = field(metadata={"help": "How long the answer may be."})
    own: bool = field(metadata={"help": "Whether it is the shop's."})
    preview: asking.Preview | None = field(metadata={"help": "The prompt filled in, where it was asked for."})
    versions: tuple[Prompt, ...] = field(metadata={"help": "The shop's versions and those it used, the latest first."})
    variables: tuple[tuple[str, Text], ...] = field(metadata={"help": "What a prompt may hold, each with what it says."})
    longest: int = field(metadata={"help": "How long a prompt may be."})


@get("/konten/prompt", opt=needs(Permission.PROMPTS_READ))
async def prompts_list(desk: Desk, bahasa: FromQuery[str | None] = None) -> Response[str]:
    """The prompts."""
    language, run = _language(desk, bahasa), await latest()
    own = await prompts.own_prompts(language)
    keys = dict.fromkeys([*([one.segment for one in run.results] if run else []), *own, shipped.ANY])
    keys = {**{key: None for key in keys if key != shipped.ANY}, shipped.ANY: None}
    lines = tuple(PromptLine(_as_address(key), _name(key, run), own.get(key)) for key in keys)
    return desk.show(PromptsPage(lines=lines, language=language))


@get("/konten/prompt/{key:str}", opt=needs(Permission.PROMPTS_READ))
async def prompt(desk: Desk, key: FromPath[str], bahasa: FromQuery[str | None] = None) -> Response[str]:
    """One prompt."""
    return desk.show(await _page(key, _language(desk, bahasa), Form()))


@post("/konten/prompt/{key:str}", opt=needs(Permission.PROMPTS_WRITE))
async def prompt_sent(desk: Desk, key: FromPath[str]) -> Response[str]:
    """Show it filled in, or keep it: ``do`` says which."""
    form = await desk.form()
    language = _language(desk, form["language"])
    tokens = form["max_tokens"]
    if not (tokens.isascii() and tokens.isdecimal() and len(tokens) < 10):  # noqa: PLR2004 - what an integer column holds
        return desk.refuse(await _page(key, language, form.refused(NO_NUMBER, "max_tokens")))
    try:
        if form["do"] == "preview":
            return desk.show(await _page(key, language, form, await _preview(key, language, form.exactly("text"))))
        text, most = form.exactly("text"), int(tokens)
        kept = await prompts.save_prompt(await _segment_type(key), language, text, max_tokens=most, by=desk.user.name)
    except NoRunsError:
        return desk.refuse(await _page(key, language, form.refused(NOTHING_TO_SHOW)))
    except InputError as error:
        return desk.refuse(await _page(key, language, form.refused(error, _field_of(error))))
    await audit.record(desk.principal, "prompt.changed", kept.segment_type, {"language": language, "version": kept.version})
    return desk.go(_address(desk, key, language), say=SAVED)


@post("/konten/prompt/{key:str}/bawaan", opt=needs(Permission.PROMPTS_WRITE))
async def reset(desk: Desk, key: FromPath[str]) -> Response[str]:
    """Go back to the built-in prompt."""
    language = _language(desk, (await desk.form())["language"])
    kind = await _segment_type(key)
    await prompts.reset_prompt(kind, language)
    await audit.record(desk.principal, "prompt.reset", kind, {"language": language})
    return desk.go(_address(desk, key, language), say=RESET)


@post("/konten/prompt/pulihkan/{prompt_id:uuid}", opt=needs(Permission.PROMPTS_WRITE))
async def restore(desk: Desk, prompt_id: FromPath[UUID]) -> Response[str]:
    """Use an old version again, as a new one."""
    kept = await prompts.restore_prompt(prompt_id, by=desk.user.name)
    await audit.record(desk.principal, "prompt.changed", kept.segment_type, {"language": kept.language, "version": kept.version})
    return desk.go(_address(desk, _as_address(kept.segment_type), kept.language), say=SAVED)


async def _page(key: str, language: Language, form: Form, preview: asking.Preview | None = None) -> PromptPage:
    kind, run = await _segment_type(key), await latest()
    own = (await prompts.own_prompts(language)).get(kind)
    return PromptPage(
        form=form,
        key=key,
        name=_name(kind, run),
        language=language,
        text=own.template if own else shipped.template(kind, language),
        max_tokens=own.max_tokens if own else shipped.MAX_TOKENS,
        own=own is not None,
        preview=preview,
        versions=tuple(await prompts.prompt_versions(kind, language)),
        variables=tuple(VARIABLES.items()),
        longest=LONGEST,
    )


async def _preview(key: str, language: Language, text: str) -> asking.Preview:
    """Filled in with the segment's figures; for all others, with those of the segment with the most money."""
    kind, run = await _segment_type(key), await latest()
    if run is None:
        raise NoRunsError
    segment = kind if kind != shipped.ANY else max(run.results, key=lambda one: one.revenue).segment
    return await asking.preview(Order(segment, language), text)


async def _segment_type(key: str) -> str:
    """The type that an address means. Raises what is not found where no segment is called so."""
    run = await latest()
    known = {*shipped.GOALS, *([one.segment for one in run.results] if run else [])} - {shipped.ANY}
    if key == ALL:
        return shipped.ANY
    if key not in known:
        raise NoSuchPageError
    return key


def _name(key: str, run: PastRun | None) -> Text:
    return FOR_ALL if key == shipped.ANY else segment_called(key, run.strategy if run else "rfm11").name


def _as_address(key: str) -> str:
    return ALL if key == shipped.ANY else key


def _language(desk: Desk, asked: str | None) -> Language:
    if asked in {"id", "en"}:
        return "en" if asked == "en" else "id"
    return desk.inside.shop.tenant.language


def _field_of(error: InputError) -> str:
    if isinstance(error, PromptError):
        return "text"
    return "max_tokens" if isinstance(error, OrderError) else ""


def _address(desk: Desk, key: str, language: Language) -> str:
    return f"{desk.shop_path}/konten/prompt/{key}?bahasa={language}"


ROUTES: list[Any] = [prompts_list, prompt, prompt_sent, reset, restore]
