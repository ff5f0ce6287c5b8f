"""Who gets a campaign's message, and who does not and why: asked as often as one likes, written down once.

::

    preview = await preview_audience(question)     # counts only, nothing is written
    frozen = await freeze(question, choices, ...)  # one transaction: a delivery for each person of the audience

Runs in the tenant's scope. Reasons are looked at in the order of :class:`~batikrfm.delivery.model.LeftOut`; the first that holds is told.
"""

from batikrfm.delivery.audience.asking import FEWEST_HELD_OUT, preview_audience
from batikrfm.delivery.audience.freezing import Choice, Frozen, When, freeze, release
from batikrfm.delivery.audience.model import EVERYBODY, AudienceFilter, Part, Preview, Question
from batikrfm.delivery.audience.timetable import earliest

__all__ = [
    "EVERYBODY",
    "FEWEST_HELD_OUT",
    "AudienceFilter",
    "Choice",
    "Frozen",
    "Part",
    "Preview",
    "Question",
    "When",
    "earliest",
    "freeze",
    "preview_audience",
    "release",
]
