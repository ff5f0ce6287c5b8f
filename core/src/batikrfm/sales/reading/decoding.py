"""Text files of any encoding as clean UTF-8 bytes."""

from __future__ import annotations

import codecs
import io
from dataclasses import dataclass
from typing import BinaryIO

_SAMPLE = 4096
_OFTEN, _SELDOM = 0.3, 0.05  # share of NUL bytes at odd and even places that give UTF-16 away
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HANDLER = "batikrfm.latin1"


@dataclass(frozen=True)
class AtOnce:
    """So many bytes are worked on at once: of UTF-16 and UTF-32, and of anything else."""

    wide: int = 8 * 1024 * 1024
    narrow: int = 32 * 1024


AT_ONCE = AtOnce()


def to_utf8(data: bytes, at_once: AtOnce = AT_ONCE) -> bytes:
    """:func:`utf8_text` of bytes in memory."""
    return utf8_text(io.BytesIO(data), at_once)


def utf8_text(file: BinaryIO, at_once: AtOnce = AT_ONCE) -> bytes:
    """All of ``file`` as UTF-8 without a byte order mark, NUL bytes and the end-of-file sign of DOS, with line ends that hold a line feed.

    UTF-8 is taken as it is. Lines that are no UTF-8 are read as CP1252 (Latin-1 with the euro sign and curly quotes), each for itself,
    so a file that was glued together from both loses nothing. UTF-16 is known by its mark, or by its NUL bytes without one.
    """
    text = _decoded(file, at_once)
    if b"\0" in text:
        text = text.replace(b"\0", b"")
    if text.endswith(b"\x1a"):
        text = text.rstrip(b"\x1a")
    if b"\r" in text and b"\n" not in text:  # as Macs wrote it once
        text = text.replace(b"\r", b"\n")
    return text


def _decoded(file: BinaryIO, at_once: AtOnce) -> bytes:
    start = file.read(_SAMPLE)
    file.seek(0)
    wide = _wide_encoding(start)
    if wide:
        return _transcoded(file.read(), wide, at_once.wide).removeprefix(codecs.BOM_UTF8)
    file.seek(len(codecs.BOM_UTF8) if start.startswith(codecs.BOM_UTF8) else 0)
    return _mended(file, at_once.narrow)


def _wide_encoding(sample: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return encoding
    even, odd = (half.count(0) / max(len(half), 1) for half in (sample[::2], sample[1::2]))
    if odd > _OFTEN and even < _SELDOM:
        return "utf-16-le"
    if even > _OFTEN and odd < _SELDOM:
        return "utf-16-be"
    return None


def _transcoded(data: bytes, encoding: str, chunk: int) -> bytes:
    """``data`` from ``encoding`` to UTF-8, a chunk at a time so that the text is never in memory as a whole."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    view = memoryview(data)
    pieces = (decoder.decode(view[at : at + chunk], at + chunk >= len(data)) for at in range(0, len(data), chunk))
    return b"".join(piece.encode() for piece in pieces)


def _mended(file: BinaryIO, size: int) -> bytes:
    """The rest of ``file`` with the lines that are no UTF-8 read as CP1252.

    Pieces that stay in the processor's cache go straight to where the text is gathered: each copy of a large text costs as much as
    reading it.
    """
    text = io.BytesIO()
    while piece := file.read(size):
        piece += file.readline()
        text.write(piece if _is_utf8(piece) else b"".join(map(_mended_line, piece.splitlines(keepends=True))))
    return text.getvalue()


def _mended_line(line: bytes) -> bytes:
    return line if _is_utf8(line) else line.decode("cp1252", _HANDLER).encode()


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _as_latin1(error: UnicodeError) -> tuple[str, int]:
    """A codec error handler: the bytes that CP1252 has no character for, as Latin-1."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error(_HANDLER, _as_latin1)
