"""``batikrfm report``: a tenant's latest run as a file, to read or to work with."""

from __future__ import annotations

from pathlib import Path

import click

from batikrfm.cli.language import lang_option
from batikrfm.cli.options import data_dir_option, run_with_database
from batikrfm.sdk.text import Language, Text

WRITING = Text(id="Menulis laporan …", en="Writing the report …")
WROTE = Text(id="Laporan tersimpan: {path}", en="Report written: {path}")


@click.command()
@click.argument("tenant")
@click.option("--kind", type=click.Choice(["pdf", "xlsx"]), default="pdf", show_default=True, help="To read, or to work with.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Where to write it. [default: report.KIND]")
@lang_option
@data_dir_option
def report(tenant: str, *, kind: str, output: Path | None, lang: Language, data_dir: Path | None) -> None:
    """Write the report of TENANT as of its latest run: findings in plain words, segments, who moved, and where numbers come from."""
    from batikrfm.cli.progress import working
    from batikrfm.reports.files import replacing
    from batikrfm.reports.making import write_report
    from batikrfm.reports.model import Kind
    from batikrfm.tenancy import find_tenant, tenant_scope

    path = output or Path(f"report.{kind}")

    async def work() -> None:
        shop = await find_tenant(tenant)
        with replacing(path) as temporary:
            async with tenant_scope(shop.id):
                await write_report(temporary, Kind(kind), lang)

    with working(WRITING.say(lang)):
        run_with_database(data_dir, work)
    click.echo(WROTE.say(lang, path=path))
