"""``batikrfm jobs``: what a tenant's background jobs are at, for the operator."""

from __future__ import annotations

import dataclasses
import json
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from batikrfm.cli.language import lang_option
from batikrfm.cli.options import data_dir_option, run_with_database
from batikrfm.sdk.text import Language, Text

if TYPE_CHECKING:
    from batikrfm.jobs import Job

STATES = ("queued", "running", "done", "failed", "dead", "cancelled")
NONE = Text(id="Tidak ada pekerjaan di toko ini.", en="This tenant has no jobs.")
CANCELLED = Text(id="Pekerjaan itu dihentikan.", en="The job is being stopped.")
QUEUED = Text(id="Pekerjaan itu antre lagi.", en="The job is queued again.")
HEADINGS = (
    Text(id="Nomor", en="ID"),
    Text(id="Keadaan", en="State"),
    Text(id="Dibuat (UTC)", en="Created (UTC)"),
)
WIDTH = 80


@click.group()
def jobs() -> None:
    """See a tenant's background jobs, stop one, run one again."""


@jobs.command(name="list")
@click.argument("tenant")
@click.option("--state", type=click.Choice(STATES), help="Only those in this state: dead are those whose every attempt went wrong.")
@click.option("--limit", type=click.IntRange(1, 1_000), default=50, show_default=True, help="At most so many, the newest.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@lang_option
@data_dir_option
def list_(  # noqa: PLR0913 - one for each option
    *, tenant: str, state: str | None, limit: int, as_json: bool, lang: Language, data_dir: Path | None
) -> None:
    """Show the newest jobs of TENANT."""
    from batikrfm.jobs import JobState, list_jobs
    from batikrfm.tenancy import find_tenant, tenant_scope

    async def work() -> list[Job]:
        shop = await find_tenant(tenant)
        async with tenant_scope(shop.id):
            return await list_jobs(limit, state=JobState(state) if state else None)

    found = run_with_database(data_dir, work)
    if as_json:
        click.echo(_json({"jobs": [dataclasses.asdict(job) for job in found]}))
    elif not found:
        click.echo(NONE.say(lang))
    else:
        click.echo("\n".join(listing(found, lang)))


@jobs.command()
@click.argument("tenant")
@click.argument("job", type=click.UUID)
@data_dir_option
def show(*, tenant: str, job: UUID, data_dir: Path | None) -> None:
    """Print all that is known of one JOB of TENANT, as JSON."""
    from batikrfm.jobs import find_job
    from batikrfm.tenancy import find_tenant, tenant_scope

    async def work() -> Job:
        shop = await find_tenant(tenant)
        async with tenant_scope(shop.id):
            return await find_job(job)

    click.echo(_json(dataclasses.asdict(run_with_database(data_dir, work))))


@jobs.command()
@click.argument("tenant")
@click.argument("job", type=click.UUID)
@lang_option
@data_dir_option
def rerun(*, tenant: str, job: UUID, lang: Language, data_dir: Path | None) -> None:
    """Queue a JOB of TENANT that is over once more, with all its attempts."""
    from batikrfm.jobs import rerun_job
    from batikrfm.tenancy import find_tenant, tenant_scope

    async def work() -> None:
        shop = await find_tenant(tenant)
        async with tenant_scope(shop.id):
            await rerun_job(job)

    run_with_database(data_dir, work)
    click.echo(QUEUED.say(lang))


@jobs.command()
@click.argument("tenant")
@click.argument("job", type=click.UUID)
@lang_option
@data_dir_option
def cancel(*, tenant: str, job: UUID, lang: Language, data_dir: Path | None) -> None:
    """Stop a JOB of TENANT: one that waits at once, one that runs as soon as it looks up."""
    from batikrfm.cli.services import TASKS
    from batikrfm.jobs import cancel_job
    from batikrfm.jobs.running import import_tasks
    from batikrfm.tenancy import find_tenant, tenant_scope

    async def work() -> None:
        import_tasks(TASKS)  # a task undoes what was done for its job, which only its module knows
        shop = await find_tenant(tenant)
        async with tenant_scope(shop.id):
            await cancel_job(job)

    run_with_database(data_dir, work)
    click.echo(CANCELLED.say(lang))


def _json(value: object) -> str:
    return json.dumps(value, default=str, indent=2, ensure_ascii=False)


def listing(found: Iterable[Job], lang: Language) -> list[str]:
    """Each job's ID, to be copied, with where it is; below it what it does and says. No line is longer than a terminal is wide."""
    return [_row(*(heading.say(lang) for heading in HEADINGS)), *(line for job in found for line in _lines(job, lang))]


def _lines(job: Job, lang: Language) -> Iterator[str]:
    yield _row(str(job.id), f"{job.state} {job.attempts}/{job.max_attempts}", f"{job.created_at:%Y-%m-%d %H:%M}")
    said = job.error or job.message
    words = f"{job.task}: {said.say(lang)}" if said else job.task
    yield from textwrap.wrap(words, WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)


def _row(number: str, state: str, created: str) -> str:
    return f"{number:<36}  {state:<17}  {created}".rstrip()
