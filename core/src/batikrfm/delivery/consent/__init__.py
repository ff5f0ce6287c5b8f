"""Whether a person may be written to: what they agreed to, what they refused, and the addresses that get nothing any more.

What other parts of delivery use, all in the tenant's scope and in the transaction of what they do::

    standing_of(customer_ids, medium, purpose) -> {customer_id: LeftOut | None}    the last look, just before sending
    opt_out(recipient, Said(...), everywhere=, delivery_id=) -> int                these are effective at once, on messages that
    suppress(recipient, Reason, by=) -> int                                        wait, too: so many were left out
    bounced(recipient, permanent=, delivery_id=, at=) -> int
    complained(recipient, delivery_id=, at=) -> int
    heard(medium, address, text, message_id=, at=) -> bool                         a reply: whether it said stop, and was obeyed

A statement over all customers joins ``consent_states`` (no row: unknown), ``suppressions`` by
``delivery_hash((select salt from delivery_settings), customers.email)`` where ``delivery_blocks(reason, purpose)``, and
``contact_preferences`` (``most``, ``days``: at most so many messages in so many days, null for no wish).

Nothing said is unknown, and unknown is no yes.
"""

from batikrfm.delivery.consent.model import Consent, ConsentState, Means, Proof, Reason, Recipient
from batikrfm.delivery.consent.standing import standing_of
from batikrfm.delivery.consent.states import Said, consent_history, consents_of, set_consent
from batikrfm.delivery.consent.stopping import bounced, complained, heard, opt_out
from batikrfm.delivery.consent.suppressing import suppress

__all__ = [
    "Consent",
    "ConsentState",
    "Means",
    "Proof",
    "Reason",
    "Recipient",
    "Said",
    "bounced",
    "complained",
    "consent_history",
    "consents_of",
    "heard",
    "opt_out",
    "set_consent",
    "standing_of",
    "suppress",
]
