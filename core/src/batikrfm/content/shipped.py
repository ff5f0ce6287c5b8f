"""The prompts that come with the product: one frame, and for each segment what its message is for.

A change here is a new version: raise :data:`VERSION`. Shops that wrote their own keep it; the others get the new text, and the old one
stays in ``ai_prompts`` for whatever was written with it.
"""

from __future__ import annotations

import re
from typing import Final

from batikrfm.sdk.segmentation import Segment
from batikrfm.sdk.text import Language, Text

VERSION: Final = 1
ANY: Final = "*"
"""The segment type of a prompt for every segment that has none of its own."""

MAX_TOKENS: Final = 700
"""For one variant: twice what a good one takes."""

TEMPERATURE: Final = 0.7

_TAG: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
_OTHER_TAG: Final = re.compile(r"\{\{ (?!segment_).*?\}\}|\{%.*?%\}")

GOAL: Final = "GOAL"
FRAME: Final = Text(
    id="""Tulis pesan untuk satu kelompok pelanggan toko {{ shop }}.

Kelompok: {{ segment_name }}. {{ segment_meaning }}
Saran untuk toko: {{ segment_action }}
{% if customers %}
Isinya sekitar {{ customers }} pelanggan, {{ share }} dari omzet; biasanya terakhir belanja {{ median_recency }} hari lalu,
sudah {{ median_frequency }} kali, semuanya {{ median_monetary }}. Angka ini untuk Anda saja, jangan ditulis di pesan.
{% endif %}
Tujuan: GOAL
{% if products %}Yang paling laku di kelompok ini: {{ products }}
{% endif %}
{% if categories %}Jenis produk: {{ categories }}
{% endif %}
{% if occasions %}Momen yang dekat: {{ occasions }}. Sebut hanya kalau terasa wajar.
{% endif %}
{% if offer %}Penawaran: {{ offer }} Sebut apa adanya, jangan ditambah.
{% else %}Tidak ada penawaran: jangan menjanjikan diskon, hadiah, atau ongkir gratis.
{% endif %}
{% if voice %}Gaya bahasa toko: {{ voice }}
{% endif %}""",
    en="""Write a message for one group of customers of the shop {{ shop }}.

Group: {{ segment_name }}. {{ segment_meaning }}
Advice to the shop: {{ segment_action }}
{% if customers %}
It has about {{ customers }} customers and {{ share }} of the revenue; they usually last bought {{ median_recency }} days ago,
{{ median_frequency }} times in all, for {{ median_monetary }}. These figures are for you only; keep them out of the message.
{% endif %}
Goal: GOAL
{% if products %}What sells best to this group: {{ products }}
{% endif %}
{% if categories %}Kinds of products: {{ categories }}
{% endif %}
{% if occasions %}What is near: {{ occasions }}. Name it only where it comes naturally.
{% endif %}
{% if offer %}Offer: {{ offer }} Say it as it is, add nothing.
{% else %}There is no offer: promise no discount, gift or free shipping.
{% endif %}
{% if voice %}How the shop sounds: {{ voice }}
{% endif %}""",
)
"""Every prompt of the product, with :data:`GOAL` where a segment's own words stand."""

GOALS: Final[dict[str, Text]] = {
    "champions": Text(
        id="berterima kasih dan memberi mereka giliran pertama melihat yang baru. Perhatian, bukan potongan harga.",
        en="say thank you and let them see what is new before anyone else. Attention, not a price cut.",
    ),
    "loyal": Text(
        id="menawarkan padanan dari yang sudah mereka punya, dan mengajak mereka bercerita tentang toko ini kepada teman.",
        en="suggest what goes with the pieces they have, and invite them to tell a friend about the shop.",
    ),
    "potential_loyalist": Text(
        id="mengajak mereka jadi langganan dengan satu alasan yang jelas untuk kembali.",
        en="win them as regulars with one clear reason to come back.",
    ),
    "new": Text(
        id="menyambut, menanyakan apakah pesanan pertamanya memuaskan, dan memberi cara merawat barangnya.",
        en="welcome them, ask whether the first order was right, and say how to care for it.",
    ),
    "promising": Text(
        id="menceritakan asal satu produk yang disukai pembeli lain, supaya mereka ingin mencoba sekali lagi.",
        en="tell the story of one product that others love, so that they try once more.",
    ),
    "need_attention": Text(
        id="mengingatkan dengan ramah dan mengabarkan apa yang baru sejak mereka terakhir mampir.",
        en="remind them kindly and say what is new since they last came by.",
    ),
    "about_to_sleep": Text(
        id="menyapa singkat dengan satu pilihan yang ringan di kantong, selagi mereka masih ingat toko ini.",
        en="a short hello with one thing that is easy to afford, while they still remember the shop.",
    ),
    "at_risk": Text(
        id="menanyakan kabar dengan tulus dan menunjukkan yang mirip kesukaan mereka, tanpa menyalahkan karena lama pergi.",
        en="ask sincerely how they are and show pieces like those they liked, without blaming them for being away.",
    ),
    "cant_lose": Text(
        id="memberi tahu bahwa mereka dirindukan, menanyakan apa yang kurang, dan memberi alasan istimewa untuk kembali.",
        en="let them know they are missed, ask what fell short, and give a special reason to return.",
    ),
    "hibernating": Text(
        id="mengundang kembali pelan-pelan lewat satu cerita atau momen, tanpa memaksa.",
        en="invite them back gently with one story or occasion, without pressing.",
    ),
    "lost": Text(
        id="satu sapaan ringan yang menyenangkan dibaca, meskipun mereka tidak membeli.",
        en="one light greeting that is pleasant to read even if they do not buy.",
    ),
    ANY: Text(
        id="menjalankan saran di atas dengan satu ajakan yang jelas.",
        en="do what the advice above says, with one clear call to action.",
    ),
}
"""What each segment's message is for. Any other segment is written to by what its strategy advises."""


def segment_type(segment: str) -> str:
    """Under which type the product has a prompt for ``segment``."""
    return segment if segment in GOALS else ANY


def template(segment: str, language: Language) -> str:
    """The product's own prompt for ``segment``."""
    return FRAME.say(language).replace(GOAL, GOALS[segment_type(segment)].say(language))


def description(segment: Segment, language: Language) -> str:
    """The lines of that prompt that say what the segment is, with the line after them."""
    lines = [line for line in _OTHER_TAG.sub("", template(segment.key, language)).split("\n") if line.strip()]
    described = [number for number, line in enumerate(lines) if _TAG.search(line)]
    values = {"segment_name": segment.name, "segment_meaning": segment.meaning, "segment_action": segment.action}
    return _TAG.sub(lambda tag: values[tag[0][3:-3]].say(language), "\n".join(lines[described[0] : described[-1] + 2]))
