"""How a shop's accounts stand: paused or not, in trouble or not, how a number fares. Runs in the tenant's scope."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from zoneinfo import ZoneInfo

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.delivery.channels import queries as sql
from batikrfm.delivery.channels.model import Health, Pause, PausedBy
from batikrfm.delivery.channels.opening import channels
from batikrfm.delivery.channels.telling import tell_owners
from batikrfm.delivery.model import Medium, medium_of
from batikrfm.delivery.numbers.rules import WARNING, Fare, NumberRules, as_json, rules_of
from batikrfm.sdk.channels import Capabilities
from batikrfm.sdk.text import Text

TRIES: Final = 5
"""Troubles of an account in a row after which nothing more is tried."""
TOO_BAD: Final = Text(
    id=(
        "{bad} dari {window} pesan terakhir gagal atau diblokir. Pengiriman lewat nomor ini dihentikan dulu supaya nomornya aman. "
        "Periksa daftar pelanggan Anda, lalu lanjutkan pelan-pelan."
    ),
    en=(
        "{bad} of the last {window} messages failed or were blocked. Sending by this number has stopped, so that it is not banned. "
        "Look at your list of customers, then go on slowly."
    ),
)
STOPPED: Final = Text(id="Pengiriman lewat {channel} dihentikan dulu", en="Sending by {channel} has stopped")


@dataclass(frozen=True)
class ChannelState:
    """What is kept of an account. One that was never used has these values."""

    channel: str
    pause: Pause | None = None
    troubles: int = 0
    fare: Fare = field(default_factory=Fare)
    recent: str = ""
    rules: Mapping[str, Any] = field(default_factory=dict)

    def rules_for(self, capabilities: Capabilities) -> NumberRules:
        """The rules of its number."""
        return rules_of(capabilities, dict(self.rules))

    def health(self, capabilities: Capabilities, today: dt.date, share: float = 1.0) -> Health:
        """How it fares. ``today`` is the shop's day."""
        rules, fare = self.rules_for(capabilities), self.fare.on(today)
        recent = self.recent[-rules.window :]
        return Health(
            today=fare.used,
            cap=rules.cap(fare.warm_days),
            warm_days=fare.warm_days,
            outcomes=len(recent),
            bad=recent.count("1"),
            most_bad=int(rules.most_bad * rules.window),
            share=share,
            warning=WARNING if capabilities.unofficial else None,
        )


async def read_states(key: str | None = None) -> dict[str, ChannelState]:
    """The accounts of which anything is kept, by the channel's key."""
    return {row["channel"]: _state(row) for row in await current_scope().fetch(sql.STATES, key)}


async def state_of(key: str) -> ChannelState:
    """One account."""
    return (await read_states(key)).get(key) or ChannelState(key)


async def locked_state(key: str) -> ChannelState:
    """One account, which nobody else changes until the scope ends."""
    await current_scope().execute(sql.HOLD, uuid7(), key)
    return _state((await current_scope().fetch(sql.LOCK, key))[0])


async def pause_channel(key: str, reason: Text, *, by: PausedBy = PausedBy.PERSON) -> bool:
    """Stop sending by a channel: campaigns that use it pause as soon as they look. Whether it was not paused already."""
    channels().capabilities(key)
    await current_scope().execute(sql.HOLD, uuid7(), key)
    said = json.dumps({"id": reason.id, "en": reason.en})
    return bool(await current_scope().fetch(sql.PAUSE, key, channels().means.now(), by, said))


async def resume_channel(key: str) -> None:
    """Let a channel send again; earlier failures are forgotten. Campaigns that it paused are resumed one by one, by a person."""
    channels().capabilities(key)
    await current_scope().execute(sql.RESUME, key)


async def set_rules(key: str, rules: NumberRules) -> None:
    """Keep the rules of an account's number. Raises :class:`NumberRulesError`."""
    channels().capabilities(key)
    kept = as_json(rules)
    await current_scope().execute(sql.HOLD, uuid7(), key)
    await current_scope().execute(sql.RULES, key, kept)


async def forget_rules(key: str) -> None:
    """The rules of its kind hold for an account's number again, also where those change one day."""
    channels().capabilities(key)
    await current_scope().execute(sql.RULES, key, "{}")


async def keep_fare(key: str, fare: Fare) -> None:
    """Write down how a number fares; the state was locked before."""
    await current_scope().execute(sql.SPEND, key, fare.used_on, fare.used, fare.warm_days, fare.next_at)


async def note_outcomes(key: str, *, good: int = 0, bad: int = 0) -> bool:
    """Count what became of messages; ``bad`` ones failed or were blocked. Whether that was so many that the channel was paused now.

    Only numbers stop by themselves: an e-mail that bounces suppresses its address instead.
    """
    capabilities = channels().capabilities(key)
    if medium_of(capabilities) is not Medium.WHATSAPP or not good + bad:
        return False
    await current_scope().execute(sql.HOLD, uuid7(), key)
    (row,) = await current_scope().fetch(sql.NOTE, key, "0" * min(good, 1_000) + "1" * min(bad, 1_000))
    rules = rules_of(capabilities, json.loads(row["rules"]))
    if not row["open"] or not rules.too_bad(row["recent"]):
        return False
    counts = {"bad": row["recent"][-rules.window :].count("1"), "window": rules.window}
    reason = Text(id=TOO_BAD.say("id", **counts), en=TOO_BAD.say("en", **counts))
    await pause_channel(key, reason, by=PausedBy.SAFETY)
    await tell_owners(STOPPED, reason, channel=channels().classes[key].name)
    return True


async def note_trouble(key: str) -> int:
    """Count trouble of the whole account; how many times in a row by now."""
    await current_scope().execute(sql.HOLD, uuid7(), key)
    return int(await current_scope().fetchval(sql.TROUBLE, key))


async def note_well(key: str) -> None:
    """The account works."""
    await current_scope().execute(sql.WELL, key)


async def give_back(key: str, day: dt.date, amount: int) -> None:
    """So many messages of that day did not go out after all."""
    await current_scope().execute(sql.GIVE_BACK, key, day, amount)


async def shop_zone() -> ZoneInfo:
    """Where the shop is."""
    return ZoneInfo(await current_scope().fetchval(sql.ZONE))


def _state(row: Mapping[str, Any]) -> ChannelState:
    pause = None
    if row["paused_at"] is not None:
        pause = Pause(row["paused_at"], PausedBy(row["paused_by"]), Text(id=row["reason_id"], en=row["reason_en"]))
    fare = Fare(row["used_on"], row["used"], row["warm_days"], row["next_at"])
    return ChannelState(row["channel"], pause, row["troubles"], fare, row["recent"], json.loads(row["rules"]))
