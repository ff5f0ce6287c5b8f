"""What the operator says of the vendors' limits."""

from __future__ import annotations

import pytest

from batikrfm.content.chain import LimitsError
from batikrfm.content.chain.limits import VARIABLE, limits_of
from batikrfm.usage import Limits


def test_limits_are_read_by_provider() -> None:
    assert limits_of({VARIABLE: "openai=500/-, litellm=-/9000"}) == {"openai": Limits(500, None), "litellm": Limits(None, 9_000)}
    assert limits_of({})["groq"] == Limits(30, 8_000)


@pytest.mark.parametrize("text", ["openai", "openai=5", "openai=5/x", "openai=-5/1", "OpenAI=1/1", "openai=1/1;groq=1/1"])
def test_what_cannot_be_read_stops_the_start_with_an_example(text: str) -> None:
    with pytest.raises(LimitsError, match="openai=500/200000"):
        limits_of({VARIABLE: text})
