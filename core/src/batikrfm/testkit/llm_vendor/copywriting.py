"""Words that fit what a prompt asks for: in its language, in the shape of its schema, with placeholders that it names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zlib import crc32

INDONESIAN = re.compile(r"\b(yang|dan|untuk|pelanggan|toko|dengan|tulis|bahasa indonesia)\b", re.IGNORECASE)
ENGLISH = re.compile(r"\b(the|and|for|customers?|shop|with|write|in english)\b", re.IGNORECASE)
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
VARIANTS = re.compile(r"\b(\d{1,2})\s*(?:varian|versi|variants?|versions?)\b", re.IGNORECASE)

FIELDS = ("subject", "preheader", "email", "whatsapp", "call_to_action")
IDEAS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "id": (
        ("Ada yang baru untuk Anda", "Minggu ini datang motif baru yang kami pilihkan untuk Anda.", "Lihat motif baru"),
        ("Kami kangen, mampir lagi ya", "Sudah lama kita tidak bertemu, dan ada yang mirip dengan kesukaan Anda.", "Pilih yang Anda suka"),
        ("Terima kasih sudah setia", "Karena Anda sering mampir, Anda yang pertama kami kabari.", "Jadi yang pertama"),
        ("Cerita di balik kainnya", "Kain ini dikerjakan dengan tangan, dan kami ingin Anda mendengar ceritanya.", "Baca ceritanya"),
        ("Padanan yang pas", "Ada beberapa pilihan yang cocok dengan yang sudah Anda punya.", "Cari padanannya"),
        ("Apa kabar hari ini?", "Kami hanya ingin menyapa, dan menunjukkan satu pilihan yang ringan.", "Balas sapaan kami"),
        ("Bagaimana pesanan Anda?", "Kami ingin tahu apakah yang kemarin cocok, dan bagaimana merawatnya.", "Ceritakan kepada kami"),
        ("Satu alasan untuk kembali", "Ada satu hal yang menurut kami akan Anda suka minggu ini.", "Lihat sekarang"),
    ),
    "en": (
        ("Something new for you", "New patterns came in this week, and we picked a few for you.", "See the new patterns"),
        ("We miss you, come and see", "It has been a while, and there are things close to what you liked.", "Choose what you like"),
        ("Thank you for staying with us", "Because you come by so often, you are the first to hear from us.", "Be the first to look"),
        ("The story behind the cloth", "This cloth is made by hand, and we would like you to know its story.", "Read the story"),
        ("The piece that goes with it", "There are a few things that go well with what you already have.", "Find what goes with it"),
        ("How are you today?", "We only want to say hello, and show you one thing that is easy to like.", "Say hello to us"),
        ("How was your order?", "We would like to know whether it was right, and how to care for it.", "Tell us about it"),
        ("One reason to come back", "There is one thing this week that we think you will like.", "Have a look now"),
    ),
}
FRAMES: Mapping[str, tuple[str, str]] = {
    "id": (
        "Halo {{nama}},\n\n{line} **Tidak perlu terburu-buru**: balas saja pesan ini kalau ada yang ingin Anda tanyakan.\n\nSalam hangat.",
        "Halo {{nama}}!\n{line} Kalau ada yang ingin ditanyakan, balas saja pesan ini ya.",
    ),
    "en": (
        "Hello {{nama}},\n\n{line} **There is no hurry**: just answer this message if there is anything to ask.\n\nWarm regards.",
        "Hello {{nama}}!\n{line} If there is anything that you would like to know, just answer this message.",
    ),
}


@dataclass
class Copywriter:
    """Writes for one prompt, always the same for the same; for each next object of a list it takes the next idea."""

    prompt: str

    def __post_init__(self) -> None:
        self.language = "en" if len(ENGLISH.findall(self.prompt)) > len(INDONESIAN.findall(self.prompt)) else "id"
        self.placeholders = set(PLACEHOLDER.findall(self.prompt)) or {"nama"}
        self._idea = crc32(self.prompt.encode())

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
        self._idea += 1
        return value

    def _how_many(self, schema: Mapping[str, Any]) -> int:
        wanted = VARIANTS.search(self.prompt)
        return int(schema.get("minItems") or schema.get("maxItems") or (wanted[1] if wanted else 2))

    def _filled(self, name: str) -> str:
        """The words for a property, without placeholders that the prompt does not allow."""
        subject, line, button = IDEAS[self.language][self._idea % len(IDEAS[self.language])]
        email, whatsapp = (frame.format(line=line) for frame in FRAMES[self.language])
        words = dict(zip(FIELDS, (subject, line, email, whatsapp, button), strict=True)).get(name, subject)
        return PLACEHOLDER.sub(lambda found: found[0] if found[1] in self.placeholders else "", words)
