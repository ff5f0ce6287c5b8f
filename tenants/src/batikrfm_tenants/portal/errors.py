"""What can stop a request at the portal's doors.

::

    BatikError
    └── SignInNeededError     nobody is signed in: on to the sign-in page, and back
    NotFoundError
    └── NoSuchPageError       no such shop, none of yours, or no such page: all the same to who asks

A role that does not go far enough is :class:`batikrfm.web.errors.ForbiddenError`.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from batikrfm.delivery.sending.errors import TooManyTestsError
from batikrfm.sdk.errors import BatikError, InputError, NotFoundError
from batikrfm.sdk.text import Text
from batikrfm.web.errors import TooLargeError
from batikrfm_tenants.errors import NotYoursToGiveError, StepUpNeededError, TooManyAttemptsError


class SignInNeededError(BatikError):
    """Nobody is signed in."""

    text = Text(id="Silakan masuk dahulu.", en="Please sign in first.")


class NoSuchPageError(NotFoundError):
    """Another person's shop is as little here as one that does not exist."""

    text = Text(
        id="Halaman ini tidak ada, atau bukan milik Anda. Periksa lagi alamatnya.",
        en="There is no such page, or it is not yours. Check the address.",
    )


FORM_ERRORS: Final = (InputError, TooManyAttemptsError, NotYoursToGiveError)
"""What a form shows again with its reason; anything else is not the form's to explain."""

STATUS_OF: Final[dict[type[BatikError], HTTPStatus]] = {
    TooManyAttemptsError: HTTPStatus.TOO_MANY_REQUESTS,
    NotYoursToGiveError: HTTPStatus.FORBIDDEN,
    StepUpNeededError: HTTPStatus.FORBIDDEN,
    TooManyTestsError: HTTPStatus.TOO_MANY_REQUESTS,
    TooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}
"""Errors that a form shows again and HTTP has a word for; what is not here is :mod:`batikrfm.web.problems`' to say."""
