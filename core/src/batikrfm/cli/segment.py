"""``batikrfm segment`` and ``batikrfm moves``: score a tenant's customers, and see who went where."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from batikrfm.cli.language import lang_option
from batikrfm.cli.options import data_dir_option, run_with_database
from batikrfm.sdk.text import Language, Text

if TYPE_CHECKING:
    from batikrfm.cli.moving import Moves
    from batikrfm.segmentation import Analysis
    from batikrfm.segmentation.running import Run

WORKING = Text(id="Menghitung segmen …", en="Working out the segments …")
MOVED = Text(
    id="{moved} pelanggan pindah segmen sejak terakhir dihitung. Lihat dengan: batikrfm moves {tenant}",
    en="Customers who moved since the last time: {moved}. See who with: batikrfm moves {tenant}",
)
STAYED = Text(id="Tidak ada yang pindah segmen sejak terakhir dihitung.", en="Nobody has moved since the last time.")


@click.command()
@click.argument("tenant")
@click.option("--strategy", default="rfm5", show_default=True, help="Segmentation strategy; see `batikrfm plugins list`.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Count up to this day. [default: today where the shop is]")
@click.option("--returns", type=click.Choice(["net", "ignore"]), default="net", show_default=True, help="Refunds lower the money, or not.")
@click.option(
    "--since-days", type=click.IntRange(min=1), metavar="N", help="Look only at the last N days; takes longer, for orders are read."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@lang_option
@data_dir_option
def segment(  # noqa: PLR0913 - one for each option
    tenant: str,
    *,
    strategy: str,
    as_of: dt.datetime | None,
    returns: str,
    since_days: int | None,
    as_json: bool,
    lang: Language,
    data_dir: Path | None,
) -> None:
    """Score the customers of TENANT, keep who is in which segment, and note who moved."""
    from batikrfm.cli.progress import working
    from batikrfm.plugins import find_strategy
    from batikrfm.segmentation import as_json as json_object
    from batikrfm.segmentation.asking import Question
    from batikrfm.segmentation.reporting import analysis_of
    from batikrfm.segmentation.running import run_segmentation
    from batikrfm.tenancy import find_tenant

    async def work() -> tuple[Run, Analysis]:
        shop = await find_tenant(tenant)
        question = Question(
            strategy=find_strategy(strategy),
            as_of=as_of.date() if as_of else None,
            returns="ignore" if returns == "ignore" else "net",
            since_days=since_days,
            currency=shop.currency,
            timezone=shop.time_zone,
        )
        run = await run_segmentation(shop.id, question)
        return run, await analysis_of(shop.id, run.scored, question)

    with working(WORKING.say(lang)):
        run, analysis = run_with_database(data_dir, work)
    if as_json:
        click.echo(json_object(analysis, lang).decode())
    else:
        _show(run, analysis, tenant, lang)


def _show(run: Run, analysis: Analysis, tenant: str, lang: Language) -> None:
    from batikrfm.cli.screen import show
    from batikrfm.figures import count

    show(analysis, lang)
    if run.stored.compared_with:
        moved = run.stored.moved
        click.echo(MOVED.say(lang, moved=count(moved, lang), tenant=tenant) if moved else STAYED.say(lang))


@click.command()
@click.argument("tenant")
@click.option("--customers", is_flag=True, help="Name every customer who moved, not only how many did.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@lang_option
@data_dir_option
def moves(tenant: str, *, customers: bool, as_json: bool, lang: Language, data_dir: Path | None) -> None:
    """Show who moved from which segment to which in the latest run of TENANT."""
    from batikrfm.cli import moving
    from batikrfm.tenancy import find_tenant

    async def work() -> Moves:
        return await moving.read((await find_tenant(tenant)).id, with_customers=customers)

    found = run_with_database(data_dir, work)
    if as_json:
        click.echo(moving.as_json(found, with_customers=customers))
    else:
        moving.show(found, lang)
