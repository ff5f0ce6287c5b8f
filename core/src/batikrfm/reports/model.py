"""What others see of a report file."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from batikrfm.sdk.text import Language, Text

FILE_NAME = Text(id="laporan-pelanggan-{as_of}.{kind}", en="customer-report-{as_of}.{kind}")


class Kind(StrEnum):
    """A report to read, or a workbook to work with."""

    PDF = "pdf"
    XLSX = "xlsx"

    @property
    def content_type(self) -> str:
        return _CONTENT_TYPES[self]


_CONTENT_TYPES = {
    Kind.PDF: "application/pdf",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class State(StrEnum):
    """``making``: its job waits or works. ``failed``: its job is over and left no file; order it again."""

    MAKING = "making"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A report of the scope's tenant as it is now.

    ``done`` of ``total`` is how far its job got; ``error`` why it failed, in a sentence. ``run_id``, ``as_of``, ``bytes`` and ``made_at``
    are there once it is ready; the run may have been forgotten since.
    """

    id: UUID
    kind: Kind
    language: Language
    state: State
    created_at: dt.datetime
    created_by: UUID | None
    job_id: UUID
    made_at: dt.datetime | None
    run_id: UUID | None
    as_of: dt.date | None
    bytes: int | None
    expires_at: dt.datetime
    done: int | None = None
    total: int | None = None
    error: Text | None = None

    @property
    def file_name(self) -> str:
        """What it is called when somebody saves it: our own words, in the report's language."""
        return FILE_NAME.say(self.language, as_of=self.as_of or self.created_at.date(), kind=self.kind)
