"""Why a page that needs no permission of a shop needs none."""

from __future__ import annotations

from typing import Final

from batikrfm.web.guards import public

FOR_ALL: Final = public("for whoever comes by, signed in or not")
FOR_PEOPLE: Final = public("for whoever is signed in; their router's guard sees to it, and services know whose things are whose")
