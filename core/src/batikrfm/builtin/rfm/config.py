"""What a shop can set about its scores."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal, TypeVar

from pydantic import Field, field_validator

from batikrfm.sdk.config import PluginConfig
from batikrfm.sdk.errors import InputError
from batikrfm.sdk.text import Text

CUT_POINTS = 4
"""Four cut-points make five scores."""

NumberT = TypeVar("NumberT", int, Decimal)

Days = Annotated[int, Field(ge=0, le=36_500)]
Purchases = Annotated[int, Field(ge=1, le=1_000_000_000)]
Share = Annotated[Decimal, Field(gt=0, max_digits=10, decimal_places=4)]


class CutPointsError(InputError, ValueError):
    """Cut-points that cannot cut. A ``ValueError`` too, so that pydantic reports it beside the field."""


class NotFourCutPointsError(CutPointsError):
    """Values: ``wanted``, ``given`` (counts)."""

    text = Text(
        id="Diperlukan tepat {wanted} batas supaya ada lima nilai; yang diisi {given}.",
        en="Exactly {wanted} cut-points are needed to make five scores; {given} were given.",
    )


class NotAscendingError(CutPointsError):
    """Values: ``first`` and ``second``, the neighbours in the wrong order."""

    text = Text(
        id="Setiap batas harus lebih besar daripada batas sebelumnya; {second} tidak lebih besar daripada {first}.",
        en="Each cut-point must be greater than the one before it; {second} is not greater than {first}.",
    )


class RfmConfig(PluginConfig):
    """How customers are scored.

    ``rules`` uses the three lists below, ``quantile`` compares the shop's customers with each other, ``auto`` picks one by how
    many customers came back.
    """

    mode: Literal["auto", "quantile", "rules"] = "auto"
    recency_days: tuple[Days, ...] = Field(
        default=(30, 60, 90, 180), description="At most so many days since the last purchase for the scores 5, 4, 3 and 2."
    )
    frequency: tuple[Purchases, ...] = Field(default=(2, 3, 5, 10), description="At least so many purchases for the scores 2, 3, 4 and 5.")
    monetary: tuple[Share, ...] = Field(
        default=(Decimal("0.5"), Decimal(1), Decimal(2), Decimal(4)),
        description="At least so many times the shop's median money for the scores 2, 3, 4 and 5.",
    )

    @field_validator("recency_days", "frequency", "monetary")
    @classmethod
    def _four_ascending(cls, cuts: tuple[NumberT, ...]) -> tuple[NumberT, ...]:
        if len(cuts) != CUT_POINTS:
            raise NotFourCutPointsError(wanted=CUT_POINTS, given=len(cuts))
        for first, second in pairwise(cuts):
            if second <= first:
                raise NotAscendingError(first=first, second=second)
        return cuts
