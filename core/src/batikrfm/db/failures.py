"""What can happen to a database in the middle of long work, as sentences instead of tracebacks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from batikrfm.sdk.errors import InputError, SetupError
from batikrfm.sdk.text import Text

_LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    ConnectionError,
)


class NoSpaceForWork(SetupError):
    """The server's disk is full, or a limit of its own is reached. Values: reason."""

    text = Text(
        id="Basis data kehabisan tempat ({reason}). Tidak ada yang tersimpan setengah jalan: kosongkan ruang disk, lalu ulangi.",
        en="The database ran out of room ({reason}). Nothing was half kept: free some disk space, then do it again.",
    )


class DatabaseLost(SetupError):
    """The connection broke, or the server stopped. Values: reason."""

    text = Text(
        id="Sambungan ke basis data terputus ({reason}). Tidak ada yang tersimpan setengah jalan: ulangi saja.",
        en="The connection to the database was lost ({reason}). Nothing was half kept: just do it again.",
    )


class NumberTooLarge(InputError):
    """A sum does not fit into its column."""

    text = Text(
        id="Ada jumlah yang terlalu besar untuk disimpan. Tidak ada yang tersimpan: periksa angka-angka di file Anda.",
        en="A sum is too large to be stored. Nothing was kept: check the numbers in your file.",
    )


@contextmanager
def nothing_kept() -> Iterator[None]:
    """Around a unit of work: tell a full disk and a lost server from a bug of ours. Goes outside of the scope, which rolls back.

    Raises:
        NoSpaceForWork: PostgreSQL's class 53, insufficient resources.
        DatabaseLost: the connection ended before the work did.
        NumberTooLarge: a sum left the range of its column.
    """
    try:
        yield
    except asyncpg.InsufficientResourcesError as error:
        raise NoSpaceForWork(reason=error) from error
    except asyncpg.NumericValueOutOfRangeError as error:
        raise NumberTooLarge from error
    except _LOST as error:
        raise DatabaseLost(reason=error) from error
