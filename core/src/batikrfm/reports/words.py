"""The words of the workbooks and of the report to read."""

from __future__ import annotations

from batikrfm.sdk.text import Text

SEGMENTS_SHEET = Text(id="Segmen", en="Segments")
ORIGIN_SHEET = Text(id="Asal angka", en="Where numbers come from")

FINDINGS_SHEET = Text(id="Temuan", en="Findings")
MOVES_SHEET = Text(id="Perpindahan", en="Moves")

FINDING = Text(id="Yang perlu Anda tahu", en="What you should know")
NUMBER = Text(id="Angkanya", en="Its number")
TONE = Text(id="Kabar", en="News")
TONES = {
    "good": Text(id="baik", en="good"),
    "bad": Text(id="kurang baik", en="bad"),
    "watch": Text(id="perlu perhatian", en="to look at"),
    "plain": Text(id="biasa", en="plain"),
}

CUSTOMER_KEY = Text(id="Kunci di data penjualan", en="Key in the sales data")
NAME = Text(id="Nama", en="Name")
PHONE = Text(id="Nomor HP", en="Phone")
EMAIL = Text(id="Email", en="E-mail")
LAST_DAY = Text(id="Belanja terakhir", en="Last purchase")
PURCHASES = Text(id="Berapa kali belanja", en="Purchases")
SPENT = Text(id="Belanja ({currency})", en="Spent ({currency})")

SEGMENT = Text(id="Segmen", en="Segment")
CUSTOMERS = Text(id="Pelanggan", en="Customers")
SHARE_OF_CUSTOMERS = Text(id="Bagian pelanggan", en="Share of customers")
REVENUE = Text(id="Omzet ({currency})", en="Revenue ({currency})")
SHARE_OF_REVENUE = Text(id="Bagian omzet", en="Share of revenue")
MEDIAN_DAYS = Text(id="Hari sejak belanja terakhir (median)", en="Days since last purchase (median)")
MEDIAN_PURCHASES = Text(id="Berapa kali belanja (median)", en="Purchases (median)")
MEDIAN_MONEY = Text(id="Belanja per pelanggan ({currency}, median)", en="Money per customer ({currency}, median)")
MEANING = Text(id="Artinya", en="What it means")
ACTION = Text(id="Yang sebaiknya dilakukan", en="What to do")
TOTAL = Text(id="Jumlah", en="Total")

ROWS = Text(id="Baris yang dibaca", en="Rows read")
OUTCOMES = {
    "imported": Text(id="• dipakai", en="• used"),
    "cancelled": Text(id="• dibatalkan atau belum dibayar", en="• cancelled or not paid"),
    "refund": Text(id="• pengembalian", en="• refunds and returns"),
    "without_customer": Text(id="• tanpa nama pelanggan", en="• without a customer"),
    "rejected": Text(id="• ditolak, lihat daftar baris yang ditolak", en="• rejected, see the list of rejected rows"),
}
ORDERS = Text(id="Pembelian", en="Purchases")
SCORED = Text(id="Pelanggan dengan pembelian", en="Customers with a purchase")
ALL_REVENUE = Text(id="Seluruh omzet", en="All revenue")
REVENUE_OF_SEGMENTS = Text(id="• dari pelanggan di segmen", en="• of customers in segments")
REVENUE_WITHOUT_CUSTOMER = Text(id="• dari penjualan tanpa nama pelanggan", en="• of sales without a customer")
REVENUE_WITHOUT_PURCHASE = Text(id="• dari pelanggan yang hanya mengembalikan barang", en="• of customers who only sent things back")
CURRENCY = Text(id="Mata uang", en="Currency")
AS_OF = Text(id="Dihitung per tanggal", en="As of")
TIMEZONE = Text(id="Zona waktu toko", en="Time zone of the shop")
RETURNS = Text(id="Pengembalian", en="Returns")
RETURNS_AS = {
    "net": Text(id="mengurangi omzet pelanggan", en="lower the customer's money"),
    "ignore": Text(
        id="tidak dihitung, begitu juga pesanan yang dibatalkan dan barang gratis",
        en="left out, and so are cancelled orders and free lines",
    ),
}
STRATEGY = Text(id="Cara mengelompokkan", en="Strategy")
MODE = Text(id="Cara menilai", en="Way of scoring")
MODES = {
    "quantile": Text(id="dibandingkan satu sama lain (seperlima-seperlima)", en="compared with each other (fifths)"),
    "rules": Text(id="batas tetap", en="fixed cut-points"),
}
REASON = Text(id="Alasannya", en="Why")
NOTICE = Text(id="Perhatikan", en="Please note")
CUT_POINTS = {
    "recency_days": Text(id="Nilai R 5, 4, 3, 2: paling lama (hari)", en="R of 5, 4, 3, 2: at most (days)"),
    "frequency": Text(id="Nilai F 2, 3, 4, 5: paling sedikit (pembelian)", en="F of 2, 3, 4, 5: at least (purchases)"),
    "monetary": Text(id="Nilai M 2, 3, 4, 5: paling sedikit ({currency})", en="M of 2, 3, 4, 5: at least ({currency})"),
    "monetary_shares_of_median": Text(id="Batas M: berapa kali median toko", en="Cut-points of M: so many times the shop's median"),
    "monetary_median": Text(id="Median belanja per pelanggan ({currency})", en="Median money per customer ({currency})"),
}
HOW = Text(
    id="R, F dan M bernilai 1 sampai 5 (5 terbaik): R dari hari sejak belanja terakhir, F dari banyaknya pembelian, M dari uang bersih. "
    "Pelanggan yang sama mendapat nilai yang sama.",
    en="R, F and M are 1 to 5 (5 is best): R from the days since the last purchase, F from the number of purchases, M from net money. "
    "Equal customers get equal scores.",
)
NEWER_ROWS = Text(
    id="Ada penjualan yang masuk sesudah hitungan ini. Hitung lagi supaya ikut terhitung.",
    en="Sales came in after this count. Count again to have them in it.",
)
