"""``python -m batikrfm.testkit.resend_vendor --port N``: Resend as a program of its own, until it is stopped."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from contextlib import suppress

from batikrfm.testkit.resend_vendor import SECRET, ResendVendor


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m batikrfm.testkit.resend_vendor", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="where to listen; 0 takes any that is free")
    parser.add_argument("--domain", action="append", default=[], help="a domain that is verified, besides toko.example")
    parser.add_argument("--most", type=float, default=None, help="requests a second")
    parser.add_argument("--webhook", default="", help="an address to post news to, each twice")
    parser.add_argument("--secret", default=SECRET, help="what signs them")
    parser.add_argument("--pause", type=float, default=1.0, help="seconds between one piece of news and the next")
    return parser


async def _serve(made: ResendVendor) -> None:
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
    made = ResendVendor(port=options.port, most=options.most, reports_to=options.webhook, secret=options.secret, pause=options.pause)
    made.domains |= dict.fromkeys(options.domain, "verified")
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(made))


if __name__ == "__main__":
    main()
