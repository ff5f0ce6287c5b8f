"""Drafts to review, and people who do, for the tests of every room that shows them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final
from uuid import UUID

from batikrfm.content.model import Copy, Draft, Generated, Order, Origin
from batikrfm.content.prompts import prompt_for
from batikrfm.content.review import Content, find_content, keep_drafts, submit
from batikrfm.content.rules import Finding
from batikrfm.db.keys import uuid7
from batikrfm.sdk import Principal, Text
from batikrfm.tenancy import tenant_scope
from batikrfm.tenancy.permissions import PERMISSIONS_OF, Role

WORDS: Final = Copy(
    subject="{nama}, kain baru sudah datang",
    preheader="Kami simpan beberapa yang cocok untuk Anda",
    email="Halo {nama},\n\nkain baru dari pembatik kami sudah datang minggu ini. Kami ingat pilihan Anda waktu itu, dan ada yang sewarna.",
    whatsapp="Halo {nama}, kain baru sudah datang di {toko}. Kami ingat pilihan Anda waktu itu. Mau kami kirimkan fotonya?",
    call_to_action="Lihat kain baru",
)
BLOCKING: Final = Finding(
    "invented_phone", "block", "whatsapp", "0812", Text(id="Nomor ini bukan milik toko.", en="Not the shop's number.")
)
WARNING: Final = Finding("shouting", "warn", "subject", "KAIN", Text(id="Huruf besar semua.", en="All capitals."))


def words(number: int = 0) -> Copy:
    """Copy that differs by its number, and in which nothing is wrong."""
    return WORDS if number == 0 else replace(WORDS, subject=f"{{nama}}, pilihan ke-{number} untuk Anda")


async def generated(
    *copies: Copy, segment: str = "champions", origin: Origin = "provider", findings: tuple[Finding, ...] = (), offer: str = ""
) -> Generated:
    """What comes of an order. For a tenant's scope."""
    prompt = await prompt_for(segment, "id")
    return Generated(
        id=uuid7(),
        order=Order(segment, "id", len(copies) or 1, "economy", offer),
        drafts=tuple(Draft(copy, findings) for copy in copies or (WORDS,)),
        origin=origin,
        provider="template" if origin == "template" else "openai",
        model="template-1" if origin == "template" else "gpt-test",
        prompt_id=prompt.id,
        prompt_version=prompt.version,
        content_hash="0" * 64,
        tokens=0,
        run_id=uuid7(),
        expires_at=dt.datetime(2026, 12, 31, tzinfo=dt.UTC),
        cached=origin == "cache",
    )


def somebody(tenant: UUID, role: Role = Role.EDITOR, name: str = "Bu Sri") -> Principal:
    """A person of this shop."""
    return Principal("user", uuid7(), name, tenant, frozenset(PERMISSIONS_OF[role]))


async def a_draft(tenant: UUID, *, handed_in: bool = False, findings: tuple[Finding, ...] = ()) -> Content:
    """A draft of this shop, in review if it is ``handed_in``."""
    async with tenant_scope(tenant):
        (content_id,) = await keep_drafts(await generated(findings=findings))
        return await submit(content_id, 1, by=None) if handed_in else await find_content(content_id)
