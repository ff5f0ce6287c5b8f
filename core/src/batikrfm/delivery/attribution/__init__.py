"""What a campaign sold: orders within some days after a message, by last touch, and compared with those who were held out on purpose.

See docs/explanation/attribution.md and ADR 29. Measured by a job, after each import and daily while a campaign's window is open, into
``campaign_results``: sums only, so that showing them costs the same for ten people and for a million. For the other rooms, in the tenant's
scope::

    measure_soon()                                   when a campaign begins or ends: enqueues the job, once
    earned_by(campaign_id) -> Earned | None          as it was measured last
    orders_of(campaign_id, after=, limit=)           the very orders behind the number
"""

from batikrfm.delivery.attribution.intervals import Span
from batikrfm.delivery.attribution.model import AttributedOrder, Comparison, Earned, Part, Sold, Verdict
from batikrfm.delivery.attribution.reading import earned_by, orders_of
from batikrfm.delivery.attribution.tasks import measure_soon

__all__ = ["AttributedOrder", "Comparison", "Earned", "Part", "Sold", "Span", "Verdict", "earned_by", "measure_soon", "orders_of"]
