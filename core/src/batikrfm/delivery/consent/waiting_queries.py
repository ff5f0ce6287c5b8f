"""The SQL of messages that wait to be sent to somebody who shall get none."""

from __future__ import annotations

from typing import Final

LEAVE_OUT: Final = """
with waiting as (
    select d.id from deliveries d join campaigns c on c.id = d.campaign_id
    where d.customer_id = any ($1::uuid[]) and d.medium = $2 and d.state = 'queued' and ($4::text is null or c.purpose = $4)
    order by d.id for update of d
), gone as (
    update deliveries d set state = 'left_out', reason = $3, claim = null, claimed_until = null from waiting
    where d.id = waiting.id and d.state = 'queued'
    returning d.campaign_id, d.variant, d.segment
)
select campaign_id, variant, segment, count(*) as amount from gone group by campaign_id, variant, segment order by campaign_id
"""

NOTE_UNSUBSCRIBED: Final = """
update deliveries set unsubscribed_at = now() where id = $1 and unsubscribed_at is null returning campaign_id, variant, segment
"""
