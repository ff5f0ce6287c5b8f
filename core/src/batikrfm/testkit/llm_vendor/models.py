"""The models that the two vendors offer, and what each takes: as of 2026-11-22, for playing them."""

from __future__ import annotations

from dataclasses import dataclass

ALL_EFFORTS = ("none", "low", "medium", "high")
FROM_MINIMAL = ("minimal", "low", "medium", "high")
FROM_LOW = ("low", "medium", "high")


@dataclass(frozen=True)
class Offered:
    """A model. ``efforts`` is empty for one that does not think. A day of ``shutdown`` is said where it is known."""

    id: str
    efforts: tuple[str, ...] = ()
    shutdown: str | None = None
    sampling: str | None = "none"  # the effort with which a temperature is taken; None: any
    strict: bool = True  # keeps to a schema without fail


OPENAI = {
    one.id: one
    for one in (
        Offered("gpt-6-luna", ALL_EFFORTS),
        Offered("gpt-6.1-terra", ALL_EFFORTS),
        Offered("gpt-5.6-luna", ALL_EFFORTS),
        Offered("gpt-5.4-nano", ALL_EFFORTS, "2027-04-01"),
        Offered("gpt-4o-mini", shutdown="2027-01-14"),
        Offered("gpt-4.1-mini", shutdown="2027-01-14"),
        Offered("gpt-5-mini", FROM_MINIMAL, "2026-12-11"),
        Offered("gpt-5-nano", FROM_MINIMAL, "2026-12-11"),
    )
}
GROQ = {
    one.id: one
    for one in (
        Offered("openai/gpt-oss-20b", FROM_LOW, sampling=None),
        Offered("openai/gpt-oss-120b", FROM_LOW, sampling=None),
        Offered("qwen/qwen3.8-27b", ("none", "default"), sampling=None, strict=False),
    )
}
