"""Accounts: signing up, confirming the address, a new password, changes. Call these outside of any scope.

Nothing here tells a stranger whether an address has an account: the answers are the same, and the mail says the rest.
"""

from __future__ import annotations

from batikrfm.sdk.text import Language
from batikrfm_tenants.office import Office
from batikrfm_tenants.origins import Origin
from batikrfm_tenants.sessions import Session
from batikrfm_tenants.signing_in import NeedsCode, SignedIn
from batikrfm_tenants.users import User


async def sign_up(office: Office, origin: Origin, *, email: str, name: str, password: str, language: Language = "id") -> None:
    """Begin an account and send a mail to confirm the address. Who has an account already gets a mail that says so instead.

    Raises:
        EmailError, PersonNameError, WeakPasswordError: said of what was typed, never of what exists.
        TooManyAttemptsError: wait.
    """
    raise NotImplementedError


async def resend_confirmation(office: Office, origin: Origin, email: str) -> None:
    """Send the confirmation mail again, if there is something to confirm."""
    raise NotImplementedError


async def confirm(office: Office, origin: Origin, token: str, password: str) -> SignedIn | NeedsCode:
    """Confirm the address by the mail's link and the password chosen at sign-up, and sign in.

    The password is asked so that nobody confirms, by a careless click, an account that a stranger began with their address. A wrong
    password does not use the link up.

    Raises:
        WrongProofError: the password is wrong.
        LinkExpiredError: the link is used or too old (48 hours).
        TooManyAttemptsError: wait.
    """
    raise NotImplementedError


async def request_reset(office: Office, origin: Origin, email: str) -> None:
    """Send a link to choose a new password, if there is an account. The answer is the same if not."""
    raise NotImplementedError


async def peek(token: str, kind: str) -> bool:
    """Whether a link of a mail (``confirm``, ``reset``, ``email``) still works, to show the right page. Uses nothing up."""
    raise NotImplementedError


async def reset(office: Office, origin: Origin, token: str, password: str) -> None:
    """Choose a new password by the mail's link. All sessions end, the address counts as confirmed; TOTP stays. Then sign in.

    Raises:
        WeakPasswordError: choose another; the link is not used up.
        LinkExpiredError: the link is used or too old (one hour).
    """
    raise NotImplementedError


async def change_password(office: Office, session: Session, password: str) -> str:
    """A new password (or the first one of somebody who came by OIDC) in a fresh session. Other sessions end; a mail says so.

    Returns the session's new token. Raises WeakPasswordError, StepUpNeededError.
    """
    raise NotImplementedError


async def request_email_change(office: Office, origin: Origin, session: Session, email: str) -> None:
    """Send a link to the new address; the change happens when it is opened. Raises EmailError, StepUpNeededError."""
    raise NotImplementedError


async def confirm_email_change(office: Office, session: Session, token: str) -> User:
    """Change the address by the link, as the person who asked for it. The old address is told.

    Raises:
        LinkExpiredError: used, too old, somebody else's, or the address got an account meanwhile.
    """
    raise NotImplementedError


async def change_profile(session: Session, *, name: str, language: Language) -> User:
    """A new name or language, also in the shops' lists of members. Raises PersonNameError."""
    raise NotImplementedError
