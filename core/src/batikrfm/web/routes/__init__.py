"""The routes of the API, one module a feature: parse, call, shape the answer, nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from litestar.types import ControllerRouterHandler

from batikrfm.web.routes import (
    ai,
    campaigns,
    channels,
    consents,
    contents,
    customers,
    deliveries,
    earned,
    imports,
    jobs,
    moves,
    prompts,
    replies,
    reports,
    runs,
    segments,
    suppressions,
    tracking,
    webhooks,
)

ROUTES: Sequence[ControllerRouterHandler] = (
    *imports.ROUTES,
    *customers.ROUTES,
    *consents.ROUTES,
    *suppressions.ROUTES,
    *segments.ROUTES,
    *runs.ROUTES,
    *moves.ROUTES,
    *ai.ROUTES,
    *contents.ROUTES,
    *prompts.ROUTES,
    *campaigns.ROUTES,
    *earned.ROUTES,
    *deliveries.ROUTES,
    *replies.ROUTES,
    *tracking.ROUTES,
    *reports.ROUTES,
    *channels.ROUTES,
    *webhooks.ROUTES,
    *jobs.ROUTES,
)
