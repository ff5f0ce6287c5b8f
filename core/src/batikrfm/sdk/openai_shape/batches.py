"""Batch files and batches in OpenAI's shape. Answers are joined on ``custom_id``; they come in any order, from two files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from batikrfm.sdk.errors import PluginError
from batikrfm.sdk.llm import BatchAnswer, BatchProgress, BatchState, Completion
from batikrfm.sdk.openai_shape.answers import completion_of
from batikrfm.sdk.openai_shape.errors import error_of
from batikrfm.sdk.plugin_errors import BadAnswerError

ENDPOINT = "/v1/chat/completions"
REFERENCE = "reference"
"""The key of a batch's metadata that holds ours."""

STATES = {
    **dict.fromkeys(("validating", "in_progress", "finalizing", "cancelling"), BatchState.RUNNING),
    "completed": BatchState.COMPLETED,
    "failed": BatchState.FAILED,
    "expired": BatchState.EXPIRED,
    "cancelled": BatchState.CANCELLED,
}
NEVER_CAME_TO = frozenset({"batch_expired", "batch_cancelled"})
GOOD = 200


def batch_file(bodies: Iterable[tuple[str, Mapping[str, Any]]]) -> bytes:
    """The file to hand in: one line for each pair of a request's id and its body."""
    lines = ({"custom_id": id_, "method": "POST", "url": ENDPOINT, "body": body} for id_, body in bodies)
    return b"".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for line in lines)


def batch_id_of(page: Mapping[str, Any], reference: str) -> str | None:
    """The id of the batch on this page of the list that was handed in under ``reference``."""
    for batch in page.get("data") or ():
        if isinstance(batch, Mapping) and (batch.get("metadata") or {}).get(REFERENCE) == reference:
            return str(batch["id"])
    return None


def progress_of(batch: Mapping[str, Any]) -> BatchProgress:
    """How far a batch is. The counts are 0 until the vendor has read the file."""
    state = STATES.get(str(batch.get("status")))
    if state is None:
        raise BadAnswerError(code="no_status")
    counts = batch.get("request_counts") or {}
    total, done, failed = (int(counts.get(name) or 0) for name in ("total", "completed", "failed"))
    return BatchProgress(state, total, done, failed)


def batch_answers(*files: bytes, model: str = "") -> list[BatchAnswer]:
    """What became of each request, each at most once. Requests that the vendor never came to are missing.

    A line that cannot be read is passed over: it costs its own request, not the thousands beside it. ``model`` is the batch's.
    """
    answers: dict[str, BatchAnswer] = {}
    for line in (line for content in files for line in _lines(content)):
        outcome = _outcome(line, model)
        if outcome is not None:
            answers.setdefault(line["custom_id"], BatchAnswer(line["custom_id"], outcome))
    return list(answers.values())


def _lines(content: bytes) -> Iterator[Mapping[str, Any]]:
    for raw in content.splitlines():
        try:
            line = json.loads(raw)
        except (ValueError, RecursionError):
            continue
        if isinstance(line, dict) and isinstance(line.get("custom_id"), str):
            yield line


def _outcome(line: Mapping[str, Any], model: str) -> Completion | PluginError | None:
    """None for a request that the vendor never came to, and for a line that says nothing."""
    response, error = line.get("response"), line.get("error")
    if isinstance(response, Mapping):
        return _answered(response, model)
    if not isinstance(error, Mapping) or error.get("code") in NEVER_CAME_TO:
        return None
    return error_of(500, {"error": error}, model=model)  # no status here: without a code that we know it is the vendor's trouble


def _answered(response: Mapping[str, Any], model: str) -> Completion | PluginError:
    """JSON is read wherever it is JSON: what was asked for is not known any more."""
    status, body = response.get("status_code"), response.get("body")
    if status != GOOD:
        return error_of(status if isinstance(status, int) else 500, body, model=model or "?")
    try:
        return completion_of(body, wants_json=True, request_id=response.get("request_id"))
    except BadAnswerError as bad:
        return bad
