"""What else follows the weekly words, for the rooms above: they add themselves (:func:`after_writing`)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

Follower = Callable[[UUID], Awaitable[Any]]
"""Called with the batch's id each time that words of it were written, in the transaction that ends the job. Be ready for a repetition."""

FOLLOWERS: list[Follower] = []


def after_writing(follower: Follower) -> Follower:
    """Have ``follower`` run whenever a batch has words that it did not have before, or may have."""
    if follower not in FOLLOWERS:
        FOLLOWERS.append(follower)
    return follower
