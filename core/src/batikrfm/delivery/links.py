"""Where the links in a message lead: the way out, and the recipient's own page. The pages are the portal's."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from batikrfm.delivery.signing import LinkKind, Signer
from batikrfm.plugins.vault import Vault

SITE: Final = "http://127.0.0.1:8000"
"""Where an installation is that nobody told its address: on this machine."""
UNSUBSCRIBE: Final = "/berhenti"
PREFERENCES: Final = "/pilihan"


@dataclass(frozen=True)
class Links:
    """Makes the links of an installation that people reach at ``site`` (no slash at its end)."""

    site: str
    signer: Signer

    @classmethod
    def of_installation(cls, data_dir: Path, environ: Mapping[str, str] = os.environ) -> Links:
        """As letters to people have them: at ``BATIKRFM_PUBLIC_URL``, signed with the installation's key. Raises a ``SetupError``."""
        site = (environ.get("BATIKRFM_PUBLIC_URL") or SITE).rstrip("/")
        return cls(site, Signer(Vault.of_installation(data_dir, environ)))

    def unsubscribe_url(self, tenant_id: UUID, delivery_id: UUID) -> str:
        """For the words of a message and for its header. GET shows a page, POST is the deed itself (RFC 8058)."""
        return f"{self.site}{UNSUBSCRIBE}/{self.signer.sign(LinkKind.UNSUBSCRIBE, tenant_id, delivery_id)}"

    def preferences_url(self, tenant_id: UUID, customer_id: UUID) -> str:
        """The recipient's page: by what, how often, their data."""
        return f"{self.site}{PREFERENCES}/{self.signer.sign(LinkKind.PREFERENCES, tenant_id, customer_id)}"

    def one_click_headers(self, tenant_id: UUID, delivery_id: UUID) -> dict[str, str]:
        """The two headers of RFC 8058 for a mail; its DKIM signature has to cover both."""
        return {
            "List-Unsubscribe": f"<{self.unsubscribe_url(tenant_id, delivery_id)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
