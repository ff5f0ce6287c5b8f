"""What is asked of a provider: its own description, its keys, and a token for a code. Whatever goes wrong on the way is one error."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client

from batikrfm_tenants.errors import ForgedAnswerError, ProviderDownError
from batikrfm_tenants.oidc.guarded import SECONDS, GuardedTransport
from batikrfm_tenants.oidc.providers import Provider, Remembered

REMEMBER: Final = 600.0
SCOPE: Final = "openid email profile"
ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@contextlib.asynccontextmanager
async def client_of(provider: Provider, **options: Any) -> AsyncIterator[AsyncOAuth2Client]:  # noqa: ANN401 - Authlib's options
    """A client for ``provider``. Raises ProviderDownError in place of what goes wrong on the line."""
    try:
        async with (
            asyncio.timeout(SECONDS),
            AsyncOAuth2Client(
                provider.client_id,
                provider.client_secret,
                scope=SCOPE,
                code_challenge_method="S256",
                transport=GuardedTransport(loopback=provider.loopback),
                trust_env=False,
                follow_redirects=False,
                timeout=SECONDS,
                **options,
            ) as client,
        ):
            yield client
    except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError) as error:
        raise ProviderDownError(provider=provider.name) from error


async def description(provider: Provider) -> Mapping[str, Any]:
    """The provider's discovery document: of this issuer and no other, its endpoints on HTTPS."""
    said = await _remembered(provider, f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    if said.get("issuer") != provider.issuer or not all(_is_address(said.get(name), provider) for name in ENDPOINTS):
        raise ProviderDownError(provider=provider.name)
    return said


async def keys(provider: Provider, *, anew: bool = False) -> Mapping[str, Any]:
    """The provider's keys (a JWK set); ``anew``: those of this moment."""
    return await _remembered(provider, str((await description(provider))["jwks_uri"]), anew=anew)


async def token_for(provider: Provider, code: str, verifier: str, redirect_uri: str) -> Mapping[str, Any]:
    """What the provider gives for ``code``. Raises ForgedAnswerError where it refuses: the code is old, used or not for us."""
    said = await description(provider)
    methods = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    method = "client_secret_basic" if "client_secret_basic" in methods else "client_secret_post"
    async with client_of(provider, token_endpoint_auth_method=method, redirect_uri=redirect_uri) as client:
        try:
            return dict(await client.fetch_token(said["token_endpoint"], code=code, code_verifier=verifier))
        except (AuthlibBaseError, ValueError, TypeError, KeyError) as error:
            raise ForgedAnswerError from error


async def _remembered(provider: Provider, url: str, *, anew: bool = False) -> Mapping[str, Any]:
    known = provider.remembered.get(url)
    if known is None or anew or time.monotonic() - known.at > REMEMBER:
        known = Remembered(time.monotonic(), await _fetched(provider, url))
        provider.remembered[url] = known
    return known.values


async def _fetched(provider: Provider, url: str) -> Mapping[str, Any]:
    async with client_of(provider) as client:
        answer = await client.request("GET", url, withhold_token=True)
        try:
            said = answer.json() if answer.status_code == httpx2.codes.OK else None
        except ValueError:
            said = None
    if not isinstance(said, dict):
        raise ProviderDownError(provider=provider.name)
    return said


def _is_address(value: object, provider: Provider) -> bool:
    """Whether ``value`` can be an endpoint: HTTPS, no password in it."""
    if not isinstance(value, str):
        return False
    try:
        url = httpx2.URL(value)
    except httpx2.InvalidURL:
        return False
    plain = url.scheme == "http" and provider.loopback
    return (url.scheme == "https" or plain) and bool(url.host) and not url.userinfo
