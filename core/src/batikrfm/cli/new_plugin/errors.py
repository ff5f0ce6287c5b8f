"""What can keep a new plugin from being written."""

from __future__ import annotations

from batikrfm.sdk.errors import InputError
from batikrfm.sdk.text import Text


class FolderTakenError(InputError):
    """Something is there already. Value: ``folder``."""

    text = Text(
        id="Folder {folder} sudah berisi. Pilih folder lain dengan --folder.",
        en="There is something in the folder {folder} already. Choose another one with --folder.",
    )


class BadTitleError(InputError):
    """The title would end a string of the program text."""

    text = Text(
        id="Judulnya tidak bisa memakai tanda kutip, garis miring terbalik, kurung kurawal, dolar, atau baris baru.",
        en="The title cannot have quotation marks, backslashes, braces, dollars or line breaks in it.",
    )
