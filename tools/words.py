"""Brings the portal's English catalogue up to date with its templates: new sentences come in empty, those that are gone go.

``python tools/words.py`` writes it and says what is left to translate.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

PORTAL = Path(__file__).parents[1] / "tenants" / "src" / "batikrfm_tenants" / "portal"
ENGLISH = PORTAL / "locale" / "en" / "LC_MESSAGES" / "messages.po"
HEADER = "# The portal's English. The Indonesian is in the templates; `make words` after a change there."
HEAD = rf"""{HEADER}
msgid ""
msgstr ""
"Language: en\n"
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

"""
JINJA = {"trimmed": "true", "extensions": "jinja2.ext.i18n", "newstyle_gettext": "true", "silent": "false"}


def extracted(templates: Path) -> Catalog:
    """Every sentence of the templates, without translations."""
    found = Catalog(locale="en", header_comment=HEADER, fuzzy=False)
    rows = extract_from_dir(templates, [("**.html", "jinja2.ext:babel_extract")], {"**.html": JINJA})
    for _, _, message, comments, context in rows:
        found.add(message, auto_comments=comments, context=context)
    return found


def updated(templates: Path, before: Catalog) -> Catalog:
    """The catalogue of ``templates`` with the translations of ``before``. Nothing is guessed from sentences that are alike."""
    after = extracted(templates)
    for message in after:
        known = before.get(message.id) if message.id else None
        if known is not None:
            message.string = known.string
    return after


def untranslated(catalogue: Catalog) -> list[Message]:
    """The sentences that have no English yet."""
    return [message for message in catalogue if message.id and not all(_strings(message))]


def as_text(catalogue: Catalog) -> str:
    """The catalogue as the file has it: sorted, without places and dates, so that two branches seldom touch the same line."""
    file = BytesIO()
    write_po(file, catalogue, width=0, no_location=True, sort_output=True, omit_header=True)
    return f"{HEAD}{file.getvalue().decode()}"


def read(path: Path) -> Catalog:
    """The catalogue in the file at ``path``; an empty one where there is none."""
    if not path.exists():
        return Catalog(locale="en")
    with path.open("rb") as file:
        return read_po(file, locale="en")


def _strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


def main() -> int:
    """Write the catalogue; 1 while something is left to translate."""
    catalogue = updated(PORTAL / "templates", read(ENGLISH))
    ENGLISH.parent.mkdir(parents=True, exist_ok=True)
    ENGLISH.write_text(as_text(catalogue), encoding="utf-8")
    left = untranslated(catalogue)
    for message in left:
        print(f"no English yet: {message.id}")
    print(f"words: {len(catalogue)} sentences, {len(left)} without English")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
