"""What vendors report of messages, and what people write back: taken in fast, applied once, in whatever order it comes.

::

    POST /hooks/<token> -> intake: whose, signed?, kept -> 200
                                      |
                       job delivery.events -> apply -> deliveries, counts, consent, replies

For the other rooms, all in the tenant's scope::

    apply(channel, medium, told) -> Applied           moves deliveries on, counts, tells consent; doubled events change nothing
    catch_up(channel, {vendor_id: delivery_id}) -> int      in the transaction that writes receipts down: events that came before them
    wrote_first(customer_ids, medium) -> set[UUID]    who has ever written to the shop: prior contact
    list_deliveries(wish, after=, limit=) / find_delivery(id) / events_of(id)
    list_replies(wish, after=, limit=)
    make_url(channel, by=) -> NewUrl                  shown once; the one before is heard for some days more
    list_urls(channel) -> list[WebhookUrl]
    end_url(url_id)
"""
