"""Uploads as jobs: look at the files, import them, forget them. What else follows an import, other rooms add (:func:`after_import`)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

from batikrfm.jobs import job

Follower = Callable[[UUID], Awaitable[None]]
"""Called with the upload's id, in no scope, when its sales are in and changed something; does nothing where it did all before."""

FOLLOWERS: list[Follower] = []


def after_import(follower: Follower) -> Follower:
    """Have ``follower`` run at the end of each import."""
    if follower not in FOLLOWERS:
        FOLLOWERS.append(follower)
    return follower


@job("sales.preview", max_attempts=3)
async def preview_upload(upload_id: str) -> None:
    """Read an upload's files and keep what a person is to be shown."""
    from batikrfm.sales.working import look

    await look(UUID(upload_id))


@job("sales.import", max_attempts=3)
async def import_upload(upload_id: str) -> None:
    """Import an upload that a person confirmed."""
    from batikrfm.sales.working import import_

    await import_(UUID(upload_id), FOLLOWERS)


@job("sales.forget", max_attempts=5)
async def forget_upload(upload_id: str) -> None:
    """Delete an upload's files; one that still waits for an answer is given up."""
    from batikrfm.sales.working import forget

    await forget(UUID(upload_id))
