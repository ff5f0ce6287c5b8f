"""What can go wrong while a report is written, and when somebody asks for one."""

from __future__ import annotations

import errno
import re
from pathlib import Path

from batikrfm.sdk.errors import InputError, NotFoundError
from batikrfm.sdk.text import Language, Text

_WHY = {
    errno.ENOSPC: Text(id="disknya penuh", en="the disk is full"),
    errno.EDQUOT: Text(id="jatah disknya habis", en="the disk quota is used up"),
    errno.EFBIG: Text(id="berkasnya terlalu besar untuk disk ini", en="the file is too large for this disk"),
    errno.EACCES: Text(id="tidak ada izin untuk menulis di situ", en="there is no permission to write there"),
    errno.EPERM: Text(id="tidak ada izin untuk menulis di situ", en="there is no permission to write there"),
    errno.EROFS: Text(id="disknya hanya bisa dibaca", en="the disk can only be read"),
    errno.ENOTDIR: Text(id="sebagian dari alamatnya adalah berkas, bukan folder", en="part of the path is a file, not a folder"),
    errno.EEXIST: Text(id="alamatnya adalah berkas, bukan folder", en="the path is a file, not a folder"),
    errno.EISDIR: Text(id="sudah ada folder dengan nama itu", en="there is a folder of that name"),
    errno.ENAMETOOLONG: Text(id="namanya terlalu panjang", en="the name is too long"),
}
_OTHERWISE = Text(id="komputer menolaknya", en="the computer refused")


class ReportNotWrittenError(InputError):
    """``path`` could not be written. What was there before is still there."""

    text = Text(
        id="Laporan {path} tidak bisa ditulis: {why}. Pilih folder lain dengan --output, atau beri tempat dan izin, lalu coba lagi.",
        en="The report {path} could not be written: {why}. Choose another folder with --output, or make room or permit it, and try again.",
    )

    def __init__(self, path: Path, cause: OSError) -> None:
        self.why = _WHY.get(_number(cause), _OTHERWISE)
        super().__init__(path=path, why=self.why)

    def say(self, language: Language = "id") -> str:
        return self.text.say(language, path=self.values["path"], why=self.why.say(language))


class ReportNotFoundError(NotFoundError):
    """The tenant has no such report, or not any more."""

    text = Text(
        id="Laporan ini tidak ada, atau sudah dihapus. Buat yang baru.", en="There is no such report, or not any more. Make a new one."
    )


class ReportNotReadyError(InputError):
    """It is being made, or could not be."""

    text = Text(id="Laporan ini belum jadi. Tunggu sebentar, lalu coba lagi.", en="This report is not ready. Wait a moment and try again.")


class ReportLostError(InputError):
    """Its job is over, left no file and said nothing that a person could do about it."""

    text = Text(id="Laporan ini gagal dibuat. Buat yang baru.", en="This report could not be made. Make a new one.")


def _number(cause: OSError) -> int:
    """The system's error number; polars gives it in the message only ("... (os error 28)")."""
    told = re.search(r"os error (\d+)", str(cause))
    return cause.errno or (int(told[1]) if told else 0)
