"""Ask one provider after the other, one model after the other, until an answer can be used."""

from __future__ import annotations

from typing import TypeVar

from batikrfm.content.chain.model import Chain, Outcome, Wanted

T = TypeVar("T")


async def complete(chain: Chain, wanted: Wanted[T]) -> Outcome[T]:
    """A usable answer. No scope may be open: it takes as long as the vendors take.

    Raises :class:`NobodyAnsweredError`. Cancelling passes through; the calls made by then are lost for the ledger, except the one in
    flight that nobody knows of anyway.
    """
    raise NotImplementedError
