"""Again to those whom a message did not reach, and to nobody else."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.delivery.campaigns import queries as sql
from batikrfm.delivery.campaigns.errors import CampaignStateError
from batikrfm.delivery.campaigns.finding import held
from batikrfm.delivery.campaigns.moving import clock, require_sender
from batikrfm.delivery.campaigns.waking import SEND, wake
from batikrfm.delivery.campaigns.words import STANDS
from batikrfm.delivery.counting import Place, count
from batikrfm.delivery.model import CampaignState, DeliveryState, Failure
from batikrfm.delivery.timing import next_allowed
from batikrfm.sdk.extension import Principal

MAY_PASS: Final = frozenset({Failure.SOFT_BOUNCED, Failure.GIVEN_UP, Failure.OTHER})
"""A full mailbox is emptied, a vendor comes back. An address that does not exist, a person who does not want it, a complaint stay."""
MAY_HAVE_ARRIVED: Final = frozenset({Failure.NOT_FOUND})
"""What nobody knows the outcome of: sent again it may come twice, so that is for a person to decide."""


async def resend_failed(campaign_id: UUID, *, by: Principal, unsure: bool = False) -> int:
    """Queue the failed messages of a campaign again whose reason may pass; how many. Each is a new message to the vendor.

    ``unsure``: also those of which nobody knows whether they arrived, and some of them do so twice. Who has opted out since is left out
    just before sending, as everybody. Raises MayNotSendError, CampaignNotFoundError,
    CampaignStateError (it has not begun, is paused or was cancelled).
    """
    require_sender(by)
    campaign = await held(campaign_id)
    if campaign.state not in {CampaignState.SENDING, CampaignState.FINISHED}:
        raise CampaignStateError(state=STANDS[campaign.state])
    now, shop = await clock()
    due = next_allowed(now, campaign.options, shop)
    rows = await current_scope().fetch(sql.AGAIN, campaign_id, sorted(MAY_PASS | MAY_HAVE_ARRIVED if unsure else MAY_PASS), due)
    if not rows:
        return 0
    left = [(Place(DeliveryState.FAILED, row["reason"], row["variant"], row["segment"]), -row["people"]) for row in rows]
    await count(campaign_id, left + [(Place(DeliveryState.QUEUED, None, place.variant, place.segment), -many) for place, many in left])
    if campaign.state is CampaignState.FINISHED:
        await current_scope().execute(sql.MOVE, campaign_id, CampaignState.SENDING, None)
    await wake(SEND, campaign_id, due if due > now else None)
    return sum(row["people"] for row in rows)
