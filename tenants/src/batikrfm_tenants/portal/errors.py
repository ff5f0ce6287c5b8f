"""What can stop a request at the portal's doors.

::

    BatikError
    └── SignInNeededError     nobody is signed in: on to the sign-in page, and back
    NotFoundError
    └── NoSuchPageError       no such shop, none of yours, or no such page: all the same to who asks
    ForbiddenError
    └── NotAllowedError       your shop, but not your role
"""

from __future__ import annotations

from batikrfm.sdk.errors import BatikError, NotFoundError
from batikrfm.sdk.text import Text
from batikrfm.web.errors import ForbiddenError


class SignInNeededError(BatikError):
    """Nobody is signed in."""

    text = Text(id="Silakan masuk dahulu.", en="Please sign in first.")


class NoSuchPageError(NotFoundError):
    """Another person's shop is as little here as one that does not exist."""

    text = Text(
        id="Halaman ini tidak ada, atau bukan milik Anda. Periksa lagi alamatnya.",
        en="There is no such page, or it is not yours. Check the address.",
    )


class NotAllowedError(ForbiddenError):
    """Within one's own shop, but the role does not go that far."""

    text = Text(
        id="Peran Anda di toko ini belum boleh membuka bagian ini. Minta pemilik atau admin toko bila memang perlu.",
        en="Your role in this shop does not include this. Ask the shop's owner or an admin if you need it.",
    )
