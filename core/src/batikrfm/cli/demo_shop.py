"""The demonstration's shop: made once, with some weeks behind it, so that every page has something to show."""

from __future__ import annotations

import asyncio
import datetime as dt
import tempfile
from functools import partial
from pathlib import Path
from typing import Final

from batikrfm.cli.demo_delivery import agree
from batikrfm.plugins import find_strategy
from batikrfm.sales.importing import import_files
from batikrfm.sales.sample import write_sample_list
from batikrfm.segmentation.asking import Question
from batikrfm.segmentation.days import today
from batikrfm.segmentation.history import past_runs
from batikrfm.segmentation.running import run_segmentation
from batikrfm.tenancy import Tenant, create_tenant, find_tenant, tenant_scope
from batikrfm.tenancy.errors import TenantNotFoundError

NAME: Final = "Batik Contoh"
SLUG: Final = "batik-contoh"
CUSTOMERS: Final = 20_000
WEEKS: Final = 8
"""So many weekly runs lie behind today's: enough to see people come, stay and go."""


async def open_demo_shop(*, customers: int = CUSTOMERS) -> Tenant:
    """The shop, with its sales imported and segmented up to today.

    What is there already stays: a second start adds only the runs of the weeks since, and one that was killed is taken up where it was.
    """
    shop = await _shop()
    async with tenant_scope(shop.id):
        latest = next((run.as_of for run in await past_runs(1)), None)
    if latest is None:
        await _import_sample(shop, customers)
    strategy = find_strategy("rfm5")
    for day in _weekly(today(shop.time_zone)):
        if latest is None or day > latest:
            await run_segmentation(shop.id, Question(strategy, as_of=day, currency=shop.currency, timezone=shop.time_zone))
    return shop


async def _shop() -> Tenant:
    try:
        return await find_tenant(SLUG)
    except TenantNotFoundError:
        return await create_tenant(NAME)


async def _import_sample(shop: Tenant, customers: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        yesterday = today(shop.time_zone) - dt.timedelta(days=1)
        file = await asyncio.to_thread(write_sample_list, Path(folder), last_day=yesterday, customers=customers)
        await import_files(shop, [file], save_mapping=False, also=partial(agree, shop.id))


def _weekly(last: dt.date) -> list[dt.date]:
    return [last - dt.timedelta(weeks=weeks) for weeks in range(WEEKS, -1, -1)]
