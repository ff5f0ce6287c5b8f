"""What can go wrong with an upload before its files are read, and how one can end.

::

    InputError
    ├── UploadError             nothing of it was kept
    │   └── NoFilesError, TooManyUploadsError, UploadTooBigError, EmptyUploadError
    ├── UploadMovedOnError      it is not waiting for an answer (any more)
    │   └── UploadImportedError its sales are in, and it can no longer be given up
    └── UnknownSheetError       an answer about a sheet that the upload does not have
    NotFoundError
    └── UploadNotFoundError
"""

from __future__ import annotations

from typing import Final

from batikrfm.sdk.errors import InputError, NotFoundError
from batikrfm.sdk.text import Text


class UploadError(InputError):
    """Files that are not taken."""


class NoFilesError(UploadError):
    """Nothing was sent."""

    text = Text(
        id="Belum ada file yang dipilih. Pilih file penjualan dari toko Anda, lalu unggah lagi.",
        en="No file was chosen. Choose your shop's sales file and upload it again.",
    )


class TooManyUploadsError(UploadError):
    """Value: ``limit``."""

    text = Text(
        id="Sekali unggah paling banyak {limit} file. Unggah sisanya setelah ini selesai.",
        en="One upload holds at most {limit} files. Upload the others when it is done.",
    )


class UploadTooBigError(UploadError):
    """Values: ``file``, ``limit`` in MB."""

    text = Text(
        id="File {file} lebih besar dari {limit} MB. Unduh untuk periode yang lebih pendek, lalu unggah satu per satu.",
        en="The file {file} is larger than {limit} MB. Export shorter periods and upload them one by one.",
    )


class EmptyUploadError(UploadError):
    """Value: ``file``."""

    text = Text(
        id="File {file} kosong. Unduh ulang dari toko Anda, lalu coba lagi.",
        en="The file {file} is empty. Download it from your shop once more and try again.",
    )


class UploadMovedOnError(InputError):
    """Somebody answered before, or it is over."""

    text = Text(
        id="Unggahan ini sudah tidak menunggu jawaban. Lihat lagi keadaannya.",
        en="This upload does not wait for an answer any more. Look at where it is now.",
    )


class UploadImportedError(UploadMovedOnError):
    """Somebody wants to give it up, too late."""

    text = Text(
        id="Penjualannya sudah masuk, jadi unggahan ini tidak bisa dibatalkan lagi.",
        en="The sales are in already, so this upload can no longer be stopped.",
    )


class UnknownSheetError(InputError):
    """An answer about a sheet that the upload does not have."""

    text = Text(
        id="Ada jawaban untuk lembar yang tidak ada di unggahan ini. Muat ulang halamannya, lalu jawab lagi.",
        en="There is an answer about a sheet that this upload does not have. Load the page again and answer once more.",
    )


class UploadNotFoundError(NotFoundError):
    """The scope's tenant has no such upload."""

    text = Text(id="Unggahan ini tidak ada.", en="There is no such upload.")


BROKEN: Final = Text(
    id="Maaf, ada yang tidak beres di pihak kami, dan belum ada yang masuk. Coba unggah lagi.",
    en="Sorry, something went wrong on our side, and nothing was imported. Please upload again.",
)
NOT_SEGMENTED: Final = Text(
    id="Penjualannya sudah masuk, tetapi segmennya belum terhitung. Hitung ulang di halaman Segmen.",
    en="The sales are in, but the segments were not worked out. Run them again on the Segments page.",
)
STOPPED: Final = Text(id="Dihentikan sebelum ada yang masuk.", en="Stopped before anything was imported.")
