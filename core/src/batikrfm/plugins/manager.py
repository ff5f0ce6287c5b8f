"""Calls the hooks of one plugin. Each plugin gets a pluggy manager of its own, so that none can wrap, replace or break another."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Iterable
from difflib import get_close_matches

import pluggy

from batikrfm.plugins import troubles
from batikrfm.sdk import hooks


def hook_names() -> list[str]:
    """The names of every hook, as specified."""
    return [name for name, value in vars(hooks).items() if hasattr(value, f"{hooks.PROJECT}_spec")]


def collect(plugin: object, name: str, only: Collection[str] | None = None) -> dict[str, list[object]]:
    """What each hook of ``plugin`` (each of ``only``) registered, by hook.

    Raises a :class:`troubles.Trouble`, or whatever the plugin itself raises.
    """
    for hook in hook_names():
        _check_function(hook, getattr(plugin, hook, None))
    manager = pluggy.PluginManager(hooks.PROJECT)
    manager.add_hookspecs(hooks)
    manager.register(plugin, name)
    callers = manager.get_hookcallers(plugin) or []
    if not callers:
        raise troubles.NoHooksError(value=name)
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise _unknown(next(caller.name for caller in callers if not caller.has_spec())) from error
    wanted = hook_names() if only is None else only
    return {caller.name: _registered(caller) for caller in callers if caller.has_spec() and caller.name in wanted}


def _check_function(hook: str, function: object) -> None:
    """What a function with a hook's name must be, before pluggy sees it: pluggy's own words are for its users, not for ours."""
    if not callable(function):
        return
    options = getattr(function, f"{hooks.PROJECT}_impl", None)
    if options is None:
        raise troubles.ForgottenMarkError(hook=hook)
    if options["wrapper"] or options["hookwrapper"]:
        raise troubles.NotPlainHookError(hook=hook)
    if arguments := list(inspect.signature(function).parameters):
        raise troubles.WrongSignatureError(hook=hook, arguments=", ".join(arguments))


def _unknown(hook: str) -> troubles.Trouble:
    nearest = get_close_matches(hook, hook_names(), n=1, cutoff=0.5)
    return troubles.MisspelledHookError(hook=hook, nearest=nearest[0]) if nearest else troubles.UnknownHookError(hook=hook)


def _registered(caller: pluggy.HookCaller) -> list[object]:
    (implementation,) = caller.get_hookimpls()
    function = inspect.unwrap(implementation.function)
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        raise troubles.NotPlainHookError(hook=caller.name)
    answer = next(iter(caller()), None)
    if inspect.iscoroutine(answer):
        answer.close()
        raise troubles.NotPlainHookError(hook=caller.name)
    if not isinstance(answer, Iterable) or isinstance(answer, str | bytes):
        raise troubles.WrongTypeError(hook=caller.name, expected="objects", got=type(answer).__name__)
    return list(answer)
