"""Mail that people need: written to an outbox in the transaction that wants it sent, sent later by a loop. See :mod:`.outbox`."""
