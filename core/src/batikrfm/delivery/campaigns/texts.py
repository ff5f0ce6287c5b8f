"""What a campaign says: approved before anybody can press send, and never changed from its first message on."""

from __future__ import annotations

from collections.abc import Sequence

from batikrfm.content.review import Content, State, mark_used
from batikrfm.content.review.drafts import locked_all
from batikrfm.db.engine import current_scope
from batikrfm.delivery.campaigns import queries as sql
from batikrfm.delivery.campaigns.errors import TextsNotApprovedError
from batikrfm.delivery.campaigns.model import Campaign

READY = frozenset({State.APPROVED, State.USED})


async def contents_of(campaign: Campaign) -> Sequence[Content]:
    """The contents that it says, each once, which nobody else changes until the scope ends."""
    return await locked_all({variant.content_id for variant in campaign.variants})


async def require_approved(campaign: Campaign) -> Sequence[Content]:
    """The contents, all of them approved. Raises TextsNotApprovedError."""
    contents = await contents_of(campaign)
    if missing := sum(content.state not in READY for content in contents):
        raise TextsNotApprovedError(texts=missing)
    return contents


async def use_texts(campaign: Campaign) -> None:
    """Note that messages go out with these very texts, and which they are. Raises TextsNotApprovedError: nothing may be sent."""
    for content in await require_approved(campaign):
        await mark_used(content.id, content.hash)
    await current_scope().execute(sql.APPROVED, campaign.id)
