"""Batches as the vendors run them: validating, in progress, finalizing, completed; or failed, expired, cancelled half-way."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from batikrfm.testkit.llm_vendor.serving import Answer

ENDPOINT = "/v1/chat/completions"
PHASES = ((0.1, "validating"), (0.9, "in_progress"), (1.0, "finalizing"))
"""Until which share of its time a batch is in which phase."""

GOOD = 200


@dataclass(frozen=True)
class Fate:
    """How a batch ends: ``completed``, ``expired`` or ``cancelled`` with ``share`` of it done, ``failed`` by ``code``."""

    end: str = "completed"
    share: float = 1.0
    code: str = ""


@dataclass
class Batch:
    """A batch that was handed in at ``started`` and takes ``seconds``. ``failed`` of its answers are errors, known when it is over."""

    id: str
    input_file: str
    lines: list[dict[str, Any]]
    metadata: Mapping[str, str]
    started: float
    seconds: float
    fate: Fate = field(default_factory=Fate)
    failed: int = 0
    files: dict[str, str] = field(default_factory=dict)

    def status(self, now: float) -> str:
        """Where it is."""
        if self.fate.end == "failed":
            return "failed"
        return next((phase for until, phase in PHASES if self._passed(now) < until), self.fate.end)

    def done(self, now: float) -> int:
        """How many requests are done."""
        return int(len(self.lines) * self._passed(now) * self.fate.share) if self.fate.end != "failed" else 0

    def cancel(self, now: float) -> None:
        """Stop here: what is done stays done."""
        self.fate, self.seconds = Fate("cancelled", self.done(now) / len(self.lines)), 0.0

    def _passed(self, now: float) -> float:
        return min((now - self.started) / self.seconds, 1.0) if self.seconds else 1.0


@dataclass
class Batches:
    """The batches of a vendor. ``answer`` answers one request, ``keep`` keeps a file and returns its id."""

    answer: Callable[[Mapping[str, Any]], Answer]
    keep: Callable[[bytes], str]
    now: Callable[[], float]
    all: dict[str, Batch] = field(default_factory=dict)

    def create(self, content: bytes, wanted: Mapping[str, Any], seconds: float, fate: Fate) -> Batch:
        """Hand in a file. A file that is wrong makes a batch that failed."""
        lines, problem = _read(content)
        metadata, fate = wanted.get("metadata") or {}, Fate("failed", code=problem) if problem else fate
        batch = Batch(f"batch_{uuid4().hex}", wanted["input_file_id"], lines, metadata, self.now(), seconds, fate)
        self.all[batch.id] = batch
        return batch

    def shown(self, batch: Batch) -> dict[str, Any]:
        """The batch as JSON. Its files are written when it is over."""
        status, done = batch.status(self.now()), batch.done(self.now())
        if status in ("completed", "expired", "cancelled") and not batch.files:
            self._write(batch, done, "batch_expired" if status == "expired" else "batch_cancelled")
        return {
            "id": batch.id,
            "object": "batch",
            "endpoint": ENDPOINT,
            "model": next((line["body"].get("model") for line in batch.lines), None),
            "input_file_id": batch.input_file,
            "completion_window": "24h",
            "status": status,
            "created_at": 1_790_000_000,
            "errors": _problems(batch.fate.code),
            "output_file_id": batch.files.get("output"),
            "error_file_id": batch.files.get("error"),
            "request_counts": {"total": len(batch.lines), "completed": done - batch.failed, "failed": batch.failed},
            "metadata": dict(batch.metadata),
        }

    def _write(self, batch: Batch, done: int, why_not: str) -> None:
        """Output and errors, last line first: the order is not kept."""
        results = [_result(line["custom_id"], self.answer(line["body"])) for line in batch.lines[:done]]
        good = [one for one in results if one["response"]["status_code"] == GOOD]
        bad = [one for one in results if one["response"]["status_code"] != GOOD]
        batch.failed = len(bad)
        never = [_never(line["custom_id"], why_not) for line in batch.lines[done:]]
        for name, lines in (("output", good), ("error", bad + never)):
            if lines:
                batch.files[name] = self.keep("".join(json.dumps(line) + "\n" for line in reversed(lines)).encode())


def _problems(code: str) -> dict[str, Any] | None:
    return {"object": "list", "data": [{"code": code, "message": "-", "param": None, "line": None}]} if code else None


def _read(content: bytes) -> tuple[list[dict[str, Any]], str]:
    """The lines of an input file, and what is wrong with it."""
    try:
        lines = [json.loads(line) for line in content.splitlines() if line.strip()]
    except ValueError:
        return [], "invalid_json_line"
    if not lines:
        return [], "empty_file"
    if len({line.get("custom_id") for line in lines}) < len(lines):
        return lines, "duplicate_custom_id"
    if len({line["body"].get("model") for line in lines}) > 1:
        return lines, "mismatched_model"
    return lines, "" if all(line.get("url") == ENDPOINT for line in lines) else "invalid_url"


def _result(id_: str, answer: Answer) -> dict[str, Any]:
    response = {"status_code": answer.status, "request_id": f"req_{uuid4().hex}", "body": json.loads(answer.body)}
    return {"id": f"batch_req_{uuid4().hex}", "custom_id": id_, "response": response, "error": None}


def _never(id_: str, code: str) -> dict[str, Any]:
    error = {"code": code, "message": "This request could not be executed before the completion window expired."}
    return {"id": f"batch_req_{uuid4().hex}", "custom_id": id_, "response": None, "error": error}
