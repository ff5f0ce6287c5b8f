"""What methods of registered objects must answer: each promise, once kept and at least once broken."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from batikrfm.db.keys import uuid7
from batikrfm.plugins.contracts import PROMISES, broken_promise
from batikrfm.sdk import (
    Accepted,
    BadAnswerError,
    BatchAnswer,
    BatchProgress,
    BatchState,
    Channel,
    Check,
    Completion,
    CompletionRequest,
    Credentials,
    DeliveryEvent,
    DeliveryEvents,
    DemoAccount,
    DomainFinding,
    DomainStanding,
    EventKind,
    Extension,
    Finish,
    LLMProvider,
    Message,
    Model,
    Moderation,
    Principal,
    RetryAfter,
    Segment,
    Segmentation,
    SegmentationStrategy,
    Text,
    Usage,
)
from batikrfm.sdk.account import Account

WORDS = Text(id="kata", en="words")
OWNER = SimpleNamespace(capabilities=SimpleNamespace(events={EventKind.READ}), segments=(Segment("loyal", WORDS, WORDS, WORDS),))
REQUEST = CompletionRequest(id="1", model="m", system="", prompt="")
MESSAGES = [Message(id="a", to="a@example.com", text="halo"), Message(id="b", to="b@example.com", text="halo")]
CUSTOMERS = pl.DataFrame({"customer": ["x", "y"], "frequency": [1, 2]})
NOW = datetime(2026, 1, 1, tzinfo=UTC)
LATER = BatchAnswer("1", BadAnswerError())


def events(kind: EventKind) -> DeliveryEvents:
    return DeliveryEvents((DeliveryEvent("1", kind, NOW),))


def segmented(customers: pl.DataFrame, segment: str) -> Segmentation:
    return Segmentation(customers.with_columns(segment=pl.lit(segment)), "one", {}, WORDS)


KEPT: dict[str, tuple[tuple[Any, ...], Any]] = {
    "segment": ((CUSTOMERS, None), segmented(CUSTOMERS.reverse(), "loyal")),
    "check": ((), Check()),
    "open": ((), None),
    "close": ((), None),
    "models": (("economy",), ("small", "smaller")),
    "complete": ((REQUEST,), Completion(Finish.REFUSED, "", "m", Usage(1, 0))),
    "submit": (([REQUEST], "r"), "batch_1"),
    "find_batch": (("r",), None),
    "poll": (("b",), BatchProgress(BatchState.RUNNING, 2, 1, 0)),
    "collect": (("b",), [LATER]),
    "cancel": (("b",), None),
    "moderate": ((["x"],), [Moderation(())]),
    "list_models": ((), [Model("m")]),
    "send": ((MESSAGES,), [RetryAfter("b", 3), Accepted("a", "1")]),
    "look_up": ((MESSAGES,), [Accepted("a", "1"), Accepted("b", "2")]),
    "reachable": ((["x", "y"],), [True, False]),
    "parse_events": ((None,), events(EventKind.READ)),
    "domain_findings": ((), [DomainFinding("spf", DomainStanding.GOOD, Text(id="x", en="x"))]),
    "routes": ((), [object()]),
    "error_page": ((None, None), None),
    "authenticate": ((Credentials("bearer", "t"),), Principal("api_key", uuid7(), "kasir", uuid7(), frozenset())),
    "serve": ((None,), None),
    "log_deed": ((None, "content.approved", "x", {}), None),
    "tell": ((Text(id="x", en="x"), Text(id="x", en="x"), "konten"), None),
    "commands": ((), ()),
    "open_demo": ((uuid7(), "id"), DemoAccount("sri@example.com", "rahasia")),
}
BROKEN: list[tuple[str, tuple[Any, ...], Any]] = [
    ("segment", (CUSTOMERS, None), None),
    ("segment", (CUSTOMERS, None), segmented(CUSTOMERS.head(1), "loyal")),
    ("segment", (CUSTOMERS, None), segmented(CUSTOMERS.drop("frequency"), "loyal")),
    ("segment", (CUSTOMERS, None), segmented(CUSTOMERS, "vip")),
    ("segment", (CUSTOMERS, None), Segmentation(CUSTOMERS, "one", {}, WORDS)),
    ("check", (), True),
    ("open", (), 1),
    ("close", (), 1),
    ("models", ("economy",), "small"),
    ("models", ("economy",), [1]),
    ("complete", (REQUEST,), {"text": "x"}),
    ("submit", ([REQUEST], "r"), 7),
    ("find_batch", ("r",), 7),
    ("poll", ("b",), "done"),
    ("collect", ("b",), [LATER, LATER]),
    ("collect", ("b",), None),
    ("cancel", ("b",), True),
    ("moderate", (["x", "y"],), [Moderation(())]),
    ("list_models", (), ["small"]),
    ("send", (MESSAGES,), [Accepted("a", "1")]),
    ("send", (MESSAGES,), [Accepted("a", "1"), Accepted("a", "2")]),
    ("send", (MESSAGES,), [Accepted("a", "1"), Accepted("b", "2"), Accepted("c", "3")]),
    ("send", (MESSAGES,), [True, False]),
    ("look_up", (MESSAGES,), []),
    ("reachable", (["x", "y"],), [True]),
    ("parse_events", (None,), []),
    ("parse_events", (None,), events(EventKind.CLICKED)),
    ("domain_findings", (), ["spf"]),
    ("routes", (), None),
    ("error_page", (None, None), "<h1>404</h1>"),
    ("authenticate", (Credentials("bearer", "t"),), True),
    ("serve", (None,), "stopped"),
    ("log_deed", (None, "content.approved", "x", {}), "done"),
    ("tell", (Text(id="x", en="x"), Text(id="x", en="x"), "konten"), True),
    ("commands", (), "people"),
    ("open_demo", (uuid7(), "id"), ("sri@example.com", "rahasia")),
]


@pytest.mark.parametrize("method", KEPT)
def test_a_promise_kept_passes(method: str) -> None:
    args, answer = KEPT[method]
    assert broken_promise(OWNER, method, args, answer) is None


@pytest.mark.parametrize(("method", "args", "answer"), BROKEN)
def test_a_promise_broken_is_named(method: str, args: tuple[Any, ...], answer: object) -> None:
    assert broken_promise(OWNER, method, args, answer)


def test_every_promise_is_shown_kept_and_broken() -> None:
    assert set(KEPT) == set(PROMISES)
    assert {method for method, _, _ in BROKEN} == set(PROMISES)


def test_every_method_that_core_may_call_has_a_promise() -> None:
    bases = (SegmentationStrategy, LLMProvider, Channel, Account, Extension)
    methods = {name for base in bases for name, value in vars(base).items() if callable(value) and not name.startswith("_")}
    assert methods == set(PROMISES)
