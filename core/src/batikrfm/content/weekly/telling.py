"""Tell the owners that words wait for review: once for a week. Runs in the tenant's scope."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from batikrfm.content.chain.providers import providers
from batikrfm.content.weekly import queries as sql
from batikrfm.content.weekly.model import ItemState
from batikrfm.content.wording import filled
from batikrfm.db.engine import current_scope
from batikrfm.sdk.text import Text

PLACE: Final = "konten"
SUBJECT: Final = Text(id="Pesan minggu ini menunggu Anda baca", en="This week's messages wait for you to read them")
WRITTEN: Final = Text(
    id="{segments} segmen sudah punya pesan baru. Baca dulu, ubah seperlunya, lalu setujui; tanpa persetujuan Anda tidak ada yang dikirim.",
    en="{segments} segments have new messages. Read them, change what you like and approve; nothing is sent without your approval.",
)
LATER: Final = Text(
    id="{segments} segmen lagi menyusul mulai {day}, karena kuota hari ini sudah terpakai.",
    en="{segments} more follow from {day} on, for today's quota is used up.",
)
BROKEN: Final = Text(
    id="{segments} segmen tidak bisa dibuatkan pesan; alasannya ada di halaman itu.",
    en="{segments} could not be written; the page says why.",
)


async def tell_owners(batch_id: UUID) -> bool:
    """Whether the owners were told now: once a week, when the first words are there."""
    rows = await current_scope().fetch(sql.TELL, batch_id)
    if not rows:
        return False
    words = _words([(ItemState(row["state"]), row["due"]) for row in rows])
    for extension in providers().settings.plugins.extensions.values():
        await extension.tell(SUBJECT, words, PLACE)
    return True


def _words(items: Sequence[tuple[ItemState, dt.date]]) -> Text:
    states = [state for state, _ in items]
    sentences = [filled(WRITTEN, segments=states.count(ItemState.WRITTEN))]
    if later := [due for state, due in items if state is ItemState.WAITING]:
        sentences.append(filled(LATER, segments=len(later), day=f"{min(later):%d-%m-%Y}"))
    if failed := states.count(ItemState.FAILED):
        sentences.append(filled(BROKEN, segments=failed))
    return Text(id=" ".join(one.id for one in sentences), en=" ".join(one.en for one in sentences))
