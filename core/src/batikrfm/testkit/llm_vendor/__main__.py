"""``python -m batikrfm.testkit.llm_vendor --port N``: the vendor as a program of its own, until it is stopped."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from contextlib import suppress

from batikrfm.testkit.llm_vendor.vendor import VendorServer


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m batikrfm.testkit.llm_vendor", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="where to listen; 0 takes any that is free")
    parser.add_argument("--batch-seconds", type=float, default=20.0, help="how long a batch takes")
    parser.add_argument("--latency", type=float, default=0.2, help="seconds before each answer")
    return parser


async def _serve(port: int, batch_seconds: float, latency: float) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with VendorServer(batch_seconds=batch_seconds, latency=latency, port=port) as vendor:
        sys.stdout.write(f"{vendor.url}\n")
        sys.stdout.flush()
        await stop.wait()


def main() -> None:
    """Serve until stopped. The first line on standard output is the address."""
    options = _options().parse_args()
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(options.port, options.batch_seconds, options.latency))


if __name__ == "__main__":
    main()
