"""A real provider of OpenID Connect on this machine, which does wrong what a test tells it to.

A browser can go there too: ``/authorize`` is a page that knows who sits before it (``person``) and asks whether to go on.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import functools
import hashlib
import hmac
import html
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry

from batikrfm_tenants.oidc import Provider

Claims = dict[str, Any]
Answer = tuple[int, dict[str, str], bytes]
CLIENT, SECRET = "batik-client", "a secret of client and provider"


@functools.cache
def first_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "first"})


@dataclass
class FakeProvider:
    """``claims``, ``algorithm``, ``describe``, ``answer`` and ``send_back`` are what a test bends."""

    port: int = 0
    key: RSAKey = field(default_factory=first_key)
    algorithm: str = "RS256"
    claims: Callable[[Claims], Claims] = lambda claims: claims
    describe: Callable[[Claims], Claims] = lambda said: said
    answer: Callable[[str], Answer | None] = lambda _path: None
    sign: Callable[[Claims], str] | None = None
    send_back: Callable[[dict[str, str]], dict[str, str]] = lambda query: query
    person: Claims = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def provider(self, **changed: Any) -> Provider:  # noqa: ANN401 - any of its fields
        usual: dict[str, Any] = {"key": "palsu", "name": "Palsu", "client_id": CLIENT, "client_secret": SECRET, "loopback": True}
        return Provider(**{"issuer": self.issuer, **usual, **changed})

    def visit(self, url: str, **person: Any) -> dict[str, str]:  # noqa: ANN401 - claims of any kind
        """What the browser brings back after ``person`` has signed in at ``url``."""
        asked = dict(parse_qsl(urlsplit(url).query))
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert set(asked["scope"].split()) == {"openid", "email", "profile"}
        code = f"code-{len(self.codes)}"
        self.codes[code] = {**asked, "person": json.dumps(person)}
        return {"code": code, "state": asked["state"]}

    def rotate(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": f"key-{time.monotonic_ns()}"})

    def handle(self, method: str, path: str, headers: dict[str, str], body: str) -> Answer:
        path, _, query = path.partition("?")
        self.asked.append(path)
        if (bent := self.answer(path)) is not None:
            return bent
        if path == "/.well-known/openid-configuration":
            return as_json(self.describe(self._description()))
        if path == "/authorize":
            return self._page(query)
        if path == "/jwks":
            return as_json({"keys": [self.key.as_dict(private=False)]})
        if (method, path) == ("POST", "/token"):
            return self._token(headers, dict(parse_qsl(body)))
        return 404, {}, b""

    def _description(self) -> Claims:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        }

    def _page(self, query: str) -> Answer:
        """Who sits before the browser may go back with a code, or with nothing."""
        asked = dict(parse_qsl(query))
        if asked.get("client_id") != CLIENT:
            return 400, {}, b"nobody whom we know sent you here"
        ways = {"Lanjut": self.visit(f"?{query}", **self.person), "Batal": {"error": "access_denied", "state": asked["state"]}}
        links = [
            f'<a href="{html.escape(asked["redirect_uri"])}?{html.escape(urlencode(self.send_back(back)))}">{name}</a>'
            for name, back in ways.items()
        ]
        return 200, {"Content-Type": "text/html; charset=utf-8"}, f"<h1>Penyedia akun</h1>{' '.join(links)}".encode()

    def _token(self, headers: dict[str, str], form: dict[str, str]) -> Answer:
        user, _, password = base64.b64decode(headers["authorization"].partition(" ")[2]).decode().partition(":")
        asked = self.codes.pop(form["code"], None)
        if asked is None or (unquote(user), unquote(password)) != (CLIENT, SECRET) or form["redirect_uri"] != asked["redirect_uri"]:
            return as_json({"error": "invalid_grant"}, 400)
        challenge = in_base64(hashlib.sha256(form["code_verifier"].encode()).digest())
        if challenge != asked["code_challenge"]:
            return as_json({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"], **json.loads(asked["person"])}
        token = (self.sign or self._signed)(self.claims(claims))
        return as_json({"access_token": "a", "token_type": "Bearer", "id_token": token})

    def _signed(self, claims: Claims) -> str:
        return jwt.encode({"alg": self.algorithm, "kid": self.key.kid}, claims, self.key, registry=JWSRegistry(algorithms=[self.algorithm]))

    def unsigned(self, claims: Claims) -> str:
        """With alg=none."""
        parts = ({"alg": "none", "kid": self.key.kid}, claims)
        return ".".join(in_base64(json.dumps(part).encode()) for part in parts) + "."

    def by_public_key(self, claims: Claims) -> str:
        """Signed by HMAC with the public key as its secret: the old confusion of keys."""
        parts = ".".join(in_base64(json.dumps(part).encode()) for part in ({"alg": "HS256", "kid": self.key.kid}, claims))
        return f"{parts}.{in_base64(hmac.digest(self.key.as_pem(private=False), parts.encode(), 'sha256'))}"

    def by_another_key(self, claims: Claims) -> str:
        key = RSAKey.generate_key(2048)
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, key)


def in_base64(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def as_json(value: object, status: int = 200) -> Answer:
    return status, {"Content-Type": "application/json"}, json.dumps(value).encode()


@contextlib.asynccontextmanager
async def fake_provider() -> AsyncIterator[FakeProvider]:
    """A provider that answers for as long as the block lasts."""
    fake = FakeProvider()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            method, target, _ = head[0].split(" ")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
            body = (await reader.readexactly(int(headers.get("content-length", 0)))).decode()
            status, extra, content = fake.handle(method, target, headers, body)
            lines = [
                f"HTTP/1.1 {status} X",
                f"Content-Length: {len(content)}",
                "Connection: close",
                *(f"{k}: {v}" for k, v in extra.items()),
            ]
            writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + content)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client had enough
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    fake.port = server.sockets[0].getsockname()[1]
    try:
        yield fake
    finally:
        server.close()
        await server.wait_closed()


def query_of(url: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url).query)
