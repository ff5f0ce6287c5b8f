"""How many would get a campaign, and who would not and why: the numbers that the wizard shows while one chooses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final

from batikrfm.delivery.audience import Part, Preview
from batikrfm.delivery.model import LeftOut
from batikrfm.sdk.text import Text
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.pages.campaigns.words import left_out

FEWEST_TO_HOLD_OUT: Final = 200
NO_SEGMENT: Final = Text(id="Belum masuk segmen", en="In no segment yet")
Names = Callable[[str], Text]
"""What a segment is called."""


@dataclass(frozen=True)
class Counted:
    """An audience in numbers. ``without`` are those who get nothing, each group with its reason, the largest first."""

    people: int
    receiving: int
    held_out: int
    without: tuple[tuple[Text, int, str], ...]
    segments: tuple[tuple[Text, int, int], ...]

    @property
    def left_out(self) -> int:
        """Everybody who gets nothing for a reason."""
        return sum(many for _, many, _ in self.without)

    @property
    def no_hold_out(self) -> bool:
        """Whether there are too few to hold anybody out."""
        return self.people < FEWEST_TO_HOLD_OUT


@dataclass(frozen=True, kw_only=True)
class CountedPiece(Page):
    """The numbers alone; htmx asks for them whenever the form changes."""

    template: ClassVar[str] = "campaigns/counted.html"
    counted: Counted | None = field(metadata={"help": "The audience in numbers; None where the form cannot be read yet."})


def counted(preview: Preview, names: Names) -> Counted:
    """``preview`` as the pages show it."""
    parts = sorted(preview.segments.items(), key=lambda one: -one[1].people)
    return Counted(
        people=preview.total.people,
        receiving=preview.total.receiving,
        held_out=preview.total.held_out,
        without=reasons(preview.total.left_out),
        segments=tuple((NO_SEGMENT if key is None else names(key), part.receiving, part.people) for key, part in parts if part.people),
    )


def reasons(left: Mapping[LeftOut, int]) -> tuple[tuple[Text, int, str], ...]:
    """Why so many get nothing: words, how many, the reason's own word."""
    return tuple((left_out(reason), many, str(reason)) for reason, many in sorted(left.items(), key=lambda one: -one[1]) if many)


NOBODY: Final = Preview(Part(), {})
