"""Copy with a vendor's verdict on it, as it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from batikrfm.content.chain import Moderated
from batikrfm.content.kept import Answer, Variant
from batikrfm.content.model import Copy

if TYPE_CHECKING:
    from batikrfm.sdk import Completion


def texts_of(copies: Sequence[Copy]) -> list[str]:
    """What a vendor is asked to judge: each variant as one text."""
    return [f"{copy.subject}\n{copy.preheader}\n{copy.email}\n{copy.whatsapp}\n{copy.call_to_action}" for copy in copies]


def answer_of(copies: Sequence[Copy], completion: Completion, moderated: Moderated, *, provider: str, model: str) -> Answer:
    """What was written, what was flagged in it, and what it took."""
    usage, verdicts = completion.usage, moderated.verdicts or ()
    flagged = [verdict.flagged for verdict in verdicts] if len(verdicts) == len(copies) else [()] * len(copies)
    variants = tuple(Variant(copy, tuple(flags)) for copy, flags in zip(copies, flagged, strict=True))
    return Answer(variants, provider, model, usage.input_tokens + usage.output_tokens, usage.output_tokens)
