"""What somebody did through the API, for whoever keeps a log of it: the extensions."""

from __future__ import annotations

from typing import Any

from litestar import Request

from batikrfm.plugins import Plugins
from batikrfm.web.params import PLUGINS
from batikrfm.web.scope import principal_of


async def log_deed(request: Request[Any, Any, Any], action: str, target: str = "", **details: str | int | bool | None) -> None:
    """Tell every extension that who asks did ``action`` to ``target``, in the transaction of the deed: one that fails undoes it.

    Neither ``target`` nor ``details`` hold anything of a customer's, nor words that a person wrote.
    """
    plugins: Plugins = request.app.state[PLUGINS]
    for extension in plugins.extensions.values():
        await extension.log_deed(principal_of(request), action, target, details)
