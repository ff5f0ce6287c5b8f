"""Signing in by somebody else who knows the person: Google, or any issuer of OpenID Connect that the installation names.

Authorization code flow with PKCE (S256), state and nonce. Call these outside of any scope. The way there and back:

1. ``begin`` gives a ``url`` to send the browser to and a ``cookie`` for it (10 minutes, ``SameSite=Lax``, ``__Host-``).
2. ``finish`` takes that cookie and the query that the browser came back with. Both are good once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from batikrfm_tenants.office import Office
from batikrfm_tenants.origins import Origin
from batikrfm_tenants.sessions import Session
from batikrfm_tenants.signing_in import NeedsCode, SignedIn


@dataclass(frozen=True, slots=True)
class Provider:
    """An issuer that the installation trusts. ``key`` is in URLs (``google``), ``name`` on the button."""

    key: str
    name: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Departure:
    """Where to send the browser, and what it must bring back."""

    url: str
    cookie: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Identity:
    """An account elsewhere by which a person signs in."""

    id: UUID
    issuer: str
    email: str = field(repr=False)
    created_at: datetime
    last_used_at: datetime


@dataclass(frozen=True, slots=True)
class Linked:
    """The account elsewhere now belongs to the signed-in person."""

    identity: Identity


def providers(environ: Mapping[str, str]) -> dict[str, Provider]:
    """The providers that the environment names, by key.

    ``GOOGLE_CLIENT_ID`` and ``GOOGLE_CLIENT_SECRET``; for any other NAME ``BATIKRFM_OIDC_<NAME>_ISSUER``, ``_CLIENT_ID`` and
    ``_CLIENT_SECRET``. Raises OidcSettingsError.
    """
    raise NotImplementedError


async def begin(office: Office, origin: Origin, provider: Provider, redirect_uri: str, *, session: Session | None = None) -> Departure:
    """Send somebody to ``provider``; it sends them back to ``redirect_uri`` (made from ``office.site``, never from a request).

    With a ``session`` (a fresh one) the account elsewhere is linked to that person instead of signing somebody in.

    Raises:
        ProviderDownError: it cannot be reached or says nonsense.
        TooManyAttemptsError, StepUpNeededError
    """
    raise NotImplementedError


async def finish(  # noqa: PLR0913, PLR0917 - what came back, and to whom
    office: Office, origin: Origin, provider: Provider, cookie: str | None, query: Mapping[str, str], session: Session | None = None
) -> SignedIn | NeedsCode | Linked:
    """Take what the provider says of the person, if it is true, and sign them in; a new person gets an account.

    An account that exists is linked only if the provider vouches for the address and the account itself is confirmed.

    Raises:
        SignInCancelledError: the person said no over there.
        ForgedAnswerError: state, nonce, signature, issuer, audience or time do not fit, or it came twice.
        UnverifiedEmailError: the provider does not vouch for the address.
        NotConfirmedError: there is an account with this address that is not confirmed.
        IdentityTakenError: that account elsewhere belongs to another person here.
        ProviderDownError
    """
    raise NotImplementedError


async def list_identities(session: Session) -> list[Identity]:
    """The person's accounts elsewhere."""
    raise NotImplementedError


async def unlink(session: Session, identity_id: UUID) -> None:
    """Forget one. Raises StepUpNeededError, LastWayInError (no password and no other account elsewhere)."""
    raise NotImplementedError
