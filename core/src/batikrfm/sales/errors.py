"""What can go wrong with sales that were read and understood. Reading, mapping and parsing have errors of their own."""

from __future__ import annotations

from batikrfm.sdk.errors import InputError
from batikrfm.sdk.text import Text


class TooMuchMoney(InputError):
    """The amounts add up to more than the product can count."""

    text = Text(
        id="Jumlah uang dalam file ini terlalu besar untuk dihitung (lebih dari 900 triliun). Periksa kolom harga dan jumlahnya.",
        en="The amounts in this file add up to more than can be counted (over 900 million million). Check its price and quantity columns.",
    )
