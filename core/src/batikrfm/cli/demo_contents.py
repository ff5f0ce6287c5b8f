"""Words for the demonstration's shop: drafts by the template for each of its segments, some of them decided about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final
from uuid import UUID

from batikrfm.content import review
from batikrfm.content.chain import open_providers
from batikrfm.content.facts import FEWEST
from batikrfm.content.generating import generate
from batikrfm.content.model import TEMPLATE, Generated, Order
from batikrfm.content.review import Approval, Content, State
from batikrfm.content.settings import read_settings, save_settings
from batikrfm.db.keys import uuid7
from batikrfm.plugins import load_plugins
from batikrfm.sdk.extension import Principal
from batikrfm.segmentation.history import latest_run
from batikrfm.tenancy import Tenant, tenant_scope
from batikrfm.tenancy.permissions import PERMISSIONS_OF, Role
from batikrfm.usage import GENERATIONS, set_quota

QUOTA: Final = 30
"""Contents a day: some are used up by the drafts that are there, and who looks round wants to order more."""
SITE: Final = "batik-contoh.example"
"""Where the messages' links lead: to nobody, but there are some to be clicked."""
REVIEWER: Final = "Mbak Ratna (contoh)"
COMMENT: Final = "Enak dibaca. Boleh sebutkan juga motif yang baru datang?"
REASON: Final = "Terlalu mirip dengan versi satunya. Pilih satu saja."


async def write_demo_contents(shop: Tenant, data_dir: Path) -> int:
    """Drafts for every segment of the latest run that can be written to; how many segments were missing.

    One that was killed is taken up where it was; what somebody decided since stays. The template writes them, also where the
    installation has keys of vendors: a demonstration costs nothing.
    """
    async with tenant_scope(shop.id):
        written = {count.segment for count in await review.count_contents()}
        segments = [one.segment for one in (await latest_run()).results if one.customers >= FEWEST and one.segment not in written]
        if not segments:
            return 0
        await save_settings(replace(await read_settings(), chain=(TEMPLATE,), domains=(SITE,)))
        await set_quota(GENERATIONS, QUOTA)
    async with open_providers(load_plugins(), data_dir):
        for segment in segments:
            await generate(shop.id, Order(segment), keep=_keep)
    async with tenant_scope(shop.id):
        drafts = await review.list_contents()
        if all(draft.state is State.DRAFT for draft in drafts):
            await _decide(drafts, _reviewer(shop.id))
    return len(segments)


async def _keep(generated: Generated) -> None:
    await review.keep_drafts(generated)


async def _decide(drafts: Sequence[Content], by: Principal) -> None:
    """The first variant of two segments is approved, one is rejected, one is talked about; the rest waits."""
    clean = [draft for draft in drafts if draft.origin.variant == 1 and not draft.blocked]
    await review.approve([Approval(draft.id, draft.version) for draft in clean[:2]], by=by)
    others = [draft for draft in drafts if draft.origin.variant > 1]
    for draft in others[:1]:
        await review.reject(draft.id, draft.version, REASON, by=by)
    for draft in (*clean[2:], *others[1:])[:1]:
        await review.comment(draft.id, COMMENT, by=by)
        await review.submit(draft.id, draft.version, by=by)


def _reviewer(tenant_id: UUID) -> Principal:
    return Principal("user", uuid7(), REVIEWER, tenant_id, frozenset(PERMISSIONS_OF[Role.EDITOR]))
