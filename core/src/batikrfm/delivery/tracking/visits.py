"""Visits of tracked links: noted at once, so that whoever follows one is not kept waiting, and judged later."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.delivery.signing import LinkError, LinkKind, Signer
from batikrfm.delivery.tracking import queries as sql
from batikrfm.delivery.tracking.links import PICTURE, is_web_page, unpacked
from batikrfm.delivery.tracking.robots import Visit, robot_by_word
from batikrfm.delivery.tracking.settings import read_tracking
from batikrfm.delivery.tracking.tasks import judge_soon
from batikrfm.sdk.channels import EventKind
from batikrfm.tenancy import tenant_scope


@dataclass(frozen=True, slots=True)
class _Target:
    """What a token stands for: a letter, or where nobody is to know whose, its campaign and text."""

    tenant_id: UUID
    delivery_id: UUID | None
    campaign_id: UUID | None
    variant: int | None
    number: int


async def follow(signer: Signer, token: str, visit: Visit) -> str:
    """Where ``token`` leads: an address that was written down for its campaign. The visit is noted. Called in no scope.

    Raises :class:`~batikrfm.delivery.signing.LinkError` for any token that we did not make, and where its campaign is gone.
    """
    target = _target(signer, token, LinkKind.CLICK, LinkKind.COUNTED_CLICK)
    async with tenant_scope(target.tenant_id):
        url = await _note(target, visit, EventKind.CLICKED)
    if url is None or not is_web_page(url):
        raise LinkError
    return url


async def note_opened(signer: Signer, token: str, visit: Visit) -> None:
    """The picture of ``token`` was fetched. Called in no scope. Raises LinkError."""
    target = _target(signer, token, LinkKind.OPEN, LinkKind.COUNTED_OPEN)
    async with tenant_scope(target.tenant_id):
        await _note(target, visit, EventKind.OPENED)


def _target(signer: Signer, token: str, of_person: LinkKind, of_campaign: LinkKind) -> _Target:
    try:
        signed = signer.read(of_person, token)
    except LinkError:
        signed = signer.read(of_campaign, token)
        variant, number = unpacked(signed.number)
        return _Target(signed.tenant_id, None, signed.id, variant, number)
    return _Target(signed.tenant_id, signed.id, None, None, signed.number)


async def _note(target: _Target, visit: Visit, kind: EventKind) -> str | None:
    scope = current_scope()
    if target.delivery_id is not None:
        rows = await scope.fetch(sql.OF_PERSON, target.delivery_id, target.number)
    else:
        rows = await scope.fetch(sql.OF_CAMPAIGN, target.campaign_id, target.number)
    if not rows:
        raise LinkError
    row = rows[0]
    tracking = await read_tracking()
    if tracking.wants(kind):  # it may have been switched off since, or been made anonymous
        person = target.delivery_id if tracking.of_persons(kind) else None
        variant = target.variant if target.delivery_id is None else row["variant"]
        robot = robot_by_word(visit, picture=target.number == PICTURE)
        await scope.execute(sql.NOTE_VISIT, uuid7(), row["campaign_id"], person, variant, target.number, robot)
        if robot is None:
            await judge_soon()
    url: str | None = row["url"]
    return url
