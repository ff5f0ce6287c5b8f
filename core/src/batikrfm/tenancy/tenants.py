"""The directory of tenants: who they are, and how a person names one."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.numbers import is_currency

from batikrfm.db.engine import Scope, current_scope
from batikrfm.db.keys import uuid7
from batikrfm.sdk.text import Language
from batikrfm.storage import TenantFiles
from batikrfm.tenancy.errors import TenantNameError, TenantNotFoundError, UnknownCurrencyError, UnknownTimeZoneError
from batikrfm.tenancy.scope import system_scope

COLUMNS = "id, slug, name, time_zone, currency, language, created_at"
LONGEST_NAME = 200  # as the table has it
SLUG = re.compile(r"[a-z0-9-]+")
LONGEST_SLUG = 48  # the table allows 60: room for a number


@dataclass(frozen=True, slots=True)
class Tenant:
    """One merchant. ``slug`` is its name as typed on a command line; times are shown in ``time_zone``."""

    id: UUID
    slug: str
    name: str
    time_zone: str
    currency: str
    language: Language
    created_at: datetime


async def create_tenant(name: str, *, time_zone: str = "Asia/Jakarta", currency: str = "IDR", language: Language = "id") -> Tenant:
    """A new tenant, with a slug made from its name.

    Raises:
        InputError: the name is empty or too long, the zone or the currency does not exist.
    """
    async with system_scope(reason="create a tenant") as scope:
        return await add_tenant(scope, name, time_zone=time_zone, currency=currency, language=language)


async def add_tenant(scope: Scope, name: str, *, time_zone: str, currency: str, language: Language) -> Tenant:
    """As :func:`create_tenant`, in a system scope that is open: what belongs to a new tenant from its first moment goes with it."""
    name, zone, money = tidy_name(name), known_zone(time_zone), known_currency(currency)
    insert = f"""
        insert into tenants (id, slug, name, time_zone, currency, language) values ($1, $2, $3, $4, $5, $6)
        on conflict (slug) do nothing returning {COLUMNS}
    """
    while True:  # until nobody else takes the slug in between
        made = await scope.fetch(insert, uuid7(), await _free_slug(scope, name), name, zone, money, language)
        if made:
            return Tenant(*made[0])


async def list_tenants() -> list[Tenant]:
    """Every tenant, in the order of their slugs."""
    async with system_scope(reason="list the tenants") as scope:
        return [Tenant(*row) for row in await scope.fetch(f"select {COLUMNS} from tenants order by slug")]


async def find_tenant(text: str) -> Tenant:
    """The tenant with this slug or ID.

    Raises:
        TenantNotFoundError: there is none.
    """
    wanted = text.strip()
    slug = wanted.lower() if SLUG.fullmatch(wanted.lower()) else None  # anything else may not even be text to PostgreSQL
    async with system_scope(reason="find a tenant by what was typed") as scope:
        rows = await scope.fetch(f"select {COLUMNS} from tenants where slug = $1 or id = $2", slug, _as_uuid(wanted))
    if not rows:
        raise TenantNotFoundError(tenant=wanted)
    return Tenant(*rows[0])


async def scoped_tenant() -> Tenant:
    """The tenant whose scope this is, as the directory has it."""
    return Tenant(*(await current_scope().fetch(f"select {COLUMNS} from tenants"))[0])


async def delete_tenant(tenant_id: UUID) -> None:
    """Remove a tenant and everything that is theirs, files too, at once and for good."""
    async with system_scope(reason="delete a tenant with all that is theirs") as scope:
        await scope.execute("delete from tenants where id = $1", tenant_id)
    await TenantFiles(tenant_id).delete()


async def _free_slug(scope: Scope, name: str) -> str:
    slug = slug_of(name)
    taken = {row["slug"] for row in await scope.fetch("select slug from tenants where slug = $1 or slug ~ ('^' || $1 || '-[0-9]+$')", slug)}
    if slug not in taken:
        return slug
    return next(numbered for n in range(2, len(taken) + 3) if (numbered := f"{slug}-{n}") not in taken)


def slug_of(name: str) -> str:
    """``name`` in small ASCII letters, digits and single hyphens; ``toko`` ("shop") if nothing of it is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST_SLUG].strip("-") or "toko"


def tidy_name(name: str) -> str:
    """``name`` on one line. Raises :class:`TenantNameError` if nothing of it is left, or too much."""
    tidy = " ".join(name.split())
    if not tidy or len(tidy) > LONGEST_NAME or not tidy.isprintable():
        raise TenantNameError(longest=LONGEST_NAME)
    return tidy


def _as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def known_zone(name: str) -> str:
    """The time zone's name. Raises :class:`UnknownTimeZoneError`."""
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownTimeZoneError(zone=name) from error


def known_currency(code: str) -> str:
    """The currency's code in capitals. Raises :class:`UnknownCurrencyError`."""
    if not is_currency(code.upper()):
        raise UnknownCurrencyError(currency=code)
    return code.upper()
