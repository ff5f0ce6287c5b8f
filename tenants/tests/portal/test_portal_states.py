"""States have one word each: the API's, which the portal says in English, and which the documentation has beside it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from batikrfm.delivery.consent import ConsentState
from batikrfm.reports.model import State
from batikrfm.sales.lines import Status
from batikrfm.sales.uploads import UploadState
from batikrfm.sdk.text import Text
from batikrfm.web.openapi import Documented
from batikrfm.web.routes import ROUTES
from batikrfm_tenants.portal.states import CONSENTS, LINES, REPORTS, UPLOADS, line_state

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "api.md"
WORDS: dict[str, dict[str, Text]] = {
    "imports": {str(state): words for state, (words, _) in UPLOADS.items()},
    "reports": {str(state): words for state, words in REPORTS.items()},
    "consents": {str(state): words for state, words in CONSENTS.items()},
    "lines of an order": dict(LINES),
}


@pytest.mark.parametrize(
    ("of", "states"), [("imports", UploadState), ("reports", State), ("consents", ConsentState), ("lines of an order", Status)]
)
def test_every_state_has_words_and_in_english_its_own(of: str, states: type) -> None:
    assert set(WORDS[of]) == {str(state) for state in states}  # type: ignore[attr-defined] # each is an enumeration
    for state, words in WORDS[of].items():
        assert re.search(rf"\b{state}\b", words.en.lower()), (of, state)


def test_the_reference_says_them() -> None:
    rows = re.findall(r"^\| ([a-z ]+) \| `(\w+)` \| (.+) \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == [(of, state, words.id, words.en) for of, states in WORDS.items() for state, words in states.items()]


@pytest.mark.parametrize(("schema", "of"), [("ConsentItem", "consents"), ("OrderItem", "lines of an order")])
def test_the_document_names_them(schema: str, of: str) -> None:
    text = str(Documented(ROUTES).document["components"]["schemas"])
    assert schema in text
    assert all(f"'{state}'" in text for state in WORDS[of])


def test_a_word_that_is_new_is_said_as_it_is() -> None:
    assert line_state("dititipkan") == "dititipkan"
