"""Signing in by somebody else who knows the person: Google, or any issuer of OpenID Connect that the installation names.

Authorization code flow with PKCE (S256), state and nonce. Call these outside of any scope. The way there and back:

1. ``begin`` gives a ``url`` to send the browser to and a ``cookie`` for it (10 minutes, ``SameSite=Lax``, ``__Host-``).
2. ``finish`` takes that cookie and the query that the browser came back with. Both are good once.
"""

from batikrfm_tenants.oidc.flow import Departure, Linked, begin, finish
from batikrfm_tenants.oidc.identities import Identity, list_identities, unlink
from batikrfm_tenants.oidc.providers import Provider, providers

__all__ = ["Departure", "Identity", "Linked", "Provider", "begin", "finish", "list_identities", "providers", "unlink"]
