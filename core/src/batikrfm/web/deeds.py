"""What somebody did through the API, for whoever keeps a log of it: the extensions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request

from batikrfm.content.review import Deed
from batikrfm.plugins import Plugins
from batikrfm.web.params import PLUGINS
from batikrfm.web.scope import principal_of


class DeedInfo(msgspec.Struct, frozen=True):
    """Who did it, and when; `by` is the name as it was then."""

    kind: Annotated[Literal["user", "api_key", "system"], msgspec.Meta(description="`system` is the program by itself")]
    by: str
    at: datetime


def deed_info(deed: Deed) -> DeedInfo:
    """``deed`` as the API shows it."""
    return DeedInfo(deed.kind, deed.by, deed.at)


def deed_info_or_none(deed: Deed | None) -> DeedInfo | None:
    """As :func:`deed_info`."""
    return None if deed is None else deed_info(deed)


async def log_deed(request: Request[Any, Any, Any], action: str, target: str = "", **details: str | int | bool | None) -> None:
    """Tell every extension that who asks did ``action`` to ``target``, in the transaction of the deed: one that fails undoes it.

    Neither ``target`` nor ``details`` hold anything of a customer's, nor words that a person wrote.
    """
    plugins: Plugins = request.app.state[PLUGINS]
    for extension in plugins.extensions.values():
        await extension.log_deed(principal_of(request), action, target, details)
