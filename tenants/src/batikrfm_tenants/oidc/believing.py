"""What of an ID token is believed: a signature by one of the provider's public keys, for us, of this sign-in, of now."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any, Final

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from batikrfm_tenants.errors import ForgedAnswerError
from batikrfm_tenants.oidc.providers import Believed, Provider
from batikrfm_tenants.oidc.speaking import description, keys

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Public-key signatures only: none at all ("none") and those by a shared secret (HS256) are not on the list, whatever a provider says."""
LEEWAY: Final = 60  # seconds between two clocks
LONGEST_SUBJECT: Final = 255


async def believe(provider: Provider, token: Mapping[str, Any], nonce: str) -> Believed:
    """Who the ID token in ``token`` is about. Raises ForgedAnswerError, ProviderDownError."""
    said = await description(provider)
    algorithms = [name for name in said.get("id_token_signing_alg_values_supported") or ["RS256"] if name in ALGORITHMS]
    try:
        decoded = await _decoded(provider, str(token.get("id_token") or ""), algorithms)
        claims = CodeIDToken(decoded.claims, decoded.header, _wanted(provider), _known(provider, token, nonce))
        claims.validate(leeway=LEEWAY)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise ForgedAnswerError from error
    return _believed(claims, provider, nonce)


async def _decoded(provider: Provider, id_token: str, algorithms: list[str]) -> jwt.Token:
    registry = JWSRegistry(algorithms=algorithms, strict_check_header=False)
    try:
        return jwt.decode(id_token, _public(await keys(provider)), registry=registry)
    except InvalidKeyIdError:  # the provider has a new key since we asked
        return jwt.decode(id_token, _public(await keys(provider, anew=True)), registry=registry)


def _public(said: Mapping[str, Any]) -> KeySet:
    """The keys of public-key signatures in a JWK set."""
    listed = said.get("keys")
    usable = [key for key in listed if isinstance(key, dict) and key.get("kty") in ("RSA", "EC")] if isinstance(listed, list) else []
    if not usable:
        raise ForgedAnswerError
    return KeySet.import_key_set({"keys": usable})


def _wanted(provider: Provider) -> dict[str, dict[str, object]]:
    return {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client_id},
        "nonce": {"essential": True},
    }


def _known(provider: Provider, token: Mapping[str, Any], nonce: str) -> dict[str, object]:
    return {"nonce": nonce, "client_id": provider.client_id, "access_token": token.get("access_token")}


def _believed(claims: Mapping[str, Any], provider: Provider, nonce: str) -> Believed:
    """What a valid token says; and again, in our own words, what must hold whatever a library thinks."""
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    subject, email, name = (claims.get(key) for key in ("sub", "email", "name"))
    fits = (
        claims["iss"] == provider.issuer
        and provider.client_id in audience
        and (len(audience) == 1 or claims.get("azp") == provider.client_id)
        and hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode())
    )
    if not fits or not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise ForgedAnswerError
    verified = claims.get("email_verified") is True and isinstance(email, str)
    return Believed(subject, email if isinstance(email, str) else "", verified, name if isinstance(name, str) else "")
