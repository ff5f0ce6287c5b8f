"""Words and phrases that mean no person, although a customer may be called so.

A customer who is called *Batik Tulis* must not stop every prompt that speaks of batik tulis. So a name of ordinary words alone is not
looked for. The list is of the trade and of the language's small words; what is a given name as well (sari, dewi, mega, putri, hari, ayu,
indah, mawar, melati, cahaya, setia) is not in it on purpose: *Dewi Sari* is a person.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import Final

from batikrfm.content import instructions, languages, occasions, shipped
from batikrfm.content.gate.words import words_of
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
    said += [shipped.template(segment, language) for segment in shipped.GOALS for language in _LANGUAGES]
    said += [part for language in _LANGUAGES for part in (instructions.system("", language), instructions.rules(1, language))]
    return frozenset(phrase for text in (*said, *_MOTIFS.split(";")) for phrase in phrases(words_of(text)))


def phrases(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Every run of one to :data:`LONGEST_PHRASE` of ``words``."""
    for start in range(len(words)):
        for end in range(start + 1, min(start + LONGEST_PHRASE, len(words)) + 1):
            yield tuple(words[start:end])
