"""What a check tells the owner, in the language that they read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from batikrfm.sdk import Language, Text
from batikrfm_channel_whatsapp.texts import clean

NUMBER = Text(id="nomor", en="number")
NAME = Text(id="nama", en="name")
PACKAGE = Text(id="paket", en="package")
QUOTA = Text(id="sisa kuota", en="quota left")
EXPIRES = Text(id="berlaku sampai", en="valid until")
CONNECTION = Text(id="sambungan", en="connection")
QUALITY = Text(id="mutu nomor", en="number quality")
LIMIT = Text(id="batas penerima baru per hari", en="new recipients a day")
CAUTION = Text(id="perhatian", en="caution")

CONNECTED = Text(id="tersambung", en="connected")
WARNING: Final = Text(
    id="Ini bukan jalur resmi WhatsApp. Nomor Anda bisa diblokir WhatsApp kapan saja, apalagi kalau sering menyapa orang yang belum pernah "
    "berbalas pesan dengan Anda. Jangan pakai nomor yang tidak boleh hilang, dan jangan jadikan ini satu-satunya jalan ke pelanggan.",
    en="This is not WhatsApp's own way. WhatsApp may block your number at any time, the sooner the more you write to people who never "
    "exchanged messages with you. Use no number that you cannot do without, and never make this your only way to customers.",
)
"""For every gateway whose ``capabilities.unofficial`` is set."""

LONGEST: Final = 120
EARLIEST_MOMENT: Final = 1_000_000_000


def in_words(facts: Mapping[Text, object], language: Language) -> dict[str, str]:
    """``facts`` as they are shown; what the vendor did not say is left out."""
    shown = {name.say(language): _shown(value, language) for name, value in facts.items() if value not in (None, "")}
    return {name: value for name, value in shown.items() if value}


def day_of(value: object) -> object:
    """A day for a moment in seconds; anything else as the vendor wrote it."""
    seconds = int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 12 else value  # noqa: PLR2004 - 11 digits reach far
    if isinstance(seconds, int) and EARLIEST_MOMENT < seconds < EARLIEST_MOMENT * 100:
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    return value


def _shown(value: object, language: Language) -> str:
    if isinstance(value, Text):
        return value.say(language)
    return clean(str(value))[:LONGEST].strip() if isinstance(value, str | int) else ""
