"""What each method of a registered object must answer. The boundary checks it, so a wrong answer never travels into the host."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, get_args

from batikrfm import sdk

Promise = Callable[[Any, tuple[Any, ...], Any], str | None]
"""(object, arguments, answer) -> None, or what was expected instead."""


def broken_promise(owner: object, method: str, args: tuple[Any, ...], answer: object) -> str | None:
    """What ``method`` should have answered, if it did not. A method that is in no contract is our bug: ``KeyError``."""
    return PROMISES[method](owner, args, answer)


def _expect(expected: str, right: Callable[[Any, tuple[Any, ...], Any], bool]) -> Promise:
    return lambda owner, args, answer: None if right(owner, args, answer) else expected


def _an(name: str) -> Promise:
    """Types of the sdk are looked up when needed: calling a strategy must not load what channels are."""
    return _expect(name, lambda _owner, _args, answer: isinstance(answer, getattr(sdk, name)))


def _maybe(name: str) -> Promise:
    return _expect(f"{name} or None", lambda _owner, _args, answer: answer is None or isinstance(answer, getattr(sdk, name)))


def _list(answer: object, kinds: type | tuple[type, ...]) -> bool:
    return isinstance(answer, Sequence) and not isinstance(answer, str | bytes) and all(isinstance(one, kinds) for one in answer)


def _one_each(expected: str, kind: Callable[[], type]) -> Promise:
    return _expect(expected, lambda _owner, args, answer: _list(answer, kind()) and len(answer) == len(args[0]))


def _receipts(_owner: Any, args: tuple[Any, ...], answer: Any) -> bool:  # noqa: ANN401 - a plugin may answer anything
    """Exactly one receipt for each message, by id."""
    return _list(answer, get_args(sdk.Receipt)) and Counter(one.id for one in answer) == Counter(one.id for one in args[0])


def _batch_answers(_owner: Any, _args: tuple[Any, ...], answer: Any) -> bool:  # noqa: ANN401 - a plugin may answer anything
    return _list(answer, sdk.BatchAnswer) and len({one.id for one in answer}) == len(answer)


def _events(owner: Any, _args: tuple[Any, ...], answer: Any) -> bool:  # noqa: ANN401 - a plugin may answer anything
    """Only events that the channel says it reports."""
    return isinstance(answer, sdk.DeliveryEvents) and {event.kind for event in answer.events} <= owner.capabilities.events


def _segmentation(owner: Any, args: tuple[Any, ...], answer: Any) -> bool:  # noqa: ANN401 - a plugin may answer anything
    """As many customers as given, with the columns given, each in a segment of the strategy's. Cheap: customers are not compared."""
    if not isinstance(answer, sdk.Segmentation):
        return False
    frame, given = answer.customers, args[0]
    if frame.height != given.height or not {*given.columns, "segment"} <= set(frame.columns):
        return False
    return set(frame["segment"].unique()) <= {segment.key for segment in owner.segments}


PROMISES: dict[str, Promise] = {
    "segment": _expect("every customer once, in a segment of the strategy's", _segmentation),
    "check": _an("Check"),
    "open": _expect("nothing", lambda _owner, _args, answer: answer is None),
    "close": _expect("nothing", lambda _owner, _args, answer: answer is None),
    "models": _expect("a list of names", lambda _owner, _args, answer: _list(answer, str)),
    "complete": _an("Completion"),
    "submit": _expect("the batch's id", lambda _owner, _args, answer: isinstance(answer, str)),
    "find_batch": _expect("the batch's id or None", lambda _owner, _args, answer: answer is None or isinstance(answer, str)),
    "poll": _an("BatchProgress"),
    "collect": _expect("at most one BatchAnswer for each request", _batch_answers),
    "cancel": _expect("nothing", lambda _owner, _args, answer: answer is None),
    "moderate": _one_each("one Moderation for each text", lambda: sdk.Moderation),
    "list_models": _expect("a list of Model", lambda _owner, _args, answer: _list(answer, sdk.Model)),
    "send": _expect("one receipt for each message", _receipts),
    "parse_events": _expect("DeliveryEvents of the declared kinds", _events),
    "look_up": _expect("one receipt for each message", _receipts),
    "reachable": _one_each("one bool for each address", lambda: bool),
    "domain_findings": _expect("a list of DomainFinding", lambda _owner, _args, answer: _list(answer, sdk.DomainFinding)),
    "routes": _expect("a list of route handlers", lambda _owner, _args, answer: _list(answer, object)),
    "error_page": _expect("a response or None", lambda _owner, _args, answer: not isinstance(answer, str | bytes)),
    "authenticate": _maybe("Principal"),
    "log_deed": _expect("nothing", lambda _owner, _args, answer: answer is None),
    "tell": _expect("nothing", lambda _owner, _args, answer: answer is None),
    "serve": _expect("nothing", lambda _owner, _args, answer: answer is None),
    "commands": _expect("a list of commands", lambda _owner, _args, answer: _list(answer, object)),
    "open_demo": _maybe("DemoAccount"),
}
