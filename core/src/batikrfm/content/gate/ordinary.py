"""Words and phrases that mean no person, although a customer may be called so.

A customer who is called *Batik Tulis* must not stop every prompt that speaks of batik tulis. So a name of ordinary words alone is not
looked for. The list is of the trade and of the language's small words; what is a given name as well (sari, dewi, mega, putri, hari, ayu,
indah, mawar, melati, cahaya, setia) is not in it on purpose: *Dewi Sari* is a person.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Sequence
from typing import Final

from batikrfm.content import instructions, languages, occasions, shipped
from batikrfm.content.blocks import MARK, block
from batikrfm.content.gate.words import words_of
from batikrfm.content.model import LINKLESS, PLACEHOLDERS
from batikrfm.content.templates import VARIABLES, render
from batikrfm.sdk.text import Language

LONGEST_PHRASE: Final = 6

_TRADE: Final = """
batik tulis cap printing print kain katun sutra sutera rayon viscose tenun lurik ikat jumputan ecoprint sasirangan songket sarung selendang
syal scarf shawl kemeja hem blus blouse atasan bawahan tunik dress daster gamis kebaya rok celana jaket outer kimono cardigan rompi piyama
baju busana seragam couple sarimbit family keluarga anak dewasa pria wanita perempuan lelaki cowok cewek unisex muslim muslimah jilbab
hijab kerudung mukena sajadah peci blangkon dompet tas totebag tote bag pouch masker sandal sepatu topi bantal taplak sprei gorden
lengan panjang pendek slim fit oversize jumbo big size ukuran motif warna warni merah hitam putih biru hijau kuning coklat cokelat ungu
pink abu navy maroon sogan soga indigo alam sintetis halus kasar premium eksklusif exclusive original asli murah grosir eceran ecer paket
set bundle promo diskon obat sale gratis ongkir bonus hadiah gift hampers souvenir kado stok ready preorder custom jahit bordir furing
pekalongan solo yogya jogja yogyakarta surakarta cirebon lasem madura garutan semarang semarangan malang banyumas tasik indramayu betawi
bali jawa sunda nusantara indonesia jakarta bandung surabaya medan toko warung butik boutique galeri gallery rumah sanggar griya pasar
online store shop official resmi cabang pusat umkm ukm kerajinan tangan handmade craft kopi teh kue roti keripik sambal makanan minuman
snack camilan beras minyak gula sabun kosmetik skincare parfum mebel kayu rotan bambu keramik perak emas perhiasan kalung gelang anting
cincin bros produk barang koleksi edisi terbaru baru lama lawas klasik modern kontemporer etnik tradisional meter lembar potong pcs pasang
kodi lusin buah
"""

_MOTIFS: Final = """
mega mendung; parang rusak; parang barong; parang kusumo; sekar jagad; sido mukti; sido luhur; sido asih; sido mulyo; wahyu tumurun;
semen rama; ratu ratih; cakar ayam; tujuh rupa; pring sedapur; tiga negeri; gajah oling; tambal pamiluto; udan liris; satrio manah;
pintu aceng; merak ngibing; bunga kenanga; nitik karawitan; kawung picis; truntum garuda; cendrawasih papua; burung hong; buket pesisir
"""
"""Names of motifs, which a prompt may say although their words are names of people."""

_DATA: Final = block("data", "-")
_GAPS: Final = ("products", "categories", "occasions", "offer", "voice")
"""What a prompt may say nothing of, in the order in which it would."""

_NOTHING: Final = {
    **dict.fromkeys(VARIABLES, _DATA),
    **dict.fromkeys(("segment_name", "segment_meaning", "segment_action"), ""),
    **dict.fromkeys(("customers", "share", "median_recency", "median_frequency"), "1"),
    "median_monetary": "Rp 1",
}
"""What a prompt is filled in with where nothing is to be said: figures hold no words, and no name goes on over a block of data."""

_LANGUAGES: Final[tuple[Language, ...]] = ("id", "en")


@functools.cache
def ordinary_words() -> frozenset[str]:
    """Words that are nobody's name by themselves."""
    return frozenset(words_of(_TRADE)) | {word for small in languages.SMALL_WORDS.values() for word in small}


@functools.cache
def fixed_phrases() -> frozenset[tuple[str, ...]]:
    """Every run of words in what the program itself writes into a prompt."""
    texts = [occasions.RAIN, occasions.DRY, *occasions.NAMES]
    said = [text.say(language) for text in texts for language in _LANGUAGES]
    said += {stretch for language in _LANGUAGES for prompt in _frames(language) for stretch in MARK.split(prompt)}
    return frozenset(phrase for text in (*said, *_MOTIFS.split(";")) for phrase in phrases(words_of(text)))


def _frames(language: Language) -> Iterator[str]:
    """Prompts that the program writes for shops of which there is nothing to say: for each segment and occasion, and with each gap."""
    goals = [goal.say(language) for goal in shipped.GOALS.values()]
    for gap in range(len(_GAPS)):
        frame = _frame(language, **dict.fromkeys(_GAPS[:gap], ""))
        yield from (frame.replace(shipped.GOAL, goal) for goal in goals)
    for name in occasions.NAMES:
        yield _frame(language, occasions=name.say(language))
    for placeholders, values in itertools.product((PLACEHOLDERS, LINKLESS), itertools.product((_DATA, ""), repeat=len(_GAPS))):
        yield _frame(language, placeholders, **dict(zip(_GAPS, values, strict=True)))


def _frame(language: Language, placeholders: Sequence[str] = PLACEHOLDERS, **values: str) -> str:
    middle = render(shipped.FRAME.say(language), {**_NOTHING, **values})
    return f"{instructions.system('', language)}\n{middle}\n{instructions.rules(1, language, placeholders)}"


def phrases(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Every run of one to :data:`LONGEST_PHRASE` of ``words``."""
    for start in range(len(words)):
        for end in range(start + 1, min(start + LONGEST_PHRASE, len(words)) + 1):
            yield tuple(words[start:end])
