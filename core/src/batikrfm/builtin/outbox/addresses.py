"""What an address must look like for any vendor to take it. Whether somebody is there is not known here."""

from __future__ import annotations

import re
from typing import Final

EMAIL: Final = re.compile(r"[^\s@,;:<>()\[\]\\\"]{1,64}@(?:[^\s@,;:<>()\[\]\\\".]{1,63}\.)+[^\s@,;:<>()\[\]\\\".]{2,63}")
"""One name, one domain with a dot, in any script: no list, no second line, no name of a person around it."""
PHONE: Final = re.compile(r"\+[1-9][0-9]{7,14}")
"""E.164, as the host keeps numbers."""


def is_email(address: str) -> bool:
    """Whether ``address`` is one e-mail address."""
    return EMAIL.fullmatch(address) is not None and len(address) <= 254  # noqa: PLR2004 - RFC 5321's limit of a path


def is_phone(address: str) -> bool:
    """Whether ``address`` is one number with its country."""
    return PHONE.fullmatch(address) is not None
