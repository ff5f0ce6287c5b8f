"""There and back: what is remembered when a browser goes to a provider, and what is asked when it comes back."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Final
from uuid import UUID

from batikrfm.sdk.text import Language
from batikrfm_tenants import tokens
from batikrfm_tenants.accounts import resend_confirmation
from batikrfm_tenants.directory import people_scope
from batikrfm_tenants.errors import ForgedAnswerError, NotConfirmedError, SignInCancelledError
from batikrfm_tenants.office import Office
from batikrfm_tenants.oidc.identities import Identity, link, person_of
from batikrfm_tenants.oidc.providers import Provider
from batikrfm_tenants.origins import Origin
from batikrfm_tenants.sessions import Session, require_fresh
from batikrfm_tenants.signing_in import NeedsCode, SignedIn, enter
from batikrfm_tenants.throttles import count
from batikrfm_tenants.tokens import new_token

PLACE: Final = "people/oidc"
NO: Final = ("access_denied", "user_cancelled_login", "user_cancelled_authorize")


@dataclass(frozen=True, slots=True)
class Departure:
    """Where to send the browser, and what it must bring back."""

    url: str
    cookie: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Linked:
    """The account elsewhere now belongs to the signed-in person."""

    identity: Identity


@dataclass(frozen=True, slots=True)
class _Pending:
    """What we keep, sealed, until the browser is back. ``user_id``: who wants to link an account, or None to sign in."""

    provider: str
    redirect_uri: str
    state: str
    nonce: str
    verifier: str
    user_id: str | None


async def begin(office: Office, origin: Origin, provider: Provider, redirect_uri: str, *, session: Session | None = None) -> Departure:
    """Send somebody to ``provider``; it sends them back to ``redirect_uri`` (made from ``office.site``, never from a request).

    With a ``session`` (a fresh one) the account elsewhere is linked to that person instead of signing somebody in.

    Raises:
        ProviderDownError: it cannot be reached or says nonsense.
        TooManyAttemptsError, StepUpNeededError
    """
    from batikrfm_tenants.oidc.speaking import client_of, description

    if session is not None:
        require_fresh(session)
    await count(office.counters, "oidc/network", origin.network)
    said = await description(provider)
    user_id = str(session.user.id) if session else None
    pending = _Pending(provider.key, redirect_uri, new_token(), new_token(), new_token(), user_id)
    async with client_of(provider, redirect_uri=redirect_uri) as client:
        url, _ = client.create_authorization_url(
            said["authorization_endpoint"], state=pending.state, nonce=pending.nonce, code_verifier=pending.verifier
        )
    async with people_scope("remember who goes to sign in elsewhere") as scope:
        sealed = office.vault.seal(json.dumps(asdict(pending)), PLACE)
        return Departure(url, await tokens.issue(scope, "oidc", None, sealed))


async def finish(  # noqa: PLR0913, PLR0917 - what came back, and to whom
    office: Office,
    origin: Origin,
    provider: Provider,
    cookie: str | None,
    query: Mapping[str, str],
    session: Session | None = None,
    language: Language = "id",
) -> SignedIn | NeedsCode | Linked:
    """Take what the provider says of the person, if it is true, and sign them in; a new person gets an account in ``language``.

    An account that exists is linked only if the provider vouches for the address and the account itself is confirmed.

    Raises:
        SignInCancelledError: the person said no over there.
        ForgedAnswerError: state, nonce, signature, issuer, audience or time do not fit, or it came twice.
        UnverifiedEmailError: the provider does not vouch for the address.
        NotConfirmedError: there is an account with this address that is not confirmed.
        IdentityTakenError: that account elsewhere belongs to another person here.
        ProviderDownError, TooManyAttemptsError
    """
    from batikrfm_tenants.oidc.believing import believe
    from batikrfm_tenants.oidc.speaking import token_for

    await count(office.counters, "oidc/network", origin.network)
    pending = await _come_back(office, provider, cookie)
    _require_same(pending, provider, query, session)
    token = await token_for(provider, query["code"], pending.verifier, pending.redirect_uri)
    believed = await believe(provider, token, pending.nonce)
    if session is not None and pending.user_id is not None:
        return Linked(await link(session, provider, believed))
    try:
        person = await person_of(provider, believed, language)
    except NotConfirmedError:
        await resend_confirmation(office, origin, believed.email)
        raise
    return await enter(office, origin, *person)


async def _come_back(office: Office, provider: Provider, cookie: str | None) -> _Pending:
    """What we kept for this browser. It is used up now, whatever comes of it."""
    async with people_scope("who comes back from signing in elsewhere") as scope:
        found = await tokens.use(scope, "oidc", cookie or "")
    if found is None or found.payload is None:
        raise ForgedAnswerError
    pending = _Pending(**json.loads(office.vault.unseal(found.payload, PLACE)))
    if pending.provider != provider.key:
        raise ForgedAnswerError
    return pending


def _require_same(pending: _Pending, provider: Provider, query: Mapping[str, str], session: Session | None) -> None:
    """The answer is to our question (state), of this provider (RFC 9207), for the person who asked."""
    state = query.get("state", "").encode("utf-8", "surrogatepass")
    if not hmac.compare_digest(state, pending.state.encode()) or query.get("iss", provider.issuer) != provider.issuer:
        raise ForgedAnswerError
    asked_by = UUID(pending.user_id) if pending.user_id else None
    if asked_by is not None and (session is None or session.user.id != asked_by):
        raise ForgedAnswerError
    if query.get("error") in NO:
        raise SignInCancelledError
    if "error" in query or not query.get("code"):
        raise ForgedAnswerError
