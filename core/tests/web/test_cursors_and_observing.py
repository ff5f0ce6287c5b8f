"""Cursors come back as they went out, or not at all; what watches an installation gets nobody's data."""

from __future__ import annotations

import subprocess
import sys
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batikrfm.web.cursors import cursor_of, last_of
from batikrfm.web.errors import BadCursorError
from batikrfm.web.observing import _only_places, _without_data

PERSON = "Sri Rahayu"


@given(st.uuids(), st.text())
def test_a_cursor_comes_back(last: UUID, kind: str) -> None:
    assert last_of(cursor_of(last, kind), kind) == last


@given(st.uuids(), st.sampled_from(["jobs", "imports", "runs"]), st.sampled_from(["jobs", "imports", "runs"]))
def test_a_cursor_is_for_one_list(last: UUID, made: str, used: str) -> None:
    if made != used:
        with pytest.raises(BadCursorError):
            last_of(cursor_of(last, made), used)


@given(st.text(min_size=1))
def test_no_cursor_is_too_strange(cursor: str) -> None:
    try:
        found = last_of(cursor, "jobs")
    except BadCursorError:
        return
    assert found is not None


def test_an_error_that_is_sent_away_has_no_words() -> None:
    event = {
        "exception": {"values": [{"type": "ValueError", "value": PERSON}]},
        "request": {"url": f"/?q={PERSON}"},
        "user": {"ip_address": "203.0.113.7"},
    }
    sent = _only_places(event, {"exc_info": (ValueError, ValueError(PERSON), None)})
    assert PERSON not in str(sent)
    assert "203.0.113.7" not in str(sent)
    assert sent["exception"]["values"][0]["type"] == "ValueError"


def test_a_span_that_is_sent_away_names_nobody() -> None:
    class Span:
        def __init__(self) -> None:
            self.attributes = {
                "http.url": f"https://x/?q={PERSON}",
                "http.target": f"/?q={PERSON}",
                "net.peer.ip": "203.0.113.7",
                "http.method": "GET",
            }

        def is_recording(self) -> bool:
            return True

        def set_attribute(self, name: str, value: str) -> None:
            self.attributes = {**self.attributes, name: value}

    span = Span()
    _without_data(span, {})
    assert PERSON not in str(span.attributes)
    assert "203.0.113.7" not in str(span.attributes)
    assert span.attributes["http.method"] == "GET"


@pytest.mark.parametrize(
    ("variable", "module"), [("otlp_endpoint='http://127.0.0.1:9'", "opentelemetry"), ("sentry_dsn='http://k@127.0.0.1/1'", "sentry_sdk")]
)
def test_it_is_imported_only_where_it_is_asked_for(variable: str, module: str) -> None:
    script = f"""
import sys
from types import SimpleNamespace
from batikrfm.web.observing import observed
from batikrfm.web.settings import WebSettings
app = SimpleNamespace(asgi_handler=None)
observed(app, WebSettings())
assert "{module}" not in sys.modules
observed(app, WebSettings({variable}))
assert "{module}" in sys.modules
"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", script], check=True)
