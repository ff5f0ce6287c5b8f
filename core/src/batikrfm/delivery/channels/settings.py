"""How fast an installation sends: what its operator says in the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from batikrfm.sdk.errors import SetupError
from batikrfm.sdk.text import Text

PER_SECOND: Final = "BATIKRFM_SENDS_PER_SECOND"
AT_ONCE: Final = "BATIKRFM_SENDS_AT_ONCE"


class DeliverySettingError(SetupError):
    """Value: ``variable``."""

    text = Text(id="{variable} harus berupa bilangan di atas nol.", en="{variable} has to be a number above zero.")


@dataclass(frozen=True, slots=True)
class DeliverySettings:
    """``per_second``: messages of one shop, whatever its accounts allow; None is no limit. ``at_once``: batches of one job in hand.

    ``patience``: seconds that a batch waits for its turn; then it goes back into the queue.
    """

    per_second: float | None = 500.0
    at_once: int = 4
    patience: float = 60.0

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Raises :class:`DeliverySettingError`."""
        rate = _number(environ, PER_SECOND, cls().per_second)
        return cls(per_second=rate, at_once=int(_number(environ, AT_ONCE, 4.0) or 4))


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
