"""What else follows a run, for the rooms above: they add themselves (:func:`after_run`)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

Follower = Callable[[UUID], Awaitable[None]]
"""Called with the run's id, in the transaction that stores the run: what it does is kept if and only if the run is. Be short."""

FOLLOWERS: list[Follower] = []


def after_run(follower: Follower) -> Follower:
    """Have ``follower`` run at the end of each run that the shop itself wanted: by import, by hand, by the clock."""
    if follower not in FOLLOWERS:
        FOLLOWERS.append(follower)
    return follower
