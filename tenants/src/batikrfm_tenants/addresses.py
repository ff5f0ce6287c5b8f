"""Mail addresses and names of people, as they are typed and as they are kept."""

from __future__ import annotations

import re
from typing import Final

from email_validator import EmailNotValidError, validate_email

from batikrfm_tenants.errors import EmailError, PersonNameError

LONGEST_NAME: Final = 100
WEB_ADDRESS: Final = re.compile(r"://|\bwww\.|[@<>]", re.IGNORECASE)
"""A name goes into mails to others; whoever writes an address into it wants them to click."""


def normal_email(text: str) -> str:
    """The address in the one form that is kept and compared: small letters, Unicode composed.

    Raises:
        EmailError: it is none.
    """
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise EmailError from error


def normal_name(text: str) -> str:
    """A person's name with single spaces.

    Raises:
        PersonNameError: empty, too long, of control characters, or with a web address in it.
    """
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable() or WEB_ADDRESS.search(name):
        raise PersonNameError(longest=LONGEST_NAME)
    return name
