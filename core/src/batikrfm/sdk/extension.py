"""What an extension is: a part of the installation as a whole, such as its people and their portal. It serves every tenant at once."""

# ruff: noqa: ARG002 - a method that an extension need not have ignores what it is given

from __future__ import annotations

import asyncio
from abc import ABC
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal
from uuid import UUID

from batikrfm.sdk.text import Language, Text


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request came with to say who is asking: ``scheme`` in small letters (``bearer``), ``token`` as it was sent."""

    scheme: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking, in which tenant, and what they may do there.

    ``id`` is the user's or the API key's, ``name`` what a log of deeds shows. ``permissions`` are like ``tenant:imports:read``.
    """

    kind: Literal["user", "api_key"]
    id: UUID
    name: str = field(repr=False)
    tenant_id: UUID
    permissions: frozenset[str]
    language: Language = "id"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A made-up person who can sign in to a demonstration."""

    email: str
    password: str


class Extension(ABC):
    """A part of the installation: routes, ways to say who is asking, work in the background, commands.

    Unlike other registered objects it is not switched per tenant and has no settings of a tenant: installing it switches it on. One
    instance serves the whole process. Every method has a harmless answer, so an extension defines what it brings and nothing else.
    """

    key: ClassVar[str]
    """Stable and unique among extensions: lower-case letters, digits and ``_``."""
    name: ClassVar[Text]

    def routes(self) -> Sequence[object]:
        """Litestar's route handlers, controllers or routers. Asked once, when the web application is made."""
        return ()

    def error_page(self, request: object, problem: object) -> object | None:
        """A page for people that shows ``problem`` (``batikrfm.web.problems.Problem``), as a Litestar response; None for the plain one.

        Not for ``/api``. It must stand on nothing that may be broken: no query, no session.
        """
        return None

    async def authenticate(self, credentials: Credentials) -> Principal | None:
        """Who these ``credentials`` are, or None if they are not this extension's. Called outside of any scope, for each request."""
        return None

    async def log_deed(self, by: Principal, action: str, target: str, details: Mapping[str, str | int | bool | None]) -> None:  # noqa: B027 - as below
        """Write down that ``by`` did ``action`` (``<thing>.<verb>``, such as ``content.approved``) to ``target``, through the API.

        Called in the tenant's scope, in the transaction of the deed: if it raises, the deed is undone.
        """

    async def tell(self, subject: Text, words: Text, place: str) -> None:  # noqa: B027 - as above
        """Tell those who run the shop; ``place`` is the page to look at, within the shop (``konten``).

        Called in the tenant's scope, in the transaction of what is told: it is told if and only if that is kept.
        """

    async def serve(self, stop: asyncio.Event) -> None:  # noqa: B027 - as above
        """Work in the background of every worker process until ``stop`` is set. Returning means that there is nothing to do."""

    def commands(self) -> Sequence[object]:
        """Click commands that ``batikrfm`` lists beside its own."""
        return ()

    async def open_demo(self, tenant_id: UUID, language: Language) -> DemoAccount | None:
        """Let somebody made up into the demonstration: the same person each time, with a new password. Called outside of any scope."""
        return None
