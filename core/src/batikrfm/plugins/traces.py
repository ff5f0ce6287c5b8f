"""An exception of a plugin's in as many words as are safe to show."""

from __future__ import annotations

from pathlib import PurePath

from batikrfm.plugins.troubles import MissingModuleError, RaisedError, Trouble

LONGEST_MESSAGE = 200


def place_of(error: BaseException) -> str:
    """The file's name and the line where ``error`` was raised, such as ``gateway.py:42``."""
    trace = error.__traceback__
    if trace is None:
        return "?"
    while trace.tb_next is not None:
        trace = trace.tb_next
    return f"{PurePath(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"


def trouble_of(error: BaseException, *, value: str, distribution: str) -> Trouble:
    """Why the plugin at ``value`` did not load. Its own message is repeated: while loading there is no customer's data in it."""
    if isinstance(error, Trouble):
        return error
    if isinstance(error, ModuleNotFoundError) and error.name:
        return MissingModuleError(module=error.name, distribution=distribution)
    message = " ".join(str(error).split())[:LONGEST_MESSAGE] or "-"
    return RaisedError(what=value, kind=type(error).__name__, message=message, place=place_of(error))
