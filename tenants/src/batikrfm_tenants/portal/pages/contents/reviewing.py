"""The addresses of one draft: read it, change it, hand it in, approve or reject it, talk about it, compare its versions."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from batikrfm.content import review
from batikrfm.content.model import Copy
from batikrfm.content.review import Approval, ContentFilter
from batikrfm.content.review.checking import LONGEST, NAMES
from batikrfm.content.review.errors import ContentTextError
from batikrfm.content.rules import FIELDS
from batikrfm.db.errors import ConflictError
from batikrfm.sdk.errors import InputError
from batikrfm.sdk.text import Text
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.guards import needs
from batikrfm_tenants import audit
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.pages.contents.drafts import Shown, history, shown
from batikrfm_tenants.portal.pages.contents.routes import draft_of, named
from batikrfm_tenants.portal.pages.contents.showing import ComparePage, ContentPage, EditPage, field_texts

EDITED = Text(id="Perubahan tersimpan sebagai versi baru.", en="The change is kept as a new version.")
UNAPPROVED = Text(
    id="Perubahan tersimpan. Persetujuannya gugur karena isinya berubah: baca lagi, lalu setujui.",
    en="The change is kept. It is not approved any more, for the text is another: read it again and approve.",
)
SUBMITTED = Text(id="Diajukan untuk ditinjau.", en="Handed in for review.")
APPROVED = Text(id="Disetujui. Teks ini boleh dikirim.", en="Approved. This text may be sent.")
REJECTED = Text(id="Ditolak, dan alasannya tercatat.", en="Rejected, and the reason is kept.")
COMMENTED = Text(id="Komentar tersimpan.", en="The comment is kept.")
BLANKS: Final = (
    ("{nama}", Text(id="nama pelanggan", en="the customer's name")),
    ("{produk_terakhir}", Text(id="yang terakhir ia beli", en="what they bought last")),
    ("{toko}", Text(id="nama toko Anda", en="your shop's name")),
    ("{tautan}", Text(id="tautan ke toko Anda", en="a link to your shop")),
)
ADDRESS: Final = "/konten/{content_id:uuid}"


@get(ADDRESS, opt=needs(Permission.CONTENTS_READ))
async def one(desk: Desk, content_id: FromPath[UUID]) -> Response[str]:
    """The draft."""
    return desk.show(await _page(desk, content_id, Form()))


@get(f"{ADDRESS}/ubah", opt=needs(Permission.CONTENTS_WRITE))
async def edit(desk: Desk, content_id: FromPath[UUID]) -> Response[str]:
    """Its text in a form."""
    return desk.show(_edit_page(await draft_of(desk, content_id), Form()))


@post(f"{ADDRESS}/ubah", opt=needs(Permission.CONTENTS_WRITE))
async def edit_sent(desk: Desk, content_id: FromPath[UUID]) -> Response[str]:
    """Keep the text as a new version; our rules look at it again."""
    draft, form = await draft_of(desk, content_id), await desk.form()
    copy = Copy(**{name: form[name] for name in FIELDS})
    try:
        changed = await review.edit(content_id, _version(form), copy, by=desk.principal)
    except (InputError, ConflictError) as error:
        return desk.refuse(_edit_page(draft, form.refused(error, _field_of(error))))
    if changed.version != draft.content.version:
        await audit.record(desk.principal, "content.edited", str(content_id), {"version": changed.version})
    lost = draft.content.state is review.State.APPROVED and changed.state is not review.State.APPROVED
    return desk.go(_address(desk, content_id), say=UNAPPROVED if lost else EDITED, tone="warning" if lost else "success")


@post(f"{ADDRESS}/ajukan", opt=needs(Permission.CONTENTS_WRITE))
async def submit(desk: Desk, content_id: FromPath[UUID]) -> Response[str]:
    """Hand it in."""
    form = await desk.form()
    return await _done(
        desk, content_id, form, review.submit(content_id, _version(form), by=desk.principal), action="submitted", words=SUBMITTED
    )


@post(f"{ADDRESS}/setujui", opt=needs(Permission.CONTENTS_APPROVE))
async def approve(desk: Desk, content_id: FromPath[UUID]) -> Response[str]:
    """Approve it as it was read; a finding that blocks needs a reason."""
    form = await desk.form()
    wanted = Approval(content_id, _version(form), form["acknowledged"] or None)
    deed = review.approve_one(wanted, by=desk.principal)
    return await _done(desk, content_id, form, deed, action="approved", words=APPROVED, field="acknowledged")


@post(f"{ADDRESS}/tolak", opt=needs(Permission.CONTENTS_APPROVE))
async def reject(desk: Desk, content_id: FromPath[UUID]) -> Response[str]:
    """Reject it, with the reason."""
    form = await desk.form()
    await review.find_content(content_id)
    deed = review.reject(content_id, _version(form), form["reason"], by=desk.principal)
    return await _done(desk, content_id, form, deed, action="rejected", words=REJECTED, field="reason")


@post(f"{ADDRESS}/komentar", opt=needs(Permission.CONTENTS_WRITE))
async def comment(desk: Desk, content_id: FromPath[UUID]) -> Response[str]:
    """Say something of it."""
    form = await desk.form()
    await review.find_content(content_id)
    deed = review.comment(content_id, form["comment"], by=desk.principal)
    return await _done(desk, content_id, form, deed, action="commented", words=COMMENTED, field="comment")


@get(f"{ADDRESS}/banding", opt=needs(Permission.CONTENTS_READ))
async def compare(
    desk: Desk, content_id: FromPath[UUID], lama: FromQuery[int | None] = None, baru: FromQuery[int | None] = None
) -> Response[str]:
    """Two versions beside each other; without a choice the latest and the one before it."""
    draft = await draft_of(desk, content_id)
    latest = draft.content.version
    chosen = (lama or max(1, latest - 1), baru or latest)
    older, newer = min(chosen), max(chosen)
    found = await review.compare(content_id, older, newer)
    names = {str(name): text for name, text in NAMES.items()}
    versions = tuple(await review.versions(content_id))
    page = ComparePage(draft=draft, versions=versions, older=older, newer=newer, fields=field_texts(found.fields, names))
    return desk.show(page)


async def _done(  # noqa: PLR0913 - what is done, and what is said of it
    desk: Desk, content_id: UUID, form: Form, deed: Awaitable[object], *, action: str, words: Text, field: str = ""
) -> Response[str]:
    """Do it, write it down and go back to the draft; or show the draft with what keeps it from being done."""
    try:
        await deed
    except (InputError, ConflictError) as error:
        name = field if isinstance(error, InputError) and field in form.sent else ""
        return desk.refuse(await _page(desk, content_id, form.refused(error, name)))
    await audit.record(desk.principal, f"content.{action}", str(content_id))
    return desk.go(_address(desk, content_id), say=words)


async def _page(desk: Desk, content_id: UUID, form: Form) -> ContentPage:
    content = await review.find_content(content_id)
    draft = await named(desk, content)
    siblings = await review.list_contents(ContentFilter(generation_id=content.origin.generation_id))
    return ContentPage(
        form=form,
        draft=draft,
        siblings=tuple(shown(other, draft.segment, desk.plugins.llm_providers) for other in siblings if other.id != content_id),
        history=history(content),
        versions=tuple(await review.versions(content_id)),
        comments=tuple(await review.comments(content_id)),
    )


def _edit_page(draft: Shown, form: Form) -> EditPage:
    return EditPage(form=form, draft=draft, longest={str(name): most for name, most in LONGEST.items()}, blanks=BLANKS)


def _field_of(error: Exception) -> str:
    """The field that is too long or empty."""
    if not isinstance(error, ContentTextError):
        return ""
    return next((name for name, words in NAMES.items() if words == error.values["field"]), "")


def _version(form: Form) -> int:
    """The version that was read; none that exists where the form does not say."""
    text = form["version"]
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 - what an integer column holds


def _address(desk: Desk, content_id: UUID) -> str:
    return f"{desk.shop_path}/konten/{content_id}"


ROUTES: list[Any] = [one, edit, edit_sent, submit, approve, reject, comment, compare]
