"""Words in column headings of sales files, Indonesian and English: enough to know a header row from a row of data.

What a column *means* is decided by mapping, from its heading and its values; here a word only says "this is a heading".
"""

from __future__ import annotations

import re

ORDER = {"pesanan", "order", "orders", "invoice", "faktur", "nota", "struk", "transaksi", "receipt", "transaction", "kwitansi", "inv"}
DATE = {"tanggal", "tgl", "waktu", "jam", "date", "time", "created", "paid", "hari", "dibuat", "datetime", "timestamp"}
MONEY = {
    *("total", "subtotal", "harga", "price", "amount", "bayar", "pembayaran", "penjualan", "sales", "revenue", "nominal", "tagihan"),
    *("kasbon", "omzet", "omset", "nilai", "biaya", "grand", "net", "gross", "amt", "unitprice", "belanja", "rp", "idr"),
}
QUANTITY = {"jumlah", "qty", "quantity", "banyak", "banyaknya", "kuantitas", "pcs", "kuantiti"}
CUSTOMER = {
    *("pelanggan", "pembeli", "customer", "buyer", "nama", "name", "username", "penerima", "recipient", "member", "konsumen", "client"),
    *("hp", "telp", "telepon", "phone", "wa", "whatsapp", "email", "alamat", "address", "customerid", "kontak", "handphone"),
}
OTHER = {
    *("no", "nomor", "id", "sid", "cds", "status", "produk", "product", "barang", "item", "items", "sku", "varian", "variasi", "variation"),
    *(
        "kategori",
        "category",
        "catatan",
        "notes",
        "note",
        "diskon",
        "discount",
        "voucher",
        "kota",
        "city",
        "provinsi",
        "province",
        "outlet",
    ),
    *("kasir", "toko", "metode", "method", "resi", "ongkir", "ongkos", "kirim", "country", "description", "deskripsi", "keterangan"),
    *("layanan", "channel", "invoiceno", "stockcode", "invoicedate", "jenis", "tipe", "type", "satuan", "unit", "pajak", "tax", "kode"),
}
HEADING_WORDS = ORDER | DATE | MONEY | QUANTITY | CUSTOMER | OTHER
PAYOUT = {"penghasilan", "settlement", "settled", "payout", "dilepaskan", "released", "income", "pencairan", "disbursement"}
SUMMARY_SHEETS = {
    *("pivot", "summary", "ringkasan", "rekap", "rekapitulasi", "rangkuman", "dashboard", "grafik", "chart", "charts", "income"),
    *("penghasilan", "petunjuk", "panduan", "instruksi", "instructions", "template", "readme", "legend", "referensi", "lookup"),
}
KINDS_OF_VALUES = {
    "string",
    "text",
    "teks",
    "number",
    "angka",
    "date",
    "datetime",
    "integer",
    "decimal",
    "numeric",
    "optional",
    "mandatory",
}
_WORD = re.compile(r"[^\W\d_]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


def words_in(text: str) -> set[str]:
    """The words of a heading in lower case; ``InvoiceNo`` and ``invoice_no`` are two words and one."""
    return {word.lower() for part in (text, _HUMP.sub(" ", text)) for word in _WORD.findall(part)}


def is_about_sales(header: tuple[str, ...]) -> bool:
    """Whether each row can be a sale: it has a time, and an amount or a quantity."""
    words = set().union(*map(words_in, header))
    return bool(words & DATE) and bool(words & (MONEY | QUANTITY))


def is_about_payouts(header: tuple[str, ...]) -> bool:
    """Whether the rows are money that a platform paid out, which names orders too but is not a list of them."""
    return any(words_in(heading) & PAYOUT for heading in header)
