"""``batikrfm analyze``: sales files in, segments out. No account, no server."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from batikrfm.cli.language import lang_option
from batikrfm.cli.options import data_dir_option
from batikrfm.cli.questions import known_currency, known_zone, question_options, reading_options
from batikrfm.cli.words import UNKNOWN_STATUSES
from batikrfm.sdk.text import Language, Text

READING = Text(id="Membaca dan menghitung …", en="Reading and counting …")
WROTE = Text(id="Laporan tersimpan di {folder}: {files}", en="Reports written to {folder}: {files}")


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@question_options
@reading_options
@click.option("--currency", default="IDR", show_default=True, callback=known_currency, help="Currency of the amounts.")
@click.option("--timezone", default="Asia/Jakarta", show_default=True, callback=known_zone, help="Time zone of the shop.")
@lang_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Write the report files into DIR.")
@click.option("--db", "through_database", is_flag=True, help="Take the way through PostgreSQL, as a tenant's shop does.")
@data_dir_option
def analyze(  # noqa: PLR0913 - one for each option
    files: tuple[Path, ...],
    *,
    strategy: str,
    as_of: dt.datetime | None,
    returns: str,
    since_days: int | None,
    chosen: dict[str, str],
    sheet: str | None,
    currency: str,
    timezone: str,
    lang: Language,
    as_json: bool,
    output: Path | None,
    through_database: bool,
    data_dir: Path | None,
) -> None:
    """Read sales files and show who the customers are.

    FILE is what a marketplace or till exported: .xlsx, .xls, .csv, .tsv, or a .zip of those; several count as one shop.
    """
    from batikrfm.cli.answering import Asked, Reading, from_database, from_files
    from batikrfm.cli.progress import working

    asked = Asked(strategy, as_of, returns, since_days, currency, timezone)
    reading = Reading(files, chosen, sheet)
    with working(READING.say(lang)):
        answered = from_database(reading, asked, data_dir, lang) if through_database else from_files(reading, asked)
        written = answered.write(output, lang) if output else ()
    if answered.unknown_statuses:
        click.echo(UNKNOWN_STATUSES.say(lang, words=", ".join(answered.unknown_statuses)), err=True)
    if as_json:
        click.echo(answered.as_json(lang))
        return
    answered.show(lang)
    if output:
        click.echo(WROTE.say(lang, folder=output, files=", ".join(path.name for path in written)))
