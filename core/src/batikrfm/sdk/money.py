"""How money is held everywhere: exactly."""

from typing import Final

MONEY_SCALE: Final = 10_000
"""Money is a 64-bit integer of ten-thousandths of the currency's unit, in frames and in the database: never a float."""
