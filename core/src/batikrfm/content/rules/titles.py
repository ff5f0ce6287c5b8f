"""What each rule is called where findings are shown."""

from __future__ import annotations

from typing import Final

from batikrfm.content.rules.model import RuleName
from batikrfm.sdk.text import Text

TITLES: Final[dict[RuleName, Text]] = {
    "empty": Text(id="Masih kosong", en="Still empty"),
    "one_line": Text(id="Lebih dari satu baris", en="More than one line"),
    "too_long": Text(id="Terlalu panjang", en="Too long"),
    "too_short": Text(id="Terlalu pendek", en="Too short"),
    "unknown_placeholder": Text(id="Isian tidak dikenal", en="Unknown placeholder"),
    "left_over": Text(id="Sisa kerangka tulisan", en="Left over from a template"),
    "invented_phone": Text(id="Nomor bukan milik toko", en="Not the shop's number"),
    "outside_link": Text(id="Tautan ke luar toko", en="Link to another site"),
    "price_not_offered": Text(id="Harga atau potongan di luar tawaran", en="Price or discount not offered"),
    "promise_not_offered": Text(id="Janji di luar tawaran", en="Promise not offered"),
    "medical_claim": Text(id="Klaim kesehatan", en="Health claim"),
    "religious_claim": Text(id="Klaim keagamaan", en="Religious claim"),
    "banned_word": Text(id="Kata yang tidak Anda pakai", en="Word that you do not use"),
    "shouting": Text(id="Seperti berteriak", en="Shouting"),
    "markdown": Text(id="Tanda format yang terlihat", en="Formatting marks in sight"),
    "html": Text(id="Kode HTML", en="HTML code"),
    "hidden_signs": Text(id="Karakter tersembunyi", en="Hidden characters"),
    "mixed_letters": Text(id="Huruf tiruan", en="Look-alike letters"),
    "unreadable": Text(id="Deretan huruf tak terbaca", en="Unreadable letters"),
    "wrong_language": Text(id="Bahasa lain", en="Another language"),
    "personal_name": Text(id="Seperti nama seseorang", en="Looks like a name"),
    "personal_address": Text(id="Alamat email orang lain", en="Somebody's e-mail address"),
}
