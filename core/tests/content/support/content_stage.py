"""A shop with customers and products, and vendors that write copy: for tests of what is asked of them and what comes of it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import polars as pl

from batikrfm.builtin.rfm.strategies import Rfm5
from batikrfm.builtin.template.provider import TemplateCopywriter
from batikrfm.content.settings import ContentSettings, save_settings
from batikrfm.db.keys import uuid7
from batikrfm.plugins import Plugin, Plugins, Registered
from batikrfm.sales.importing import store
from batikrfm.sales.lines import LINES, SheetLines
from batikrfm.sales.orders import orders_of
from batikrfm.sales.staging import stage as staged
from batikrfm.sdk import BatchAnswer, Completion, CompletionRequest, Finish, Text, Usage
from batikrfm.segmentation.asking import Question
from batikrfm.segmentation.running import run_segmentation
from batikrfm.tenancy import tenant_scope
from batikrfm.tenancy.profile import Profile, change_profile
from batikrfm.usage import set_quota
from chain_stage import Fake, FakeConfig, FakeWithMore, Stage

LAST_DAY = dt.date(2026, 11, 25)
PRODUCTS = ("Kain Batik Tulis Kawung", "Kemeja Batik Cap Parang", "Selendang Sutra Mega Mendung", "Daster Batik Adem")
ADD_CUSTOMER = """
insert into customers (tenant_id, id, contact_at, key, name, phone, email)
values (current_setting('app.tenant_id')::uuid, $1, now(), $2, $3, $4, $5)
"""


@dataclass(frozen=True)
class Sale:
    """One order of one article: who, how many days before :data:`LAST_DAY`, how much in rupiah."""

    who: str
    days_ago: int
    amount: int
    product: str = PRODUCTS[0]
    name: str | None = None
    phone: str | None = None
    email: str | None = None


def sales_of(customers: int = 60) -> list[Sale]:
    """So many customers, in every one of rfm5's segments, who all bought some of the products."""
    return [
        Sale(f"pembeli{number}", (number * 7) % 180 + order * 11, 90_000 + 2_000 * number, PRODUCTS[(number + order) % len(PRODUCTS)])
        for number in range(customers)
        for order in range(1 + number % 8)
    ]


def customer(name: str | None = None, *, phone: str | None = None, email: str | None = None, product: str = PRODUCTS[0]) -> Sale:
    """One more customer, whom a prompt must not mention."""
    return Sale(f"orang-{name}-{phone}-{email}", 30, 75_000, product, name, phone, email)


async def fill_shop(tenant: UUID, *more: Sale, name: str = "Batik Laras", voice: str = "", customers: int = 60) -> None:
    """Customers, a segmentation run, a name and a voice."""
    await import_sales(tenant, [*sales_of(customers), *more])
    await run_segmentation(tenant, Question(Rfm5(), LAST_DAY))
    async with tenant_scope(tenant):
        await change_profile(Profile(name, "Asia/Jakarta", "IDR", "id", voice))
        await set_quota("generations", 1_000)


async def import_sales(tenant: UUID, sales: Sequence[Sale]) -> None:
    rows = [_line(number, sale) for number, sale in enumerate(sales, 2)]
    orders = orders_of([SheetLines("sales.csv", None, "shop", pl.DataFrame(rows, schema=LINES))], keep_lines=True)
    async with tenant_scope(tenant) as scope:
        await store(scope, orders, staged(orders), ["sales.csv"])


async def add_customers(tenant: UUID, *customers: Sale) -> None:
    """Customers without a purchase: enough for whoever looks for their names."""
    async with tenant_scope(tenant) as scope:
        for one in customers:
            await scope.execute(ADD_CUSTOMER, uuid7(), f"{one.who}-{uuid7()}", one.name, one.phone, one.email)


async def settle_on(tenant: UUID, **changed: Any) -> None:  # noqa: ANN401 - fields of ContentSettings
    async with tenant_scope(tenant):
        await save_settings(replace(ContentSettings(), **changed))


def _line(line: int, sale: Sale) -> dict[str, Any]:
    at = dt.datetime.combine(LAST_DAY - dt.timedelta(days=sale.days_ago), dt.time(5), dt.UTC)
    given = {"line": line, "ordered_at": at, "customer": sale.who, "line_total_e4": sale.amount * 10_000, "quantity_e4": 10_000}
    return dict.fromkeys(LINES.names()) | given | {"name": sale.name, "phone": sale.phone, "email": sale.email, "product": sale.product}


def variant(number: int = 1, **changed: str) -> dict[str, str]:
    """Copy that nobody could object to."""
    return {
        "subject": f"Kabar baru dari toko, versi {number}",
        "preheader": "Ada motif yang mungkin Anda suka",
        "email": (
            "Halo {nama},\n\nTerima kasih sudah belanja di toko kami. Ada koleksi baru yang baru saja datang, dan kami ingin Anda "
            "melihatnya lebih dulu. Kalau ada yang cocok, balas saja pesan ini."
        ),
        "whatsapp": "Halo {nama}, ada koleksi baru di toko kami. Kalau mau lihat fotonya, balas pesan ini ya.",
        "call_to_action": "Lihat koleksi",
        **changed,
    }


def answer(variants: Sequence[Mapping[str, str]], model: str = "small", **changed: Any) -> Completion:  # noqa: ANN401 - fields of Completion
    return replace(Completion(Finish.COMPLETE, json.dumps({"variants": variants}), model, Usage(800, 600)), **changed)


def good(request: CompletionRequest) -> Completion:
    assert request.brief is not None
    return answer([variant(number) for number in range(1, request.brief.variants + 1)], request.model)


class Writer(FakeWithMore):
    """A vendor that writes what is asked for, and moderates."""

    async def complete(self, request: CompletionRequest) -> Completion:
        self.stage.requests.append(request)
        written: Completion = await self.stage.perform(self.key, request.model, good(request))
        return written

    async def collect(self, batch: str) -> Sequence[BatchAnswer]:
        answers = [BatchAnswer(one.id, good(one)) for one in self.stage.batches[batch.removeprefix("batch-")]]
        collected: Sequence[BatchAnswer] = await self.stage.perform(self.key, "collect", answers)
        return collected


class SecondWriter(Fake):
    """The same without moderation."""

    config_model = FakeConfig

    async def complete(self, request: CompletionRequest) -> Completion:
        self.stage.requests.append(request)
        written: Completion = await self.stage.perform(self.key, request.model, good(request))
        return written


def writers(stage: Stage) -> Plugins:
    """Vendors ``openai`` and ``groq`` on the stage, and our own template."""

    def plugin(key: str, base: type[Any], *, builtin: bool = False) -> Plugin:
        cls = base if builtin else type(key.title(), (base,), {"key": key, "name": Text(id=key.title(), en=key.title()), "stage": stage})
        return Plugin(
            f"plug_{key}", f"acme-{key}", "1", key, objects=(Registered("llm_providers", key, cls, f"plug_{key}"),), builtin=builtin
        )

    return Plugins((plugin("openai", Writer), plugin("groq", SecondWriter), plugin("template", TemplateCopywriter, builtin=True)))
