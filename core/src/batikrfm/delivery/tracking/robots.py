"""Tells people from programs that only look: by what they say of themselves, and by how they go about it.

Sources: what the vendors document of their scanners and previews; Apple's Mail Privacy Protection fetches pictures with the agent
``Mozilla/5.0`` and nothing more; Chrome and Firefox mark prefetching with ``Sec-Purpose``, ``Purpose`` and ``X-Moz``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

_PROGRAMS: Final = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|scanner|monitor|headless|phantom|python|curl|wget|java/|okhttp|go-http-client|libwww|httpclient"
    r"|axios|node-fetch|facebookexternalhit|facebookcatalog|^whatsapp|telegram|skypeuri|slack|discord|linkedin|embedly|barracuda|proofpoint"
    r"|mimecast|symantec|trend ?micro|fortinet|sophos|forcepoint|ironport|messagelabs|safelinks|ms-?office|microsoft office|urlscan"
    r"|virustotal|googleimageproxy.*prefetch|yahoomailproxy.*prefetch|validator|check_http|uptime",
    re.IGNORECASE,
)
_PREFETCH: Final = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)
_PURPOSES: Final = ("sec-purpose", "purpose", "x-purpose", "x-moz")
_BARE: Final = "Mozilla/5.0"

AT_ONCE: Final = dt.timedelta(seconds=3)
"""Nobody opens a letter, reads it and follows a link in less, nor several links."""
SEVERAL: Final = 3


@dataclass(frozen=True)
class Visit:
    """Somebody at a tracked link: what they ask with. ``headers`` have names in small letters."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    head: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """A visit as it was noted. ``number`` 0 is the picture. ``arrived_at``: when the letter did, as far as that is known."""

    number: int
    at: dt.datetime
    arrived_at: dt.datetime | None = None
    robot: str | None = None


def robot_by_word(visit: Visit, *, picture: bool) -> str | None:
    """Why the visit is no person's, by what it says of itself; None if it may be one."""
    agent = visit.headers.get("user-agent", "").strip()
    if visit.head:
        return "head"
    if not agent or _PROGRAMS.search(agent):
        return "agent"
    if any(_PREFETCH.search(visit.headers.get(name, "")) for name in _PURPOSES):
        return "prefetch"
    return "proxy" if picture and agent == _BARE else None


def robots_by_deed(visits: Sequence[Seen], links: int) -> list[str | None]:
    """Why each of one letter's visits is no person's, by how they came: too soon, or to several links at once. ``links``: there are."""
    return [seen.robot or _by_deed(seen, visits, links) for seen in visits]


def _by_deed(seen: Seen, visits: Sequence[Seen], links: int) -> str | None:
    if seen.arrived_at is not None and seen.at - seen.arrived_at < AT_ONCE:
        return "at_once"
    near = {other.number for other in visits if other.number and abs(other.at - seen.at) < AT_ONCE}
    return "all_links" if seen.number and len(near) > 1 and (len(near) >= SEVERAL or len(near) >= links) else None
