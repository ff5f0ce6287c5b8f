"""The device cookie: says that somebody signed in here before as this person. It opens nothing; it only spares them a stranger's limits."""

from __future__ import annotations

import json
from typing import Final
from uuid import UUID

from batikrfm.plugins.errors import SecretLostError
from batikrfm.plugins.vault import Vault
from batikrfm.sdk.context import Clock
from batikrfm_tenants.tokens import new_token

PLACE: Final = "people/device"
LIFE: Final = 365 * 24 * 3600


def device_of(vault: Vault, clock: Clock, user_id: UUID) -> str:
    """A new device of ``user_id``, sealed."""
    return vault.seal(json.dumps([str(user_id), new_token(), int(clock.now().timestamp())]), PLACE)


def known_device(vault: Vault, clock: Clock, cookie: str | None, user_id: UUID) -> str | None:
    """The device's own name if ``cookie`` is one that we gave to ``user_id`` within a year."""
    try:
        owner, name, given = json.loads(vault.unseal(cookie or "", PLACE))
    except (SecretLostError, ValueError):
        return None
    if owner != str(user_id) or clock.now().timestamp() - given > LIFE:
        return None
    return str(name)
