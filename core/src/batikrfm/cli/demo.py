"""``batikrfm demo``: a made-up batik shop through the same doors as a real one."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from pathlib import Path

import click

from batikrfm.cli.language import lang_option
from batikrfm.sdk.text import Language, Text

MAKING = Text(id="Menyiapkan toko contoh dan menghitung …", en="Making a sample shop and counting …")
SHOP = Text(
    id="Toko contoh: data penjualannya kami karang, {file}.",
    en="A sample shop: its sales are made up, {file}.",
)
NEXT = Text(
    id="""Laporannya ada di {folder}: {files}.

Sekarang dengan penjualan Anda sendiri (Shopee, TikTok/Tokopedia, kasir, atau catatan sendiri; .xlsx, .xls, .csv, .zip):

    {program} analyze BERKAS --output laporan

Ingin lebih rinci, dengan sebelas segmen:

    {program} analyze {file} --strategy rfm11""",
    en="""The reports are in {folder}: {files}.

Now with your own sales (Shopee, TikTok/Tokopedia, a till, or your own list; .xlsx, .xls, .csv, .zip):

    {program} analyze FILE --output report --lang en

To see more detail, in eleven segments:

    {program} analyze {file} --strategy rfm11 --lang en""",
)
CHECKED = Text(id="Sudah diperiksa: semua angka cocok.", en="Checked: every figure adds up.")


@click.command()
@click.option("--once", is_flag=True, help="Also check the outcome; exit code 1 if a figure does not add up.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo-report"),
    show_default=True,
    metavar="DIR",
    help="Write the sample sales and the report files into DIR.",
)
@click.option("--with-fake-llm", is_flag=True, help="Show instead how words are written, by vendors that are only played on this machine.")
@lang_option
def demo(*, once: bool, output: Path, with_fake_llm: bool, lang: Language) -> None:
    """Analyse a made-up batik shop, to see what comes out and what to try next."""
    if with_fake_llm:
        from batikrfm.cli.demo_words import show_words

        asyncio.run(show_words(lang))
        return
    from batikrfm.cli.answering import Asked, Reading, from_files
    from batikrfm.cli.demo_check import check
    from batikrfm.cli.progress import working
    from batikrfm.sales.sample import write_sample

    with working(MAKING.say(lang)):
        file = write_sample(output)
        answered = from_files(Reading((file,), {}), Asked())
        written = answered.write(output, lang)
    click.echo(SHOP.say(lang, file=file) + "\n")
    answered.show(lang)
    click.echo("\n" + NEXT.say(lang, folder=output, files=", ".join(path.name for path in written), file=file, program=_program()))
    if once:
        check(answered, output)
        click.echo("\n" + CHECKED.say(lang))


def _program() -> str:
    """How to call this program from here: by its name where the shell finds it, else by its path."""
    return "batikrfm" if shutil.which("batikrfm") else os.path.relpath(sys.argv[0])
