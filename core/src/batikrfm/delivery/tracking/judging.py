"""Judges visits of tracked links when it shows who was there: people's become events like a vendor's, robots' count nowhere."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.delivery.counting import Place, count
from batikrfm.delivery.events.applying import OURS, apply
from batikrfm.delivery.message_ids import message_id
from batikrfm.delivery.model import Deed, Medium
from batikrfm.delivery.tracking import queries as sql
from batikrfm.delivery.tracking.links import PICTURE
from batikrfm.delivery.tracking.robots import Seen, robots_by_deed
from batikrfm.sdk.channels import DeliveryEvent, DeliveryEvents, EventKind
from batikrfm.tenancy import tenant_scope

AT_ONCE: Final = 1_000
RIPE: Final = dt.timedelta(seconds=10)
"""How old a visit has to be: a scanner has been to the other links by then."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Judged:
    """A visit, and why it was no person's; None: it was one's."""

    row: Row
    robot: str | None


async def judge_all(tenant_id: UUID, ripe: dt.timedelta = RIPE) -> dict[str, int]:
    """Judge whatever is ripe; how many visits were people's and how many were robots'."""
    people = robots = 0
    while True:
        async with tenant_scope(tenant_id) as scope:
            judged = await _judge(await scope.fetch(sql.TO_JUDGE, ripe, AT_ONCE))
            await _keep(judged)
        theirs = sum(1 for one in judged if one.robot is None)
        people, robots = people + theirs, robots + len(judged) - theirs
        if len(judged) < AT_ONCE:
            return {"people": people, "robots": robots}


async def _judge(rows: Sequence[Row]) -> list[Judged]:
    counted = await current_scope().fetch(sql.LINK_COUNTS, list({row["campaign_id"] for row in rows})) if rows else []
    links = {row["campaign_id"]: row["links"] for row in counted}
    letters: defaultdict[object, list[Row]] = defaultdict(list)
    for row in rows:
        letters[row["delivery_id"] or row["id"]].append(row)  # without the person each stands for itself
    judged: list[Judged] = []
    for of_one in letters.values():
        seen = [Seen(row["number"], row["at"], row["arrived_at"], row["robot"]) for row in of_one]
        robots = robots_by_deed(seen, links.get(of_one[0]["campaign_id"], 0))
        judged += [Judged(row, robot) for row, robot in zip(of_one, robots, strict=True)]
    return judged


async def _keep(judged: Sequence[Judged]) -> None:
    if not judged:
        return
    await current_scope().execute(sql.JUDGED, [one.row["id"] for one in judged], [one.robot for one in judged])
    people = [one.row for one in judged if one.robot is None]
    for medium in Medium:
        events = [_event(row) for row in people if row["medium"] == medium]
        if events:
            await apply(OURS, medium, DeliveryEvents(tuple(events)))
    await _count_visits(people)


def _event(row: Row) -> DeliveryEvent:
    """The first time that a person opens a letter, and that they follow each of its links."""
    delivery_id, number, message = row["delivery_id"], row["number"], message_id(row["delivery_id"], row["resent"])
    if number == PICTURE:
        return DeliveryEvent(f"open/{delivery_id}", EventKind.OPENED, row["at"], message_id=message)
    return DeliveryEvent(f"click/{delivery_id}/{number}", EventKind.CLICKED, row["at"], message_id=message)


async def _count_visits(people: Sequence[Row]) -> None:
    """Each link's visits; and, without the person, the campaign's opens and clicks, which are of visits then."""
    visits = Counter((row["campaign_id"], row["number"]) for row in people if row["number"] != PICTURE)
    if visits:
        keys = sorted(visits)
        columns = ([campaign for campaign, _ in keys], [number for _, number in keys], [visits[key] for key in keys])
        await current_scope().execute(sql.ADD_VISITS, *columns)
    nameless = [row for row in people if row["delivery_id"] is None]
    for campaign_id in sorted({row["campaign_id"] for row in nameless}):
        await count(campaign_id, _places(row for row in nameless if row["campaign_id"] == campaign_id))


def _places(rows: Iterable[Row]) -> list[tuple[Place, int]]:
    return [(Place(Deed.OPENED if row["number"] == PICTURE else Deed.CLICKED, None, row["variant"], None), 1) for row in rows]
