"""What follows when somebody has shown who they are: their session's cookie, or the question for a code."""

from __future__ import annotations

from litestar import Response

from batikrfm_tenants import sessions
from batikrfm_tenants.portal import cookies as jar
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.paths import local, with_next
from batikrfm_tenants.signing_in import NeedsCode, SignedIn


async def welcome(desk: Desk, outcome: SignedIn | NeedsCode, then: str) -> Response[str]:
    """On to ``then``, with a session that nobody had before; or to the second step, with none yet."""
    if isinstance(outcome, NeedsCode):
        desk.keep(jar.CHALLENGE, outcome.token)
        return desk.go(with_next("/masuk/kode", local(then)))
    if desk.session and desk.token:
        await sessions.sign_out(desk.token)
    desk.keep(jar.SESSION, outcome.token)
    desk.keep(jar.DEVICE, outcome.device)
    desk.forget(jar.VISITOR, jar.CHALLENGE, jar.DEPARTURE)
    return desk.go(local(then))
