"""How fast an installation sends: what its operator says in the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Self

from batikrfm.sdk.errors import SetupError
from batikrfm.sdk.text import Text

PER_SECOND: Final = "BATIKRFM_SENDS_PER_SECOND"
RATES: Final = "BATIKRFM_CHANNEL_RATES"
AT_ONCE: Final = "BATIKRFM_SENDS_AT_ONCE"


_RATE: Final = re.compile(r"([a-z][a-z0-9_]*)=(\d{1,6}(?:\.\d+)?)")


class DeliverySettingError(SetupError):
    """Value: ``variable``."""

    text = Text(id="{variable} harus berupa bilangan di atas nol.", en="{variable} has to be a number above zero.")


class ChannelRatesError(SetupError):
    """``BATIKRFM_CHANNEL_RATES`` has a part that is no channel with its rate."""

    text = Text(
        id="BATIKRFM_CHANNEL_RATES tidak bisa dibaca. Tulis seperti smtp=50,resend=200: pesan tiap detik.",
        en="BATIKRFM_CHANNEL_RATES cannot be read. Write it like smtp=50,resend=200: messages a second.",
    )


@dataclass(frozen=True, slots=True)
class DeliverySettings:
    """``per_second``: messages of one shop, whatever its accounts allow; None is no limit. ``at_once``: batches of one job in hand.

    ``rates``: messages a second by an account of a channel, where its plan allows another rate than the channel itself says.

    ``patience``: seconds that a batch waits for its turn; then it goes back into the queue.
    """

    per_second: float | None = 500.0
    at_once: int = 4
    patience: float = 60.0
    rates: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Raises :class:`DeliverySettingError`, :class:`ChannelRatesError`."""
        rate = _number(environ, PER_SECOND, cls().per_second)
        return cls(per_second=rate, at_once=int(_number(environ, AT_ONCE, 4.0) or 4), rates=_rates(environ.get(RATES) or ""))


def _rates(said: str) -> dict[str, float]:
    found = [_RATE.fullmatch(part.strip()) for part in said.split(",") if part.strip()]
    if not all(part is not None and float(part[2]) > 0 for part in found):
        raise ChannelRatesError
    return {part[1]: float(part[2]) for part in found if part is not None}


def _number(environ: Mapping[str, str], variable: str, default: float | None) -> float | None:
    said = environ.get(variable)
    if not said:
        return default
    try:
        value = float(said)
    except ValueError:
        raise DeliverySettingError(variable=variable) from None
    if not value >= 1:
        raise DeliverySettingError(variable=variable)
    return value
