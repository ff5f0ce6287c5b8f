"""``batikrfm demo --with-fake-llm``: words for segments by vendors that are only played, on this machine, so that nothing costs anything.

The vendor is a program of its own that speaks real HTTP as OpenAI's and Groq's documents say (:mod:`batikrfm.testkit.llm_vendor`); all
on this side is the product as it runs anywhere.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from batikrfm.sdk.errors import SetupError
from batikrfm.sdk.text import Language, Text

if TYPE_CHECKING:
    from batikrfm.content.model import Generated
    from batikrfm.plugins import Plugins
    from batikrfm.settings import Settings
    from batikrfm.tenancy import Tenant
    from batikrfm.usage import UsageReport

VENDOR: Final = ("-m", "batikrfm.testkit.llm_vendor", "--latency", "0.05", "--batch-seconds", "2")
STARTS_WITHIN: Final = 30.0
CUSTOMERS: Final = 2_000
GOOD, SPENT, DOWN = "sk-demo-good", "sk-demo-empty", "sk-demo-down"

MAKING: Final = Text(id="Menyiapkan toko contoh dan vendor bohongan …", en="Making a sample shop and a vendor that is only played …")
INTRO: Final = Text(
    id="Toko {shop}, kata-kata untuk segmennya. Vendornya kami perankan sendiri di {url}: tidak ada yang keluar dari komputer ini.",
    en="The shop {shop}, and words for its segments. The vendors are played by us at {url}: nothing leaves this machine.",
)
WROTE: Final = Text(id="  ditulis oleh {provider} ({model}): “{subject}”", en="  written by {provider} ({model}): “{subject}”")
FROM_CACHE: Final = Text(id="  dari cache, tanpa biaya: “{subject}”", en="  from the cache, free of charge: “{subject}”")
WEEK: Final = Text(
    id="5. Seminggu sekaligus lewat Batch API, setengah harga: {written} segmen ditulis, {left} dilewati karena terlalu kecil.",
    en="5. A whole week by the Batch API, at half the price: {written} segments written, {left} left out as too small.",
)
LEDGER: Final = Text(id="Buku besar: setiap panggilan tercatat, juga yang gagal.", en="The ledger: every call is in it, failed ones too.")
NOT_STARTED: Final = Text(id="Vendor bohongan tidak mau menyala.", en="The played vendor does not start.")


class VendorError(SetupError):
    """The played vendor did not start."""

    text = NOT_STARTED


@dataclass(frozen=True)
class Act:
    """One thing that is shown: what happens, for which segment, with which keys, and who must have written in the end."""

    what: Text
    segment: str
    writer: str
    openai: str = GOOD
    groq: str = GOOD
    cached: bool = False


ACTS: Final = (
    Act(Text(id="1. OpenAI menjawab.", en="1. OpenAI answers."), "champions", "openai"),
    Act(
        Text(id="2. Pesanan yang sama sekali lagi.", en="2. The same order once more."),
        "champions",
        "openai",
        cached=True,
    ),
    Act(
        Text(
            id="3. Saldo OpenAI habis: tidak dicoba lagi, Groq yang menulis.", en="3. OpenAI's credit is used up: not retried, Groq writes."
        ),
        "loyal",
        "groq",
        openai=SPENT,
    ),
    Act(
        Text(id="4. Dua-duanya terganggu: kata-kata dari template.", en="4. Both are in trouble: the template's words."),
        "at_risk",
        "template",
        openai=DOWN,
        groq=DOWN,
    ),
)


async def show_words(lang: Language) -> None:
    """Play all acts and print what came of them.

    Raises:
        VendorError: the played vendor did not start.
    """
    from batikrfm.cli.demo_shop import open_demo_shop
    from batikrfm.cli.progress import working
    from batikrfm.plugins import load_plugins
    from batikrfm.settings import Settings
    from batikrfm.tenancy import open_database

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder))
        async with vendor() as url, contextlib.AsyncExitStack() as stack:
            with working(MAKING.say(lang)):
                await stack.enter_async_context(open_database(settings))
                shop = await open_demo_shop(customers=CUSTOMERS)
            click.echo(INTRO.say(lang, shop=shop.name, url=url) + "\n")
            plugins = load_plugins()
            for act in ACTS:
                click.echo(act.what.say(lang))
                _say(await play(act, shop, plugins, settings, url), lang)
            click.echo(WEEK.say(lang, **await play_week(shop, plugins, settings, url)))
            click.echo("\n" + LEDGER.say(lang) + "\n")
            _show(await _report(shop), lang)


async def play(act: Act, shop: Tenant, plugins: Plugins, settings: Settings, url: str) -> Generated:
    """Order words as the act says, with providers of its keys."""
    from batikrfm.content.chain import open_providers
    from batikrfm.content.generating import generate
    from batikrfm.content.model import Order
    from batikrfm.content.review import keep_drafts

    async def keep(generated: Generated) -> None:
        await keep_drafts(generated, by=None)

    async with open_providers(plugins, settings.data_dir, _keys(act, url)):
        return await generate(shop.id, Order(act.segment), keep=keep)


async def play_week(shop: Tenant, plugins: Plugins, settings: Settings, url: str) -> dict[str, int]:
    """Write the shop's week by the played vendor's batch; how many segments were ``written``, how many ``left`` out."""
    from batikrfm.content.chain import open_providers
    from batikrfm.content.weekly import ItemState, begin, this_week, write_due
    from batikrfm.content.weekly.batching import collect, hand_in_due
    from batikrfm.content.weekly.looking import look_at
    from batikrfm.tenancy import tenant_scope

    keys = {"OPENAI_API_KEY": GOOD, "OPENAI_BASE_URL": f"{url}/v1"}
    async with open_providers(plugins, settings.data_dir, keys):
        look = await begin(shop.id)
        batch_id = look.batch_id
        await hand_in_due(shop.id, look)
        while await collect(shop.id, await look_at(shop.id, batch_id)) is not None:  # noqa: ASYNC110 - a worker looks every ten minutes; this vendor takes seconds
            await asyncio.sleep(0.5)
        await write_due(shop.id, batch_id)
    async with tenant_scope(shop.id):
        week = await this_week()
    states = [item.state for item in week.items] if week else []
    return {"written": states.count(ItemState.WRITTEN), "left": states.count(ItemState.LEFT_OUT)}


def _keys(act: Act, url: str) -> Mapping[str, str]:
    return {
        "OPENAI_API_KEY": act.openai,
        "OPENAI_BASE_URL": f"{url}/v1",
        "GROQ_API_KEY": act.groq,
        "GROQ_BASE_URL": url,
    }


@contextlib.asynccontextmanager
async def vendor() -> AsyncIterator[str]:
    """The played vendor, as a program of its own, for as long as the block lasts; its address."""
    program = await asyncio.create_subprocess_exec(sys.executable, *VENDOR, stdout=asyncio.subprocess.PIPE)
    assert program.stdout is not None  # noqa: S101 - it was asked for
    try:
        try:
            async with asyncio.timeout(STARTS_WITHIN):
                url = (await program.stdout.readline()).decode().strip()
        except TimeoutError:
            raise VendorError from None
        if not url:
            raise VendorError
        yield url
    finally:
        with contextlib.suppress(ProcessLookupError):
            program.terminate()
        await program.wait()


async def _report(shop: Tenant) -> UsageReport:
    from batikrfm.tenancy import tenant_scope
    from batikrfm.usage import usage_report

    async with tenant_scope(shop.id):
        return await usage_report()


def _say(generated: Generated, lang: Language) -> None:
    subject = generated.drafts[0].copy.subject
    said = FROM_CACHE if generated.cached else WROTE
    click.echo(said.say(lang, provider=generated.provider, model=generated.model, subject=subject))


def _show(report: UsageReport, lang: Language) -> None:
    from batikrfm.cli.usage_screen import show_report

    show_report(report, lang)
