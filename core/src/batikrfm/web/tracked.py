"""``/t/<token>`` and ``/o/<token>``: links and pictures of letters that are counted. No key, no cookie, and nothing to stay in a cache."""

from __future__ import annotations

import base64
import contextlib
from typing import Any, Final

from litestar import Request, Response, get
from litestar.params import FromPath

from batikrfm.delivery.channels.opening import channels
from batikrfm.delivery.signing import LinkError
from batikrfm.delivery.tracking.robots import Visit
from batikrfm.delivery.tracking.visits import follow, note_opened
from batikrfm.web.edge import HEAD
from batikrfm.web.guards import public

PICTURE: Final = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
"""One pixel that nobody sees."""
HEADERS: Final = {"cache-control": "no-store", "referrer-policy": "no-referrer", "x-robots-tag": "noindex, nofollow"}
WHY: Final = "somebody reads a letter: the token is signed, and leads to an address of its campaign only"


@get("/t/{token:str}", opt=public(WHY), include_in_schema=False, status_code=302)
async def link(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[None]:
    """Lead on to where the letter's link leads."""
    url = await follow(channels().links.signer, token, _visit(request))
    return Response(None, status_code=302, headers={**HEADERS, "location": url})


@get("/o/{token:str}", opt=public(WHY), include_in_schema=False)
async def picture(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[bytes]:
    """The picture, whatever the token: a letter must not look broken, and a guesser learns nothing."""
    with contextlib.suppress(LinkError):
        await note_opened(channels().links.signer, token, _visit(request))
    return Response(PICTURE, media_type="image/gif", headers={**HEADERS, "cross-origin-resource-policy": "cross-origin"})


def _visit(request: Request[Any, Any, Any]) -> Visit:
    return Visit({name.lower(): value for name, value in request.headers.items()}, head=request.scope["state"][HEAD])


ROUTES: Final = (link, picture)
