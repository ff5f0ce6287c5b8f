"""The log of a shop: kept with what it speaks of, or not at all; read by pages; exported as a harmless file."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from uuid import UUID

import batikrfm_tenants
from batikrfm.db.keys import uuid7
from batikrfm.sdk.extension import Principal
from batikrfm.sdk.text import Text
from batikrfm.tenancy import tenant_scope
from batikrfm.web import routes
from batikrfm_tenants import audit
from batikrfm_tenants.audit_words import ACTIONS
from batikrfm_tenants.plugin import People
from persons import undone


def somebody_in(tenant: UUID, name: str = "Ibu Sri") -> Principal:
    return Principal("user", uuid7(), name, tenant, frozenset())


async def test_what_is_undone_is_not_in_the_log(tenant: UUID) -> None:
    await undone(tenant, audit.record(somebody_in(tenant), "shop.changed"))
    async with tenant_scope(tenant):
        assert await audit.list_entries() == []


async def test_pages_from_the_newest_to_the_oldest(tenant: UUID, other_tenant: UUID) -> None:
    by = somebody_in(tenant)
    for n in range(7):
        async with tenant_scope(tenant):
            await audit.record(by, "shop.changed", f"hal {n}", {"n": n})
    async with tenant_scope(other_tenant):
        await audit.record(None, "shop.changed", "rahasia toko lain")
    async with tenant_scope(tenant):
        first = await audit.list_entries(limit=4)
        second = await audit.list_entries(limit=4, before=first[-1].id)
        assert [entry.details["n"] for entry in first + second] == [6, 5, 4, 3, 2, 1, 0]
        assert {(entry.actor_kind, entry.actor_id, entry.actor_name) for entry in first} == {("user", by.id, "Ibu Sri")}
        assert await audit.list_entries(before=second[-1].id) == []


async def test_the_program_itself_did_it(tenant: UUID) -> None:
    async with tenant_scope(tenant):
        await audit.record(None, "plugin.switched", "builtin")
        (entry,) = await audit.list_entries()
    assert (entry.actor_kind, entry.actor_id, entry.actor_name) == ("system", None, "BatikRFM")


async def test_the_whole_log_as_a_file_that_does_nothing(tenant: UUID) -> None:
    evil = ["=HYPERLINK(0)", "+1+cmd|' /C calc'!A0", "@SUM(1)", '"; drop', "a\nb", "biasa", "-2+3"]
    async with tenant_scope(tenant):
        for text in evil:
            await audit.record(somebody_in(tenant, text), "member.removed", text, {"=x": text})
        data = b"".join([piece async for piece in audit.export_csv("id", page=3)])
    heading, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig")))
    assert heading == ["Waktu", "Siapa", "Jenis", "Apa", "Kode", "Objek", "Rincian"]
    assert [row[5].lstrip("'") for row in rows] == evil
    assert {row[3] for row in rows} == {"Mengeluarkan anggota tim"}
    assert not [cell for row in rows for cell in row if re.match(r"[=+@-]", cell)]
    assert rows[0][0].endswith("+07:00")


def test_what_is_done_has_words() -> None:
    """Every action that this distribution writes down is one that a person can read."""
    sources = [path.read_text(encoding="utf-8") for path in Path(batikrfm_tenants.__file__).parent.rglob("*.py")]
    written = {match for source in sources for match in re.findall(r'(?:record\(|_take_out\()[^"\n]*"([a-z_]+\.[a-z_]+)"', source)}
    assert {"member.removed", "member.left", "key.created", "invitation.sent"} <= written
    assert written <= ACTIONS.keys()


def test_what_is_done_through_the_api_has_words() -> None:
    sources = [path.read_text(encoding="utf-8") for path in Path(routes.__file__).parent.rglob("*.py")]
    told = {match for source in sources for match in re.findall(r'log_deed\(\s*request, "([a-z_]+\.[a-z_]+)"', source)}
    assert {"content.approved", "content.edited", "content.rejected", "content.ordered", "prompt.changed"} <= told
    assert told <= ACTIONS.keys()


async def test_what_is_done_through_the_api_is_in_the_log(tenant: UUID) -> None:
    by = somebody_in(tenant)
    async with tenant_scope(tenant):
        await People({}).log_deed(by, "content.approved", "hal 1", {"version": 2, "acknowledged": False})
        (entry,) = await audit.list_entries(thing="content")
    assert (entry.actor_name, entry.target, dict(entry.details)) == ("Ibu Sri", "hal 1", {"version": 2, "acknowledged": False})
    assert audit.say(entry).id == "Menyetujui konten"


async def test_an_action_without_words(tenant: UUID) -> None:
    async with tenant_scope(tenant):
        await audit.record(None, "moon.landed")
        (entry,) = await audit.list_entries()
    assert audit.say(entry) == Text(id="moon.landed", en="moon.landed")
