"""Signing in, in one step or (with TOTP) in two. Between the two there is no session at all, only a short-lived token.

Call these outside of any scope. They answer the same, and as fast, for an address that nobody has.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from batikrfm_tenants.office import Office
from batikrfm_tenants.origins import Origin
from batikrfm_tenants.users import User


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Set the session cookie to ``token`` and the device cookie (a year) to ``device``."""

    user: User
    token: str = field(repr=False)
    device: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NeedsCode:
    """The password is right; ask for a code and hand ``token`` back with it. Good for ten minutes and five tries."""

    token: str = field(repr=False)


async def sign_in(office: Office, origin: Origin, email: str, password: str) -> SignedIn | NeedsCode:
    """Sign in with a password.

    Raises:
        WrongCredentialsError: address or password is wrong; which, is not said.
        NotConfirmedError: both are right, but the address is not confirmed yet; a new mail is on its way.
        TooManyAttemptsError: wait.
    """
    raise NotImplementedError


async def finish_sign_in(office: Office, origin: Origin, token: str, code: str) -> SignedIn:
    """The second step: a TOTP code, or a recovery code, which is used up.

    Raises:
        WrongCodeError: try again.
        LinkExpiredError: the token is used, too old or was tried too often; start over.
    """
    raise NotImplementedError
