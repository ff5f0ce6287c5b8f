"""Which language an answer speaks: what the client prefers, else what the one who asks reads, else Indonesian."""

from __future__ import annotations

from collections.abc import Iterator

from batikrfm.sdk.text import Language

DEFAULT: Language = "id"


def preferred(accept_language: str | None) -> Language | None:
    """The language of an ``Accept-Language`` header that it likes best among ours, None if it names none of them."""
    best: tuple[float, Language] | None = None
    for tag, quality in _choices(accept_language or ""):
        language = _ours(tag)
        if language is not None and quality > 0 and (best is None or quality > best[0]):
            best = (quality, language)
    return best[1] if best else None


def _choices(header: str) -> Iterator[tuple[str, float]]:
    for choice in header[:200].split(","):  # nobody honest sends more
        tag, _, weight = choice.partition(";")
        yield tag.strip().lower(), _quality(weight)


def _quality(weight: str) -> float:
    name, _, value = weight.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0


def _ours(tag: str) -> Language | None:
    match tag.partition("-")[0]:
        case "id" | "in" | "jv" | "su":  # Android still says "in"; Javanese and Sundanese readers read Indonesian
            return "id"
        case "en":
            return "en"
        case _:
            return None
