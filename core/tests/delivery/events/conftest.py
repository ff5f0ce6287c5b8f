"""A shop that has sent messages."""

from __future__ import annotations

from uuid import UUID

import pytest

from batikrfm.testkit.rows import Rows
from posted import Posted


@pytest.fixture
def posted(tenant: UUID, rows: Rows) -> Posted:
    """Messages by ``fake_whatsapp``."""
    return Posted(tenant, rows)
