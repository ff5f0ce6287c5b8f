"""Which customers a list asks for, between an address, a form and the filter of the service.

A search may be somebody's name or number, so it is sent as a form and stands in no address; everything else does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from batikrfm.segmentation.customers import CustomerFilter, Sort

USUAL = Sort.MONETARY
LONGEST_SEARCH = 100
SCORES = ("r", "f", "m", "fm")


@dataclass(frozen=True)
class Asked:
    """``after`` is the cursor of the page before."""

    wanted: CustomerFilter
    sort: Sort = USUAL
    after: str | None = None

    @property
    def narrowed(self) -> bool:
        """Whether the list leaves anybody out."""
        return self.wanted != CustomerFilter()

    def fields(self, **changed: str | None) -> dict[str, str]:
        """The list as names and values, all but the search; ``changed`` goes before it, None leaves one out."""
        named: dict[str, object] = {"segmen": self.wanted.segment, **{name: getattr(self.wanted, name) for name in SCORES}}
        named |= {"urut": None if self.sort is USUAL else self.sort.value, **changed}
        return {name: str(value) for name, value in named.items() if value is not None}

    def query(self, **changed: str | None) -> str:
        """:meth:`fields` as the end of an address."""
        fields = self.fields(**changed)
        return f"?{urlencode(fields)}" if fields else ""


def asked(sent: Mapping[str, str]) -> Asked:
    """What an address or a form says; what makes no sense in it does not matter."""
    scores = {name: _score(sent.get(name, "")) for name in SCORES}
    search = " ".join(sent.get("cari", "").split())[:LONGEST_SEARCH]
    wanted = CustomerFilter(search=search or None, segment=sent.get("segmen", "")[:100] or None, **scores)
    return Asked(wanted, _sort(sent.get("urut", "")), sent.get("setelah") or None)


def _score(text: str) -> int | None:
    return int(text) if text in {"1", "2", "3", "4", "5"} else None


def _sort(text: str) -> Sort:
    return Sort(text) if text in set(Sort) else USUAL
