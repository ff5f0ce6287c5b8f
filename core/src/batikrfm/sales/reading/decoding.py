"""Text files of any encoding as clean UTF-8 bytes."""

from __future__ import annotations

import codecs

_CHUNK = 8 * 1024 * 1024
_SAMPLE = 4096
_OFTEN, _SELDOM = 0.3, 0.05  # share of NUL bytes at odd and even places that give UTF-16 away
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HANDLER = "batikrfm.cp1252"


def to_utf8(data: bytes) -> bytes:
    """``data`` as UTF-8 without a byte order mark, NUL bytes and the end-of-file sign of DOS, with line ends that hold a line feed.

    UTF-8 is taken as it is. Bytes that are no UTF-8 are read as CP1252 (Latin-1 with the euro sign and curly quotes), each for itself,
    so a file that was glued together from both loses nothing. UTF-16 is known by its mark, or by its NUL bytes without one.
    """
    text = _decoded(data)
    if b"\0" in text:
        text = text.replace(b"\0", b"")
    if text.endswith(b"\x1a"):
        text = text.rstrip(b"\x1a")
    if b"\r" in text and b"\n" not in text:  # as Macs wrote it once
        text = text.replace(b"\r", b"\n")
    return text


def _decoded(data: bytes) -> bytes:
    wide = _wide_encoding(data)
    if wide:
        return _transcoded(data, wide).removeprefix(codecs.BOM_UTF8)
    data = data.removeprefix(codecs.BOM_UTF8)
    return data if _is_utf8(data) else _transcoded(data, "utf-8")


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _wide_encoding(data: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    sample = data[:_SAMPLE]
    even, odd = (half.count(0) / max(len(half), 1) for half in (sample[::2], sample[1::2]))
    if odd > _OFTEN and even < _SELDOM:
        return "utf-16-le"
    if even > _OFTEN and odd < _SELDOM:
        return "utf-16-be"
    return None


def _transcoded(data: bytes, encoding: str) -> bytes:
    """``data`` from ``encoding`` to UTF-8, a chunk at a time so that the text is never in memory twice."""
    decoder = codecs.getincrementaldecoder(encoding)(_HANDLER if encoding == "utf-8" else "replace")
    view = memoryview(data)
    pieces = (decoder.decode(view[at : at + _CHUNK], at + _CHUNK >= len(data)) for at in range(0, len(data), _CHUNK))
    return b"".join(piece.encode() for piece in pieces)


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """A codec error handler: the first byte that is no UTF-8, as CP1252, or as Latin-1 where CP1252 has no character."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    byte = error.object[error.start : error.start + 1]
    try:
        return byte.decode("cp1252"), error.start + 1
    except UnicodeDecodeError:
        return byte.decode("latin-1"), error.start + 1


codecs.register_error(_HANDLER, _as_cp1252)
