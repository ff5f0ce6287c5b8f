"""Finds mails that Resend has by now, by who they went to and what they say.

A list of what was sent names recipient and subject; whether a mail is the one that is looked for, its text tells. Needs a key with full
access: one that may only send may not read either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from batikrfm.sdk import Accepted, BadAnswerError, HttpAnswer, HttpClient, PluginError, Receipt, RetryAfter, UnknownOutcome
from batikrfm_channel_email.resend.answers import ID, error_of, read
from batikrfm_channel_email.resend.writing import Written

PAGE, MOST_PAGES = 100, 30
OLDEST: Final = timedelta(days=3)
"""What was sent before that was sent for another reason."""


async def find(messages: Sequence[Written], http: HttpClient, now: datetime) -> Sequence[Receipt]:
    """One receipt for each: accepted if Resend has it, to be tried again if it has not, unknown if that could not be found out.

    Raises the ``PluginError`` of a list that cannot be read. One that comes in the middle, such as of the rate, leaves the rest unknown.
    """
    wanted: dict[tuple[str, str], list[Written]] = {}
    for one in messages:
        wanted.setdefault((one.about["to"][0], one.about["subject"]), []).append(one)
    found: dict[str, str] = {}
    after, complete = None, False
    try:
        for _ in range(MOST_PAGES):
            page, more = await _page(http, after)
            for entry in page:
                await _compare(entry, wanted.get(_recipient_and_subject(entry), ()), found, http)
            complete = not more or not page or _is_old(page[-1], now)
            if complete or len(found) == len(messages):
                break
            after = page[-1]["id"]
    except PluginError:
        if after is None and not found:
            raise
    return [_receipt(one.id, found.get(one.id), complete=complete) for one in messages]


async def _compare(entry: Mapping[str, Any], candidates: Sequence[Written], found: dict[str, str], http: HttpClient) -> None:
    """Note which of ``candidates`` the entry of the list is, if it is one of those that were not found yet."""
    missing = [one for one in candidates if one.id not in found]
    if not missing:
        return
    told = read(await _asked(http, f"/emails/{entry['id']}"))
    for one in missing:
        if all(_same(one.about.get(part), told.get(part)) for part in ("html", "text") if part in one.about):
            found[one.id] = entry["id"]
            return


def _receipt(message: str, vendor_id: str | None, *, complete: bool) -> Receipt:
    if vendor_id is not None:
        return Accepted(message, vendor_id)
    return RetryAfter(message, 0, "not_found") if complete else UnknownOutcome(message)


async def _page(http: HttpClient, after: str | None) -> tuple[list[dict[str, Any]], bool]:
    """A page of the list, newest first, and whether there is another."""
    told = read(await _asked(http, f"/emails?limit={PAGE}" + (f"&after={after}" if after else "")))
    data = told.get("data")
    if not isinstance(data, list):
        raise BadAnswerError(code="no_list")
    entries = [one for one in data if isinstance(one, dict) and ID.fullmatch(str(one.get("id")))]
    return entries, told.get("has_more") is True


async def _asked(http: HttpClient, path: str) -> HttpAnswer:
    answer = await http.request("GET", path)
    if answer.status != 200:  # noqa: PLR2004 - HTTP
        raise error_of(answer)
    return answer


def _same(ours: object, theirs: object) -> bool:
    """Whether two texts say the same. Vendors touch up the ends of lines."""
    return isinstance(ours, str) and isinstance(theirs, str) and ours.split() == theirs.split()


def _recipient_and_subject(entry: Mapping[str, Any]) -> tuple[str, str]:
    to = entry.get("to")
    first = to[0] if isinstance(to, list) and to and isinstance(to[0], str) else ""
    return first, str(entry.get("subject"))


def _is_old(entry: Mapping[str, Any], now: datetime) -> bool:
    try:
        made = datetime.fromisoformat(str(entry.get("created_at")))
    except ValueError:
        return False
    return made.tzinfo is not None and now - made > OLDEST
