"""Words that fit what a prompt asks for: in its language, in the shape of its schema, with placeholders that it names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import cycle
from typing import Any

INDONESIAN = re.compile(r"\b(yang|dan|untuk|pelanggan|toko|dengan|tulis|bahasa indonesia)\b", re.IGNORECASE)
ENGLISH = re.compile(r"\b(the|and|for|customers?|shop|with|write|in english)\b", re.IGNORECASE)
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
VARIANTS = re.compile(r"\b(\d{1,2})\s*(?:varian|versi|variants?|versions?)\b", re.IGNORECASE)

WORDS: Mapping[str, tuple[Mapping[str, str], ...]] = {
    "id": (
        {
            "subject": "Ada yang baru untuk Anda",
            "preheader": "Motif pilihan minggu ini sudah bisa dilihat.",
            "email": "Halo {nama},\n\nTerima kasih sudah berbelanja di sini. Minggu ini ada **motif baru** yang kami pilihkan untuk Anda.",
            "whatsapp": "Halo {nama}, ada motif baru minggu ini. Mau kami kirimkan fotonya?",
            "call_to_action": "Lihat motif baru",
        },
        {
            "subject": "Kami kangen, mampir lagi ya",
            "preheader": "Sudah kami siapkan beberapa pilihan.",
            "email": "Halo {nama},\n\nSudah lama kita tidak bertemu. Kami siapkan beberapa pilihan yang **mirip dengan kesukaan Anda**.",
            "whatsapp": "Halo {nama}, apa kabar? Ada beberapa pilihan baru yang mungkin Anda suka.",
            "call_to_action": "Pilih yang Anda suka",
        },
    ),
    "en": (
        {
            "subject": "Something new for you",
            "preheader": "This week's patterns are here.",
            "email": "Hello {nama},\n\nThank you for shopping with us. This week we picked **new patterns** for you.",
            "whatsapp": "Hello {nama}, new patterns came in this week. Shall we send you pictures?",
            "call_to_action": "See the new patterns",
        },
        {
            "subject": "We miss you, come and see",
            "preheader": "A few things that you may like.",
            "email": "Hello {nama},\n\nIt has been a while. We put aside a few things **close to what you liked**.",
            "whatsapp": "Hello {nama}, how are you? A few new things came in that you may like.",
            "call_to_action": "Choose what you like",
        },
    ),
}


@dataclass
class Copywriter:
    """Writes for one prompt; each time that it starts over with an object of a list, it takes its next idea."""

    prompt: str

    def __post_init__(self) -> None:
        self.language = "en" if len(ENGLISH.findall(self.prompt)) > len(INDONESIAN.findall(self.prompt)) else "id"
        self.placeholders = set(PLACEHOLDER.findall(self.prompt)) or {"nama"}
        self._ideas = cycle(WORDS[self.language])
        self._idea = next(self._ideas)

    def plain(self) -> str:
        """Words where no schema asks for a shape."""
        return self._filled("email")

    def fill(self, schema: Mapping[str, Any], name: str = "") -> Any:  # noqa: ANN401 - any JSON
        """A value that ``schema`` allows; ``name`` is the property's."""
        if "enum" in schema:
            return schema["enum"][0]
        kind = schema.get("type", "object" if "properties" in schema else "string")
        if kind == "object":
            return {key: self.fill(part, key) for key, part in schema.get("properties", {}).items()}
        if kind == "array":
            return [self._next(schema.get("items", {})) for _ in range(self._how_many(schema))]
        return {"integer": 1, "number": 1.0, "boolean": True, "null": None}.get(kind) if kind != "string" else self._filled(name)

    def _next(self, items: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
        value = self.fill(items)
        self._idea = next(self._ideas)
        return value

    def _how_many(self, schema: Mapping[str, Any]) -> int:
        wanted = VARIANTS.search(self.prompt)
        return int(schema.get("minItems") or schema.get("maxItems") or (wanted[1] if wanted else 2))

    def _filled(self, name: str) -> str:
        """The words for a property, without placeholders that the prompt does not allow."""
        words = self._idea.get(name) or self._idea["subject"]
        return PLACEHOLDER.sub(lambda found: found[0] if found[1] in self.placeholders else "", words)
