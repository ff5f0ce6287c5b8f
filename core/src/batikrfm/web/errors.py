"""What can be wrong with a request before a feature sees it.

::

    BatikError
    ├── UnauthenticatedError   nobody we know is asking
    ├── ForbiddenError         somebody we know, who may not
    ├── TooManyRequestsError   more than the limit allows
    ├── TooLargeError          a body above the limit
    ├── TooSlowError           a client that fell silent in its body
    ├── UnknownHostError       a name that this installation does not answer to
    └── NotAFormError           a body that is no multipart form
    InputError
    └── BadCursorError         a cursor that we did not hand out for this list
"""

from __future__ import annotations

from batikrfm.sdk.errors import BatikError, InputError
from batikrfm.sdk.text import Text


class UnauthenticatedError(BatikError):
    """No key, or one that nobody knows."""

    text = Text(
        id="Sertakan kunci API yang masih berlaku: Authorization: Bearer <kunci>.",
        en="Send an API key that is valid: Authorization: Bearer <key>.",
    )


class ForbiddenError(BatikError):
    """Value: ``permission``."""

    text = Text(
        id="Anda belum punya izin untuk ini ({permission}). Minta kepada pemilik toko.",
        en="You have no permission for this ({permission}). Ask the shop's owner.",
    )


class TooManyRequestsError(BatikError):
    """Value: ``seconds`` until the next one may be sent."""

    text = Text(
        id="Terlalu banyak permintaan dalam waktu singkat. Coba lagi {seconds} detik lagi.",
        en="Too many requests in a short time. Try again in {seconds} seconds.",
    )


class TooLargeError(BatikError):
    """Value: ``megabytes``, the most that is taken."""

    text = Text(
        id="Kiriman ini terlalu besar. Paling besar {megabytes} MB sekali kirim; bagi menjadi beberapa kiriman.",
        en="This is too large. At most {megabytes} MB go at a time; send it in several parts.",
    )


class TooSlowError(BatikError):
    """The client sent nothing for too long."""

    text = Text(
        id="Kiriman berhenti di tengah jalan. Periksa sambungan internet, lalu kirim lagi.",
        en="The upload stopped half-way. Check the connection and send it again.",
    )


class UnknownHostError(BatikError):
    """A Host header that is not ours. It is not repeated."""

    text = Text(
        id="Alamat ini bukan milik instalasi ini. Pengelola: isi BATIKRFM_PUBLIC_URL atau BATIKRFM_HOSTS.",
        en="This installation does not answer to that name. Operator: set BATIKRFM_PUBLIC_URL or BATIKRFM_HOSTS.",
    )


class NotAFormError(BatikError):
    """The body is no multipart form, or a broken one."""

    text = Text(
        id="Kirim berkas sebagai formulir multipart/form-data dengan kolom files.",
        en="Send the files as a multipart/form-data form with the field files.",
    )


class BadCursorError(InputError):
    """A cursor that was changed, or that belongs to another list."""

    text = Text(
        id="Penanda halaman ini tidak dikenal. Mulai lagi dari halaman pertama, tanpa cursor.",
        en="This cursor is not known. Begin again with the first page, without a cursor.",
    )
