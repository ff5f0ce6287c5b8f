"""What vendors report of messages, and what people write back: taken in fast, applied once, in whatever order it comes.

::

    POST /hooks/<token> -> intake: whose, signed?, kept -> 200
                                      |
                       job delivery.events -> apply -> deliveries, counts, consent, replies

For the other rooms, all in the tenant's scope::

    apply(channel, medium, told) -> Applied           moves deliveries on, counts, tells consent; doubled events change nothing
    catch_up(channel, medium, {vendor_id: delivery_id}) -> int   in the transaction that writes receipts down: events that came before them
    wrote_first(customer_ids, medium) -> set[UUID]    who has ever written to the shop: prior contact
    list_deliveries(wish, after=, limit=) / find_delivery(id) / events_of(id)
    list_replies(wish, after=, limit=)
    make_url(channel, by=) -> NewUrl                  shown once; the one before is heard for some days more
    list_urls(channel) -> list[WebhookUrl]
    end_url(url_id)
"""

from batikrfm.delivery.events.applying import apply, catch_up
from batikrfm.delivery.events.inbox import list_replies, wrote_first
from batikrfm.delivery.events.looking import events_of, find_delivery, list_deliveries
from batikrfm.delivery.events.model import Applied, Delivery, DeliveryWish, Event, NewUrl, Reply, ReplyWish, WebhookUrl
from batikrfm.delivery.events.urls import end_url, list_urls, make_url

__all__ = [
    "Applied",
    "Delivery",
    "DeliveryWish",
    "Event",
    "NewUrl",
    "Reply",
    "ReplyWish",
    "WebhookUrl",
    "apply",
    "catch_up",
    "end_url",
    "events_of",
    "find_delivery",
    "list_deliveries",
    "list_replies",
    "list_urls",
    "make_url",
    "wrote_first",
]
