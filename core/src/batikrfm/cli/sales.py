"""``batikrfm import``: sales files into a tenant's shop."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from batikrfm.cli.language import lang_option
from batikrfm.cli.options import data_dir_option, run_with_database
from batikrfm.cli.questions import reading_options
from batikrfm.cli.words import ROWS, UNKNOWN_STATUSES
from batikrfm.sdk.text import Language, Text

if TYPE_CHECKING:
    from batikrfm.sales.importing import ImportResult

READING = Text(id="Membaca dan menyimpan …", en="Reading and storing …")
KEPT = Text(
    id="Arti kolomnya diingat untuk file berikutnya yang sama bentuknya.",
    en="What the columns mean is remembered for the next file of this form.",
)
WROTE = Text(id="Baris yang ditolak, dengan alasannya, ada di {path}", en="The rejected rows, each with its reason, are in {path}")
ASK = Text(id="Tambahkan --output FOLDER untuk melihat baris yang ditolak.", en="Add --output DIR to see the rejected rows.")
NEXT = Text(id="Lanjutkan dengan: batikrfm segment {tenant}", en="Go on with: batikrfm segment {tenant}")


@click.command(name="import")
@click.argument("tenant")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@reading_options
@click.option("--save-mapping/--no-save-mapping", default=True, show_default=True, help="Remember what the columns mean for the next file.")
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Write rejected.csv into DIR.")
@lang_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@data_dir_option
def import_(  # noqa: PLR0913 - one for each option
    tenant: str,
    files: tuple[Path, ...],
    *,
    chosen: dict[str, str],
    sheet: str | None,
    save_mapping: bool,
    output: Path | None,
    lang: Language,
    as_json: bool,
    data_dir: Path | None,
) -> None:
    """Load sales files into the shop of TENANT.

    FILE is what a marketplace or till exported: .xlsx, .xls, .csv, .tsv, or a .zip of those. An order that was loaded before is replaced
    by what the file says now; loading a file twice changes nothing.
    """
    from batikrfm.cli.progress import working
    from batikrfm.sales.importing import import_files
    from batikrfm.tenancy import find_tenant

    async def work() -> ImportResult:
        return await import_files(await find_tenant(tenant), files, chosen=chosen, sheet=sheet, save_mapping=save_mapping)

    with working(READING.say(lang)):
        result = run_with_database(data_dir, work)
    written = _rejected_rows(result, output, lang) if output else None
    if as_json:
        click.echo(json.dumps(_json(result)))
    else:
        for line in _sentences(result, tenant, written, lang):
            click.echo(line)


def _rejected_rows(result: ImportResult, folder: Path, lang: Language) -> Path:
    from batikrfm.reports.tabular import write_rejected

    path = folder / "rejected.csv"
    write_rejected(path, result.rejected, lang)
    return path


def _json(result: ImportResult) -> dict[str, object]:
    loaded = result.loaded
    return {
        "import": str(result.import_id),
        "rows": result.rows,
        "rows_by_outcome": {str(outcome): rows for outcome, rows in result.rows_by_outcome.items()},
        "orders": {"new": loaded.orders_new, "changed": loaded.orders_changed, "unchanged": loaded.orders_unchanged},
        "customers": {"new": loaded.customers_new},
        "unknown_statuses": list(result.unknown_statuses),
    }


def _sentences(result: ImportResult, tenant: str, written: Path | None, lang: Language) -> list[str]:
    from dataclasses import asdict

    from batikrfm.figures import count

    outcomes = {str(outcome): count(rows, lang) for outcome, rows in result.rows_by_outcome.items()}
    changes = {name: count(number, lang) for name, number in asdict(result.loaded).items()}
    said = [ROWS.say(lang, rows=count(result.rows, lang), **outcomes), result.sentence.say(lang, **changes)]
    if result.unknown_statuses:
        said.append(UNKNOWN_STATUSES.say(lang, words=", ".join(result.unknown_statuses)))
    if result.mappings_kept:
        said.append(KEPT.say(lang))
    if written:
        said.append(WROTE.say(lang, path=written))
    elif not result.rejected.is_empty():
        said.append(ASK.say(lang))
    return [*said, NEXT.say(lang, tenant=tenant)]
