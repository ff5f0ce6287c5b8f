"""Pages from templates. Everything is escaped, a name that a page does not have is an error, a Text is said in the page's language."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context  # noqa: TC002 - pass_context reads the annotation
from markupsafe import Markup

from batikrfm.sdk.errors import BatikError
from batikrfm.sdk.text import Text
from batikrfm_tenants.portal import assets, formats, words
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.frame import Frame
from batikrfm_tenants.portal.states import line_state

TEMPLATES = Path(__file__).with_name("templates")
NOT_IN_SCRIPTS = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


@cache
def environment() -> Environment:
    """The one environment of every page."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_said,
        extensions=["jinja2.ext.i18n"],
    )
    made.policies["ext.i18n.trimmed"] = True
    made.filters |= {name: _filter(name) for name in formats.FILTERS}
    made.filters["data"] = data
    made.globals |= {"asset": _asset, "line_state": line_state}
    # What the i18n extension adds to an environment; it declares no types.
    made.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined] # the i18n extension adds it
    translators: dict[str, Any] = made.globals
    made.globals |= {name: _with_said(translators[name]) for name in ("gettext", "ngettext")}
    return made


def render(page: Page, frame: Frame) -> str:
    """``page`` as HTML, in the language of ``frame``."""
    with formats.speaking(frame.formats):
        return environment().get_template(page.template).render({**page.context(), "frame": frame})


def data(value: object) -> Markup:
    """``value`` as JSON for a ``<script type="application/json">``: nothing in it can end the script or begin a tag."""
    return Markup(json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_said).translate(NOT_IN_SCRIPTS))  # noqa: S704 - escaped just here


def _filter(name: str) -> Any:  # noqa: ANN401 - a filter's arguments are its method's
    def write(*args: Any, **options: Any) -> str:  # noqa: ANN401 - as above
        return str(getattr(formats.current(), name)(*args, **options))  # asked while the page is rendered

    return write


def _with_said(translate: Callable[..., Any]) -> Callable[..., Any]:
    """A Text inside of a sentence speaks the sentence's language, too."""

    @pass_context
    def translated(context: Context, *message: Any, **values: object) -> Any:  # noqa: ANN401 - as gettext has it
        return translate(context, *message, **{name: _said(value) for name, value in values.items()})

    return translated


def _asset(name: str) -> str:
    return assets.built().url(name)


def _said(value: object) -> object:
    return value.say(formats.current().language) if isinstance(value, Text | BatikError) else value
