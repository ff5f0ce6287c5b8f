"""The API's document as a page for people: plain HTML and one style sheet of our own, nothing from elsewhere, no script."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any, Final

Schema = dict[str, Any]

HEAD: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>BatikRFM API</title><link rel="stylesheet" href="/api/docs.css"></head><body>"""
METHODS: Final = ("get", "post", "put", "patch", "delete")
STYLE: Final = """
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 20%, transparent); }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
section { border-top: 1px solid var(--line); }
article { margin: 1.5rem 0; overflow-x: auto; }
h3 { font-size: 1rem; }
h3 b { text-transform: uppercase; }
code, h3 { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; border-top: 1px solid var(--line); padding: .25rem .5rem .25rem 0; }
summary { cursor: pointer; }
"""


def docs_page(document: dict[str, Any]) -> str:
    """The whole page."""
    return "\n".join(_lines(document))


def _lines(document: dict[str, Any]) -> Iterator[str]:
    info = document["info"]
    yield HEAD
    yield f"<header><h1>{escape(info['title'])} API {escape(info['version'])}</h1>"
    yield "".join(f"<p>{_code(part)}</p>" for part in info["description"].split("\n\n"))
    yield '<p><a href="/api/openapi.json">openapi.json</a></p></header><main>'
    for tag in document["tags"]:
        yield f"<section><h2>{escape(tag['name'])}</h2><p>{escape(tag['description'])}</p>"
        for path, item in document["paths"].items():
            for method in METHODS:
                if tag["name"] in item.get(method, {}).get("tags", ()):
                    yield from _operation(path, method, item[method])
        yield "</section>"
    yield "<section><h2>Objects</h2>"
    for name, schema in sorted(document["components"]["schemas"].items()):
        yield from _object(name, schema)
    yield "</section></main></body></html>"


def _operation(path: str, method: str, operation: dict[str, Any]) -> Iterator[str]:
    yield f'<article id="{escape(operation["operationId"])}"><h3><b>{method}</b> {escape(path)}</h3>'
    about = _code(operation.get("description") or operation.get("summary", ""))
    yield f"<p>{about} Needs <code>{escape(operation['x-permission'])}</code>.</p>"
    parameters = [(one["name"], one.get("schema", {}), one.get("description", "")) for one in operation.get("parameters", ())]
    if parameters:
        yield from _table("Parameter", parameters)
    for kind, body in operation.get("requestBody", {}).get("content", {}).items():
        yield f"<p>Body <code>{escape(kind)}</code>: {_kind(body.get('schema', {}))}</p>"
    yield "<table><tr><th>Status</th><th>Answer</th><th></th></tr>"
    for status, answer in sorted(operation["responses"].items()):
        kinds = ", ".join(_kind(body.get("schema", {})) for body in answer.get("content", {}).values())
        yield f"<tr><td>{escape(status)}</td><td>{kinds}</td><td>{_code(answer.get('description', ''))}</td></tr>"
    yield "</table></article>"


def _object(name: str, schema: Schema) -> Iterator[str]:
    yield f'<details id="object-{escape(name)}"><summary><code>{escape(name)}</code></summary><p>{_code(schema.get("description", ""))}</p>'
    if "enum" in schema:
        yield f"<p>{_kind(schema)}</p>"
    properties = [(key, one, one.get("description", "")) for key, one in schema.get("properties", {}).items()]
    if properties:
        yield from _table("Value", properties)
    yield "</details>"


def _table(heading: str, rows: list[tuple[str, Schema, str]]) -> Iterator[str]:
    yield f"<table><tr><th>{heading}</th><th>Type</th><th></th></tr>"
    for name, schema, description in rows:
        yield f"<tr><td><code>{escape(name)}</code></td><td>{_kind(schema)}</td><td>{_code(description)}</td></tr>"
    yield "</table>"


def _kind(schema: Schema) -> str:
    """A schema in a few words, with links to objects."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#object-{name}">{name}</a>'
    for several in ("oneOf", "anyOf"):
        if several in schema:
            return " or ".join(_kind(one) for one in schema[several])
    if "enum" in schema:
        return " | ".join(f"<code>{escape(str(one))}</code>" for one in schema["enum"])
    kind = schema.get("type", "any")
    if kind == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    words = " or ".join(kind) if isinstance(kind, list) else str(kind)
    return escape(f"{words} ({schema['format']})" if "format" in schema else words)


def _code(text: str) -> str:
    """``text`` escaped, with what stands between backticks as code."""
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(parts))
