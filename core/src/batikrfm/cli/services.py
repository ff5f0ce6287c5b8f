"""``batikrfm web``, ``worker`` and ``scheduler``: the parts of a running installation, apart. Any number of each serves one database."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import click

from batikrfm.cli.options import data_dir_option, settings_of
from batikrfm.cli.tether import tethered_option

TASKS = (
    "batikrfm.sales.tasks",
    "batikrfm.segmentation.tasks",
    "batikrfm.reports.tasks",
    "batikrfm.content.tasks",
    "batikrfm.content.chain.tasks",
    "batikrfm.content.weekly.tasks",
    "batikrfm.delivery.attribution.tasks",
    "batikrfm.delivery.campaigns.tasks",
    "batikrfm.delivery.consent.tasks",
    "batikrfm.delivery.events.tasks",
    "batikrfm.delivery.outbox.tasks",
    "batikrfm.delivery.sending.tasks",
    "batikrfm.delivery.tracking.tasks",
    "batikrfm_tenants.tasks",
)
"""Where the tasks of features are declared."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 is every one of this machine.")
@click.option("--port", type=click.IntRange(1, 65_535), default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that answer.")
@tethered_option
@data_dir_option
def web(*, host: str, port: int, workers: int, data_dir: Path | None) -> None:
    """Serve the portal and the API until Ctrl-C or SIGTERM."""
    from batikrfm.web.serving import Bind, serve

    serve(Bind(host=host, port=port, workers=workers, data_dir=data_dir))


@click.command()
@click.option("--slots", type=click.IntRange(1, 100), default=4, show_default=True, envvar="BATIKRFM_SLOTS", help="Jobs at a time.")
@click.option("--grace", type=click.FloatRange(0), default=20.0, show_default=True, help="Seconds that running jobs have to end at a stop.")
@click.option(
    "--keep-days",
    type=click.FloatRange(1),
    default=30.0,
    show_default=True,
    envvar="BATIKRFM_KEEP_JOBS_DAYS",
    help="Days that a job which is over can be seen.",
)
@click.option(
    "--metrics-port",
    type=click.IntRange(1, 65_535),
    envvar="BATIKRFM_WORKER_METRICS_PORT",
    help="Show this worker's figures to Prometheus on this port.",
)
@click.option(
    "--metrics-host",
    default="127.0.0.1",
    show_default=True,
    envvar="BATIKRFM_WORKER_METRICS_HOST",
    help="Address for them; 0.0.0.0 is every one of this machine.",
)
@click.option("--with-scheduler", is_flag=True, help="Also do what `batikrfm scheduler` does.")
@tethered_option
@data_dir_option
def worker(  # noqa: PLR0913 - one for each option
    *,
    slots: int,
    grace: float,
    keep_days: float,
    metrics_port: int | None,
    metrics_host: str,
    with_scheduler: bool,
    data_dir: Path | None,
) -> None:
    """Run jobs until Ctrl-C or SIGTERM; those that run then may end, and what cannot goes back into the queue."""
    from batikrfm.jobs.cores import leave_cores

    leave_cores()
    from batikrfm.content.chain import open_providers
    from batikrfm.delivery.channels import open_channels
    from batikrfm.delivery.events.keeping import Keeping, forget_events_in_time
    from batikrfm.jobs.running import WorkerOptions, import_tasks, run_worker
    from batikrfm.jobs.scheduling import run_scheduler
    from batikrfm.plugins import load_plugins
    from batikrfm.tenancy import open_database
    from batikrfm.usage.keeping import forget_in_time
    from batikrfm.usage.prices import prices
    from batikrfm.web.job_metrics import WorkerMetrics
    from batikrfm.web.logs import set_up_logs
    from batikrfm.web.observing import tell_sentry

    metrics = WorkerMetrics()

    async def main() -> None:
        with told_to_stop() as stop, metrics.served(metrics_host, metrics_port):
            settings, plugins = settings_of(data_dir), load_plugins(metrics=metrics)
            async with (
                open_database(settings) as database,
                open_providers(plugins, settings.data_dir, metrics=metrics),
                open_channels(plugins, settings.data_dir),
            ):
                loops = [forget_in_time, forget_events_in_time, *(extension.serve for extension in plugins.extensions.values())]
                import_tasks(TASKS)
                options = WorkerOptions(slots=slots, grace=grace, keep_days=keep_days)
                work = run_worker(database, stop, options, metrics=metrics, loops=loops)
                await asyncio.gather(work, *([run_scheduler(stop)] if with_scheduler else []))

    set_up_logs()
    tell_sentry(os.environ.get("SENTRY_DSN") or None)
    prices()  # a file of prices that cannot be read is said now, not when somebody has been billed
    Keeping.from_environment()  # likewise a number of days
    asyncio.run(main())


@click.command()
@tethered_option
@data_dir_option
def scheduler(*, data_dir: Path | None) -> None:
    """Enqueue what is due by the clock, until Ctrl-C or SIGTERM."""
    from batikrfm.jobs.running import import_tasks
    from batikrfm.jobs.scheduling import run_scheduler
    from batikrfm.tenancy import open_database
    from batikrfm.web.logs import set_up_logs

    async def main() -> None:
        with told_to_stop() as stop:
            import_tasks(TASKS)  # a job gets the attempts that its task says, which only its module knows
            async with open_database(settings_of(data_dir)):
                await run_scheduler(stop)

    set_up_logs()
    asyncio.run(main())


@contextlib.contextmanager
def told_to_stop() -> Iterator[asyncio.Event]:
    """An event that the first SIGINT or SIGTERM sets. A second one ends the process as if there were no handler."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    numbers = (signal.SIGINT, signal.SIGTERM)

    def told() -> None:
        stop.set()
        for number in numbers:
            loop.remove_signal_handler(number)

    for number in numbers:
        loop.add_signal_handler(number, told)
    try:
        yield stop
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
