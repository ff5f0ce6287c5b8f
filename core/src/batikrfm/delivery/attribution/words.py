"""What a comparison says, plainly."""

from __future__ import annotations

from typing import Final

from batikrfm.delivery.attribution.model import Verdict
from batikrfm.sdk.text import Text

WORDS: Final = {
    Verdict.NO_HOLD_OUT: Text(
        id="Semua orang dikirimi, jadi tidak ada pembanding: tidak bisa dikatakan berapa yang tetap akan membeli tanpa pesan ini.",
        en="Everybody was written to, so there is nobody to compare with: how many would have bought without it cannot be said.",
    ),
    Verdict.TOO_FEW: Text(
        id="Jumlah orang atau pembeliannya masih terlalu sedikit untuk menyimpulkan apa pun. Selisihnya bisa saja kebetulan.",
        en="There are too few people or purchases to conclude anything. The difference may well be chance.",
    ),
    Verdict.UNCLEAR: Text(
        id="Belum terbukti menambah atau mengurangi pembelian: selisihnya masih dalam batas kebetulan.",
        en="It is not shown that it added or cost purchases: the difference is within what chance does.",
    ),
    Verdict.MORE: Text(
        id="Yang dikirimi lebih banyak membeli daripada yang sengaja tidak dikirimi, lebih dari yang bisa dijelaskan kebetulan.",
        en="Those who were written to bought more than those who were held out on purpose, by more than chance explains.",
    ),
    Verdict.LESS: Text(
        id="Yang dikirimi lebih sedikit membeli daripada yang sengaja tidak dikirimi, lebih dari yang bisa dijelaskan kebetulan.",
        en="Those who were written to bought less than those who were held out on purpose, by more than chance explains.",
    ),
}
