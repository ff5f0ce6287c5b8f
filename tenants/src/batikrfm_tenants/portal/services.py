"""What the portal's pages need from the program: given once, when the web application is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from batikrfm_tenants.office import Office
from batikrfm_tenants.oidc import Provider
from batikrfm_tenants.portal.cookies import Cookies


@dataclass(frozen=True)
class Services:
    """``outbox``: mail stays on this machine and a page shows it; never where mail is really sent, or where others can come."""

    office: Office
    providers: Mapping[str, Provider] = field(default_factory=dict)
    outbox: bool = False

    @property
    def cookies(self) -> Cookies:
        """Cookies as the installation's address allows."""
        return Cookies(secure=self.office.site.startswith("https://"))
