"""What changed between two texts: nothing is lost, nothing is made up, and it reads like what a person did."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batikrfm.content.review import Piece, compare, differences, edit
from batikrfm.content.review.comparing import MOST_WORDS
from batikrfm.content.review.errors import ContentNotFoundError, ContentVersionNotFoundError
from batikrfm.db.keys import uuid7
from batikrfm.tenancy import tenant_scope
from reviewing import WORDS, a_draft, somebody

texts = st.lists(st.sampled_from(["kain", "baru", " ", "\n\n", "{nama}", ",", "!", "é", "漢", "Rp10.000", "**tebal**"]), max_size=40).map(
    "".join
) | st.text(max_size=60)


def joined(pieces: tuple[Piece, ...], without: str) -> str:
    return "".join(piece.text for piece in pieces if piece.kind != without)


@given(texts, texts)
def test_nothing_is_lost_and_nothing_made_up(older: str, newer: str) -> None:
    pieces = differences(older, newer)
    assert joined(pieces, "added") == older
    assert joined(pieces, "removed") == newer
    assert all(piece.text for piece in pieces)
    assert all(one.kind != other.kind for one, other in pairwise(pieces)), "neighbours of one kind are one piece"


@given(texts)
def test_the_same_text_has_no_difference(text: str) -> None:
    assert differences(text, text) == ((Piece("same", text),) if text else ())


def test_a_changed_word_is_a_word_and_a_placeholder_is_whole() -> None:
    assert differences("Halo {nama}, kain baru datang", "Halo {toko}, kain lama datang") == (
        Piece("same", "Halo "),
        Piece("removed", "{nama}"),
        Piece("added", "{toko}"),
        Piece("same", ", kain "),
        Piece("removed", "baru"),
        Piece("added", "lama"),
        Piece("same", " datang"),
    )


def test_a_text_that_would_take_long_is_shown_as_rewritten() -> None:
    older, newer = "a " * MOST_WORDS + "x", "b " * MOST_WORDS + "x"
    pieces = differences(older, newer)
    assert [piece.kind for piece in pieces] == ["removed", "added", "same"]
    assert (joined(pieces, "added"), joined(pieces, "removed")) == (older, newer)


async def test_two_versions_of_a_draft(tenant: UUID, other_tenant: UUID) -> None:
    draft = await a_draft(tenant)
    async with tenant_scope(tenant):
        await edit(draft.id, 1, replace(WORDS, call_to_action="Lihat kain lama"), by=somebody(tenant))
        found = await compare(draft.id, 1, 2)
        assert found.fields["subject"] == (Piece("same", WORDS.subject),)
        assert found.fields["call_to_action"] == (Piece("same", "Lihat kain "), Piece("removed", "baru"), Piece("added", "lama"))
        backwards = await compare(draft.id, 2, 1)
        assert backwards.fields["call_to_action"][1:] == (Piece("removed", "lama"), Piece("added", "baru"))
        with pytest.raises(ContentVersionNotFoundError, match="3"):
            await compare(draft.id, 1, 3)
        with pytest.raises(ContentNotFoundError):
            await compare(uuid7(), 1, 2)
    async with tenant_scope(other_tenant):
        with pytest.raises(ContentNotFoundError):
            await compare(draft.id, 1, 2)
