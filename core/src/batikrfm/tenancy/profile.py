"""What a shop says of itself: name, clock, currency, language, and how it wants to sound. Everything here runs in the tenant's scope."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.db.lookups import Lookup, Rows
from batikrfm.sdk.text import Language
from batikrfm.tenancy.errors import BrandVoiceError
from batikrfm.tenancy.tenants import COLUMNS, Tenant, known_currency, known_zone, tidy_name

LONGEST_VOICE = 2000  # as the table has it

CHANGE = f"""
update tenants set name = $1, time_zone = $2, currency = $3, language = $4
where id = current_setting('app.tenant_id')::uuid returning {COLUMNS}, old.time_zone <> tenants.time_zone as moved
"""
VOICE = "select words from brand_voices"
WITH_VOICE = f"select {COLUMNS}, (select words from brand_voices where tenant_id = tenants.id) as voice from tenants"
KEEP_VOICE = """
insert into brand_voices (tenant_id, id, words) values (current_setting('app.tenant_id')::uuid, $1, $2)
on conflict (tenant_id) do update set words = excluded.words, updated_at = now()
"""
FORGET_VOICE = "delete from brand_voices"


Follower = Callable[[], Awaitable[None]]
"""Called in the tenant's scope, when its clock is another one: part of the same change."""

FOLLOWERS: list[Follower] = []


def after_moving(follower: Follower) -> Follower:
    """Have ``follower`` run whenever a shop moves to another time zone: for rooms above, which go by its clock."""
    if follower not in FOLLOWERS:
        FOLLOWERS.append(follower)
    return follower


@dataclass(frozen=True, slots=True)
class Profile:
    """What an owner may change. ``voice`` is empty where nobody has said how the shop sounds."""

    name: str
    time_zone: str
    currency: str
    language: Language
    voice: str = ""


async def brand_voice() -> str:
    """How the shop wants to sound, in its owner's words; empty if nobody has said."""
    return await current_scope().fetchval(VOICE) or ""


def tenant_with_voice() -> Lookup[tuple[Tenant, str]]:
    """The tenant whose scope this is, and its :func:`brand_voice`."""

    def read(rows: Rows) -> tuple[Tenant, str]:
        *columns, voice = rows[0].values()
        return Tenant(*columns), voice or ""

    return Lookup(WITH_VOICE, (), read)


async def change_profile(profile: Profile) -> Tenant:
    """Keep ``profile``, all of it or none. The slug stays: addresses that people have kept go on working.

    What goes by the shop's clock follows it into another time zone (:func:`after_moving`).

    Raises:
        InputError: the name is empty or too long, the zone or the currency does not exist, the voice is too long.
    """
    name, zone, money = tidy_name(profile.name), known_zone(profile.time_zone), known_currency(profile.currency)
    voice = profile.voice.replace("\r\n", "\n").strip()
    if len(voice) > LONGEST_VOICE or "\0" in voice:
        raise BrandVoiceError(longest=LONGEST_VOICE)
    if voice:
        await current_scope().execute(KEEP_VOICE, uuid7(), voice)
    else:
        await current_scope().execute(FORGET_VOICE)
    (row,) = await current_scope().fetch(CHANGE, name, zone, money, profile.language)
    if row["moved"]:
        for follower in FOLLOWERS:
            await follower()
    return Tenant(*row[:-1])
