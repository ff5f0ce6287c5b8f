"""``batikrfm demo-customers``: plays the customers of the demonstration's shop, whose messages go to nobody. No result of it is real."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import datetime as dt
import tempfile
from collections.abc import AsyncIterator, Iterable, Mapping
from pathlib import Path
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import click

from batikrfm.cli.demo_fates import drawn, events_of, fate_of, orders_anyway
from batikrfm.cli.demo_shop import SLUG
from batikrfm.cli.options import data_dir_option, settings_of
from batikrfm.cli.services import told_to_stop
from batikrfm.cli.tether import tethered_option
from batikrfm.delivery.attribution import measure_soon
from batikrfm.delivery.campaigns import Campaign, list_campaigns
from batikrfm.delivery.channels import channels, open_channels
from batikrfm.delivery.events import Delivery, DeliveryWish, apply, list_deliveries
from batikrfm.delivery.model import CampaignState, DeliveryState
from batikrfm.plugins import load_plugins
from batikrfm.sales.importing import import_files
from batikrfm.sales.sample.catalogue import PRODUCTS
from batikrfm.sales.sample.own_list import COLUMNS
from batikrfm.sdk.channels import DeliveryEvents
from batikrfm.segmentation.customers import CustomerRow, stream_customers
from batikrfm.tenancy import Tenant, find_tenant, open_database, tenant_scope

AT_ONCE: Final = 500
EVERY: Final = 3.0  # seconds between two looks
ORDERS_WITHIN: Final = 20  # seconds after a campaign's end
TOWN: Final = "Simulasi"
People = Mapping[UUID, CustomerRow]


@click.command("demo-customers")
@click.option("--once", is_flag=True, help="Answer what is there now, and end.")
@tethered_option
@data_dir_option
def demo_customers(*, once: bool, data_dir: Path | None) -> None:
    """Play the customers of the sample shop: what is delivered, read, clicked, answered and ordered is made up.

    Only messages of channels that send to nobody are answered, and only in the shop of `batikrfm up --demo`, which starts this by itself.
    """

    async def main() -> None:
        with told_to_stop() as stop:
            settings = settings_of(data_dir)
            async with open_database(settings), open_channels(load_plugins(), settings.data_dir):
                shop, done = await find_tenant(SLUG), set[UUID]()
                while not stop.is_set():
                    await play(shop, done)
                    if once:
                        return
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(EVERY):
                            await stop.wait()

    asyncio.run(main())


async def play(shop: Tenant, done: set[UUID]) -> None:
    """Answer every message that nobody answered yet; order where a campaign is over. ``done``: campaigns whose orders are in already."""
    async with tenant_scope(shop.id):
        campaigns = [one for one in await list_campaigns() if one.frozen_at and channels().capabilities(one.channel).kept]
    for campaign in campaigns:
        if campaign.id not in done:
            people = {row.id: row async for rows in stream_customers(shop.id) for row in rows}
            await answer(shop, campaign, people)
            if campaign.finished_at and campaign.state is CampaignState.FINISHED and _is_time(campaign.finished_at):
                await order(shop, campaign, people)
                done.add(campaign.id)


async def answer(shop: Tenant, campaign: Campaign, people: People) -> int:
    """Report what became of each message that the channel took; how many."""
    answered = 0
    while True:
        async with tenant_scope(shop.id):
            sent = await list_deliveries(DeliveryWish(campaign.id, state=DeliveryState.ACCEPTED), limit=AT_ONCE)
            told = [
                event for one in sent if (who := people.get(one.customer_id)) for event in events_of(one, fate_of(who.key, campaign.name))
            ]
            await apply(campaign.channel, campaign.medium, DeliveryEvents(tuple(told)))
        answered += len(sent)
        if not told:
            return answered


async def order(shop: Tenant, campaign: Campaign, people: People) -> int:
    """Bring the orders of a campaign's people into the shop as any file of sales, and have them measured; how many."""
    buyers = [who async for who in _buyers(shop, campaign, people)]
    if buyers:
        with tempfile.TemporaryDirectory() as folder:
            file = await asyncio.to_thread(write, Path(folder) / f"simulasi-{campaign.id.hex[-12:]}.csv", shop, campaign, buyers)
            await import_files(shop, [file], save_mapping=False)
        async with tenant_scope(shop.id):
            await measure_soon(everything=True)
    return len(buyers)


async def _buyers(shop: Tenant, campaign: Campaign, people: People) -> AsyncIterator[CustomerRow]:
    after, more = None, True
    while more:
        async with tenant_scope(shop.id):
            page = await list_deliveries(DeliveryWish(campaign.id), after=after, limit=AT_ONCE)
        for one in page:
            who = people.get(one.customer_id)
            if who and _buys(one, who, campaign.name):
                yield who
        after, more = (page[-1].id if page else None), len(page) == AT_ONCE


def _buys(delivery: Delivery, who: CustomerRow, campaign: str) -> bool:
    if delivery.state is DeliveryState.HELD_OUT:
        return orders_anyway(who.key, campaign)
    return delivery.state in {DeliveryState.DELIVERED, DeliveryState.READ} and fate_of(who.key, campaign).orders


def write(path: Path, shop: Tenant, campaign: Campaign, buyers: Iterable[CustomerRow]) -> Path:
    """A list of sales as the shop's own program writes it; the file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(COLUMNS)
        writer.writerows(_row(shop, campaign, who, number) for number, who in enumerate(buyers, start=1))
    return path


def _row(shop: Tenant, campaign: Campaign, who: CustomerRow, number: int) -> tuple[object, ...]:
    assert campaign.finished_at is not None  # noqa: S101 - nobody orders before
    luck = drawn(who.key, campaign.name)[-1]
    product = PRODUCTS[int(luck * len(PRODUCTS))]
    at = (campaign.finished_at + dt.timedelta(seconds=2 + number % (ORDERS_WITHIN - 2))).astimezone(ZoneInfo(shop.time_zone))
    whole = (f"SIM-{campaign.id.hex[-8:]}-{number:05d}", f"{at:%d/%m/%Y %H:%M:%S}", "Selesai", who.name, who.phone, who.email, TOWN)
    return (*whole, product.name, 1, product.price, product.price, "Toko")


def _is_time(finished_at: dt.datetime) -> bool:
    return dt.datetime.now(dt.UTC) > finished_at + dt.timedelta(seconds=ORDERS_WITHIN + 1)
