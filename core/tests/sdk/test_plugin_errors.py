"""The error tree: each error has a sentence in both languages and says whether trying again can help."""

from __future__ import annotations

import re

import pytest

from batikrfm import sdk
from batikrfm.sdk import plugin_errors
from batikrfm.sdk.errors import PluginError

ERRORS = [value for value in vars(plugin_errors).values() if isinstance(value, type) and issubclass(value, PluginError)]
VALUES = {
    "ModelGoneError": {"model": "gpt-0"},
    "NotSupportedError": {"capability": "batch"},
    "BrokenPromiseError": {"method": "send", "expected": "receipts"},
    "CrashedError": {"method": "send", "kind": "KeyError", "place": "x.py:1"},
    "TimedOutError": {"seconds": 30.0},
}


def made(error: type[PluginError]) -> PluginError:
    return error(**VALUES.get(error.__name__, {}))  # type: ignore[arg-type] # each has its own values


@pytest.mark.parametrize("error", ERRORS)
def test_every_error_speaks_both_languages(error: type[PluginError]) -> None:
    one = made(error)
    assert one.say("id") != one.say("en")
    assert "{" not in one.say("id") + one.say("en")
    assert str(one) == one.say("en")
    one.plugin = "acme"
    assert str(one) == f"acme: {one.say('en').removeprefix('acme: ')}"


def test_the_drawn_tree_is_the_tree() -> None:
    drawn = dict(re.findall(r"── (\w+Error) +(no|yes|after wait) ", plugin_errors.__doc__ or ""))
    real = {error.__name__: error.retryable for error in ERRORS if error is not PluginError}
    assert {name: said != "no" for name, said in drawn.items()} == real
    assert real.keys() <= set(sdk.__all__)


@pytest.mark.parametrize(
    ("code", "kept"),
    [
        ("rate_limit_exceeded", "rate_limit_exceeded"),
        ("131049", "131049"),
        ("5.7.515", None),
        ("email.bounced", "email.bounced"),
        ("+6281234567890", None),
        ("6281234567890", None),
        ("budi@example.com", None),
        ("Budi Santoso", None),
        ("", None),
        (None, None),
    ],
)
def test_a_code_is_kept_only_if_it_looks_like_one(code: str | None, kept: str | None) -> None:
    assert sdk.RateLimitedError(code=code).code == kept


def test_a_wait_is_kept() -> None:
    assert sdk.RateLimitedError(wait=2.5).wait == 2.5
    assert sdk.UnavailableError().wait is None
