"""Where one can go in a shop. A feature page adds its line here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from batikrfm.sdk.text import Text
from batikrfm.tenancy.permissions import Permission
from batikrfm_tenants.portal.frame import Destination, Shop


@dataclass(frozen=True)
class Place:
    """One entry: its path within the shop, and what one must be allowed to see to go there."""

    path: str
    label: Text
    icon: str
    permission: Permission


PLACES = (
    Place("/unggah", Text(id="Unggah", en="Upload"), "upload", Permission.IMPORTS_READ),
    Place("/ringkasan", Text(id="Ringkasan", en="Overview"), "overview", Permission.SEGMENTS_READ),
    Place("/pelanggan", Text(id="Pelanggan", en="Customers"), "customers", Permission.CUSTOMERS_READ),
    Place("/segmen", Text(id="Segmen", en="Segments"), "segments", Permission.SEGMENTS_READ),
    Place("/konten", Text(id="Konten", en="Content"), "mail", Permission.CONTENTS_READ),
    Place("/laporan", Text(id="Laporan", en="Reports"), "reports", Permission.REPORTS_READ),
    Place("/pemakaian", Text(id="Pemakaian AI", en="AI usage"), "quota", Permission.USAGE_READ),
    Place("/pengaturan", Text(id="Pengaturan", en="Settings"), "settings", Permission.SETTINGS_READ),
)
"""The first six are below the thumb on a phone; the last two are in the header there."""

SETTINGS = (
    Place("/pengaturan", Text(id="Profil toko", en="Shop profile"), "shop", Permission.SETTINGS_READ),
    Place("/pengaturan/konten", Text(id="Konten", en="Content"), "mail", Permission.SETTINGS_READ),
    Place("/pengaturan/persetujuan", Text(id="Persetujuan", en="Consent"), "check", Permission.CONSENTS_READ),
    Place("/pengaturan/tim", Text(id="Tim", en="Team"), "customers", Permission.TEAM_READ),
    Place("/pengaturan/keamanan", Text(id="Keamanan", en="Security"), "lock", Permission.SETTINGS_READ),
    Place("/pengaturan/kunci-api", Text(id="Kunci API", en="API keys"), "key", Permission.KEYS_READ),
    Place("/pengaturan/plugin", Text(id="Plugin", en="Plugins"), "plugin", Permission.PLUGINS_READ),
    Place("/pengaturan/catatan", Text(id="Catatan kegiatan", en="Activity log"), "clock", Permission.AUDIT_READ),
)


def destinations(places: tuple[Place, ...], shop: Shop, path: str, permissions: frozenset[Permission]) -> tuple[Destination, ...]:
    """The ``places`` that one may see, with a mark at the nearest to ``path``."""
    seen = [place for place in places if place.permission in permissions]
    here = max((place.path for place in seen if _within(path, shop.path + place.path, exact=not place.path)), key=len, default=None)
    return tuple(_entries(seen, shop, here))


def _entries(places: list[Place], shop: Shop, here: str | None) -> Iterator[Destination]:
    for place in places:
        yield Destination(shop.path + place.path, place.label, place.icon, here=place.path == here)


def _within(path: str, place: str, *, exact: bool) -> bool:
    return path == place or (not exact and path.startswith(place + "/"))
