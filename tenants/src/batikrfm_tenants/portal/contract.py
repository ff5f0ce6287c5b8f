"""What a template may use, said as a dataclass: one for each page. The tests hold templates to it, name by name."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar


@dataclass(frozen=True, kw_only=True)
class Page:
    """Base of every page's context.

    A subclass names its ``template`` and has a field for each name that the template uses, each with
    ``field(metadata={"help": "what it is, in one sentence"})``. Beside its fields a template has ``frame`` (see
    :class:`batikrfm_tenants.portal.frame.Frame`) and nothing else. A piece of a page that htmx asks for alone is a Page of its own.
    """

    template: ClassVar[str]

    def context(self) -> dict[str, Any]:
        """The fields by name, as they are."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


def every_page(base: type[Page] = Page) -> list[type[Page]]:
    """Every kind of page that has been imported, in the order of their templates."""
    found = [page for one in base.__subclasses__() for page in (one, *every_page(one)) if "template" in vars(page)]
    return sorted(set(found), key=lambda page: (page.template, page.__qualname__))
