"""Resend to test with: a real HTTP server that behaves as its documents say, and misbehaves as told.

::

    async with ResendVendor() as vendor:
        ...  # talk to vendor.url
        vendor.script.append(troubles.daily_quota())
        request = vendor.webhook("email.bounced", vendor_id, {"bounce": {"type": "Permanent"}})
"""

from __future__ import annotations

from batikrfm.testkit.resend_vendor import troubles
from batikrfm.testkit.resend_vendor.vendor import ResendVendor
from batikrfm.testkit.resend_vendor.webhooks import SECRET, payload, signed

__all__ = ["SECRET", "ResendVendor", "payload", "signed", "troubles"]
