"""A process that imports a file, to be killed: python importing_process.py APP_URL PLATFORM_URL TENANT FILE."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from batikrfm.sales.importing import import_files
from batikrfm.settings import Settings
from batikrfm.tenancy import find_tenant, open_database


async def main(app_url: str, platform_url: str, tenant: str, file: str) -> None:
    async with open_database(Settings(data_dir=Path(), app_url=app_url, platform_url=platform_url)):
        await import_files(await find_tenant(tenant), [Path(file)])


asyncio.run(main(*sys.argv[1:]))
