"""What Resend posts to a webhook, with the signature that Svix gives it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

SECRET: Final = "whsec_" + base64.b64encode(hashlib.sha256(b"batikrfm resend vendor").digest()).decode()
"""The webhook's secret, where none is given."""


def payload(kind: str, vendor_id: str, at: datetime, more: Mapping[str, Any] | None = None, **about: Any) -> bytes:  # noqa: ANN401 - JSON
    """The body of an event ``kind`` (``email.delivered``) about the mail ``vendor_id``; ``more`` goes into its ``data``."""
    data = {
        "email_id": vendor_id,
        "created_at": at.isoformat(),
        "from": "Toko Batik <kabar@toko.example>",
        "to": ["ani@toko.example"],
        "subject": "Kabar dari toko",
        "headers": [{"name": "List-Unsubscribe", "value": "<https://toko.example/berhenti/1>"}],
        "tags": {},
        **about,
        **(more or {}),
    }
    return json.dumps({"type": kind, "created_at": at.isoformat(), "data": data}).encode()


def signed(body: bytes, at: datetime, name: str = "", secret: str = SECRET) -> Mapping[str, str]:
    """The headers of ``body``, sent ``at``; ``name`` is the webhook's own id, made of the body where none is given."""
    name = name or f"msg_{hashlib.sha256(body).hexdigest()[:27]}"
    time = str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    proof = base64.b64encode(hmac.digest(key, f"{name}.{time}.".encode() + body, hashlib.sha256)).decode()
    return {"svix-id": name, "svix-timestamp": time, "svix-signature": f"v1,{proof}", "content-type": "application/json"}
