"""Why one message cannot be sent at all, found before anything is handed in."""

from __future__ import annotations

from batikrfm.sdk import Rejected, Rejection


class Unsendable(Exception):
    """This message cannot be written down as mail. Says nothing of what is in it."""

    def __init__(self, reason: Rejection, code: str) -> None:
        self.reason, self.code = reason, code
        super().__init__(code)

    def receipt(self, message: str) -> Rejected:
        """The receipt of the message with this id."""
        return Rejected(message, self.reason, self.code)
