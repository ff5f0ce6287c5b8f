"""Delivery: approved words to the right people, once, with a way out that always works, and what it earned.

One way::

    contents (approved) -> campaign -> audience (consent, suppression, caps, hold-out) -> deliveries -> channel -> receipts, events
      -> attribution

Everything that reads or writes runs in the tenant's scope; no vendor is called while a transaction is open.
"""
