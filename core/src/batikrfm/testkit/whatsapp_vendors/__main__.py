"""``python -m batikrfm.testkit.whatsapp_vendors fonnte --port N``: a gateway as a program of its own, until it is stopped."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from contextlib import suppress

from batikrfm.testkit.whatsapp_vendors import FonnteVendor, MetaVendor, WablasVendor, WhatsAppVendor

VENDORS: dict[str, type[WhatsAppVendor]] = {"fonnte": FonnteVendor, "wablas": WablasVendor, "meta": MetaVendor}


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m batikrfm.testkit.whatsapp_vendors", description=__doc__)
    parser.add_argument("vendor", choices=VENDORS, help="which one")
    parser.add_argument("--port", type=int, default=0, help="where to listen; 0 takes any that is free")
    parser.add_argument("--webhook", default="", help="an address to post statuses and replies to, each twice")
    parser.add_argument("--pause", type=float, default=1.0, help="seconds between one status and the next")
    return parser


async def _serve(made: WhatsAppVendor) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with made as vendor:
        sys.stdout.write(f"{vendor.url}\n")
        sys.stdout.flush()
        await stop.wait()


def main() -> None:
    """Serve until stopped. The first line on standard output is the address."""
    options = _options().parse_args()
    made = VENDORS[options.vendor](port=options.port, reports_to=options.webhook, pause=options.pause)
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(made))


if __name__ == "__main__":
    main()
