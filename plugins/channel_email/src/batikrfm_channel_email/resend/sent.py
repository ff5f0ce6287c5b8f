"""Finds mails that Resend has by now, by who they went to and what they say.

A list of what was sent names recipient and subject; whether a mail is the one that is looked for, its text tells. Needs a key with full
access: one that may only send may not read either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from batikrfm.sdk import Accepted, BadAnswerError, HttpAnswer, HttpClient, Receipt, RetryAfter, UnknownOutcome
from batikrfm_channel_email.resend.answers import ID, error_of, read
from batikrfm_channel_email.resend.writing import Written

PAGE, MOST_PAGES = 100, 30
OLDEST: Final = timedelta(days=3)
"""What was sent before that was sent for another reason."""


async def find(messages: Sequence[Written], http: HttpClient, now: datetime) -> Sequence[Receipt]:
    """One receipt for each: accepted if Resend has it, to be tried again if it has not, unknown if there was no end to the list.

    Raises the ``PluginError`` of a list that cannot be read.
    """
    wanted = {(one.about["to"][0], one.about["subject"]): one for one in messages}
    found: dict[str, str] = {}
    page, more = await _page(http, None)
    for _ in range(MOST_PAGES):
        for entry in page:
            one = wanted.get(_recipient_and_subject(entry))
            if one is not None and one.id not in found and await _is(one, entry["id"], http):
                found[one.id] = entry["id"]
        more = more and bool(page) and not _is_old(page[-1], now)
        if not more or len(found) == len(messages):
            break
        page, more = await _page(http, page[-1]["id"])
    return [_receipt(one.id, found.get(one.id), complete=not more) for one in messages]


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


async def _is(one: Written, vendor_id: str, http: HttpClient) -> bool:
    """Whether the mail says what ``one`` says. Vendors touch up the ends of lines."""
    there = read(await _asked(http, f"/emails/{vendor_id}"))
    return all(_same(one.about.get(part), there.get(part)) for part in ("html", "text") if part in one.about)


async def _asked(http: HttpClient, path: str) -> HttpAnswer:
    answer = await http.request("GET", path)
    if answer.status != 200:  # noqa: PLR2004 - HTTP
        raise error_of(answer)
    return answer


def _same(ours: object, theirs: object) -> bool:
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
