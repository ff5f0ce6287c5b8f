"""Pages keep what they promise: their names, their words, their weight."""

from __future__ import annotations

import dataclasses
import gzip
import re
import sys
from pathlib import Path

import pytest
from jinja2 import meta, nodes

import batikrfm_tenants.portal.routes  # noqa: F401 - it imports every page
import words as tool
from batikrfm_tenants.portal import assets
from batikrfm_tenants.portal.contract import Page, every_page
from batikrfm_tenants.portal.rendering import TEMPLATES, environment

PAGES = every_page()
FIRST_PAGE = 60_000
FRAME = {"frame", "ui"}
"""What every template has beside its page's fields: what is around the page, and the macros that it imports."""


def tree_of(template: str) -> nodes.Template:
    loader = environment().loader
    assert loader is not None
    source, _, _ = loader.get_source(environment(), template)
    return environment().parse(source)


def names_of(template: str) -> set[str]:
    """Every name that the template, and what it extends and includes, takes from its context."""
    tree = tree_of(template)
    names = meta.find_undeclared_variables(tree) - set(environment().globals) - _made_in(tree)
    for other in tree.find_all((nodes.Extends, nodes.Include)):
        assert isinstance(other, nodes.Extends | nodes.Include)
        assert isinstance(other.template, nodes.Const), "a template is named outright, so that its names can be known"
        names |= names_of(other.template.value)
    return names


def _made_in(tree: nodes.Template) -> set[str]:
    """The macros that a template makes or imports for itself: its blocks see them."""
    imported = {name if isinstance(name, str) else name[1] for one in tree.find_all(nodes.FromImport) for name in one.names}
    return imported | {macro.name for macro in tree.find_all(nodes.Macro)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.__qualname__)
def test_a_page_has_what_its_template_uses_and_nothing_else(page: type[Page]) -> None:
    declared = {field.name for field in dataclasses.fields(page)}
    used = names_of(page.template)
    assert used - FRAME == declared


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.__qualname__)
def test_every_field_says_what_it_is(page: type[Page]) -> None:
    assert page.__doc__
    assert not page.__doc__.startswith(page.__name__ + "("), "a dataclass without a docstring gets its signature as one"
    for field in dataclasses.fields(page):
        assert re.fullmatch(r"[A-Z].*\.", field.metadata.get("help", "")), f"{page.__qualname__}.{field.name} has no help"


def test_the_contract_is_broken_by_a_name_too_many_and_by_one_too_few() -> None:
    tree = environment().parse("{% extends 'plain.html' %}{% block title %}{{ unknown }}{% endblock %}{{ frame.path }}")
    assert meta.find_undeclared_variables(tree) - set(environment().globals) == {"unknown", "frame"}
    assert names_of("front/page.html") - FRAME == set()
    assert names_of("settings/team.html") - FRAME != {"tabs", "members"}


def test_every_template_belongs_to_a_page() -> None:
    of_pages = {page.template for page in PAGES}
    seen = set(of_pages)
    todo = list(of_pages)
    while todo:
        tree = tree_of(todo.pop())
        others = {name for name in meta.find_referenced_templates(tree) if name}
        todo += others - seen
        seen |= others
    assert {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")} == seen


def test_no_template_has_inline_script_style_or_turns_escaping_off() -> None:
    for path in TEMPLATES.rglob("*.html"):
        source = path.read_text(encoding="utf-8")
        assert re.search(r"\sstyle=|<style|\son[a-z]+=|hx-on|\|\s*safe\b|autoescape|javascript:", source) is None, path
        for script in re.findall(r"<script[^>]*>", source):
            assert "src=" in script or 'type="application/json"' in script, path


def test_every_form_that_changes_something_has_a_token() -> None:
    for path in TEMPLATES.rglob("*.html"):
        if path.parent.name == "recipients":  # these read no cookie, so that there is nothing to forge: the link is what lets somebody in
            continue
        for form in re.findall(r'<form method="post".*?</form>', path.read_text(encoding="utf-8"), re.DOTALL):
            assert "token()" in form, path


def test_the_catalogue_is_what_the_templates_say_and_nothing_is_missing() -> None:
    kept = tool.read(tool.ENGLISH)
    assert tool.as_text(tool.updated(TEMPLATES, kept)) == tool.ENGLISH.read_text(encoding="utf-8"), "run: make words"
    assert [message.id for message in tool.untranslated(kept)] == []
    assert [message.id for message in kept if message.fuzzy] == []


PLACEHOLDER = re.compile(r"%\(\w+\)s")


def test_a_translation_keeps_its_placeholders() -> None:
    for message in tool.read(tool.ENGLISH):
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        for one in strings:
            assert set(PLACEHOLDER.findall(str(one))) == set(PLACEHOLDER.findall(ids[0])), message.id


def test_a_new_sentence_is_found_missing(tmp_path: Path) -> None:
    (tmp_path / "new.html").write_text("{% trans %}Kalimat baru{% endtrans %} {{ _('Satu lagi') }}", encoding="utf-8")
    catalogue = tool.updated(tmp_path, tool.read(tool.ENGLISH))
    assert {message.id for message in tool.untranslated(catalogue)} == {"Kalimat baru", "Satu lagi"}


def test_the_first_page_is_light_and_charts_come_only_when_they_are_wanted() -> None:
    built = assets.built().files
    first = ("app.css", "app.js", "jakarta.woff2", "kawung.svg", "mark.svg", "icons.svg")
    sizes = {name: len(gzip.compress(built[name].plain, 9)) for name in first}
    template = sum(len(gzip.compress((TEMPLATES / name).read_bytes())) for name in ("base.html", "front/page.html", "ui.html"))
    assert sum(sizes.values()) + template < FIRST_PAGE, sizes
    charts = next(file.plain for name, file in built.items() if name.startswith("charts-"))
    assert len(charts) > 100_000
    assert b"echarts" not in built["app.js"].plain.lower()


def test_built_files_are_kept_for_good_and_squeezed_once() -> None:
    built = assets.built()
    assert re.fullmatch(r"/aset/[0-9a-f]{12}/app\.css", built.url("app.css"))
    squeezed = built.files["app.css"].squeezed
    assert squeezed is not None
    assert gzip.decompress(squeezed) == built.files["app.css"].plain
    with pytest.raises(KeyError):
        built.url("tidak-ada.css")


def test_nothing_heavy_comes_with_the_portal() -> None:
    import subprocess

    heavy = ("polars", "litellm", "openai", "typst", "openpyxl")
    code = f"import sys, batikrfm_tenants.portal.routes; print([name for name in {heavy!r} if name in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
