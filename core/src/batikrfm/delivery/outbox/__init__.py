"""The outbox: messages that were handed to a channel without a vendor (``Capabilities.kept``), kept for people to look at.

Who sends calls :func:`keep` in the transaction that writes the receipts, so a message is there if and only if it counts as accepted.
Everything runs in the tenant's scope.
"""

from __future__ import annotations

from batikrfm.delivery.outbox.forgetting import erase, forget
from batikrfm.delivery.outbox.keeping import find_outbox_message, keep, list_outbox
from batikrfm.delivery.outbox.model import Handed, NoSuchOutboxMessageError, OutboxMessage

__all__ = ["Handed", "NoSuchOutboxMessageError", "OutboxMessage", "erase", "find_outbox_message", "forget", "keep", "list_outbox"]
