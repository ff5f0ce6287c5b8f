"""``batikrfm jobs list`` in a terminal of 80 columns: every number whole, to be copied, and every word there."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from batikrfm.cli.jobs import WIDTH, listing
from batikrfm.db.keys import uuid7
from batikrfm.jobs import Job, JobState
from batikrfm.sdk.text import Text

LONG = Text(id="Ada kesalahan di pihak kami; " + "pekerjaan ini belum selesai, " * 5, en="Something went wrong on our side; " * 5)
AT = dt.datetime(2026, 11, 25, 23, 31, tzinfo=dt.UTC)


def job(task: str, state: JobState, error: Text | None = None, attempts: int = 1) -> Job:
    return Job(
        id=uuid7(),
        task=task,
        state=state,
        done=None,
        total=None,
        message=None,
        result=None,
        error=error,
        attempts=attempts,
        max_attempts=100,
        cancel_asked=False,
        run_at=AT,
        created_at=AT,
        started_at=None,
        finished_at=None,
    )


def test_no_line_is_wider_than_the_terminal_and_nothing_is_cut() -> None:
    jobs = [job("sales.import", JobState.DONE), job("content.check_models", JobState.CANCELLED, LONG, 100), job("x" * 200, JobState.DEAD)]
    for language in ("id", "en"):
        lines = listing(jobs, language)
        assert max(map(len, lines)) <= WIDTH == 80
        numbers = [line.split()[0] for line in lines[1:] if not line.startswith(" ")]
        assert [UUID(number) for number in numbers] == [one.id for one in jobs]
        said = " ".join(line.strip() for line in lines if line.startswith(" "))
        assert LONG.say(language).split()[-1] in said
        assert "cancelled 100/100" in "\n".join(lines)
        assert said.replace(" ", "").count("x" * 200) == 1


def test_what_a_job_does_and_says_stands_below_it() -> None:
    words = Text(id="[bold]Selesai[/]", en="[bold]Done[/]")
    _, first, below = listing([job("sales.import", JobState.FAILED, words)], "en")
    assert first.endswith("failed 1/100       2026-11-25 23:31")
    assert below == "  sales.import: [bold]Done[/]"
