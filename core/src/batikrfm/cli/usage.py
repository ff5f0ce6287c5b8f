"""``batikrfm usage``: what a tenant may use of AI, what it used and cost, and what a month will cost."""

from __future__ import annotations

import dataclasses
import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from batikrfm.cli.language import lang_option
from batikrfm.cli.options import data_dir_option, run_with_database
from batikrfm.sdk.text import Language, Text

if TYPE_CHECKING:
    from batikrfm.usage import Standing, Tokens, UsageReport

QUOTA_SET = Text(id="Kuota {tenant} sekarang {limit} konten per hari.", en="{tenant} now has {limit} contents a day.")
BUDGET_SET = Text(id="Anggaran AI {tenant} sekarang {limit} per bulan.", en="{tenant} now has an AI budget of {limit} a month.")
BUDGET_GONE = Text(id="{tenant} sekarang tanpa batas anggaran AI.", en="{tenant} now has no AI budget.")
ONE_OF_TWO = Text(id="Pilih salah satu: {options}.", en="Give one of {options}.")


@click.group()
def usage() -> None:
    """See and limit what tenants use of AI, and estimate what it will cost."""


@usage.command()
@click.argument("tenant")
@click.option("--month", type=click.DateTime(["%Y-%m"]), help="Another month than this one, as 2026-11.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@lang_option
@data_dir_option
def show(*, tenant: str, month: object, as_json: bool, lang: Language, data_dir: Path | None) -> None:
    """Show what TENANT used of AI in a month, what it cost, and what is left today."""
    import datetime as dt

    from batikrfm.tenancy import find_tenant, tenant_scope
    from batikrfm.usage import usage_report

    async def work() -> UsageReport:
        shop = await find_tenant(tenant)
        async with tenant_scope(shop.id):
            return await usage_report(month.date() if isinstance(month, dt.datetime) else None)

    report = run_with_database(data_dir, work)
    if as_json:
        click.echo(_json(dataclasses.asdict(report)))
        return
    from batikrfm.cli.usage_screen import show_report

    show_report(report, lang)


@usage.command()
@click.argument("tenant")
@click.option("--generations", type=click.IntRange(0, 1_000_000), help="Contents a day.")
@click.option("--default", "usual", is_flag=True, help="What the installation gives (BATIKRFM_GENERATIONS_PER_DAY).")
@lang_option
@data_dir_option
def quota(*, tenant: str, generations: int | None, usual: bool, lang: Language, data_dir: Path | None) -> None:
    """Set how many contents TENANT may have generated in a day, from now on."""
    from batikrfm.tenancy import find_tenant, tenant_scope
    from batikrfm.usage import GENERATIONS, set_quota, standing

    if (generations is None) is not usual:
        raise click.UsageError(ONE_OF_TWO.say(lang, options="--generations, --default"))

    async def work() -> tuple[str, Standing]:
        shop = await find_tenant(tenant)
        async with tenant_scope(shop.id):
            await set_quota(GENERATIONS, generations)
            return shop.name, await standing(GENERATIONS)

    name, now = run_with_database(data_dir, work)
    click.echo(QUOTA_SET.say(lang, tenant=name, limit=now.limit))


@usage.command()
@click.argument("tenant")
@click.option("--usd", type=Decimal, help="Dollars a month.")
@click.option("--none", "no_budget", is_flag=True, help="No budget.")
@click.option("--mode", type=click.Choice(["stop", "warn"]), default="stop", show_default=True, help="What happens when it is used up.")
@lang_option
@data_dir_option
def budget(  # noqa: PLR0913 - one for each option
    *, tenant: str, usd: Decimal | None, no_budget: bool, mode: Literal["stop", "warn"], lang: Language, data_dir: Path | None
) -> None:
    """Set how much money TENANT may spend on AI in a month."""
    from batikrfm.tenancy import find_tenant, tenant_scope
    from batikrfm.usage import MICRO, BudgetError, set_budget
    from batikrfm.usage.words import dollars

    if (usd is None) is not no_budget:
        raise click.UsageError(ONE_OF_TWO.say(lang, options="--usd, --none"))
    if usd is not None and not usd.is_finite():
        raise BudgetError
    limit = None if usd is None else int(usd * MICRO)

    async def work() -> str:
        shop = await find_tenant(tenant)
        async with tenant_scope(shop.id):
            await set_budget(limit, mode)
        return shop.name

    name = run_with_database(data_dir, work)
    click.echo(BUDGET_GONE.say(lang, tenant=name) if limit is None else BUDGET_SET.say(lang, tenant=name, limit=dollars(limit, lang)))


@usage.command()
@click.option("--shops", type=click.IntRange(1), default=100, show_default=True, help="Shops.")
@click.option("--segments", type=click.IntRange(1), default=5, show_default=True, help="Segments of each that get content.")
@click.option("--weeks", type=click.IntRange(1), default=4, show_default=True, help="Weeks, with one content for each segment.")
@click.option("--tokens", type=(int, int, int), metavar="IN CACHED OUT", help="Tokens of one content, instead of what was measured.")
@click.option("--tenant", help="Measure in this shop only [default: in all of them].")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@lang_option
@data_dir_option
def estimate(  # noqa: PLR0913 - one for each option
    *,
    shops: int,
    segments: int,
    weeks: int,
    tokens: tuple[int, int, int] | None,
    tenant: str | None,
    as_json: bool,
    lang: Language,
    data_dir: Path | None,
) -> None:
    """Estimate what content will cost by each model that we know a price of, live and by the Batch API.

    The tokens of one content are the median of this installation's own calls, as far as there are any.
    """
    from batikrfm.usage import Workload
    from batikrfm.usage import estimate as estimated
    from batikrfm.usage.estimating import ASSUMED, Tokens

    workload = Workload(shops, segments, weeks)
    one = Tokens(*(max(0, figure) for figure in tokens)) if tokens else run_with_database(data_dir, lambda: _measured(tenant)) or ASSUMED
    lines = estimated(workload, one)
    if as_json:
        click.echo(_json({"workload": dataclasses.asdict(workload), "tokens": one, "assumed": one is ASSUMED, "estimates": lines}))
        return
    from batikrfm.cli.usage_screen import show_estimates

    show_estimates(workload, one, lines, lang)


async def _measured(tenant: str | None) -> Tokens | None:
    """The median of all calls for copy, of one tenant or of every."""
    from batikrfm.tenancy import find_tenant, list_tenants, tenant_scope
    from batikrfm.usage.estimating import median_of, recent_tokens

    calls: list[Tokens] = []
    for shop in [await find_tenant(tenant)] if tenant else await list_tenants():
        async with tenant_scope(shop.id):
            calls += await recent_tokens("copy")
    return median_of(calls)


def _json(value: object) -> str:
    return json.dumps(value, default=_plain, indent=2, ensure_ascii=False)


def _plain(value: object) -> object:
    return dataclasses.asdict(value) if dataclasses.is_dataclass(value) and not isinstance(value, type) else str(value)
