"""The routes of the API, one module a feature: parse, call, shape the answer, nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from litestar.types import ControllerRouterHandler

from batikrfm.web.routes import ai, campaigns, contents, customers, imports, jobs, moves, prompts, reports, runs, segments

ROUTES: Sequence[ControllerRouterHandler] = (
    *imports.ROUTES,
    *customers.ROUTES,
    *segments.ROUTES,
    *runs.ROUTES,
    *moves.ROUTES,
    *ai.ROUTES,
    *contents.ROUTES,
    *prompts.ROUTES,
    *campaigns.ROUTES,
    *reports.ROUTES,
    *jobs.ROUTES,
)
