"""What people write about customers."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from batikrfm.db.keys import uuid7
from batikrfm.segmentation.errors import CustomerNotFoundError, NoteError, NoteNotFoundError
from batikrfm.segmentation.notes import LONGEST_NOTE, add_note, delete_note, notes_of
from batikrfm.segmentation.profile import customer_profile
from batikrfm.tenancy import tenant_scope

if TYPE_CHECKING:
    from core.tests.segmentation.conftest import Sale as MadeSale
    from core.tests.segmentation.conftest import Stock


@pytest.fixture
async def customer(tenant: UUID, stock: Stock, sale: type[MadeSale]) -> UUID:
    await stock(tenant, [sale("sari", "2026-01-08T10:00", 50_000, "Sari")])
    async with tenant_scope(tenant) as scope:
        return UUID(str(await scope.fetchval("select id from customers")))


async def test_notes_come_and_go(tenant: UUID, customer: UUID) -> None:
    async with tenant_scope(tenant):
        first = await add_note(customer, "  Suka warna biru.\r\nDatang tiap Lebaran. ", author="Bu Sri")
        second = await add_note(customer, "<script>alert(1)</script>", author="Pak Joko")
        assert first.text == "Suka warna biru.\nDatang tiap Lebaran."
        assert [note.id for note in await notes_of(customer)] == [second.id, first.id]
        assert (await customer_profile(customer)).notes == (second, first)
        await delete_note(first.customer_id, first.id)
        assert await notes_of(customer) == [second]
        with pytest.raises(NoteNotFoundError):
            await delete_note(first.customer_id, first.id)


@pytest.mark.parametrize("text", ["", " \n ", "\x00", "x" * (LONGEST_NOTE + 1)], ids=range(4))
async def test_a_note_that_is_none(tenant: UUID, customer: UUID, text: str) -> None:
    async with tenant_scope(tenant):
        with pytest.raises(NoteError):
            await add_note(customer, text, author="Bu Sri")


async def test_another_shops_customer_is_not_there(tenant: UUID, other_tenant: UUID, customer: UUID) -> None:
    async with tenant_scope(tenant):
        note = await add_note(customer, "Pelanggan lama", author="Bu Sri")
    async with tenant_scope(other_tenant):
        for unknown in (customer, uuid7()):
            with pytest.raises(CustomerNotFoundError):
                await add_note(unknown, "x", author="Orang lain")
        with pytest.raises(NoteNotFoundError):
            await delete_note(note.customer_id, note.id)
        assert await notes_of(customer) == []
