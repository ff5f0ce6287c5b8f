"""What every page has around it: who looks, in which shop, where to go from here, in which language and light."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from batikrfm.sdk.text import Language, Text
from batikrfm.tenancy.permissions import Permission, Role
from batikrfm.usage import Standing
from batikrfm_tenants.portal.formats import Formats

Theme = Literal["auto", "light", "dark"]
Tone = Literal["info", "success", "warning", "error"]


@dataclass(frozen=True)
class Person:
    """Who is signed in."""

    name: str
    email: str


@dataclass(frozen=True)
class Shop:
    """A shop that the person belongs to."""

    slug: str
    name: str
    role: Role

    @property
    def path(self) -> str:
        """Where its pages begin."""
        return f"/toko/{self.slug}"


@dataclass(frozen=True)
class Notice:
    """One sentence at the top of the next page: what was just done."""

    words: Text
    tone: Tone = "success"


@dataclass(frozen=True)
class Destination:
    """One entry of the navigation. ``here`` marks the page that is shown."""

    path: str
    label: Text
    icon: str
    here: bool


@dataclass(frozen=True)
class Frame:
    """What base templates use. ``csrf`` makes a token for one form; each is another, and all belong to the visitor's session."""

    formats: Formats
    path: str
    csrf: Callable[[], str] = field(repr=False)
    theme: Theme = "auto"
    person: Person | None = None
    shop: Shop | None = None
    shops: tuple[Shop, ...] = ()
    destinations: tuple[Destination, ...] = ()
    permissions: frozenset[Permission] = frozenset()
    notices: tuple[Notice, ...] = ()
    outbox: bool = False
    quota: Standing | None = None

    @property
    def language(self) -> Language:
        """The page's language."""
        return self.formats.language

    @property
    def data_theme(self) -> str | None:
        """The style sheet's name of the chosen light; None follows the device."""
        return {"light": "siang", "dark": "malam"}.get(self.theme)

    def may(self, permission: str) -> bool:
        """Whether the person may do this in the shop: ``frame.may("tenant:team:write")``."""
        return Permission(permission) in self.permissions

    def at(self, path: str) -> str:
        """The address of a page of the shop: ``frame.at("/pengaturan/tim")``."""
        if self.shop is None:
            raise LookupError("this page is in no shop")
        return self.shop.path + path
