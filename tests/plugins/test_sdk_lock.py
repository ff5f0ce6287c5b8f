"""The SDK's promises are committed: a change of a signature is seen, and says what else it needs."""

from __future__ import annotations

import difflib
from collections.abc import Callable

import pytest

import sdk_signatures
from batikrfm import sdk
from batikrfm.sdk import hooks


def complaint(locked: str, now: str) -> str | None:
    """What to say of the difference between the lock file and the SDK, None if there is none."""
    changes = [
        line
        for line in difflib.unified_diff(locked.splitlines(), now.splitlines(), lineterm="", n=0)
        if line[:1] in "+-" and not line.startswith(("+++", "---"))
    ]
    if not changes:
        return None
    return (
        "The plugin SDK has changed:\n  " + "\n  ".join(changes) + "\nIf that is meant, run make signatures and add a fragment "
        "changelog.d/+<slug>.plugin-api.md that tells plugin authors what to do."
    )


def test_the_sdk_is_what_was_promised() -> None:
    said = complaint(sdk_signatures.LOCK.read_text(encoding="utf-8"), sdk_signatures.signatures())
    assert said is None, said


def _add_argument(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks, "register_channels", hooks.hookspec(lambda app: app))


def _drop_hook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(hooks, "register_llm_providers")


def _drop_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sdk, "__all__", [name for name in sdk.__all__ if name != "Secret"])


def _rename_method(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sdk.Channel, "send_all", sdk.Channel.send, raising=False)
    monkeypatch.delattr(sdk.Channel, "send")


def _flip_retryable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sdk.RateLimitedError, "retryable", False)


def _widen_field(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sdk.Accepted.__annotations__, "vendor_id", "str | None")


@pytest.mark.parametrize(
    ("sabotage", "line"),
    [
        (_add_argument, "+hook register_channels(app)"),
        (_drop_hook, "-hook register_llm_providers() -> Sequence[type[LLMProvider[Any]]]"),
        (_drop_name, "-class Secret()"),
        (_rename_method, "+    [abstract] async def send_all(self, batch: Sequence[Message]) -> Sequence[Receipt]"),
        (_flip_retryable, "+    retryable = False"),
        (_widen_field, "+    vendor_id: str | None"),
    ],
)
def test_a_change_is_named_and_asks_for_a_fragment(
    sabotage: Callable[[pytest.MonkeyPatch], None], line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sdk_signatures.signatures()
    sabotage(monkeypatch)
    said = complaint(before, sdk_signatures.signatures())
    assert said is not None
    assert line in said
    assert ".plugin-api.md" in said
